#!/usr/bin/env bash
# Suspension, resumption, revocation, changes of a card, names and keys that are never used again.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger
new_keys hosp-b --role admin --role custodian
admit hosp-b
member() { medchain-member "$@" --time "$(at 1)"; }
anchor_as() {
  act_as "$1"
  run medchain-anchor --time "$(at 1)" <<<"{\"resourceType\":\"Patient\",\"id\":\"$2\"}"
  act_as hosp-a
}

it "lets an active custodian anchor"
anchor_as hosp-b one
expect_status 0

it "refuses every act of a suspended member, and keeps nothing of it"
run member suspend hosp-b --reason audit
expect_status 0
expect_err "appended entry .*: suspended 'hosp-b'"
before=$(entry_count ledger)
anchor_as hosp-b two
expect_status 5
expect_err "'hosp-b' is suspended since entry"
expect_summary '.anchored == 0 and .complete == false'
act_as hosp-b
fails_with 5 "'hosp-b' is suspended" member group create team hosp-a
fails_with 5 "'hosp-b' is suspended" member resume hosp-b
fails_with 5 "'hosp-b' is suspended" member staff-add "$(medchain-key new -q --staff-of hosp-b -k staff/b | jq -r .sign)"
act_as hosp-a
[[ $(entry_count ledger) == "$before" ]]

it "shows the suspension and its reason code"
run medchain-member show hosp-b
expect_out "^status: +suspended since entry"
run medchain-member list --json
expect_json 'select(.member == "hosp-b") | .status == "suspended"'

it "refuses a second suspension and the resumption of who is active"
fails_with 8 "suspended" member suspend hosp-b
fails_with 8 "active" member resume hosp-a
fails_with 5 "'nobody' is not a member" member suspend nobody
fails_with 2 "reason" member suspend clock --reason "free text about a person"

it "resumes, and what was refused can be done again"
run member resume hosp-b
expect_status 0
anchor_as hosp-b two
expect_status 0
expect_summary '.anchored == 1 and .complete'

it "keeps one admin and the clock"
fails_with 5 "without a clock" member suspend clock
fails_with 5 "without a clock" member revoke clock
run member revoke hosp-b
expect_status 0
for act in suspend revoke; do
  run member $act hosp-a --json
  expect_status 5
  expect_out_empty
  expect_error_id member.last_admin
done
cp -r keys/hosp-a keys/demoted
rm keys/demoted/hosp-a.member
sign_card_without_admin() {
  medchain-key new -q --name hosp-a --role custodian --sign-key keys/hosp-a/sign.key -k keys/without-admin >/dev/null
}
sign_card_without_admin
run member update keys/without-admin/hosp-a.member
expect_status 5
expect_out_empty

it "revokes for ever"
anchor_as hosp-b three
expect_status 5
expect_err "'hosp-b' is revoked since entry"
fails_with 8 "revoked" member resume hosp-b
fails_with 8 "revoked" member suspend hosp-b
fails_with 8 "revoked" member revoke hosp-b
fails_with 8 "cannot update 'hosp-b', which is revoked" member update keys/hosp-b/hosp-b.member
fails_with 8 "names are never used again" member add keys/hosp-b/hosp-b.member

it "never uses a name or a key again"
new_keys again --role custodian --sign-key keys/hosp-b/sign.key
run member add keys/again/again.member --json
expect_status 8
expect_error_id member.key_used
medchain-key new -q --name hosp-b --role custodian -k keys/hosp-b2 >/dev/null
run member add keys/hosp-b2/hosp-b.member --json
expect_status 8
expect_error_id member.exists
medchain-key new -q --name thief --sign-key keys/hosp-a/sign.key -k keys/thief >/dev/null
run member add keys/thief/thief.member --json
expect_status 8
expect_error_id member.key_used

it "leaves the records of a revoked member where they are"
run medchain-member list
expect_out "^hosp-b +revoked"
if command -v medchain-verify >/dev/null; then medchain-verify ledger -q >/dev/null; fi

it "lets a member leave by its own signature"
new_keys guest --role custodian
admit guest
run medchain-member revoke guest -k keys/guest --time "$(at 1)"
expect_status 0
run medchain-member list
expect_out "^guest +revoked"

it "lets nobody but admins change others"
new_keys clinic-c --role custodian --role requester
admit clinic-c
new_keys bystander
admit bystander
new_keys clinic-d
fails_with 5 "needs the role admin" medchain-member add keys/clinic-d/clinic-d.member -k keys/clinic-c --time "$(at 1)"
fails_with 5 "needs the role admin" medchain-member suspend bystander -k keys/clinic-c --time "$(at 1)"
printf 'admit: 1\n' >policy.yaml
fails_with 5 "needs the role admin" medchain-member policy policy.yaml -k keys/clinic-c --time "$(at 1)"

it "changes roles, level and names of a member, not its keys"
medchain-key new -q --name clinic-c --level community --display "New Name" --role requester --sign-key keys/clinic-c/sign.key -k keys/renamed >/dev/null
run member update keys/renamed/clinic-c.member
expect_status 5
expect_err "update changes no keys"

it "refuses who was never admitted, and a custodian without the role"
new_keys stranger --role custodian
act_as stranger
fails_with 5 "'stranger' is not a member" medchain-anchor --time "$(at 1)" <<<'{"resourceType":"Patient","id":"1"}'
new_keys requester --role requester
act_as hosp-a
member add -q keys/requester/requester.member >/dev/null
anchor_as requester four
expect_status 5
expect_err "'requester' has not the role custodian"
