#!/usr/bin/env bash
# medchain-audit case: an auditor is told a subject's tags once it is on the ledger that it asked, and why.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
need jq
make_history
new_keys reg --role auditor
medchain-member add -q keys/reg/reg.member -k keys/hosp-a --time "$(at $minute)" >/dev/null
act_as reg
case_() { medchain-audit case "$@" --time "$(at $minute)"; }
first_tag=$(act_as hosp-b && tag_of SubjectCanary001)

it "opens the matter of the subject that an entry is about, and says its tags, at all members that are known"
run case_ "$treated" --reason INQUIRY --until 2026-12-31T00:00:00Z
expect_status 0
opening=$(jq -r 'select(.type == "receipt") | .entry' "$out")
expect_row coverage ".tags[0] == {member: \"hosp-b\", subject_tag: \"$first_tag\", origin: \"given\"}"
tags=$(jq -c 'select(.type == "coverage") | .tags' "$out")
run medchain-audit log --json --kind case
expect_row event ".entry == $opening and .act == \"opening\" and .author == \"reg\" and .person_is == \"asserted\" and .problem == \"INQUIRY\"
  and .members == [\"hosp-b\"] and .subjects == [\"$first_tag\"]"
run medchain-audit subject --subject-tag "$first_tag" --json
expect_status 0
jq -se --argjson o "$opening" 'any(.[]; .type == "access" and .entry == $o)' "$out" >/dev/null || fail 'the opening is not in the report of the subject'
run case_ "$anchored:1" --reason INQUIRY
expect_status 0
[[ $(jq -r 'select(.type == "coverage") | .tags[0].subject_tag' "$out") == "$(act_as hosp-b && tag_of SubjectCanary002)" ]]
run case_ --subject-tag "$first_tag" --reason INQUIRY
expect_status 0
[[ $(jq -c 'select(.type == "coverage") | .tags' "$out") == "$tags" ]]

it "says no tag before it is on the ledger"
before=$(entry_count L)
run case_ "$treated" --reason INQUIRY --dry-run
expect_status 0
expect_no_out '"coverage"|subject'
run case_ "$treated" --reason INQUIRY --emit
expect_status 0
expect_no_out '"coverage"'
[[ $(entry_count L) == "$before" ]]

it "ends it, which its auditor alone may"
fails_with 2 "'--reason'" case_ --close "$opening"
act_as hosp-b
fails_with 5 "is closed by who opened it, 'reg'" case_ --close "$opening" --reason OVER
act_as reg
run case_ --close "$opening" --reason OVER
expect_status 0
fails_with 8 "was closed at entry" case_ --close "$opening" --reason OVER

it "is for auditors, about one subject, and for a reason"
before=$(entry_count L)
fails_with 2 "is about 2 subjects; a case opens one" case_ "$release" --reason INQUIRY
fails_with 3 "names no subject and no record" case_ 0 --reason INQUIRY
fails_with 3 "." case_ 999999 --reason INQUIRY
fails_with 3 "no record of a subject with this tag" case_ --subject-tag "sha256:$(printf '0%.0s' {1..64})" --reason INQUIRY
fails_with 2 "expected ENTRY or ENTRY:ROW, or '--subject-tag', or '--close'" case_ --reason INQUIRY
fails_with 2 "expected ENTRY or ENTRY:ROW, or '--subject-tag', or '--close'" case_ "$anchored:1" --close 3 --reason INQUIRY
fails_with 2 "'--until' does not go with '--close'" case_ --close 3 --until 2026-12-31T00:00:00Z --reason INQUIRY
fails_with 2 "'--reason'" case_ "$anchored:1"
fails_with 2 "reason" case_ "$anchored:1" --reason 'two words'
act_as hosp-c
fails_with 5 "opened by an auditor" case_ "$anchored:1" --reason INQUIRY
[[ $(entry_count L) == "$before" ]]
