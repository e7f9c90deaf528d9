#!/usr/bin/env bash
# issue, accept and dispense, killed at each system call that changes something on the disk: nothing is there, or the whole act, and the
# same line again completes it, once.  Between two such calls a kill finds the disk as after the first.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq strace mdb_dump
strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace may not trace here"
stride=$(by_night 1 3) # by day every third point

make_rx
listed() { medchain-rx list --json | jq -s "$1"; }
id_of() { printf '%032x' "$1"; }
calls="fdatasync fsync pwrite64 write rename renameat2 unlink unlinkat mkdir link linkat"
may_end_with="0 137"
run_number=0
points=0

# everywhere CHECK VERB OPTION...: CHECK says, after the strike, what is there (0 or 1), and after the second run that it is 1.
everywhere() {
  local check=$1 call n before
  shift
  points=0
  for call in $calls; do
    for ((n = 1; n < 60; n += stride)); do
      run_number=$((run_number + 1))
      begin
      struck "$call" "$n" signal=KILL medchain-rx "$@" --id "$(id_of $run_number)" --time "$(at 0)" -q
      before=$($check)
      [[ $before == [01] ]] || fail "after a kill at $call number $n there is '$before'"
      [[ $code != 0 || $before == 1 ]] || fail "a kill at $call number $n was no kill, and nothing is there"
      run medchain-rx "$@" --id "$(id_of $run_number)" --time "$(at 0)" -q
      [[ $status == 0 ]] || fail "the run after a kill at $call number $n does not complete"
      [[ $(jq -rs 'map(select(.type == "receipt") | .id) | join(" ")' "$out") == "$(id_of $run_number)" ]] || fail "its receipt: $(<"$out")"
      [[ $($check) == 1 ]] || fail "there is '$($check)' after the run that completes it"
      was_struck || break
      points=$((points + 1))
    done
  done
  echo "# $points points"
  ((points > 10 / stride)) || fail "only $points points"
}

it "issues whole or not at all, with a token that redeems it"
act_as hosp-a
begin() {
  rm -f rx.token*
  had=$(listed length)
}
issues() { echo $(($(listed length) - had)); }
everywhere issues issue --document rx.json --subject P1 --token-file rx.token
act_as ph-a
run medchain-rx accept --token-file rx.token --time "$(at 0)"
expect_status 0

it "accepts whole or not at all, and shows it with the receipt"
begin() {
  issued -q
  act_as ph-a
}
accepts() { listed "map(select(.entry == $rx and .state == \"held\" and .holder == \"ph-a\")) | length"; }
everywhere accepts accept --token-file rx.token
expect_json -s 'map(.type) == ["receipt", "prescription-document"]'

it "dispenses whole or not at all"
sed 's/"quantity":20/"quantity":1000/' rx.json >many.json
mv many.json rx.json
sed 's/"quantity":12/"quantity":1/' some.json >one.json
issued -q
accepted
begin() { had=$(listed "map(select(.entry == $rx).dispensed[0])[0]"); }
dispenses() { echo $(($(listed "map(select(.entry == $rx).dispensed[0])[0]") - had)); }
everywhere dispenses dispense "$rx" --document one.json

it "leaves no package that no entry names, nothing in staging, and a ledger that verifies"
for member in hosp-a ph-a; do
  act_as $member
  run medchain-vault check -q
  expect_status 0
done
[[ -z $(find L.packages -path '*staging*' -type f) ]] || fail "$(find L.packages -path '*staging*')"
[[ $(find L.packages -name '*.age' | wc -l) == $(mdb_dump -p -s entries L | grep -aoE '"package":\{"hash":"[^"]*"' | sort -u | wc -l) ]] || fail "packages"
run medchain-verify ledger -q
expect_status 0
