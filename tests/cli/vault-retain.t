#!/usr/bin/env bash
# medchain-vault retain: holds, seals and retention periods, who opens and ends them, and what they forbid.
. "${0%/*}/lib.sh" || exit
need jq
export MEDCHAIN_PERSON="staff 17"

new_ledger L
new_keys hosp-b --role custodian
admit hosp-b
new_keys reg --role auditor
admit reg
retain() { medchain-vault retain --time "$(at 1)" "$@"; }
erase() { medchain-vault erase --basis GDPR-17 --yes --time "$(at 1)" "$@"; }
for id in a b; do printf '{"resourceType":"Observation","id":"%s","subject":{"reference":"Patient/ann"}}\n' "$id"; done >ann.ndjson
medchain-vault put -q ann.ndjson --with-names --time "$(at 1)" >receipts
place=$(jq -r 'select(.record == "Observation/a") | "\(.entry):\(.row)"' receipts)

it "holds a record and a subject, and ends that"
run retain Observation/a --kind hold --reason LITIGATION
expect_status 0
expect_err "appended entry [0-9]+: hold of 1 record"
expect_json '.kind == "case"'
hold=$(jq .entry "$out") hash=$(jq -r .hash "$out")
fails_with 5 "is held by the hold of entry $hold" erase Observation/a
run retain --release "$hash" --reason OVER
expect_status 0
expect_err "end of the hold of entry $hold"
fails_with 8 "the case was closed at entry" retain --release "$hold" --reason OVER
run retain --subject Patient/ann --kind hold --reason LITIGATION
expect_status 0
hold=$(jq .entry "$out")
fails_with 5 "record 'Observation/b' is held" erase Observation/b
run retain --release "$hold" --reason OVER
expect_status 0

it "keeps a retention period until its end, by log time"
fails_with 2 "a retention period has an end" retain Observation/a --kind retention --reason OUTPATIENT
run retain Observation/a --kind retention --reason OUTPATIENT --until "$(at 60)"
expect_status 0
expect_err "retention of 1 record until $(at 60)"
retention=$(jq .entry "$out")
fails_with 5 "reason OUTPATIENT, until $(at 60)" erase Observation/a
fails_with 5 "'until': expected after log time" retain Observation/b --kind retention --reason OUTPATIENT --until "$(at -60)"
run medchain-vault erase Observation/a --basis GDPR-17 -n --time "$(at 61)"
expect_status 0
retain --release "$retention" --reason EARLIER -q >/dev/null

it "seals before witnesses or with a signed document, and not otherwise"
fails_with 2 "a seal is made in the presence of both sides" retain Observation/b --kind seal --reason DISPUTE
fails_with 5 "hosp-b" retain Observation/b --kind seal --reason DISPUTE --witness hosp-b
expect_err "hint: .*'--emit' prints, with 'medchain-member endorse'"
retain Observation/b --kind seal --reason DISPUTE --witness hosp-b --emit -q >line
endorse() { medchain-member endorse -k keys/hosp-b --time "$(at 1)" <"$1"; }
run endorse line
expect_status 0
seal=$(jq .entry "$out")
fails_with 5 "is held by the seal of entry $seal" erase Observation/b
fails_with 5 "" retain --release "$seal" --reason OVER
retain --release "$seal" --reason OVER --emit -q >line
run endorse line
expect_status 0
printf 'signed by both' >protocol.pdf
run retain Observation/b --kind seal --reason DISPUTE --document protocol.pdf
expect_status 0
run retain --release "$(jq .entry "$out")" --reason OVER
expect_status 0

it "lets an auditor hold what is others', and nobody else"
act_as reg
run retain "$place" --custodian hosp-a --kind hold --reason INQUIRY
act_as hosp-a
expect_status 0
expect_err "made a vault in"
hold=$(jq .entry "$out")
fails_with 5 "is held by the hold of entry $hold .* of 'reg', reason INQUIRY" erase Observation/a
fails_with 5 "a case is closed by who opened it, 'reg'" retain --release "$hold" --reason OVER
act_as hosp-b
fails_with 5 "opened by the custodian or an auditor" retain "$place" --custodian hosp-a --kind hold --reason INQUIRY
act_as hosp-a
fails_with 3 "" retain 1:99 --kind hold --reason INQUIRY
fails_with 3 "" retain 999:0 --kind hold --reason INQUIRY

it "refuses what contradicts itself, and changes nothing then or in a dry run"
before=$(state_of L)
fails_with 2 "'--subject' takes the place of records" retain Observation/a --subject Patient/ann --kind hold --reason X
fails_with 2 "name records, or a subject" retain --kind hold --reason X
fails_with 2 "--kind" retain Observation/a --reason X
fails_with 2 "--kind" retain Observation/a --kind forever --reason X
fails_with 2 "--reason" retain Observation/a --kind hold
fails_with 2 "without '--kind'" retain --release 3 --kind hold --reason X
fails_with 2 "takes the place of records" retain --release 3 Observation/a --reason X
fails_with 3 "is not a case" retain --release 0 --reason X
fails_with 3 "there is no entry 99999" retain --release 99999 --reason X
fails_with 3 "no record of this subject" retain --subject Patient/nobody --kind hold --reason X
fails_with 2 "option '--witness'" retain Observation/a --kind seal --reason X --witness "no name"
run retain Observation/b --kind hold --reason X -n
expect_status 0
expect_json '.dry_run'
[[ $(state_of L) == "$before" ]]
run medchain-verify ledger -q
expect_status 0
