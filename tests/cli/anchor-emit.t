#!/usr/bin/env bash
# Entries that are prepared on one machine and appended on another.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger
anchor() { medchain-anchor --time "$(at 1)" "$@"; }
# Appends what is pending, as the next run on the host does.
append() { run anchor --receipts=none </dev/null; }

it "prints the entry with its manifest and appends nothing"
state_of ledger ledger.host >before
patients 3 >three.ndjson
run anchor --emit three.ndjson
expect_status 0
jq -n -e '[inputs] | map(.type) == ["entry", "summary"]' "$out" >/dev/null
head -n1 "$out" | jq -e '.schema == "medchain/1" and .kind == "anchor"' >/dev/null
[[ $(jq -r 'select(.type == "entry") | .manifest' "$out" | base64 -d | wc -c) == 300 ]]
expect_summary '.anchored == 3 and .entries == 1 and (has("first") | not)'
expect_err "prepared 3 records"
cp "$out" emitted
state_of ledger ledger.host >now
same before now

it "needs neither host nor log key"
chmod 0 ledger.host/log.key
run anchor --emit --host nosuch < <(patients 1 10)
expect_status 0
chmod 600 ledger.host/log.key

it "prints again what the ledger does not have yet, the very same statement"
run anchor --emit three.ndjson
expect_status 0
expect_err "printed 2 entries again"
jq -c 'select(.type == "entry")' emitted >first
head -n1 "$out" | cmp - first
expect_summary '.unchanged == 3 and .anchored == 0'

it "prints it again after the pipe broke"
{
  sleep 0.3
  code=0
  anchor --emit -q < <(patients 1 11) 2>broken || code=$?
  echo $code >code
} | true
[[ $(cat code) == 7 ]]
run anchor --emit </dev/null
jq -n -e '[inputs | select(.type == "entry")] | length == 3' "$out" >/dev/null

it "appends the same statements by the next run that may append, once"
append
expect_status 0
expect_err "completed an interrupted run: appended 3 entries"
expect_summary '.settled == 3 and .entries == 3 and .last == .first + 2'
size=$(entry_count ledger)
append
expect_summary '.entries == 0 and (has("settled") | not)'
run anchor three.ndjson
expect_receipts 'map(.status) | unique == ["unchanged"]'
expect_receipts 'all(.entry > 0)'
[[ $(entry_count ledger) == "$size" ]]
if command -v mdb_dump >/dev/null; then [[ $(anchored_rows ledger) == 5 ]]; fi

it "keeps lines of full entries below 1 MiB"
run anchor --emit -q < <(patients 8000 1000)
expect_status 0
longest=$(wc -L <"$out")
((longest < 1048576)) || fail "a line of $longest bytes"
expect_summary '.anchored == 8000 and .entries == 2'
append
expect_status 0

it "keeps openings of what may still be appended, however late the clock says it is"
run anchor --emit -q < <(patients 1 20)
vault_state() { mdb_dump -p -s batches "$MEDCHAIN_VAULT" 2>/dev/null || echo; }
vault_state >before
# A clock far ahead: log time is still what it was.
run medchain-anchor --emit -q --time 2026-01-01 </dev/null
expect_status 0
vault_state >after
same before after
append
expect_status 0
run anchor < <(patients 1 20)
expect_receipts '.[0].status == "unchanged" and .[0].entry > 0'

it "anchors anew what log time has left behind"
run anchor --emit -q < <(patients 1 30)
run medchain-anchor --time "$(at 3000)" < <(patients 1 30)
expect_status 0
expect_err "warning: 1 entry prepared earlier can no longer be appended"
expect_receipts '.[0].status == "anchored" and .[0].entry > 0'
run medchain-anchor --time "$(at 3000)" < <(patients 1 30)
expect_receipts '.[0].status == "unchanged" and .[0].entry > 0'

it "keeps an entry whose time is still to come, and everything else goes on"
run medchain-anchor --emit -q --time "$(at 4000)" < <(patients 1 40)
run medchain-anchor --time "$(at 3001)" < <(patients 1 41)
expect_status 0
expect_err "warning: 1 entry prepared earlier, with a time that is still to come"
expect_receipts '.[0].status == "anchored"'
run medchain-anchor --time "$(at 4000)" < <(patients 1 40)
expect_status 0
expect_err "completed an interrupted run: appended 1 entry"
expect_receipts '.[0].status == "unchanged" and .[0].entry > 0'

it "does not append while its member is suspended, and does so later"
new_keys hosp-b --role admin --role custodian
medchain-member add -q keys/hosp-b/hosp-b.member --time "$(at 4000)" >/dev/null
act_as hosp-b
medchain-anchor --emit -q --time "$(at 4000)" < <(patients 1) >/dev/null
medchain-member suspend hosp-b -q -k keys/hosp-a --time "$(at 4000)" >/dev/null
run medchain-anchor --time "$(at 4000)" < <(patients 1)
expect_status 5
expect_err "pending in the vault: 'hosp-b' is suspended"
medchain-member resume hosp-b -q -k keys/hosp-a --time "$(at 4000)" >/dev/null
run medchain-anchor --time "$(at 4000)" < <(patients 1)
expect_status 0
expect_receipts '.[0].status == "unchanged" and .[0].entry > 0'
