#!/usr/bin/env bash
# What medchain-anchor refuses, with which status, and that nothing is in the way of the next run.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger
record() { patients 1 "$1"; }

# works RECORD: the next run with a good clock anchors it.
works() {
  run medchain-anchor --time "$(at 1)" < <(record "$1")
  expect_status 0
  expect_receipts '.[0].status == "anchored"'
}

it "refuses a time far behind or ahead of log time (status 8), and is not in its own way then"
works 1
run medchain-anchor --time "$(at -1500)" --json < <(record 2)
expect_status 8
expect_error_id entry.time
expect_summary '.anchored == 0 and .complete == false'
works 2
run medchain-anchor --time 2999-01-01 --json < <(record 3)
expect_status 8
expect_error_id entry.time
works 3
ahead=$(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ)
run medchain-anchor --time "$ahead" < <(record 4)
expect_status 8
works_now() {
  run medchain-anchor < <(record 4)
  expect_status 0
  expect_receipts '.[0].status == "anchored"'
}
works_now

it "refuses member acts of a wrong time as well"
new_keys clinic-b
run medchain-member add keys/clinic-b/clinic-b.member --time "$(at 0)"
expect_status 8
run medchain-member add keys/clinic-b/clinic-b.member --time "$ahead"
expect_status 8
expect_out_empty
new_ledger fresh

it "takes anchors that are late within the policy"
run medchain-anchor --time "$(at 600)" < <(record 5)
run medchain-anchor --time "$(at -800)" < <(record 6)
expect_status 0

it "refuses times that are no times"
for time in yesterday 2025-13-01 "2025-03-01 09:00" 5m ""; do
  run medchain-anchor --time="$time" < <(record 7)
  expect_status 2
  expect_out_empty
done

it "refuses the vault of another member and that of another ledger"
new_ledger other
medchain-anchor -q --time "$(at 0)" < <(record 1) >/dev/null
on_ledger fresh
act_as hosp-a
new_keys hosp-b --role custodian
medchain-member add -q keys/hosp-b/hosp-b.member --time "$(at 600)" >/dev/null
state_of fresh.vaults other.vaults fresh >before
run medchain-anchor -k keys/hosp-b --vault fresh.vaults/hosp-a --time "$(at 600)" --json < <(record 8)
expect_status 8
expect_error_id vault.conflict
expect_out_empty
run medchain-anchor --vault other.vaults/hosp-a --time "$(at 600)" --json < <(record 8)
expect_status 8
expect_error_id vault.conflict
state_of fresh.vaults other.vaults fresh >after
same before after

it "refuses the host of another ledger"
run medchain-anchor --host other.host --time "$(at 600)" --json < <(record 8)
expect_status 5
expect_error_id key.invalid
run medchain-anchor --host nosuch --time "$(at 600)" --json < <(record 8)
expect_status 5
expect_err "medchain-sync apply|--emit"

it "refuses a vault that others can enter, and a directory that is no vault"
chmod 750 fresh.vaults/hosp-a
run medchain-anchor --time "$(at 600)" --json < <(record 8)
expect_status 5
expect_error_id key.unsafe
chmod 700 fresh.vaults/hosp-a
mkdir -m 700 full && touch full/file
fails_with 8 "'full' is not empty" medchain-anchor --vault full --time "$(at 600)" < <(record 8)
mkdir -m 755 open
fails_with 5 "can be entered by others" medchain-anchor --vault open --time "$(at 600)" < <(record 8)

it "makes a vault that only its owner can enter"
run medchain-anchor --vault deep --time "$(at 600)" < <(record 8)
expect_status 0
expect_err "made a vault in 'deep'; back it up"
[[ $(stat -c %a deep deep/data.mdb deep/secrets | tr '\n' ' ') == "700 600 600 " ]]

it "makes anew a vault whose making was cut off"
# As after a kill between the first file and the last.
mkdir -m 700 cut
: >cut/unfinished
chmod 600 cut/unfinished
head -c 32 deep/secrets >cut/secrets
run medchain-anchor --vault cut --time "$(at 600)" < <(record 9)
expect_status 0
[[ ! -e cut/unfinished && -e cut/data.mdb ]]

it "refuses a ledger that was put back to an older state (status 11)"
cp -r fresh older
medchain-anchor -q --time "$(at 600)" < <(record 10) >/dev/null
run medchain-anchor -l older --host fresh.host --time "$(at 600)" --json < <(record 11)
expect_status 11
expect_error_id ledger.rollback
run medchain-anchor --time "$(at 600)" < <(record 11)
expect_status 0
run medchain-anchor --time "$(at 600)" < <(record 11)
expect_receipts '.[0].status == "unchanged"'

it "says what is missing"
for name in LEDGER KEY VAULT; do
  run env -u MEDCHAIN_$name medchain-anchor --time "$(at 600)" < <(record 12)
  expect_status 2
  expect_out_empty
  expect_err "option '--${name,,}' is needed"
done
