#!/usr/bin/env bash
# medchain-grant release: one use of a grant each, judged by the custodian, counted by the ledger.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing put

entry_of() { "$MEDCHAIN_TEST_TAMPER" L get "$1"; }
nothing_new() { [[ $(published) == "$packages" && $(staged) == 0 ]] || fail "$(published) packages, expected $packages; $(staged) staged"; }

it "seals records, openings and proofs for the receiver alone, and counts the use"
granted --subject SubjectCanary001 --uses 2
packages=$(published)
released
expect_json '.type == "receipt" and .kind == "release"'
expect_err "released 1 record to 'hosp-r'"
packages=$((packages + 1))
nothing_new
no_trace SubjectCanary001 PersonCanary0001 2025-02-01
run medchain-grant list --grants --json
expect_json '.used == 1 and .state == "active"'
run medchain-grant list --releases --json
expect_json '.to == "hosp-r" and .purpose == "HRESCH" and .records == 1 and .state == "released"'
entry_of "$release" >release.entry
grep -q '"disclosure":"research"' release.entry || fail "$(<release.entry)"

it "is read by stock age and tar; its records are the bytes that were anchored, its proofs verify"
if command -v age >/dev/null; then
  hash=$(grep -o '"package":{[^}]*}' release.entry | grep -o 'sha256:[0-9a-f]*')
  file=$(find L.packages -name "${hash#sha256:}.age")
  [[ $(sha256sum <"$file") == "${hash#sha256:}  -" ]]
  age -d -i keys/hosp-r/seal.key "$file" >release.tar
  tar -tf release.tar >names
  { grep -qx 'records/Observation-9.json' names && grep -qx 'openings.json' names; } || fail "$(<names)"
  tar -xf release.tar
  head -n 1 observations.ndjson | tr -d '\n' | cmp - records/Observation-9.json
  run medchain-verify proof proofs/Observation-9.json.tlog-proof --record records/Observation-9.json --policy L/policy
  expect_status 0
  ! age -d -i keys/hosp-b/seal.key "$file" >author.tar 2>said || fail "the author can open it"
fi

it "refuses what is over the limit, records that once an hour, and leaves no package"
released
packages=$(published)
fails_with 9 'all 2 uses of the grant are used up' medchain-grant release "$grant" --time "$(at 0)"
expect_err 'recorded the refusal at entry'
entries=$(entry_count L)
nothing_new
fails_with 9 'used up' medchain-grant release "$grant" --time "$(at 0)"
expect_no_err 'refusal'
[[ $(entry_count L) == "$entries" ]] || fail "the same refusal twice in an hour"
entry_of $((entries - 1)) >denied
{ grep -q '"actor":"hosp-r"' denied && grep -q '"rule":"grant.used_up"' denied; } || fail "$(<denied)"
# hosp-r signed nothing that was refused: asserted, not proven.
! grep -q '"refused"' denied || fail "$(<denied)"

it "refuses other purposes and members, and records that"
granted --uses 9
packages=$(published)
fails_with 5 'purpose' medchain-grant release "$grant" --purpose TREAT --time "$(at 0)"
fails_with 5 "hosp-a" medchain-grant release "$grant" --to hosp-a --time "$(at 0)"
entry_of $(($(entry_count L) - 1)) >denied
{ grep -q '"actor":"hosp-a"' denied && grep -q '"rule":"grant.actor"' denied; } || fail "$(<denied)"
nothing_new

it "refuses what is suspended, resumes, and refuses what is revoked"
granted --uses 9
packages=$(published)
medchain-grant suspend "$grant" --reason audit --time "$(at 0)" -q >/dev/null
fails_with 8 'suspended' medchain-grant release "$grant" --time "$(at 0)"
medchain-grant resume "$grant" --reason over --time "$(at 0)" -q >/dev/null
released
medchain-grant revoke "$grant" --reason ended --time "$(at 0)" -q >/dev/null
packages=$(published)
fails_with 9 'revoked' medchain-grant release "$grant" --time "$(at 0)"
nothing_new

it "withholds what the sealed terms of the grant do not cover"
granted --data-from 2025-02-02
released
expect_err "released 1 record to 'hosp-r'"
expect_err '1 withheld'
granted --code 718-7
packages=$(published)
fails_with 5 'error' medchain-grant release "$grant" --time "$(at 0)"
nothing_new

it "releases the records that are named, and refuses one that is not permitted"
granted --subject SubjectCanary001
released Observation/9
fails_with 5 'error' medchain-grant release "$grant" Observation/9 Observation/10 --time "$(at 0)"
fails_with 3 'was not anchored from this vault' medchain-grant release "$grant" Observation/11 --time "$(at 0)"

it "releases with --new what was not released before"
granted --uses 9
run medchain-grant release "$grant" --new Observation/9 --time "$(at 0)"
expect_status 0
run medchain-grant release "$grant" --new --time "$(at 0)"
expect_err "released 1 record to 'hosp-r'"
fails_with 0 'nothing to release' medchain-grant release "$grant" --new --time "$(at 0)"

it "says whom and why where the grant leaves it open, and what does not go together"
fails_with 2 'expected a grant or an emergency' medchain-grant release
fails_with 2 "takes no operand" medchain-grant release "$grant" --standing
fails_with 2 "goes with '--standing'" medchain-grant release "$grant" --emergencies
fails_with 3 'there is no' medchain-grant release 9999

it "is rehearsed with --dry-run: nothing is counted, nothing is kept"
granted --uses 1
packages=$(published)
entries=$(entry_count L)
run medchain-grant release "$grant" --dry-run --time "$(at 0)"
expect_status 0
expect_err 'would append'
nothing_new
[[ $(entry_count L) == "$entries" ]]

it "is for who holds the records"
act_as hosp-a
fails_with 5 "only 'hosp-b' releases by this grant" medchain-grant release "$grant" --time "$(at 0)"

it "says what is missing where only openings are kept, and where records were erased"
act_as hosp-b
echo '{"resourceType":"Observation","id":"11","subject":{"reference":"SubjectCanary003"}}' >anchored.ndjson
medchain-anchor -q --subject-from json:/subject/reference anchored.ndjson --time "$(at 0)" >/dev/null
granted --subject SubjectCanary003
fails_with 3 'entry [0-9]+ row 0: the vault has no copy of the record' medchain-grant release "$grant" --time "$(at 0)"
expect_err "hint: 'medchain-vault put' keeps copies"
medchain-vault put -q --subject-from json:/subject/reference anchored.ndjson --time "$(at 0)" >/dev/null
released
medchain-vault erase -q --yes --basis GDPR-17 Observation/11 --time "$(at 0)" >/dev/null
fails_with 5 'no record in this vault' medchain-grant release "$grant" --time "$(at 0)"

it "fails after the last day of the grant"
granted --uses 9
fails_with 9 'expired|ended' medchain-grant release "$grant" --time "$(at $((91 * 1440)))"

it "leaves a ledger that verifies and packages that all are named"
run medchain-verify ledger -q
expect_status 0
run medchain-vault check -q
expect_status 0
