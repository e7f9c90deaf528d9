#!/usr/bin/env bash
# Streams that are cut, mixed up, forged or no streams at all: each has its error, the good before it stands, and nothing is left behind.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/grant-fixtures.sh"
. "$SOURCE/tests/cli/sync-fixtures.sh"
need jq

make_sharing put
make_other_side
# A package of several chunks.
head -c 1500000 /dev/urandom | base64 -w 0 >letter
patients 3 >three.ndjson
act_as hosp-b
medchain-vault put -q three.ndjson --time "$(at 0)" >/dev/null
echo Patient/p1 >subject
emits hosp-b medchain-refer create --to hosp-r --subject-file subject --service cardiology --application letter
cp emitted big
grep -c '"type":"package"' big >chunks
(($(<chunks) >= 3)) || fail "only $(<chunks) chunks"
act_as hosp-b
medchain-anchor --emit -q --time "$(at 0)" < <(patients 1 70) >all
head -n1 all >good

nothing_is_left() {
  staging_is_empty
  [[ $(entry_count L) == "$1" ]] || fail "$(entry_count L) entries, expected $1"
  [[ $(published) == "$2" ]] || fail "$(published) packages, expected $2"
}
# faulty PATTERN [ID]: the file stream is refused in one answer, with this in the message, and changes nothing.
faulty() {
  local entries packages
  entries=$(entry_count L) packages=$(published)
  there "${@:3}" <stream
  expect_status 3
  expect_json -s "map(select(.type == \"error\")) | length == 1 and .[0].id == \"${2:-input.invalid}\" and .[0].line > 0"
  expect_json -s 'map(.type) | last == "summary" and all(. != "receipt")'
  expect_summary '.entries == 0 and (.complete | not)'
  expect_err "$1"
  nothing_is_left "$entries" "$packages"
}

it "takes a stream without anything, or with empty lines, for one in which nothing happened"
there </dev/null
expect_status 0
expect_summary '.count == 0 and .complete'
there < <(printf '\n\n')
expect_status 0

it "refuses what is no stream"
head -c 5000 /dev/urandom >stream
echo >>stream
faulty 'standard input:1: '
echo 'hello' >stream
faulty 'standard input:1: '
echo '{"schema":"medchain/2","type":"entry"}' >stream
faulty "field 'schema': expected 'medchain/1'"
echo '{"schema":"medchain/1","type":"receipt"}' >stream
faulty "field 'type': expected 'entry', 'package' or 'summary', got 'receipt'"
head -c 3000000 /dev/zero | tr '\0' x >stream
faulty 'a line is over 1 MiB' input.too_long
head -c -1 good >stream
faulty 'no line feed: it may be cut' input.truncated

it "ends at what is no line of a stream, and keeps what came before"
entries=$(entry_count L)
{
  cat good
  echo nonsense
  cat big
} >stream
there <stream
expect_status 3
expect_json -s 'map(.type) == ["receipt", "error", "summary"] and .[1].line == 2'
expect_err 'error: standard input:2: '
nothing_is_left $((entries + 1)) "$(published)"

it "refuses a package that is cut, with its entry or without"
sed 3d big >stream
faulty "line 3: field 'offset': expected 1048576, got 1572864"
sed "$(<chunks)d" big >stream
faulty 'of its [0-9]+ bytes came' input.truncated
head -n 2 big >stream
faulty 'of its [0-9]+ bytes came' input.truncated
head -c 1000000 big >stream
faulty 'no line feed' input.truncated

it "refuses chunks in another order, twice, or of another size"
{ sed -n 2p big && sed -n 1p big && sed 1,2d big; } >stream
faulty "line 1: field 'offset': expected 0"
{ sed -n '1p;1p' big && sed 1d big; } >stream
faulty "line 2: field 'offset': expected 524288, got 0"
{ head -n 1 big && sed -n 2p big | jq -c '.bytes += 1' && sed 1,2d big; } >stream
faulty "line 2: field 'bytes'"
{ sed "$(($(<chunks) + 1))d" big | jq -c '.bytes = 600000'; tail -n 1 big; } >stream
faulty 'there is more than 600000 bytes'

it "refuses a package that is not what its name says, and its entry with it"
changed=$(sed -n 2p big | jq -c '.data |= "AAAA" + .[4:]')
{ head -n 1 big && printf '%s\n' "$changed" && sed 1,2d big; } >stream
faulty 'its bytes have another hash: sha256:'
small=sha256:$(printf abc | sha256sum | cut -c 1-64)
chunk() { printf '{"schema":"medchain/1","type":"package","package":"%s","bytes":%s,"offset":%s,"data":"%s"}\n' "$@"; }
chunk "$small" 3 0 YWJj >stream
faulty "package $small: no entry names it"
chunk "$small" 3 0 YWJk >stream
faulty 'another hash'

it "refuses chunks that break the format"
chunk "$small" 0 0 YWJj >stream
faulty 'a package is not empty'
chunk "$small" 3 0 '' >stream
faulty 'expected 1 to 524288 bytes, got 0'
chunk "$small" 3 0 'YWJ' >stream
faulty 'standard input:1: '
chunk "$small" 3 -1 'YWJj' >stream
faulty "field 'offset': expected a size, got -1"
chunk "${small}0" 3 0 'YWJj' >stream
faulty 'standard input:1: '
chunk "$small" '"3"' 0 'YWJj' >stream
faulty "field 'bytes': expected a size, got string"
chunk "$small" 3 0 YWJj | jq -c '.more = 1' >stream
faulty "field 'more'"

it "takes no package over the limit, before anything of it is written"
cp big stream
faulty 'and at most 1000000 are taken' input.too_long --max-package 1000000

it "refuses an entry of another ledger, a forged one, and one whose kind lies"
jq -c '.kind = "group"' good >stream
faulty "field 'kind': expected 'anchor'"
# shellcheck disable=SC2030,SC2031 # a ledger apart
(
  new_ledger other hosp-a
  medchain-anchor --emit -q --time "$(at 0)" < <(patients 1 80) >all
  sed -n 1p all >stream
)
on_ledger L
faulty 'belongs to' entry.foreign
patients 1 71 >one.ndjson
act_as hosp-b
medchain-anchor --emit -q --time "$(at 0)" <one.ndjson >all
tail -n2 all >last
sed -n 1p last >fresh
jq -c '.manifest |= .[0:40] + "AAAA" + .[44:]' fresh >stream
faulty 'standard input:1: ' entry.rule

it "goes back to the good package: the same act lands whole afterwards"
packages=$(published)
there <big
expect_status 0
[[ $(published) == $((packages + 1)) ]]
find L.packages -name "$(head -n 1 big | jq -r .package | cut -d: -f2).age" | grep -q . || fail "it is not there"

it "hears that the sender did not complete"
there < <(echo '{"schema":"medchain/1","type":"summary","complete":false,"new_field":1}')
expect_status 0
expect_err 'warning: the run that was sent here did not complete'

it "stops at once when its answers cannot be written, with everything published"
emits hosp-r medchain-grant request --from hosp-b --purpose HRESCH --until 90d --text-file subject
packages=$(published)
code=0
medchain-sync apply --time "$(at 0)" <emitted >/dev/full 2>log || code=$?
[[ $code == 7 ]] || fail "status $code"
grep -q 'appended entry [0-9]*, but the receipts could not be written' log || fail "$(<log)"
[[ $(published) == $((packages + 1)) ]] || fail "the package is not there"

it "leaves nothing of a package when it is stopped by a signal"
mkfifo slow
medchain-sync apply --time "$(at 0)" <slow >answers 2>log &
job=$!
exec {to}>slow
emits hosp-b medchain-refer create --to hosp-r --subject-file subject --service surgery --application letter
head -n 1 emitted >&"$to"
comes() { find L.packages/staging -name unsealed -size +1k | grep -q .; }
wait_for comes
kill -TERM $job
code=0
wait $job || code=$?
exec {to}>&-
[[ $code == 143 ]] || fail "status $code: $(<log)"
staging_is_empty
jq -se 'last | .type == "summary" and (.complete | not)' answers >/dev/null
