#!/usr/bin/env bash
# medchain-audit log: what is on the ledger, by whom, about whom and how it ended; as it comes; and nothing is written.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
need jq python3
make_history

# shows ENTRY...: exactly these, in this order.
shows() {
  expect_status 0
  [[ $(jq -r 'select(.type == "event") | .entry' "$out" | paste -sd' ') == "$*" ]] ||
    fail "entries $(jq -r 'select(.type == "event") | .entry' "$out" | paste -sd' '), expected $*"
  expect_summary ".count == $# and .complete"
}
log() { run medchain-audit log --json "$@"; }

it "lists every entry once, oldest first, or newest first"
mapfile -t all < <(seq 0 $(($(entry_count L) - 1)))
log
shows "${all[@]}"
mapfile -t newest_first < <(printf '%s\n' "${all[@]}" | tac)
log --reverse
shows "${newest_first[@]}"
log --reverse --limit 2
shows $(($(entry_count L) - 1)) $(($(entry_count L) - 2))
log --limit 3
shows 0 1 2

it "says who, with whom, why, whether asserted or signed, and enforced or declared"
log --kind release --limit 1
expect_row event ".entry == $release and .author == \"hosp-b\" and .members == [\"hosp-r\"] and .purposes == [\"HRESCH\"]
  and .person_is == \"asserted\" and .step == \"enforced\" and .outcome == \"done\" and .about_entry == $grant and .records == 2
  and .disclosure == \"research\" and .places == [{entry: $anchored, rows: \"0-1\"}]"
log --kind use --limit 1
expect_row event ".entry == $used and .author == \"hosp-r\" and .members == [\"hosp-b\"] and .step == \"declared\" and .about_entry == $release"
run medchain-audit log --kind release --kind use --limit 2
expect_status 0
expect_out '^ENTRY +LOG TIME +KIND +BY +PERSON +WITH +PURPOSE +OUTCOME +STEP +RECORDS +ABOUT$'
expect_out "^ +$release +2025-03-01T09:00:00Z +release +hosp-b +[0-9a-f]{8} asserted +hosp-r +HRESCH +done +enforced +2 +$grant$"
expect_out "^ +$used +2025-03-01T09:00:00Z +use +hosp-r +[0-9a-f]{8} asserted +hosp-b +HRESCH +done +declared +2 +$release$"

it "shows log time and the author's own, which may be far apart"
(
  act_as hosp-a
  echo late >late.txt
  medchain-anchor -q late.txt --time "$(at $((minute - 700)))" >/dev/null
)
log --reverse --limit 1
expect_row event ".logged == \"$(at $minute)\" and .time == \"$(at $((minute - 700)))\""
late=$(jq -r 'select(.type == "event") | .entry' "$out")

it "filters by member, person, kind, purpose, outcome and log time"
log --member hosp-c
shows 3 "$law" "$told" "$again"
log --outcome denied
shows "$denied"
expect_row event '.act == "unproven" and .problem == "grant.used_up" and .members == ["hosp-r"]'
log --purpose HLEGAL
shows "$law" "$told" "$again"
log --kind erase --kind link
shows "$linked" "$erased"
log --since "$(at $minute)" --kind release
shows "$served" "$again"
log --since 2025-04-01 --until "$(at $minute)" --kind release
shows "$treated" "$told" "$referred"
log --person PersonCanary0001 --kind revoke
shows "$revoked"
tag=$(jq -r 'select(.type == "event") | .person' "$out")
log --person-tag "$tag" --kind erase
shows "$erased"
log --person Nobody
shows

it "finds what is about a subject: records, acts on them, and what refers to those"
log --subject SubjectCanary001
about_subject=("$anchored" "$release" "$used" "$second" "$treated" "$law" "$told" "$referral" "$accepted" "$referred" "$opened" "$emergency"
  "$served" "$again" "$version" "$linked" "$erased" $((erased + 1)))
shows "${about_subject[@]}"
expect_err "covers tags of 'hosp-b' \(own\); what the subject is called at 'hosp-a', 'hosp-c', 'hosp-r' is not known here"
log --subject SubjectCanary001 --reverse --limit 2
shows $((erased + 1)) "$erased"
log --subject SubjectCanary002
shows "$anchored" "$release" "$used"
log --subject-file - <subject
shows "${about_subject[@]}"

it "finds what is about a record; both filters must fit"
log --record Observation/11
shows "$anchored" "$law" "$referral" "$accepted" "$referred" "$opened" "$linked" "$erased" $((erased + 1))
log --record "$anchored:1"
shows "$anchored" "$release" "$used"
log --record Observation/9 --subject SubjectCanary002
shows "$anchored" "$release" "$used"

it "works on tags without a vault, and says so"
tag=$(tag_of SubjectCanary001)
(
  unset MEDCHAIN_VAULT MEDCHAIN_KEY
  log --subject-tag "$tag"
  shows "${about_subject[@]}"
  expect_err "no vault was asked: by tags alone"
  log --subject-tag "${tag#sha256:}" --kind use
  shows "$used" "$opened"
  log --record "$anchored:2" --kind erase
  shows "$erased"
  fails_with 2 "without a vault nothing is known of names" medchain-audit log --subject SubjectCanary001
  expect_err "hint: name a tag, with '--subject-tag' or '--record-tag'"
  fails_with 2 'vault' medchain-audit log --person x
)

it "knows under the tags of others what came with a referral"
act_as hosp-r
log --subject SubjectCanary001
expect_status 0
expect_err "'hosp-r' \(own\), 'hosp-b' \(received\); what the subject is called at 'hosp-a', 'hosp-c' is not known here"
shows "${about_subject[@]}"
act_as hosp-b

it "refuses what is not there or makes no sense"
fails_with 3 'the vault knows no subject of this name' medchain-audit log --subject Nobody
fails_with 3 "'Observation/404' was not anchored" medchain-audit log --record Observation/404
fails_with 3 'no record with this tag' medchain-audit log --record-tag "$(printf '0%.0s' {1..64})"
fails_with 3 'has no row 99' medchain-audit log --record "$anchored:99"
fails_with 3 'is not there' medchain-audit log --record 9999:0
fails_with 2 "'--subject-tag': .*hex" medchain-audit log --subject-tag xyz
fails_with 2 "there is no kind of entry 'realease'" medchain-audit log --kind realease
expect_err "hint: did you mean 'release'\?"
fails_with 2 "'--until': expected a time after" medchain-audit log --since 2025-04-01 --until 2025-03-01
fails_with 2 "'--since'" medchain-audit log --since 2025-02-30
fails_with 2 "'--outcome'" medchain-audit log --outcome maybe
fails_with 2 "'--follow' and '--reverse'" medchain-audit log --follow --reverse
fails_with 2 "'--follow' has no end" medchain-audit log --follow -o file
fails_with 2 "takes the place" medchain-audit log --subject x --subject-tag "$tag"
fails_with 5 'vault' medchain-audit log --subject x --vault nowhere
fails_with 4 'no such file' medchain-audit log -l nowhere

it "refuses a vault of another ledger"
(
  new_ledger M hosp-a
  medchain-anchor -q observations.ndjson --time "$(at 0)" >/dev/null
  fails_with 8 'another ledger' medchain-audit log --subject x -l L
)

it "is CSV for spreadsheets: no cell is a formula"
run medchain-audit log --format csv
expect_status 0
python3 - "$out" "$(entry_count L)" <<'X'
import csv, sys
raw = open(sys.argv[1], newline="").read()
assert raw.endswith("\r\n") and raw.count("\n") == raw.count("\r\n")
rows = list(csv.reader(raw.splitlines(), strict=True))
assert rows[0][:3] == ["entry", "hash", "logged"], rows[0]
assert len(rows) == int(sys.argv[2]) + 1 and {len(row) for row in rows} == {len(rows[0])}
assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
X
run medchain-audit log --format csv --outcome failed
[[ $(wc -l <"$out") == 1 ]] || fail "not only a heading"

it "tells an empty ledger as it is"
(
  new_ledger E hosp-a
  log
  shows 0
  log --kind release
  shows
  run medchain-audit log --kind release
  expect_status 0
  expect_out_empty
)

it "goes on with what is appended, until it is stopped"
begin() {
  # Background jobs of scripts ignore SIGINT unless they are told otherwise.
  set -m
  medchain-audit log --follow --json "$@" >followed 2>log &
  job=$!
  set +m
}
has_entry() { jq -n -e "[inputs] | any(.type == \"event\" and .entry == $1)" followed >/dev/null; }
for signal in INT TERM; do
  next=$(entry_count L)
  begin --since "$(at $minute)" --kind anchor --kind request
  wait_for has_entry "$late"
  (
    act_as hosp-r
    medchain-grant request -q --from hosp-b --purpose TREAT --until 400d --time "$(at $minute)" >/dev/null
  )
  wait_for has_entry "$next"
  kill -"$signal" $job
  code=0
  { wait $job; } 2>/dev/null || code=$?
  [[ $code == $((128 + $(kill -l $signal))) ]] || fail "status $code: $(<log)"
  jq -n -e '[inputs] | last | .type == "summary" and .complete' followed >/dev/null || fail "$(<followed)"
done
begin --subject SubjectCanary001 --kind release
wait_for has_entry "$again"
medchain-grant release -q "$treatment" Observation/9 --time "$(at $minute)" >/dev/null
wait_for has_entry $(($(entry_count L) - 1))
kill -TERM $job
wait $job || true

it "ends when nobody reads any more"
code=0
{ timeout 20 medchain-audit log --follow 2>log; echo $? >code; } | read -r _ || true
wait_for test -s code
[[ $(<code) == 0 || $(<code) == 141 ]] || fail "status $(<code): $(<log)"
{ medchain-audit log --json; echo $? >code; } 2>log | read -r _ || true
[[ $(<code) == 0 || $(<code) == 141 ]] || fail "status $(<code): $(<log)"
if [[ -w /dev/full ]]; then
  code=0
  medchain-audit log >/dev/full 2>log || code=$?
  [[ $code == 7 ]] || fail "status $code: $(<log)"
fi

it "writes nothing"
for words in '' '--reverse --limit 3' '--subject SubjectCanary001' '--record Observation/9 --json'; do
  # shellcheck disable=SC2086
  unwritten L L.host L.packages "$MEDCHAIN_VAULT" keys -- medchain-audit log $words
  expect_status 0
done

it "works while others write, on what was there when it began"
(
  act_as hosp-a
  for i in {1..20}; do
    echo "$i" >"more$i.txt"
    medchain-anchor -q "more$i.txt" --time "$(at $minute)" >/dev/null
  done
) &
writer=$!
while kill -0 $writer 2>/dev/null; do
  medchain-audit log --json >now 2>log || fail "$(<log)"
  jq -n -e '[inputs] | (last | .type == "summary") and ([.[:-1][].entry] == [range(0; length - 1)])' now >/dev/null || fail "$(tail -n2 now)"
done
wait $writer

it "names what is damaged"
: "${MEDCHAIN_TEST_TAMPER:?the path of medchain-tamper}"
cp -a L damaged
"$MEDCHAIN_TEST_TAMPER" damaged delete "$used"
run medchain-audit log --json -l damaged
expect_status 1
expect_err "entry $used"
expect_no_out '"type":"summary"'
