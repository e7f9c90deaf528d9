#!/usr/bin/env bash
# medchain-verify records and vault: are these bytes what was anchored?
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/verify-fixtures.sh"
make_ledger

# verdict_of PLACE: of a line of --json output.
verdict_is() {
  jq -e --arg place "$1" --arg verdict "$2" -n '[inputs] | map(select(.type == "record" and .place == $place)) | length == 1 and .[0].verdict == $verdict' "$out" \
    >/dev/null || fail "expected the verdict $2 about $1"
}

it "finds what was anchored intact, from files, directories and standard input"
run medchain-verify records records.ndjson
expect_status 0
expect_err "^medchain-verify: 100 of 100 records are as anchored$"
run bash -c 'medchain-verify records <records.ndjson'
expect_status 0
[[ $(grep -c '^intact  *standard input:' "$out") == 100 ]]
run medchain-verify records --json files
expect_status 0
expect_json '.type == "summary" and .count == 3 and .good == 3 and .findings == 0 and .complete'
run medchain-verify records --json files/a.txt
expect_json '[inputs][0] | .verdict == "intact" and .entry == 2 and .row == 0 and .version == 1 and .versions == 1 and (.anchored | test("^20..-..-..T..:..:..Z$"))' -n

it "tells other bytes, with version and entry of the newest"
mkdir changed
sed '3s/"value":3/"value":4/' records.ndjson >changed/records.ndjson
run bash -c 'medchain-verify records --json <changed/records.ndjson'
expect_status 1
verdict_is "standard input:3" differs
verdict_is "standard input:4" intact
expect_out '"verdict":"differs","entry":1,"row":2,.*"version":1,"versions":1,"message":"these bytes are none of its 1 anchored versions; the newest is entry 1 row 2"'
expect_json 'select(.type == "summary") | .findings == 1 and .status == 1'
cp files/b.txt kept
echo "file b, third" >files/b.txt
run medchain-verify records --json files/b.txt
expect_status 1
expect_out '"verdict":"differs","entry":3,"row":0,.*"version":2,"versions":2'

it "tells a version that was superseded"
cp b-first.txt files/b.txt
run medchain-verify records --json files/b.txt
expect_status 0
expect_out '"verdict":"superseded","entry":2,.*"version":1,"versions":2,"message":"version 1 of 2; a newer one is anchored"'
cp kept files/b.txt

it "tells what was never anchored"
echo "never" >never.txt
run medchain-verify records never.txt
expect_status 1
expect_out "^unknown  *never.txt  neither its id nor its bytes were anchored"
run bash -c 'printf "{\"resourceType\":\"Observation\",\"id\":\"o999\"}\n" | medchain-verify records --json'
expect_status 1
verdict_is "standard input:1" unknown

it "knows bytes under another name"
cp files/a.txt elsewhere.txt
run medchain-verify records --json elsewhere.txt
expect_status 0
expect_json '[inputs][0] | .verdict == "intact" and .by_content and .message == "these bytes were anchored under another id or name"' -n

it "says the same in every format"
run medchain-verify records --format=junit files never.txt
expect_status 1
python3 -c 'import sys, xml.etree.ElementTree as t; r = t.parse(sys.argv[1]).getroot(); sys.exit(r.get("failures") == "0")' "$out"
run medchain-verify records --format=tap files never.txt
expect_status 1
expect_out "^not ok 4 - records: never.txt$"
run medchain-verify records --format=sarif files never.txt
expect_status 1
expect_json '[.runs[0].results[].ruleId] == ["record.unknown"]'

it "does not call nothing good"
fails_with_nothing() {
  run "$@"
  expect_status 1
  expect_err "0 of 0 records"
}
fails_with_nothing medchain-verify records
mkdir nothing
fails_with_nothing medchain-verify records nothing
run bash -c 'printf "\n\n" | medchain-verify records --json'
expect_status 1
expect_json '.type == "summary" and .count == 0 and .status == 1'

it "reports what cannot be read and goes on"
run medchain-verify records --json files/a.txt absent.txt files/c.txt
expect_status 1
verdict_is absent.txt unreadable
verdict_is files/c.txt intact
if [[ $(id -u) != 0 ]]; then
  cp files/a.txt locked.txt && chmod 0 locked.txt
  run medchain-verify records --json locked.txt
  expect_status 1
  verdict_is locked.txt unreadable
fi
run bash -c 'printf "{\"resourceType\":\"Observation\",\"id\":\"o1\"\n" | medchain-verify records --json'
expect_status 1
verdict_is "standard input:1" unreadable

it "verifies by receipts, without a vault"
run medchain-verify records --vault nowhere --receipts receipts.ndjson files/a.txt elsewhere.txt --json
expect_status 0
verdict_is files/a.txt intact
verdict_is elsewhere.txt intact
run bash -c 'medchain-verify records --vault nowhere --receipts receipts.ndjson --json <records.ndjson'
expect_status 0
expect_json 'select(.type == "summary") | .count == 100 and .good == 100'
run medchain-verify records --vault nowhere --receipts receipts.ndjson b-first.txt files/b.txt --json
expect_status 1
verdict_is b-first.txt superseded
verdict_is files/b.txt unknown

it "refuses receipts that open nothing"
jq -c 'del(.salt)' receipts.ndjson >closed.ndjson
fails_with 3 "'closed.ndjson' has no receipt with an opening" medchain-verify records --receipts closed.ndjson files/a.txt
head -c 300 receipts.ndjson >cut.ndjson
fails_with 3 "'cut.ndjson':[0-9]+: json" medchain-verify records --receipts cut.ndjson files/a.txt
fails_with 3 "'absent'" medchain-verify records --receipts absent files/a.txt
jq -c 'if .salt then .salt = (.salt | sub("....$"; "0000")) else . end' receipts.ndjson >other.ndjson
run medchain-verify records --receipts other.ndjson files/a.txt
expect_status 1
expect_out "^damaged .*entry 2 row 0 holds another commitment than the receipt's opening gives"
jq -c 'if .salt then .entry = 4 else . end' receipts.ndjson >other.ndjson
run medchain-verify records --receipts other.ndjson files/a.txt files/b.txt
expect_status 1
expect_out "^damaged .*files/a.txt"
jq -c 'if .salt then .entry = 9007199254740991 else . end' receipts.ndjson >other.ndjson
run medchain-verify records --receipts other.ndjson files/a.txt --json
expect_status 1
expect_out '"verdict":"damaged"'
jq -c 'if .salt then .entry = 0 else . end' receipts.ndjson >other.ndjson
run medchain-verify records --receipts other.ndjson files/a.txt --json
expect_out '"verdict":"damaged".*entry 0 is not an anchor'
jq -c 'if .salt then .row = 9000 else . end' receipts.ndjson >other.ndjson
fails_with 3 "needs 'entry' and 'row'" medchain-verify records --receipts other.ndjson files/a.txt

it "verifies the ledger's side too"
if [[ -x ${MEDCHAIN_TEST_TAMPER:-} ]]; then
  TAMPER=$MEDCHAIN_TEST_TAMPER
  fresh
  tamper flip-row 2 1 60
  run medchain-verify records -l T --json files/a.txt files/b.txt note4.txt
  expect_status 1
  verdict_is files/a.txt damaged
  verdict_is note4.txt intact
  fresh
  tamper tree-flip 4
  run medchain-verify records -l T --json files/a.txt
  expect_status 1
  verdict_is files/a.txt damaged
  fresh
  tamper delete 2
  run medchain-verify vault -l T --ledger-only --json
  expect_status 1
  expect_json 'select(.type == "summary") | .findings == 3 and .good == 103'
fi

it "verifies a vault with all its sources"
run medchain-verify vault
expect_status 0
expect_err "106 of 106 records are as anchored"
run medchain-verify vault --ledger-only --json
expect_status 0
expect_json 'select(.type == "summary") | .count == 106'

it "finds a source that changed, and only its newest version"
echo more >>files/b.txt
run medchain-verify vault --json
expect_status 1
expect_json 'select(.type == "summary") | .findings == 1 and .count == 106'
expect_out '"place":".*files/b.txt","verdict":"changed"'
run medchain-verify vault --ledger-only
expect_status 0
cp kept files/b.txt

it "finds a source that is missing, shortened or not readable"
mv files/c.txt away
run medchain-verify vault --json
expect_status 1
expect_out '"place":".*files/c.txt","verdict":"missing"'
: >files/c.txt
run medchain-verify vault --json
expect_status 1
expect_out '"place":".*files/c.txt","verdict":"changed"'
rm files/c.txt && mkdir files/c.txt
run medchain-verify vault --format=sarif
expect_status 1
expect_json '[.runs[0].results[].ruleId] == ["source.changed"]'
rmdir files/c.txt && mv away files/c.txt

it "reads a file of records that grew"
cp records.ndjson export.ndjson
sed -i 's/"id":"o/"id":"e/' export.ndjson
medchain-anchor -q export.ndjson >/dev/null
run medchain-verify vault
expect_status 0
echo '{"resourceType":"Observation","id":"e999"}' >>export.ndjson
run medchain-verify vault
expect_status 0
sed -i '1d' export.ndjson
run medchain-verify vault --json
expect_status 1
expect_out '"place":".*export.ndjson:1","verdict":"changed"'
medchain-anchor -q export.ndjson >/dev/null

it "tells versions that are signed and not on the ledger"
echo emitted >emitted.txt
medchain-anchor -q --emit emitted.txt >emitted.ndjson
run medchain-verify vault --ledger-only --json
expect_status 10
expect_out '"place":".*emitted.txt","verdict":"pending","message":"signed, but not on the ledger yet"'
run medchain-verify records emitted.txt
expect_status 10
expect_out "^pending  *emitted.txt"
echo "emitted, then changed" >emitted.txt
run medchain-verify records emitted.txt --json
expect_status 1
verdict_is emitted.txt differs

it "does not take another ledger's vault"
medchain-init --origin ledger.test.example/main -l O -q >/dev/null
fails_with 8 "the vault 'V' is of another ledger" medchain-verify vault -l O
fails_with 8 "the vault 'V' is of another ledger" medchain-verify records -l O files/a.txt
fails_with 5 "there is no vault at 'nowhere'" medchain-verify vault --vault nowhere
cp -r V open && chmod 755 open
fails_with 5 "can be entered by others" medchain-verify vault --vault open

it "fails where the answer cannot be written"
for verb in "vault --ledger-only" "records files" "ledger"; do
  run bash -c "medchain-verify $verb >/dev/full"
  expect_status 7
done
