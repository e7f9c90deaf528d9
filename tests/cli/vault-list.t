#!/usr/bin/env bash
# medchain-vault list: which versions are here, by subject, type, time and state.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger L
observation() { printf '{"resourceType":"Observation","id":"%s","subject":{"reference":"Patient/%s"},"v":"%s"}\n' "$1" "$2" "${3:-}"; }
{ observation o1 p1 && observation o2 p2; } >first.ndjson
medchain-vault put -q first.ndjson --time "$(at 1)" >/dev/null
{ observation o1 p1 changed && patients 1 9; } >second.ndjson
medchain-anchor -q second.ndjson --time "$(at 60)" >/dev/null
medchain-vault put -q --emit --time "$(at 61)" < <(observation o3 p1) >emitted
records() { jq -r 'select(.type == "version") | .record + " " + .state' "$out" | paste -sd, ; }

it "lists all versions, oldest first, with state, place, size and copy"
run medchain-vault list --json
expect_status 0
[[ $(records) == "Observation/o1 superseded,Observation/o2 anchored,Observation/o1 anchored,Patient/p9 anchored,Observation/o3 pending" ]] ||
  fail "$(records)"
expect_json -n '[inputs] | length == 6 and .[0].entry == 1 and .[0].row == 0 and .[0].copy and .[0].subject == "Patient/p1"
  and .[0].anchored == "2025-03-01T09:01:00Z" and .[2].copy == null and .[4].entry == null and .[4].copy
  and .[5] == {"schema":"medchain/1","type":"summary","count":5,"complete":true}'
run medchain-vault list
expect_out '^ANCHORED +STATE +SIZE  COPY  SUBJECT +RECORD$'
expect_out '^2025-03-01T09:01:00Z  superseded +[0-9]+  yes   Patient/p1  Observation/o1$'
expect_out '^ +pending +[0-9]+  yes   Patient/p1  Observation/o3$'
expect_err '^medchain-vault: 5 versions$'

it "finds the versions of a subject, whose name need not be on the command line"
run medchain-vault list --json --subject Patient/p2
[[ $(records) == "Observation/o2 anchored" ]]
printf 'Patient/p1\r\nnot this\n' >subject
run medchain-vault list --json --subject-file subject
[[ $(records) == "Observation/o1 superseded,Observation/o1 anchored,Observation/o3 pending" ]] || fail "$(records)"
medchain-vault list --json -q --subject-file - <<<Patient/p1 | cmp - "$out"
run medchain-vault list --json --subject Patient/p8
expect_status 0
expect_json '.type == "summary" and .count == 0'
run medchain-vault list --subject Patient/p8
expect_status 0
expect_out_empty
fails_with 2 "takes the place of" medchain-vault list --subject a --subject-file subject
: >empty
fails_with 3 "empty" medchain-vault list --subject-file empty

it "filters by type, time and state, all of which must fit"
run medchain-vault list --json --type Patient
[[ $(records) == "Patient/p9 anchored" ]]
run medchain-vault list --json --since "$(at 60)"
[[ $(records) == "Observation/o1 anchored,Patient/p9 anchored" ]]
run medchain-vault list --json --until "$(at 60)"
[[ $(records) == "Observation/o1 superseded,Observation/o2 anchored" ]]
for state in pending superseded; do
  run medchain-vault list --json --state "$state"
  [[ $(records) == Observation/o?" $state" ]]
done
run medchain-vault list --json --state anchored --type Observation --since "$(at 60)"
[[ $(records) == "Observation/o1 anchored" ]]
fails_with 2 "state" medchain-vault list --state gone

it "sees what landed since, and what was erased"
medchain-vault put -q --time "$(at 62)" < <(observation o3 p1) >/dev/null
run medchain-vault list --json --state pending
expect_json '.count == 0'
cp -r "$MEDCHAIN_VAULT" erased
dd if=/dev/zero of=erased/secrets bs=32 seek=2 count=1 conv=notrunc status=none
run medchain-vault list --json --state erased --vault erased
expect_json -n '[inputs | select(.type == "version")] | length == 1 and .[0].state == "erased"'

it "aligns wide characters and escapes what would move the cursor"
printf '{"resourceType":"Basic","id":"w1","who":"\xe5\xbc\xa0\xe4\xb8\x89"}\n' >wide.ndjson
medchain-anchor -q wide.ndjson --subject-from json:/who --time "$(at 63)" >/dev/null
run medchain-vault list --type Basic
expect_out $'  \xe5\xbc\xa0\xe4\xb8\x89     Basic/w1$'
printf 'x' >$'evil\e[2J.bin'
medchain-anchor -q $'evil\e[2J.bin' --time "$(at 64)" >/dev/null
run medchain-vault list --type file
expect_no_out $'\e'

it "writes a file of its owner only, and none of another ledger's"
medchain-vault list -q -o listed
[[ $(stat -c %a listed) == 600 ]]
vault=$MEDCHAIN_VAULT
new_ledger other
fails_with 8 "is of another ledger" medchain-vault list --vault "$vault"
