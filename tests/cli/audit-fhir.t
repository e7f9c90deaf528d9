#!/usr/bin/env bash
# medchain-audit --format=fhir, fhir-bundle: each entry as the resources that the manual page says, valid FHIR R4, after IHE BALP.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
need jq python3
make_history
# What is not in it: a refused request, a review, a group, an attestation, a use that failed.
act_as hosp-r
medchain-grant request -q --from hosp-b --purpose HRESCH --type Observation --uses 2 --until 90d --time "$(at $minute)" >/dev/null
act_as hosp-b
medchain-grant deny -q $(($(entry_count L) - 1)) --reason incomplete --time "$(at $minute)" >/dev/null
answered=$(($(entry_count L) - 1))
medchain-grant review -q "$emergency" --justified --reason x --person other --time "$(at $minute)" >/dev/null
medchain-member group create team hosp-c -q -k keys/hosp-a --time "$(at $minute)" >/dev/null
act_as hosp-c
package=$(file_of "$again")
chmod u+w "$package"
truncate -s -1 "$package"
run medchain-grant open "$again" -C broken --time "$(at $minute)"
[[ $status == 1 || $status == 3 ]] || fail "status $status"
failed=$(($(entry_count L) - 1))
act_as hosp-b
schema=$MEDCHAIN_SHARED/data/schema/fhir.schema.r4.json
profiles=$MEDCHAIN_SHARED/data/schema/ihe

# fits FILE: the schema of FHIR and the profiles of IHE, where they are there.
fits() {
  if [[ -z $MEDCHAIN_SHARED || ! -e $schema || ! -e $profiles ]] || ! python3 -c 'import jsonschema' 2>/dev/null; then
    echo '# not compared with the schema of FHIR and the profiles of IHE: they are not there'
    return
  fi
  python3 -W ignore "$SOURCE/tests/cli/fhir.py" "$schema" <"$1" >said || fail "$(<said)"
  python3 "$SOURCE/tests/cli/balp.py" "$profiles" <"$1" >said || fail "$(<said)"
  jq -c 'walk(if type == "object" then del(.network) else . end)' "$1" >damaged
  ! python3 "$SOURCE/tests/cli/balp.py" "$profiles" <damaged >said || fail 'the profiles of IHE fit anything'
}
# events JQ: the AuditEvents of $out for which it holds, in lines.
events() { jq -c "select(.resourceType == \"AuditEvent\" and ($1))" "$out"; }
kind='(.extension[] | select(.url == "urn:medchain:kind") | .valueCode)'
index='(.extension[] | select(.url == "urn:medchain:index") | .valueString)'

it "gives each entry of the log exactly what is documented"
run medchain-audit log --json
expect_status 0
jq -c 'select(.type == "event")' "$out" >events
for ((at = 0; at < $(entry_count L); at++)); do
  "$MEDCHAIN_TEST_TAMPER" L get "$at" | sed -n 1p
done >statements
run medchain-audit log --format fhir
expect_status 0
expect_err "$(wc -l <events) entries, $(wc -l <"$out") resources"
cp "$out" all
python3 "$SOURCE/tests/cli/audit_fhir.py" events statements <all >said || fail "$(<said)"
fits all

it "is one Bundle with the same resources, in order"
run medchain-audit log --format fhir-bundle
expect_status 0
jq -e '.resourceType == "Bundle" and .type == "collection" and ([.entry[].fullUrl] | length == (unique | length))' "$out" >/dev/null
jq -c '.entry[].resource' "$out" | cmp - all
jq -c . "$out" >bundle
fits bundle
run medchain-audit log --format fhir-bundle --kind challenge
expect_status 2
run medchain-audit log --format fhir-bundle --kind case
expect_status 0
jq -e 'has("entry") | not' "$out" >/dev/null
run medchain-audit log --follow --format fhir --limit 2
expect_status 0
[[ $(wc -l <"$out") == 2 ]]
fails_with 2 'a Bundle is one document' medchain-audit log --follow --format fhir-bundle

it "tells of a disclosure on both sides by one X-Request-Id"
run medchain-audit log --format fhir
id='(.entity[] | select(.type.code == "XrequestId") | .what.identifier.value)'
events "$kind == \"release\" and $index == \"$release\"" | jq -r "$id" | sort -u >sources
events "$kind == \"use\" and $index == \"$used\"" | jq -r "$id" | sort -u >recipients
cmp sources recipients
[[ $(<sources) == "$(jq -r "select(.entry == $release) | .hash" events)" ]]
grant_hash=$(jq -r "select(.entry == $grant) | .hash" events)
events "$index == \"$release\" or $index == \"$used\" or $index == \"$denied\"" |
  jq -e -s "length == 5 and all(.[]; [.entity[] | select(.type.code == \"Consent\") | .what.identifier.value] == [\"$grant_hash\"])" >/dev/null

it "says why something was refused or failed, and what became of a grant"
events "$index == \"$answered\"" | jq -e '.outcome == "8" and .outcomeDesc == "incomplete" and .type.code == "110113"' >/dev/null
events "$index == \"$failed\"" | jq -e '.outcome == "4" and .type.code == "110107" and (.outcomeDesc | length > 3)' >/dev/null
events "$index == \"$denied\"" | jq -e '.outcome == "8" and .outcomeDesc == "grant.used_up (unproven)" and .type.code == "110113"' >/dev/null
jq -e -n "first(inputs | select(.resourceType == \"Consent\" and .identifier[0].value == \"$grant_hash\")) | .status == \"inactive\" and
  .extension[0].valueCode == \"revoked\" and .provision.type == \"permit\" and .provision.purpose[0].code == \"HRESCH\" and
  (.provision | has(\"period\")) and .provision.modifierExtension[0] == {url: \"urn:medchain:uses\", valueString: \"2\"}" "$out" >/dev/null || fail "$(grep Consent "$out" | head -1)"

it "shows of one subject nothing of others"
tag=$(tag_of SubjectCanary001)
other=$(tag_of SubjectCanary002)
run medchain-audit subject --format fhir --subject-file subject
expect_status 0
expect_err 'covers tags of'
cp "$out" one
fits one
grep -q "$tag" one
! grep -q "$other" one || fail 'another subject is shown'
! grep -q Canary one || fail 'a name is shown'
events "$index == \"$release\"" | jq -e '[.entity[] | select(.role.code == "3") | .what.identifier.value] == ["'"$anchored"':0"]' >/dev/null
run medchain-audit subject --format fhir-bundle --subject-tag "$tag"
expect_status 0
jq -c '.entry[].resource' "$out" | cmp - one
run medchain-audit log --format fhir --subject-tag "$tag"
expect_status 0
! grep -q "$other" "$out" || fail 'another subject is shown'

it "shows the life of one record"
run medchain-audit record --format fhir Observation/9
expect_status 0
fits "$out"
jq -e -s '[.[] | select(.resourceType == "Provenance")] | length == 2 and (.[0] | has("entity") | not) and
  (.[1] | .activity.coding[0].code == "UPDATE" and .entity == [{role: "revision", what: {identifier: {system: "urn:medchain:rows", value: "'"$anchored"':0"}}}])' "$out" >/dev/null || fail "$(<"$out")"
! grep -q "$other" "$out" || fail 'another subject is shown'
run medchain-audit record --format fhir-bundle "$anchored:2"
expect_status 0
jq -e '[.entry[].resource | select(.action == "D")] | length == 1' "$out" >/dev/null

it "accounts for disclosures one by one"
run medchain-audit disclosures --json --subject-tag "$tag" --include all
expect_status 0
disclosures=$(jq 'select(.type == "disclosure") | .times' "$out" | paste -sd+ | bc)
run medchain-audit disclosures --format fhir --subject-tag "$tag" --include all
expect_status 0
fits "$out"
[[ $(events '.type.code == "110106"' | wc -l) == "$disclosures" && $(wc -l <"$out") == "$disclosures" ]] || fail "$disclosures disclosures"

it "is silent about disclosures that are suspended"
"$MEDCHAIN_TEST_SHARING" suspend L L.host keys/hosp-b "$tag" 30d
run medchain-audit disclosures --json --subject-tag "$tag" --include all
left=$(jq 'select(.type == "disclosure") | .times' "$out" | paste -sd+ | bc)
((left < disclosures))
run medchain-audit disclosures --format fhir --subject-tag "$tag" --include all
expect_status 0
[[ $(wc -l <"$out") == "$left" ]]
expect_err 'withheld by a suspension'
