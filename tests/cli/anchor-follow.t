#!/usr/bin/env bash
# --follow: streams that never end are committed in batches; SIGTERM ends them.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger
mkfifo pipe fifo
# begin OPTION... [FILE]: in the background; standard input is $from
from=/dev/null
begin() {
  medchain-anchor --follow --time "$(at 1)" "$@" <"$from" >result 2>log &
  job=$!
}
ended() {
  code=0
  { wait $job; } 2>/dev/null || code=$?
}
receipts() { [[ $(grep -c '"type":"receipt"' result || true) == "$1" ]]; }
summary() { jq -n -e "[inputs] | last | .type == \"summary\" and ($1)" result >/dev/null || fail "summary: $(tail -n1 result)"; }

it "commits what came on a pipe that pauses, after so long"
from=pipe
begin --commit-every 1s
exec 7>pipe
from=/dev/null
patients 3 >&7
wait_for receipts 3
patients 2 4 >&7
wait_for receipts 5
kill -0 $job
exec 7>&-
ended
[[ $code == 0 ]]
summary '.count == 5 and .anchored == 5 and .entries == 2 and .complete'

it "commits at SIGTERM what is complete, and ends with status 0"
begin --commit-every 1h fifo
exec 7>fifo
patients 7 10 >&7
printf '{"resourceType":"Pat' >&7
sleep 1
receipts 0 || fail "it did not wait"
kill -TERM $job
ended
exec 7>&-
[[ $code == 0 ]] || fail "status $code: $(<log)"
receipts 7
summary '.anchored == 7 and .rejected == 0 and .complete'
jq -n -e '[inputs | select(.type == "receipt") | .input] == [range(1; 8)]' result >/dev/null

it "commits at other signals, too, and dies of them"
set -m
begin --commit-every 1h fifo
set +m
exec 7>fifo
patients 2 20 >&7
sleep 1
kill -INT $job
ended
exec 7>&-
[[ $code == 130 ]] || fail "status $code: $(<log)"
summary '.anchored == 2 and (.complete | not)'

it "stays while the writers of a FIFO come and go, and lets others use the vault"
begin --commit-every 1s fifo
patients 2 30 >fifo
wait_for receipts 2
patients 3 900 >records.ndjson
wait_for medchain-anchor -q --wait 5s --time "$(at 1)" records.ndjson
patients 2 32 >fifo
wait_for receipts 4
kill -TERM $job
ended
[[ $code == 0 ]]
summary '.anchored == 4 and .complete'

it "takes a full batch at once"
begin --commit-every 1h --receipts batch fifo
patients 10000 100000 >fifo
one_entry() { jq -n -e '[inputs | select(.type == "receipt")] | length == 1 and .[0].count == 8192' result; }
wait_for one_entry
kill -TERM $job
ended
[[ $code == 0 ]]
summary '.anchored == 10000 and .entries == 2'

it "follows a file that grows, is replaced and is cut"
patients 2 40 >log.ndjson
begin --commit-every 1s log.ndjson
wait_for receipts 2
patients 1 42 >>log.ndjson
wait_for receipts 3
# Half a line is waited for.
printf '{"resourceType":"Patient",' >>log.ndjson
sleep 1.5
receipts 3
echo '"id":"p43"}' >>log.ndjson
wait_for receipts 4
# As logrotate does: the writer still has the old file for a while.
exec 8>>log.ndjson
mv log.ndjson log.ndjson.1
sleep 0.6
patients 1 44 >&8
exec 8>&-
patients 2 45 >log.ndjson
wait_for receipts 7
jq -n -e '[inputs | select(.type == "receipt") | .line] == [1, 2, 3, 4, 5, 1, 2]' result >/dev/null || fail "lines"
: >log.ndjson
sleep 0.6
patients 1 47 >>log.ndjson
wait_for receipts 8
kill -TERM $job
ended
[[ $code == 0 ]]
summary '.anchored == 8 and .complete'
# All of it is read again by the next one.
begin --commit-every 1s log.ndjson
wait_for receipts 1
kill -TERM $job
ended
summary '.unchanged == 1'

it "makes a version of what comes again with other bytes"
begin --commit-every 1s fifo
patients 1 50 a >fifo
wait_for receipts 1
patients 1 50 b >fifo
wait_for receipts 2
kill -TERM $job
ended
summary '.anchored == 1 and .versions == 1'

it "commits what came before a bad line, or goes on behind it"
{ patients 2 60; echo broken; patients 2 62; } >bad
run medchain-anchor --follow --time "$(at 1)" <bad
expect_status 3
expect_err "standard input:3: "
expect_summary '.anchored == 2 and .rejected == 1 and (.complete | not)'
run medchain-anchor --follow --keep-going --time "$(at 1)" <bad
expect_status 3
expect_summary '.anchored == 2 and .unchanged == 2 and .rejected == 1'

it "refuses what does not go with it"
for option in --from-sums --files0-from=x --follow-links --min-age=1m --job=x --emit -n; do
  fails_with 2 "does not go with '--follow'" medchain-anchor --follow $option
done
fails_with 2 "reads standard input, or one file" medchain-anchor --follow log.ndjson bad
fails_with 2 "'--commit-every' needs '--follow'" medchain-anchor --commit-every 1s bad
fails_with 2 "expected 1s to 24h" medchain-anchor --follow --commit-every 25h bad
run medchain-anchor --follow none
expect_status 3
expect_err "none: cannot open the file"
run medchain-anchor --follow .
expect_status 3
expect_err "expected a file or a fifo"

it "has all of it on a ledger that verifies"
medchain-verify ledger -q >/dev/null
medchain-verify vault --ledger-only -q >/dev/null
