#!/usr/bin/env bash
# medchain-vault erase that is killed, or whose storage fails, at each single system call that writes: afterwards either nothing was
# erased, or the next run finishes; never is a record gone that the ledger does not call erased.
. "${0%/*}/lib.sh" || exit
need jq strace
strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace may not trace here"
stride=$(by_night 1 3) # by day every third point
export MEDCHAIN_PERSON="staff 17"
now=$(at 1)
next=0

may_end_with="0 1 4 5 6 7 11 137"
zeros() { python3 -c 'import sys; d = open(sys.argv[1], "rb").read(); print(sum(d[i:i + 32] == bytes(32) for i in range(0, len(d), 32)))' "$MEDCHAIN_VAULT/secrets"; }

# everywhere HOW CALL...: a subject with two records for each point at which a run can be struck.
everywhere() {
  local how=$1 call n points=0 before
  shift
  for call in "$@"; do
    for ((n = 1; n < 60; n += stride)); do
      next=$((next + 1))
      for id in a b; do printf '{"resourceType":"Observation","id":"%s%d","subject":{"reference":"Patient/s%d"}}\n' $id $next $next; done |
        medchain-vault put -q --time "$now" >/dev/null
      before=$(zeros)
      struck "$call" "$n" "$how" medchain-vault erase -q --basis GDPR-17 --subject "Patient/s$next" --yes --time "$now"
      # Before anything else is run: what is gone is erased on the ledger.
      if [[ $(zeros) != "$before" ]]; then
        medchain-vault search -q --json --subject "Patient/s$next" | jq -se '[.[] | select(.type == "directory")] | all(.state == "erased")' >/dev/null ||
          fail "something is gone that the ledger does not call erased, after $how at $call number $n"
      fi
      run medchain-vault erase -q --basis GDPR-17 --subject "Patient/s$next" --yes --time "$now"
      [[ $status == 0 || $status == 9 ]] || fail "the run after $how at $call number $n ends with $status"
      [[ $(zeros) == $((before + 5)) ]] || fail "$(($(zeros) - before)) slots are zero after $how at $call number $n"
      was_struck || break
      points=$((points + 1))
    done
  done
  echo "# $points points"
  ((points > 8 / stride)) || fail "only $points points"
}

new_ledger L
it "finishes after a kill at each call"
everywhere signal=KILL fdatasync pwrite64 write unlink rename

it "finishes after a full disk at each call"
everywhere error=ENOSPC fdatasync pwrite64 write

it "has erased each subject once"
run medchain-verify ledger -q
expect_status 0
run medchain-verify vault --ledger-only -q
expect_status 0
run medchain-vault check --copies-only -q
expect_status 0
[[ -z $(find "$MEDCHAIN_VAULT/blobs" -type f) ]] || fail "copies are left: $(find "$MEDCHAIN_VAULT/blobs" -type f)"
