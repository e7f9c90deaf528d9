#!/usr/bin/env bash
# medchain-anchor reads NDJSON: what it takes, what it refuses, and how it names the place.
. "${0%/*}/lib.sh" || exit
need jq sha256sum

new_ledger ledger
anchor() { medchain-anchor --time "$(at 1)" "$@"; }

it "takes lines on standard input, as - and from files"
patients 3 1 >a.ndjson
patients 2 4 >b.jsonl
run anchor <a.ndjson
expect_status 0
expect_receipts 'map(.status) == ["anchored", "anchored", "anchored"]'
expect_summary '.count == 3 and .anchored == 3 and .complete and .first == .last'
run anchor - <a.ndjson
expect_summary '.unchanged == 3 and .anchored == 0'
run anchor a.ndjson b.jsonl
expect_summary '.unchanged == 3 and .anchored == 2'
expect_receipts 'map(.input) == [1, 2, 3, 4, 5] and map(.line) == [1, 2, 3, 1, 2]'

it "digests the bytes of the line, as sha256sum does"
run anchor <a.ndjson
while read -r line; do
  digest=$(printf '%s' "$line" | sha256sum | cut -d' ' -f1)
  expect_out "\"digest\":\"sha256:$digest\",\"size\":${#line},"
done <a.ndjson

it "takes blank lines, CRLF, a byte order mark and a missing last line end"
printf '\xef\xbb\xbf{"resourceType":"Patient","id":"bom"}\r\n\r\n  \t\n\n{"resourceType":"Patient","id":"last"}' >odd.ndjson
run anchor <odd.ndjson
expect_status 0
expect_receipts 'map(.line) == [1, 5] and map(.input) == [1, 2]'
expect_out "$(printf '{"resourceType":"Patient","id":"bom"}' | sha256sum | cut -d' ' -f1)"
expect_out "$(printf '{"resourceType":"Patient","id":"last"}' | sha256sum | cut -d' ' -f1)"
expect_err "byte order mark stripped"

it "takes the same record with other line ends as unchanged"
printf '{"resourceType":"Patient","id":"bom"}\n{"resourceType":"Patient","id":"last"}\r\n' >plain.ndjson
run anchor <plain.ndjson
expect_summary '.unchanged == 2'

it "tells an empty input, which is fine"
for input in /dev/null blank; do
  printf '\n\n' >blank
  run anchor <$input
  expect_status 0
  expect_summary '.count == 0 and .entries == 0 and .complete'
  expect_err "anchored 0 records"
done
before=$(entry_count ledger)

# refused LINE PATTERN [ID]: the run over bad.ndjson stops at LINE with this error; nothing is appended.
refused() {
  run anchor bad.ndjson --json
  expect_status 3
  [[ ${3:-} == any ]] || expect_error_id "${3:-input.invalid}"
  expect_err "bad.ndjson:$1: .*$2"
  expect_summary '.anchored == 0 and .entries == 0 and .rejected == 1 and .complete == false'
  run anchor <bad.ndjson
  expect_status 3
  expect_err "^medchain-anchor: error: standard input:$1: .*$2"
  [[ $(entry_count ledger) == "$before" ]] || fail "something was appended"
}

it "names the line of what is not JSON"
{
  patients 2 10
  echo
  echo "not json"
} >bad.ndjson
refused 4 "."
for text in '{"resourceType":"Patient","id":"x"' '[1,2]' '"text"' '{"resourceType":"Patient","id":"x"} trailing' '{"resourceType":"Patient",,"id":"x"}' "{'id':1}" '{"a":NaN}' 'null'; do
  {
    patients 1 10
    printf '%s\n' "$text"
    patients 1 11
  } >bad.ndjson
  refused 2 "." any
done

it "names the line of bad UTF-8, binary rubbish and NUL bytes"
for bytes in '{"resourceType":"Patient","id":"\xff\xfe"}' '{"resourceType":"Patient","id":"\xc0\xaf"}' '{"resourceType":"Patient","id":"\xed\xa0\x80"}' '\x00\x01\x02\x03' '{"resourceType":"Patient","id":"a\x00b"}'; do
  {
    patients 1 10
    # shellcheck disable=SC2059 # escapes are the data
    printf "$bytes"'\n'
  } >bad.ndjson
  run anchor bad.ndjson
  expect_status 3
  expect_err "error: bad.ndjson:2: "
done
head -c 100000 /dev/urandom >bad.ndjson
run anchor bad.ndjson
expect_status 3
expect_err "error: bad.ndjson:[0-9]+: "
[[ $(entry_count ledger) == "$before" ]]

it "says how to read UTF-16"
iconv -f UTF-8 -t UTF-16 a.ndjson >bad.ndjson
run anchor bad.ndjson
expect_status 3
expect_err "hint: .*iconv"

it "tells a line that ends in the middle of a record"
printf '{"resourceType":"Patient","id":"cut' >bad.ndjson
refused 1 "no line end" input.truncated

it "takes lines up to 64 MiB and no more"
long() { # SIZE: one record of so many bytes
  printf '{"resourceType":"Binary","id":"long","data":"'
  head -c $(($1 - 47)) /dev/zero | tr '\0' x
  printf '"}'
}
[[ $(long 1000 | wc -c) == 1000 ]]
long $((64 << 20)) >long.ndjson
run anchor long.ndjson
expect_status 0
expect_summary '.anchored == 1 and .bytes == 67108864'
before=$(entry_count ledger)
{
  patients 1 10
  long $(((64 << 20) + 1))
  echo
} >bad.ndjson
refused 2 "over 67108864 bytes" input.too_long

it "needs an id, and finds it where it is told to"
echo '{"resourceType":"Patient"}' >bad.ndjson
refused 1 "." input.no_identity
echo '{"a":{"mrn":"m-1"},"who":{"ref":"s-1"}}' >own.ndjson
run anchor --id-from=json:/a/mrn --subject-from=json:/who/ref --type=Visit <own.ndjson
expect_status 0
expect_receipts '.[0].status == "anchored"'
run anchor --id-from=json:/a/none <own.ndjson
expect_status 3
expect_err "standard input:1: "
expect_no_err "m-1"

it "takes ids of one source apart from those of another"
run anchor --source=lab <<<'{"resourceType":"Patient","id":"shared","v":1}'
run anchor --source=ward <<<'{"resourceType":"Patient","id":"shared","v":2}'
expect_receipts '.[0].status == "anchored"'

it "digests a canonical form where that is asked for"
run anchor --canonical=json <<<'{"resourceType":"Patient", "id":"canon" , "n":1.50}'
expect_receipts '.[0].status == "anchored"'
run anchor --canonical=json <<<'{"n":1.50,"id":"canon","resourceType":"Patient"}'
expect_receipts '.[0].status == "unchanged"'
run anchor --canonical=json <<<'{"n":1.5,"id":"canon","resourceType":"Patient"}'
expect_receipts '.[0].status == "version"'

it "refuses rules that do not fit the input, before anything is read"
fails_with 2 "option '--id-from'" anchor --id-from=nonsense <a.ndjson
run anchor --id-from=dicom <a.ndjson
expect_status 2
expect_err "records in lines are JSON"
fails_with 2 "option '--type'" anchor --type="two words" <own.ndjson
fails_with 2 "option '--subject-from'" anchor --subject-from=path <a.ndjson
fails_with 2 "json" anchor --canonical=xml <a.ndjson
fails_with 2 "twice|only once|given" anchor --source a --source b <a.ndjson

it "quotes no content in its messages"
printf '{"resourceType":"Patient","id":"secret-id","x":secretword}\n' >bad.ndjson
run anchor bad.ndjson
expect_status 3
expect_no_err "secret"

it "takes the first of two ids, and refuses both where a form is canonical"
run anchor <<<'{"resourceType":"Patient","id":"first","id":"second"}'
expect_receipts '.[0].status == "anchored"'
run anchor <<<'{"resourceType":"Patient","id":"first"}'
expect_receipts '.[0].status == "version"'
run anchor --canonical=json <<<'{"resourceType":"Patient","id":"third","id":"fourth"}'
expect_status 3

it "takes numbers, escapes and unknown fields as they come"
printf '%s\n' '{"resourceType":"Observation","id":"n1","value":1e400,"neg":-0.0,"big":123456789012345678901234567890}' \
  '{"resourceType":"Observation","id":"n2","text":"\u00e4\ud83d\ude00","deep":[[[[{"a":null}]]]]}' >free.ndjson
run anchor free.ndjson
expect_status 0
expect_summary '.anchored == 2'

it "does not hang at a terminal"
if command -v script >/dev/null; then
  run timeout 10 script -qec "medchain-anchor" /dev/null </dev/null
  expect_status 2
  expect_out "standard input is a terminal"
fi
run anchor <&-
expect_status 3
expect_err "standard input is closed"
