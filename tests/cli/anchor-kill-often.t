#!/usr/bin/env bash
# kill -9 at random moments of short runs: after each the ledger verifies, the same command completes, each record is there once.
# MEDCHAIN_TEST_SEED=N repeats a run, as far as a machine does that.
. "${0%/*}/lib.sh" || exit
need jq

kills=$(by_night 1000 100)
seed=${MEDCHAIN_TEST_SEED:-$((RANDOM % 32768))}
RANDOM=$seed
echo "# seed $seed"
now=$(at 1)

# intact RECORDS WHEN: the ledger verifies, and has so many records (or any number).
intact() {
  run medchain-verify ledger -q --json
  [[ $status == 0 ]] || fail "$2: the ledger does not verify"
  [[ $1 == any || $(tail -n1 "$out") == *"\"records\":$1,"* ]] || fail "$2: not $1 records"
}

# How long a run takes here that nobody kills.
new_ledger warm
patients 40 >input.ndjson
began=${EPOCHREALTIME/[.,]/}
for i in 1 2 3; do
  patients 40 $((i * 40)) tag | medchain-anchor -q --time "$now" >/dev/null
done
lasts=$(((${EPOCHREALTIME/[.,]/} - began) / 3))

it "completes after each of $kills kills, with each record exactly once"
total=0
killed=0
for ((i = 0; i < kills; i++)); do
  # A ledger that grows would be verified ever more slowly.
  if ((i % 50 == 0)); then
    ((i == 0)) || { medchain-verify vault --ledger-only -q >/dev/null || fail "the vault does not verify"; }
    rm -rf ledger*
    new_ledger ledger
    patients 5 900001 | medchain-anchor -q --time "$now" >/dev/null
    total=5
  fi
  # New records, mostly with new versions of old ones.
  patients 40 $((total + 1)) >input.ndjson
  patients $((RANDOM % 6)) 900001 "$i" >>input.ndjson
  # A little over the whole run, from before its start on.
  printf -v delay '0.%06d' $(((RANDOM * 32768 + RANDOM) % (lasts + lasts / 10)))
  code=0
  { medchain-anchor -q --time "$now" input.ndjson >result 2>log & } 2>/dev/null
  job=$!
  sleep "$delay"
  kill -KILL $job 2>/dev/null || true
  wait $job 2>/dev/null || code=$?
  [[ $code == 137 || $code == 0 ]] || fail "kill $i after $delay s: status $code: $(cat log)"
  ((code == 0)) || killed=$((killed + 1))
  intact any "kill $i after $delay s"
  run medchain-anchor -q --time "$now" input.ndjson
  [[ $status == 0 ]] || fail "kill $i after $delay s: the rerun does not complete"
  total=$((total + $(wc -l <input.ndjson)))
  intact "$total" "kill $i after $delay s, and the rerun"
done
figures "$killed of $kills runs were killed before their end, a run takes $((lasts / 1000)) ms"
((killed > kills / 3)) || fail "only $killed of $kills runs were killed before their end"
