#!/usr/bin/env bash
# medchain-audit anomalies --vault: records that were anchored long after their own date, which is in the vault of who anchored them; and
# what is said where there is no such vault.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
. "$SOURCE/tests/cli/anomalies-fixtures.sh"
need jq python3
day=1440 # minutes; the ledger begins on 2025-03-01 at 09:00

# record ID DATE [SUBJECT]: an observation, with this date or none
record() {
  jq -nc --arg id "$1" --arg date "$2" --arg subject "${3:-SubjectCanary001}" \
    '{resourceType: "Observation", id: $id, subject: {reference: $subject}} + if $date == "" then {} else {effectiveDateTime: $date} end'
}
# put NAME: anchors lines of standard input in one entry, whose index is in $NAME
put() {
  cat >lines.ndjson
  does "$1" medchain-vault put --subject-from json:/subject/reference lines.ndjson
}
late() { finds --kind anchor.late --time "$(at "$minute")" "$@"; }
# message: what the only finding says
message() { jq -r 'select(.type == "finding") | .message' "$out"; }
# not_looked_at PATTERN COMMAND...: the kind was not, and that is said wherever results go
not_looked_at() {
  local pattern=$1
  shift
  run "$@" --json
  expect_status 0
  expect_summary '.not_looked_at == ["anchor.late"]'
  expect_err "anchor.late was not looked at: $pattern"
  run "$@"
  expect_status 0
  expect_out ', 1 not done; '
  run "$@" --format tap
  expect_out "^ok [0-9]+ - anchor: anchor.late # SKIP $pattern"
  run "$@" --format junit
  expect_out "<skipped message=\"$pattern"
  run "$@" --format sarif
  jq -e '.runs[0].invocations[0] | .executionSuccessful and (.toolConfigurationNotifications | map(.associatedRule.id) == ["anchor.late"])' "$out" >/dev/null || fail sarif
}

for name in hosp-b hosp-c; do new_keys $name --role custodian; done
new_ledger L
for name in hosp-b hosp-c; do admit $name; done
export MEDCHAIN_PERSON=PersonCanary0001
act_as hosp-b
onset='' fresh='' mixed='' erased='' foreign=''

it "finds nothing where records were anchored within the time, to the end of what their date names"
minute=0
{
  record a 2025-02-28
  record b 2025-03-01T08:59:59Z
  record c 2025-02
  record d 2025
  record e 2025-01-29 # ends 30 days and 9 hours before
} >lines
put onset < <(sed '$d' lines)
late --vault "$MEDCHAIN_VAULT" --
expect_err_empty
printf 'anchor-within: 9h\n' >nine.yaml
late --vault "$MEDCHAIN_VAULT" --thresholds nine.yaml --
printf 'anchor-within: 8h\n' >eight.yaml
late --vault "$MEDCHAIN_VAULT" --thresholds eight.yaml -- "anchor.late:$onset"
[[ $(message) == "'hosp-b' anchored 2 records late, up to 1 day after their own date" ]] || fail "$(message)"

it "finds an entry with late records, says how many and how late the oldest is, and no more"
put mixed < <(sed -n '$p' lines)
late -- "anchor.late:$mixed"
[[ $(message) == "'hosp-b' anchored 1 record late, up to 31 days after their own date" ]] || fail "$(message)"
{
  record f 2024-01-01
  record g 2025-02-28
  record h 2019
} >more
put fresh <more
late -- "anchor.late:$mixed" "anchor.late:$fresh"
[[ $(message | tail -n 1) == "'hosp-b' anchored 2 records late, up to 1887 days after their own date" ]] || fail "$(message)"
! grep -qE 'Canary|Observation|2019|sha256:' "$out" "$err" || fail "an identifier"
run medchain-audit anomalies --kind anchor.late --time "$(at 0)"
expect_status 0
expect_out "^note: entry $fresh: 'hosp-b' anchored 2 records late"
run medchain-audit anomalies --kind anchor.late --fail-on note
expect_status 1

it "counts what has no date that can be read, and does not judge it"
{
  record i ''
  record j 'soon'
} >more
put onset <more
late -- "anchor.late:$mixed" "anchor.late:$fresh"
expect_err 'anchor.late: not looked at were 2 records without a date of their own'
late --since "$(at 1)" --
expect_err_empty

it "takes a new version of a record for a change, and leaves out what was erased"
minute=$((90 * day))
record a 2025-02-28 >lines
sed -i 's/}$/,"note":"amended"}/' lines
put onset <lines
late --since "$(at 1)" --
put erased < <(record k 2025-02-01)
late --since "$(at 1)" -- "anchor.late:$erased"
does gone medchain-vault erase Observation/k --basis withdrawn --yes
late --since "$(at 1)" --
late --until "$(at 1)" -- "anchor.late:$mixed" "anchor.late:$fresh"

it "knows an entry that the vault has not noted as anchored yet, and none that never came to be"
record l 2025-02-01 >lines
(
  run medchain-vault put --subject-from json:/subject/reference lines --emit --time "$(at "$minute")"
  expect_status 0
  cp "$out" emitted
)
late --since "$(at 1)" --
run medchain-sync apply --time "$(at "$minute")" <emitted
expect_status 0
late --since "$(at 1)" -- "anchor.late:$(($(entry_count L) - 1))"

it "is about records of the vault's member alone"
act_as hosp-c
put foreign < <(record m 2025-02-01)
late -- "anchor.late:$foreign"
[[ $(message) == "'hosp-c' anchored 1 record late, "* ]] || fail "$(message)"

it "says where there is no vault that it was not looked at, and fails where it was asked for"
only=(--kind anchor.late --kind access.attempt)
audit=(env -u MEDCHAIN_VAULT medchain-audit anomalies --fail-on never --time "$(at "$minute")")
not_looked_at 'no vault was given' "${audit[@]}"
fails_with 2 "'--vault'" "${audit[@]}" "${only[@]}"
run "${audit[@]}" --kind access.attempt --json
expect_summary 'has("not_looked_at") | not'
expect_err_empty
not_looked_at '.*nowhere' env MEDCHAIN_VAULT=nowhere medchain-audit anomalies --fail-on never --time "$(at "$minute")"
fails_with 5 nowhere medchain-audit anomalies --vault nowhere

it "takes a vault of another ledger only for what it is: no error if a setting names it, one if an option does"
vault=$MEDCHAIN_VAULT
new_ledger M
put foreign < <(record n 2020)
other=$MEDCHAIN_VAULT
on_ledger L
export MEDCHAIN_VAULT=$other
not_looked_at "the vault '.*' is of another ledger: 'ledger.example/M'" medchain-audit anomalies --fail-on never --time "$(at "$minute")"
mkdir -p config/medchain/profiles
printf 'vault: %s\n' "$other" >config/medchain/profiles/night.yaml
not_looked_at "the vault '.*' is of another ledger" env -u MEDCHAIN_VAULT XDG_CONFIG_HOME="$PWD/config" medchain-audit anomalies --profile night \
  --fail-on never --time "$(at "$minute")"
fails_with 8 "is of another ledger: 'ledger.example/M'" medchain-audit anomalies --vault "$other"
fails_with 8 "is of another ledger: 'ledger.example/M'" medchain-audit anomalies --vault "$other" --kind access.attempt
fails_with 8 "is of another ledger: 'ledger.example/M'" medchain-audit anomalies --kind anchor.late
export MEDCHAIN_VAULT=$vault
late -- "anchor.late:$(medchain-audit log -q --kind anchor --member hosp-c --json | jq -s 'map(select(.type == "event"))[0].entry')"

it "writes nothing, neither on the ledger nor in the vault"
unwritten L L.host L.vaults -- medchain-audit anomalies --vault "$vault" --kind anchor.late --time "$(at "$minute")"
expect_status 0
expect_out '\[anchor.late\]$'
