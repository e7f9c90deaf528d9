#!/usr/bin/env bash
# medchain-audit mismatches: what was declared of a record and its bytes are not is found, each kind of it; what is right is not.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/fixtures.sh"
need jq python3

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
