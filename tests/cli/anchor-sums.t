#!/usr/bin/env bash
# Sums and lists of names out of pipes: sha256sum, find -print0.
. "${0%/*}/lib.sh" || exit
need jq sha256sum

new_ledger ledger
anchor() { medchain-anchor --time "$(at 1)" "$@"; }
mkdir scans
for i in 1 2 3; do echo "scan $i" >scans/$i.dcm; done

it "reads sha256sum output from a pipe"
sha256sum scans/*.dcm >sums
run anchor --from-sums <sums
expect_status 0
expect_summary '.anchored == 3 and .complete'
while read -r digest _; do expect_out "\"digest\":\"sha256:$digest\""; done <sums
sha256sum scans/*.dcm | anchor --from-sums -q >piped
jq -e 'select(.type == "summary") | .unchanged == 3' piped >/dev/null

it "reads it from a file as well, and binary mode"
run anchor --from-sums sums
expect_summary '.unchanged == 3'
sha256sum -b scans/*.dcm >binary
run anchor --from-sums binary
expect_summary '.unchanged == 3'

it "makes a version of a changed file"
echo "scan 2 again" >scans/2.dcm
run anchor --from-sums < <(sha256sum scans/*.dcm)
expect_receipts 'map(.status) == ["unchanged", "version", "unchanged"]'

it "takes names with line feeds, backslashes, spaces and other bytes"
mkdir odd
echo a >$'odd/two\nlines'
echo b >'odd/back\slash'
echo c >'odd/with  spaces '
echo d >$'odd/\xff\xfe'
sha256sum odd/* >odd.sums
run anchor --from-sums --with-names odd.sums
expect_status 0
expect_receipts 'length == 4 and ([.[].record] | index("file/odd/two\nlines") != null and index("file/odd/back\\slash") != null)'

it "takes the name as the id, or the absolute path"
(cd scans && sha256sum 1.dcm) >short
run anchor --from-sums short
expect_receipts '.[0].status == "anchored"'
run anchor --from-sums --id-from=path < <(sha256sum scans/1.dcm)
expect_status 0
expect_receipts '.[0].status == "anchored"'
run anchor --from-sums --id-from=path < <(sha256sum "$PWD/scans/1.dcm")
expect_receipts '.[0].status == "unchanged"'

# bad PATTERN LINE: the second line is refused with its number.
bad() {
  { sed -n 1p sums && printf '%s\n' "$2"; } >bad.sums
  run anchor --from-sums bad.sums
  expect_status 3
  expect_err "error: bad.sums:2: .*$1"
  expect_summary '.anchored == 0 and .unchanged == 0'
}
it "names the line of what is no sum"
sum=$(head -c 64 sums)
bad "expected 64 hex digits" "rubbish"
bad "got 63 hex digits" "${sum:1}  name"
bad "two spaces" "$sum name"
bad "file name" "$sum  "
bad "BSD" "SHA256 (scans/1.dcm) = $sum"
bad "no file name" "$sum  -"
bad "backslash" "\\$sum  bad\\escape"

it "refuses a last line that may be cut"
head -c -1 sums >cut.sums
run anchor --from-sums cut.sums
expect_status 3
expect_err "cut.sums:3: .*may be cut"

it "reads no content through sums"
run anchor --from-sums --id-from=dicom sums
expect_status 2
run anchor --from-sums --canonical=json sums
expect_status 2
fails_with 2 "reads one list" anchor --from-sums sums sums

it "reads NUL-terminated names from a file and from a pipe"
find scans -type f -print0 | sort -z >names
run anchor --files0-from=names
expect_status 0
expect_summary '.count == 3 and .complete'
find scans -type f -print0 | sort -z | anchor -q --files0-from=- >piped
jq -e 'select(.type == "summary") | .unchanged == 3' piped >/dev/null
fails_with 2 "takes the place of file names" anchor --files0-from=names scans
fails_with 2 "takes the place of file names" anchor --files0-from=names --from-sums
fails_with 3 "nosuch" anchor --files0-from=nosuch

it "hints at NUL where a list of lines was given"
find scans -type f >lines
run anchor --files0-from=lines
expect_status 3
expect_err "hint: .*-print0"

it "names what a list names and is not there"
printf 'scans/1.dcm\0nosuch\0scans/2.dcm\0' >holes
run anchor --files0-from=holes --keep-going
expect_status 3
expect_err "error: nosuch: cannot read the file"
jq -c -n '[inputs | .type]' "$out" >types
[[ $(cat types) == '["receipt","error","receipt","summary"]' ]]
