#!/usr/bin/env bash
# An applier that is killed, or whose storage fails, at each system call that writes: the same stream, or the next run, completes it.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/grant-fixtures.sh"
. "$SOURCE/tests/cli/sync-fixtures.sh"
need jq strace mdb_dump
strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace may not trace here"
stride=$(by_night 1 3) # by day every third point
make_sharing
make_other_side
ask --subject first

# Also where the checkpoint file is behind, after a kill.
entries() { mdb_dump -s entries L | grep -c '^ ' | awk '{print $1 / 2}'; }
apply() { medchain-sync apply -q --time "$(at 0)"; }
total=1
# next_stream: a request with a package, and two entries without, all of them new.
next_stream() {
  total=$((total + 1))
  emits hosp-r medchain-grant request --from hosp-b --purpose HRESCH --until 90d --subject "subject-$total"
  tail -n 2 "$out" >stream # the newest: earlier acts that have landed are not printed again
  act_as hosp-b
  medchain-anchor --emit -q --time "$(at 0)" < <(patients 1 $((1000 + total))) | grep '"type":"entry"' | tail -n 1 >>stream
}

everywhere() { # HOW NEXT CALL...
  local how=$1 next=$2 call n points=0 before
  shift 2
  for call in "$@"; do
    for ((n = 1; n < 60; n += stride)); do
      next_stream
      before=$(entries)
      struck "$call" "$n" "$how" medchain-sync apply -q --time "$(at 0)" <stream
      # Whatever was answered is there, with its package.
      while read -r index; do ((index < $(entries))) || fail "entry $index was answered, and is not there"; done \
        < <(jq -r 'select(.type == "receipt") | .entry' result 2>/dev/null)
      # Whoever comes next, for whatever, completes what is on the ledger.
      run "$next"
      [[ $status == 0 ]] || fail "the run after $how at $call number $n does not complete"
      staging_is_empty
      run apply <stream
      [[ $status == 0 ]] || fail "the same stream after $how at $call number $n is not taken"
      expect_summary '.count == 2 and .complete'
      [[ $(entries) == $((before + 2)) ]] || fail "$how at $call number $n: $(entries) entries, $before before"
      [[ $(published) == "$total" ]] || fail "$how at $call number $n: $(published) packages of $total"
      was_struck || break
      points=$((points + 1))
    done
  done
  echo "# $points points"
  ((points > 10 / stride)) || fail "only $points points"
}
nothing() { apply </dev/null; }
same_again() { apply <stream; }

it "is completed after a kill at each call, by a run that reads nothing"
everywhere signal=KILL nothing fdatasync fsync pwrite64 rename renameat2 unlink unlinkat mkdir

it "is completed after a full disk at each call, by the same stream"
everywhere error=ENOSPC same_again fdatasync fsync pwrite64 write mkdir renameat2

it "leaves a ledger that verifies, and emitters that have nothing left to give"
run medchain-verify ledger -q
expect_status 0
act_as hosp-r
run medchain-grant request --from hosp-b --purpose HRESCH --until 90d --time "$(at 0)"
expect_status 0
[[ $(staged) == 0 ]] || fail "$(staged) packages are left in staging"
