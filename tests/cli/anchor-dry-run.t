#!/usr/bin/env bash
# medchain-anchor --dry-run: everything but the last step, and not one byte changed.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger
anchor() { medchain-anchor --time "$(at 1)" "$@"; }
patients 5 1 one >one.ndjson
stores() { state_of ledger ledger.host ledger.vaults; }
unchanged() {
  stores >now
  same before now
}

it "makes no vault where there is none, and leaves nothing in TMPDIR"
stores >before
run anchor --dry-run one.ndjson
expect_status 0
expect_receipts 'length == 5 and all(.dry_run and .status == "anchored" and (has("entry") | not))'
expect_summary '.dry_run and .anchored == 5 and .entries == 0 and .complete'
expect_err "would anchor 5 records"
expect_no_err "made a vault"
unchanged
[[ ! -e ledger.vaults/hosp-a ]]
[[ -z $(find "$TMPDIR" -maxdepth 1 -name 'medchain-dry-run*') ]]

it "changes no byte of ledger, host and vault"
anchor -q one.ndjson >/dev/null
{
  patients 2 1 one
  patients 1 3 two
  patients 9000 100
} >two.ndjson
stores >before
dump() { mdb_dump -a "$1" 2>/dev/null || true; }
for store in ledger ledger.vaults/hosp-a; do dump $store; done >dump.before
run anchor -n two.ndjson
expect_status 0
expect_summary '.anchored == 9000 and .versions == 1 and .unchanged == 2'
unchanged
for store in ledger ledger.vaults/hosp-a; do dump $store; done | cmp - dump.before

it "finds the same conflicts as the run itself"
{
  cat two.ndjson
  patients 1 100 other
} >conflict.ndjson
run anchor -n conflict.ndjson
expect_status 3
expect_err "conflict.ndjson:9004: the same id has other bytes at input 4 of this run"
run anchor -n --keep-going conflict.ndjson
expect_status 3
expect_summary '.rejected == 1 and .anchored == 9000'
{
  cat two.ndjson
  patients 1 100
} >again.ndjson
run anchor -n again.ndjson
expect_status 0
expect_summary '.anchored == 9000 and .unchanged == 3'
unchanged

it "asks the ledger's rules: the same refusals and statuses as the run itself"
new_keys clinic-b --role requester
medchain-member add -q keys/clinic-b/clinic-b.member --time "$(at 1)" >/dev/null
stores >before
act_as clinic-b
run anchor -n one.ndjson
expect_status 5
expect_err "'clinic-b' has not the role custodian"
act_as hosp-a
run medchain-anchor -n --time 2999-01-01 < <(patients 1 77777)
expect_status 8
unchanged

it "changes nothing where entries wait for the ledger"
medchain-anchor -q --emit --time "$(at 1)" < <(patients 1 55555) >entry
stores >before
run anchor -n < <(patients 1 55555)
expect_status 0
expect_summary '.unchanged == 1'
unchanged

it "prints no entry with --emit"
run anchor -n --emit < <(patients 1 66666)
expect_status 0
jq -n -e '[inputs | .type] | all(. != "entry")' "$out" >/dev/null
expect_summary '.dry_run and .anchored == 1'
unchanged
