#!/usr/bin/env bash
# A run that is killed, or whose storage fails, at each single system call that writes: the same command completes, nothing is lost or doubled.
. "${0%/*}/lib.sh" || exit
need jq mdb_dump strace
strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace may not trace here"
stride=$(by_night 1 3) # by day every third point

calls="fdatasync fsync pwrite64 pwritev writev write rename unlink mkdir ftruncate"
now=$(at 1)
next=0
total=0

may_end_with="0 1 4 5 6 7 11 137"

# everywhere HOW CALL...: three new records for each point at which a run can be struck, and the rerun of each.
everywhere() {
  local how=$1 call n points=0
  shift
  for call in "$@"; do
    for ((n = 1; n < 60; n += stride)); do
      patients 3 $((next * 10 + 1)) >input.ndjson
      next=$((next + 1))
      total=$((total + 3))
      struck "$call" "$n" "$how" medchain-anchor -q --time "$now" input.ndjson
      run medchain-anchor -q --time "$now" input.ndjson
      [[ $status == 0 ]] || fail "the run after $how at $call number $n does not complete"
      expect_receipts 'length == 3 and all(.entry > 0 and (.status == "anchored" or .status == "unchanged"))'
      was_struck || break
      points=$((points + 1))
    done
  done
  echo "# $points points"
  ((points > 15 / stride)) || fail "only $points points"
}

new_ledger ledger
medchain-anchor -q --time "$now" < <(patients 100 900000) >/dev/null
total=100

it "completes after a kill at each call"
# shellcheck disable=SC2086 # words
everywhere signal=KILL $calls

it "completes after a full disk at each call"
# shellcheck disable=SC2086 # words
everywhere error=ENOSPC $calls

it "completes after an input/output error at each call"
everywhere error=EIO fdatasync pwrite64 writev

it "has every record exactly once, and all openings"
[[ $(anchored_rows ledger) == "$total" ]] || fail "$(anchored_rows ledger) rows for $total records"
for ((i = 0; i < next; i++)); do patients 3 $((i * 10 + 1)); done >all.ndjson
run medchain-anchor -q --time "$now" all.ndjson
expect_summary '.anchored == 0 and .versions == 0'
all_places_differ "$out"
if command -v medchain-verify >/dev/null; then
  medchain-verify ledger -q >/dev/null
  medchain-verify vault --ledger-only -q >/dev/null
fi

it "makes its vault whatever strikes it"
for how in signal=KILL error=ENOSPC; do
  for call in $calls; do
    for ((n = 1; n < 60; n += stride)); do
      rm -rf fresh
      patients 1 $((2000000 + next)) >input.ndjson
      next=$((next + 1))
      struck "$call" "$n" "$how" medchain-anchor -q --time "$now" --vault fresh input.ndjson
      run medchain-anchor -q --time "$now" --vault fresh input.ndjson
      [[ $status == 0 ]] || fail "no vault after $how at $call number $n"
      expect_receipts '.[0].entry > 0'
      was_struck || break
    done
  done
done

it "leaves nothing of an init or of keys when storage fails, whatever call it is"
for call in $calls; do
  for ((n = 1; n < 60; n += stride)); do
    struck "$call" "$n" error=ENOSPC medchain-init -q --origin a.example/b -l new/deep/ledger -k keys/hosp-a --time "$(at 0)"
    was_struck || break
    if [[ $code == 0 ]]; then
      medchain-member list -l new/deep/ledger >/dev/null
    elif ! grep -q "could not be written\|'standard output'" log; then
      [[ ! -e new ]] || fail "left behind after $call number $n: $(find new) $(cat log)"
    fi
    rm -rf new
  done
  rm -rf new
  for ((n = 1; n < 60; n += stride)); do
    struck "$call" "$n" error=ENOSPC medchain-key new -q --name a --witness-key -k new/deep/key
    was_struck || break
    [[ $code == 0 || ! -e new ]] || grep -q "'standard output'" log || fail "left behind after $call number $n: $(find new) $(cat log)"
    rm -rf new
  done
  rm -rf new
done
