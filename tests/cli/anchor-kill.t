#!/usr/bin/env bash
# kill -9 at any moment: the same command completes, every record is on the ledger exactly once.
# SEED=N repeats a run.
. "${0%/*}/lib.sh" || exit
need jq mdb_dump

new_ledger ledger
RANDOM=${MEDCHAIN_TEST_SEED:-11}
echo "# seed ${MEDCHAIN_TEST_SEED:-11}"

now=$(at 1)
# killed MILLISECONDS INPUT: a run that is killed so long after its start, if it lives so long.
killed() {
  medchain-anchor -q --time "$now" <"$2" >result 2>log &
  local job=$! code=0
  sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
  kill -KILL $job 2>/dev/null || true
  wait $job 2>/dev/null || code=$?
  [[ $code == 137 || $code == 0 ]] || fail "status $code: $(cat log)"
}

it "makes its vault under fire"
patients 10 >first.ndjson
for ms in 1 2 3 5 8 13 20; do
  rm -rf "$MEDCHAIN_VAULT"
  killed $ms first.ndjson
  # Where the first entry has landed already the vault is one that works.
  [[ ! -e $MEDCHAIN_VAULT/data.mdb || -e $MEDCHAIN_VAULT/unfinished ]] || continue
  run medchain-anchor --time "$(at 1)" first.ndjson
  expect_status 0
done
rm -rf "$MEDCHAIN_VAULT" ledger ledger.host
new_ledger ledger

it "completes after 40 kills at random moments"
total=0
: >all.ndjson
for i in {1..40}; do
  # Runs of one and of two entries, most of it new.
  count=$((RANDOM % 2 == 0 ? 500 : 9000))
  patients $count $((total + 1)) >>all.ndjson
  total=$((total + count))
  killed $((RANDOM % 180)) all.ndjson
done
run medchain-anchor -q --time "$(at 1)" <all.ndjson
expect_status 0
expect_summary ".count == $total and .rejected == 0 and .complete"
expect_err_empty

it "has every record on the ledger exactly once"
run medchain-anchor -q --time "$(at 1)" <all.ndjson
expect_status 0
expect_summary ".unchanged == $total and .entries == 0"
all_places_differ "$out"
[[ $(anchored_rows ledger) == "$total" ]] || fail "$(anchored_rows ledger) rows for $total records"

it "has all openings: what the vault says is what the ledger has"
if command -v medchain-verify >/dev/null; then
  medchain-verify ledger -q >/dev/null
  medchain-verify vault --ledger-only -q >/dev/null
fi

it "gives locks free"
run medchain-anchor --wait 1s --time "$(at 1)" < <(patients 1 99999999)
expect_status 0
