#!/usr/bin/env bash
# Several runs at a time: two members on one ledger, two runs on one vault, and waiting for the lock.
. "${0%/*}/lib.sh" || exit
need jq mdb_dump

new_ledger ledger hosp-a hosp-b
as() { # MEMBER FIRST COUNT: a run in the background, receipts in MEMBER.FIRST
  medchain-anchor -q --time "$(at 1)" -k "keys/$1" --vault "ledger.vaults/$1" < <(patients "$3" "$2") >"$1.$2" 2>"$1.$2.log"
}

it "appends of two members at once, nothing lost, nothing twice"
for i in 1 2 3; do
  as hosp-a $((i * 100000)) 20000 &
  one=$!
  as hosp-b $((i * 100000)) 20000 &
  two=$!
  wait $one
  wait $two
done
cat hosp-?.?00000 >receipts
jq -n -e '[inputs | select(.type == "summary") | .anchored == 20000 and .complete] | length == 6 and all' receipts >/dev/null
all_places_differ receipts
[[ $(anchored_rows ledger) == 120000 ]]
[[ $(head -n2 ledger/checkpoint | tail -n1) == "$(mdb_dump -s entries ledger | grep -c '^ ' | awk '{print $1 / 2}')" ]]
if command -v medchain-verify >/dev/null; then medchain-verify ledger -q >/dev/null; fi

it "keeps the checkpoint file at the newest state"
for i in {1..5}; do
  as hosp-a $((900000 + i)) 1 &
  one=$!
  as hosp-b $((900000 + i)) 1 &
  two=$!
  wait $one
  wait $two
done
[[ $(entry_count ledger) == "$(mdb_dump -s entries ledger | grep -c '^ ' | awk '{print $1 / 2}')" ]]

it "lets only one run at a time use a vault: overlapping night jobs do not double records"
mkfifo pipe
medchain-anchor -q --time "$(at 1)" <pipe >first 2>first.log &
job=$!
exec 7>pipe
patients 5 2000000 >&7
sleep 0.5
run medchain-anchor --wait 1s --json --time "$(at 1)" < <(patients 5 2000000)
expect_status 6
expect_error_id lock.timeout
expect_err "another run is using the vault"
exec 7>&-
wait $job
run medchain-anchor --wait 1s --time "$(at 1)" < <(patients 5 2000000)
expect_status 0
expect_summary '.unchanged == 5'

it "waits for the other run where there is time"
medchain-anchor -q --time "$(at 1)" <pipe >first 2>first.log &
job=$!
exec 7>pipe
patients 5 3000000 >&7
(
  sleep 1
  exec 7>&-
) &
exec 7>&-
run medchain-anchor --wait 20s --time "$(at 1)" < <(patients 5 3000000)
wait $job
expect_status 0
expect_summary '.unchanged == 5'

it "lets a dry run and readers pass meanwhile"
medchain-anchor -q --time "$(at 1)" <pipe >first 2>first.log &
job=$!
exec 7>pipe
sleep 0.3
run timeout 5 medchain-anchor -n --time "$(at 1)" < <(patients 5 4000000)
expect_status 0
run timeout 5 medchain-member list
expect_status 0
exec 7>&-
wait $job

it "lets many member acts pass at once, each once"
pids=()
for i in {1..8}; do
  new_keys "m$i"
  medchain-member add -q "keys/m$i/m$i.member" --emit --time "$(at 1)" |
    medchain-member endorse -q --emit -k keys/hosp-b --time "$(at 1)" >"m$i.entry"
done
for i in {1..8}; do
  printf 'admit: 2\n' >policy.yaml
  medchain-member add -q "keys/m$i/m$i.member" --emit --time "$(at 1)" 2>/dev/null |
    medchain-member endorse -q -k keys/hosp-b --time "$(at 1)" >"m$i.receipt" 2>&1 &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
run medchain-member list
[[ $(grep -c '^m[1-8] ' "$out") == 8 ]]
