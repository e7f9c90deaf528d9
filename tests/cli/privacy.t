#!/usr/bin/env bash
# No identifier of a patient or person reaches the ledger directory, the host directory, receipts or messages (DESIGN 6): every text field of
# the generated records carries a canary of 16 characters, and so does every option that takes text.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/canaries.sh"

: "${GEN:?the path of the data generator}"

need python3

"$GEN" ndjson --count 400 --seed 7 --canaries lines.canaries >records.ndjson
"$GEN" files --count 40 --seed 8 -o files --canaries files.canaries
echo OptionCanary0001 >option.canaries
echo SubjectCanary001 >>option.canaries
echo LabelCanary00001 >>option.canaries
printf '{"resourceType":"Basic","id":"x","who":"SubjectCanary001","meta":{"security":[{"code":"LabelCanary00001"}]}}\n' >more.ndjson
cat lines.canaries files.canaries option.canaries | LC_ALL=C sort -u >canaries
needles_of canaries >needles
[[ $(wc -l <canaries) -gt 1000 ]]

new_ledger L
it "anchors records, files and checksums whose every field is a canary"
run medchain-anchor records.ndjson --time "$(at 0)" --source OptionCanary0001
expect_status 0
cp "$out" receipts.1
cp "$err" messages.1
run medchain-anchor files --time "$(at 0)"
expect_status 0
cp "$out" receipts.2
cp "$err" messages.2
run medchain-anchor more.ndjson --subject-from json:/who --time "$(at 0)" -v
expect_status 0
cp "$out" receipts.3
cp "$err" messages.3
find files -type f -print0 | xargs -0 sha256sum >sums
run medchain-anchor --from-sums sums --time "$(at 0)"
expect_status 0
cp "$out" receipts.4
cp "$err" messages.4
medchain-anchor records.ndjson --with-openings --receipts=each --time "$(at 0)" >receipts.5 2>messages.5

it "leaves none of them in the ledger or the host directory"
[[ $(hits L L.host) == 0 ]]

it "prints none of them in receipts or messages"
[[ $(hits receipts.*) == 0 ]]
[[ $(hits messages.*) == 0 ]]

it "leaves none of them in the ledger when something is refused"
sed -n 1,5p records.ndjson | sed 's/}$/,"changed":1}/' >conflict.ndjson
cat records.ndjson >>conflict.ndjson
run medchain-anchor conflict.ndjson --time "$(at 0)"
expect_status 3
cp "$err" messages.6
[[ $(hits L L.host) == 0 ]]
[[ $(hits messages.6) == 0 ]]

it "keeps ids in the vault, which is closed to others: so this test can find them"
[[ $(hits L.vaults) != 0 ]]
run medchain-vault search -q --json --label LabelCanary00001
expect_json -n '[inputs | select(.type == "directory")] | length == 1 and .[0].labels == ["LabelCanary00001"]'
[[ $(stat -c %a L.vaults/hosp-a) == 700 ]]
[[ $(stat -c %a L.vaults/hosp-a/data.mdb) == 600 ]]
[[ $(stat -c %a L.vaults/hosp-a/secrets) == 600 ]]

it "would find a single canary in a copy of the ledger, as it is, in hex and in base64"
cp -r L copy
head -n1 canaries | tr -d '\n' >>copy/policy
[[ $(hits copy) == 1 ]]
cp L/policy copy/policy
head -n1 canaries | tr -d '\n' | od -An -v -tx1 | tr -d ' \n' >>copy/policy
[[ $(hits copy) == 1 ]]
cp L/policy copy/policy
head -n1 canaries | tr -d '\n' | base64 >>copy/policy
[[ $(hits copy) == 1 ]]

it "verifies and proves without telling ids"
run medchain-verify ledger --seen seen
expect_status 0
[[ $(hits seen) == 0 ]]
[[ $(hits "$out" "$err") == 0 ]]
id=$(head -n1 records.ndjson | jq -r '.resourceType + "/" + .id')
run medchain-audit prove "$id" --source OptionCanary0001 -o proof
expect_status 0
[[ $(hits proof) == 0 ]]

if [[ -n ${MEDCHAIN_SHARED:-} && -d ${MEDCHAIN_SHARED:-}/data/dev/fhir-bulk-10 ]]; then
  it "leaves no identifier, name, birth date or address of real sample records in the ledger"
  new_ledger R
  run medchain-anchor "$MEDCHAIN_SHARED"/data/dev/fhir-bulk-10/Patient.000.ndjson \
    "$MEDCHAIN_SHARED"/data/dev/fhir-bulk-10/Encounter.000.ndjson --receipts=none --time "$(at 0)"
  expect_status 0
  jq -r '.id, .birthDate?, (.identifier[]?.value), (.name[]? | .family, .given[]?), (.address[]? | .line[]?, .city?, .postalCode?),
    (.telecom[]?.value), .subject.reference?' "$MEDCHAIN_SHARED"/data/dev/fhir-bulk-10/Patient.000.ndjson \
    "$MEDCHAIN_SHARED"/data/dev/fhir-bulk-10/Encounter.000.ndjson |
    awk 'length($0) >= 6 && $0 != "null"' | LC_ALL=C sort -u >needles
  [[ $(wc -l <needles) -gt 20 ]]
  [[ $(hits R R.host) == 0 ]]
  [[ $(hits R.vaults) != 0 ]]
fi
