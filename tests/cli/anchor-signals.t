#!/usr/bin/env bash
# Runs that are interrupted: what is durable is told, the signal is passed on, the same command completes.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger
mkfifo pipe
now=$(at 1)

# begin: medchain-anchor reads from descriptor 7 in the background.
begin() {
  medchain-anchor --time "$now" "$@" <pipe >result 2>log &
  job=$!
  exec 7>pipe
}
# ended: its status, which must come soon.
ended() {
  code=0
  { wait $job; } 2>/dev/null || code=$?
  exec 7>&-
}

# The signal, its number, the first record.
for signal in "TERM 15 100" "INT 2 200" "HUP 1 300"; do
  read -r name number first <<<"$signal"
  it "ends by SIG$name in the middle of a slow input, with what it has, and goes on next time"
  # Background jobs of scripts ignore SIGINT unless they are told otherwise.
  set -m
  begin
  set +m
  patients 5 "$first" >&7
  sleep 0.5
  begun=$SECONDS
  kill -"$name" $job
  ended
  ((SECONDS - begun < 4)) || fail "it waited for more input"
  [[ $code == $((128 + number)) ]] || fail "status $code"
  grep -q "error: stopped by a signal; run the same command again" log
  jq -n -e '[inputs] | last | .type == "summary" and .anchored == 5 and .complete == false' result >/dev/null
  run medchain-anchor --time "$(at 1)" < <(patients 10 "$first")
  expect_status 0
  expect_summary '.unchanged == 5 and .anchored == 5'
  all_places_differ "$out"
done

it "ends when the signal came before the first byte of input"
begin
sleep 0.3
kill -TERM $job
ended
[[ $code == 143 ]]
jq -n -e '[inputs] | length == 1 and .[0].anchored == 0' result >/dev/null

it "ends in the middle of a line without it"
begin
{
  patients 2 400
  printf '{"resourceType":"Pat'
} >&7
sleep 0.5
kill -TERM $job
ended
[[ $code == 143 ]]
jq -n -e '[inputs] | last | .anchored == 2 and .rejected == 0' result >/dev/null

it "ends while it reads a list of names or sums"
for option in --from-sums --files0-from=-; do
  begin $option
  sleep 0.3
  kill -TERM $job
  ended
  [[ $code == 143 ]] || fail "status $code with $option"
done

it "ends a dry run as well"
begin --dry-run
patients 2 500 >&7
sleep 0.3
kill -TERM $job
ended
[[ $code == 143 ]]
jq -n -e '[inputs] | last | .dry_run and .anchored == 2' result >/dev/null

it "is not ended by what its parent ignores, as under nohup"
(
  trap '' HUP
  exec medchain-anchor --time "$(at 1)" <pipe >result 2>log
) &
job=$!
exec 7>pipe
sleep 0.3
kill -HUP $job
patients 2 600 >&7
sleep 0.2
exec 7>&-
ended
[[ $code == 0 ]]

it "leaves no file of -o behind when it is interrupted"
begin -o receipts.ndjson
patients 2 700 >&7
sleep 0.3
kill -TERM $job
ended
[[ $code == 143 && ! -e receipts.ndjson ]]
[[ -z $(find . -name '*.tmp') ]]

it "completes 20 interrupted runs over big inputs without a gap or a double"
patients 60000 1000000 >big.ndjson
RANDOM=7
for i in {1..20}; do
  medchain-anchor -q --time "$now" big.ndjson >result 2>log &
  job=$!
  sleep "0.$(printf %03d $((RANDOM % 120)))"
  kill -TERM $job 2>/dev/null || true
  ended
  [[ $code == 143 || $code == 0 ]] || fail "status $code: $(cat log)"
done
run medchain-anchor -q --time "$(at 1)" big.ndjson
expect_status 0
expect_summary '.count == 60000 and .complete'
run medchain-anchor -q --time "$(at 1)" big.ndjson
expect_summary '.unchanged == 60000'
all_places_differ "$out"

it "lost and doubled nothing in all of this"
if command -v mdb_dump >/dev/null; then [[ $(anchored_rows ledger) == $((30 + 2 + 2 + 2 + 60000)) ]] || fail "$(anchored_rows ledger) rows"; fi
if command -v medchain-verify >/dev/null; then medchain-verify ledger -q >/dev/null; fi
