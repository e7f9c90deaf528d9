#!/usr/bin/env bash
# medchain-grant of a patient member: its own records at a custodian, given unasked, by subject tag, in answer to a request and with
# terms; what it, a guardian and a custodian can revoke; and what is refused with which id.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
ann=p-5d1f09ac37be2264
bob=p-1111111111111111
father=p-00000000000000aa
make_sharing put
act_as hosp-b
cat >more.ndjson <<'X'
{"resourceType":"Observation","id":"11","subject":{"reference":"SubjectCanary003"},"effectiveDateTime":"2025-02-03"}
{"resourceType":"Observation","id":"12","subject":{"reference":"SubjectCanary001"},"effectiveDateTime":"2025-02-04","meta":{"security":[{"code":"R"}]}}
X
medchain-vault put -q --subject-from json:/subject/reference more.ndjson --time "$(at 0)" >/dev/null
unset MEDCHAIN_PERSON
act_as hosp-a
for name in $ann $bob $father; do
  new_keys "$name" --kind patient
  admit "$name"
done
# by MEMBER COMMAND...: by a person of it.
by() {
  act_as "$1"
  MEDCHAIN_PERSON=PersonCanary0001 "${@:2}"
}
signed_too() {
  local with=$1
  shift
  "$@" --emit -q >line
  medchain-member endorse -q -k "keys/$with" --time "$(at 0)" <line >/dev/null
}
own() {
  echo "$2" >who
  by hosp-b signed_too "$1" medchain-vault own "$1" --subject-file who --time "$(at 0)"
}
# Ann owns two subjects at hosp-b, Bob a third.
own $ann SubjectCanary001
own $ann SubjectCanary003
own $bob SubjectCanary002
tag_of() {
  act_as hosp-b
  medchain-vault search -q --subject "$1" --json | jq -r 'select(.subject_tag) | .subject_tag' | head -n 1
}
one=$(tag_of SubjectCanary001) two=$(tag_of SubjectCanary003) bobs=$(tag_of SubjectCanary002)
both=$(printf '"%s"\n' "$one" "$two" | LC_ALL=C sort | paste -sd,)

# giving OPTION..., gives OPTION...: who acts gives for TREAT; $grant is its index.
giving() { medchain-grant give --custodian hosp-b --to hosp-r --purpose TREAT --until 90d --time "$(at 0)" "$@"; }
gives() {
  run giving "$@"
  expect_status 0
  grant=$(jq -r .entry "$out")
}
last_grant() {
  run medchain-grant list --grants --json
  jq -es "last | $1" "$out" >/dev/null || fail "the last grant does not satisfy $1"
}
# releases FILE...: hosp-b releases by $grant just these, which hosp-r opens.
releases() {
  run by hosp-b medchain-grant release "$grant" --time "$(at 0)"
  expect_status 0
  rm -rf got
  by hosp-r medchain-grant open "$(jq -r .entry "$out")" -C got --time "$(at 0)" -q >/dev/null
  [[ $(cd got && echo *) == "$*" ]] || fail "hosp-r got $(ls got)"
}
revokes() { medchain-grant revoke "$grant" --reason withdrawn --time "$(at 0)" "$@"; }
# asking OPTION...: hosp-r asks for TREAT; $asked is the index.
asking() {
  run by hosp-r medchain-grant request --from hosp-b --purpose TREAT --until 90d --time "$(at 0)" "$@"
  expect_status 0
  asked=$(jq -r .entry "$out")
}
answer() { medchain-grant give "$asked" --time "$(at 0)" "$@"; }

it "gives all that it owns at a custodian that it names"
act_as $ann
gives --all
last_grant ".author == \"$ann\" and .scope.subjects == [$both] and .basis.by == \"subject\" and .more == false and (has(\"person\") | not)"
releases Observation-11.json Observation-12.json Observation-9.json
act_as $ann
refused 2 usage "option '--custodian' is needed" medchain-grant give --to hosp-r --purpose TREAT --until 90d --all --time "$(at 0)"
refused 5 access.denied "no subject at 'hosp-a' is linked to '$ann'" \
  medchain-grant give --custodian hosp-a --to hosp-r --purpose TREAT --until 90d --all --time "$(at 0)"

it "gives one subject by the custodian's tag, and none of another patient's"
act_as $ann
gives --subject-tag "$two"
last_grant ".scope.subjects == [\"$two\"] and .basis.by == \"subject\""
releases Observation-11.json
act_as $ann
gives --subject-tag "$one" --subject-tag "$two"
last_grant ".scope.subjects == [$both]"
refused 5 access.denied "'$ann' is neither an owner of the subject at 'hosp-b' nor acts for one" giving --subject-tag "$bobs"
refused 5 access.denied "'$ann' is neither an owner" giving --subject-tag "$one" --subject-tag "$bobs"
refused 2 usage "option '--subject': only the custodian knows identifiers" giving --subject SubjectCanary001
refused 2 usage "'--subject-tag' takes the place of '--subject'" giving --subject SubjectCanary001 --subject-tag "$one"
refused 2 usage "option '--subject-tag'" giving --subject-tag "${one:0:20}"
refused 2 usage "option '--record': only who holds the records names them by id" giving --record Observation/9
# The custodian names by tag as well as by name.
run by hosp-b medchain-grant give --to hosp-r --purpose TREAT --until 90d --subject-tag "$bobs" --time "$(at 0)"
expect_status 0
last_grant ".author == \"hosp-b\" and .scope.subjects == [\"$bobs\"] and .basis.by == \"custodian\""

it "gives with terms, which the custodian and the receiver read, and the custodian keeps to"
act_as $ann
gives --all --label N --data-until 2025-02-03 --text-file <(echo WordsCanary00001)
last_grant ".more and .package.to == [\"hosp-b\", \"hosp-r\", \"$ann\"]"
run by hosp-b medchain-grant check --member hosp-r --purpose TREAT --record Observation/9 --json
expect_status 0
run by hosp-r medchain-grant check --custodian hosp-b --member hosp-r --purpose TREAT --subject "$one" --json
expect_status 0
releases Observation-9.json
no_trace WordsCanary00001 SubjectCanary001
printf 'exceptions: [{provision: deny, labels: [R]}]\n' >but.yaml
act_as $ann
gives --subject-tag "$one" --exceptions but.yaml
releases Observation-9.json
act_as $ann
revokes -q >/dev/null
# A denial in one grant counts against the others while it holds: it has ended.
gives --subject-tag "$one"
releases Observation-12.json Observation-9.json

it "answers a request about its own subjects, whose terms it can read, with that or less"
asking --subject-tag "$one" --label N --label R --uses 3
run medchain-grant list --requests --json
jq -es "last | .scope.subjects == [\"$one\"] and .package.to == [\"hosp-b\", \"hosp-r\", \"$ann\"]" "$out" >/dev/null || fail "sealed to others"
act_as $ann
run medchain inbox
expect_out "^request $asked of hosp-r to hosp-b, expires "
expect_out "^ +labels: N, R$"
run medchain inbox --json
jq -es "map(select(.what == \"request\")) | length == 1 and .[0].entry == $asked and .[0].custodian == \"hosp-b\"" "$out" >/dev/null ||
  fail "not in the inbox"
run by hosp-b medchain inbox
expect_out "^request $asked of hosp-r, expires "
act_as $bob
run medchain inbox
expect_no_out request
refused 5 age.wrong_key "terms of entry $asked: the file is sealed for others" answer
act_as $ann
refused 5 grant.wider "'label' is wider than that of the request" answer --label V
refused 5 grant.wider "'uses' is wider" answer --uses 4
refused 5 grant.wider "'subjects' is wider" answer --subject-tag "$two"
run answer --label N --uses 2
expect_status 0
grant=$(jq -r .entry "$out")
last_grant ".author == \"$ann\" and .request != null and .basis.by == \"subject\" and .scope.uses == 2 and .scope.subjects == [\"$one\"]"
run medchain-grant list --requests --json
jq -es 'last | .state == "narrowed"' "$out" >/dev/null || fail "not narrowed"
releases Observation-9.json
refused 8 request.answered "was answered by" by hosp-b medchain-grant give "$asked" --time "$(at 0)"
asking --subject-tag "$one" --subject-tag "$two"
act_as $ann
run answer
expect_status 0
last_grant ".scope.subjects == [$both]"

it "does not answer for more than its own: a request about others, or about nobody in particular"
asking --subject-tag "$one" --subject-tag "$bobs"
act_as $ann
run medchain inbox
expect_no_out "^request $asked "
refused 5 access.denied "'$ann' is neither an owner" answer
refused 5 access.denied "the request is about more than the subjects that '$ann' answers for" answer --subject-tag "$one"
asking
act_as $ann
refused 5 access.denied "the request is about more than the subjects" answer
refused 5 member.role "the request is to 'hosp-b'" medchain-grant deny "$asked" --reason no --time "$(at 0)"
# What asks by names is sealed to the custodian alone: they may be others'.
asking --subject SubjectCanary001
last=$(medchain-grant list --requests --json | jq -cs 'last | .package.to')
[[ $last == '["hosp-b","hosp-r"]' ]] || fail "sealed to $last"
act_as $ann
refused 5 age.wrong_key "sealed for others" answer
# The custodian answers by tag within the names that were asked.
refused 5 grant.wider "'subject' is wider than that of the request" by hosp-b medchain-grant give "$asked" --subject-tag "$bobs" --time "$(at 0)"
run by hosp-b medchain-grant give "$asked" --subject-tag "$one" --time "$(at 0)"
expect_status 0
last_grant ".scope.subjects == [\"$one\"]"

it "revokes what it gave and what the custodian gave about it; not what names nobody, nor a dissent of the custodian's"
act_as $ann
gives --subject-tag "$one"
refused 5 access.denied "'$bob' can not revoke the grant of '$ann'" env MEDCHAIN_KEY="$PWD/keys/$bob" MEDCHAIN_VAULT="$PWD/L.vaults/$bob" \
  medchain-grant revoke "$grant" --time "$(at 0)"
run revokes
expect_status 0
expect_err "told 1 member"
refused 9 grant.revoked 'revoked' by hosp-b medchain-grant release "$grant" --time "$(at 0)"
for whom in --subject=SubjectCanary001 "--subject-tag=$one"; do
  run by hosp-b medchain-grant give --to hosp-r --purpose TREAT --until 90d "$whom" --time "$(at 0)"
  grant=$(jq -r .entry "$out")
  act_as $ann
  run medchain-grant suspend "$grant" --time "$(at 0)"
  expect_status 0
  refused 8 grant.suspended 'suspended' by hosp-b medchain-grant release "$grant" --time "$(at 0)"
  refused 5 access.denied "the grant was suspended by '$ann', who resumes it" by hosp-b medchain-grant resume "$grant" --time "$(at 0)"
  act_as $ann
  run revokes
  expect_status 0
  refused 9 grant.revoked 'revoked' by hosp-b medchain-grant release "$grant" --time "$(at 0)"
done
run by hosp-b medchain-grant give --to hosp-r --purpose TREAT --until 90d --all --time "$(at 0)"
grant=$(jq -r .entry "$out")
act_as $ann
refused 5 access.denied "'$ann' can not revoke the grant of 'hosp-b'" revokes
by hosp-b medchain-grant revoke "$grant" -q --time "$(at 0)" >/dev/null
run by hosp-b medchain-grant give --forbid --to hosp-r --subject-tag "$one" --time "$(at 0)"
grant=$(jq -r .entry "$out")
act_as $ann
refused 5 access.denied "'$ann' can not revoke the grant of 'hosp-b'" revokes
by hosp-b medchain-grant revoke "$grant" -q --time "$(at 0)" >/dev/null

it "forbids, against what the custodian permits, who cannot end that"
run by hosp-b medchain-grant give --to hosp-r --purpose TREAT --until 90d --subject-tag "$two" --time "$(at 0)"
permit=$(jq -r .entry "$out")
act_as $ann
run medchain-grant give --forbid --everybody --custodian hosp-b --subject-tag "$two" --time "$(at 0)"
expect_status 0
expect_err "forbade everybody"
grant=$(jq -r .entry "$out")
last_grant '.provision == "deny" and .basis.by == "subject"'
refused 5 access.denied "entry $grant denies it" by hosp-b medchain-grant release "$permit" --time "$(at 0)"
was_denied hosp-r access.denied
refused 5 access.denied "'hosp-b' can not revoke the grant of '$ann'" by hosp-b revokes
act_as $ann
run revokes
expect_status 0
grant=$permit
releases Observation-11.json

it "lets a guardian give, by tag and in answer to a request, and revoke, while it is one"
act_as $father
refused 5 access.denied "is neither an owner of the subject|nor acts for" giving --for $ann --all
act_as hosp-b
echo SubjectCanary001 >who
by hosp-b signed_too $father medchain-vault delegate $father --guardian --patient $ann --subject-file who --time "$(at 0)"
act_as $father
gives --for $ann --all
last_grant ".author == \"$father\" and .scope.subjects == [$both] and .basis.by == \"guardian\""
refused 5 access.denied "no subject at 'hosp-b' is linked to '$father'" giving --all
refused 5 access.denied "is neither an owner" giving --for $bob --all
act_as $ann
run revokes
expect_status 0
act_as $father
gives --for $ann --subject-tag "$two"
last_grant ".scope.subjects == [\"$two\"] and .basis.by == \"guardian\""
releases Observation-11.json
asking --subject-tag "$one"
act_as $father
run answer --for $ann
expect_status 0
last_grant '.request != null and .basis.by == "guardian"'
act_as $ann
gives --subject-tag "$one"
act_as $father
run revokes
expect_status 0
gives --for $ann --subject-tag "$two"
act_as $ann
gives --subject-tag "$one"
by hosp-b medchain-vault undelegate $father --patient $ann --subject-file who --time "$(at 0)" -q >/dev/null
act_as $father
refused 5 access.denied "'$father' can not revoke the grant of '$ann'" revokes
refused 5 access.denied "is neither an owner" giving --for $ann --all

it "names nobody and nothing of it on the ledger, which verifies"
no_trace SubjectCanary001 SubjectCanary003 WordsCanary00001 PersonCanary0001
run medchain-verify ledger -q
expect_status 0
