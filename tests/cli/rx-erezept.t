#!/usr/bin/env bash
# E-Rezept scenarios replayed against medchain-rx (doc/erezept-mapping.md): our verdict on states and rights is theirs.
. "${0%/*}/lib.sh" || exit
need python3

it "passes scenarios of our own, and finds each lie in them"
run python3 -B "$SOURCE/tests/erezept/selftest.py" --bin "$BIN"
expect_status 0
expect_out '^[0-9]{3} replays, 0 wrong$'

if [[ -z $MEDCHAIN_SHARED ]]; then
  it_skipped "replays E-Rezept's own scenarios" "the shared folder with vectors and data is not here"
  exit
fi

it "replays E-Rezept's own scenarios"
run python3 -B "$SOURCE/tests/erezept/replay.py" --bin "$BIN" --states "$MEDCHAIN_SHARED/states/EREZEPT_TRANSITIONS.tsv" \
  "$MEDCHAIN_SHARED"/data/*/erezept-scenarios
expect_status 0
cat "$out"
expect_out '^[0-9]+ scenarios, [0-9]+ steps replayed, [0-9]+ left out, 0 problems$'
