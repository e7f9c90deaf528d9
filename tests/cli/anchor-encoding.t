#!/usr/bin/env bash
# --input-encoding: names and ids in GB 18030 or GBK are UTF-8 in what is told and kept; the bytes stay.
. "${0%/*}/lib.sh" || exit
need jq iconv

new_ledger ledger
anchor() { medchain-anchor --time "$(at 1)" "$@"; }
gbk() { printf '%s' "$1" | iconv -f UTF-8 -t GBK; }
listed() { medchain-vault list -q --json | jq -r 'select(.type == "version") | "\(.record) \(.subject // "")"'; }
# 昞 is 0x95 0x5c in GBK, with the backslash, and 倈 is 0x82 0x7c, with the bar.
name='昞倈检查'
mkdir scans
echo one >"scans/$(gbk "$name").bin"

it "takes names of files for UTF-8 in ids, receipts and messages, and keeps the bytes of paths"
run anchor --input-encoding gbk --with-names scans
expect_status 0
expect_receipts 'length == 1 and .[0].record == "file/'"$PWD/scans/$name.bin"'"'
expect_receipts '.[0].digest == "sha256:'"$(printf 'one\n' | sha256sum | cut -d' ' -f1)"'"'
[[ $(listed) == "file/$PWD/scans/$name.bin " ]] || fail "$(listed)"
run anchor --input-encoding gb18030 scans
expect_summary '.unchanged == 1'
chmod 0 scans/*.bin
if [[ $(id -u) != 0 ]]; then
  run anchor --input-encoding gbk scans
  expect_status 3
  expect_err "scans/$name.bin: cannot open"
fi
chmod 600 scans/*.bin
run medchain-verify records --input-encoding gbk scans
expect_status 0
run medchain-vault links --dangling -q
expect_status 0

it "refuses names that are not of the encoding"
printf two >"$(printf 'scans/\xffx.bin')"
run anchor --input-encoding gbk --keep-going scans
expect_status 3
expect_err 'scans/.*: the name of the file is not GBK from byte 6 on'
expect_summary '.rejected == 1 and .unchanged == 1'
run anchor --input-encoding gbk --keep-going scans --json
jq -e 'select(.id == "input.encoding")' "$out" >/dev/null || grep -q '"id":"input.encoding"' "$err" "$out"
rm scans/*x.bin

it "takes ids and subjects out of JSON of the encoding, and digests its bytes"
line() { printf '{"resourceType":"Observation","id":"o%s","subject":{"reference":"Patient/%s"},"n":"%s"}\n' "$1" "$2" "$3"; }
line 1 "$name" x | iconv -f UTF-8 -t GB18030 >lines.ndjson
line 2 '𠮷' x | iconv -f UTF-8 -t GB18030 >>lines.ndjson
run anchor lines.ndjson
expect_status 3
expect_err "lines.ndjson:1: "
run anchor --input-encoding gb18030 lines.ndjson
expect_status 0
expect_receipts 'map(.digest) == ["sha256:'"$(head -n1 lines.ndjson | head -c -1 | sha256sum | cut -d' ' -f1)"'", "sha256:'"$(tail -n1 lines.ndjson | head -c -1 | sha256sum | cut -d' ' -f1)"'"]'
listed | grep -qx "Observation/o1 Patient/$name"
listed | grep -qx "Observation/o2 Patient/𠮷"
# By its content, without a name that says lines.
cp lines.ndjson lines.txt
run anchor --input-encoding gb18030 lines.txt
expect_summary '.unchanged == 2'
head -n1 lines.ndjson >one.json
run anchor --input-encoding gb18030 one.json
expect_status 0
printf '{"resourceType":"Observation","id":"\xff\x20"}\n' >bad.ndjson
run anchor --input-encoding gb18030 bad.ndjson
expect_status 3
expect_err "bad.ndjson:1: the text is not GB18030 from byte 36 on"
# Not before it is compared: what is ignored is a member.
line 3 p "$name" | iconv -f UTF-8 -t GB18030 >ignored.ndjson
run anchor --input-encoding gb18030 --ignore=/n ignored.ndjson
line 3 p other >ignored.ndjson
run anchor --input-encoding gb18030 --ignore=/n ignored.ndjson
expect_summary '.ignored == 1'

it "reads HL7 v2 of the encoding, whose characters have separators in them"
printf 'MSH|^~\\&|A|B|C|D|20250101||ADT^A01|m1|P|2.5\rPID|1||%s^^^倈|\r' "$name" | iconv -f UTF-8 -t GBK >one.hl7
run anchor --input-encoding gbk one.hl7
expect_status 0
listed | grep -qx "HL7v2/m1 $name^^^倈"
printf 'MSH|^~\\&|A|B|C|D|20250101||ADT^A01|m2|P|2.5\rPID|1||\xff\xff|\r' >bad.hl7
run anchor --input-encoding gbk bad.hl7
expect_status 3
expect_err "bad.hl7: the message at byte 0: the message is not GBK"

it "takes names in lists for what they are"
printf '%s\0' "scans/$(gbk "$name").bin" >list
run anchor --input-encoding gbk --files0-from list
expect_summary '.unchanged == 1'
printf '%s  %s\n' "$(printf x | sha256sum | cut -d' ' -f1)" "$(gbk "$name")" >sums
run anchor --input-encoding gbk --from-sums --with-names sums
expect_receipts '.[0].record == "file/'"$name"'"'

it "is said for each source of a job, and for copies"
cat >job.yaml <<'EOF'
sources:
  - files: [scans]
    input-encoding: gbk
EOF
run anchor --job job.yaml
expect_summary '.unchanged == 1'
sed -i 's/gbk/big5/' job.yaml
fails_with 2 "job.yaml:3: 'input-encoding': 'big5': expected gb18030 or gbk" anchor --job job.yaml
run medchain-vault put --time "$(at 1)" --input-encoding gbk scans
expect_summary '.unchanged == 1'

it "refuses another encoding, and canonical forms"
fails_with 2 "input-encoding" anchor --input-encoding latin1 scans
run anchor --input-encoding gbk --canonical json scans
expect_status 2
expect_err "a canonical form is of UTF-8"
