#!/usr/bin/env bash
# Who holds a prescription reads it again at any time, and nobody else; who prescribed it reads what came back.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq

make_rx
shows() { run medchain-rx show --token-file rx.token; }

it "shows nothing before somebody holds it"
issued
act_as ph-a
fails_with 8 "nobody holds the prescription" medchain-rx show --token-file rx.token

it "shows it to the holder, as often as it asks, and puts nothing on the ledger"
accepted
jq -c 'select(.type == "prescription-document")' "$out" >first
entries=$(entry_count L)
for _ in 1 2; do
  shows
  expect_status 0
  same first "$out"
done
run medchain-rx dispense "$rx" --document some.json --time "$(at 0)"
expect_status 0
shows
same first "$out"
[[ $(entry_count L) == $((entries + 1)) ]] || fail "something was appended"

it "shows it to no other pharmacy, token or not, nor to the payer"
for other in ph-b payer hosp-a; do
  act_as $other
  fails_with 8 "is held by 'ph-a'" medchain-rx show --token-file rx.token
done
act_as ph-b
fails_with 5 "was prescribed by 'hosp-a'" medchain-rx show "$rx"
fails_with 2 "expected PRESCRIPTION" medchain-rx show
fails_with 2 "expected PRESCRIPTION" medchain-rx show "$rx" --token-file rx.token

it "shows it to the holder no more when it gave it back, but to the next one"
act_as ph-a
run medchain-rx return "$rx" --document note.json --time "$(at 1)"
expect_status 0
fails_with 8 "nobody holds the prescription" medchain-rx show --token-file rx.token
now=1
accepted ph-b
shows
same first "$out"
act_as ph-a
fails_with 8 "is held by 'ph-b'" medchain-rx show --token-file rx.token

it "shows it to who closed it, and no more when it is cancelled"
act_as ph-b
sed 's/"quantity":12/"quantity":8/' some.json >rest.json
run medchain-rx dispense "$rx" --document rest.json --time "$(at 1)"
expect_status 0
run medchain-rx close "$rx" --time "$(at 1)"
expect_status 0
shows
same first "$out"
completed=$rx
issued
accepted
run medchain-rx cancel "$rx" --document note.json --time "$(at 1)"
expect_status 0
fails_with 9 "was cancelled" medchain-rx show --token-file rx.token

it "tells the prescriber what was dispensed and why it came back"
act_as hosp-a
run medchain-rx show "$completed"
expect_status 0
expect_json -s '.[0].type == "prescription-document" and (.[1:] | map([.act, .author, .reason, (.products | map([.quantity, .batch]))]))
  == [["dispense", "ph-a", null, [[12, "B7"]]], ["return", "ph-a", "holiday", []], ["dispense", "ph-b", null, [[8, "B7"]]]]'

it "shows the notes that can be read when one of them can not, and says which"
package_of() { # ACT: of the entry after $completed that does it
  local i
  for ((i = completed + 1; i < $(entry_count L); i++)); do
    "$MEDCHAIN_TEST_TAMPER" L get $i | sed -n 1p | jq -r "select(.type == \"prescription\" and .act == \"$1\") | .package.hash" | sed 's/sha256:\(..\)\(.*\)/L.packages\/\1\/\1\2.age/'
  done | sed 1q
}
package=$(package_of return)
cp "$package" good
printf x | dd of="$package" bs=1 seek=40 conv=notrunc status=none
run medchain-rx show "$completed"
expect_status 1
expect_err "entry [0-9]+: "
expect_json -s '.[1:] | map(.act) == ["dispense", "dispense"]'
cp good "$package"
run medchain-rx show "$completed"
expect_status 0
rm -r L.packages
fails_with 3 "." medchain-rx show "$completed"

it "keeps the package while somebody can redeem it or holds it, whatever is pruned"
rm -rf L L.* keys
make_rx
pruned() {
  act_as hosp-a
  run medchain-vault prune --older-than 0d --time "$(at "$now")"
  expect_status 0
  find L.packages -name '*.age' | wc -l
}
now=0
issued
[[ $(pruned) == 1 ]] || fail "it can be redeemed"
accepted
[[ $(pruned) == 1 ]] || fail "ph-a holds it"
act_as hosp-a
run medchain-rx cancel "$rx" --time "$(at 0)"
expect_status 0
act_as ph-a
shows
expect_status 0
run medchain-rx return "$rx" --time "$(at 0)"
expect_status 0
[[ $(pruned) == 0 ]] || fail "it is cancelled"
now=0
issued
now=2000
act_as hosp-a
run medchain-rx issue --document rx.json --subject P1 --token-file tick.token --time "$(at 2000)"
expect_status 0
[[ $(pruned) == 1 ]] || fail "one expired, and one is new"

it "shows nothing that is not held yet: with --emit and --dry-run"
make_again() {
  rm -rf L L.* keys
  make_rx
  now=0
  issued
}
make_again
act_as ph-a
run medchain-rx accept --token-file rx.token --time "$(at 0)" --dry-run
expect_status 0
expect_no_out prescription-document
run medchain-rx accept --token-file rx.token --time "$(at 0)" --emit
expect_status 0
expect_no_out prescription-document
expect_json '.type == "entry" and .kind == "prescription"'
