#!/usr/bin/env bash
# A stream of readings that is killed, or whose storage fails, at many moments, while its sender sends again from what was last
# acknowledged: each reading is there exactly once.
. "${0%/*}/lib.sh" || exit
# shellcheck source=series-fixtures.sh
. "$SOURCE/tests/cli/series-fixtures.sh"
need jq python3 strace
strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace may not trace here"
[[ -n $GEN ]] || skip "medchain-testdata was not built"

new_ledger L
echo Anna >subject
now=$(at 1)
"$GEN" cgm --days 4 --seed 5 --layout ndjson | awk 'NR % 7 != 0' >stream.ndjson
total=$(wc -l <stream.ndjson)
done=0  # lines that were acknowledged

# send N COMMAND...: the next N lines that are not acknowledged, to a follower below COMMAND; what it acknowledged counts.
send() {
  local n=$1 line
  shift
  code=0
  (
    tail -n +$((done + 1)) stream.ndjson | head -n "$n" |
      "$@" medchain-vault put -q --series --follow --batch 4 --subject-file subject --time "$now" >result 2>log
    exit "${PIPESTATUS[2]}"
  ) 2>/dev/null || code=$?
  case $code in
    0 | 1 | 4 | 5 | 6 | 7 | 11 | 137 | 143) ;;
    *) fail "status $code: $(cat log)" ;;
  esac
  # A line that was cut is no acknowledgement.
  line=$(grep -a '"type":"committed".*}$' result | tail -n1 | jq -r .line) || true
  done=$((done + ${line:-0}))
}

everywhere() {
  local how=$1 call n points=0
  shift
  for call in "$@"; do
    for ((n = 1; n < 60; n += 2)); do
      ((done < total - 40)) || break 2
      # openat begins with libraries and configuration, which are of no interest.
      [[ $call != openat || $n -gt 20 ]] || continue
      send 8 strace -f -qq -o trace -e trace="$call" -e inject="$call:$how:when=$n"
      was_struck || break
      points=$((points + 1))
    done
  done
  echo "# $points points, $done of $total readings acknowledged"
  ((points > 5)) || fail "only $points points"
}

it "is killed at each call"
everywhere signal=KILL fdatasync pwrite64 write openat unlink

it "has no space at each call"
everywhere error=ENOSPC fdatasync pwrite64

it "is killed at seeded moments"
RANDOM=11
for i in {1..12}; do
  ((done < total - 100)) || break
  send 100 timeout -s KILL "0.$(printf %03d $((100 + RANDOM % 700)))"
done
echo "# $done of $total readings acknowledged"

it "has each reading exactly once in the end, and all copies"
send "$total" env
[[ $code == 0 && $done == "$total" ]] || fail "status $code, $done of $total: $(cat log)"
all_days >got
recount stream.ndjson >expected
same got expected
[[ $(wc -l <got) == "$(sort -u got | wc -l)" ]]
run medchain-vault check -q --copies-only
expect_status 0
run medchain-verify ledger -q
expect_status 0
run put_series --time "$now" stream.ndjson
expect_summary '.added == 0 and .entries == 0'
