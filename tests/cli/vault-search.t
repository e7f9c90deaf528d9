#!/usr/bin/env bash
# medchain-vault search: the directory over one vault or several.
. "${0%/*}/lib.sh" || exit
need jq
new_ledger L hosp-a hosp-b

observation() { # ID SUBJECT DATE CODE
  printf '{"resourceType":"Observation","id":"%s","subject":{"reference":"Patient/%s"},"effectiveDateTime":"%s","code":{"coding":[{"code":"%s"}]}}\n' "$@"
}
{
  observation o1 ann 2024-12-31T23:30:00Z 2339-0
  observation o2 ann 2025-01 2339-0
  observation o3 bob 2025-02-10 718-7
  observation o4 bob 2025-02-11T00:30:00+01:00 2339-0
  printf '{"resourceType":"Patient","id":"ann"}\n'
} >records.ndjson
medchain-vault put -q records.ndjson --time "$(at 1)" >/dev/null
act_as hosp-b
observation x1 ann 2023 2339-0 | medchain-vault put -q --time "$(at 2)" >/dev/null
act_as hosp-a
search() { medchain-vault search -q --json "$@"; }
# finds "IDS" OPTION...: these records, in this order.
finds() {
  local expected=$1
  shift
  run search "$@"
  expect_status 0
  local found
  found=$(jq -r 'select(.type == "directory") | .record | split("/")[1]' "$out" | paste -sd' ')
  [[ $found == "$expected" ]] || fail "found '$found', expected '$expected'"
  expect_summary ".complete and .count == $(wc -w <<<"$expected")"
}

it "finds by subject, type, code and date"
finds "o1 o2 o3 o4 ann"
finds "o1 o2 ann" --subject Patient/ann
finds "ann" --type Patient
finds "o1 o2 o4" --code 2339-0
finds "o2" --subject Patient/ann --since 2025-01-01 --until 2025-02-01
finds "o1" --until 2025-01-01
finds "o1 o2" --until 2025-01-15
finds "o3 o4" --since 2025-02-01 --until 2025-02-11
finds "" --subject Patient/nobody
finds "ann" --since 2025-03-01
printf 'Patient/bob\r\n' >who
finds "o3 o4" --subject-file who
from_stdin() { search --subject-file - <who; }
run from_stdin
[[ $(jq -s length "$out") == 3 ]]

it "finds by label: any of those given, N for none, and tells of how many nothing is known"
labelled() { # ID SECURITY
  printf '{"resourceType":"Condition","id":"%s","meta":{"security":%s},"recordedDate":"2020-05-05"}\n' "$@"
}
{
  labelled c1 '[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"},{"code":"PSY"}]'
  labelled c2 '[{"code":"V"},{"display":"no code"},{"code":"V"}]'
  labelled c3 '[]'
  labelled c4 '{"code":"N"}'
  labelled c5 '[{"code":"R\u000aPSY"}]'
  printf '{"resourceType":"Condition","id":"c6"}\n'
} >labelled.ndjson
echo 'a scan' >scan.pdf
medchain-vault put -q labelled.ndjson scan.pdf --time "$(at 2)" >/dev/null
finds "c1" --label R
finds "c1" --label PSY --type Condition
finds "c1 c2" --label V --label R
finds "" --label R --label V --since 2021-01-01 --type Condition
finds "c3 c4 c6" --label N --type Condition
finds "" --label r --type Condition
finds "" --label "R PSY" --type Condition
run search --type Condition
expect_status 0
expect_err_empty
jq -se '[.[] | select(.type == "directory") | .labels] == [["R","PSY"],["V"],[],["N"],null,[]]' "$out" >/dev/null
run medchain-vault search --label R --type Condition
expect_err "warning: labels of 1 record are not known: no FHIR, or anchored before labels were kept"
[[ $(grep -c 'not known' "$err") == 1 ]]
expect_err "1 record$"
run medchain-vault search --label R "$MEDCHAIN_VAULT" L.vaults/hosp-b
expect_err "labels of 2 records are not known"
run medchain-vault search --label R --subject Patient/ann
expect_no_err "not known"
run medchain-vault list --json -q --type Condition
jq -se '[.[] | select(.type == "version") | .labels] == [["R","PSY"],["V"],[],["N"],null,[]]' "$out" >/dev/null

it "says where each is"
run search --code 718-7
jq -se '.[0] | .custodian == "hosp-a" and .state == "current" and .entry == 1 and .row == 2 and .kind == "Observation" and .record == "Observation/o3" and .subject == "Patient/bob"' "$out" >/dev/null

it "shows a table, also with wide characters"
observation 検査 王小明 2025-02-12 HbA1c | medchain-vault put -q --time "$(at 1)" >/dev/null
run medchain-vault search --since 2025-02-10 --until 2025-02-13
expect_status 0
expect_err "^medchain-vault: 3 records$"
expect_out "^ENTRY +CUSTODIAN +STATE +DATE +CODE +SUBJECT +RECORD$"
expect_out "^ *[0-9]+:0  hosp-a +current  2025-02-12 +HbA1c   Patient/王小明  Observation/検査$"
expect_out "^ *1:2  hosp-a +current  2025-02-10 +718-7   Patient/bob     Observation/o3$"

it "searches several vaults, each once"
finds "o1 o2 ann x1" "$MEDCHAIN_VAULT" "L.vaults/hosp-b" "$MEDCHAIN_VAULT/" --subject Patient/ann
finds "x1" L.vaults/hosp-b
fails_with 5 "there is no vault" search nowhere

it "knows newest versions, pending and erased ones"
observation o1 ann 2025-01-20 2339-0 | medchain-vault put -q --time "$(at 1)" >/dev/null
finds "o2 ann o1" --subject Patient/ann
observation p1 ann 2025-01-20 2339-0 | medchain-vault put -q --emit --time "$(at 1)" >/dev/null
run search --type Observation
jq -se '[.[] | select(.state == "pending") | .record] == ["Observation/p1"]' "$out" >/dev/null
medchain-vault erase Observation/o3 --basis X --person p --yes -q --time "$(at 1)" >/dev/null
run search --code 718-7
jq -se '.[0].state == "erased"' "$out" >/dev/null

it "refuses a vault of another ledger, and writes nothing"
new_ledger M
run search -l "$PWD/L" "M.vaults/hosp-a"
expect_status 5
medchain-anchor -q --time "$(at 1)" < <(patients 1) >/dev/null
on_ledger L
fails_with 8 "is of another ledger" search M.vaults/hosp-a
