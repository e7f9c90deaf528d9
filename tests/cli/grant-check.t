#!/usr/bin/env bash
# medchain-grant check: permit or deny, by whom, and what remains; by the custodian and by others.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing
check() { medchain-grant check --member hosp-r --purpose HRESCH "$@"; }

it "denies what nothing permits"
act_as hosp-b
run check
expect_status 1
expect_out_is "denied: access.denied"
run check --explain
expect_status 1
expect_out "what is not permitted is denied"
run check --json
expect_status 1
expect_json '.permit == false and .rule == "access.denied" and .filters == [] and (has("grant") | not)'

it "permits to the custodian, who knows terms and record, without anything that remains"
act_as hosp-r
ask --type Observation --subject SubjectCanary001 --data-from 2025-01-15
act_as hosp-b
run medchain-grant give "$asked" --time "$(at 0)"
grant=$(jq -r .entry "$out")
run check --record Observation/9
expect_status 0
expect_out_is "permitted by grant $grant"
run check --record 3:0 --explain
expect_status 0
expect_out "terms and record known"
run check --record Observation/9 --json
expect_json ".permit and .grant == $grant and .filters == [] and .facts_known"

it "denies another subject, purpose, person, type and time, and says which"
run check --record Observation/10 --explain
expect_status 1
expect_out "^denied: (grant.scope|access.denied)$"
run medchain-grant check --member hosp-r --purpose TREAT --record Observation/9
expect_status 1
expect_out "^denied: grant.purpose$"
run medchain-grant check --member hosp-a --purpose HRESCH --record Observation/9
expect_status 1
run check --record Observation/9 --at 2025-12-01
expect_status 1
expect_out "^denied: grant.expired$"
run check --record Observation/9 --action derive
expect_status 1

it "tells others what remains to be met, and says no about one record where something does"
act_as hosp-a
run check --custodian hosp-b --explain
expect_status 0
expect_out "^permitted by grant $grant$"
expect_out "remains: "
run check --custodian hosp-b --record 3:0 --explain
expect_status 1
expect_out "conditions remain that cannot be checked here"
expect_out "by the ledger alone"
fails_with 2 "only the custodian knows ids" check --custodian hosp-b --record Observation/9
fails_with 2 "only the custodian knows identifiers" check --custodian hosp-b --subject SubjectCanary001
no_trace SubjectCanary001
run check --custodian hosp-b --person PersonCanary0001
expect_status 2
expect_err "named by its tag"

it "needs neither keys nor vault"
run env MEDCHAIN_KEY= MEDCHAIN_VAULT= medchain-grant check --member hosp-r --purpose HRESCH --custodian hosp-b
expect_status 0
fails_with 2 "option '--custodian' is needed" env MEDCHAIN_KEY= MEDCHAIN_VAULT= medchain-grant check --member hosp-r --purpose HRESCH

it "lets a sealed exception deny what it names, where the custodian is told of the record"
act_as hosp-b
printf 'exceptions:\n  - provision: deny\n    labels: [R]\n' >exceptions.yaml
run medchain-grant give --to hosp-r --purpose TREAT --until 30d --all --exceptions exceptions.yaml --time "$(at 0)"
treat=$(jq -r .entry "$out")
treats() { medchain-grant check --member hosp-r --purpose TREAT --record Observation/10 "$@"; }
run treats --label N
expect_status 0
run treats --label R --explain
expect_status 1
expect_out "by grant $treat, exception 1"
run treats --explain
expect_status 1
expect_out "remains: .*label"

it "obeys a dissent whatever is permitted"
run medchain-grant give --to hosp-r --forbid --record Observation/9 --time "$(at 0)"
expect_status 0
dissent=$(jq -r .entry "$out")
run check --record Observation/9
expect_status 1
expect_out "^denied by grant $dissent"

it "changes nothing, and fails for what is not there"
state=$(state_of L L.host L.vaults L.packages)
fails_with 5 "'hosp-x' is not" medchain-grant check --member hosp-x --purpose TREAT
fails_with 2 "option '--member' is needed" medchain-grant check --purpose TREAT
fails_with 3 "entry 3 has no row 9" check --record 3:9
fails_with 3 "not in this vault" check --record Observation/99
[[ $(state_of L L.host L.vaults L.packages) == "$state" ]] || fail "something changed"

it "knows what the copy of a record says, and only what the vault wrote down where there is none"
act_as hosp-b
cat >kept.ndjson <<'X'
{"resourceType":"Observation","id":"30","subject":{"reference":"SubjectCanary003"},"effectiveDateTime":"2025-02","performer":[{"reference":"Practitioner/9"}],"meta":{"security":[{"code":"R"}]}}
X
medchain-anchor -q --subject-from json:/subject/reference kept.ndjson --time "$(at 0)" >/dev/null
run medchain-grant give --to hosp-r --purpose HMARKT --until 30d --subject SubjectCanary003 --author Practitioner/9 --data-from 2025-02-01 --time "$(at 0)"
expect_status 0
market=$(jq -r .entry "$out")
markets() { medchain-grant check --member hosp-r --purpose HMARKT --record Observation/30 "$@"; }
run markets --json
expect_status 1
expect_json '(.facts_known | not) and (.filters | map(.text) | index("only authors Practitioner/9")) != null'
# A dissent in the grant for TREAT, which is about all, asks for labels: they must be known as well.
run markets --author Practitioner/9 --label N --json
expect_status 0
expect_json ".grant == $market and .facts_known"
medchain-vault put -q --subject-from json:/subject/reference kept.ndjson --time "$(at 0)" >/dev/null
run markets --json
expect_status 0
expect_json ".grant == $market and .facts_known and .filters == []"
# What was typed is so besides: a label more cannot take one away.
printf 'exceptions:\n  - provision: deny\n    labels: [R]\n' >exceptions.yaml
medchain-grant give --to hosp-r --purpose HMARKT --until 30d --subject SubjectCanary003 --exceptions exceptions.yaml --time "$(at 0)" -q >/dev/null
run markets --label N --json
expect_status 1
expect_json '.rule == "access.denied" and .exception == 1 and .facts_known'

it "fails where the copy is damaged, and needs none that was erased"
blob=$(find L.vaults/hosp-b/blobs -type f)
cp "$blob" whole
printf 'X' | dd of="$blob" bs=1 seek=10 conv=notrunc status=none
fails_with 1 "chunk 1 at byte 0 was changed" markets
rm "$blob"
fails_with 1 "the file is not there" markets
cp whole "$blob"
chmod 600 "$blob"
run markets --json
expect_status 1
expect_json '.exception == 1'
medchain-vault erase -q --yes --basis GDPR-17 Observation/30 --time "$(at 0)" >/dev/null
run markets --json
expect_status 1
expect_json '(.permit | not) and (.facts_known | not)'
