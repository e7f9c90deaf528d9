#!/usr/bin/env bash
# medchain-audit disclosures: an accounting after 45 CFR 164.528; excluded classes, repeats, suspension, six years; recounted; anchored.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
need jq python3
: "${MEDCHAIN_TEST_SHARING:?the path of medchain-sharing}"
make_history
tag=$(tag_of SubjectCanary001)
one=''
account() { run medchain-audit disclosures --json --subject SubjectCanary001 "$@"; }
# accounted ENTRIES...: the disclosures of each row, joined by commas.
accounted() {
  expect_status 0
  local got
  got=$(jq -r 'select(.type == "disclosure") | .entries | map(tostring) | join(",")' "$out" | paste -sd' ')
  [[ $got == "$*" ]] || fail "rows '$got', expected '$*'"
}

it "has every field of the rule: date, receiver and address, description, purpose; who released it and how it is known"
account
accounted "$release,$second" "$told,$again"
jq -n -e "[inputs | select(.type == \"disclosure\")] | .[0] | .first == \"2025-03-01T09:00:00Z\" and .entry == $release and .from == \"hosp-b\" and .to == \"hosp-r\"
  and (.to_name | length) == 4 and .records == 1 and .resources == [{resource: \"Observation\", count: 1}] and .purpose == \"HRESCH\"
  and .purpose_words == \"healthcare research\" and .disclosure == \"research\" and .ground == \"grant\" and .ground_entry == $grant
  and .person_is == \"asserted\" and .step == \"enforced\" and .uses == 1" "$out" >/dev/null || fail "$(<"$out")"
jq -n -e '[inputs] | .[0].type == "coverage" and .[1].type == "accounting" and .[1].since == "2019-05-02T09:00:00Z" and (last | .disclosures == 4 and .complete)' "$out" >/dev/null
run medchain-audit disclosures --subject SubjectCanary001
expect_status 0
expect_out "^2025-03-01T09:00:00Z +hosp-r, .* +1 Observation +healthcare research +research +grant $grant +2 +2025-03-01T09:00:00Z +hosp-b +asserted$"
expect_out "^2025-04-01T09:00:00Z +hosp-c, Clinic = \"West\" +1 Observation +legal +law +grant $law +2 +2025-05-02T09:00:00Z +hosp-b +asserted$"

it "aligns names of wide characters"
python3 - "$out" <<'X'
import sys, unicodedata
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
rows = lines[lines.index(next(line for line in lines if line.startswith("DATE"))):-1]
columns = lambda text: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
at = rows[0].index("WHAT")
assert len(rows) == 3 and all(columns(row[:row.index("1 Obs")]) == at for row in rows[1:]), rows
X

it "leaves each excluded class out, and shows it when asked for"
declare -A of_class=()
words=(treatment payment operations individual incident authorization directory security custody limited public-health research law oversight other)
for class in "${words[@]}"; do
  does one medchain-grant release "$law" Observation/9 --disclosure "$class"
  of_class[$class]=$one
done
account
shown=" $(jq -r 'select(.type == "disclosure") | .entries[]' "$out" | paste -sd' ') "
for class in "${words[@]}"; do
  case $class in
    public-health | research | law | oversight | other) [[ $shown == *" ${of_class[$class]} "* ]] || fail "$class is missing" ;;
    *)
      [[ $shown != *" ${of_class[$class]} "* ]] || fail "$class is shown"
      account --include "$class"
      jq -e -n "[inputs | select(.type == \"disclosure\" and .disclosure == \"$class\") | .entries[]] | index(${of_class[$class]})" "$out" >/dev/null || fail "no $class"
      jq -e -n "[inputs | select(.type == \"accounting\")][0].excluded | index(\"$class\") | not" "$out" >/dev/null || fail "$class is said to be excluded"
      ;;
  esac
done
account --compliance-date 2025-04-15
[[ $(jq -r 'select(.type == "disclosure") | .first' "$out" | sort -u) == 2025-05-02* ]] || fail "$(<"$out")"
account --compliance-date 2025-04-15 --include before
[[ $(jq -r 'select(.type == "disclosure") | .first' "$out" | sort | sed -n 1p) == 2025-03-01* ]] || fail "$(<"$out")"

it "agrees with a recount of the log, for each choice of classes"
medchain-audit log --json -q >events
for choice in '' '--include=treatment --include=payment --include=operations' '--include=all' '--since=2025-04-01' '--until=2025-04-15' '--include=all --since=2025-04-01 --until=2025-05-02'; do
  # shellcheck disable=SC2086
  account $choice
  expect_status 0
  python3 - events "$out" "$anchored" "$version" <<'X'
import collections, json, sys
lines = lambda path: [json.loads(line) for line in open(path)]
# Rows of Observation/9 and /11, and of the new version of /9.
mine = {(int(sys.argv[3]), 0), (int(sys.argv[3]), 2), (int(sys.argv[4]), 0)}
def rows(places):
    for place in places:
        for part in place["rows"].split(","):
            first, _, last = part.partition("-")
            for row in range(int(first), int(last or first) + 1):
                yield place["entry"], row
told = lines(sys.argv[2])
terms = next(one for one in told if one["type"] == "accounting")
recount = collections.OrderedDict()
for one in lines(sys.argv[1]):
    if one["type"] != "event" or one["kind"] != "release" or one["disclosure"] in terms["excluded"]:
        continue
    if not terms["since"] <= one["logged"] < terms["until"] or one["logged"] < terms["compliance_date"]:
        continue
    of_subject = mine & set(rows(one["places"]))
    if of_subject:
        key = one["author"], one["members"][0], one["purposes"][0], one["disclosure"]
        row = recount.setdefault(key, {"first": one["logged"], "entries": [], "records": set()})
        row["entries"].append(one["entry"])
        row["records"] |= of_subject
        row["last"] = one["logged"]
got = [((one["from"], one["to"], one["purpose"], one["disclosure"]), one["first"], one["last"], one["times"], one["entries"], one["records"])
       for one in told if one["type"] == "disclosure"]
expected = [(key, row["first"], row["last"], len(row["entries"]), row["entries"], len(row["records"])) for key, row in recount.items()]
assert got == expected, (got, expected)
assert told[-1]["disclosures"] == sum(len(row["entries"]) for row in recount.values()) > 0
X
done

it "withholds what is suspended for its time only, silently in the report, and tells the privacy officer"
account
cp "$out" before
"$MEDCHAIN_TEST_SHARING" suspend L L.host keys/hosp-b "$tag" 30d
case_entry=$(($(entry_count L) - 1))
account
expect_err "not for the individual: 4 disclosures withheld by a suspension \(entry $case_entry\)"
jq -n -e '[inputs | select(.type == "disclosure") | .disclosure] | index("law") == null and index("oversight") == null and index("research") != null' "$out" >/dev/null
# As a number: digits of a digest may happen to be the same.
jq -n -e --argjson entry "$case_entry" '[inputs | select(.type != "coverage") | del(.id) | .. | scalars |
  select(. == $entry or (strings | test("suspen|withheld")))] == []' "$out" >/dev/null || fail "the report tells of it"
account --show-suspended
jq -n -e "[inputs | select(.type == \"disclosure\" and has(\"suspended_by\")) | [.disclosure, .suspended_by]] == [[\"law\", $case_entry], [\"oversight\", $case_entry]]" "$out" >/dev/null ||
  fail "$(<"$out")"
run medchain-audit disclosures --subject SubjectCanary002 --json
expect_no_err "withheld"
"$MEDCHAIN_TEST_SHARING" close L L.host keys/hosp-b "$case_entry"
account
expect_no_err "withheld"
[[ $(jq -c 'select(.type == "disclosure") | del(.id)' "$out") == "$(jq -c 'select(.type == "disclosure") | del(.id)' before)" ]] || fail "not as before"
"$MEDCHAIN_TEST_SHARING" suspend L L.host keys/hosp-b "$tag" 30d
account
expect_err "withheld"
minute=$((minute + 31 * 24 * 60))
does one medchain-grant release "$law" Observation/9 --disclosure other
account
expect_no_err "withheld"

it "goes back six years from log time, or from the end that is asked for"
account
[[ $(jq -r 'select(.type == "accounting") | .since' "$out") == $(date -u -d "$(at $minute) 6 years ago" +%Y-%m-%dT%H:%M:%SZ) ]] || fail "$(<"$out")"
account --until 2031-04-01
jq -n -e "[inputs] | .[1].since == \"2025-04-01T00:00:00Z\" and ([.[].entries[]?] | index($release) == null and index($told) != null)" "$out" >/dev/null || fail "$(<"$out")"
account --until 2031-04-01 --years 7
jq -n -e "[inputs] | [.[].entries[]?] | index($release) != null" "$out" >/dev/null || fail "$(<"$out")"
account --until 2028-02-29
jq -n -e '[inputs][1].since == "2022-02-28T00:00:00Z"' "$out" >/dev/null || fail "$(<"$out")"
account --until 2025-04-15
accounted "$release,$second" "$told"
account --since 2025-05-01 --until 2025-05-02
accounted

it "is a valid report where there is nothing"
account --since 2026-01-01 --until 2026-02-01
accounted
expect_summary '.count == 0 and .disclosures == 0 and .complete'
run medchain-audit disclosures --subject SubjectCanary001 --since 2026-01-01 --until 2026-02-01
expect_status 0
expect_out '^There are none[.]$'

it "can be anchored, so that it is provable later; the same report again is the same records"
account --until 2025-05-01
cp "$out" report
anchor_report() { medchain-anchor --id-from json:/id --type Accounting --time "$(at $minute)" <report; }
run anchor_report
expect_status 0
expect_summary ".anchored == $(wc -l <report) and .rejected == 0"
account --until 2025-05-01
[[ $(jq -r .id "$out" | sort -u | wc -l) == $(wc -l <"$out") ]] || fail "an id twice"
run anchor_report
expect_summary ".anchored == 0 and .unchanged == $(wc -l <report)"
medchain-audit disclosures --json --subject SubjectCanary001 | medchain-anchor --id-from json:/id --type Accounting --receipts=none -q --time "$(at $minute)" >/dev/null
run medchain-audit prove "Accounting/$(jq -r 'select(.type == "disclosure") | .id' report | sed -n 1p)" -o line.tlog-proof
expect_status 0
grep -m1 '"type":"disclosure"' report | tr -d '\n' >line
run medchain-verify proof line.tlog-proof --record line --policy L/policy
expect_status 0

it "is CSV without formulas"
run medchain-audit disclosures --subject SubjectCanary001 --until 2025-05-03 --include all --format csv
expect_status 0
python3 -c 'import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8"), strict=True))
assert len(rows) > 10 and any(row["to_name"] == "Clinic = \"West\"" for row in rows), rows' "$out"

it "refuses what makes no sense"
fails_with 2 "is needed" medchain-audit disclosures
fails_with 2 "'--since' and '--years'" medchain-audit disclosures --subject x --since 2025-01-01 --years 3
fails_with 2 "'--until'" medchain-audit disclosures --subject x --since 2025-01-01 --until 2024-01-01
fails_with 2 "'--since': expected a time before log time" medchain-audit disclosures --subject SubjectCanary001 --since 2999-01-01
fails_with 2 "'--include'" medchain-audit disclosures --subject x --include everything
fails_with 2 "'--years'" medchain-audit disclosures --subject x --years 0
fails_with 3 'knows no subject' medchain-audit disclosures --subject Nobody
fails_with 2 'without a vault' env -u MEDCHAIN_VAULT medchain-audit disclosures --subject x

it "writes nothing"
for format in text json csv; do
  unwritten L L.host L.packages "$MEDCHAIN_VAULT" keys -- medchain-audit disclosures --subject SubjectCanary001 --format $format
  expect_status 0
done
