#!/usr/bin/env bash
# medchain-audit subject: the access report: who, when, what kinds, why, on what ground; which tags it covers; and nothing is written.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
need jq python3
make_history
at_c='' gone=''
subject() { run medchain-audit subject --json "$@"; }
# named ENTRY...: the entries that name the subject.
named() {
  expect_status 0
  [[ $(jq -r 'select(.type == "access" and .reach == "named") | .entry' "$out" | paste -sd' ') == "$*" ]] ||
    fail "$(jq -r 'select(.type == "access" and .reach == "named") | .entry' "$out" | paste -sd' '), expected $*"
}
all=("$anchored" "$release" "$used" "$second" "$treated" "$law" "$told" "$referral" "$accepted" "$referred" "$opened" "$emergency"
  "$served" "$again" "$version" "$linked" "$erased" $((erased + 1)))

it "lists everything about the subject, and what may cover it without naming it"
subject SubjectCanary001
named "${all[@]}"
[[ $(jq -r 'select(.reach == "general") | .entry' "$out" | paste -sd' ') == "$request $grant $revoked $((revoked + 1)) $treatment" ]]
expect_summary '.count == 23 and .complete'

it "counts the records of this subject alone, by kind"
expect_row access ". | true"
jq -n -e "[inputs | select(.type == \"access\")] | map({key: (.entry | tostring), value: .}) | from_entries
  | .[\"$anchored\"].resources == [{resource: \"Observation\", count: 2}] and .[\"$release\"].records == 1 and .[\"$used\"].records == 1
  and .[\"$release\"].ground == \"grant\" and .[\"$release\"].ground_entry == $grant and .[\"$release\"].step == \"enforced\"
  and .[\"$used\"].ground_entry == $grant and .[\"$used\"].step == \"declared\" and .[\"$used\"].person_is == \"asserted\"
  and .[\"$referred\"].ground == \"referral\" and .[\"$referred\"].ground_entry == $referral
  and .[\"$served\"].ground == \"emergency\" and .[\"$served\"].ground_entry == $emergency
  and .[\"$told\"].disclosure == \"law\" and .[\"$told\"].members == [\"hosp-c\"] and .[\"$told\"].consent_by == \"custodian\"
  and (map(has(\"places\") or has(\"subjects\")) | any | not)" "$out" >/dev/null || fail "not so"

it "says whose tags it covers, and who is left out"
jq -n -e '[inputs][0] | .type == "coverage" and [.tags[] | [.member, .origin]] == [["hosp-b", "own"]] and .uncovered == ["hosp-a", "hosp-c", "hosp-r"]' "$out" >/dev/null
run medchain-audit subject SubjectCanary001
expect_status 0
expect_out "^As of 2025-05-02T09:00:00Z, 30 entries: covers tags of 'hosp-b' \(own\); what the subject is called at 'hosp-a', 'hosp-c', 'hosp-r' is not known here[.]$"
expect_out "^ +$release +2025-03-01T09:00:00Z +release +hosp-b +[0-9a-f]{8} asserted +hosp-r +1 Observation +HRESCH +grant $grant +done +enforced$"
expect_out "^ +$served .* BTG +emergency $emergency +done +enforced$"
cp "$out" report

it "is the same from a file, from standard input, by tag without a vault"
run medchain-audit subject --subject-file subject
same "$out" report
run medchain-audit subject --subject-file - <subject
same "$out" report
(
  tag=$(tag_of SubjectCanary001)
  unset MEDCHAIN_VAULT MEDCHAIN_KEY
  subject --subject-tag "$tag"
  named "${all[@]}"
  jq -n -e '[inputs][0] | [.tags[] | [.member, .origin]] == [["hosp-b", "given"]]' "$out" >/dev/null
)

it "covers what was received with a referral, and what a link says is one"
act_as hosp-r
subject SubjectCanary001
named "${all[@]}"
jq -n -e '[inputs][0] | [.tags[] | [.member, .origin]] == [["hosp-r", "own"], ["hosp-b", "received"]]' "$out" >/dev/null || fail "$(head -n 1 "$out")"
act_as hosp-c
printf '%s\n' '{"resourceType":"Condition","id":"c1","subject":{"reference":"PatientAtC"}}' >at-c.ndjson
does at_c medchain-anchor --subject-from json:/subject/reference at-c.ndjson
tag_at_c=$(tag_of PatientAtC)
act_as hosp-b
"${MEDCHAIN_TEST_SHARING:?the path of medchain-sharing}" same L L.host keys/hosp-b "$(tag_of SubjectCanary001)" keys/hosp-c "$tag_at_c"
subject SubjectCanary001
jq -n -e '[inputs][0] | [.tags[] | [.member, .origin]] == [["hosp-b", "own"], ["hosp-c", "linked"]] and .uncovered == ["hosp-a", "hosp-r"]' "$out" >/dev/null ||
  fail "$(head -n 1 "$out")"
jq -e -n "[inputs | select(.type == \"access\" and .entry == $at_c)][0].resources == [{resource: \"Condition\", count: 1}]" "$out" >/dev/null

it "tells nothing of other subjects"
subject SubjectCanary002
named "$anchored" "$release" "$used"

it "keeps to a period of log time"
subject SubjectCanary001 --since 2025-04-01 --until 2025-05-01
named "$treated" "$law" "$told" "$referral" "$accepted" "$referred" "$opened"

it "reports on a subject that was erased: the entries stay"
does gone medchain-vault erase --subject SubjectCanary002 --basis withdrawn --yes
subject SubjectCanary002
named "$anchored" "$release" "$used" "$gone" $((gone + 1))

it "is CSV too"
run medchain-audit subject SubjectCanary001 --format csv
expect_status 0
python3 - "$out" <<'X'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
assert len(rows) > 20 and any(row["ground"] == "emergency" for row in rows), rows
assert any('"resource":"Observation"' in row["resources"] for row in rows)
X

it "refuses what is not there or makes no sense"
fails_with 3 'the vault knows no subject of this name' medchain-audit subject Nobody
fails_with 2 "expected a subject" medchain-audit subject
fails_with 2 "name a subject: give one" medchain-audit subject x --subject-file subject
fails_with 2 "takes the place" medchain-audit subject x --subject-tag "$tag_at_c"
fails_with 2 "'--until'" medchain-audit subject x --since 2025-02-01 --until 2025-01-01
fails_with 2 "without a vault" env -u MEDCHAIN_VAULT medchain-audit subject x
subject --subject-tag "$(printf '2%.0s' {1..64})"
named
expect_summary '.complete'

it "writes nothing"
for format in text json csv; do
  unwritten L L.host L.packages "$MEDCHAIN_VAULT" keys -- medchain-audit subject SubjectCanary001 --format $format
  expect_status 0
done

it "finds by the ledger's keys what a look at every entry finds"
tags=$(medchain-audit log -q --json | jq -r '.subjects[]?' | sort -u)
(($(wc -l <<<"$tags") >= 3)) || fail "only these subjects are named: $tags"
for tag in $tags; do
  medchain-audit log -q --json --subject-tag "$tag" | jq -r 'select(.type == "event") | .entry' >by-looking
  medchain-audit subject -q --json --subject-tag "$tag" | jq -r 'select(.type == "access" and .reach == "named") | .entry' >by-keys
  same by-looking by-keys
done
