#!/usr/bin/env bash
# medchain-vault own, disown, delegate, undelegate: patients own subjects by both sides' signatures, and others act for them.
. "${0%/*}/lib.sh"
need jq
export MEDCHAIN_PERSON="staff 17"
patient=p-5d1f09ac37be2264
father=p-00000000000000aa

new_ledger L hosp-a
for name in "$patient" "$father"; do
  new_keys "$name" --kind patient
  admit "$name"
done
new_keys hosp-b --role requester
admit hosp-b
echo '{"resourceType":"Observation","id":"1","subject":{"reference":"SubjectCanary001"}}' |
  medchain-vault put -q --subject-from json:/subject/reference --time "$(at 0)" - >/dev/null
echo SubjectCanary001 >who
own() { medchain-vault "$@" --subject-file who --time "$(at 0)"; }
# signed_too MEMBER COMMAND...: the command's entry, endorsed by the member.
signed_too() {
  local with=$1
  shift
  "$@" --emit -q >line
  medchain-member endorse -q -k "keys/$with" --time "$(at 0)" <line
}

it "makes a patient an owner by the signatures of both, and of nobody alone"
fails_with 5 "'$patient'" own own "$patient"
run signed_too "$patient" own own "$patient"
expect_status 0
expect_json '.kind == "link"'
fails_with 8 'is an owner of the subject' own own "$patient"
grep -rqa SubjectCanary001 L && fail "the subject's name is on the ledger"

it "takes patients only, and subjects that the vault knows"
fails_with 5 'is not a patient member' own own hosp-b
fails_with 2 "option '--subject' is needed" medchain-vault own "$patient" --time "$(at 0)"
fails_with 2 "member 'No Name'" own own 'No Name'
echo UnknownCanary001 >unknown
fails_with 3 'no record of this subject' medchain-vault own "$father" --subject-file unknown --time "$(at 0)"
expect_no_err UnknownCanary001

it "keeps the last owner"
fails_with 5 'is the last owner of the subject' own disown "$patient"

it "demands the patient's own grant where the policy says so"
echo 'patient-grant: [HRESCH]' >policy.yaml
medchain-member policy policy.yaml -q --time "$(at 0)" >/dev/null
run medchain-grant give --to hosp-b --purpose HRESCH --type Observation --until 90d --subject SubjectCanary001 --time "$(at 0)"
expect_status 0
fails_with 5 "the policy demands the patient's own grant" medchain-grant release "$(jq -r .entry "$out")" --time "$(at 0)"
act_as "$patient"
run medchain-grant give --custodian hosp-a --to hosp-b --purpose HRESCH --type Observation --until 90d --time "$(at 0)" --all
grant=$(jq -r .entry "$out")
act_as hosp-a
run medchain-grant release "$grant" --time "$(at 0)"
expect_status 0
expect_err "released 1 record to 'hosp-b'"

it "lets a guardian act, once it has agreed, until it is ended"
act_as "$father"
by_father() { medchain-grant give --for "$patient" --custodian hosp-a --to hosp-b --purpose HRESCH --type Observation --until 90d --time "$(at 0)" --all; }
fails_with 5 'error' by_father
act_as hosp-a
fails_with 5 "'$father'" own delegate "$father" --guardian --patient "$patient"
run signed_too "$father" own delegate "$father" --guardian --patient "$patient"
expect_status 0
act_as "$father"
run by_father
expect_status 0
grant=$(jq -r .entry "$out")
act_as hosp-a
run medchain-grant release "$grant" --time "$(at 0)"
expect_status 0
run own undelegate "$father" --patient "$patient"
expect_status 0
fails_with 5 "the policy demands the patient's own grant" medchain-grant release "$grant" --time "$(at 0)"
fails_with 8 'does not act for' own undelegate "$father" --patient "$patient"

it "lets a patient name who acts for it, for a time"
act_as "$patient"
run signed_too "$father" medchain-vault delegate "$father" --until 30d --time "$(at 0)"
expect_status 0
run medchain-vault undelegate "$father" --time "$(at 0)"
expect_status 0
fails_with 2 'come together' medchain-vault delegate "$father" --patient "$patient" --time "$(at 0)"

it "lets an owner go when another is left"
act_as hosp-a
own own "$father" --emit -q >line
medchain-member endorse -q -k "keys/$father" --emit --time "$(at 0)" <line >twice 2>/dev/null || cp line twice
run medchain-member endorse -q -k "keys/$patient" --time "$(at 0)" <twice
expect_status 0
run signed_too "$patient" own disown "$patient"
expect_status 0
run medchain-verify ledger -q
expect_status 0
