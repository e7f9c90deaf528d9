#!/usr/bin/env bash
# medchain-audit ropa: records of processing activities (GDPR Art. 30) from policy, cards and entries; no tag in it; nothing is written.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq python3
new_keys hosp-b --role custodian --role requester --display 'Klinik Nord' --contact 'privacy@nord.example' --territory DE-HH
new_keys hosp-r --role requester --display 'Research, =1+1' --territory DE
new_keys hosp-c --role requester --kind insurer --territory CN-GX
new_keys hosp-d --role requester
new_ledger L
for name in hosp-b hosp-r hosp-c hosp-d; do admit $name; done
act_as hosp-b
printf '%s\n' '{"resourceType":"Observation","id":"9","subject":{"reference":"SubjectCanary001"}}' '{"resourceType":"Condition","id":"1","subject":{"reference":"SubjectCanary002"}}' >records.ndjson
medchain-vault put -q --subject-from json:/subject/reference records.ndjson --time "$(at 0)" >/dev/null
export MEDCHAIN_PERSON=PersonCanary0001
gives() {
  run medchain-grant give --until 90d --time "$(at 0)" "$@"
  expect_status 0
  grant=$(jq -r .entry "$out")
  run medchain-grant release "$grant" --time "$(at 0)"
  expect_status 0
}
gives --to hosp-r --purpose HRESCH --type Observation --legal GDPR-9-2-j --erase-at 120d
gives --to hosp-c --purpose HPAYMT --type Condition --legal GDPR-6-1-b
gives --to hosp-c --purpose HRESCH --type Observation --legal GDPR-9-2-a --erase-at 30d
gives --to hosp-d --purpose HRESCH --type Condition --legal GDPR-9-2-j

it "names the controller with contact, data, measures, and what it does for each purpose"
run medchain-audit ropa
expect_status 0
expect_out '^Controller hosp-b$'
expect_out '^  name: Klinik Nord$'
expect_out '^  contact: privacy@nord.example$'
expect_out '^  where: DE-HH$'
expect_out '^  data: Condition, Observation \(2 records\)$'
expect_out '^  measures: .*membership and policy change by 1 admin signature; no witness signs the ledger$'
expect_out '^hosp-b +HPAYMT +GDPR-6-1-b +Condition +hosp-c \(insurer, CN-GX\) +hosp-c \(insurer, CN-GX\) +none set +1 +1$'
expect_out '^hosp-b +HRESCH +GDPR-9-2-a, GDPR-9-2-j +Condition, Observation +hosp-c .*, hosp-d .*, hosp-r \(hospital, DE\) +hosp-c \(insurer, CN-GX\); not known of 1 recipient +30d to 120d, or none set +3 +3$'
run medchain-audit ropa --json
expect_status 0
jq -n -e '[inputs] | .[0].type == "controller" and .[0].types == ["Condition", "Observation"] and .[0].records == 2 and .[0].contact == "privacy@nord.example"
  and ([.[] | select(.type == "activity")] | map(.purpose) == ["HPAYMT", "HRESCH"] and (.[1] | .legal == ["GDPR-9-2-a", "GDPR-9-2-j"] and .erase_within == 2592000
    and .erase_within_longest == 10368000 and .no_limit == 1 and [.abroad[].member] == ["hosp-c"] and [.unplaced[].member] == ["hosp-d"]
    and [.recipients[].member] == ["hosp-c", "hosp-d", "hosp-r"] and .releases == 3))' "$out" >/dev/null || fail "$(<"$out")"
! grep -qE 'sha256:|Canary' "$out" || fail "a tag or name"

it "counts erasures by their basis"
run medchain-vault erase Condition/1 --basis GDPR-17 --yes --time "$(at 0)"
expect_status 0
run medchain-audit ropa --json
jq -n -e '[inputs][0].erasures == [{basis: "GDPR-17", count: 1}]' "$out" >/dev/null || fail "$(<"$out")"

it "can be of one member, also of one that does nothing, and not of a stranger"
run medchain-audit ropa --member hosp-r --json
expect_status 0
expect_summary '.count == 0 and .complete'
fails_with 5 "'nobody' is not a member" medchain-audit ropa --member nobody
fails_with 2 "'--member'" medchain-audit ropa --member 'no member'

it "can be anchored, and is CSV"
medchain-audit ropa --json >report
medchain-anchor --id-from json:/id --type Ropa --time "$(at 0)" <report >anchored 2>/dev/null
jq -n -e "[inputs] | last | .anchored == $(wc -l <report)" anchored >/dev/null || fail "$(<anchored)"
run medchain-audit ropa --format csv
expect_status 0
python3 -c 'import csv, sys; rows = list(csv.DictReader(open(sys.argv[1], newline=""), strict=True)); assert [row["purpose"] for row in rows] == ["HPAYMT", "HRESCH"], rows' "$out"

it "needs no vault and no key, and writes nothing"
for format in text json csv; do
  before=$(state_of L L.host)
  run env -u MEDCHAIN_VAULT -u MEDCHAIN_KEY medchain-audit ropa --format $format
  expect_status 0
  [[ $(state_of L L.host) == "$before" ]] || fail "something was written"
done
