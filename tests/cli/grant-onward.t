#!/usr/bin/env bash
# Passing on: what a grant allows goes from A to C with both grants; what it does not is refused, recorded and proven.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing put
new_keys hosp-c --role custodian --role requester
MEDCHAIN_PERSON='' admit hosp-c
last_entry() { "$MEDCHAIN_TEST_TAMPER" L get $(($(entry_count L) - 1)); }

it "refuses to pass on what may not be, and proves by the signed statement who tried"
granted --uses 9
first=$grant
released
act_as hosp-r
medchain-grant open "$release" -C got --time "$(at 0)" -q >/dev/null
packages=$(published)
fails_with 5 'passed on' medchain-grant give --parent "$first" --actor member:hosp-c --time "$(at 0)"
expect_err 'recorded the refusal at entry'
last_entry >denied
{ grep -q '"type":"denied"' denied && grep -q '"author":"hosp-r"' denied && grep -q '"actor":"hosp-r"' denied; } || fail "$(<denied)"
{ grep -q '"rule":"grant.onward"' denied && grep -q '"refused":"' denied; } || fail "$(<denied)"
[[ $(published) == "$packages" && $(staged) == 0 ]]

it "passes on within what the grant allows, with both grants in the chain"
granted --uses 3 --onward 1
parent=$grant
released
act_as hosp-r
medchain-grant open "$release" -C mine --time "$(at 0)" -q >/dev/null
run medchain-grant give --parent "$parent" --actor member:hosp-c --uses 2 --time "$(at 0)"
expect_status 0
child=$(jq -r .entry "$out")
run medchain-grant release "$child" --time "$(at 0)"
expect_status 0
expect_err "released 2 records to 'hosp-c'"
onward=$(jq -r .entry "$out")
no_trace SubjectCanary001 SubjectCanary002
act_as hosp-c
run medchain-grant open "$onward" -C passed --time "$(at 0)"
expect_status 0
for id in 9 10; do same "passed/Observation-$id.json" "mine/Observation-$id.json"; done
run medchain-grant list --grants --json
jq -e -s --argjson parent "$parent" --argjson child "$child" '
  (map(select(.entry == $parent))[0]) as $p | (map(select(.entry == $child))[0]) as $c |
  $c.depth == 1 and $c.custodian == "hosp-b" and $c.author == "hosp-r" and $c.parent == $p.hash and $p.used == 2 and $c.used == 1' "$out" >/dev/null ||
  fail "$(<"$out")"
[[ $(find . -name '.medchain-staging-*' | wc -l) == 0 ]] || fail "what was opened to be passed on lies about"

it "counts a use that is passed on against the grant it came from"
act_as hosp-r
run medchain-grant release "$child" --time "$(at 0)"
expect_status 0
packages=$(published)
fails_with 9 'used up' medchain-grant release "$child" --time "$(at 0)"
act_as hosp-b
fails_with 9 'used up' medchain-grant release "$parent" --time "$(at 0)"
[[ $(published) == "$packages" && $(staged) == 0 ]]

it "is never wider than what it rests on, and the attempt is on record"
granted --uses 3 --onward 1 --data-from 2025-02-02
parent=$grant
released
act_as hosp-r
fails_with 5 'wider' medchain-grant give --parent "$parent" --actor member:hosp-c --uses 4 --time "$(at 0)"
last_entry >denied
{ grep -q '"rule":"grant.wider"' denied && grep -q '"refused":"' denied; } || fail "$(<denied)"
fails_with 5 'wider' medchain-grant give --parent "$parent" --actor member:hosp-c --data-from 2025-02-01 --time "$(at 0)"

it "passes on what came by the grant, not other records that it has"
run medchain-grant give --parent "$parent" --actor member:hosp-c --uses 1 --time "$(at 0)"
expect_status 0
child=$(jq -r .entry "$out")
run medchain-grant release "$child" --time "$(at 0)"
expect_status 0
expect_err "released 1 record to 'hosp-c'"
onward=$(jq -r .entry "$out")
act_as hosp-c
medchain-grant open "$onward" -C narrow --time "$(at 0)" -q >/dev/null
[[ $(find narrow -type f -printf '%f\n') == Observation-10.json ]]

it "ends when the grant it rests on ends"
granted --uses 9 --onward 1
parent=$grant
released
act_as hosp-r
run medchain-grant give --parent "$parent" --actor member:hosp-c --uses 2 --time "$(at 0)"
child=$(jq -r .entry "$out")
act_as hosp-b
medchain-grant revoke "$parent" --reason ended --time "$(at 0)" -q >/dev/null
act_as hosp-r
packages=$(published)
fails_with 9 'revoked' medchain-grant release "$child" --time "$(at 0)"
[[ $(published) == "$packages" && $(staged) == 0 ]]

it "is for who passed it on, and needs something that came"
granted --uses 9 --onward 1
parent=$grant
act_as hosp-r
run medchain-grant give --parent "$parent" --actor member:hosp-c --uses 2 --time "$(at 0)"
child=$(jq -r .entry "$out")
fails_with 5 'nothing within the grant has come' medchain-grant release "$child" --time "$(at 0)"
act_as hosp-c
fails_with 5 "only 'hosp-b' releases by this grant, or who passes it on" medchain-grant release "$child" --to hosp-a --time "$(at 0)"

it "leaves a ledger that verifies"
run medchain-verify ledger -q
expect_status 0
