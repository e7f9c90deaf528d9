#!/usr/bin/env bash
# One digit that is another between issue and dispensing is named by its field at accept, whichever field it is in, and nothing is
# accepted; so is a byte of the sealed package.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq

make_rx
cat >own.json <<'EOF'
{"schema":"medchain/1","type":"prescription-document","patient":"P17",
 "items":[{"code":"86904123","name":"Amoxicillin 250 mg","unit":"box of 10","quantity":20,"dose":"1-0-1","substitution":"G1"},
          {"code":"86904124","name":"Ibuprofen 400 mg","unit":"tablet 1","quantity":5,"dose":"0-0-2","substitution":"G2"}],
 "reason":"J20.9","text":"for 7 days"}
EOF
jq '{resourceType: "MedicationRequest", id: "m1", status: "active", intent: "order", identifier: [{system: "urn:1", value: "n1"}], subject: {reference: "Patient/17"},
  authoredOn: "2025-03-01T08:00:00Z", medicationCodeableConcept: {coding: [{system: "s1", code: .items[0].code, display: "Amoxicillin 250 mg"}]},
  reasonCode: [{coding: [{code: "J20.9"}]}], note: [{text: "for 7 days"}], requester: {display: "Dr 1"},
  dosageInstruction: [{sequence: 1, text: "1-0-1", route: {coding: [{code: "26643006"}]}, doseAndRate: [{doseQuantity: {value: 1.5, unit: "g1"}}]}],
  dispenseRequest: {quantity: {value: 20, unit: "box of 10"}, expectedSupplyDuration: {value: 10, code: "d"}, numberOfRepeatsAllowed: 1,
    validityPeriod: {end: "2025-03-20"}}, substitution: {allowedBoolean: true, reason: {text: "r1"}}}' own.json >fhir.json

# Paths of all scalars with a digit in them, as jq has them, without our own schema.
paths_of() { jq -c 'paths(scalars) as $p | select((getpath($p) | tostring | test("[0-9]")) and $p != ["schema"]) | $p' "$1"; }
# The value at a path with another last digit.
changed() {
  jq --argjson p "$2" 'def other: (.[:-1] | tostring), "";
    getpath($p) as $v | setpath($p; $v | tostring
      | capture("^(?<a>.*)(?<d>[0-9])(?<b>[^0-9]*)$"; "m") | .a + (if .d == "1" then "2" else "1" end) + .b
      | if ($v | type) == "number" then tonumber else . end)' "$1"
}
name_of() { jq -rn --argjson p "$1" '$p | map(if type == "number" then "[\(.)]" else ".\(.)" end) | join("") | ltrimstr(".")'; }

for document in own fhir; do
  it "names each changed digit of a document of kind $document, and accepts nothing"
  cp $document.json rx.json
  issued
  entries=$(entry_count L)
  act_as ph-a
  prefix=
  [[ $document == own ]] || prefix=original.
  tried=0
  while IFS= read -r path; do
    changed rx.json "$path" >shown.json
    run medchain-rx accept --token-file rx.token --shown shown.json --time "$(at 0)"
    expect_status 1
    expect_out_empty
    grep -qF "not what was issued: " "$err" || fail "not said for $path"
    grep -oE '[^ ,]+' "$err" | grep -qxF "$prefix$(name_of "$path")" || fail "'$prefix$(name_of "$path")' is not named"
    tried=$((tried + 1))
  done < <(paths_of rx.json)
  echo "# $tried digits"
  ((tried >= 12))
  [[ $(entry_count L) == "$entries" ]] || fail "something was appended"
  run medchain-rx accept --token-file rx.token --shown rx.json --time "$(at 0)"
  expect_status 0
done

it "accepts nothing from a package in which a byte is another, or that is another one"
cp own.json rx.json
packages() { find L.packages -name '*.age' | LC_ALL=C sort; }
packages >earlier
issued
package=$(packages | comm -13 earlier -)
cp "$package" good
size=$(stat -c %s good)
act_as ph-a
entries=$(entry_count L)
for at_byte in 0 100 $((size / 2)) $((size - 1)); do
  python3 - "$package" "$at_byte" <<'PY'
import sys
data = bytearray(open("good", "rb").read())
data[int(sys.argv[2])] ^= 1
open(sys.argv[1], "wb").write(data)
PY
  run medchain-rx accept --token-file rx.token --time "$(at 0)"
  [[ $status == [135] ]] || fail "status $status with byte $at_byte changed"
  expect_out_empty
done
cp "$(sed -n 1p earlier)" "$package"
run medchain-rx accept --token-file rx.token --time "$(at 0)"
[[ $status == [135] ]] || fail "status $status with another package"
rm "$package"
fails_with 3 "." medchain-rx accept --token-file rx.token --time "$(at 0)"
[[ $(entry_count L) == "$entries" ]] || fail "something was appended"
cp good "$package"
run medchain-rx accept --token-file rx.token --time "$(at 0)"
expect_status 0
