#!/usr/bin/env bash
# The log of a ledger and the Go implementation of notes and logs, which shares nothing with ours.
. "${0%/*}/lib.sh" || exit
need jq

logcheck=$(bash "$SOURCE/tests/interop/go/build.sh" "$PWD/go" 2>go.log) || {
  grep -q skipped go.log || fail "$(cat go.log)"
  skip "Go or golang.org/x/mod is not installed"
}
new_ledger ledger
vkey=$(sed -n 's/^log //p' ledger/policy)

it "makes a checkpoint that the Go implementation verifies"
run "$logcheck" note "$vkey" ledger/checkpoint
expect_status 0
expect_out "note signed by ledger.example/ledger"

it "still does so after appending"
patients 5 >p.ndjson
medchain-anchor -q --time "$(at 1)" p.ndjson >/dev/null
run "$logcheck" note "$vkey" ledger/checkpoint
expect_status 0

it "signs entries that it verifies"
medchain-anchor -q --emit --time "$(at 2)" <<<'{"resourceType":"Patient","id":"x"}' >emitted
head -n1 emitted | jq -j .note >entry
run "$logcheck" note "$(medchain-key show -k keys/hosp-a --json | jq -r .card.sign)" entry
expect_status 0
expect_out "note signed by hosp-a"

it "makes cards that it verifies"
run "$logcheck" note "$(medchain-key show -k keys/hosp-a --json | jq -r .card.sign)" keys/hosp-a/hosp-a.member
expect_status 0

it "is not content with another key"
new_keys hosp-b
run "$logcheck" note "$(medchain-key show -k keys/hosp-b --json | jq -r .card.sign)" keys/hosp-a/hosp-a.member
expect_status 1
sed '2s/./9/' ledger/checkpoint >forged
run "$logcheck" note "$vkey" forged
expect_status 1
