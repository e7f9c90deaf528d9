#!/usr/bin/env bash
# A publication that is killed, or whose disk is full, at each system call that changes something: the tree is whole at the checkpoint it has,
# and the next run completes it.
. "${0%/*}/lib.sh" || exit
: "${MEDCHAIN_TEST_PEERS:?the path of medchain-peers}"
need jq strace
strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace may not trace here"
may_end_with="0 4 6 7 137"
stride=$(by_night 1 4) # by day every fourth point

anchors() { "$MEDCHAIN_TEST_PEERS" anchors L L.host keys/hosp-a "$1" "${2:-1}"; }
new_ledger L
anchors 253
medchain-sync tiles -q -o before >/dev/null
anchors 1 33
anchors 3 # through a full tile, with removals
medchain-sync tiles -q -o after >/dev/null
cp -r before grown
medchain-sync tiles -q -o grown >/dev/null
old=$(sed -n 2p before/checkpoint) new=$(sed -n 2p after/checkpoint)
files() { (cd "$1" && find . -type f ! -name .unfinished | LC_ALL=C sort | xargs sha256sum); }

# verified_at SIZE...: the tree verifies, and it is of one of these sizes.
verified_at() {
  run medchain-verify ledger --from tree --json
  [[ $status == 0 ]] || fail "after $what: status $status"
  local size
  size=$(jq -r 'select(.type == "summary") | .count' "$out")
  [[ " $* " == *" $size "* ]] || fail "after $what: $size entries"
}

everywhere() { # FROM HOW CALL...
  local from=$1 how=$2 call n points=0
  shift 2
  for call in "$@"; do
    for ((n = 1; n < 80; n += stride)); do
      what="$how at $call number $n, from $from"
      rm -rf tree
      [[ $from == nothing ]] || cp -r "$from" tree
      struck "$call" "$n" "$how" medchain-sync tiles -q -o tree
      was_struck || break
      points=$((points + 1))
      if [[ -e tree/checkpoint ]]; then
        if [[ $from == nothing ]]; then verified_at "$new"; else verified_at "$old" "$new"; fi
      else
        [[ $from == nothing ]] || fail "after $what: no checkpoint"
      fi
      [[ $how == signal=* || ! -e tree/.unfinished ]] || fail "after $what: something unfinished is left"
      run medchain-sync tiles -q -o tree
      [[ $status == 0 ]] || fail "the run after $what does not complete"
      verified_at "$new"
      [[ $(files tree) == "$(files "$complete")" ]] || fail "after $what: another tree: $(diff <(files tree) <(files "$complete"))"
      [[ ! -e tree/.unfinished ]] || fail "after $what: something unfinished is left for ever"
    done
  done
  echo "# $points points"
  ((points > 12 / stride)) || fail "only $points points"
}

it "is whole after a kill at each call, on the way from an older state"
complete=grown
everywhere before signal=KILL write fsync rename renameat2 unlink rmdir mkdir

it "is whole after a kill at each call, on the way from nothing"
complete=after
everywhere nothing signal=KILL write fsync rename renameat2 mkdir

it "is whole after a full disk or a failing one at each call"
complete=grown
everywhere before error=ENOSPC write mkdir renameat2
everywhere before error=EIO fsync rename unlink rmdir

it "ends at a signal, and goes on the next time"
rm -rf tree
cp -r before tree
anchors 2
run timeout --signal=TERM 0.001 medchain-sync tiles -q -o tree
[[ $status == 124 || $status == 143 || $status == 0 || $status == 130 ]] || fail "status $status"
run medchain-sync tiles -q -o tree
expect_status 0
run medchain-verify ledger --from tree -q
expect_status 0
