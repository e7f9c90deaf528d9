#!/usr/bin/env bash
# medchain-audit uses and flows: what each member got, by which way, and how much moved; recounted from the log; and nothing is written.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
need jq python3
make_history
parent='' child='' onward='' mine=''
act_as hosp-r
does asked medchain-grant request --from hosp-b --purpose HRESCH --type Observation --onward 1 --until 200d
act_as hosp-b
does parent medchain-grant give "$(jq -rs '[.[] | select(.type == "receipt")][0].entry' "$out")"
does mine medchain-grant release "$parent" Observation/10
act_as hosp-r
does used medchain-grant open "$mine" -C got3
does child medchain-grant give --parent "$parent" --actor member:hosp-c
does onward medchain-grant release "$child"
act_as hosp-c
does used medchain-grant open "$onward" -C got4
act_as hosp-b

it "lists what each member got, by which grant, referral or emergency"
run medchain-audit uses
expect_status 0
expect_out '^TO +UNDER +WAY +PURPOSE +RELEASES +RECORDS +USES +FAILED +DENIED +LAST$'
expect_out "^hosp-r +grant $grant +hosp-b -> hosp-r +HRESCH +2 +2 Observation +1 +1 +2025-03-01T09:00:00Z$"
expect_out "^hosp-r +emergency $emergency +BTG +1 +1 Observation"
expect_out "^hosp-r +referral $referral +hosp-b -> hosp-r +TREAT +1 +1 Observation +1 "

it "shows the way of what was passed on, with both grants"
expect_out "^hosp-c +grant $child +hosp-b -> hosp-r -> hosp-c +HRESCH +1 +1 Observation +1 "
run medchain-audit uses --to hosp-c --json
expect_status 0
jq -n -e "[inputs | select(.type == \"usage\")] | map(.ground_entry) == [$law, $child] and .[1].chain == [{grant: $parent, author: \"hosp-b\"}, {grant: $child, author: \"hosp-r\"}]
  and .[1].places == [{entry: $anchored, rows: \"1\"}] and .[1].releases == 1 and .[1].opened == 1" "$out" >/dev/null || fail "$(<"$out")"
expect_summary '.count == 2 and .complete'

it "counts by month, pair of members and purpose, and no tag or place is in it"
run medchain-audit flows
expect_status 0
expect_out '^2025-03 +hosp-b +hosp-r +HRESCH +2 +3 +1 +2 +1$'
expect_out '^2025-05 +hosp-r +hosp-c +HRESCH +1 +1 +1 +1$'
run medchain-audit flows --json
expect_status 0
! grep -qE 'sha256:|"places"|"entry"' "$out" || fail "a tag"

it "agrees with a recount of the log"
medchain-audit log --json -q >events
python3 - events "$out" <<'X'
import collections, json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
by_entry = {one["entry"]: one for one in events if one["type"] == "event"}
counted = collections.defaultdict(collections.Counter)
for one in by_entry.values():
    if one["kind"] not in ("release", "use", "denied"):
        continue
    if one["kind"] == "release":
        pair = one["author"], one["members"][0]
    elif one["kind"] == "use":
        pair = by_entry[one["about_entry"]]["author"], one["author"]
    else:
        pair = one["author"], one["members"][0]
    key = one["logged"][:7], *pair, (one.get("purposes") or [""])[0]
    if one["outcome"] != "done":
        counted[key][one["outcome"]] += 1
    elif one["kind"] == "release":
        counted[key].update(releases=1, records=one["records"])
    else:
        counted[key].update(uses=1, opened=one["records"])
told = {}
for line in open(sys.argv[2]):
    one = json.loads(line)
    if one["type"] == "flow":
        key = one["month"], one["from"], one["to"], one.get("purpose", "")
        told[key] = {name: one[name] for name in ("releases", "records", "uses", "opened", "failed", "denied") if one[name]}
assert told == {key: {name: n for name, n in value.items() if n} for key, value in counted.items()}, (told, counted)
assert len(told) > 5
X

it "filters by who gave, who got and when"
run medchain-audit flows --json --from hosp-r
jq -n -e '[inputs | select(.type == "flow") | [.from, .to]] == [["hosp-r", "hosp-c"]]' "$out" >/dev/null || fail "$(<"$out")"
run medchain-audit flows --json --since 2025-04-01 --until 2025-05-01
jq -n -e '[inputs | select(.type == "flow") | .month] | unique == ["2025-04"]' "$out" >/dev/null || fail "$(<"$out")"
run medchain-audit uses --json --to hosp-r --until 2025-03-02
jq -n -e "[inputs | select(.type == \"usage\") | .ground_entry] == [$grant]" "$out" >/dev/null || fail "$(<"$out")"
fails_with 2 "'--to'" medchain-audit uses --to 'no member'
fails_with 2 "'--until'" medchain-audit flows --since 2025-02-01 --until 2025-01-01

it "is CSV, and empty where nothing moved"
for verb in uses flows; do
  run medchain-audit $verb --format csv
  expect_status 0
  python3 -c 'import csv, sys; rows = list(csv.reader(open(sys.argv[1], newline=""), strict=True)); assert len(rows) > 4 and len({len(row) for row in rows}) == 1' "$out"
done
(
  new_ledger E hosp-a
  for verb in uses flows; do
    run medchain-audit $verb --json
    expect_status 0
    expect_summary '.count == 0 and .complete'
    run medchain-audit $verb
    expect_out_empty
  done
)

it "needs no vault and no key, and writes nothing"
for verb in uses flows; do
  unwritten L L.host L.packages keys -- env -u MEDCHAIN_VAULT -u MEDCHAIN_KEY medchain-audit $verb
  expect_status 0
done

it "names what is damaged"
cp -a L damaged
"${MEDCHAIN_TEST_TAMPER:?the path of medchain-tamper}" damaged delete "$release"
for verb in uses flows; do
  run medchain-audit $verb -l damaged
  expect_status 1
  expect_err "entry $release is missing"
done
