#!/usr/bin/env bash
# medchain-refer: orders in FHIR R4, read by create and printed by list and inbox.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq python3
make_sharing put
new_keys hosp-c --role requester
admit hosp-c
minute=0
refer() { medchain-refer "$@" --time "$(at $minute)"; }
request() { # JQ: what the order becomes
  jq -c "${1:-.}" <<'J'
{"resourceType":"ServiceRequest","status":"active","intent":"order","priority":"urgent",
 "code":{"coding":[{"code":"ServiceCanary7","display":"Heart"}]},
 "subject":{"reference":"SubjectCanary001"},
 "performer":[{"identifier":{"system":"urn:medchain:member","value":"hosp-r"}}],
 "occurrencePeriod":{"end":"2025-06-30"},
 "reasonCode":[{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":"I20.9","display":"ReasonCanary angina"}]}],
 "note":[{"text":"NoteCanary since spring"}],
 "quantityQuantity":{"value":1.50},
 "supportingInfo":[{"reference":"Observation/9"},{"display":"an old letter"},{"reference":"#photo"}]}
J
}
task() { # JQ: the same as a Task with its ServiceRequest in it
  request "${1:-.}" | jq -c '{resourceType:"Task",status:"requested",intent:"order",contained:[. + {id:"r"} | del(.performer, .occurrencePeriod)],
    focus:{reference:"#r"},for:.subject,owner:.performer[0],restriction:{period:{end:"2025-06-30"}}}'
}
entry_of() { "$MEDCHAIN_TEST_TAMPER" L get "$1" | sed -n 1p; }
# creates FILE [OPTION...]: hosp-b creates of it; $referral is its index.
creates() {
  act_as hosp-b
  run refer create --fhir "$@"
  expect_status 0
  referral=$(jq -rs ".[0].entry" "$out")
}
ends() { # so that the next of its kind is no double
  act_as hosp-r
  refer decline -q "$1" >/dev/null
  act_as hosp-b
}
inbox_of() { act_as hosp-r && medchain-refer inbox --json | jq -c "select(.entry == $1)"; }

it "creates a referral of a ServiceRequest on standard input, and the receiver reads the same"
act_as hosp-b
request >order.json
read_order() { refer create --fhir=- <order.json; }
run read_order
expect_status 0
referral=$(jq -r .entry "$out")
expect_err "referred to 'hosp-r'"
inbox_of "$referral" >seen
jq -e '.urgent and .to == ["hosp-r"] and .valid_until == "2025-07-01T00:00:00Z" and .terms.service == "ServiceCanary7" and
  .terms.subjects == ["SubjectCanary001"] and .terms.text == "ReasonCanary angina (I20.9)\nNoteCanary since spring"' seen >/dev/null || fail "$(<seen)"
[[ $(jq -r .terms.fhir seen) == "$(<order.json)" ]] || fail 'the document did not arrive as it was'
entry_of "$referral" | jq -e '.share.records == [{"entry":3,"rows":"0"}]' >/dev/null
no_trace SubjectCanary001 ReasonCanary NoteCanary ServiceCanary7
ends "$referral"
request '.occurrencePeriod.end = "9999-12-31"' >always.json
first=$referral
creates always.json
entry_of "$referral" | jq -e '.order.valid_until == "9999-12-31T23:59:59Z"' >/dev/null || fail "$(entry_of "$referral")"
ends "$referral"
referral=$first

it "reads the same order as a Task, in a Bundle, and as options"
share_of() { entry_of "$1" | jq -Sc '[.order, .share.records]'; }
same_as_first() { [[ $(share_of "$referral") == "$(share_of "$first")" ]] || fail "$(share_of "$first") became $(share_of "$referral")"; }
first=$referral
task >task.json
creates task.json
same_as_first
ends "$referral"
task | jq -c '(.contained[0]) as $r | {resourceType:"Bundle",type:"collection",entry:[{fullUrl:"urn:uuid:0b1",resource:(del(.contained) | .focus.reference = "urn:uuid:0b2")},
  {fullUrl:"urn:uuid:0b2",resource:$r},{fullUrl:"urn:uuid:0b3",resource:{resourceType:"Patient",id:"x"}}]}' >bundle.json
creates bundle.json
same_as_first
ends "$referral"
echo SubjectCanary001 >subject
jq -c 'del(.code, .subject, .performer, .priority, .occurrencePeriod, .supportingInfo)' order.json >rest.json
creates rest.json --to hosp-r --subject-file subject --service ServiceCanary7 --urgent --valid-until 2025-07-01 --record Observation/9
same_as_first
ends "$referral"
creates order.json --to hosp-r --subject SubjectCanary001 --service ServiceCanary7 --urgent --valid-until 2025-07-01T00:00:00Z
same_as_first
ends "$referral"
echo 'TypedCanary words' >words
creates order.json --text-file words
inbox_of "$referral" | jq -e '.terms.text == "TypedCanary words"' >/dev/null
ends "$referral"

it "keeps codes of other systems apart, and patients by their identifiers"
request '.code.coding = [{"system":"http://snomed.info/sct","code":"183519002"}] | .subject = {"identifier":{"system":"http://mrn.example","value":"SubjectCanary077"}} | del(.supportingInfo)' >other.json
creates other.json
inbox_of "$referral" | jq -e '.terms.service == "http://snomed.info/sct|183519002" and .terms.subjects == ["http://mrn.example|SubjectCanary077"]' >/dev/null
ends "$referral"
creates other.json --service 183519002
inbox_of "$referral" | jq -e '.terms.service == "183519002"' >/dev/null
ends "$referral"
request '.contained = [{"resourceType":"Patient","id":"p","identifier":[{"value":"SubjectCanary001"}]}] | .subject.reference = "#p"' >contained.json
creates contained.json
same_as_first
ends "$referral"

it "answers a referral of ours that it is based on"
creates order.json
act_as hosp-r
refer accept -q "$referral" >/dev/null
hash=$(medchain-refer list --json | jq -r "select(.entry == $referral) | .hash")
request "del(.supportingInfo, .performer) | .basedOn = [{\"reference\":\"CarePlan/1\"},{\"identifier\":{\"system\":\"urn:medchain:entry\",\"value\":\"$hash\"}}]" >back.json
run refer create --fhir back.json --to hosp-b
expect_status 0
entry_of "$(jq -r .entry "$out")" | jq -e ".order.based_on == \"$hash\"" >/dev/null
ends "$referral"

it "refuses what options and document do not agree on"
act_as hosp-b
contradicts() { refused 2 usage "option '--$1' contradicts '$2' of the FHIR document" refer create --fhir order.json "${@:3}"; }
contradicts to /performer/0/identifier --to hosp-c
contradicts subject /subject --subject SubjectCanary002
contradicts service /code --service other
contradicts valid-until /occurrencePeriod/end --valid-until 2025-07-02
request '.priority = "routine"' >routine.json
refused 2 usage "option '--urgent' contradicts '/priority'" refer create --fhir routine.json --urgent
task '.' | jq -c '.for.reference = "SubjectCanary002"' >two.json
refused 3 input.invalid "'/for' and '/contained/0/subject' contradict each other" refer create --fhir two.json
refused 2 usage 'only one argument may be standard input' refer create --fhir=- --record=-
request '.requester = {"identifier":{"system":"urn:medchain:member","value":"hosp-c"}}' >requester.json
refused 3 input.invalid "'/requester/identifier': expected 'hosp-b', got another member" refer create --fhir requester.json

it "says where a document is wrong, what was expected and what is there, and nothing of its values"
wrong() { # JQ PATTERN
  request "$1" >wrong.json
  refused 3 input.invalid "the FHIR document: $2" refer create --fhir wrong.json
  ! grep -q Canary "$err" || fail "$(<"$err")"
}
wrong '.resourceType = "Patient"' "'/resourceType': expected ServiceRequest, Task or Bundle, got another one"
wrong '.status = "revoked"' "'/status': expected one of draft, active, got 'revoked'"
wrong '.status = "ACanary"' "'/status': expected one of draft, active, got another word"
wrong '.intent = "proposal"' "'/intent': expected one of order, .*, got 'proposal'"
wrong '.priority = 1' "'/priority': expected a string, got a number"
wrong '.priority = "soon"' "'/priority': expected one of routine, urgent, asap, stat, got another word"
wrong '.doNotPerform = true' "'/doNotPerform': expected false: this asks for something, got true"
wrong '.modifierExtension = [{"url":"http://x"}]' "'/modifierExtension': expected nothing that changes the meaning, got an array"
wrong '.subject = {"display":"Canary"}' "'/subject': expected a reference or an identifier of the subject, got neither"
wrong '.subject = {"reference":"Group/Canary"}' "'/subject/reference': expected a Patient, got another resource"
wrong '.subject = {"identifier":{"system":"urn:medchain:subject-tag","value":"sha256:Canary"}}' "'/subject/identifier': expected an identifier of the subject, got a tag of the ledger"
wrong '.code = {}' "'/code': expected a code or a text, got neither"
wrong '.code = [1]' "'/code': expected an object, got an array"
wrong '.performer = {"display":"Canary"}' "'/performer': expected an array, got an object"
wrong '.performer += [{"identifier":{"value":"hosp-c"}}]' "'/performer/0/identifier' and '/performer/1/identifier' contradict each other"
wrong '.occurrencePeriod.end = "Canary"' "'/occurrencePeriod/end': expected a date or a time, got another text"
wrong '.supportingInfo[0].reference = "http://x/Observation/Canary"' "'/supportingInfo/0/reference': expected TYPE/ID of a record of this member, got another form"
wrong '.supportingInfo[0].reference = "Observation/9/_history/2"' "'/supportingInfo/0/reference': expected TYPE/ID"
wrong '{resourceType:"Bundle",entry:[{resource:.},{resource:.}]}' "'/entry': expected one Task or one ServiceRequest, got 2"
wrong '{resourceType:"Task",status:"completed"}' "'/status': expected one of draft, requested, received, got 'completed'"
wrong '{resourceType:"Task",focus:{reference:"#gone"}}' "'/focus/reference': expected a ServiceRequest of this document, got one that is not in it"
wrong '.basedOn = [{"identifier":{"system":"urn:medchain:entry","value":"Canary"}}]' "'/basedOn/0/identifier': expected an entry hash, got another text"
wrong '.extension = [{"url":"urn:medchain:passed","valueString":"Canary"}]' "'/extension/0/valueString': expected an entry hash, got another text"
wrong '.performer[0].identifier.value = "Dr Canary"' "'/performer/0/identifier': expected a member's name, got another text"
request '.performer = [{"identifier":{"value":"Dr Canary"}},{"reference":"Practitioner/7"}]' >wrong.json
refused 2 usage "option '--to' is needed" refer create --fhir wrong.json
request '.supportingInfo[0].reference = "Observation/77"' >wrong.json
refused 3 record.unknown 'the FHIR document: a record' refer create --fhir wrong.json
{ request . && request .; } >wrong.json
refused 3 input.invalid 'the FHIR document: json at byte [0-9]+' refer create --fhir wrong.json
echo '{"resourceType":"Task","resourceType":"Canary"}' >wrong.json
refused 3 input.invalid 'the FHIR document: json at byte 23: duplicate key' refer create --fhir wrong.json
request 'del(.performer)' >wrong.json
refused 2 usage "option '--to' is needed" refer create --fhir wrong.json
request 'del(.subject)' >wrong.json
refused 2 usage "option '--subject' or '--subject-file' is needed" refer create --fhir wrong.json
request 'del(.code)' >wrong.json
refused 2 usage "option '--service' is needed" refer create --fhir wrong.json
request '.supportingInfo[0].reference = "Observation/10"' >wrong.json
refused 5 record.subject 'is about another subject' refer create --fhir wrong.json

# The schema of FHIR, where it is there: fits_fhir FILE
schema=$MEDCHAIN_SHARED/data/schema/fhir.schema.r4.json
fits_fhir() {
  if [[ -n $MEDCHAIN_SHARED && -e $schema ]] && python3 -c 'import jsonschema' 2>/dev/null; then
    python3 -W ignore "$SOURCE/tests/cli/fhir.py" "$schema" <"$1" >said || fail "$(<said)"
    sed 's/"intent":"order"/"intent":7/' "$1" >damaged
    ! python3 -W ignore "$SOURCE/tests/cli/fhir.py" "$schema" <damaged >said || fail 'the schema of FHIR fits anything'
  else
    echo '# not compared with the schema of FHIR: it is not there'
  fi
}
# shows INDEX JQ: the Task of a referral, as hosp-b lists it.
task_of() { act_as hosp-b && medchain-refer list --format fhir | jq -c "select(.identifier[0].value == \"$(hash_of "$1")\")"; }
hash_of() { medchain-refer list --json | jq -r "select(.entry == $1) | .hash"; }
shows() {
  task_of "$1" >shown
  cat shown >>each
  jq -e "$2" shown >/dev/null || fail "$(<shown)"
}

it "prints each state as a Task with a business status of BSeR"
step() { # MEMBER STATE TASK REQUEST BUSINESS VERB...
  local member=$1 state=$2 is=$3 request=$4 business=$5
  act_as "$member"
  run refer "${@:6}"
  expect_status 0
  shows "$referral" ".status == \"$is\" and .contained[0].status == \"$request\" and .businessStatus.text == \"$state\" and
    .businessStatus.coding[0].code == \"$business\" and .intent == \"order\" and .contained[0].intent == \"order\" and .focus.reference == \"#request\""
  printf '%s\t%s\t%s\n' "$state" "$is" "$business" >>states
}
rm -f states each
creates order.json
shows "$referral" '.status == "received" and .businessStatus.coding[0].code == "2.0" and .contained[0].status == "active" and (has("executionPeriod") | not)'
printf 'received\treceived\t2.0\n' >>states
minute=2
step hosp-r accepted accepted active 3.0 accept "$referral"
minute=4
step hosp-r scheduled in-progress active 5.1.1 update "$referral" --schedule
step hosp-r no-show in-progress active 5.1.2 update "$referral" --no-show
step hosp-r appointment-cancelled in-progress active 5.1.3 update "$referral" --appointment-cancel
step hosp-r scheduled in-progress active 5.1.1 update "$referral" --schedule
step hosp-r visit-noted in-progress active 5.1.4 update "$referral" --interim-note --text-file words
minute=6
step hosp-r completed completed completed 7.0 complete "$referral" --text-file words
shows "$referral" ".executionPeriod == {start:\"$(at 2)\",end:\"$(at 6)\"} and .authoredOn == \"$(at 0)\" and .lastModified == \"$(at 6)\" and
  .output[0].type.text == \"outcome\" and (.output[0].valueReference.identifier.value | startswith(\"sha256:\"))"
creates order.json
step hosp-r rejected rejected revoked 4.0 decline "$referral"
creates order.json
step hosp-b cancel-requested in-progress active 5.2 cancel "$referral" --request
step hosp-r cancelled cancelled revoked 6.0 cancel "$referral" --confirm
act_as hosp-b
run refer consult --to hosp-r --to hosp-c --subject-file subject --service board --text-file words --record Observation/9
expect_status 0
referral=$(jq -r .entry "$out")
shows "$referral" '.status == "in-progress" and .businessStatus == {text:"consulting"} and (.contained[0].performer | length == 2) and (has("owner") | not)'
act_as hosp-c
refer opinion -q "$referral" --text-file words >/dev/null
act_as hosp-b
refer close -q "$referral" --text-file words >/dev/null
shows "$referral" '.status == "completed" and .businessStatus == {text:"closed"} and .output[0].type.text == "opinion" and .output[0].valueReference.display == "hosp-c"'
[[ $(jq -r .businessStatus.text each | LC_ALL=C sort -u | wc -l) == 12 ]] || fail 'not each state was seen'
fits_fhir each
medchain-refer list --format fhir >all
fits_fhir all

it "says the states as the table of 360X and BSeR does, where that is there"
table=$MEDCHAIN_SHARED/states/REFERRAL_TRANSITIONS.tsv
if [[ -n $MEDCHAIN_SHARED && -e $table ]]; then
  awk -F'\t' 'NR > 1 && $1 < 31 { split($5, to, ":"); print to[1] "\t" $6 }' "$table" | LC_ALL=C sort -u >theirs
  cut -f2,3 states | LC_ALL=C sort -u >ours
  diff theirs ours || fail 'another mapping'
fi

it "prints what the key opens, and tags where it opens nothing"
creates order.json --record Observation/9 --with-records
hash=$(hash_of "$referral")
shows "$referral" ".for == {identifier:{value:\"SubjectCanary001\"}} and .priority == \"urgent\" and .restriction.period.end == \"2025-07-01T00:00:00Z\" and
  .owner.identifier == {system:\"urn:medchain:member\",value:\"hosp-r\"} and .requester.identifier.value == \"hosp-b\" and .id == (\"$hash\" | ltrimstr(\"sha256:\")) and
  (.contained[0] | .code.coding == [{system:\"urn:medchain:service\",code:\"ServiceCanary7\"}] and .supportingInfo == [{reference:\"Observation/9\"}] and
    .extension == [{url:\"urn:medchain:with-records\",valueBoolean:true}] and (.reasonCode[0].text | startswith(\"ReasonCanary angina\")))"
act_as hosp-c
run medchain-refer list --format fhir
expect_status 0
jq -c "select(.id == (\"$hash\" | ltrimstr(\"sha256:\")))" "$out" >shown
jq -e '.for.identifier.system == "urn:medchain:subject-tag" and (.contained[0] | .code.coding[0].system == "urn:medchain:service-tag" and
  .supportingInfo == [{identifier:{system:"urn:medchain:rows",value:"3:0"}}] and (has("reasonCode") | not))' shown >/dev/null || fail "$(<shown)"
! grep -q Canary shown || fail 'it opened something'
fits_fhir "$out"
act_as hosp-r
run medchain-refer inbox --format fhir
expect_status 0
jq -e '.for.identifier.value == "SubjectCanary001"' "$out" >/dev/null
fits_fhir "$out"
# Without any key.
run env -u MEDCHAIN_KEY -u MEDCHAIN_VAULT "$BIN/medchain-refer" list --format fhir
expect_status 0
fits_fhir "$out"

it "makes the same order again of what it printed"
first=$referral
fields() { entry_of "$1" | jq -Sc '[.order | del(.duplicate_of), $r]' --argjson r "$(entry_of "$1" | jq -c .share.records)"; }
task_of "$first" >printed
again() { refer create --fhir=- --duplicate-of "$first" <printed; }
act_as hosp-b
run again
expect_status 0
second=$(jq -rs ".[0].entry" "$out")
[[ $(fields "$second") == "$(fields "$first")" ]] || fail "$(fields "$first") became $(fields "$second")"
inbox_of "$second" | jq -S '.terms | del(.fhir)' >two
inbox_of "$first" | jq -S '.terms | del(.fhir)' >one
cmp one two
# Once more, with the extension that says of which it is a double.
task_of "$second" >printed
jq -e ".contained[0].extension[] | select(.url == \"urn:medchain:duplicate-of\").valueString == \"$hash\"" printed >/dev/null
act_as hosp-b
run again
expect_status 0
[[ $(entry_of "$(jq -rs ".[0].entry" "$out")" | jq -c .order.duplicate_of) == "\"$hash\"" ]]

it "takes tags back from nobody, for they name nobody"
act_as hosp-c
medchain-refer list --format fhir | jq -c "select(.id == (\"$hash\" | ltrimstr(\"sha256:\")))" >printed
act_as hosp-b
refused 3 input.invalid "'/for/identifier': expected an identifier of the subject, got a tag of the ledger" refer create --fhir printed

it "leaves nothing of it on the ledger"
no_trace SubjectCanary001 ReasonCanary NoteCanary ServiceCanary7 TypedCanary
run medchain-verify ledger -q
expect_status 0
