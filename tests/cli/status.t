#!/usr/bin/env bash
# medchain status: what there is, and what needs attention.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/verify-fixtures.sh"
make_ledger

it "shows the ledger, the member and the last anchor"
run medchain status
expect_status 0
expect_out "^ledger  *ledger.test.example/main$"
expect_out "^member  *hosp-a \(active\)$"
expect_out "^entries  *6, 106 records$"
expect_out "^last anchor  *20..-..-..T..:..:..Z \(.* ago\)$"
expect_out "^witnessed  *no witnesses in the policy$"
expect_no_out "^attention"
expect_err_empty

it "says the same in JSON"
run medchain status --json
expect_status 0
expect_json '.type == "summary" and .ledger == "ledger.test.example/main" and .entries == 6 and .records == 106 and .member == "hosp-a" and
  .member_status == "active" and .pending == 0 and .witnesses == 0 and .quorum == 0 and .quorum_met and .attention == [] and .status == 0 and .complete and .file_bytes > 0'
[[ $(wc -l <"$out") == 1 ]]

it "ends with status 1 where nothing was anchored for too long"
run medchain status --max-age 1h
expect_status 0
later=$(date -u -d '+3 hours' +%Y-%m-%dT%H:%M:%SZ)
run medchain status --max-age 2h --time "$later"
expect_status 1
expect_out "^attention  *nothing was anchored within 2h$"
run medchain status --max-age 2h --time "$later" --json
expect_status 1
expect_json '.attention == ["nothing was anchored within 2h"] and .status == 1'
run medchain status --max-age 4h --time "$later"
expect_status 0
fails_with 2 "max-age" medchain status --max-age 2
fails_with 2 "max-age" medchain status --max-age -- -1h

it "looks at the member's own anchors"
medchain-init --origin empty.test.example/main -l E -q >/dev/null
run medchain status -l E --vault none --json
expect_status 0
expect_json '(has("last_anchor") | not) and .entries == 1'
run medchain status -l E --vault none --max-age 1h
expect_status 1
expect_out "^last anchor  *never$"

it "tells what waits in the vault"
echo waiting >waiting.txt
medchain-anchor -q --emit waiting.txt >/dev/null
run medchain status --json
expect_status 1
expect_json '.pending == 1 and (.attention | length) == 1'
run medchain status
expect_status 1
expect_out "^attention  *1 "

it "tells a member that is not one any more"
medchain-key new --name visitor --key keys/v --role custodian -q >/dev/null
run medchain status -k keys/v --vault none --json
expect_json '.member == "visitor" and .member_status == "none"'
run medchain status -k nowhere --vault none
expect_out "^member  *\(no key directory\)$"

it "asks for cosignatures that the policy demands"
medchain-key new --name w1 --key keys/w1 --role witness --witness-key -q >/dev/null
printf 'witnesses:\n  - name: w1\n    key: %s\nquorum: 1\n' "$(head -n1 keys/w1/w1.member | jq -r .witness)" >witnesses.yaml
medchain-init --origin w.test.example/main -l W --founder keys/w1/w1.member --policy witnesses.yaml -q >/dev/null
run medchain status -l W --vault none --json
expect_status 10
expect_json '.witnesses == 1 and .quorum == 1 and .cosigned == 0 and (.quorum_met | not) and .status == 10'
run medchain-verify ledger -l W --json
expect_status 10
expect_json 'select(.type == "summary") | .status == 10 and .findings == 0 and (.witnessed | not)'
expect_err "lacks cosignatures: the policy demands 1 of 1 witnesses"

it "has no answer where there is no ledger"
fails_with 4 "nowhere" medchain status -l nowhere
fails_with 4 "data.mdb" medchain status -l files
run env -u MEDCHAIN_LEDGER medchain status
expect_status 2
expect_out_empty
fails_with 2 "." medchain status extra
run bash -c 'medchain status >/dev/full'
expect_status 7

it "does not stop at other tools' names"
run medchain verify ledger
expect_status 0
run medchain help
expect_status 0
expect_out "^is the ledger intact\?  *medchain-verify ledger"
fails_with 2 "." medchain frobnicate
fails_with 2 "there is no manual page for 'ls'" medchain help ls
