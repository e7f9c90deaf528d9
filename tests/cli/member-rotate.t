#!/usr/bin/env bash
# Rotation of keys: signed by the old and the new one; old entries stay good, the old key is good for nothing any more.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger
new_keys hosp-b --role admin --role custodian
admit hosp-b
record() { echo "{\"resourceType\":\"Patient\",\"id\":\"$1\"}"; }
act_as hosp-b
record old | medchain-anchor -q --time "$(at 1)" >/dev/null
record emitted | medchain-anchor -q --emit --time "$(at 1)" >emitted
medchain-member suspend hosp-a --emit -q --time "$(at 1)" >old-act

new_keys other
medchain-key new -q --name hosp-b -k keys/hosp-b.2 >/dev/null
old=$(medchain-key show -k keys/hosp-b --json | jq -r .card.sign)
new=$(medchain-key show -k keys/hosp-b.2 --json | jq -r .card.sign)

it "refuses new keys of another member, and none"
fails_with 2 "of 'other', not of 'hosp-b'" medchain-member rotate --new-key keys/other --time "$(at 1)"
fails_with 2 "option '--new-key'" medchain-member rotate --time "$(at 1)"
fails_with 5 "nosuch" medchain-member rotate --new-key nosuch --time "$(at 1)"
fails_with 5 "must change a key" medchain-member rotate --new-key keys/hosp-b --time "$(at 1)"

it "refuses a key that somebody has or had"
medchain-key new -q --name hosp-b --sign-key keys/hosp-a/sign.key -k keys/stolen >/dev/null
fails_with 8 "is or was in use by 'hosp-a sign'" medchain-member rotate --new-key keys/stolen --time "$(at 1)"

it "replaces sign and seal key in one entry, signed by both"
run medchain-member rotate --new-key keys/hosp-b.2 --time "$(at 1)"
expect_status 0
expect_err "rotated the keys of 'hosp-b'; use 'keys/hosp-b.2' from now on"
run medchain-member show hosp-b --json
expect_json ".card.sign == \"$new\" and (.keys | length) == 2"
expect_json ".keys | map(select(.key == \"$old\"))[0].until > 0"
expect_json '.card.roles == ["admin", "custodian"]'
run medchain-member show hosp-b
expect_out "^key: +${old//+/[+]} from entry 1 until entry"

it "refuses the old key from then on"
fails_with 5 "by a key that ended at entry" medchain-member suspend hosp-a --time "$(at 1)"
run medchain-member endorse --time "$(at 1)" -k keys/hosp-a <old-act
expect_status 5
expect_out_empty

it "takes the new key"
export MEDCHAIN_KEY=$PWD/keys/hosp-b.2
run medchain-member group create team hosp-a hosp-b --time "$(at 1)"
expect_status 0

it "keeps records that the old key anchored, in the same vault"
run medchain-anchor --time "$(at 1)" <<<"$(record old)"
expect_status 0
expect_err "warning: 1 entry prepared earlier can no longer be appended"
expect_receipts '.[0] | .status == "unchanged" and .entry == 2'
if command -v medchain-verify >/dev/null; then medchain-verify ledger -q >/dev/null; fi

it "anchors anew what the old key had signed and nobody has appended"
# The entry printed before the rotation can never be appended: its key has ended.
run medchain-anchor --time "$(at 1)" <<<"$(record emitted)"
expect_status 0
expect_receipts '.[0] | .status == "anchored" and .entry > 2'
run medchain-anchor --time "$(at 1)" <<<"$(record emitted)"
expect_err "0 records|1 unchanged"
expect_receipts '.[0] | .status == "unchanged" and .entry > 2'

it "never goes back to an old key"
fails_with 8 "is or was in use" medchain-member rotate --new-key keys/hosp-b --time "$(at 1)"

it "authenticates with the new key only"
medchain-member challenge --verifier hosp-a --time "$(at 1)" >challenge
medchain-key answer -q -k keys/hosp-b <challenge >answer
run medchain-member authenticate --challenge challenge --time "$(at 1)" <answer
expect_status 1
medchain-key answer -q -k keys/hosp-b.2 <challenge >answer
run medchain-member authenticate --challenge challenge --time "$(at 1)" <answer
expect_status 0
