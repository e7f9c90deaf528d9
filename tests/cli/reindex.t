#!/usr/bin/env bash
# Indexes as sorted runs: found again in them, damage is found, and both are made anew; those of layout 1 are read and go on.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/verify-fixtures.sh"
need_tamper
need jq xz
tamper_in() { "$TAMPER" "$@"; }

records() { # FIRST LAST
  awk -v first="$1" -v last="$2" 'BEGIN {
    for (i = first; i <= last; ++i)
      printf "{\"resourceType\":\"Observation\",\"id\":\"o%d\",\"subject\":{\"reference\":\"Patient/p%d\"}}\n", i, i % 5000 }'
}
# So many that indexes have runs, and loose keys too; unit.store merges runs.
new_ledger L
export MEDCHAIN_PERSON=tester
records 1 70000 >many.ndjson
medchain-anchor -q --time "$(at 1)" many.ndjson >/dev/null

ledger_is_damaged() { # PATTERN [LEDGER]
  run medchain-verify ledger -l "${2:-T}"
  expect_status 1
  expect_out "^error: .*$1.*\[index\.damaged\]$"
}
vault_is_damaged() { # PATTERN
  run medchain-verify vault --ledger-only --vault V
  expect_status 1
  expect_out "^index\.damaged +.*$1.*; 'medchain-vault reindex' makes it anew"
}
is_found() { # NUMBER
  run medchain-audit record "Observation/o$1" --json
  expect_status 0
  expect_json -n '[inputs | select(.kind == "anchor")] | length == 1'
}

it "finds records and subjects in runs, and what was anchored again"
run medchain-verify ledger
expect_status 0
run medchain-verify vault --ledger-only
expect_status 0
is_found 1
is_found 33333
run medchain-audit subject Patient/p17 --json
expect_status 0
expect_json -n '[inputs | select(.kind == "anchor")] | length > 0'
run medchain-anchor --time "$(at 2)" many.ndjson --json
expect_status 0
expect_json -n '[inputs] | last | .unchanged == 70000 and .anchored == 0'

it "finds each change of a run of the ledger's indexes"
for table in record-runs subject-runs; do
  name=${table%-runs}
  for change in "chunk-flip $table 40 7" "chunk-flip $table 40 19" "chunk-flip $table 0 3"; do
    rm -rf T && cp -r L T
    # shellcheck disable=SC2086
    tamper_in T $change
    ledger_is_damaged "$name index: "
  done
  rm -rf T && cp -r L T
  tamper_in T chunk-delete "$table" 40
  ledger_is_damaged "$name index: index run [0-9]+ has [0-9]+ keys, expected [0-9]+"
  rm -rf T && cp -r L T
  tamper_in T chunk-delete "$table" 0
  ledger_is_damaged "$name index: index run [0-9]+ is in no directory"
done

it "makes the ledger's indexes anew, with another secret"
tamper_in L meta-get index-secret >secret
tamper_in L chunk-delete record-runs 40 , chunk-flip subject-runs 9 3
ledger_is_damaged "record index: " L
run medchain reindex
expect_status 0
expect_err "^medchain: made the record and subject indexes of .* anew: 70000 records$"
run medchain-verify ledger
expect_status 0
tamper_in L meta-get index-secret >new-secret
[[ $(wc -c <new-secret) == 16 ]] || fail "no secret"
! cmp -s secret new-secret || fail "the secret is the old one"
is_found 33333
tamper_in L meta-delete index-secret
run medchain reindex -q
expect_status 0
run medchain-verify ledger
expect_status 0

it "finds each change of the vault's indexes, and makes them anew"
for change in "chunk-flip id-runs 30 9" "chunk-flip digest-runs 30 9" "chunk-delete id-runs 30" "chunk-delete digest-runs 0" \
  "chunk-flip id-runs 30 15"; do
  rm -rf V && cp -r "$MEDCHAIN_VAULT" V
  # shellcheck disable=SC2086
  tamper_in V $change
  vault_is_damaged .
  run medchain-vault reindex --vault V
  expect_status 0
  expect_err '^medchain-vault: made the indexes of the vault anew: 70000 versions$'
  run medchain-verify vault --ledger-only --vault V
  expect_status 0
done

it "keeps what was erased erased"
run medchain-vault erase Observation/o5 --basis GDPR-17 --yes --time "$(at 3)"
expect_status 0
run medchain-vault reindex
expect_status 0
records 5 5 >five.ndjson
run medchain-anchor --time "$(at 4)" five.ndjson
expect_err 'was erased'
run medchain-verify vault --ledger-only
expect_status 0

it "is refused where nothing may be written, or while another process writes"
cp -r L R
chmod -R a-w R
if [[ $(id -u) != 0 ]]; then fails_with 4 . medchain reindex -l R; fi
chmod -R u+w R
exec 9<"$MEDCHAIN_VAULT/secrets"
flock 9
fails_with 6 'secrets|vault' medchain-vault reindex --wait=0s
exec 9<&-

it "reads a ledger and a vault of layout 1, and takes them on"
tar xJf "$SOURCE/tests/golden/audit/sample.tar.xz"
[[ $(tamper_in ledger meta-get layout) == 1 ]] || fail "the sample is of another layout"
[[ $(tamper_in vault meta-get layout) == 1 ]] || fail "the sample is of another layout"
chmod 700 vault
run medchain-verify vault --ledger-only -l ledger --vault vault
expect_status 0
versions=$(medchain-vault list -l ledger --vault vault --json | jq -s 'map(select(.type == "record")) | length')
run medchain-vault reindex --vault vault
expect_status 0
run medchain-verify vault --ledger-only -l ledger --vault vault
expect_status 0
[[ $(medchain-vault list -l ledger --vault vault --json | jq -s 'map(select(.type == "record")) | length') == "$versions" ]] || fail
[[ $(tamper_in vault meta-get layout) == 2 ]] || fail "layout 1 still"
run medchain reindex -l ledger
expect_status 0
run medchain-verify ledger -l ledger
expect_status 0
[[ $(tamper_in ledger meta-get layout) == 2 ]] || fail "layout 1 still"
