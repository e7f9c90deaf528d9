#!/usr/bin/env bash
# FHIR R4 MedicationRequests are issued as prescriptions: what is understood becomes fields, what changes the meaning and is not
# understood is refused by name, and the original goes along byte for byte.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq mdb_dump

make_rx
cat >request.json <<'EOF'
{
  "resourceType": "MedicationRequest", "id": "1", "status": "active", "intent": "order",
  "contained": [{"resourceType": "Medication", "id": "m", "code": {"coding": [
    {"system": "http://snomed.info/sct", "code": "324252006", "display": "Azithromycin 250mg capsule"}]}}],
  "medicationReference": {"reference": "#m"},
  "subject": {"reference": "Patient/pat1"},
  "authoredOn": "2025-03-01",
  "reasonCode": [{"coding": [{"system": "http://snomed.info/sct", "code": "11840006", "display": "Traveller's diarrhoea"}]}],
  "note": [{"text": "with food"}],
  "dosageInstruction": [
    {"sequence": 2, "text": "one daily for 4 days"},
    {"sequence": 1, "text": "two at once", "additionalInstruction": [{"text": "with water"}], "doseAndRate": [{"doseQuantity": {"value": 2.0}}]}],
  "dispenseRequest": {
    "validityPeriod": {"start": "2025-03-01", "end": "2025-03-20"},
    "quantity": {"value": 6.0, "unit": "capsule"},
    "expectedSupplyDuration": {"value": 5, "unit": "day", "system": "http://unitsofmeasure.org", "code": "d"}},
  "substitution": {"allowedBoolean": false}
}
EOF
mv request.json rx.json
edited() { jq "$1" rx.json >edited.json; }
issues() {
  act_as hosp-a
  rm -f rx.token
  run medchain-rx issue --document edited.json --token-file rx.token --time "$(at "$now")" "$@"
}
refuses() { # PATTERN FILTER
  edited "$2"
  act_as hosp-a
  fails_with 3 "$1" medchain-rx issue --document edited.json --token-file none.token --time "$(at "$now")"
  [[ ! -e none.token ]] || fail "there is a token"
}

it "issues a MedicationRequest, and its fields and bytes come out"
run medchain-rx issue --document rx.json --token-file rx.token --time "$(at 0)"
expect_status 0
rx=$(jq -r .entry "$out")
accepted
jq -c 'select(.type == "prescription-document") | del(.original)' "$out" >fields
printf '%s\n' '{"schema":"medchain/1","type":"prescription-document","patient":"Patient/pat1","items":[{"code":"http://snomed.info/sct|324252006",'\
'"name":"Azithromycin 250mg capsule","unit":"capsule","quantity":6,"dose":"two at once, with water; then one daily for 4 days","substitution":"not-allowed"}],'\
'"reason":"http://snomed.info/sct|11840006 Traveller'"'"'s diarrhoea","text":"with food"}' >expected
same expected fields
jq -j 'select(.type == "prescription-document") | .original' "$out" >original
same rx.json original

it "counts by the document: days of supply, and its validity to the end of its last day"
mdb_dump -p -s entries L | grep -aq '"days":5,"parts":\[{"from":"2025-03-01T00:00:00Z","until":"2025-03-21T00:00:00Z"}\],"quantities":\[6\]' || fail "not so"

it "knows the subject as records do, so that one person has one tag"
tag() { mdb_dump -p -s entries L | grep -ao '"subject":"[^"]*"' | tail -n 1; }
of_document=$(tag)
run medchain-rx issue --document rx.json --token-file other.token --subject Patient/pat1 --time "$(at 0)"
expect_status 5
act_as hosp-a
run medchain-rx issue --document rx.json --token-file other.token --subject Patient/pat1 --time "$(at 0)"
expect_status 0
[[ $(tag) == "$of_document" ]] || fail "another tag"
run medchain-rx issue --document rx.json --token-file third.token --subject Patient/pat2 --time "$(at 0)"
expect_status 0
[[ $(tag) != "$of_document" ]] || fail "the same tag"

it "repeats at the interval that the document says, or its supply lasts"
edited '.dispenseRequest |= (.numberOfRepeatsAllowed = 2 | .dispenseInterval = {"value":1,"code":"wk"} | del(.validityPeriod))'
issues
expect_status 0
parts='"parts":\[{"from":"2025-03-01T09:00:00Z","until":"2025-03-08T09:00:00Z"},{"from":"2025-03-08T09:00:00Z","until":"2025-03-15T09:00:00Z"},{"from":"2025-03-15T09:00:00Z","until":"2025-03-22T09:00:00Z"}\]'
mdb_dump -p -s entries L | grep -aq "$parts" || fail "not so"
edited '.dispenseRequest |= (.numberOfRepeatsAllowed = 2 | .expectedSupplyDuration.value = 7 | del(.validityPeriod))'
issues
expect_status 0
[[ $(mdb_dump -p -s entries L | grep -ac "$parts") == 2 ]] || fail "not so"
refuses "'dispenseRequest.dispenseInterval': repeats need it" '.dispenseRequest |= (.numberOfRepeatsAllowed = 2 | del(.expectedSupplyDuration))'

it "names the field that it does not understand, or that makes no prescription"
refuses "'status': expected active" '.status = "cancelled"'
refuses "'status': expected active" 'del(.status)'
refuses "'intent': expected an order" '.intent = "plan"'
refuses "'doNotPerform': this is not a prescription" '.doNotPerform = true'
refuses "'reportedBoolean': this is not a prescription" '.reportedBoolean = true'
refuses "'modifierExtension': it changes the meaning" '.modifierExtension = [{"url":"x"}]'
refuses "'dosageInstruction\[1\].modifierExtension'" '.dosageInstruction[1].modifierExtension = [{"url":"x"}]'
refuses "'doNotPreform': it is not understood" '.doNotPreform = true'
refuses "'dispenseRequest.quantity.comparator': it is not" '.dispenseRequest.quantity.comparator = "<"'
refuses "'dispenseRequest.quantity.value': expected a whole number" '.dispenseRequest.quantity.value = 6.5'
refuses "'dispenseRequest.quantity.value': expected a whole number" '.dispenseRequest.quantity.value = "6"'
refuses "'dispenseRequest.quantity.value': expected 1 or more" '.dispenseRequest.quantity.value = 0'
refuses "'dispenseRequest.quantity.unit': expected what is counted" 'del(.dispenseRequest.quantity.unit)'
refuses "'dispenseRequest.quantity': expected how many" 'del(.dispenseRequest.quantity)'
refuses "'dispenseRequest': expected how many" 'del(.dispenseRequest)'
refuses "'dispenseRequest.initialFill': a first part" '.dispenseRequest.initialFill = {}'
refuses "'dispenseRequest.expectedSupplyDuration.code': expected whole days" '.dispenseRequest.expectedSupplyDuration.code = "mo"'
refuses "'dispenseRequest.performer': a pharmacy, which has another name here" '.dispenseRequest.performer = {"reference":"Organization/1"}'
refuses "'dispenseRequest.validityPeriod.start': expected a day" '.dispenseRequest.validityPeriod.start = "2025-03"'
refuses "'medicationReference.reference': the medication is not contained" '.medicationReference.reference = "Medication/x"'
refuses "'medicationCodeableConcept': there is no medication" 'del(.medicationReference)'
refuses "'medicationCodeableConcept.coding': there is no code" 'del(.medicationReference) | .medicationCodeableConcept.text = "x"'
refuses "'dosageInstruction\[0\].text': expected the dosage in words" 'del(.dosageInstruction[0].text)'
refuses "'substitution.allowedBoolean': expected whether" '.substitution = {}'
for many in 9007199254740992 9007199254740992.0 18446744073709551615.0 1e3 6.5 '"6"' '"6.0"'; do
  edited '.dispenseRequest.quantity.value = "HERE"'
  sed -i "s/\"HERE\"/$many/" edited.json
  fails_with 3 "'dispenseRequest.quantity.value': expected a whole number" medchain-rx issue --document edited.json --token-file none.token --time "$(at 0)"
done
refuses "'dispenseRequest.expectedSupplyDuration.value': expected a whole number of up to 731 days" '.dispenseRequest.expectedSupplyDuration |= (.value = 700 | .code = "wk")'
refuses "ends after 9999-12-31T23:59:59Z" '.dispenseRequest.validityPeriod.end = "9999-12-31" | .dispenseRequest.validityPeriod.start = "9999-12-30"'
refuses "'subject': for whom is it" 'del(.subject)'
refuses "'authoredOn': it is after" '.authoredOn = "2025-03-03"'
refuses "'authoredOn': what was written then was valid until" '.authoredOn = "2025-02-27" | del(.dispenseRequest.validityPeriod)'
refuses "'resourceType': expected MedicationRequest or Bundle" '.resourceType = "Patient"'

it "directs to the pharmacy that is named by its name here"
edited '.dispenseRequest.performer = {"reference":"Organization/1"}'
issues --pharmacy ph-b
expect_status 0
act_as ph-a
fails_with 5 "is for 'ph-b'" medchain-rx accept --token-file rx.token --time "$(at 0)"

it "takes the requests of a bundle that are for one person and of one group"
jq -c '{resourceType: "Bundle", type: "collection", entry: [
  {fullUrl: "urn:uuid:1", resource: (. + {groupIdentifier: {value: "g"}, subject: {reference: "urn:uuid:3"}})},
  {fullUrl: "urn:uuid:2", resource: (. + {groupIdentifier: {value: "g"}, subject: {reference: "urn:uuid:3"}, medicationReference: {reference: "urn:uuid:4"}}
    | .dispenseRequest.quantity.value = 9 | .dispenseRequest.expectedSupplyDuration.value = 6)},
  {fullUrl: "urn:uuid:3", resource: {resourceType: "Patient", identifier: [{system: "s", value: "v"}]}},
  {fullUrl: "urn:uuid:4", resource: {resourceType: "Medication", code: {coding: [{code: "86904123"}]}}}]}' rx.json >bundle.json
cp rx.json single.json
cp bundle.json rx.json
edited .
issues
expect_status 0
rx=$(jq -r .entry "$out")
accepted
expect_json 'select(.type == "prescription-document") | .patient == "s|v" and (.items | map([.code, .quantity])) == [["http://snomed.info/sct|324252006",6],["86904123",9]]
  and .text == "item 1: with food; item 2: with food"'
mdb_dump -p -s entries L | grep -aq '"days":6,.*"quantities":\[6,9\]' || fail "not so"
refuses "'entry\[1\].resource.groupIdentifier': it is not that of the first" '.entry[1].resource.groupIdentifier.value = "h"'
refuses "'entry\[1\].resource.subject': it is not that of the first" '.entry[1].resource.subject.reference = "urn:uuid:5"'
refuses "'entry\[1\].resource.authoredOn'" '.entry[1].resource.authoredOn = "2025-02-28"'
refuses "'entry\[1\].resource.dispenseRequest.validityPeriod'" 'del(.entry[1].resource.dispenseRequest.validityPeriod)'
refuses "'entry\[1\].resource.dispenseRequest.performer'" '.entry[1].resource.dispenseRequest.performer.reference = "Organization/1"'
refuses "'entry\[1\].resource.status'" '.entry[1].resource.status = "draft"'
refuses "'entry\[1\].resource.medicationReference.reference'" 'del(.entry[3])'
refuses "'entry': there is no MedicationRequest" 'del(.entry[0,1])'

it "tells each reason of a bundle, and the same one once"
reason() { printf '[{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":"%s"}]}]' "$1"; }
edited ".entry[0].resource.reasonCode = $(reason J18.9) + $(reason J18.9) | .entry[1].resource.reasonCode = $(reason J18)"
issues
expect_status 0
accepted
expect_json 'select(.type == "prescription-document") | .reason == "http://hl7.org/fhir/sid/icd-10|J18.9; http://hl7.org/fhir/sid/icd-10|J18"'

it "needs to be told who it is whose reference is of the message alone"
edited 'del(.entry[2])'
fails_with 2 "'--subject' is needed" medchain-rx issue --document edited.json --token-file none.token --time "$(at 0)"

it "names each place in which what is shown is not what was issued, down to the original"
cp single.json rx.json
edited .
issues
expect_status 0
act_as ph-b
jq '.dosageInstruction[0].text = "one daily for 5 days" | .dosageInstruction[1].doseAndRate[0].doseQuantity.value = 3' edited.json >shown.json
fails_with 1 "not what was issued: items\[0\].dose, original.dosageInstruction\[0\].text, original.dosageInstruction\[1\].doseAndRate\[0\].doseQuantity.value$" \
  medchain-rx accept --token-file rx.token --shown shown.json --time "$(at 0)"
jq -c . edited.json >shown.json
run medchain-rx accept --token-file rx.token --shown shown.json --time "$(at 0)"
expect_status 0

if [[ -n ${MEDCHAIN_SHARED:-} && -d ${MEDCHAIN_SHARED:-}/data/dev/eprescription-nhs ]]; then
  it "takes each real prescription, or names the field that it cannot take"
  act_as hosp-a
  taken=0 refused=0
  while IFS= read -r -d '' file; do
    jq -e '[.. | objects | select(.resourceType? == "MedicationRequest")] | length > 0' "$file" >/dev/null || continue
    [[ $(jq -r .resourceType "$file") == Bundle ]] || continue
    run medchain-rx issue --document "$file" --subject P9 --token-file "t.$((taken + refused))" --pharmacy ph-a --part 2025-03-01/2025-03-02 \
      --time "$(at 0)" --dry-run
    case $status in
      0) taken=$((taken + 1)) ;;
      3)
        expect_err "field 'entry\[[0-9]+\]|there is no MedicationRequest"
        refused=$((refused + 1))
        grep -h error "$err" >>reasons
        ;;
      *) fail "status $status for $file" ;;
    esac
  done < <(find "$MEDCHAIN_SHARED/data/dev/eprescription-nhs" -name '*Process-Request-Send*.json' -print0 | sort -z)
  printf '# %d taken, %d refused\n' "$taken" "$refused"
  ((taken > 20))
fi
