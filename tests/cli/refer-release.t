#!/usr/bin/env bash
# medchain-refer release: at once, from cron, to all who are asked, with records of others; and what create looks at first.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing put
new_keys hosp-c --role custodian --role requester
MEDCHAIN_PERSON='' admit hosp-c
echo SubjectCanary001 >subject
echo 'ReasonCanary dyspnoea on exertion' >reason
refer() { medchain-refer "$@" --time "$(at 0)"; }
# refers SERVICE [OPTION...]: hosp-b refers SubjectCanary001 to hosp-r for it; $referral is its index.
refers() {
  act_as hosp-b
  run refer create --to hosp-r --subject-file subject --service "$1" --text-file reason "${@:2}"
  expect_status 0
  referral=$(jq -rs '.[0].entry' "$out")
}
accepts() {
  act_as hosp-r
  run refer accept "$referral"
  expect_status 0
}
opens() {
  rm -rf got
  act_as "${2-hosp-r}"
  run refer open "$referral" -C got
  expect_status "$1"
}
head -n 1 observations.ndjson | tr -d '\n' >o9

it "seals the records at once where it is urgent; they are opened only after acceptance"
refers urgent --record Observation/9 --urgent --with-records
expect_err "referred to 'hosp-r'"
expect_err "released 1 record to 'hosp-r'"
[[ $(jq -r .kind "$out" | paste -sd' ') == 'referral release' ]] || fail "$(<"$out")"
opens 8
expect_err 'the referral is not accepted yet'
was_denied hosp-r grant.not_yet
[[ ! -e got ]] || fail 'something was written'
accepts
opens 0
same got/Observation-9.json o9
act_as hosp-b
fails_with 0 'all of it was released before' refer release "$referral" --new

it "completes what a killed run has begun, and does nothing twice"
id=00112233445566778899aabbccddeeff
refers again --record Observation/9 --id $id
entries=$(entry_count L)
run refer create --to hosp-r --subject-file subject --service again --text-file reason --record Observation/9 --id $id
expect_status 0
[[ $(entry_count L) == "$entries" ]] || fail 'something was appended'
fails_with 2 "'--with-records' does not go with '--emit'" refer create --to hosp-r --subject-file subject --service x --text-file reason --with-records --emit

it "releases from cron what was accepted and not released yet, and nothing twice"
refers first --record Observation/9
accepts
waits=$referral
refers second --record Observation/9
run refer release --standing
expect_status 0
expect_err '1 release by referrals'
run refer release --standing
expect_status 0
expect_err '0 releases by referrals'
[[ ! -s $out ]] || fail "$(<"$out")"
referral=$waits
opens 0
fails_with 2 'takes no operand' refer release --standing "$referral"
fails_with 2 "'--to' does not go with '--standing'" refer release --standing --to hosp-r
fails_with 2 "expected a referral, or '--standing'" refer release

it "takes records by file and by digest, and those of a named system"
printf '{"resourceType":"DiagnosticReport","id":"f1",\n "subject":{"reference":"SubjectCanary001"},"conclusion":"FileCanary"}' >report.json
act_as hosp-b
medchain-vault put -q --subject-from json:/subject/reference report.json --time "$(at 0)" >/dev/null
medchain-vault put -q --subject-from json:/subject/reference --source lis - --time "$(at 0)" >/dev/null \
  <<<'{"resourceType":"Observation","id":"l1","subject":{"reference":"SubjectCanary001"}}'
digest=sha256:$(sha256sum report.json | cut -d' ' -f1)
refused 3 record.unknown '' refer create --to hosp-r --subject-file subject --service file --text-file reason --record Observation/l1
refers file --record report.json --with-records
accepts
opens 0
cmp report.json got/*
refers digest --record "$digest" --record Observation/l1 --source lis --dry-run
[[ $(jq -r .dry_run "$out") == true ]] || fail "$(<"$out")"

it "opens all of it that was released in parts, and what came again once"
printf '{"resourceType":"Observation","id":"f2",\n "subject":{"reference":"SubjectCanary001"}}' >second.json
act_as hosp-b
medchain-vault put -q --subject-from json:/subject/reference second.json --time "$(at 0)" >/dev/null
refers parts --record report.json --record second.json --record Observation/9
accepts
act_as hosp-b
run refer release "$referral" report.json
expect_err "released 1 record to"
run refer release "$referral" second.json
run refer release "$referral" --new
expect_err "released 1 record to"
opens 0
[[ $(jq -r .kind "$out" | paste -sd' ') == 'use use use' ]] || fail "$(<"$out")"
same got/Observation-9.json o9
[[ $(find got -type f | wc -l) == 3 ]] || fail "$(ls got)"
act_as hosp-b
run refer release "$referral"
expect_err "released 3 records to"
opens 0
[[ $(jq -r .kind "$out") == use && $(find got -type f | wc -l) == 3 ]] || fail "$(<"$out")"

it "gives the version that was referred when there is a newer one"
refers version --record Observation/9
sed -i 's/2025-02-01/2025-02-11/' observations.ndjson
medchain-vault put -q --subject-from json:/subject/reference observations.ndjson --time "$(at 0)" >/dev/null
accepts
act_as hosp-b
run refer release "$referral"
expect_status 0
opens 0
same got/Observation-9.json o9

it "passes on records of others with it, which wait, are released and end with the referral"
act_as hosp-c
medchain-vault put -q --subject-from json:/subject/reference - --time "$(at 0)" >receipt <<<'{"resourceType":"Observation","id":"c1","subject":{"reference":"TheirCanary"}}'
theirs=$(medchain-vault search --subject TheirCanary --json -q | jq -r 'select(.subject_tag) | .subject_tag')
medchain-grant give --to hosp-b --purpose TREAT --until 90d --record Observation/c1 --subject TheirCanary --onward 1 --time "$(at 0)" >given
parent=$(jq -r .entry given)
medchain-grant release "$parent" --time "$(at 0)" >released
act_as hosp-b
medchain-grant open "$(jq -r .entry released)" -C theirs --time "$(at 0)" -q >/dev/null
place=$(jq -r 'select(.kind == "anchor") | "\(.entry):0"' receipt)
medchain-grant give --parent "$parent" --actor member:hosp-r --record "$place" --subject-tag "$theirs" --time "$(at 0)" >given
child=$(jq -r .entry given)
refused 5 record.subject 'both members have not linked' refer create --to hosp-r --subject-file subject --service passed --text-file reason --passed "$child"
medchain-vault link --subject-file subject --with hosp-c --with-tag "$theirs" --emit -q --time "$(at 0)" >line
medchain-member endorse -k keys/hosp-c --time "$(at 0)" <line >/dev/null
refers passed --record report.json --passed "$child"
refused 8 grant.not_yet 'not accepted yet' medchain-grant release "$child" --time "$(at 0)"
accepts
act_as hosp-b
run refer release --standing
expect_status 0
expect_err '2 releases by referrals'
opens 0
[[ $(find got -type f | wc -l) == 2 && $(jq -r .kind "$out" | paste -sd' ') == 'use use' ]] || fail "$(ls got)"
run refer complete "$referral" --text-file reason
expect_status 0
act_as hosp-b
refused 9 referral.over 'the referral ended' medchain-grant release "$child" --time "$(at 0)"

it "asks a group, and releases to each who is in it and has not declined"
act_as hosp-a
MEDCHAIN_PERSON='' medchain-member group create team hosp-c hosp-r --time "$(at 0)" -q >/dev/null
act_as hosp-b
run refer consult --group team --subject-file subject --service board --text-file reason --record report.json --with-records
expect_status 0
referral=$(jq -rs '.[0].entry' "$out")
expect_err "released 1 record to 'hosp-c'"
expect_err "released 1 record to 'hosp-r'"
opens 0 hosp-c
act_as hosp-a
MEDCHAIN_PERSON='' medchain-member group leave team hosp-c --time "$(at 0)" -q >/dev/null
opens 5 hosp-c
expect_err "does not ask 'hosp-c', or not any more"
[[ ! -e got ]] || fail 'something was written'
opens 0
run refer decline "$referral"
expect_status 0
act_as hosp-b
refused 3 entry.missing "no records of 'hosp-b'" refer release "$referral"

it "names the record in a package of which one bit was flipped, and records that it could not be opened"
{ printf '{"resourceType":"DiagnosticReport","id":"large","subject":{"reference":"SubjectCanary001"},"conclusion":"'; head -c 150000 /dev/urandom | od -An -tx1 | tr -d ' \n'; printf '"}'; } >large.json
act_as hosp-b
medchain-vault put -q --subject-from json:/subject/reference large.json --time "$(at 0)" >/dev/null
refers flipped --record large.json --with-records
accepts
package=$(file_of "$(medchain-grant list --releases --json | jq -s 'last.entry')")
chmod u+w "$package"
cp "$package" whole
{ head -c 200000 whole; head -c 200001 whole | tail -c 1 | tr '\000-\377' '\001-\377\000'; tail -c +200002 whole; } >"$package"
opens 1
expect_err "member 'records/DiagnosticReport-large': .*it was changed"
[[ ! -e got ]] || fail 'something was written'
medchain-grant list --uses --json | jq -es 'last | .outcome == "failed" and .problem == "age.payload_damaged"' >/dev/null || fail "$(medchain-grant list --uses --json | tail -n 1)"
cat whole >"$package"
opens 0

it "records who tried what is not allowed"
refers refused --record report.json
act_as hosp-c
fails_with 5 "'hosp-c' has no part" refer accept "$referral"
expect_err 'recorded the refusal at entry'
was_denied hosp-c access.denied

it "refuses records whose copies are damaged or gone, naming their place"
act_as hosp-b
damage=(create --to hosp-c --subject-file subject --service damaged --text-file reason --record report.json)
for blob in "$MEDCHAIN_VAULT"/blobs/*; do
  chmod u+w "$blob"
  printf '\377\377' | dd of="$blob" bs=1 seek=3 conv=notrunc 2>/dev/null
done
refused 1 copy.damaged 'record [0-9]+:0' refer "${damage[@]}"
medchain-anchor -q --subject-from json:/subject/reference - --time "$(at 0)" >/dev/null <<<'{"resourceType":"Observation","id":"a1","subject":{"reference":"SubjectCanary001"}}'
refused 3 copy.missing 'record [0-9]+:0' refer "${damage[@]/report.json/Observation/a1}"

it "leaves nothing of it on the ledger, which verifies"
no_trace SubjectCanary001 ReasonCanary FileCanary PersonCanary0001
run medchain-verify ledger -q
expect_status 0
