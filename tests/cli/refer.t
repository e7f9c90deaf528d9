#!/usr/bin/env bash
# medchain-refer: a referral from create to its outcome, what is refused with which id, and a consultation.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing put
new_keys hosp-c --role requester
admit hosp-c
echo SubjectCanary001 >subject
echo 'ReasonCanary dyspnoea on exertion' >reason
echo 'OutcomeCanary all normal' >outcome
minute=0
refer() { medchain-refer "$@" --time "$(at $minute)"; }
# refers SERVICE [OPTION...]: hosp-b refers SubjectCanary001 to hosp-r for it; $referral is its index.
refers() {
  act_as hosp-b
  run refer create --to hosp-r --subject-file subject --service "$1" --text-file reason "${@:2}"
  expect_status 0
  referral=$(jq -r .entry "$out")
}
state_of() { medchain-refer list --json | jq -r "select(.entry == $1) | .state"; }

it "refers a subject with a record: the receiver reads for what and why, others see that there is one"
refers ServiceCanary7 --record Observation/9 --urgent --contact ContactCanary
expect_err "referred to 'hosp-r'"
act_as hosp-r
run medchain-refer inbox
expect_status 0
expect_out "referral $referral of hosp-b, urgent"
expect_out 'subject: SubjectCanary001'
expect_out 'service: ServiceCanary7'
expect_out 'reason: ReasonCanary dyspnoea on exertion'
expect_out 'contact: ContactCanary'
run medchain-refer inbox --json
expect_json "select(.entry == $referral) | .state == \"received\" and .urgent and .terms.service == \"ServiceCanary7\""
for name in hosp-c hosp-a; do
  act_as $name
  run medchain-refer inbox
  expect_status 0
  [[ ! -s $out ]] || fail "$name sees $(cat "$out")"
done
run medchain-refer list
expect_out "^ +$referral +referral +received +hosp-b +hosp-r +yes "
no_trace SubjectCanary001 ReasonCanary ServiceCanary7 ContactCanary PersonCanary0001

it "releases and opens nothing before it is accepted, and says what is missing"
act_as hosp-b
refused 8 grant.not_yet 'the referral is not accepted yet' refer release "$referral"
act_as hosp-r
refused 8 entry.state 'nothing was released' refer open "$referral" -C got
[[ ! -e got ]] || fail 'something was written'
act_as hosp-c
refused 5 access.denied "'hosp-c' has no part in the referral" refer accept "$referral"
act_as hosp-b
refused 5 access.denied "'accept' is not for the initiator" refer accept "$referral"

it "gives the very bytes to who accepted it"
act_as hosp-r
run refer accept "$referral"
expect_status 0
expect_err "accepted the referral of entry $referral"
refused 8 entry.state "is accepted, 'accept' needs one that is received" refer accept "$referral"
[[ $(medchain-refer inbox) == '' ]] || fail 'still in the inbox'
act_as hosp-b
run refer release "$referral"
expect_status 0
expect_err "released 1 record to 'hosp-r'"
act_as hosp-r
run refer open "$referral" -C got
expect_status 0
head -n 1 observations.ndjson | tr -d '\n' | cmp - got/Observation-9.json

it "refuses a second of its like, unless it says which one it doubles"
act_as hosp-b
again=(create --to hosp-r --subject-file subject --service ServiceCanary7 --text-file reason)
refused 8 referral.duplicate "entry $referral refers the subject to 'hosp-r'" refer "${again[@]}"
run refer "${again[@]}" --duplicate-of "$referral"
expect_status 0
double=$(jq -r .entry "$out")
act_as hosp-r
run refer decline "$double" --text-file reason
expect_status 0
[[ $(state_of "$double") == rejected ]]
refused 9 referral.over "is rejected since" refer accept "$double"

it "refuses records that are not the author's, of another subject, or not there"
act_as hosp-b
other=(create --to hosp-c --subject-file subject --service x --text-file reason)
refused 5 record.subject 'is about another subject' refer "${other[@]}" --record Observation/10
refused 3 record.unknown '' refer "${other[@]}" --record Observation/77
refused 3 record.unknown 'no row|has no row|rows' refer "${other[@]}" --record 3:7
refused 2 usage "option '--service' is needed|'--service' is missing" refer create --to hosp-c --subject-file subject --text-file reason
refused 2 usage "option '--subject'" refer create --to hosp-c --service x --text-file reason

it "says where it is, and ends with an outcome, after which nothing is released or opened"
act_as hosp-r
refused 2 usage 'expected one of the options' refer update "$referral"
refused 2 usage "'--no-show' does not go with|'--schedule' does not go with" refer update "$referral" --schedule --no-show
for step in schedule no-show reschedule; do
  run refer update "$referral" --$step
  expect_status 0
done
[[ $(state_of "$referral") == scheduled ]]
refused 2 usage "option '--text-file' is needed" refer complete "$referral"
run refer complete "$referral" --text-file outcome
expect_status 0
[[ $(state_of "$referral") == completed ]]
refused 9 referral.over 'completed' refer open "$referral" -C again
[[ ! -e again ]] || fail 'something was written'
act_as hosp-b
refused 9 referral.over 'the referral ended' refer release "$referral"
no_trace OutcomeCanary

it "goes back to who had referred, as the answer to it"
act_as hosp-r
run refer create --to hosp-b --subject-file subject --service follow-up --text-file outcome --based-on "$referral"
expect_status 0
back=$(jq -r .entry "$out")
medchain-refer list --json | jq -es ".[] | select(.entry == $back) | .based_on != null" >/dev/null

it "is cancelled by both"
refers other --record Observation/9
act_as hosp-r
refused 5 access.denied 'not for the recipient' refer cancel "$referral" --request
act_as hosp-b
run refer cancel "$referral" --request
expect_status 0
refused 5 access.denied 'not for the initiator' refer cancel "$referral" --confirm
act_as hosp-r
run refer cancel "$referral" --confirm
expect_status 0
[[ $(state_of "$referral") == cancelled ]]

it "tells with a failing status what waits for too long"
act_as hosp-b
run refer create --to hosp-c --subject-file subject --service ageing --text-file reason
expect_status 0
minute=$((60 * 24 * 9))
run refer create --to hosp-c --subject-file subject --service later --text-file reason
expect_status 0
act_as hosp-c
run refer inbox --max-age 7d
expect_status 1
expect_out 'service: ageing'
expect_out ', overdue$'
run refer inbox --max-age 10d
expect_status 0
run refer list --max-age 7d --open
expect_status 1
expect_out ' received overdue '

it "asks several for an opinion; each opens, each answers, and the end ends it for all"
act_as hosp-b
run refer consult --to hosp-r --to hosp-c --subject-file subject --service board --text-file reason --record Observation/9
expect_status 0
board=$(jq -r .entry "$out")
for name in hosp-r hosp-c; do
  act_as hosp-b
  run refer release "$board" --to $name
  expect_status 0
done
act_as hosp-r
rm -rf got
run refer open "$board" -C got
expect_status 0
run refer opinion "$board" --text-file outcome
expect_status 0
act_as hosp-b
refused 5 access.denied "'opinion' is not for the initiator" refer opinion "$board" --text-file outcome
run refer close "$board" --text-file outcome
expect_status 0
act_as hosp-c
refused 9 referral.over 'closed' refer open "$board" -C got-c
[[ ! -e got-c ]] || fail 'something was written'
refused 9 referral.over 'is closed since' refer opinion "$board" --text-file outcome
medchain-refer list --json | jq -es ".[] | select(.entry == $board) | .state == \"closed\" and (.opinions | length == 1) and .outcome != null" >/dev/null

it "refuses a version that was superseded"
act_as hosp-b
sed -i 's/2025-02-01/2025-02-11/' observations.ndjson
medchain-vault put -q --subject-from json:/subject/reference observations.ndjson --time "$(at $minute)" >/dev/null
refused 8 record.superseded 'has a newer version' refer "${other[@]}" --record 3:0

it "leaves nothing of it on the ledger, which verifies"
no_trace SubjectCanary001 ReasonCanary ServiceCanary7 OutcomeCanary PersonCanary0001
run medchain-verify ledger -q
expect_status 0
