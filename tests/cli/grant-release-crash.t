#!/usr/bin/env bash
# A release, and an opening, that are killed or find the disk full at each system call that writes: the same command completes them,
# one use is counted for one package, and files appear whole or not at all.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq strace
strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace may not trace here"
stride=$(by_night 1 3) # by day every third point
make_sharing put
granted --uses 100000
released
head -n 1 observations.ndjson | tr -d '\n' >o9
sed -n 2p observations.ndjson | tr -d '\n' >o10
used() { medchain-grant list --grants --json | jq .used; }

# One release is struck, then the command is typed again: it tells the release that was made, or makes it.
releases() { # HOW CALL...
  local how=$1 call n before
  shift
  for call in "$@"; do
    for ((n = 1; n < 60; n += stride)); do
      before=$(used)
      struck "$call" "$n" "$how" medchain-grant release "$grant" --time "$(at 0)" -q
      told=$code
      run medchain-grant release "$grant" --time "$(at 0)" -q
      [[ $status == 0 ]] || fail "the run after $how at $call number $n does not complete"
      expect_json '.type == "receipt" and .kind == "release"'
      was_struck || break
      points=$((points + 1))
      # Who was told that the release is on the ledger asked for another one.
      made=1
      if [[ $told == 0 ]] || { grep -q 'appended entry' log && ! grep -q 'the rest waits for the next run' log; }; then made=2; fi
      [[ $(used) == $((before + made)) ]] || fail "$how at $call number $n: $before uses, then $(used); $(cat log)"
      [[ $(staged) == 0 ]] || fail "$how at $call number $n: $(staged) in staging"
    done
  done
}

it "completes a release after a kill at each call"
points=0
releases signal=KILL fdatasync fsync pwrite64 rename renameat2 unlink unlinkat mkdir
echo "# $points points"
((points > 10 / stride)) || fail "only $points points"

it "completes a release after a full disk at each call"
points=0
releases error=ENOSPC fdatasync fsync pwrite64 write mkdir renameat2
echo "# $points points"
((points > 10 / stride)) || fail "only $points points"

it "has a package for each release and no other"
run medchain-vault check -q
expect_status 0

it "opens after a kill and a full disk at each call: files are whole or not there, and the next run writes them"
released
act_as hosp-r
points=0
for how in signal=KILL error=ENOSPC; do
  for call in fdatasync fsync pwrite64 write mkdir rename renameat2 linkat unlink unlinkat; do
    for ((n = 1; n < 60; n += stride)); do
      rm -rf got
      struck "$call" "$n" "$how" medchain-grant open "$release" -C got --time "$(at 0)" -q
      for id in 9 10; do
        [[ ! -e got/Observation-$id.json ]] || same "got/Observation-$id.json" "o$id"
      done
      if [[ -e got/Observation-9.json ]]; then
        [[ $(medchain-grant list --releases --json | jq -s 'last.opened') -ge 1 ]] || fail "files before the use was declared"
      fi
      run medchain-grant open "$release" -C got --time "$(at 0)" -q
      [[ $status == 0 ]] || fail "the run after $how at $call number $n does not complete"
      same got/Observation-9.json o9
      same got/Observation-10.json o10
      [[ $(find got -mindepth 1 | wc -l) == 2 ]] || fail "$how at $call number $n leaves $(ls -A got)"
      was_struck || break
      points=$((points + 1))
    done
  done
done
echo "# $points points"
((points > 20 / stride)) || fail "only $points points"

it "leaves a ledger that verifies"
run medchain-verify ledger -q
expect_status 0
