#!/usr/bin/env bash
# What medchain-audit and medchain-verify print of a kept ledger and vault, in every format of every verb, is what it was; a
# ledger and a vault that an older medchain made are read.
. "${0%/*}/lib.sh"
need xz

it "prints what is kept"
cd "$SOURCE"
scripts/update-golden --bin="$BIN" --into="$tmp/made" audit
[[ $(find "$tmp/made/tests/golden/audit" -type f | wc -l) -gt 40 ]] || fail "hardly anything was printed"
diff -ru --exclude=sample.tar.xz tests/golden/audit "$tmp/made/tests/golden/audit" || fail "golden files differ (scripts/update-golden audit rewrites them)"
