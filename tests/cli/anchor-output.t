#!/usr/bin/env bash
# Receipts that cannot be written: the entries are on the ledger, the status and the message say so, and the rerun tells them again.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger

# after_failure FIRST COUNT: the records are on the ledger, each once, and told at last.
after_failure() {
  run medchain-anchor --time "$(at 1)" < <(patients "$2" "$1")
  expect_status 0
  expect_receipts "length == $2 and map(.status) == [range($2) | \"unchanged\"]"
  all_places_differ "$out"
}

it "says what was appended when the disk is full (status 7)"
for quiet in "" -q; do
  code=0
  # shellcheck disable=SC2086 # an option or nothing
  medchain-anchor $quiet --time "$(at 1)" < <(patients 3 1"${#quiet}"0) >/dev/full 2>"$err" || code=$?
  [[ $code == 7 ]]
  expect_err "^medchain-anchor: error: appended entry [0-9]+, but the receipts could not be written: "
  after_failure 1"${#quiet}"0 3
done

it "says so when stdout is closed"
code=0
medchain-anchor --time "$(at 1)" < <(patients 3 1000) >&- 2>"$err" || code=$?
[[ $code == 7 ]]
expect_err "appended entry [0-9]+, but the receipts could not be written"
after_failure 1000 3

it "says so when the reader is gone, and is not killed by it"
{
  sleep 0.3
  code=0
  medchain-anchor --time "$(at 1)" < <(patients 3 2000) 2>log || code=$?
  echo $code >code
} | true
[[ $(cat code) == 7 ]]
grep -q "appended entry .* but the receipts could not be written" log
after_failure 2000 3

it "stops at the entry whose receipts could not be written, and the rerun completes without a gap"
patients 20000 100000 >big.ndjson
{
  sleep 0.3
  code=0
  medchain-anchor -q --time "$(at 1)" <big.ndjson 2>log || code=$?
  echo $code >code
} | true
[[ $(cat code) == 7 ]]
run medchain-anchor -q --time "$(at 1)" big.ndjson
expect_status 0
expect_summary '.unchanged == 8192 and .anchored == 11808'
all_places_differ "$out"
after_failure 100000 20000

it "says nothing of entries where none was appended"
code=0
medchain-anchor --time "$(at 1)" < <(patients 3 1000) >/dev/full 2>"$err" || code=$?
[[ $code == 7 ]]
expect_err "error: cannot write 'standard output'"
expect_no_err "appended"

it "leaves no half file with -o where the disk is full"
code=0
medchain-anchor -q --time "$(at 1)" -o /dev/full < <(patients 3 3000) 2>"$err" || code=$?
[[ $code == 7 ]]
expect_err "appended entry"
after_failure 3000 3

it "goes on where stderr is closed or full"
run medchain-anchor --time "$(at 1)" < <(patients 3 4000) 2>/dev/full
expect_status 0
medchain-anchor --time "$(at 1)" < <(patients 3 4100) >result 2>&-
jq -n -e '[inputs] | length == 4' result >/dev/null
medchain-anchor --time "$(at 1)" < <(patients 3 4200) >result 2>/dev/full
jq -n -e '[inputs] | length == 4' result >/dev/null
run medchain-member list
expect_status 0

it "lost and doubled nothing in all of this"
if command -v mdb_dump >/dev/null; then [[ $(anchored_rows ledger) == $((3 + 3 + 3 + 3 + 20000 + 3 + 9)) ]] || fail "$(anchored_rows ledger) rows"; fi
if command -v medchain-verify >/dev/null; then medchain-verify ledger -q >/dev/null; fi
