#!/usr/bin/env bash
# medchain-vault put --series: readings of wearables, one record for each day.
. "${0%/*}/lib.sh" || exit
# shellcheck source=series-fixtures.sh
. "$SOURCE/tests/cli/series-fixtures.sh"
need jq python3
[[ -n $GEN ]] || skip "medchain-testdata was not built"

new_ledger L
echo "Canary Anna Subject0001" >subject
now=$(at 1)
"$GEN" cgm --days 3 --seed 1 --layout ndjson >readings.ndjson
"$GEN" cgm --days 3 --seed 1 --layout dexcom >dexcom.csv
"$GEN" cgm --days 3 --seed 1 --layout table >table.csv
"$GEN" cgm --days 3 --seed 1 --layout fhir >fhir.ndjson
"$GEN" cgm --days 3 --seed 1 --layout libre >libre.csv
"$GEN" cgm --days 3 --seed 1 --layout table --unit mmol/L >mmol.csv
lines=$(wc -l <readings.ndjson)

it "makes one record of each day, with every reading once"
run put_series --profile glucose readings.ndjson --time "$now"
expect_status 0
expect_summary ".count == $lines and .added == $lines and .anchored == 3 and .versions == 0 and .entries == 1 and .complete"
jq -n -e '[inputs | select(.type == "committed")] | length == 1 and .[0].entry == 1 and .[0].days == 3 and (.[0] | has("line") | not)' "$out" >/dev/null
all_days >got
recount readings.ndjson >expected
same got expected
grep -q ' low ' got
run medchain-verify vault -q --ledger-only
expect_status 0
run medchain-vault check -q
expect_status 0

it "finds nothing new in the same file again, nor in the same readings in another layout"
# The CSV of the sensor with the wall clock of UTC, and a table of UTC, spell the same readings.
for file in readings.ndjson "dexcom.csv --zone UTC" table.csv "readings.ndjson readings.ndjson"; do
  # shellcheck disable=SC2086 # words
  run put_series $file --time "$now"
  expect_status 0
  expect_summary '.added == 0 and .duplicates == .count and .unchanged == 3 and .entries == 0 and .conflicts == 0'
done
run put_series --time "$now" <table.csv
expect_summary '.added == 0 and .unchanged == 3'
run put_series --time "$now" < <(cat table.csv)
expect_summary ".added == 0 and .count == $lines"

it "makes a new version of a late reading, however late, and drops nothing"
sed -n '100,110p;400p' readings.ndjson >late
grep -vxFf late readings.ndjson >early
echo other >other
put() { medchain-vault put --series --subject-file other --time "$now" "$@"; }
run put early
expect_summary ".added == $((lines - 12)) and .anchored == 3"
run put late
expect_status 0
expect_summary '.added == 12 and .anchored == 0 and .versions == 2 and .unchanged == 0'
tac readings.ndjson >backwards
run put backwards
expect_summary '.added == 0 and .unchanged == 3'
[[ $(all_days | wc -l) == $((2 * lines)) ]]
run medchain-vault list --json --subject-file other
jq -n -e '[inputs | select(.type == "version")] | length == 5 and ([.[] | select(.state == "superseded")] | length == 2)' "$out" >/dev/null

it "keeps readings that do not agree, tells how many times have some, and takes mmol/L for the same number"
echo both >both
# What is out of the device's range is told apart by unit: nobody knows its number.
grep -vE '"(low|high)"' readings.ndjson >within.ndjson
grep -vE ';(low|high);' mmol.csv >within.csv
run medchain-vault put --series --subject-file both --time "$now" within.ndjson within.csv
expect_status 0
expect_summary ".conflicts == 0 and .added == $((2 * $(wc -l <within.ndjson)))"
first=$(sed -n 2p within.ndjson)
jq -c '.value = "399"' <<<"$first" >other-value
run medchain-vault put --series --subject-file both --time "$now" other-value
expect_status 0
expect_err "warning: 1 time of readings that do not agree: all of them are kept"
expect_no_err "399|20[0-9][0-9]-"
expect_summary '.conflicts == 1 and .added == 1 and .versions == 1'

it "reads Libre exports and FHIR Observations, and counts what holds no reading"
echo libre >libre
run medchain-vault put --series --subject-file libre --time "$now" --zone Europe/Berlin --date-order day-first libre.csv
expect_status 0
expect_summary '.added > 280 and .skipped > 0 and .complete'
expect_err "skipped [0-9]+ rows without a reading: .*note"
echo fhir >fhir
run medchain-vault put --series --subject-file fhir --time "$now" fhir.ndjson
expect_summary ".added == $lines"

it "takes byte order marks, local time in a zone, and its days are of UTC"
printf '\xef\xbb\xbfTimestamp (YYYY-MM-DDThh:mm:ss),Event Type,Glucose Value (mmol/L)\r\n2025-07-01T00:30:00,EGV,5.60\r\n2025-07-01T03:00:00,EGV,Low\r\n2025-07-01T03:05:00,EGV,High\r\n' >bom.csv
echo zone >zone
run medchain-vault put --series --subject-file zone --time "$now" --zone Europe/Berlin bom.csv
expect_status 0
expect_summary '.added == 3 and .anchored == 2'
all_days | grep -E '2025-0(6-30|7-01)' >got || true
printf '%s\n' '2025-06-30T22:30:00Z mmol/L 5.60 sensor' '2025-07-01T01:00:00Z mmol/L low sensor' '2025-07-01T01:05:00Z mmol/L high sensor' | cmp - got

it "guesses no time zone, no order of dates and no unit"
fails() { run medchain-vault put --series --subject-file zone --time "$now" "$@"; expect_status 3; expect_summary '.added == 0 and .complete == false'; }
fails bom.csv
expect_err "bom.csv:2: .*a local time needs the time zone"
expect_err "hint: .*--zone"
printf 'timestamp,glucose\n2/6/2025 08:00,103\n' >order.csv
fails --zone UTC --unit mg/dL order.csv
expect_err "order.csv:2: "
run medchain-vault put --series --subject-file zone --time "$now" --zone UTC --unit mg/dL --date-order month-first order.csv
expect_status 0
fails --zone UTC --date-order month-first order.csv
expect_err "unit"

it "tells bad rows by file and line, and never what they hold"
{ head -n 3 readings.ndjson; echo '{"time":"2024-01-01T00:00:00Z","value":"CanaryValue77","unit":"mg/dL"}'; sed -n 4p readings.ndjson; } >bad.ndjson
echo bad >bad
run medchain-vault put --series --subject-file bad --time "$now" bad.ndjson
expect_status 3
expect_err "error: bad.ndjson:4: "
expect_summary '.count == 0 and .anchored == 0 and .rejected == 1'
run medchain-vault put --series --subject-file bad --time "$now" --keep-going bad.ndjson missing.csv dexcom.csv --zone UTC
expect_status 3
expect_err "bad.ndjson:4: "
expect_err "missing.csv"
expect_no_err "CanaryValue"
expect_summary ".added == $lines and .rejected == 2 and .complete == false"
echo "no header here" >noheader.csv
run medchain-vault put --series --subject-file bad --time "$now" noheader.csv
expect_status 3
expect_err "noheader.csv: expected a header"

it "refuses what does not go together"
fails_with 2 "'--profile' with '--series': expected glucose" put_series --profile alice readings.ndjson
fails_with 2 "'--series' needs '--subject-file'" medchain-vault put --series readings.ndjson
fails_with 2 "'--subject-file' needs '--series'" medchain-vault put --subject-file subject readings.ndjson
fails_with 2 "'--type' does not go with '--series'" put_series --type X readings.ndjson
fails_with 2 "'--every' needs '--follow'" put_series --every 5s readings.ndjson
fails_with 2 "'--zone'" put_series --zone Nowhere/City readings.ndjson
fails_with 2 "'--dry-run' does not go with '--follow'" put_series --follow --dry-run
fails_with 2 "'--follow' reads standard input" put_series --follow readings.ndjson
MEDCHAIN_PROFILE=nosuch fails_with 2 "nosuch" put_series --profile glucose readings.ndjson

it "changes nothing with --dry-run, and prints entries with --emit"
state_of "$MEDCHAIN_VAULT" L >state
echo dry >dry
run medchain-vault put --series --subject-file dry --dry-run --time "$now" readings.ndjson
expect_status 0
expect_summary '.dry_run and .anchored == 3'
state_of "$MEDCHAIN_VAULT" L | cmp - state
run medchain-vault put --series --subject-file dry --emit --time "$now" readings.ndjson
expect_status 0
jq -n -e '[inputs | .type] == ["entry", "summary"]' "$out" >/dev/null
run medchain-vault put --series --subject-file dry --time "$now" readings.ndjson
expect_summary '.settled == 1 and .added == 0 and .unchanged == 3'

it "prints receipts of days when it is asked to"
run put_series --receipts=each --with-names --time "$now" readings.ndjson
expect_receipts 'length == 3 and all(.status == "unchanged" and .entry == 1 and (.record | startswith("Observation/glucose/2024-01-0")))'

it "is refused where the member may not anchor, and takes nothing"
new_keys viewer --role requester
admit viewer
(
  act_as viewer
  run put_series --time "$(at 2)" readings.ndjson
  expect_status 5
  expect_summary '.count == 0 and .anchored == 0 and .complete == false'
  expect_no_out '"committed"'
)

it "refuses what was erased, and what it cannot unite with"
cp -r "$MEDCHAIN_VAULT" vault.whole
rm "$MEDCHAIN_VAULT"/blobs/*
run put_series --time "$now" readings.ndjson
expect_status 1
expect_err "a day of the series: the copy in .* the file is not there"
rm -rf "$MEDCHAIN_VAULT"
mv vault.whole "$MEDCHAIN_VAULT"
medchain-vault erase -q --subject-file bad --basis B --yes --person p --time "$(at 3)" >/dev/null
run medchain-vault put --series --subject-file bad --time "$(at 3)" readings.ndjson
expect_status 9
expect_no_out '"committed"'

it "leaves neither name nor readings in the ledger, nor in clear in the vault's blobs, nor in ids"
! grep -raqE 'Subject0001|2024-01-0|mg/dL|mmol' L L.host "$MEDCHAIN_VAULT/blobs" || fail "something is there in clear"
medchain-vault list -q --json --subject-file subject | jq -r 'select(.type == "version") | .record' >ids
! grep -qi 'canary' ids || fail "an id names the subject"
grep -qE '^Observation/glucose/2024-01-01/[0-9a-f]{16}$' ids

if [[ -n $MEDCHAIN_SHARED && -d $MEDCHAIN_SHARED/data/dev/cgm ]]; then
  it "reads the exports of the shared folder"
  for file in "$MEDCHAIN_SHARED"/data/dev/cgm/*.csv; do
    basename "$file" >shared
    run medchain-vault put --series --subject-file shared --zone Europe/Berlin --date-order month-first --keep-going --time "$(at 3)" "$file"
    [[ $status == 0 || $status == 3 ]] || fail "status $status"
    expect_summary '.added > 0 and .added + .duplicates == .count'
  done
else
  it_skipped "reads the exports of the shared folder" "it is not here"
fi
