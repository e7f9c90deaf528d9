#!/usr/bin/env bash
# medchain-grant revoke, suspend, resume and assess: who may, in which state, and who is told.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing
act_as hosp-b
give() { # -> $grant
  run medchain-grant give --to hosp-r --purpose TREAT --until 30d --all --time "$(at 0)" "$@"
  expect_status 0
  grant=$(jq -r .entry "$out")
}
give

it "suspends and resumes, and tells who holds the grant, in one transaction"
count=$(entry_count L)
run medchain-grant suspend "$grant" --reason checking --time "$(at 0)"
expect_status 0
expect_receipts 'map(.kind) == ["revoke", "notice"]'
[[ $(entry_count L) == $((count + 2)) ]]
run medchain-grant check --member hosp-r --purpose TREAT
expect_status 1
expect_out "grant.suspended"
run medchain-grant resume "$grant" --time "$(at 0)"
expect_status 0
expect_receipts 'map(.kind) == ["revoke"]'
run medchain-grant check --member hosp-r --purpose TREAT
expect_status 0

it "refuses what does not fit the state"
fails_with 8 "the grant is active" medchain-grant resume "$grant" --time "$(at 0)"
run medchain-grant revoke "$grant" --reason withdrawn --time "$(at 0)"
expect_status 0
count=$(entry_count L)
fails_with 8 "the grant is revoked" medchain-grant revoke "$grant" --time "$(at 0)"
fails_with 8 "the grant is revoked" medchain-grant suspend "$grant" --time "$(at 0)"
fails_with 8 "the grant is revoked" medchain-grant resume "$grant" --time "$(at 0)"
fails_with 2 "option '--reason'" medchain-grant revoke "$grant" --reason 'a person' --time "$(at 0)"
fails_with 3 "there is no grant '0'" medchain-grant revoke 0 --time "$(at 0)"
[[ $(entry_count L) == "$count" ]]

it "lets the only receiver give a grant back, and nobody else end it"
give
act_as hosp-a
fails_with 5 "'hosp-a' can not revoke the grant of 'hosp-b'" medchain-grant revoke "$grant" --time "$(at 0)"
act_as hosp-r
fails_with 5 "'hosp-r' can not suspend" medchain-grant suspend "$grant" --time "$(at 0)"
run medchain-grant revoke "$grant" --time "$(at 0)"
expect_status 0
expect_receipts 'map(.kind) == ["revoke"]'
act_as hosp-b

it "records an assessment that a grant then names, and shows nothing of it"
echo AssessmentCanary >assessment
run medchain-grant assess assessment --time "$(at 0)"
expect_status 0
assessed=$(jq -r .hash "$out")
no_trace AssessmentCanary "$(sha256sum assessment | cut -c1-64)"
give --assessment "${assessed:7:10}"
run medchain-grant list --grants --json
jq -s -e --arg hash "$assessed" 'last | .basis.assessment == $hash' "$out" >/dev/null || fail "assessment"
fails_with 3 "there is no assessment" medchain-grant give --to hosp-r --purpose TREAT --until 30d --all --assessment 3 --time "$(at 0)"
fails_with 3 "cannot (open|read) 'missing'" medchain-grant assess missing --time "$(at 0)"

it "revokes once, of 32 at the same time"
give
for i in {1..32}; do
  medchain-grant revoke "$grant" --reason "no-$i" --wait 5m --time "$(at 0)" >"answer.$i" 2>"told.$i" &
done
wait
[[ $(cat answer.* | grep -c '"revoke"') == 1 ]] || fail "$(cat answer.* | grep -c '"revoke"') times"
[[ $(cat told.* | grep -c 'the grant is revoked') == 31 ]] || fail "$(cat told.*)"
run medchain-verify ledger -q
expect_status 0
