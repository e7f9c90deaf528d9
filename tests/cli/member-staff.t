#!/usr/bin/env bash
# Staff keys: each member registers those of its own people, by pseudonym.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger
new_keys hosp-b --role custodian
admit hosp-b
staff() { medchain-member "$@" --time "$(at 1)"; }
one=$(medchain-key new -q --staff-of hosp-b -k staff/one | jq -r .sign)
two=$(medchain-key new -q --staff-of hosp-b -k staff/two | jq -r .sign)
act_as hosp-b

it "registers a staff key by its text and by its file"
run staff staff-add "$one"
expect_status 0
expect_err "registered staff key 'hosp-b/s-"
run staff staff-add staff/two/staff
expect_status 0
run medchain-member show hosp-b
expect_out "^key: +${one//+/[+]} from entry"
expect_out "^key: +${two//+/[+]} from entry"

it "registers no key twice, and none of another member"
fails_with 8 "is or was in use" staff staff-add "$one"
act_as hosp-a
fails_with 5 "named hosp-a/s-" staff staff-add "$(medchain-key new -q --staff-of hosp-b -k staff/three | jq -r .sign)"

it "lets staff keys sign nothing for the member"
cp keys/hosp-b/hosp-b.member staff/one/
fails_with 5 "is not that of the card" staff group create team hosp-a -k staff/one

it "ends a staff key for ever"
act_as hosp-b
run staff staff-revoke "$one"
expect_status 0
run medchain-member show hosp-b
expect_out "^key: +${one//+/[+]} from entry [0-9]+ until entry"
fails_with 8 "not in force" staff staff-revoke "$one"
fails_with 8 "is or was in use" staff staff-add "$one"

it "refuses what is no staff key"
fails_with 2 "staff key" staff staff-add rubbish
: >empty
fails_with 2 "staff key" staff staff-add empty
fails_with 5 "named hosp-b/s-" staff staff-add "$(medchain-key show --json | jq -r .card.sign)"
