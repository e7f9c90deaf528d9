#!/usr/bin/env bash
# medchain-vault put --series --follow: a stream of readings is committed in batches, each of which is acknowledged.
. "${0%/*}/lib.sh" || exit
# shellcheck source=series-fixtures.sh
. "$SOURCE/tests/cli/series-fixtures.sh"
need jq python3

new_ledger L
echo Anna >subject
now=$(at 1)
mkfifo pipe
# readings FIRST N: one in five minutes
readings() {
  awk -v first="$1" -v n="$2" 'BEGIN { for (i = first; i < first + n; i++) printf "{\"time\":\"2025-01-%02dT%02d:%02d:00Z\",\"value\":\"%d\",\"unit\":\"mg/dL\"}\n", 1 + i / 288, i / 12 % 24, i % 12 * 5, 80 + i % 90 }'
}
begin() {
  medchain-vault put --series --follow --subject-file subject --time "$now" "$@" <pipe >result 2>log &
  job=$!
  exec 7>pipe
}
ended() {
  code=0
  { wait $job; } 2>/dev/null || code=$?
  exec 7>&-
}
acknowledged() { jq -rs '[.[] | select(.type == "committed") | .line] | last // 0' result; }
has_acknowledged() { [[ $(acknowledged) == "$1" ]]; }
summary() { jq -n -e "[inputs] | last | .type == \"summary\" and ($1)" result >/dev/null || fail "summary: $(tail -n1 result)"; }

it "commits when so many readings wait, and the rest at the end"
readings 0 250 >sent
run medchain-vault put --series --follow --batch 100 --every 1h --subject-file subject --time "$now" <sent
expect_status 0
jq -n -e '[inputs | select(.type == "committed")] | map([.line, .count, .added, .total]) == [[100,100,100,100],[200,100,100,200],[250,50,50,250]] and all(.entry > 0)' "$out" >/dev/null
expect_summary '.count == 250 and .added == 250 and .anchored == 1 and .versions == 2 and .complete'
all_days >got
recount sent >expected
same got expected

it "commits after so long, though nothing more comes"
begin --every 1s
readings 250 5 >&7
wait_for has_acknowledged 5
readings 255 3 >&7
wait_for has_acknowledged 8
kill -0 $job
exec 7>&-
ended
[[ $code == 0 ]]
summary '.count == 8 and .added == 8 and .versions == 2 and .complete'

it "commits what it has at SIGTERM, acknowledges it, and dies of it; half a line is not taken"
for signal in TERM INT HUP; do
  set -m
  begin --every 1h
  set +m
  readings 300 7 >&7
  printf '{"time":"2025-01-02T23' >&7
  sleep 0.7
  kill -$signal $job
  ended
  [[ $code == $((128 + $(kill -l $signal))) ]] || fail "status $code"
  [[ $(acknowledged) == 7 ]] || fail "acknowledged: $(acknowledged)"
  grep -q "error: stopped by a signal; run the same command again" log
  summary '.count == 7 and .complete == false'
done
readings 0 258 >sent
readings 300 7 >>sent
all_days >got
recount sent >expected
same got expected

it "acknowledges what was sent twice, and adds it once"
run medchain-vault put --series --follow --subject-file subject --time "$now" <sent
expect_status 0
expect_summary '.added == 0 and .duplicates == .count and .entries == 0'
jq -n -e '[inputs | select(.type == "committed")] | length == 1 and .[0].line == 265 and .[0].days == 0 and (.[0] | has("entry") | not)' "$out" >/dev/null

it "commits what came in front of a bad line, and goes on behind it with --keep-going"
{ readings 400 3; echo '{broken CanaryValue'; readings 403 2; } >bad
run medchain-vault put --series --follow --subject-file subject --time "$now" <bad
expect_status 3
expect_err "standard input:4: "
expect_no_err Canary
jq -n -e '[inputs | select(.type == "committed") | .line] == [3]' "$out" >/dev/null
run medchain-vault put --series --follow --keep-going --subject-file subject --time "$now" <bad
expect_status 3
expect_summary '.count == 5 and .added == 2 and .rejected == 1'

it "ends with the right words when nobody reads its acknowledgements, and has what it committed"
{
  ended_with=0
  { readings 500 30; sleep 2; readings 530 30; } | medchain-vault put --series --follow --batch 10 --subject-file subject --time "$now" 2>log || ended_with=$?
  echo $ended_with >code
} | head -n 1 >first
[[ $(<code) == 7 ]] || fail "status $(<code): $(<log)"
grep -q "appended entries .*, but the receipts could not be written" log
# What was acknowledged is there, and sending all again adds the rest.
run medchain-vault put --series --follow --subject-file subject --time "$now" < <(readings 500 60)
expect_summary '.duplicates >= 10 and .added + .duplicates == 60'

it "lets others use the vault between two batches, and two streams at once"
begin --every 1s
readings 600 4 >&7
wait_for has_acknowledged 4
record=$(medchain-vault list -q --json | jq -r 'select(.type == "version" and .state == "anchored") | .record' | head -n1)
medchain-vault get -q "$record" >/dev/null
patients 2 >records.ndjson
medchain-vault put -q --wait 5s records.ndjson --time "$now" >/dev/null
medchain-vault erase -q Patient/p1 --basis B --yes --person p --wait 5s --time "$now" >/dev/null
# Two streams at once.
readings 700 40 >second
medchain-vault put -q --series --follow --batch 5 --subject-file subject --time "$now" <second >second.result &
other=$!
for i in 604 608 612; do readings $i 4 >&7; sleep 0.5; done
wait $other
exec 7>&-
ended
[[ $code == 0 ]]
summary '.count == 16 and .added == 16'
jq -n -e '[inputs] | last | .added == 40' second.result >/dev/null
all_days >got
{ cat sent; readings 400 5; readings 500 60; readings 600 16; cat second; } >everything
recount everything >expected
same got expected
it "is good after all of this"
run medchain-verify vault -q --ledger-only
expect_status 0
run medchain-vault check -q --copies-only
expect_status 0
