#!/usr/bin/env bash
# A request that is killed, or whose storage fails, at each system call that writes: the same command completes it, once, with its package.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq strace
strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace may not trace here"
make_sharing
ask --subject first
total=1
total_asked=1
again=0

request() { medchain-grant request --from hosp-b --purpose HRESCH --until 90d --time "$(at 0)" -q --subject "$1"; }

everywhere() { # HOW CALL...
  local how=$1 call n points=0
  shift
  for call in "$@"; do
    for ((n = 1; n < 40; n++)); do
      total=$((total + 1))
      struck "$call" "$n" "$how" medchain-grant request --from hosp-b --purpose HRESCH --until 90d --time "$(at 0)" -q --subject "subject-$total"
      # Who was told that it is appended, and that only something after it failed, knows; typed again it asks again.
      if grep -q 'appended entry' log && ! grep -q 'the rest waits for the next run' log; then again=$((again + 1)); fi
      run request "subject-$total"
      [[ $status == 0 ]] || fail "the run after $how at $call number $n does not complete"
      expect_json '.type == "receipt" and .kind == "request"'
      was_struck || break
      points=$((points + 1))
    done
    asked_for=$(medchain-grant list --requests --json | wc -l)
    # A run that was not struck is done, and its repetition asks again: once for each call.
    total_asked=$((total_asked + n + 1))
    [[ $asked_for == $((total_asked + again)) ]] || fail "$how at $call: $asked_for requests, expected $((total_asked + again))"
    [[ $(published) == "$asked_for" && $(staged) == 0 ]] || fail "$how at $call: $(published) packages of $asked_for, $(staged) in staging"
  done
  echo "# $points points"
  ((points > 10)) || fail "only $points points"
}

it "is completed after a kill at each call"
everywhere signal=KILL fdatasync fsync pwrite64 rename renameat2 unlink unlinkat mkdir

it "is completed after a full disk at each call"
everywhere error=ENOSPC fdatasync fsync pwrite64 write mkdir renameat2

it "leaves a ledger that verifies, and packages that open"
run medchain-verify ledger -q
expect_status 0
act_as hosp-b
run medchain inbox --json
jq -s -e 'all(has("terms"))' "$out" >/dev/null || fail "terms that do not open"
