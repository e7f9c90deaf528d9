#!/usr/bin/env bash
# Static trees and the Go implementation of transparency logs, which shares nothing with ours: tiles, entries, manifests, inclusion,
# and that each size is a beginning of the next.
. "${0%/*}/lib.sh" || exit
: "${MEDCHAIN_TEST_PEERS:?the path of medchain-peers}"
need jq

logcheck=$(bash "$SOURCE/tests/interop/go/build.sh" "$PWD/go" 2>go.log) || {
  grep -q skipped go.log || fail "$(cat go.log)"
  skip "Go or golang.org/x/mod is not installed"
}
new_ledger L
vkey=$(sed -n 's/^log //p' L/policy)
size=1
# grow_to SIZE [ROWS]: anchors of so many rows.
grow_to() {
  (($1 == size)) || "$MEDCHAIN_TEST_PEERS" anchors L L.host keys/hosp-a $(($1 - size)) "${2:-1}"
  size=$1
  medchain-sync tiles -q -o tree >/dev/null
}
# agrees ROWS: both say that the tree is whole, and that the one before is a beginning of it.
agrees() {
  run "$logcheck" tiles "$vkey" tree ${older:+"$older"}
  expect_status 0
  expect_out "^ok: $size entries, $1 rows"
  cp tree/checkpoint "at-$size"
  older=at-$size
  run medchain-verify ledger --from tree --json
  expect_status 0
  expect_summary ".count == $size and .records == $1"
}
older=

it "agree on an empty tree"
mkdir empty
"$MEDCHAIN_TEST_PEERS" empty L.host ledger.example/L >empty/checkpoint
run "$logcheck" tiles "$vkey" empty
expect_status 0
expect_out '^ok: an empty tree'
run medchain-verify ledger --from empty --json
expect_status 1
expect_json -s 'any(.[]; .id == "chain.missing")'

it "agree on every size around a full tile"
grow_to 1
agrees 0
grow_to 5 40
agrees 160
grow_to 255
agrees 410
grow_to 256
agrees 411
grow_to 257
agrees 412
grow_to 600
agrees 755

it "agree that something is wrong"
cp -r tree bad
printf x | dd of=bad/tile/entries/000 bs=1 seek=700 conv=notrunc status=none
run "$logcheck" tiles "$vkey" bad
expect_status 1
run medchain-verify ledger --from bad -q
expect_status 1
rm -r bad
cp -r tree bad
printf x | dd of=bad/manifests/entry/002 bs=1 seek=700 conv=notrunc status=none
run "$logcheck" tiles "$vkey" bad
expect_status 1
expect_err 'entry 2: manifest of root'
run medchain-verify ledger --from bad -q
expect_status 1
rm -r bad
cp -r tree bad
printf x | dd of=bad/tile/1/000.p/2 bs=1 seek=40 conv=notrunc status=none
run "$logcheck" tiles "$vkey" bad
expect_status 1

if [[ $(by_night yes no) == yes ]]; then
  it "agree on two and three levels of tiles"
  grow_to 65535
  agrees 65690
  grow_to 65536
  agrees 65691
  [[ -e tree/tile/1/000 && ! -e tree/tile/1/000.p && -e tree/tile/2/000.p/1 ]]
  grow_to 65537
  agrees 65692
  grow_to 70000
  agrees 70155
  [[ $(find tree/tile/0 -type f | wc -l) == 274 && -e tree/tile/0/273.p/112 && -e tree/tile/1/001.p/17 && -e tree/tile/2/000.p/1 ]]
  run "$logcheck" tiles "$vkey" tree at-1
  expect_status 0
fi
