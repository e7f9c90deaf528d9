#!/usr/bin/env bash
# medchain-grant list: requests and grants of any party, with their states at log time.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing

it "is empty where nothing was asked"
run medchain-grant list
expect_status 0
expect_out_empty
run medchain-grant list --json
expect_out_empty

it "shows requests and grants in the order of the log, in text and JSON"
ask --uses 3
ask --type Observation
act_as hosp-b
medchain-grant give 4 -q --uses 2 --time "$(at 0)" >/dev/null
medchain-grant deny 5 -q --reason no --time "$(at 0)" >/dev/null
run medchain-grant list
expect_out "^ *ENTRY +KIND +STATE +BY +TO +PURPOSE +USES +UNTIL$"
expect_out "^ +4 +request +narrowed +hosp-r +hosp-b +HRESCH +3 +2025-05-30T09:00:00Z$"
expect_out "^ +5 +request +denied +hosp-r "
expect_out "^ +6 +grant +active +hosp-b +hosp-r +HRESCH +0/2 "
run medchain-grant list --json
[[ $(jq -r .entry "$out" | paste -sd' ') == "4 5 6" ]]

it "filters by kind, party and state"
run medchain-grant list --grants --json
expect_out_is "$(grep '"type":"grant"' "$out")"
entries() { medchain-grant list --json "$@" | jq -r .entry | paste -sd' '; }
[[ $(entries --requests) == "4 5" && $(entries --by hosp-r) == "4 5" && $(entries --by hosp-b) == "6" ]]
[[ $(entries --to hosp-b) == "4 5" && $(entries --to hosp-r) == "6" && $(entries --to hosp-a) == "" ]]
[[ $(entries --state denied) == "5" && $(entries --state active) == "6" && $(entries --state expired) == "" ]]
[[ $(entries --uses) == "" && $(entries --releases) == "" ]]
fails_with 2 "expected .*requested.*got 'open'" medchain-grant list --state open
fails_with 2 "option '--by'" medchain-grant list --by 'Hosp B'

it "follows a grant through its states"
state() { medchain-grant list --grants --json | jq -r 'select(.entry == 6) | .state'; }
medchain-grant suspend 6 -q --time "$(at 0)" >/dev/null
[[ $(state) == suspended ]]
medchain-grant resume 6 -q --time "$(at 0)" >/dev/null
[[ $(state) == active ]]

it "lets requests and grants expire at log time, which moves when something is appended"
act_as hosp-r
ask --expires 1d
last=$asked
run medchain-grant list --json --state requested
expect_json ".entry == $last"
medchain-member group create team hosp-a -q -k keys/hosp-a --time "$(at 200000)" >/dev/null
run medchain-grant list --json --state expired
[[ $(jq -r .entry "$out" | paste -sd' ') == "6 $last" ]] || fail "expired: $(jq -r .entry "$out" | paste -sd' ')"

it "reads neither keys nor vault"
run env MEDCHAIN_KEY=/nowhere MEDCHAIN_VAULT=/nowhere medchain-grant list
expect_status 0
