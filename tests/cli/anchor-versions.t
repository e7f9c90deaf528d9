#!/usr/bin/env bash
# Unchanged records are skipped, changed ones become versions, and one id with two contents in one run is an error.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger
anchor() { medchain-anchor --time "$(at 1)" "$@"; }
patients 5 1 first >one.ndjson
anchor -q one.ndjson >first

it "skips what has not changed, with the place it has"
run anchor one.ndjson
expect_status 0
expect_receipts 'map(.status) | unique == ["unchanged"]'
expect_summary '.unchanged == 5 and .entries == 0 and .complete'
places "$out" >again
places first | cmp - again
size=$(entry_count ledger)

it "makes a version of what has changed, and finds both again"
{
  patients 2 1 first
  patients 1 3 second
  patients 2 4 first
} >two.ndjson
run anchor two.ndjson
expect_status 0
expect_receipts 'map(.status) == ["unchanged", "unchanged", "version", "unchanged", "unchanged"]'
expect_summary '.versions == 1 and .anchored == 0 and .entries == 1'
run anchor two.ndjson
expect_summary '.unchanged == 5'
run anchor one.ndjson
expect_receipts '.[2].status == "version"'
expect_summary '.versions == 1'
[[ $(entry_count ledger) == $((size + 2)) ]]

it "takes the same record twice in one run as one"
{
  patients 2 20
  patients 2 20
} >twice.ndjson
run anchor twice.ndjson
expect_status 0
expect_receipts 'map(.status) == ["anchored", "anchored", "unchanged", "unchanged"]'
expect_receipts 'map("\(.entry) \(.row)") | .[0] == .[2] and .[1] == .[3] and .[0] != .[1]'

it "refuses one id with two contents in one run, and names both lines"
{
  patients 2 30 one
  patients 1 31 other
  patients 1 32 one
} >conflict.ndjson
size=$(entry_count ledger)
run anchor --json conflict.ndjson
expect_status 3
expect_error_id input.conflict
expect_err "conflict.ndjson:3: the same id has other bytes at input 2 of this run \\('$PWD/conflict.ndjson', line 2\\)\"?"
expect_summary '.anchored == 0 and .rejected == 1'
[[ $(entry_count ledger) == "$size" ]]

it "names both files where they have no lines"
mkdir -p twins
echo '{"resourceType":"Patient","id":"twin"}' >twins/a.json
echo '{"resourceType":"Patient","id":"twin","active":true}' >twins/b.json
run anchor twins
expect_status 3
expect_err "^medchain-anchor: error: twins/b.json: the same id has other bytes at input 1 of this run \\('$PWD/twins/a.json'\\)$"

it "does so as well when the first of them is on the ledger already"
run anchor < <(patients 2 30 one)
expect_summary '.anchored == 2'
sed -n '3p;2p' conflict.ndjson >turned.ndjson
for input in conflict.ndjson turned.ndjson; do
  run anchor - <$input
  expect_status 3
  expect_err "the same id has other bytes at input"
  expect_summary '.versions == 0'
done

it "does so over the boundary of two entries"
{
  patients 8192 100000 one
  patients 1 108191 other
} >far.ndjson
run anchor far.ndjson
expect_status 3
expect_err "far.ndjson:8193: the same id has other bytes at input 8192 of this run \\('$PWD/far.ndjson', line 8192\\)"
expect_summary '.anchored == 8192 and .entries == 1 and .complete == false'

it "goes on with --keep-going, in the order of the input, and says what it skipped"
{
  patients 1 40
  echo rubbish
  patients 1 40 other
  patients 1 41
  echo '{"resourceType":"Patient"}'
} >mixed.ndjson
run anchor --keep-going mixed.ndjson
expect_status 3
jq -c -n '[inputs | [.type, .input // 0, .line // 0]]' "$out" >lines
[[ $(cat lines) == '[["receipt",1,1],["error",2,2],["error",3,3],["receipt",4,4],["error",5,5],["summary",0,0]]' ]] || fail "$(cat lines)"
expect_summary '.anchored == 2 and .rejected == 3 and .complete == false'
expect_err "error: mixed.ndjson:2: "
expect_err "error: mixed.ndjson:3: the same id"
expect_err "error: mixed.ndjson:5: "
run anchor --keep-going mixed.ndjson
expect_status 3
expect_summary '.unchanged == 2 and .rejected == 3 and .entries == 0'

it "keeps that order in long runs with many bad lines"
awk 'BEGIN { for (i = 0; i < 20000; i++) if (i % 3 == 0) print "bad"; else printf "{\"resourceType\":\"Patient\",\"id\":\"m%d\"}\n", i }' >many.ndjson
run anchor --keep-going -q many.ndjson
expect_status 3
expect_summary '.anchored == 13333 and .rejected == 6667'
jq -n -e '[inputs | select(.type != "summary") | .input] == [range(1; 20001)]' "$out" >/dev/null
awk 'BEGIN { for (i = 0; i < 70000; i++) print "bad" }' >all-bad.ndjson
run anchor --keep-going -q all-bad.ndjson
expect_status 3
expect_summary '.anchored == 0 and .rejected == 70000 and .entries == 0'

it "stops at a bad line before anything of its batch is appended"
size=$(entry_count ledger)
{
  patients 8192 200000
  patients 10 300000
  echo bad
} >late.ndjson
run anchor late.ndjson
expect_status 3
expect_err "late.ndjson:8203: "
expect_err "hint: with --keep-going"
expect_summary '.anchored == 8192 and .entries == 1 and .rejected == 1'
[[ $(entry_count ledger) == $((size + 1)) ]]
sed -i '$d' late.ndjson
run anchor late.ndjson
expect_status 0
expect_summary '.unchanged == 8192 and .anchored == 10'

it "gives over 8192 records several entries"
patients 20000 500000 >big.ndjson
run anchor -q big.ndjson
expect_status 0
expect_summary '.anchored == 20000 and .entries == 3 and .last == .first + 2'
all_places_differ "$out"
jq -n -e '[inputs | select(.type == "receipt") | .input] == [range(1; 20001)]' "$out" >/dev/null
jq -n -e '[inputs | select(.type == "receipt") | .entry] | group_by(.) | map(length) == [8192, 8192, 3616]' "$out" >/dev/null
