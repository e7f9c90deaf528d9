#!/usr/bin/env bash
# medchain-audit mismatches: what was declared of a record and its bytes are not is found, each kind of it; what is right is not.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/fixtures.sh"
need jq python3 gzip zstd

new_keys hosp-a --role admin --role custodian
new_ledger L hosp-a
export MEDCHAIN_PERSON=dr
mismatches() { medchain-audit mismatches --json "$@"; }
# NAME ID...: the findings of the file NAME are of these kinds, and no others.
expect_of() {
  local name=$1
  shift
  diff <(jq -r --arg name "/$name" 'select(.type == "mismatch" and (.record | endswith($name))) | .id' "$out" | LC_ALL=C sort) \
    <(printf '%s\n' "$@" | sed '/^$/d' | LC_ALL=C sort) >difference || fail "$name: $(<difference)"
}
anchor_as() {
  local type=$1
  shift
  medchain-anchor -q --id-from path --type "$type" "$@" --time "$(at 0)" >/dev/null
}

it "finds a resource of another type than was declared, and nothing else"
mkdir a
echo '{"resourceType":"Observation","id":"1","status":"final","code":{"text":"x"}}' >a/right.json
echo '{"resourceType":"Condition","id":"1","subject":{"reference":"Patient/1"}}' >a/other.json
echo '{"id":"1"}' >a/bare.json
echo '{"resourceType":"Observation",' >a/broken.json
echo 'plain text' >a/words
echo 'plain text' >a/letter.txt
printf '%%PDF-1.7\n' >a/scan.pdf
printf '%%PDF-1.7\n' >a/scan.json
printf '<Observation xmlns="http://hl7.org/fhir"><status value="final"/><code/></Observation>' >a/right.xml
printf '<Condition xmlns="http://hl7.org/fhir"><subject/></Condition>' >a/other.xml
anchor_as Observation a
run mismatches
expect_status 0
expect_of right.json
expect_of right.xml
expect_of other.json type.other
expect_of other.xml type.other
expect_of bare.json type.lacking
expect_of broken.json format.broken
expect_of words type.lacking
expect_of letter.txt type.class
expect_of scan.pdf type.class
expect_of scan.json format.other
expect_json 'select(.type == "summary") | .count == 8 and .records == 10 and .unread == 0 and .partly == 0 and .complete'
jq -n -e 'first(inputs | select(.type == "mismatch" and (.record | endswith("/other.json"))))
  | .level == "error" and .declared == "FHIR Observation" and .found == "FHIR Condition" and .entry == 1 and (.row | type == "number")
    and (.record_tag | startswith("sha256:"))' "$out" >/dev/null || fail "$(<"$out")"

it "finds each kind of format and encoding that is not the declared one"
mkdir b
python3 - <<'END'
import gzip, zipfile
def put(name, data):
    open("b/" + name, "wb").write(data if isinstance(data, bytes) else data.encode())
put("good.pdf", "%PDF-1.4\n%%EOF\n")
put("late.pdf", "\n\n%PDF-1.4\n")
put("no.pdf", "<html><body>not found</body></html>")
put("zipped.pdf", b"PK\x03\x04" + b"\0" * 40)
put("words.pdf", "no such file")
put("good.png", b"\x89PNG\r\n\x1a\n....")
put("jpeg.png", b"\xff\xd8\xff\xe0....")
put("good.dcm", b"\0" * 128 + b"DICM" + b"\0" * 8)
put("no.dcm", b"\0" * 200)
put("good.json", '{"a": [1, 2.5, null]}')
put("cut.json", '{"a": [1, 2.5, nu')
put("gzip.json", gzip.compress(b"{}", mtime=0))
put("gbk.json", '{"a":"\u60a3\u8005"}'.encode("gbk"))
put("lines.json", '{"a":1}\n{"a":2}\n')
put("badlines.json", '{"a":1}\n{"a":2\n')
put("good.xml", '<?xml version="1.0" encoding="UTF-8"?>\n<a>\u60a3</a>')
put("cut.xml", "<a><b></a>")
put("gbk.xml", '<?xml version="1.0" encoding="UTF-8"?>\n<a>\u60a3\u8005</a>'.encode("gbk"))
put("declared.xml", '<?xml version="1.0" encoding="GBK"?>\n<a>\u60a3\u8005</a>'.encode("gbk"))
put("entity.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
put("utf16.xml", '<?xml version="1.0" encoding="UTF-16"?><a>\u60a3</a>'.encode("utf-16"))
put("good.csv", 'Title,made 2025\nid,name,value\n1,"a, ""b""\nc",2\n\n2,x,3\n')
put("uneven.csv", "id,name,value\n1,x,2\n2,y\n3,z,4,5\n4,w,6\n")
put("semi.csv", "a;b\n1,5;2\n3;4\n5;6,7\n")
put("one.csv", "a\n1\n2\n")
put("empty.csv", "")
put("zip.csv", b"PK\x03\x04" + b"\0" * 40)
put("mark.csv", b"\xef\xbb\xbfa,b\n1,\xbb\xbc\xd5\xdf\n")
put("utf16.csv", "a,b\n1\n".encode("utf-16"))
put("good.hl7", "MSH|^~\\&|A|B|C|D|20250101||ADT^A01|1|P|2.5||||||UNICODE UTF-8\rPID|||1||\u60a3\r")
put("gbk.hl7", "MSH|^~\\&|A|B|C|D|20250101||ADT^A01|2|P|2.5||||||UNICODE UTF-8\rPID|||1||\u60a3\r".encode("gbk"))
put("asia.hl7", "MSH|^~\\&|A|B|C|D|20250101||ADT^A01|3|P|2.5||||||GB 18030-2000\rPID|||1||\u60a3\r".encode("gbk"))
put("no.hl7", "PID|||1\r")
put("notes.txt", "[a note] {with} brackets")
put("binary.txt", bytes(range(1, 256)) + b"\0\0\1\1")
put("scan", b"%PDF-1.4")
put(".csv", "a,b\n1\n")
END
anchor_as file b
run mismatches --type file
expect_status 0
for good in good.pdf late.pdf good.png good.dcm good.json lines.json good.xml declared.xml entity.xml utf16.xml good.csv semi.csv one.csv empty.csv \
  utf16.csv good.hl7 asia.hl7 notes.txt scan .csv; do expect_of "b/$good"; done
for other in no.pdf zipped.pdf jpeg.png gzip.json zip.csv; do expect_of "b/$other" format.other; done
for unlike in words.pdf no.dcm no.hl7 binary.txt; do expect_of "b/$unlike" format.unlike; done
for broken in cut.json badlines.json cut.xml; do expect_of "b/$broken" format.broken; done
for charset in gbk.json gbk.xml mark.csv gbk.hl7; do expect_of "b/$charset" charset.other; done
expect_of b/uneven.csv format.rows
expect_out '"declared":"CSV of 3 columns","found":"2 columns, and 1 row more that differ","at":"line 3"'
expect_out '"declared":"XML, UTF-8","found":"other bytes from byte 42 on, which fit GB18030 or GBK"'
expect_out '"declared":"JSON","found":"json at byte 15: expected a value"}$'
expect_json 'select(.type == "summary") | .count == 17 and .unread == 0 and .partly == 2'

it "finds declared types that the bytes are not"
mkdir c
cp b/words.pdf c/x
anchor_as DICOM c/x
cp b/gbk.hl7 c/y
anchor_as CDA c/y
cp b/good.pdf c/z
anchor_as HL7v2 c/z
cp b/good.xml c/w
anchor_as CDA c/w
run mismatches
expect_of c/x format.unlike
expect_of c/y format.other charset.other
expect_of c/z format.other
expect_of c/w format.other
expect_out "XML with root 'a'"

it "looks at messages of a batch, lines, canonical forms and copies by their own bytes"
new_ledger M hosp-a
python3 - <<'END'
head = "MSH|^~\\&|A|B|C|D|20250101||ADT^A01|{}|P|2.5||||||UNICODE UTF-8\r"
open("batch.hl7", "wb").write(b"".join(
    head.format(n).encode() + "PID|||1||\u60a3\r".encode("gbk" if n == "m2" else "utf-8") for n in ("m1", "m2", "m3")))
END
medchain-anchor -q batch.hl7 --time "$(at 0)" >receipts
printf '\xef\xbb\xbf{ "resourceType": "Observation", "id": "canon" }' >canon.json
medchain-anchor -q --canonical json canon.json --time "$(at 0)" >receipts
for id in one two; do printf '{"resourceType":"Observation","id":"%s"}\r\n' $id; done >lines.ndjson
medchain-anchor -q lines.ndjson --time "$(at 0)" >receipts
printf '{ "resourceType": "Observation", "id": "copied" }' >copied.json
medchain-vault put -q --canonical json copied.json --time "$(at 0)" >receipts
sha256sum "$PWD/b/words.pdf" >sums
medchain-anchor -q --from-sums sums --time "$(at 0)" >receipts
rm copied.json
run mismatches
expect_status 0
expect_json 'select(.type == "summary") | .records == 8 and .unread == 0 and .partly == 0 and .count == 10'
[[ $(jq -r 'select(.type == "mismatch" and (.record | startswith("HL7v2/"))) | "\(.record) \(.id)"' "$out") == 'HL7v2/m2 charset.other' ]] || fail "$(<"$out")"
for id in canon one two copied; do expect_of $id element.missing element.missing; done
expect_of words.pdf format.unlike

it "finds profiles of other types and elements that are missing, in Bundles and contained resources too"
new_ledger P hosp-a
python3 - <<'END'
import json
us = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
def resource(type, id, profile=None, /, **more):
    return {"resourceType": type, "id": id, **({"meta": {"profile": [profile]}} if profile else {}), **more}
whole = {"status": "final", "code": {"text": "x"}}
def bundle(id, *entries):
    return resource("Bundle", id, type="collection", entry=[{"resource": one} for one in entries])
def definition(id, type, *elements):
    return resource("StructureDefinition", id, url="http://a.example/fhir/" + id, name=id, status="active", kind="resource", abstract=False, type=type,
                    differential={"element": [{"id": type, "path": type}, *elements]})
lines = [
    resource("Observation", "right", us + "observation-lab", **whole),
    resource("Observation", "version", us + "vital-signs|3.1.1", **whole),
    resource("Observation", "unknown", "http://a.example/StructureDefinition/laboratory", **whole),
    resource("Observation", "other", us + "patient", **whole),
    resource("Patient", "base", "http://hl7.org/fhir/StructureDefinition/Observation"),
    resource("Patient", "vital", "http://hl7.org/fhir/StructureDefinition/bp"),
    resource("Patient", "ips", "http://hl7.org/fhir/uv/ips/StructureDefinition/Observation-results-laboratory-uv-ips"),
    resource("Patient", "ipsright", "http://hl7.org/fhir/uv/ips/StructureDefinition/Patient-uv-ips"),
    resource("Patient", "uk", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-MedicationRequest"),
    resource("Patient", "jp", "http://jpfhir.jp/fhir/core/StructureDefinition/JP_Observation_LabResult"),
    resource("Observation", "nothing"),
    resource("Observation", "extended", _status={"extension": []}, code={}),
    resource("Observation", "subset", meta={"tag": [{"code": "SUBSETTED"}]}),
    resource("MedicationRequest", "choice", intent="order", medicationReference={"reference": "Medication/1"}, subject={}),
    resource("MedicationRequest", "nochoice", intent="order", medicationless={}, subject={}),
    resource("Newer", "unheard"),
    bundle("b1", resource("Observation", "in", us + "patient", **whole), resource("Condition", "in2")),
    resource("DiagnosticReport", "box", contained=[resource("Observation", "c")], **whole),
    definition("ours", "Observation", {"path": "Observation.value[x]", "min": 1}, {"path": "Observation.method", "min": 0},
               {"path": "Observation.category", "min": 1, "sliceName": "s"}, {"path": "Observation.code.text", "min": 1}),
    resource("Observation", "ours", "http://a.example/fhir/ours|1", valueInteger=1, **whole),
    resource("Observation", "ournone", "http://a.example/fhir/ours", **whole),
    resource("Patient", "ourother", "http://a.example/fhir/ours"),
]
open("profiles.ndjson", "w").write("".join(json.dumps(l) + "\n" for l in lines))
END
medchain-anchor -q profiles.ndjson --time "$(at 0)" >receipts
run mismatches
for right in right version unknown ipsright extended subset choice unheard ours; do expect_of "$right"; done
for other in other base vital ips uk jp ourother; do expect_of "$other" profile.other; done
expect_of nothing element.missing element.missing
expect_of nochoice element.missing
expect_of b1 element.missing profile.other
expect_of box element.missing element.missing
expect_of ournone profile.missing
expect_out '"found":"FHIR Observation","at":"/entry/0/resource"'
expect_out "\"found\":\"no element 'medication\\[x\\]'\""
expect_out '"at":"/contained/0"'

it "finds data inside of resources that are not of their media type, size or profile"
new_ledger T hosp-a
python3 - <<'END'
import base64, json
def data(value):
    return base64.b64encode(value if isinstance(value, bytes) else value.encode()).decode()
def document(id, attachment, **content):
    return {"resourceType": "DocumentReference", "id": id, "status": "current", "content": [{"attachment": attachment, **content}]}
header = ["typeId", "id", "code", "effectiveTime", "confidentialityCode", "recordTarget", "author", "custodian"]
def cda(*templates, without="", body="structuredBody"):
    claims = "".join(f'<templateId root="2.16.840.1.113883.10.20.22.1.{one}"/>' for one in templates)
    parts = "".join(f'<{one}{" code=" + chr(34) + "34133-9" + chr(34) if one == "code" else ""}/>' for one in header if one != without)
    return f'<ClinicalDocument xmlns="urn:hl7-org:v3">{claims}{parts}<component><{body}/></component></ClinicalDocument>'
ccda = {"format": {"system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode", "code": "urn:hl7-org:sdwg:ccda-structuredBody:2.1"}}
xml = "application/hl7-v3+xml"
records = [
    document("pdf", {"contentType": "application/pdf", "data": data("%PDF-1.4"), "size": 8}),
    document("link", {"contentType": "application/pdf", "url": "Binary/1"}),
    document("nopdf", {"contentType": "application/pdf", "data": data("hello")}),
    document("size", {"contentType": "application/pdf", "data": data("%PDF-1.4"), "size": 9}),
    document("nobase64", {"contentType": "application/pdf", "data": "$$$"}),
    document("wrapped", {"contentType": "text/plain; charset=utf-8", "data": data("hello\u60a3" * 30)[:64] + "\n" + data("hello\u60a3" * 30)[64:]}),
    document("charset", {"contentType": 'text/plain;charset="UTF-8"', "data": data("\u60a3\u8005".encode("gbk"))}),
    document("unknown", {"contentType": "application/x-own", "data": data("\0")}),
    document("ccda", {"contentType": xml, "data": data(cda(1, 2))}, **ccda),
    document("nocda", {"contentType": xml, "data": data("<a/>")}, **ccda),
    document("notemplate", {"contentType": xml, "data": data(cda())}, **ccda),
    {"resourceType": "Binary", "id": "image", "contentType": "image/png", "data": data(b"\xff\xd8\xff\xe0")},
    {"resourceType": "Communication", "id": "deep", "status": "completed",
     "payload": [{"contentString": "x"}, {"contentAttachment": {"contentType": "application/json", "data": data("<a/>")}}]},
]
open("data.ndjson", "w").write("".join(json.dumps(l) + "\n" for l in records))
def put(name, text):
    open(name, "w").write(text.replace("<id/>", f'<id root="1.2" extension="{name}"/>'))
put("whole.cda", cda(1, 2))
put("headless.cda", cda(2))
put("uncustodied.cda", cda(1, 2, without="custodian"))
put("coded.cda", cda(1, 2).replace("34133-9", "11490-0"))
put("bodied.cda", cda(1, 10))
put("other.cda", cda(1, 10, body="nonXMLBody"))
END
medchain-anchor -q data.ndjson ./*.cda --time "$(at 0)" >receipts
run mismatches
expect_status 0
expect_json 'select(.type == "summary") | .records == 19 and .unread == 0'
for right in pdf link wrapped unknown ccda; do expect_of "$right"; done
for other in nopdf nobase64 nocda image deep; do expect_of "$other" attachment.other; done
expect_of size attachment.size
expect_of charset charset.other
expect_of notemplate template.missing
expect_out '"at":"/content/0/attachment/data"'
expect_out '"at":"/payload/1/contentAttachment/data"'
of_cda() { jq -r --arg id "^$1" 'select(.type == "mismatch" and (.record | endswith($id))) | .id' "$out"; }
for right in whole other; do [[ -z $(of_cda $right.cda) ]] || fail "$right"; done
[[ $(of_cda headless.cda) == template.missing ]] || fail headless
for lacks in uncustodied coded bodied; do [[ $(of_cda $lacks.cda) == document.missing ]] || fail $lacks; done

it "shows a table, however records are named"
new_ledger N hosp-a
mkdir n
printf 'x' >'n/<script>alert(1)<b>.pdf'
printf 'x' >'n/患者の記録.pdf'
printf 'x' >n/$'esc\e[31m.pdf'
printf 'x' >n/$'bytes\xff.pdf'
anchor_as file n
run medchain-audit mismatches
expect_status 0
expect_out '^LEVEL +FINDING +RECORD +ENTRY +DECLARED +FOUND'
expect_no_out $'\e'
printf '{"resourceType":"Observation","id":"%s"}\n' '<b>markup</b>' 患者の記録 plain >named.ndjson
medchain-anchor -q named.ndjson --time "$(at 0)" >receipts
run medchain-audit mismatches --type Observation
expect_out '^warning  element.missing  Observation/<b>markup</b> '
expect_out '^warning  element.missing  Observation/患者の記録 '
python3 - "$out" <<'END' || fail "$(<"$out")"
import re, sys, unicodedata
# The column of ENTRY ends at one place, in cells of a terminal.
lines = open(sys.argv[1], encoding="utf-8").read().splitlines()
width = lambda text: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
ends = {width(line[:re.search(r"ENTRY|\b2:[012]\b", line).end()]) for line in lines}
assert len(lines) == 7 and len(ends) == 1, ends
END
run medchain-audit mismatches --type file --format csv
[[ $(wc -l <"$out") == 5 ]] || fail "$(<"$out")"
expect_out '^id,level,record,source,record_tag,entry,row,declared,found,at.?$'
expect_out '^format.unlike,warning,file//.*<script>alert\(1\)<b>.pdf,,sha256:'

it "asks for one record, one subject, one type, one kind"
on_ledger P
act_as hosp-a
run mismatches Observation/nothing
expect_json 'select(.type == "summary") | .count == 2 and .records == 1'
run mismatches --type Patient
expect_json 'select(.type == "summary") | .count == 6 and .records == 7'
run mismatches --kind profile.missing --kind element.missing
jq -se 'map(select(.type == "mismatch") | .id) | unique == ["element.missing", "profile.missing"]' "$out" >/dev/null || fail "$(<"$out")"
fails_with 2 "there is no kind of mismatch 'profile.mising'" medchain-audit mismatches --kind profile.mising
fails_with 3 'was not anchored' medchain-audit mismatches Observation/none
run mismatches --subject Patient/base
expect_json 'select(.type == "summary") | .count == 1 and .records == 1'
fails_with 3 'the vault has no record of this subject' medchain-audit mismatches --subject Patient/none

it "fails from a level on, if it is asked to"
run mismatches --fail-on error
expect_status 1
run mismatches --fail-on error Observation/nothing
expect_status 0
run mismatches --fail-on warning Observation/nothing
expect_status 1
run mismatches --fail-on note Observation/right
expect_status 0

it "counts what it cannot look at, and looks at copies where there are any"
new_ledger C hosp-a
mkdir v
for name in gone changed kept shorter; do printf 'not a PDF: %s' $name >v/$name.pdf; done
printf '{"resourceType":"Patient","id":"piped"}\n' | medchain-anchor -q --time "$(at 0)" - >receipts
anchor_as file v/gone.pdf v/changed.pdf v/shorter.pdf
medchain-vault put -q --id-from path --type file v/kept.pdf --time "$(at 0)" >receipts
run mismatches
expect_json 'select(.type == "summary") | .count == 4 and .records == 4 and .unread == 1'
rm v/gone.pdf v/kept.pdf
printf 'now a PDF: changed' >v/changed.pdf
printf '%%PDF' >v/shorter.pdf
run mismatches
expect_status 0
expect_of v/kept.pdf format.unlike
expect_json 'select(.type == "summary") | .count == 1 and .records == 1 and .unread == 4'
expect_err '"message":"4 records not looked at: 2 missing, 2 changed, 0 unreadable"'
rm "$MEDCHAIN_VAULT"/blobs/*
run mismatches
expect_status 0
expect_json 'select(.type == "summary") | .count == 0 and .records == 0 and .unread == 5'
printf 'not a PDF: kept' >v/kept.pdf
run mismatches
expect_of v/kept.pdf format.unlike

it "does not look at older versions, nor at what was erased"
printf '%%PDF-1.4 now' >v/kept.pdf
medchain-anchor -q --id-from path --type file v/kept.pdf --time "$(at 1)" >receipts
run mismatches
expect_of v/kept.pdf
printf '{"resourceType":"Observation","id":"twice"}\n' | medchain-vault put -q --time "$(at 1)" - >receipts
printf '{"resourceType":"Observation","id":"twice","status":"final","code":{}}\n' | medchain-vault put -q --time "$(at 1)" - >receipts
run mismatches --type Observation
expect_json 'select(.type == "summary") | .count == 0 and .records == 1 and .unread == 0'
printf '{"resourceType":"Observation","id":"bad"}\n' >bad.ndjson
medchain-anchor -q bad.ndjson --time "$(at 1)" >receipts
run mismatches Observation/bad
expect_of bad element.missing element.missing
medchain-vault erase -q Observation/bad --yes --basis B --time "$(at 2)" >receipts
run mismatches --type Observation
expect_json 'select(.type == "summary") | .count == 0 and .records == 1 and .unread == 0'

it "takes a compressed file that was cut for one that has changed"
new_ledger cut hosp-a
printf '{"resourceType":"Observation","id":"%s"}\n' one two three | gzip >cut.ndjson.gz
medchain-anchor -q cut.ndjson.gz --time "$(at 0)" >receipts
run mismatches
expect_json 'select(.type == "summary") | .count == 6 and .records == 3 and .unread == 0'
cp cut.ndjson.gz whole.gz
head -c 20 whole.gz >cut.ndjson.gz
run mismatches
expect_json 'select(.type == "summary") | .count == 0 and .records == 0 and .unread == 3'
expect_err '"message":"3 records not looked at: 0 missing, 3 changed, 0 unreadable"'

# struck FAULT COMMAND...: faults.cpp tells its calls in the file calls.
faults=${MEDCHAIN_TEST_FAULTS:-}
struck() {
  : >calls
  MEDCHAIN_FAULT=$1 MEDCHAIN_FAULT_LOG=$PWD/calls LD_PRELOAD=$faults "${@:2}"
}
if [[ ! -e $faults ]] || grep -qF __asan_init "$BIN/medchain-audit"; then
  it_skipped "reads a file of many records once" "calls cannot be told in this build"
else
  it "reads a file of many records once"
  new_ledger once hosp-a
  patients 300 1 | gzip >many.ndjson.gz
  patients 300 1001 | zstd -q >many.ndjson.zst
  patients 300 2001 >forms.ndjson
  patients 300 3001 | gzip >forms.ndjson.gz
  medchain-anchor -q many.ndjson.gz many.ndjson.zst --time "$(at 0)" >receipts
  medchain-anchor -q --canonical=json forms.ndjson forms.ndjson.gz --time "$(at 0)" >receipts
  run struck pread:1+:tell medchain-audit mismatches --json
  expect_json 'select(.type == "summary") | .records == 1200 and .unread == 0'
  for name in many.ndjson.gz many.ndjson.zst forms.ndjson forms.ndjson.gz; do
    reads=$(grep -c "/$name\$" calls) || fail "$name: not read"
    ((reads < 30)) || fail "$name: read $reads times"
  done

  it "stops at a signal while it looks for records, and while it reads definitions"
  new_ledger stopped hosp-a
  printf '{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/p"}}\n' >o.ndjson
  medchain-anchor -q o.ndjson --time "$(at 0)" >receipts
  echo Patient/p >subject
  # stopped_within CALL FILE OPTION...: of a type that no record has, so that no record is looked at after it.
  stopped_within() {
    run struck "$1:1+:tell" medchain-audit mismatches --json --type None "${@:3}"
    expect_status 0
    number=$(awk -v name="/$2\$" '$3 ~ name { print $2; exit }' calls)
    [[ -n $number ]] || fail "$2 was not read"
    fails_with 143 'stopped by a signal' struck "$1:$number:term" medchain-audit mismatches --json --type None "${@:3}"
  }
  stopped_within read subject --subject-file subject
  for id in one two; do
    printf '{"resourceType":"StructureDefinition","id":"%s","url":"http://a.example/%s","name":"a","status":"active","kind":"resource","abstract":false,"type":"Patient"}' $id $id >$id.json
  done
  medchain-anchor -q one.json two.json --time "$(at 0)" >receipts
  stopped_within pread one.json
fi

it "reads hostile and huge files in bounded memory"
new_ledger H hosp-a
mkdir h
python3 - <<'END'
import random
random.seed(3)
open("h/noise.json", "wb").write(random.randbytes(300000))
open("h/noise.xml", "wb").write(b"<" + random.randbytes(300000))
open("h/deep.json", "w").write("[" * 100000)
open("h/deep.xml", "w").write("<a>" * 100000)
open("h/laugh.xml", "w").write('<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">' + "".join(f'<!ENTITY x{i} "{("&x%s;" % (i - 1 if i else "")) * 10}">' for i in range(9)) + "]><a>&x8;</a>")
open("h/many.json", "w").write('{"resourceType":"Bundle","id":"many","type":"collection","entry":[' + ",".join(["{}"] * 600000) + "]}")
# Each element of the list is told where it is: the path must not be kept with each.
open("h/long.json", "w").write('{"resourceType":"Basic","code":{},"id":"long","' + "n" * 2000000 + '":[' + ",".join(["[{}]"] * 40000) + "]}")
open("h/quote.csv", "w").write('a,b\n1,"' + "x" * 5000000)
with open("h/huge.csv", "wb") as huge:
    huge.write(b"a,b\n" + b"1,2\n" * 20000000 + b"1,2,3\n")
with open("h/huge.json", "wb") as huge:
    huge.write(b'{"a":"' + b"x" * 70000000 + b'"}')
END
anchor_as file h
( ulimit -v 800000; medchain-audit mismatches --json >listed 2>told ) || fail "$(<told)"
cp listed "$out"
expect_of h/noise.json format.unlike
expect_of h/noise.xml charset.other
expect_of h/deep.json
expect_of h/deep.xml
expect_of h/huge.csv
expect_of h/huge.json
expect_of h/laugh.xml
expect_of h/many.json
expect_of h/long.json
expect_of h/quote.csv
expect_json 'select(.type == "summary") | .records == 10 and .unread == 0 and .partly == 6'
grep -q 'looked at in part' told || fail "$(<told)"

it "needs a vault, changes nothing and runs on what cannot be written"
fails_with 2 "'--vault' is needed" env -u MEDCHAIN_VAULT medchain-audit mismatches
state_of H "$MEDCHAIN_VAULT" >before
run mismatches
state_of H "$MEDCHAIN_VAULT" >after
same before after
fails_with 7 . medchain-audit mismatches -o /dev/full

if [[ ! -d ${MEDCHAIN_SHARED:-/nowhere}/data/dev ]]; then
  it_skipped "finds nothing wrong in samples of others but what is" "MEDCHAIN_SHARED has no data"
  exit 0
fi
it "finds nothing wrong in samples of others but what is"
for rule in auto path; do
  new_ledger "S-$rule" hosp-a
  medchain-anchor -q --keep-going --id-from "$rule" --receipts batch "$MEDCHAIN_SHARED"/data/{dev,schema} --time "$(at 0)" >receipts 2>told || true
  run mismatches
  # HL7's own example of a CCD claims its template and not that of the US Realm Header.
  jq -se 'map(select(.type == "mismatch")) | map(.id) == ["template.missing"]' "$out" >/dev/null || fail "$(<"$out")"
  expect_json 'select(.type == "summary") | .records > 300 and .unread == 0 and .partly == 0'
done
