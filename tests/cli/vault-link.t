#!/usr/bin/env bash
# medchain-vault link and links: relations of records, subjects of two members, and what dangles.
. "${0%/*}/lib.sh" || exit
need jq
export MEDCHAIN_PERSON="staff 17"

new_ledger L hosp-a hosp-b
link() { medchain-vault link --time "$(at 1)" "$@"; }
links() { medchain-vault links "$@"; }
report() { printf '{"resourceType":"DiagnosticReport","id":"%s","subject":{"reference":"Patient/ann"},"v":"%s"}\n' "$1" "${2:-}"; }
for id in r1 r2 r3 r4; do report "$id"; done | medchain-vault put -q --with-names --time "$(at 1)" >receipts
place() { jq -r --arg r "$1" 'select(.record == $r) | "\(.entry):\(.row)"' receipts; }
act_as hosp-b
report b1 | medchain-vault put -q --with-names --time "$(at 1)" >receipts-b
foreign=$(jq -r 'select(.record) | "\(.entry):\(.row)"' receipts-b)
act_as hosp-a

it "relates records by name and by place"
run link DiagnosticReport/r2 replaces DiagnosticReport/r1
expect_status 0
expect_err "appended entry [0-9]+: 1:1 replaces 1:0"
run link DiagnosticReport/r3 appends "$foreign"
expect_status 0
run link "$(place DiagnosticReport/r4)" signs DiagnosticReport/r3
expect_status 0
run links
expect_status 0
expect_out "DiagnosticReport/r2 +replaces +DiagnosticReport/r1 +sound$"
expect_out "DiagnosticReport/r3 +appends +$foreign +sound$"
run links --json
expect_status 0
jq -se '[.[] | select(.type == "link")] | length == 3 and all(.state == "sound")' "$out" >/dev/null
run medchain-vault search --json -q
jq -se '[.[] | select(.state == "replaced") | .record] == ["DiagnosticReport/r1"]' "$out" >/dev/null

it "refuses what the ledger refuses, and words that are none"
fails_with 8 "linked already" link DiagnosticReport/r2 replaces DiagnosticReport/r1
fails_with 5 "not related to itself" link DiagnosticReport/r1 signs DiagnosticReport/r1
fails_with 5 "only its custodian replaces" link DiagnosticReport/r1 replaces "$foreign"
fails_with 5 "not of the author" link "$foreign" signs DiagnosticReport/r1
fails_with 3 "" link DiagnosticReport/r1 signs 1:77
fails_with 3 "was not anchored from this vault" link DiagnosticReport/r1 signs DiagnosticReport/none
fails_with 2 "relation: expected one of replaces, appends, transforms, signs" link DiagnosticReport/r1 likes DiagnosticReport/r2
fails_with 2 "expected FROM RELATION TO" link DiagnosticReport/r1
fails_with 2 "goes with '--subject'" link DiagnosticReport/r1 signs DiagnosticReport/r2 --with hosp-b
MEDCHAIN_PERSON='' fails_with 5 "names the person who acts" link DiagnosticReport/r1 signs DiagnosticReport/r2

it "reports links whose target has a newer version or was erased"
report r1 new | medchain-vault put -q --time "$(at 1)" >/dev/null
run links
expect_status 1
expect_out "replaces +DiagnosticReport/r1 +superseded$"
expect_err "3 links, 1 dangling"
medchain-vault erase DiagnosticReport/r3 --basis GDPR-17 --yes -q --time "$(at 1)" >/dev/null
run links --dangling --json
expect_status 1
jq -se '[.[] | select(.type == "link") | .state] == ["superseded", "erased"]' "$out" >/dev/null
fails_with 9 "'target' was erased at entry" link DiagnosticReport/r2 signs "$(place DiagnosticReport/r3)"

it "links a subject of two members, signed by both"
act_as hosp-b
tag=$(medchain-vault search --subject Patient/ann --json -q | jq -r 'select(.subject_tag) | .subject_tag')
act_as hosp-a
fails_with 2 "with-tag" link --subject Patient/ann --with hosp-b
fails_with 2 "option '--with-tag'" link --subject Patient/ann --with hosp-b --with-tag word
fails_with 5 "hosp-b" link --subject Patient/ann --with hosp-b --with-tag "$tag"
fails_with 3 "no record of this subject" link --subject Patient/x --with hosp-b --with-tag "$tag" --emit
fails_with 2 "takes the place of" link a signs b --subject Patient/ann --with hosp-b --with-tag "$tag"
printf 'Patient/ann\n' >who
link --subject-file who --with hosp-b --with-tag "$tag" --emit -q >line
endorse() { medchain-member endorse -k keys/hosp-b --time "$(at 1)" <line; }
run endorse
expect_status 0
expect_json '.kind == "link"'
fails_with 8 "linked already" link --subject Patient/ann --with hosp-b --with-tag "$tag"
run medchain-verify ledger -q
expect_status 0
