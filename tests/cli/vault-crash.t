#!/usr/bin/env bash
# medchain-vault put that is killed, or whose storage fails, at each single system call that writes: the same command completes, and
# every copy can be read.
. "${0%/*}/lib.sh" || exit
need jq strace
strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace may not trace here"
stride=$(by_night 1 3) # by day every third point

calls="fdatasync fsync pwrite64 write openat unlink mkdir rename"
now=$(at 1)
next=0

may_end_with="0 1 2 3 4 5 6 7 11 127 137"

everywhere() {
  local how=$1 call n points=0
  shift
  for call in "$@"; do
    for ((n = 1; n < 90; n += stride)); do
      # openat begins with libraries and configuration, which are of no interest.
      [[ $call != openat || $n -gt 20 ]] || continue
      patients 2 $((next * 10 + 1)) >input.ndjson
      head -c 1100000 /dev/zero | tr '\0' "$((next % 10))" >"large.$next"
      next=$((next + 1))
      struck "$call" "$n" "$how" medchain-vault put -q --time "$now" input.ndjson "large.$((next - 1))"
      run medchain-vault put -q --time "$now" input.ndjson "large.$((next - 1))"
      [[ $status == 0 ]] || fail "the run after $how at $call number $n does not complete"
      expect_receipts 'length == 3'
      was_struck || break
      points=$((points + 1))
    done
  done
  echo "# $points points"
  ((points > 15 / stride)) || fail "only $points points"
}

new_ledger L
it "completes after a kill at each call"
# shellcheck disable=SC2086 # words
everywhere signal=KILL $calls

it "completes after a full disk at each call"
everywhere error=ENOSPC fdatasync pwrite64 write

it "has every copy, and no file that nothing refers to"
run medchain-vault check -q --copies-only
expect_status 0
expect_out_empty
for ((i = 0; i < next; i++)); do patients 2 $((i * 10 + 1)); done >all.ndjson
run medchain-vault put -q --time "$now" all.ndjson large.*
expect_status 0
expect_summary '.anchored == 0 and .versions == 0'
medchain-vault list -q --json | jq -e -n '[inputs | select(.type == "version")] | all(.copy and .state == "anchored")' >/dev/null
