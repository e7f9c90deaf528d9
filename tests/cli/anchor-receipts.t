#!/usr/bin/env bash
# What medchain-anchor prints: receipts of three kinds, in order, without anything that identifies people unless that is asked for.
. "${0%/*}/lib.sh" || exit
need jq sha256sum

new_ledger ledger
anchor() { medchain-anchor --time "$(at 1)" "$@"; }
echo '{"resourceType":"Patient","id":"very-private-id","subject":{"reference":"Patient/very-private-id"}}' >private-name.ndjson
patients 3 >>private-name.ndjson

it "prints one receipt for each input, in order, and the summary last"
run anchor private-name.ndjson
expect_status 0
jq -n -e '[inputs | .type] == ["receipt", "receipt", "receipt", "receipt", "summary"]' "$out" >/dev/null
expect_receipts 'all(.schema == "medchain/1" and .kind == "anchor" and .status == "anchored" and (.digest | test("^sha256:[0-9a-f]{64}$")))'
expect_receipts 'map(.row) == [0, 1, 2, 3] and (map(.entry) | unique | length) == 1'
[[ $(head -c 36 "$out") == '{"schema":"medchain/1","type":"recei' ]]

it "puts no id, name, path or salt into them"
! grep -E 'very-private|private-name|"salt"|"record"|"path"' "$out" || fail "a receipt identifies"

it "puts ids and paths in with --with-names"
run anchor --with-names private-name.ndjson
expect_receipts '.[0].record == "Patient/very-private-id" and (.[0].path | endswith("/private-name.ndjson"))'
expect_receipts 'all(has("salt") | not)'

it "puts salts in with --with-openings, with which the commitment can be made again"
patients 2 50 >open.ndjson
run anchor --with-openings open.ndjson
expect_receipts 'all(.salt | test("^(sha256:)?[0-9a-f]{64}$"))'
expect_receipts '.[0].salt != .[1].salt'
# The commitment, SHA-256 over prefix, salt and digest, stands in the manifest.
jq -r 'select(.type == "receipt") | "\(.salt) \(.digest)"' "$out" | sed 's/sha256://g' >openings
run anchor --with-openings open.ndjson
jq -r 'select(.type == "receipt") | "\(.salt) \(.digest)"' "$out" | sed 's/sha256://g' | cmp - openings
if command -v mdb_dump >/dev/null; then
  mdb_dump -s manifests ledger | tr -d '\n ' >manifests
  unhex() { sed 's/../\\x&/g' | xargs -0 printf; }
  while read -r salt digest; do
    { printf 'medchain/1 commitment\n' && printf %s "$salt$digest" | tr -d '\n' | unhex; } | sha256sum | cut -d' ' -f1 >commitment
    grep -qFf commitment manifests || fail "the commitment $(cat commitment) is not on the ledger"
  done <openings
fi

it "prints one receipt for each entry with --receipts=batch"
patients 9000 1000 >batch.ndjson
run anchor --receipts=batch batch.ndjson
expect_status 0
expect_receipts 'length == 2 and map(.count) == [8192, 808] and all((.root | test("^sha256:")) and (.hash | test("^sha256:")))'
expect_summary '.anchored == 9000 and .entries == 2'
run anchor --receipts=batch batch.ndjson
expect_receipts 'length == 0'
expect_summary '.unchanged == 9000'

it "prints the summary alone with --receipts=none"
run anchor --receipts=none < <(patients 3 60)
expect_status 0
expect_receipts 'length == 0'
expect_summary '.anchored == 3'
fails_with 2 "each, batch or none" anchor --receipts=all <open.ndjson

it "says on stderr what it did, and nothing there with -q"
run anchor < <(patients 1 70)
expect_err "^medchain-anchor: anchored 1 record .0 new versions., 0 unchanged; appended entry [0-9]+$"
run anchor -q < <(patients 1 71)
expect_status 0
expect_err_empty
expect_summary '.anchored == 1'

it "prints no progress where stderr is no terminal, unless told to"
run anchor batch.ndjson
! grep -q $'[\r\033]' "$err" || fail "progress on a file"
run anchor --progress=never batch.ndjson
! grep -q $'[\r\033]' "$err" || fail "progress on a file"
run anchor --progress=always batch.ndjson
! grep -q $'\r' "$err" || fail "a carriage return in a log"

it "prints a line of progress for SIGUSR1 and lives on"
mkfifo pipe
medchain-anchor --time "$(at 1)" <pipe >result 2>log &
job=$!
exec 7>pipe
patients 1 80 >&7
sleep 0.5
kill -USR1 $job
sleep 0.2
patients 1 81 >&7
sleep 0.2
exec 7>&-
code=0
wait $job || code=$?
[[ $code == 0 ]]
jq -e 'select(.type == "summary") | .anchored == 2' result >/dev/null

it "tells places of errors on stderr, and none on stdout where they may identify people"
mkdir -p "Mary Jones 1980-01-01"
mkfifo "Mary Jones 1980-01-01/scan"
echo text >"Mary Jones 1980-01-01/text"
run anchor --keep-going "Mary Jones 1980-01-01"
expect_status 3
expect_err "error: Mary Jones 1980-01-01/scan: expected a regular file"
expect_no_out "Mary"
jq -n -e '[inputs | .type] == ["error", "receipt", "summary"]' "$out" >/dev/null

it "shows times, colours and words of errors the same in every format"
for option in --color=always --color=never --json; do
  run anchor $option nosuch
  expect_status 3
done
run anchor --color=always nosuch
grep -q $'\033\[' "$err"
run anchor --json nosuch
expect_error_id input.unreadable
jq -e '.type' "$err" >/dev/null

it "writes receipts to a file, whole or not at all"
run anchor -q -o receipts.ndjson < <(patients 2 90)
expect_status 0
expect_out_empty
jq -n -e '[inputs] | length == 3' receipts.ndjson >/dev/null
printf 'bad\n' >bad.ndjson
run anchor -q -o none.ndjson bad.ndjson
expect_status 3
[[ ! -e none.ndjson ]]
fails_with 2 "also the input" anchor -o open.ndjson open.ndjson
[[ $(wc -l <open.ndjson) == 2 ]]
