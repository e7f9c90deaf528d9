#!/usr/bin/env bash
# An emergency that is killed, or whose storage fails, at each system call that writes: the same command completes it, once, with its
# package, and the key of the subject is there before the entry that names its tag.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq strace
strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace may not trace here"
make_sharing
echo words >words
total=0
again=0
total_stated=0

emergency() {
  medchain-grant emergency --from hosp-b --reason unconscious --text-file words --time "$(at 0)" -q --subject "subject-$total"
}

everywhere() { # HOW CALL...
  local how=$1 call n points=0
  shift
  for call in "$@"; do
    for ((n = 1; n < 40; n++)); do
      total=$((total + 1))
      struck "$call" "$n" "$how" medchain-grant emergency --from hosp-b --reason unconscious --text-file words --time "$(at 0)" -q \
        --subject "subject-$total"
      # Who was told that it is appended, and that only something after it failed, knows; typed again it states another.
      if grep -q 'appended entry' log && ! grep -q 'the rest waits for the next run' log; then again=$((again + 1)); fi
      run emergency
      [[ $status == 0 ]] || fail "the run after $how at $call number $n does not complete: $(<"$err")"
      expect_json '.type == "receipt" and .kind == "emergency"'
      was_struck || break
      points=$((points + 1))
    done
    # A run that was not struck is done, and its repetition states another: once for each call.
    total_stated=$((total_stated + n + 1))
    stated=$(medchain-grant list --emergencies --json | wc -l)
    [[ $stated == $((total_stated + again)) ]] || fail "$how at $call: $stated emergencies, expected $((total_stated + again))"
    [[ $(published) == "$stated" && $(staged) == 0 ]] || fail "$how at $call: $(published) packages of $stated, $(staged) in staging"
  done
  echo "# $points points"
  ((points > 10)) || fail "only $points points"
}

it "is completed after a kill at each call"
everywhere signal=KILL fdatasync fsync pwrite64 rename renameat2 unlink unlinkat

it "is completed after a full disk at each call"
# AddressSanitizer itself calls write(2), to ask whether memory is readable, and hangs when that fails.
writes='write'
! grep -qF __asan_init "$BIN/medchain-grant" || writes=
# shellcheck disable=SC2086 # no word if there is none
everywhere error=ENOSPC fdatasync fsync pwrite64 $writes renameat2

it "leaves one key for each subject, and every tag on the ledger is of one"
tags=$(medchain-grant list --emergencies --json | jq -r .subject | LC_ALL=C sort -u)
[[ $(wc -l <<<"$tags") == "$total" ]] || fail "$(wc -l <<<"$tags") tags of $total subjects"
for ((total = 1; total < 20; total++)); do
  run emergency
  grep -qxF "$(medchain-grant list --emergencies --json | jq -rs 'last.subject')" <<<"$tags" || fail "subject $total has another tag now"
done

it "tells of each once, and leaves a ledger that verifies"
act_as hosp-b
run medchain inbox --json
[[ $(jq -s 'length' "$out") == $(medchain-grant list --emergencies --json | wc -l) ]] || fail "notices"
jq -s -e 'all(has("terms"))' "$out" >/dev/null || fail "terms that do not open"
run medchain-verify ledger -q
expect_status 0
