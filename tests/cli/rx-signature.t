#!/usr/bin/env bash
# A physician's own signature goes with the prescription: the bytes it is over, and itself, are committed to and come out as they went
# in; nobody says that it is good.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq openssl mdb_dump

make_rx
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout dr.key -out dr.pem -subj /CN=dr -days 1 2>/dev/null
sign() { openssl cms -sign -binary -in "$1" -signer dr.pem -inkey dr.key -outform DER -out "$2" 2>/dev/null; }
sign rx.json rx.p7s

it "carries signature and signed bytes, and openssl validates what comes out"
issued --signature rx.p7s
accepted
expect_err "a physician's signature is present, not validated"
jq -j 'select(.type == "prescription-document") | .original' "$out" >original
jq -r 'select(.type == "prescription-document") | .signature' "$out" | base64 -d >signature
same rx.json original
same rx.p7s signature
openssl cms -verify -binary -inform DER -in signature -content original -CAfile dr.pem -purpose any -out /dev/null 2>/dev/null || fail "not valid"

it "is committed to by the entry, with a salt: its hash is not there"
mdb_dump -p -s entries L | grep -aq '"signature":"sha256:' || fail "no commitment"
! grep -rqaF "$(sha256sum rx.p7s | cut -d' ' -f1)" L || fail "the hash itself is there"

it "is listed as present, not validated"
run medchain-rx list
expect_out "signature present, not validated"
run medchain-rx list --json
expect_json '.signature == "present, not validated"'
issued
run medchain-rx list --json --state issued
expect_json '.state == "issued" and (has("signature") | not)'

it "goes with FHIR as with our own"
printf '{"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"reference":"Patient/1"},
  "medicationCodeableConcept":{"coding":[{"code":"86904123"}]},"dispenseRequest":{"quantity":{"value":1,"unit":"box"}}}\n\n' >fhir.json
cp rx.json own.json
cp fhir.json rx.json
sign rx.json rx.p7s
issued --signature rx.p7s
accepted
jq -j 'select(.type == "prescription-document") | .original' "$out" >original
same fhir.json original
cp own.json rx.json

it "refuses an empty signature, and what only an issue makes"
act_as hosp-a
: >empty
fails_with 3 "'--signature': it is empty" medchain-rx issue --document rx.json --subject P1 --token-file n.token --signature empty --time "$(at 0)"
jq -c '.signature = "QUJD"' rx.json >forged.json
fails_with 3 "'original' and 'signature' are of what was issued" medchain-rx issue --document forged.json --subject P1 --token-file n.token --time "$(at 0)"
jq -c '.original = "{}"' rx.json >forged.json
fails_with 3 "'original' and 'signature' are of what was issued" medchain-rx issue --document forged.json --subject P1 --token-file n.token --time "$(at 0)"
