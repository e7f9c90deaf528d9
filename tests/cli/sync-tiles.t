#!/usr/bin/env bash
# A ledger published as a static tree (C2SP tlog-tiles): what is in it, that it grows and is verified whole.
. "${0%/*}/lib.sh" || exit
: "${MEDCHAIN_TEST_PEERS:?the path of medchain-peers}"
need jq

publish() { run medchain-sync tiles -o tree "$@"; }
verify() { run medchain-verify ledger --from tree --json "$@"; }
files() { (cd "$1" && find . -type f | sed 's,^./,,' | LC_ALL=C sort); }
anchors() { "$MEDCHAIN_TEST_PEERS" anchors L L.host keys/hosp-a "$1" "${2:-1}"; }
# is_whole ENTRIES: the tree verifies, and it is of so many entries.
is_whole() {
  verify
  expect_status 0
  expect_summary ".count == $1 and .findings == 0 and .complete"
  same L/checkpoint tree/checkpoint
}

new_ledger L

it "publishes a new ledger"
publish
expect_status 0
expect_json -s 'length == 1 and .[0].type == "summary" and .[0].count == 1 and .[0].published == 1 and .[0].files == 2 and .[0].complete'
expect_err "published entry 0 to 'tree': 2 files$"
[[ $(files tree) == $'checkpoint\ntile/0/000.p/1\ntile/entries/000.p/1' ]] || fail "$(files tree)"
is_whole 1
expect_json -s '[.[] | select(.type == "summary")] | length == 1 and (.[0].witnessed | not)'

it "does nothing where there is nothing new"
before=$(find tree -printf '%p %i %T@\n' | sort)
publish
expect_status 0
expect_summary '.published == 0 and .files == 0 and .count == 1'
expect_err "'tree' has all 1 entries: nothing to do"
[[ $(find tree -printf '%p %i %T@\n' | sort) == "$before" ]] || fail "something was written"

it "publishes manifests, small ones together and large ones alone, as they are on the ledger"
patients 3 >three.ndjson
patients 40 100 >forty.ndjson
medchain-anchor -q --emit --time "$(at 0)" three.ndjson >emitted
jq -r 'select(.manifest) | .manifest' emitted | base64 -d >three.rows
medchain-sync apply -q --time "$(at 0)" <emitted >/dev/null
medchain-anchor -q --emit --time "$(at 0)" forty.ndjson >emitted
jq -r 'select(.manifest) | .manifest' emitted | tail -n 1 | base64 -d >forty.rows
medchain-sync apply -q --time "$(at 0)" <emitted >/dev/null
publish
expect_status 0
expect_err 'published entries 1-2 to'
same three.rows tree/manifests/bundle/000.p/3
same forty.rows tree/manifests/entry/002
is_whole 3
expect_summary '.records == 43'

it "has for each entry two bytes of length and the note, which stock tools read"
entry=$(od -An -tu1 -N2 tree/tile/entries/000.p/1 | awk '{print $1 * 256 + $2}')
tail -c +3 tree/tile/entries/000.p/1 >genesis
[[ $(stat -c %s genesis) == "$entry" ]]
head -n 1 genesis | jq -e '.type == "genesis"' >/dev/null
{ printf '\0' && cat genesis; } | openssl dgst -sha256 -binary >leaf
same leaf tree/tile/0/000.p/1
cp tree/checkpoint at3

it "grows through full tiles, writes only what is new, and removes partial files when the full ones are there"
anchors 252 # 255
publish
expect_status 0
expect_summary '.published == 252 and .files == 3 and .removed == 0 and .count == 255'
is_whole 255
anchors 1 # 256
publish
expect_status 0
expect_summary '.published == 1 and .files == 4 and .removed == 8'
[[ $(files tree) == $'checkpoint\nmanifests/bundle/000\nmanifests/entry/002\ntile/0/000\ntile/1/000.p/1\ntile/entries/000' ]] || fail "$(files tree)"
is_whole 256
anchors 1 # 257
before=$(find tree -type f ! -name checkpoint -printf '%p %i %T@\n' | sort)
publish
expect_status 0
expect_summary '.published == 1 and .files == 3 and .removed == 0'
[[ $(find tree -type f ! -name checkpoint ! -path '*/001.p/*' -printf '%p %i %T@\n' | sort) == "$before" ]] || fail "something was written again"
is_whole 257
expect_summary '.records == 297'

it "keeps what a reader of an older checkpoint needs"
cp -r tree older
cp at3 older/checkpoint
run medchain-verify ledger --from older --json
expect_status 0
expect_summary '.count == 3 and .records == 43'

it "is verified with all rules: versions, erasures, and what is said of them"
act_as hosp-a
patients 2 1 v2 >two.ndjson
medchain-anchor -q --time "$(at 1)" <two.ndjson >/dev/null
medchain-vault erase -q --basis PIPL-47 --yes Patient/p1 --person dr-1 --time "$(at 1)" >/dev/null
publish -q
expect_status 0
verify --seen seen
expect_status 0
expect_err 'trusting this ledger at first use'
medchain-verify ledger --json >from-ledger
jq -c 'select(.type == "summary") | [.count, .records]' from-ledger >expected
jq -c 'select(.type == "summary") | [.count, .records]' "$out" >got
same expected got

it "proves that a tree only grew since it was seen, also from the ledger"
anchors 300
publish -q
verify --seen seen
expect_status 0
expect_summary '.pinned'
run medchain-verify ledger --seen seen -q
expect_status 0

it "takes a directory's path with a slash, and makes the directory but none above it"
run medchain-sync tiles -o slash/ -q
expect_status 0
run medchain-verify ledger --from slash/ -q
expect_status 0
fails_with 7 "create directory" medchain-sync tiles -o no/such

it "is published under a umask of others"
(umask 077 && medchain-sync tiles -q -o private >/dev/null)
[[ $(stat -c %a private/tile/0/000) == 600 && $(stat -c %a private/tile) == 700 ]]
[[ $(stat -c %a slash/tile/0/000) == 644 && $(stat -c %a slash/tile) == 755 ]]

it "needs no key, no host and no vault, and only to read the ledger"
run env -u MEDCHAIN_KEY -u MEDCHAIN_VAULT medchain-sync tiles -l L -o other -q
expect_status 0
mv L.host host.away
run medchain-sync tiles -l L -o another -q
expect_status 0
mv host.away L.host

it "names what is used wrongly"
fails_with 2 "output" medchain-sync tiles
fails_with 2 "is the directory of a ledger" medchain-sync tiles -o L
fails_with 2 "a tree is no stream" medchain-sync tiles -o -
fails_with 2 "operand" medchain-sync tiles tree
fails_with 2 "not together with '--ledger'" medchain-verify ledger --from tree --ledger L
fails_with 2 "expected a directory, got the address" medchain-verify ledger --from https://ledger.example/
fails_with 4 "there is no tile tree" medchain-verify ledger --from nowhere

it "waits for another run, and gives up after --wait"
exec {held}<tree
flock --exclusive "$held"
fails_with 6 "another run is publishing to 'tree'" medchain-sync tiles -o tree --wait 1s
exec {held}<&-
publish -q
expect_status 0

it "lets several runs publish while others append"
cp -r tree busy
for i in 1 2 3 4; do
  { for j in 1 2 3; do medchain-sync tiles -q -o busy --wait 1m >/dev/null || echo "$i $j" >>failed; done; } &
done
for i in {1..12}; do medchain-anchor -q --time "$(at 2)" < <(patients 1 $((500 + i))) >/dev/null; done
wait
[[ ! -e failed ]] || fail "runs failed: $(<failed)"
run medchain-sync tiles -q -o busy
run medchain-verify ledger --from busy -q
expect_status 0
same L/checkpoint busy/checkpoint
