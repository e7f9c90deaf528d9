#!/usr/bin/env bash
# create with its records, accept and complete, killed or finding the disk full at each system call that writes: nothing or the whole
# act is there, and the same command completes it, once.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq strace
strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace may not trace here"
stride=$(by_night 1 3) # by day every third point
make_sharing put
echo SubjectCanary001 >subject
echo 'please examine' >reason
head -c 100000 /dev/urandom >letter.bin
count=0
listed() { medchain-refer list --json | jq -r "$@"; }
calls=(fdatasync fsync pwrite64 write mkdir rename renameat2 unlink)

# once HOW ACT: do_ACT, under a new id each time, is struck at each call in turn and typed again; whole_ACT: it is there, once and whole.
once() {
  local how=$1 act=$2 call n
  for call in "${calls[@]}"; do
    for ((n = 1; n < 80; n += stride)); do
      count=$((count + 1))
      printf '%032x\n' "$count" >id
      "prepare_$act"
      struck "$call" "$n" "$how" "do_$act"
      run "do_$act"
      [[ $status == 0 ]] || fail "$act after $how at $call number $n does not complete"
      "whole_$act" || fail "$act after $how at $call number $n: not once and whole"
      [[ $(staged) == 0 ]] || fail "$act after $how at $call number $n: $(staged) in staging"
      was_struck || break
      points=$((points + 1))
    done
  done
}

# strace runs a program, not a function; what these read they read without a call that writes.
cat >do_create <<'S'
#!/bin/sh
read -r id <id
exec medchain-refer create --to hosp-r --subject-file subject --service "service-$id" --text-file reason --record Observation/9 --application letter.bin --with-records --id "$id" --time 2025-03-01T09:00:00Z -q
S
cat >do_accept <<'S'
#!/bin/sh
read -r id <id
read -r referral <referral
exec medchain-refer accept "$referral" --id "$id" --time 2025-03-01T09:00:00Z -q
S
cat >do_complete <<'S'
#!/bin/sh
read -r id <id
read -r referral <referral
exec medchain-refer complete "$referral" --text-file reason --document letter.bin --record Observation/9 --id "$id" --time 2025-03-01T09:00:00Z -q
S
chmod +x do_*
PATH=$PWD:$PATH

prepare_create() { act_as hosp-b; }
whole_create() {
  local hash
  hash=$(medchain-grant list --grants --json | jq -rs 'last.hash')
  [[ $(listed .hash | wc -l) == "$((created += 1))" && $(listed .hash | tail -n 1) == "$hash" ]] &&
    [[ $(medchain-grant list --releases --json | jq -rs "map(select(.grant == \"$hash\")) | length") == 1 ]]
}

it "refers with documents and records, once and whole, after a kill at each call"
points=0 created=0
once signal=KILL create
echo "# $points points"
((points > 15 / stride)) || fail "only $points points"

it "... and after a full disk at each call"
points=0
once error=ENOSPC create
echo "# $points points"
((points > 15 / stride)) || fail "only $points points"

it "accepts once, after a kill at each call"
prepare_accept() {
  act_as hosp-r
  listed -s 'map(select(.state == "received"))[0].hash // empty' >referral
}
whole_accept() { [[ $(listed "select(.hash == \"$(<referral)\") | .state") == accepted ]]; }
points=0
once signal=KILL accept
echo "# $points points"
((points > 5 / stride)) || fail "only $points points"

it "returns the outcome once, with its records and documents, after a kill at each call"
act_as hosp-r
medchain-vault put -q --subject-from json:/subject/reference - --time "$(at 0)" >/dev/null <<<'{"resourceType":"Observation","id":"9","subject":{"reference":"Mine"}}'
prepare_complete() {
  act_as hosp-r
  listed -s 'map(select(.state == "accepted"))[0].hash // empty' >referral
  if [[ ! -s referral ]]; then
    listed -s 'map(select(.state == "received"))[0].hash // empty' >referral
    medchain-refer accept "$(<referral)" -q --time "$(at 0)" >/dev/null
  fi
}
whole_complete() { [[ $(listed "select(.hash == \"$(<referral)\") | .state") == completed ]]; }
points=0
once signal=KILL complete
echo "# $points points"
((points > 8 / stride)) || fail "only $points points"

it "leaves a ledger that verifies, and a package for each act and no other"
run medchain-verify ledger -q
expect_status 0
run medchain-vault check -q
expect_status 0
