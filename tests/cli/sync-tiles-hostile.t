#!/usr/bin/env bash
# Trees that are cut, changed, mixed up, forged or of others: each has its finding, and nothing is published over them.
. "${0%/*}/lib.sh" || exit
: "${MEDCHAIN_TEST_PEERS:?the path of medchain-peers}"
need jq

anchors() { "$MEDCHAIN_TEST_PEERS" anchors "$1" "$1.host" keys/hosp-a "$2" "${3:-1}"; }
new_ledger L
patients 3 | medchain-anchor -q --time "$(at 0)" >/dev/null
anchors L 1 40
anchors L 300
medchain-sync tiles -q -o good >/dev/null
run medchain-verify ledger --from good --json --seen seen
expect_status 0

# finds ID PATTERN: the tree bad has this finding, and status 1.
finds() {
  run medchain-verify ledger --from bad --json "${@:3}"
  expect_status 1
  expect_json -s "any(.[]; .type == \"finding\" and .id == \"$1\")"
  jq -r 'select(.type == "finding") | .id + " " + .message' "$out" >findings
  grep -Eq -- "^$1 .*$2" findings || fail "no $1 with /$2/: $(<findings)"
  expect_summary '.findings > 0'
}
spoilt() {
  rm -rf bad
  cp -r good bad
}
# flip FILE AT: one bit of the file in the tree bad.
flip() {
  local byte
  byte=$(od -An -tu1 -j "$2" -N 1 "bad/$1")
  # shellcheck disable=SC2059 # an octal escape is made
  printf "\\$(printf %o $((byte ^ 1)))" | dd of="bad/$1" bs=1 seek="$2" conv=notrunc status=none
}

it "names a file that is not there"
while read -r file; do
  spoilt
  rm "bad/$file"
  case $file in
    checkpoint)
      fails_with 4 "there is no tile tree" medchain-verify ledger --from bad
      ;;
    tile/entries/*) finds chain.missing "'$file' is missing" ;;
    tile/*) finds tree.damaged "'$file' is missing" ;;
    *) finds manifest.damaged "'$file' is missing" ;;
  esac
done < <(cd good && find . -type f | sed 's,^./,,')

it "names a file that is cut, or longer"
while read -r file; do
  for change in cut longer; do
    spoilt
    if [[ $change == cut ]]; then truncate -s -1 "bad/$file"; else printf x >>"bad/$file"; fi
    run medchain-verify ledger --from bad --json
    expect_status 1
    expect_json -s 'any(.[]; .type == "finding")'
    [[ $file == checkpoint ]] || expect_out "$file"
  done
done < <(cd good && find . -type f | sed 's,^./,,')

it "finds each kind of changed byte"
spoilt
flip tile/entries/000 400
finds chain.altered 'entry 0 is not the one that the checkpoint signs'
spoilt
flip tile/0/000 40
finds tree.damaged 'the hash of entry 1 is not that of its bytes, which are those that the checkpoint signs'
spoilt
flip tile/1/000.p/1 3
finds tree.damaged "hash 0 of 'tile/1/000.p/1' does not follow"
spoilt
flip manifests/entry/002 1234
finds manifest.damaged 'entry 2.*is not the one that the entry commits to'
spoilt
flip manifests/bundle/000 299
finds manifest.damaged 'entry 1:'
spoilt
sed -i '2s/.*/302/' bad/checkpoint
finds checkpoint.invalid ''

it "finds another history, and one that is shorter, from what was seen"
new_ledger M
medchain-sync tiles -q -o other >/dev/null
rm -rf bad
cp -r other bad
run medchain-verify ledger --from bad --seen seen --json
expect_status 1
expect_json -s 'any(.[]; .type == "finding" and .id == "seen.genesis")'
on_ledger L
cp -r L L-before
cp -r L.host L-before.host
anchors L 5
medchain-sync tiles -q -o good >/dev/null
run medchain-verify ledger --from good --seen seen -q
expect_status 0
medchain-sync tiles -q -l L-before -o shorter >/dev/null
run medchain-verify ledger --from shorter --seen seen --json
expect_status 11
expect_json -s 'any(.[]; .type == "finding" and .id == "seen.rollback")'
[[ -e seen.evidence ]] || fail "no evidence"
anchors L-before 5
medchain-sync tiles -q -l L-before -o forked >/dev/null
run medchain-verify ledger --from forked --seen seen --json
expect_status 11
expect_json -s 'any(.[]; .type == "finding" and .id == "seen.fork")'
jq -e '.kind == "fork" and .root_found' seen.evidence-1 >/dev/null

it "publishes nothing to a tree of another ledger, ahead of it or forked"
state() { find good -type f -print0 | sort -z | xargs -0 sha256sum; }
before=$(state)
fails_with 8 "has the tree of another ledger" medchain-sync tiles -l M -o good
fails_with 11 "are not those that were published" medchain-sync tiles -l L-before -o good
anchors L 1
medchain-sync tiles -q -o good >/dev/null
before=$(state)
fails_with 11 "but 310 were published|the ledger has [0-9]+ entries, but [0-9]+ were published" medchain-sync tiles -l L-before -o good
[[ $(state) == "$before" ]] || fail "something was written"
anchors L 1
mkdir -p good/tile/0/001.p
echo mine >"good/tile/0/001.p/$(($(entry_count L) - 256))"
fails_with 8 'is there with other bytes' medchain-sync tiles -o good
run medchain-verify ledger --from good -q
expect_status 0

it "reads no file that is none"
spoilt
rm bad/tile/0/000
mkfifo bad/tile/0/000
fails_with 3 'is not a regular file' medchain-verify ledger --from bad
rm bad/tile/0/000
ln -s /dev/zero bad/tile/0/000
run medchain-verify ledger --from bad
((status == 3 || status == 1)) || fail "status $status"
spoilt
rm bad/checkpoint
mkdir bad/checkpoint
fails_with 3 'is not a regular file' medchain-verify ledger --from bad

it "does not believe a size"
for size in 9007199254740991 9223372036854775807; do
  spoilt
  sed -i "2s/.*/$size/" bad/checkpoint
  run timeout 60 medchain-verify ledger --from bad --json
  expect_status 1
done
spoilt
"$MEDCHAIN_TEST_PEERS" empty L.host ledger.example/L >bad/checkpoint
finds chain.missing 'no genesis entry'

it "needs a place where it may write"
if ((EUID != 0)); then
  mkdir locked
  chmod 555 locked
  fails_with 7 "permission denied" medchain-sync tiles -o locked
  chmod 755 locked
fi
echo file >file
fails_with 7 "create directory" medchain-sync tiles -o file
