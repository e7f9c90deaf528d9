#!/usr/bin/env bash
# Nothing of a prescription is on the ledger, in its host directory, in packages as they lie there, or in messages: neither drug, dose,
# name, reason nor batch, nor the token that opens them.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/canaries.sh"
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq python3

make_rx
export MEDCHAIN_PERSON=PersonCanary0001
cat >rx.json <<'EOF'
{"schema":"medchain/1","type":"prescription-document","patient":"PatientCanary001",
 "items":[{"code":"CodeCanary000001","name":"NameCanary000001","unit":"UnitCanary000001","quantity":20,"dose":"DoseCanary000001","substitution":"SubstCanary00001"}],
 "reason":"ReasonCanary0001","text":"TextCanary000001"}
EOF
cat >fhir.json <<'EOF'
{"resourceType":"MedicationRequest","id":"FhirIdCanary0001","status":"active","intent":"order","subject":{"reference":"Patient/FhirSubjCanary1"},
 "requester":{"display":"RequesterCanary1"},"reasonCode":[{"coding":[{"system":"SystemCanary0001","code":"FhirReasonCan001"}]}],
 "medicationCodeableConcept":{"coding":[{"system":"DrugSysCanary001","code":"FhirCodeCanary01","display":"FhirNameCanary01"}]},
 "note":[{"text":"FhirNoteCanary01"}],"dosageInstruction":[{"text":"FhirDoseCanary01","patientInstruction":"InstructCanary01"}],
 "dispenseRequest":{"quantity":{"value":20,"unit":"FhirUnitCanary01"}}}
EOF
cat >given.json <<'EOF'
{"schema":"medchain/1","type":"prescription-note","products":[{"item":1,"product":"ProductCanary001","quantity":12,"batch":"BatchCanary00001","substitution":"OtherCanary00001"}],
 "reason":"NoteCanary000001","text":"WordsCanary00001"}
EOF
jq -c '.products = []' given.json >words.json
printf 'SignatureCanary1' >rx.p7s
{
  grep -ohE '[A-Za-z]+Can(ary)?[0-9]+' ./*.json rx.p7s
  echo SubjectCanary001
  echo PersonCanary0001
} | LC_ALL=C sort -u >canaries
(($(wc -l <canaries) >= 27)) || fail "$(wc -l <canaries) canaries"
needles_of canaries >needles
# told VERB OPTION...: a command whose messages are kept.
messages=0
told() {
  messages=$((messages + 1))
  run medchain-rx "$@" --time "$(at 0)"
  cp "$err" "messages.$messages"
}

it "goes through all acts, with FHIR and with our own document"
echo SubjectCanary001 >subject
for document in rx fhir; do
  act_as hosp-a
  told issue --document $document.json --subject-file subject --token-file $document.token --signature rx.p7s
  expect_status 0
  rx=$(jq -r .entry "$out")
  told extend "$rx" --document words.json --until "$(at 2000)"
  expect_status 0
  act_as ph-a
  told accept --token-file $document.token
  expect_status 0
  grep -q Canary "$out" || fail "nothing was shown"
  told dispense "$rx" --document given.json
  expect_status 0
  told deliver "$rx" --step handed-over --document words.json
  expect_status 0
  if [[ $document == rx ]]; then
    told return "$rx" --document words.json
    expect_status 0
    act_as hosp-a
    told cancel "$rx" --document words.json
    expect_status 0
  else
    told close "$rx" --document words.json
    expect_status 0
    act_as payer
    told claim "$rx" --document words.json
    expect_status 0
  fi
done

it "refuses and finds fault without repeating what was given"
act_as hosp-a
refuses() { # STATUS FILE FILTER
  jq "$3" "$2" >wrong.json
  told issue --document wrong.json --subject-file subject --token-file wrong.token
  [[ $status == "$1" ]] || fail "status $status for $3"
}
refuses 3 rx.json '.items[0].quantity = "QuantCanary00001"'
refuses 3 rx.json '.items[0].quantity = 0'
refuses 3 rx.json '.items[0].dose = 7'
refuses 3 rx.json '.items = "ItemsCanary00001"'
refuses 3 rx.json '.signature = "SignatureCanary1"'
refuses 3 fhir.json '.status = "StatusCanary0001"'
refuses 3 fhir.json '.intent = "IntentCanary0001"'
refuses 3 fhir.json '.authoredOn = "DateCanary000001"'
refuses 3 fhir.json '.dispenseRequest.quantity.value = "QuantCanary00001"'
refuses 3 fhir.json '.dispenseRequest.performer = {"display":"PerformCanary001"}'
refuses 3 fhir.json '.medicationCodeableConcept = {"text":"FhirNameCanary01"}'
refuses 3 fhir.json '.modifierExtension = [{"url":"ExtensCanary0001"}]'
printf '{"schema":"medchain/1","type":"prescription-document","patient":"PatientCanary001' >wrong.json
told issue --document wrong.json --subject-file subject --token-file wrong.token
expect_status 3
told issue --document rx.json --subject-file subject --token-file next.token
rx=$(jq -r .entry "$out")
act_as ph-b
jq '.items[0] |= (.dose = "DoseCanary000002" | .code = "CodeCanary000002") | .patient = "PatientCanary002"' rx.json >shown.json
told accept --token-file next.token --shown shown.json
expect_status 1
told accept --token-file next.token
expect_status 0
act_as ph-a
told accept --token-file next.token
expect_status 8
told dispense "$rx" --document given.json
expect_status 8
act_as ph-b
jq '.products[0].item = 9' given.json >wrong.json
told dispense "$rx" --document wrong.json
expect_status 3
jq '.products[0].quantity = "QuantCanary00001"' given.json >wrong.json
told dispense "$rx" --document wrong.json
expect_status 3
jq '.products[0].quantity = 21' given.json >wrong.json
told dispense "$rx" --document wrong.json
expect_status 5
cut -c 1-40 next.token | tr -d '\n' >cut.token
chmod 600 cut.token
told accept --token-file cut.token
expect_status 5
printf '%s\n' "$(<cut.token)" QuantCanary00001 ItemsCanary00001 StatusCanary0001 IntentCanary0001 DateCanary000001 PerformCanary001 ExtensCanary0001 \
  DoseCanary000002 CodeCanary000002 PatientCanary002 >more
needles_of more >>needles

it "leaves none of it on the ledger, in the host directory, in packages, or in messages"
((messages > 30)) || fail "$messages messages"
[[ $(hits L L.host L.packages) == 0 ]] || fail "$(grep -rlaFf needles L L.host L.packages)"
[[ $(hits messages.*) == 0 ]] || fail "$(grep -aFf needles messages.*)"
run medchain-rx list
cp "$out" listed
run medchain-rx list --json
cat "$out" >>listed
[[ $(hits listed) == 0 ]] || fail "the list tells it"

it "leaves no token, as bytes or in any spelling, but in its file"
cat >search.py <<'PY'
import base64, hashlib, os, sys
charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
secrets = []
for name in ("rx.token", "fhir.token", "next.token"):
    text = open(name).read().strip()
    bits = acc = 0
    seed = bytearray()
    for c in text.lower().rpartition("1")[2][:-6]:
        acc, bits = (acc << 5 | charset.index(c)) & 0xfff, bits + 5
        if bits >= 8:
            bits -= 8
            seed.append(acc >> bits & 0xff)
    assert len(seed) == 32
    secrets += [text.encode(), text.lower().encode()]
    for raw in (bytes(seed), hashlib.sha256(b"medchain/1 redeem identity\n" + seed).digest()):
        secrets += [raw, raw.hex().encode(), raw.hex().upper().encode()]
        secrets += [base64.b64encode(b"\0" * skip + raw)[4:40] for skip in range(3)]
found = files = 0
for place in sys.argv[1:]:
    for root, _, names in os.walk(place) if os.path.isdir(place) else [("", None, [place])]:
        for name in names:
            data = open(os.path.join(root, name), "rb").read()
            files += 1
            found += any(secret in data for secret in secrets)
print(found, files)
PY
read -r found files < <(python3 search.py L L.host L.packages L.vaults listed messages.*)
[[ $found == 0 && $files -gt 40 ]] || fail "$found of $files files have a token"
[[ $(python3 search.py rx.token) == "1 1" ]] || fail "the search finds nothing"

it "keeps them sealed for who may read: so this test can find them"
act_as hosp-a
run medchain-rx show "$rx"
expect_status 0
[[ $(hits "$out") == 1 ]] || fail "nothing is shown to the prescriber"
