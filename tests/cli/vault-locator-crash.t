#!/usr/bin/env bash
# medchain-vault link --moved-from that is killed, or whose storage fails, at each single system call that writes: no record has a place
# where its bytes are not, and the same command completes.
. "${0%/*}/lib.sh" || exit
need jq strace
strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace may not trace here"

may_end_with="0 6 7 127 137"
new_ledger L
mkdir one
for ((i = 1; i <= 6; i++)); do echo "file $i" >one/f$i.txt; done
patients 3 >one/lines.ndjson
medchain-anchor -q --time "$(at 1)" one >/dev/null
from=one to=two

everywhere() {
  local how=$1 call n points=0 swap
  shift
  for call in "$@"; do
    for ((n = 1; n < 60; n++)); do
      rm -rf "$to"
      cp -r "$from" "$to"
      struck "$call" "$n" "$how" medchain-vault link -q --moved-from "$from" --locator "$to"
      # Wherever they are said to be now, they are read there: also those that the run before this one set.
      run medchain-vault check -q
      expect_status 0
      run medchain-vault link -q --moved-from "$from" --locator "$to"
      [[ $status == 0 ]] || fail "the run after $how at $call number $n does not complete"
      rm -r "$from"
      swap=$from from=$to to=$swap
      was_struck || break
      points=$((points + 1))
    done
  done
  echo "# $points points"
  ((points > 2)) || fail "only $points points"
}

it "completes after a kill at each call"
everywhere signal=KILL fdatasync pwrite64 write flock

it "completes after a full disk at each call"
everywhere error=ENOSPC fdatasync pwrite64

it "completes after an output that could not be written"
rm -rf "$to"
cp -r "$from" "$to"
rm "$to/f1.txt"
into_full() { "$@" >/dev/full; }
run into_full medchain-vault link -q --moved-from "$from" --locator "$to"
expect_status 7
expect_err "no space left on device"
cp "$from/f1.txt" "$to/f1.txt"
run medchain-vault link -q --moved-from "$from" --locator "$to"
expect_status 0
rm -r "$from"

it "has all of them in the end"
run medchain-vault check
expect_status 0
expect_err "9 of 9 records are as anchored"
