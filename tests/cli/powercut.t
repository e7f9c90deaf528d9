#!/usr/bin/env bash
# A power cut at any moment of a run: disks are made that POSIX allows after it (powercut.py), from one traced run each.
# Where the disk syncs what it says it syncs, the ledger verifies, nothing that a receipt names is lost, and the same command completes
# with each record exactly once.  Where it lies, what is lost or damaged is told, and nothing wrong is called good.
# MEDCHAIN_TEST_SEED=N repeats a run.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq strace python3
strace -qq -o /dev/null -e trace=none true 2>/dev/null || skip "strace may not trace here"

seed=${MEDCHAIN_TEST_SEED:-$((RANDOM % 32768))}
echo "# seed $seed"
cuts=$(by_night 100 12)
now=$(at 1)
calls=$(python3 "$SOURCE/tests/cli/powercut.py" --calls)
images=0
cutting=

# traced COMMAND...: the ledger and all beside it are below world; before is what was there.
traced() {
  rm -rf before trace
  cp -a world before
  strace -f -y -xx -s 268435456 -o trace -e trace="$calls" "$@" >said 2>log || fail "status $?: $(cat log)"
}
# cut COUNT [LYING...]: makes images/NUMBER.
cut() {
  rm -rf images
  python3 "$SOURCE/tests/cli/powercut.py" trace before world images "$1" "$seed" "${@:2}"
}
# on_image NUMBER: what follows works on it.
on_image() {
  images=$((images + 1))
  cutting="$step, image $1: $(cat "images/$1.cut")"
  on_ledger "images/$1/L"
  act_as "$2"
}
on_world() {
  on_ledger world/L
  act_as "$1"
}
expect_good() { [[ $status == 0 ]] || fail "$cutting: $1"; }
# answered FILE: `entry row digest` of its receipts.
answered() { jq -r 'select(.type == "receipt") | "\(.entry) \(.row) \(.digest)"' "$1" | LC_ALL=C sort; }
ledger_is_whole() {
  run medchain-verify ledger -q --json
  expect_good "the ledger does not verify"
}
# records_are COUNT: exactly so many on the ledger, all of which the vault opens.
records_are() {
  ledger_is_whole
  [[ $(tail -n1 "$out") == *"\"records\":$1,"* ]] || fail "$cutting: not $1 records"
  run medchain-verify vault --ledger-only -q
  expect_good "the vault does not verify"
}

# completes COUNT COMMAND...: for each image.
completes() {
  local count=$1 i
  shift
  for ((i = 0; i < cuts; i++)); do
    on_image $i hosp-a
    ledger_is_whole
    run "$@"
    expect_good "the same command does not complete"
    answered "$out" >places
    answered "images/$i.said" >places.said
    [[ -z $(comm -13 places places.said) ]] || fail "$cutting: receipts that were given do not hold: $(comm -13 places places.said)"
    records_are "$count"
    [[ $1 != medchain-vault ]] || copies_are_good
  done
  on_world hosp-a
}
copies_are_good() {
  run medchain-vault check --copies-only -q
  expect_good "the copies are not good"
}

mkdir world
new_ledger world/L
export MEDCHAIN_PERSON=staff-1

it "keeps all that was told and completes the rest: the first records of a new vault"
step=first
patients 3 >first.ndjson
traced medchain-anchor -q --time "$now" "$PWD/first.ndjson"
cut "$cuts"
completes 3 medchain-anchor -q --time "$now" "$PWD/first.ndjson"

it "keeps all that was told and completes the rest: new records and versions"
step="more"
patients 500 101 >more.ndjson
patients 3 1 again >>more.ndjson
traced medchain-anchor -q --time "$now" "$PWD/more.ndjson"
cut "$cuts"
completes 506 medchain-anchor -q --time "$now" "$PWD/more.ndjson"

it "keeps all that was told and completes the rest: records with their copies"
step=put
patients 2 1001 >put.ndjson
head -c 300000 /dev/urandom >large
traced medchain-vault put -q --time "$now" "$PWD/put.ndjson" "$PWD/large"
cut "$cuts"
completes 509 medchain-vault put -q --time "$now" "$PWD/put.ndjson" "$PWD/large"

it "keeps an erasure whole: what is gone is erased on the ledger, and the same command ends it"
step=erase
for id in a b; do printf '{"resourceType":"Observation","id":"%s","subject":{"reference":"Patient/s"}}\n' $id; done |
  medchain-vault put -q --time "$now" >/dev/null
traced medchain-vault erase -q --basis GDPR-17 --subject Patient/s --yes --time "$now"
cut "$cuts"
for ((i = 0; i < cuts; i++)); do
  on_image $i hosp-a
  ledger_is_whole
  run medchain-vault erase -q --basis GDPR-17 --subject Patient/s --yes --time "$now"
  [[ $status == 0 || $status == 9 ]] || fail "$cutting: the same command does not complete"
  records_are 511
  for id in a b; do fails_with 9 'erased' medchain-vault get Observation/$id; done
  # A file whose key is destroyed is removed by the next run that makes some.
  medchain-vault put -q --time "$now" put.ndjson >/dev/null
  copies_are_good
done
on_world hosp-a
