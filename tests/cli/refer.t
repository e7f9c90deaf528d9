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
expect_out 'text: ReasonCanary dyspnoea on exertion'
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

first=$referral

it "brings documents, which who is asked reads before it accepts, and nobody else"
printf '%%PDF-1.4 ApplicationCanary\n' >'Überweisung 转诊.pdf'
head -c 300000 /dev/urandom >scan.bin
refers documents --application 'Überweisung 转诊.pdf' --application scan.bin
documents=$referral
act_as hosp-r
run medchain-refer show "$documents"
expect_status 0
expect_out "^entry $documents: create by hosp-b, "
expect_out 'document: scan.bin, 300000 bytes'
run medchain-refer show "$documents" --json -C application
expect_status 0
expect_json '.act == "create" and .referral == .hash and [.terms.documents[].name] == ["scan.bin", "Überweisung 转诊.pdf"]'
cmp scan.bin application/scan.bin
cmp 'Überweisung 转诊.pdf' 'application/Überweisung 转诊.pdf'
[[ $(stat -c %a application/scan.bin) == 600 && $(find application -type f | wc -l) == 2 ]]
run medchain-refer show "$documents" -q -C application # again: they are there
expect_status 0
echo other >application/scan.bin
fails_with 7 'it is there already, with other bytes' medchain-refer show "$documents" -q -C application -o /dev/null
act_as hosp-c
run medchain-refer show "$documents" -C theirs
expect_status 5
expect_out 'words: cannot be opened'
[[ ! -e theirs ]] || fail 'something was written'
act_as hosp-b
no_trace ApplicationCanary 转诊.pdf
mkfifo pipe
mkdir directory
for path in pipe directory /dev/zero; do
  fails_with 3 "is not a regular file" timeout 20 medchain-refer create --to hosp-c --subject-file subject --service x --text-file reason --application $path --time "$(at 0)"
done
refused 2 usage "two files are named 'scan.bin'" refer create --to hosp-c --subject-file subject --service x --text-file reason --application scan.bin --application application/scan.bin
refused 3 input.unreadable 'no-such.pdf' refer create --to hosp-c --subject-file subject --service x --text-file reason --application no-such.pdf
refused 2 usage "begins with '\.'" refer create --to hosp-c --subject-file subject --service x --text-file reason --application .hidden

it "shows nothing of a package that was changed"
file=$(file_of "$documents")
cp "$file" whole
chmod u+w "$file"
{ head -c 150000 whole; printf '\377'; tail -c +150002 whole; } >"$file"
act_as hosp-r
run medchain-refer show "$documents" -C damaged
expect_status 1
expect_out 'words: cannot be opened'
expect_err "entry $documents: .*it was changed"
[[ ! -e damaged ]] || fail 'something was written'
cat whole >"$file"
run refer decline "$documents" --text-file reason --document scan.bin
expect_status 0
act_as hosp-b
run medchain-refer show "$(jq -r .entry "$out")" -C declined
expect_status 0
expect_out ': decline by hosp-r, '
cmp scan.bin declined/scan.bin
run medchain-refer show "$documents"
[[ $(grep -c '^entry ' "$out") == 2 ]] || fail 'expected two entries'
refused 3 entry.missing "no records of 'hosp-b' go with the referral" refer release "$documents"
referral=$first

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
run refer release "$board"
expect_status 0
expect_err "released 1 record to 'hosp-c'"
expect_err "released 1 record to 'hosp-r'"
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
