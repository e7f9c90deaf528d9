#!/usr/bin/env bash
# Every byte of a ledger's data.mdb, its checkpoint and a vault's data.mdb is changed once, pages are swapped and the file is cut
# (sweep.cpp): verification finds it, or sees exactly what it saw before, and never dies of it.  By night all bytes, else one in
# 16, others with each MEDCHAIN_TEST_SEED.
. "${0%/*}/lib.sh" || exit
need jq
sweep=${MEDCHAIN_TEST_SWEEP:-}
[[ -n $sweep && -x $sweep ]] || skip "medchain-sweep is not built"

part=$(by_night 1 16)
seed=${MEDCHAIN_TEST_SEED:-1}
echo "# seed $seed"

# Two anchors, a tick, a version of a record that was there; and the ledger and vault as they were before the last one.
new_ledger ledger
patients 3 1 | medchain-anchor -q --time "$(at 1)" >/dev/null
medchain-verify ledger -q --seen seen >/dev/null
cp -r ledger ledger.before
cp -r "$MEDCHAIN_VAULT" vault.before
patients 2 3 b | medchain-anchor -q --time "$(at 2)" >/dev/null
medchain-verify ledger -q --seen seen >/dev/null

# swept WHAT LEFT: its counts in $out; LEFT bytes of 1,000 may be changed unnoticed.
swept() {
  local counts
  run "$sweep" "$1" ledger "$MEDCHAIN_VAULT" "copies-$1" "$seed" "$part"
  expect_status 0
  counts=$(grep -E '^(bytes|pages):' "$out")
  figures "$1, one in $part, ${counts//$'\n'/; }"
  expect_no_out '^died '
  # bytes: SAME same FINDINGS findings REFUSED refused UNNOTICED unnoticed DIED died
  awk -v left="$2" '/^bytes:/ {seen = 1; if ($4 + $6 == 0 || $8 * 1000 > left * ($2 + $4 + $6 + $8)) bad = 1} END {exit bad || !seen}' "$out" ||
    fail "changes of $1 that verification does not find"
}

it "finds each change of a ledger"
swept ledger 0
expect_no_out '^unnoticed '

it "finds each change of the checkpoint file"
part=1 swept checkpoint 0

it "survives each change of a vault, and finds those of what was anchored"
# What a vault says of its own (paths, times) is nowhere else, and has no signature.
swept vault 12

it "finds that an old copy of the ledger was put back"
mv ledger/data.mdb now.mdb
cp ledger.before/data.mdb ledger/data.mdb
fails_with 11 "ledger" medchain-anchor -q --time "$(at 3)" < <(patients 1 900)
run medchain-verify ledger -q --json --seen seen
expect_status 11
ls seen.evidence >/dev/null
mv now.mdb ledger/data.mdb
run medchain-verify ledger -q --seen seen
expect_status 0

it "repairs what an old copy of the vault does not know, or says so; no record is there twice"
rm -rf "$MEDCHAIN_VAULT"
cp -r vault.before "$MEDCHAIN_VAULT"
run medchain-anchor -q --time "$(at 3)" < <(patients 2 3 b)
[[ $status == 0 || -s $err ]] || fail "status $status without a word"
medchain-verify ledger -q >/dev/null
