#!/usr/bin/env bash
# medchain-refer: what goes along says its code and date, and results of the same code near it are told to who has them.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
: "${MEDCHAIN_TEST_SHARING:?the path of medchain-sharing}"
make_sharing put
sharing() { "$MEDCHAIN_TEST_SHARING" "$1" L L.host "${@:2}"; }
glucose=2339-0
observation() { # ID SUBJECT CODE DATE
  printf '{"resourceType":"Observation","id":"%s","subject":{"reference":"%s"},"code":{"coding":[{"system":"http://loinc.org","code":"%s"}]}%s}\n' \
    "$1" "$2" "$3" "${4:+,\"effectiveDateTime\":\"$4\"}"
}
puts() { medchain-vault put -q --subject-from json:/subject/reference "$1" --time "$(at 0)" >/dev/null; }
act_as hosp-b
{
  observation one SubjectCanary001 $glucose 2025-02-01
  observation near SubjectCanary001 $glucose 2025-02-10T08:00:00+01:00
  observation far SubjectCanary001 $glucose 2024-01-01
  observation other SubjectCanary001 718-7 2025-02-02
  observation undated SubjectCanary001 $glucose
  observation stranger SubjectCanary002 $glucose 2025-02-01
} >lab.ndjson
puts lab.ndjson
echo SubjectCanary001 >subject
echo 'ReasonCanary please look' >reason
services=0
refers() { # OPTION...: hosp-b refers SubjectCanary001 to hosp-r
  act_as hosp-b
  services=$((services + 1))
  run medchain-refer create --to hosp-r --subject-file subject --service "s$services" --text-file reason --time "$(at 0)" "$@"
  expect_status 0
  referral=$(jq -r 'select(.type == "receipt") | .entry' "$out")
}
warnings() { grep -c ': warning: ' "$err" || true; }

it "lists what goes along, and warns of the nearest result of the same code, once"
refers --record Observation/one
expect_err '^medchain-refer: attached Observation/one: 2339-0 of 2025-02-01$'
expect_err "^medchain-refer: warning: 2339-0 of 2025-02-01 is known as Observation/near of 2025-02-10T08:00:00\+01:00 too, at 'hosp-b'\$"
[[ $(warnings) == 1 ]] || fail "$(<"$err")"
refers --record Observation/one --duplicate-days 500
expect_err 'known as Observation/near .*, and 1 more near it$'
refers --record Observation/one --duplicate-days 9
[[ $(warnings) == 1 ]]
refers --record Observation/one --duplicate-days 8
[[ $(warnings) == 0 ]]
refers --record Observation/one --duplicate-days 0
[[ $(warnings) == 0 ]]
expect_err 'attached Observation/one'

it "does not warn of what goes along itself, of other codes and subjects, or without a date"
refers --record Observation/one --record Observation/near
[[ $(warnings) == 0 ]] || fail "$(<"$err")"
[[ $(grep -c ': attached ' "$err") == 2 ]]
refers --record Observation/other
[[ $(warnings) == 0 ]]
refers --record Observation/undated
expect_err 'attached Observation/undated: 2339-0 of no date'
[[ $(warnings) == 0 ]]
refers
[[ $(warnings) == 0 ]]

it "tells programs by objects of their own, and nothing with --quiet"
refers --record Observation/one --json
jq -se 'map(select(.type == "attached")) == [{schema:"medchain/1",type:"attached",record:"Observation/one",code:"2339-0",date:"2025-02-01"}] and
  (map(select(.type == "duplicate"))[0] | .code == "2339-0" and .attached == "Observation/one" and .attached_date == "2025-02-01" and .holder == "hosp-b" and
  .record == "Observation/near" and .date == "2025-02-10T08:00:00+01:00" and .days == 9 and .more == 0 and .subject == "own")' "$err" >/dev/null || fail "$(<"$err")"
[[ $(jq -c .type "$out") == '"receipt"' ]]
refers --record Observation/one --quiet
[[ ! -s $err ]] || fail "$(<"$err")"
refused 2 usage 'duplicate-days' medchain-refer create --to hosp-r --subject-file subject --service x --text-file reason --duplicate-days 4000 --time "$(at 0)"

it "does the same act once, however it looks for doubles"
id=$(printf '%032d' 7)
refers --record Observation/one --id "$id"
first=$referral
services=$((services - 1))
refers --record Observation/one --id "$id" --duplicate-days 1
[[ $referral == "$first" ]] || fail "entry $referral, not $first"

it "tells a consultation the same"
run medchain-refer consult --to hosp-r --subject-file subject --service board --text-file reason --record Observation/one --time "$(at 0)"
expect_status 0
[[ $(warnings) == 1 ]]

it "shows the receiver what is attached before it accepts, and what it has itself"
act_as hosp-r
observation r1 R-7 $glucose 2025-01-20 >own.ndjson
puts own.ndjson
shown() { # what the inbox says of $referral
  run medchain-refer inbox --time "$(at 0)" "$@"
  expect_status 0
  awk -v of="referral $referral " 'index($0, "referral ") == 1 || index($0, "consultation ") == 1 { inside = index($0, of) == 1 } inside' "$out" >seen
}
shown
grep -qx '    attached: Observation/one: 2339-0 of 2025-02-01' seen || fail "$(<"$out")"
! grep -q warning "$out" || fail 'R-7 is not known to be SubjectCanary001'
observation r2 SubjectCanary001 $glucose 2025-02-03 >own.ndjson
puts own.ndjson
shown
grep -qx "    warning: 2339-0 of 2025-02-01 is known as Observation/r2 of 2025-02-03 too, at 'hosp-r', whose subject has the same identifier" seen || fail "$(<seen)"
shown --duplicate-days 1
! grep -q warning seen || fail "$(<seen)"

it "knows linked subjects, whatever they are called"
here=$(medchain-vault search --subject R-7 --json -q | jq -rs '.[0].subject_tag')
there=$(act_as hosp-b && medchain-vault search --subject-file subject --json -q | jq -rs '.[0].subject_tag')
sharing same keys/hosp-b "$there" keys/hosp-r "$here"
run medchain-refer inbox --json --time "$(at 0)"
expect_status 0
jq -se --argjson entry "$referral" 'map(select(.type == "duplicate" and .entry == $entry)) | length == 1 and .[0].record == "Observation/r2" and .[0].more == 1' "$out" >/dev/null || fail "$(<"$out")"
medchain-vault erase Observation/r2 --yes --basis B --time "$(at 0)" -q >/dev/null
shown
grep -qx "    warning: 2339-0 of 2025-02-01 is known as Observation/r1 of 2025-01-20 too, at 'hosp-r', whose subject is linked" seen || fail "$(<"$out")"

it "knows what the other hospital has released before"
act_as hosp-r
run medchain-refer create --to hosp-b --subject R-7 --service there --text-file reason --record Observation/r1 --with-records --time "$(at 0)"
expect_status 0
sent=$(jq -rs ".[0].entry" "$out")
(act_as hosp-b && medchain-refer accept -q "$sent" --time "$(at 0)" >/dev/null)
refers --record Observation/one
expect_err "warning: 2339-0 of 2025-02-01 is known as Observation/r1 of 2025-01-20T00:00:00Z too, at 'hosp-r', whose subject is linked"
[[ $(warnings) == 2 ]]
refers --record Observation/one --dry-run
[[ $(warnings) == 2 ]]

it "lists what others hold and goes along by a grant, too, which is no double"
new_keys hosp-c --role requester
admit hosp-c
act_as hosp-r
place=$(medchain-vault search --subject R-7 --json -q | jq -rs '.[0] | "\(.entry):\(.row)"')
run medchain-grant give --to hosp-b --record Observation/r1 --purpose TREAT --until 30d --onward 1 --time "$(at 0)"
expect_status 0
parent=$(jq -r .entry "$out")
medchain-grant release -q "$parent" --time "$(at 0)" >/dev/null
act_as hosp-b
run medchain-grant give --parent "$parent" --actor member:hosp-c --subject-tag "$here" --record "$place" --time "$(at 0)"
expect_status 0
child=$(jq -r .entry "$out")
run medchain-refer create --to hosp-c --subject-file subject --service on --text-file reason --record Observation/one --passed "$child" --time "$(at 0)"
expect_status 0
sent=$(jq -r .entry "$out")
expect_err 'attached Observation/one: 2339-0 of 2025-02-01$'
expect_err 'attached Observation/r1: 2339-0 of 2025-01-20T00:00:00Z$'
! grep -q "at 'hosp-r'" "$err" || fail "$(<"$err")"
act_as hosp-c
run medchain-refer inbox --json --time "$(at 0)"
jq -se --argjson entry "$sent" 'map(select(.entry == $entry and .type == "referral"))[0].terms.attached | map(.record) == ["Observation/one", "Observation/r1"]' "$out" >/dev/null || fail "$(<"$out")"

it "knows by an accepted referral what the other hospital calls a subject"
act_as hosp-r
observation r9 R-9 $glucose 2025-01-22 >own.ndjson
puts own.ndjson
act_as hosp-b
observation b9 B-9 $glucose 2025-01-23 >own.ndjson
puts own.ndjson
echo B-9 >subject
echo R-9 >called
refers --record Observation/b9
act_as hosp-r
shown
! grep -q warning seen || fail "$(<seen)"
run medchain-refer accept "$referral" --subject-file called --time "$(at 0)"
expect_status 0
refers --record Observation/b9
act_as hosp-r
shown
grep -qx "    warning: 2339-0 of 2025-01-23 is known as Observation/r9 of 2025-01-22 too, at 'hosp-r', the same by an earlier referral" seen || fail "$(<seen)"

it "does not take the sender's identifier for that of somebody here who has it too"
act_as hosp-b
echo R-7 >subject
observation b7 R-7 $glucose 2025-01-25 >own.ndjson
puts own.ndjson
refers --record Observation/b7
act_as hosp-r
refused 2 usage "of somebody here, who may be another person" medchain-refer accept "$referral" --time "$(at 0)"
shown
! grep -q 'by an earlier referral' seen || fail "$(<seen)"
act_as hosp-b
echo B-8 >subject
observation b8 B-8 $glucose 2025-01-26 >own.ndjson
puts own.ndjson
refers --record Observation/b8
echo R-9 >called

it "forgets whom it was about when nothing was accepted, and keeps it when only the receipt was lost"
act_as hosp-r
medchain-refer decline -q "$referral" --time "$(at 0)" >/dev/null
refused 9 referral.over "." medchain-refer accept "$referral" --subject-file called --time "$(at 0)"
refers --record Observation/b8
act_as hosp-r
shown
! grep -q 'by an earlier referral' seen || fail "$(<seen)"
fails_with 7 "." medchain-refer accept "$referral" --subject-file called --time "$(at 0)" --output /dev/full
refers --record Observation/b8
act_as hosp-r
shown
grep -q 'known as Observation/r9 .* the same by an earlier referral' seen || fail "$(<seen)"

it "takes who a referral of one's own was about when it is answered"
echo B-9 >subject
run medchain-refer create --to hosp-b --subject-file subject --service answer --text-file reason --time "$(at 0)"
expect_status 0
sent=$(jq -rs '.[0].entry' "$out")
act_as hosp-b
refused 2 usage "may be another person" medchain-refer accept "$sent" --time "$(at 0)"
run medchain-refer accept "$sent" --subject-file subject --time "$(at 0)"
expect_status 0
run medchain-refer complete "$sent" --text-file reason --time "$(at 0)"
expect_status 0
run medchain-refer create --to hosp-r --subject-file subject --service back --text-file reason --based-on "$sent" --time "$(at 0)"
expect_status 0
back=$(jq -rs '.[0].entry' "$out")
act_as hosp-r
run medchain-refer accept "$back" --time "$(at 0)"
expect_status 0

it "puts nothing of it on the ledger, and changes no status"
run medchain-verify ledger -q
expect_status 0
no_trace SubjectCanary001 ReasonCanary
! grep -rlaF -e "$glucose" -e Observation/one -e 2025-02-01 L L.host L.packages || fail 'it is on the ledger'
