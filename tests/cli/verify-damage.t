#!/usr/bin/env bash
# Bytes of data.mdb changed at random: every reading tool ends with an answer or a refusal, never by a signal, in a bug or not at all.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/verify-fixtures.sh"
need_tamper
make_ledger
seed=${MEDCHAIN_TEST_SEED:-20261123}
RANDOM=$((seed % 32768))
echo "# seed $seed"

# What a reader of all entries sees.
entries_of() {
  local i
  for i in {0..5}; do "$TAMPER" "$1" get "$i"; done
}
entries_of L >entries

# Offsets in the file where a byte is not 0: most others are free.
od -An -v -tu1 -w1 L/data.mdb | awk '$1 != 0 {print NR - 1}' >used
used=$(wc -l <used)
random_used() { sed -n "$(((RANDOM * 32768 + RANDOM) % used + 1))p" used; }

# answered WHAT: the last command ended as it should.
answered() {
  case $status in
    0 | 1 | 3 | 4 | 5 | 6 | 7 | 8 | 9) ;;
    *) fail "round $round ($flips): $1 ended with status $status" ;;
  esac
}

it "never crashes, and finds every change of an entry"
found=0
for round in {1..120}; do
  fresh
  flips=
  for ((i = 0; i < 1 + round % 3; ++i)); do
    at=$(random_used)
    mask=$((1 + RANDOM % 255))
    flips+=" $at^$mask"
    "$TAMPER" T/data.mdb flip-file "$at" "$mask"
  done
  run timeout 20 medchain-verify ledger -l T --json -q
  answered verify
  case $status in
    0)
      expect_json 'select(.type == "summary") | .count == 6 and .records == 106 and .findings == 0'
      entries_of T >entries.T
      same entries entries.T
      ;;
    1)
      found=$((found + 1))
      [[ -s $out || -s $err ]] || fail "round $round: no finding"
      ;;
    4) [[ -s $err ]] || fail "round $round: no message" ;;
    *) fail "round $round ($flips): status $status" ;;
  esac
  for reader in "medchain-verify records -q records.ndjson" "medchain-verify vault -q" "medchain status" "medchain-audit prove files/a.txt -q" \
    "medchain-member list"; do
    # shellcheck disable=SC2086
    MEDCHAIN_LEDGER=T run timeout 20 $reader
    answered "$reader"
  done
done
((found > 20)) || fail "only $found rounds with findings: the bytes are not where anything is"

it "never crashes over whole pages that were lost"
pages=$(($(stat -c %s L/data.mdb) / 4096))
for ((round = 2; round < pages; ++round)); do
  flips="page $round"
  fresh
  dd if=/dev/zero of=T/data.mdb bs=4096 seek=$round count=1 conv=notrunc status=none
  run timeout 20 medchain-verify ledger -l T --json -q
  answered verify
  ((status == 0 || status == 1 || status == 4)) || fail "page $round: status $status"
  MEDCHAIN_LEDGER=T run timeout 20 medchain-verify vault -q --ledger-only
  answered vault
done
