#!/usr/bin/env bash
# 32 releases at once on a grant of 5 uses: five are on the ledger, and exactly their packages are there.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing put
granted --uses 5

it "gives five uses to thirty-two that race from four copies of the vault"
# One vault is held by one process at a time; copies of it meet within the ledger's transaction.
for copy in 1 2 3 4; do cp -a L.vaults/hosp-b "vault-$copy"; done
packages=$(published)
pids=()
for ((i = 0; i < 32; i++)); do
  (
    code=0
    medchain-grant release "$grant" --vault "vault-$((i % 4 + 1))" --wait 300s --time "$(at 0)" >"raced-$i" 2>"said-$i" || code=$?
    echo "$code" >"code-$i"
  ) &
  pids+=($!)
done
wait "${pids[@]}"
[[ $(cat code-* | grep -cx 0) == 5 ]] || fail "statuses: $(cat code-* | LC_ALL=C sort | uniq -c | paste -sd' ')"
[[ $(cat code-* | grep -cx 9) == 27 ]] || fail "statuses: $(cat code-* | LC_ALL=C sort | uniq -c | paste -sd' ') $(cat said-* | LC_ALL=C sort | uniq -c)"
[[ $(cat raced-* | jq -s 'map(select(.kind == "release")) | length') == 5 ]]
[[ $(cat raced-* | wc -l) == 5 ]] || fail "who was refused printed something"
[[ $(published) == $((packages + 5)) && $(staged) == 0 ]] || fail "$(published) packages, $packages before; $(staged) staged"

it "counts five, has recorded one refusal, and every package is named by an entry"
run medchain-grant list --grants --json
expect_json '.used == 5 and .state == "exhausted"'
cat said-* | grep -c 'recorded the refusal' >recorded
[[ $(<recorded) == 1 ]] || fail "$(<recorded) refusals recorded"
run medchain-vault check -q
expect_status 0
run medchain-verify ledger -q
expect_status 0
