#!/usr/bin/env bash
# A hundred processes at once redeem one prescription, dispense its last item, claim its receipt: one wins, 99 conflicts, nothing else.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq mdb_dump

make_rx
for ((i = 0; i < 8; i++)); do
  new_keys "r$i" --role dispenser --role payer
  admit "r$i"
done
count() { mdb_dump -p -s entries L | grep -ac "\"act\":\"$1\"" || true; }

# races NAME... -- COMMAND...: by turns as NAME, each with a vault of its own, a hundred at once; exactly one ends with 0, 99 with 8.
races() {
  local names=() i codes
  while [[ $1 != -- ]]; do
    names+=("$1")
    shift
  done
  shift
  rm -rf race vaults
  mkdir race vaults
  for ((i = 0; i < 100; i++)); do
    (
      code=0
      act_as "${names[i % ${#names[@]}]}"
      "$@" --vault "vaults/$i" --wait 300s --time "$(at 1)" -q >"race/$i.out" 2>"race/$i.err" || code=$?
      echo "$code" >"race/$i.code"
    ) &
  done
  wait
  codes=$(cat race/*.code | LC_ALL=C sort | uniq -c | tr -s ' \n' ' ')
  [[ $codes == " 1 0 99 8 " ]] || fail "statuses: $codes; $(cat race/*.err | LC_ALL=C sort | uniq -c)"
  [[ $(cat race/*.out | jq -s 'map(select(.type == "receipt")) | length') == 1 ]] || fail "receipts: $(cat race/*.out)"
  for ((i = 0; i < 100; i++)); do
    [[ $(<"race/$i.code") == 0 || ! -s race/$i.out ]] || fail "a loser was told something: $(cat "race/$i.out")"
  done
}

it "has one winner of a hundred that redeem it"
issued
races r0 r1 r2 r3 r4 r5 r6 r7 -- medchain-rx accept --token-file rx.token
[[ $(count accept) -ge 1 && $(cat race/*.out | grep -c prescription-document) == 1 ]] || fail "who was shown it: $(grep -l prescription-document race/*.out)"
expect_state held
winner=$(medchain-rx list --json | jq -r .holder)

it "has one winner of a hundred that dispense the last item"
act_as "$winner"
run medchain-rx dispense "$rx" --document some.json --time "$(at 1)"
expect_status 0
sed 's/"quantity":12/"quantity":8/' some.json >rest.json
races "$winner" -- medchain-rx dispense "$rx" --document rest.json
[[ $(medchain-rx list --json | jq -c .dispensed) == "[20]" ]] || fail "dispensed: $(medchain-rx list --json)"
act_as "$winner"
run medchain-rx close "$rx" --time "$(at 1)"
expect_status 0

it "has one winner of a hundred that claim the receipt"
races r0 r1 r2 r3 r4 r5 r6 r7 payer -- medchain-rx claim "$rx"
expect_state claimed

it "has recorded each loser once, has no package too many, and verifies"
[[ $(find L.packages -name '*.age' | wc -l) == 3 ]] || fail "$(find L.packages -name '*.age')"
[[ -z $(find L.packages -path '*staging*' -type f) ]] || fail "$(find L.packages -path '*staging*')"
# Eight that redeemed in vain, the one that dispensed so, and eight more payers: one for each member and reason.
denied=$(mdb_dump -p -s entries L | grep -ac '"type":"denied"')
((denied == 17)) || fail "$denied refusals"
run medchain-verify ledger -q
expect_status 0
