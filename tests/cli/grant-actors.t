#!/usr/bin/env bash
# medchain-grant: grants to a role, a group, a person and everybody, how often, when and about what: from give to open, and what is
# refused with which id.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing put
new_keys hosp-c --role requester
admit hosp-c
minute=0
now() { at $minute; }
# about N: SubjectCanary0N0, of whom hosp-b keeps Observation/N0, Observation/N1 and Condition/N2; $tag is hosp-b's.
about() {
  subject=SubjectCanary0${1}0
  act_as hosp-b
  cat >more.ndjson <<X
{"resourceType":"Observation","id":"${1}0","subject":{"reference":"$subject"},"effectiveDateTime":"2024-12-31","code":{"coding":[{"system":"http://loinc.org","code":"2339-0"}]},"performer":[{"reference":"Practitioner/9"}],"meta":{"security":[{"code":"R"}]}}
{"resourceType":"Observation","id":"${1}1","subject":{"reference":"$subject"},"effectiveDateTime":"2025-02-01","code":{"coding":[{"system":"http://loinc.org","code":"718-7"}]},"performer":[{"reference":"Practitioner/8"}]}
{"resourceType":"Condition","id":"${1}2","subject":{"reference":"$subject"},"recordedDate":"2025-02-02","encounter":{"reference":"Encounter/7"}}
X
  medchain-vault put -q --subject-from json:/subject/reference more.ndjson --time "$(now)" >/dev/null
  tag=$(medchain-vault search -q --subject "$subject" --json | jq -r 'select(.subject_tag) | .subject_tag' | head -n 1)
}

# gives OPTION...: hosp-b gives for TREAT about the three records of $subject; $grant is its index.
gives() {
  act_as hosp-b
  run medchain-grant give --purpose TREAT --until "${until:-900d}" --subject "$subject" --time "$(now)" "$@"
  expect_status 0
  grant=$(jq -r .entry "$out")
}
release() { medchain-grant release "$grant" --time "$(now)" "$@"; }
# releases N TO [OPTION...]: N records go to TO, and what stays back is told; $release is its index.
releases() {
  act_as hosp-b
  run release --to "$2" "${@:3}"
  expect_status 0
  release=$(jq -r .entry "$out")
  expect_err "released $1 records? to '$2'"
}
# opens MEMBER FILE...: the last release gives these files to MEMBER.
opens() {
  act_as "$1"
  rm -rf got
  run medchain-grant open "$release" -C got --time "$(now)"
  expect_status 0
  [[ $(cd got && echo *) == "${*:2}" ]] || fail "$1 got $(ls got)"
}
# asks MEMBER [OPTION...]: what MEMBER's own `check` says, or the custodian's with --as=hosp-b first.
asks() {
  act_as "$1"
  run medchain-grant check --custodian hosp-b --member "$1" --purpose TREAT --subject "$tag" --json "${@:2}"
}
custodian_says() {
  act_as hosp-b
  run medchain-grant check --member "$1" --purpose TREAT --json "${@:2}"
}
told() { expect_status "$1" && expect_json "$2"; }
member() { medchain-member "$@" -q -k keys/hosp-a --time "$(now)" >/dev/null; }
listed_to() { medchain-grant list --grants --to "$1" --json | jq -r .entry | paste -sd' '; }
about 2

it "gives to all who have a role; the terms are sealed to none of them, and records come to each all the same"
gives --actor role:requester --label N
for name in hosp-r hosp-c; do
  act_as "$name"
  [[ " $(listed_to $name) " == *" $grant "* ]] || fail "not listed as to $name"
  run medchain-grant list --grants
  expect_out "^ +$grant +grant +active +hosp-b +role:requester +TREAT "
done
[[ $(listed_to hosp-c) == "$grant" && $(listed_to hosp-a) == "" && $(listed_to hosp-x) == "" ]]
run medchain-grant list --grants --json
jq -es 'last | .more and .package.to == ["hosp-b"]' "$out" >/dev/null || fail "sealed to others"
asks hosp-c
told 0 ".permit and .grant == $grant and (.facts_known | not) and [.filters[].text] == [\"only what the terms say\"]"
custodian_says hosp-c --record Observation/21
told 0 ".permit and .grant == $grant and .filters == [] and .facts_known"
custodian_says hosp-c --record Observation/20
told 1 '.rule == "grant.scope"'
releases 2 hosp-c
expect_err '1 withheld: .*labels N'
opens hosp-c Condition-22.json Observation-21.json
act_as hosp-b
refused 2 usage "option '--to' is needed" release
refused 5 grant.actor "not for 'hosp-a'" release --to hosp-a
was_denied hosp-a grant.actor
refused 5 grant.scope 'labels N' medchain-grant release "$grant" Observation/20 --to hosp-c --time "$(now)"
was_denied hosp-c grant.scope

it "ends for who has the role no more, and is nobody's where nobody has it"
member update hosp-c --role payer
asks hosp-c
told 1 '.rule == "access.denied" and (has("grant") | not)'
act_as hosp-b
refused 5 grant.actor "not for 'hosp-c'" release --to hosp-c
member update hosp-c --role requester
releases 2 hosp-c
medchain-grant revoke "$grant" -q --time "$(now)" >/dev/null
asks hosp-r --type Observation
told 1 '.rule == "grant.revoked"'
gives --actor role:auditor
asks hosp-a
told 1 '.rule == "access.denied"'
for name in hosp-r hosp-a; do
  act_as hosp-b
  refused 5 grant.actor "not for '$name'" release --to $name
done
refused 2 usage "option '--actor': expected .*auditor.*, got 'king'" medchain-grant give --actor role:king --purpose TREAT --until 9d --all --time "$(now)"

it "gives to everybody, whatever groups and roles there are, and refuses what does not go with that"
about 3
gives --to hosp-r --type Condition
named=$grant
gives --everybody
run medchain-grant list --grants
expect_out "^ +$grant +grant +active +hosp-b +any +TREAT "
for name in hosp-r hosp-a; do
  asks $name --type Observation
  told 0 ".permit and .grant == $grant and .filters == []"
  [[ " $(listed_to $name) " == *" $grant "* ]] || fail "not listed as to $name"
done
[[ $(listed_to hosp-x) == "" ]]
releases 3 hosp-a
opens hosp-a Condition-32.json Observation-30.json Observation-31.json
act_as hosp-b
refused 2 usage "'--everybody' goes with neither" medchain-grant give --everybody --to hosp-r --purpose TREAT --until 9d --all --time "$(now)"
refused 2 usage "'--everybody' goes with neither" medchain-grant give --everybody --actor role:witness --purpose TREAT --until 9d --all --time "$(now)"
refused 2 usage "give '--to=MEMBER', '--actor=KIND:NAME' or '--everybody'" medchain-grant give --purpose TREAT --until 9d --all --time "$(now)"
run medchain-grant give --amend "$named" --everybody --time "$(now)"
expect_status 0
run medchain-grant list --grants --json
jq -es 'last | (.scope.actors | all(. == [])) and .scope.types == ["Condition"]' "$out" >/dev/null || fail "not to everybody"
# For one who asked it is more than what was asked for.
act_as hosp-r
ask
act_as hosp-b
refused 5 grant.wider "'actors' is wider" medchain-grant give "$asked" --everybody --time "$(now)"

it "gives to a group: to its members of the hour with the terms, to who joins later without"
about 4
member group create team hosp-r
gives --actor group:team --label N
run medchain-grant list --grants --json
jq -es 'last | .package.to == ["hosp-b", "hosp-r"]' "$out" >/dev/null || fail "sealed to others"
asks hosp-r
told 0 ".permit and .grant == $grant and [.filters[].text] == [\"only labels N\"]"
asks hosp-c
told 1 '.rule == "access.denied"'
[[ " $(listed_to hosp-c) " != *" $grant "* && " $(listed_to hosp-r) " == *" $grant "* ]]
act_as hosp-b
refused 5 grant.actor "not for 'hosp-c'" release --to hosp-c
was_denied hosp-c grant.actor
releases 2 hosp-r
opens hosp-r Condition-42.json Observation-41.json
member group join team hosp-c
asks hosp-c
told 0 '[.filters[].text] == ["only what the terms say"]'
releases 2 hosp-c
opens hosp-c Condition-42.json Observation-41.json

it "ends at once for who leaves the group, who still opens what was released before, and for all when it is dissolved"
releases 2 hosp-r
minute=61
member group leave team hosp-r
asks hosp-r
told 1 '.rule == "access.denied"'
[[ " $(listed_to hosp-r) " != *" $grant "* ]]
custodian_says hosp-r --record Observation/41
told 1 '.rule == "access.denied"'
opens hosp-r Condition-42.json Observation-41.json
act_as hosp-b
refused 5 grant.actor "not for 'hosp-r'" release --to hosp-r
was_denied hosp-r grant.actor
member group join team hosp-r
releases 2 hosp-r
member group dissolve team
act_as hosp-b
refused 5 grant.actor "not for 'hosp-r'" release --to hosp-r
refused 5 grant.actor "not for 'hosp-c'" release --to hosp-c
refused 8 entry.state "there is no group 'team'" medchain-grant give --actor group:team --purpose TREAT --until 9d --all --time "$(now)"
refused 8 entry.state "there is no group 'nobody'" medchain-grant give --actor group:nobody --purpose TREAT --until 9d --all --time "$(now)"
printf 'exceptions: [{provision: deny, groups: [nobody]}]\n' >nobody.yaml
refused 8 entry.state "there is no group 'nobody'" medchain-grant give --to hosp-r --exceptions nobody.yaml --purpose TREAT --until 9d --all --time "$(now)"
refused 2 usage "'No Name'" medchain-grant give --actor 'group:No Name' --purpose TREAT --until 9d --all --time "$(now)"

it "serves with --standing the groups of a grant, and says of a role that nobody is served"
about 5
member group create night hosp-c
gives --actor group:night --standing
act_as hosp-b
run medchain-grant release --standing --time "$(now)"
expect_status 0
expect_err "released 3 records to 'hosp-c'"
medchain-grant revoke "$grant" -q --time "$(now)" >/dev/null
gives --actor role:requester --standing
run medchain-grant release --standing --time "$(now)"
expect_status 1
expect_err "grant of entry $grant: a standing grant is served to members and groups, this one names none"
releases 3 hosp-c
medchain-grant revoke "$grant" -q --time "$(now)" >/dev/null

it "gives to a person: it is released for, opened by and asked for that person alone"
about 6
act_as hosp-r
run medchain-grant request --from hosp-b --purpose TREAT --until 90d --actor person:dr-1 --person dr-1 --time "$(now)"
expect_status 0
asked=$(jq -r .entry "$out")
dr1=$(medchain-grant list --requests --json | jq -rs 'last | .person')
[[ $(medchain-grant list --requests --json | jq -rs 'last | .scope.actors.persons[0]') == "$dr1" ]]
run medchain-grant request --from hosp-b --purpose TREAT --until 90d --person dr-2 --time "$(now)"
dr2=$(medchain-grant list --requests --json | jq -rs 'last | .person')
act_as hosp-b
run medchain-grant give "$asked" --subject "$subject" --time "$(now)"
expect_status 0
grant=$(jq -r .entry "$out")
custodian_says hosp-r --record Observation/61 --person "$dr1"
told 0 ".permit and .grant == $grant and .filters == []"
custodian_says hosp-r --record Observation/61 --person "$dr2"
told 1 '.rule == "grant.person"'
custodian_says hosp-r --record Observation/61
told 1 '[.filters[].text] == ["only the persons it names"]'
asks hosp-r --person dr-1
told 0 '.permit and .filters == []'
refused 5 grant.person 'not for this person' env MEDCHAIN_KEY="$PWD/keys/hosp-b" MEDCHAIN_VAULT="$PWD/L.vaults/hosp-b" \
  medchain-grant release "$grant" --receiver "$dr2" --time "$(now)"
was_denied hosp-r grant.person
grep -q "\"asker\":\"$dr2\"" denied.entry || fail "$(<denied.entry)"
releases 3 hosp-r
run medchain-grant list --releases --json
jq -es "last | .receiver == \"$dr1\"" "$out" >/dev/null || fail "for another person"
act_as hosp-r
refused 5 grant.person 'for another person' medchain-grant open "$release" -C not --person dr-2 --time "$(now)"
[[ ! -e not ]]
MEDCHAIN_PERSON=dr-1 opens hosp-r Condition-62.json Observation-60.json Observation-61.json
act_as hosp-b
medchain-grant revoke "$grant" -q --time "$(now)" >/dev/null

it "counts how often: the use over it is refused for now, and allowed when the first is a span ago"
about 7
gives --to hosp-r --frequency 2/24h
first=$minute
releases 3 hosp-r
minute=$((first + 60))
releases 3 hosp-r
act_as hosp-b
refused 6 grant.too_often 'the grant allows 2 uses in 24h|the grant allows 2 uses in 1d' release
was_denied hosp-r grant.too_often
custodian_says hosp-r --record Observation/71
told 1 '.rule == "grant.too_often"'
asks hosp-r
told 1 '.rule == "grant.too_often"'
custodian_says hosp-r --record Observation/71 --at "$(at $((first + 1439)))"
told 1 '.rule == "grant.too_often"'
custodian_says hosp-r --record Observation/71 --at "$(at $((first + 1440)))"
told 0 '.permit'
minute=$((first + 1439))
refused 6 grant.too_often 'the grant allows 2 uses' release
# The ledger's clock ticks when it is a minute behind: nobody else need append anything.
minute=$((first + 1442))
releases 3 hosp-r
refused 6 grant.too_often 'the grant allows 2 uses' release
run medchain-grant list --grants --json
jq -es "map(select(.entry == $grant))[0] | .used == 3 and .state == \"active\"" "$out" >/dev/null || fail "refused uses count"
refused 2 usage "expected USES/DURATION, such as 3/24h, got '3'" medchain-grant give --to hosp-r --frequency 3 --purpose TREAT --until 9d --all --time "$(now)"
refused 2 usage "expected USES/DURATION" medchain-grant give --to hosp-r --frequency 0/24h --purpose TREAT --until 9d --all --time "$(now)"
refused 5 entry.rule "1 to 1000 uses in 1 second to 366 days" medchain-grant give --to hosp-r --frequency 1/367d --purpose TREAT --until 9d --all --time "$(now)"
medchain-grant revoke "$grant" -q --time "$(now)" >/dev/null

it "holds from its beginning to its end"
about 8
begins=$((minute + 100)) ends=$((minute + 200))
until=$(at $ends) gives --to hosp-r --start "$(at $begins)"
refused 8 grant.not_yet ' holds from ' release
was_denied hosp-r grant.not_yet
custodian_says hosp-r --record Observation/81
told 1 '.rule == "grant.not_yet"'
custodian_says hosp-r --record Observation/81 --at "$(at $begins)"
told 0 '.permit'
minute=$((begins + 2))
releases 3 hosp-r
minute=$((ends - 10))
releases 3 hosp-r
minute=$((ends + 2))
refused 9 grant.expired ' ended ' release
was_denied hosp-r grant.expired
custodian_says hosp-r --record Observation/81
told 1 '.rule == "grant.expired"'

it "is about the data of a period, the codes, labels, authors and encounters that its terms say"
# only CONDITION N RECORD OPTION...: of the records of N, TREAT is for RECORD alone, and that is released.
only() {
  local condition=$1
  shift
  about "$1"
  gives --to hosp-r "${@:3}"
  local record
  for record in Observation/${1}0 Observation/${1}1 Condition/${1}2; do
    custodian_says hosp-r --record "$record"
    if [[ $record == "$2" ]]; then
      told 0 ".permit and .grant == $grant and .filters == [] and .facts_known"
    else
      told 1 '.rule == "grant.scope"'
      refused 5 grant.scope "$lacking" release "$record"
    fi
  done
  asks hosp-r
  told 0 "[.filters[].text] == [\"only $condition\"]"
  releases 1 hosp-r
  expect_err "2 withheld: .*$lacking"
  opens hosp-r "${2/\//-}.json"
}
lacking="the record's date is not within"
only 'dates until before 2025-01-01T00:00:00Z' 91 Observation/910 --data-until 2025-01-01
only 'dates from 2025-02-01T12:00:00Z' 92 Condition/922 --data-from 2025-02-01T12:00:00Z
lacking="the record has none of"
only 'codes 2339-0' 93 Observation/930 --code 2339-0
only 'codes http://loinc.org|718-7' 94 Observation/941 --code 'http://loinc.org|718-7'
only 'labels R' 95 Observation/950 --label R
only 'authors Practitioner/8' 96 Observation/961 --author Practitioner/8
only 'encounters and care plans Encounter/7' 97 Condition/972 --related Encounter/7
about 98
gives --to hosp-r --code 4548-4
refused 5 grant.scope 'codes 4548-4' release
was_denied hosp-r grant.scope
medchain-grant revoke "$grant" -q --time "$(now)" >/dev/null

it "gives to members in a territory, as their cards say it, and to nobody of whom it is not known"
about 9
gives --actor role:requester --territory CN-GX --territory DE
act_as hosp-b
refused 5 grant.actor "members in CN-GX, DE, 'hosp-c' is in none" release --to hosp-c
was_denied hosp-c grant.actor
asks hosp-c
told 1 '.rule == "grant.actor" and (.reason | contains("is in none"))'
member update hosp-c --territory CN-GD
act_as hosp-b
refused 5 grant.actor "'hosp-c' is in CN-GD" release --to hosp-c
member update hosp-c --territory DE-BE
releases 3 hosp-c
opens hosp-c Condition-92.json Observation-90.json Observation-91.json
act_as hosp-b
refused 2 usage "'--territory': expected a country such as CN .*, got 'Germany'" \
  medchain-grant give --to hosp-c --territory Germany --purpose TREAT --until 9d --all --time "$(now)"
refused 5 entry.rule "a dissent has no .*territories" \
  medchain-grant give --forbid --to hosp-c --territory DE --subject "$subject" --time "$(now)"
# Who gives may narrow to a part of what was asked for, not widen.
act_as hosp-r
run medchain-grant request --from hosp-b --purpose HRESCH --until 90d --territory DE --time "$(now)"
expect_status 0
asked=$(jq -r .entry "$out")
act_as hosp-b
refused 5 grant.wider "'territories' is wider" medchain-grant give "$asked" --territory FR --time "$(now)"
run medchain-grant give "$asked" --territory DE-BE --time "$(now)"
expect_status 0

it "lets act who has a staff key in force, and nobody whose key was revoked, where the policy demands the person's signature"
for name in one two; do medchain-key new -q --staff-of hosp-b -k keys/staff-$name >/dev/null; done
medchain-member staff-add keys/staff-one/staff -q --time "$(now)" >/dev/null
echo 'signed-person: [grant, release]' >policy.yaml
medchain-member policy policy.yaml -q -k keys/hosp-a --time "$(now)" >/dev/null
signs() { "${@:2}" --person-key "keys/staff-$1/sign.key"; }
unsigned=(medchain-grant give --to hosp-r --purpose TREAT --until 90d --subject "$subject" --time "$(now)")
refused 5 signature.missing "the policy demands the signature of the person" "${unsigned[@]}"
refused 5 key.invalid "not one that 'hosp-b' has registered" signs two "${unsigned[@]}"
run signs one "${unsigned[@]}"
expect_status 0
grant=$(jq -r .entry "$out")
run signs one release
expect_status 0
medchain-member staff-revoke keys/staff-one/staff -q --time "$(now)" >/dev/null
packages=$(published)
refused 5 key.invalid "not one that 'hosp-b' has registered|not in force|revoked" signs one release
refused 5 signature.missing "the policy demands the signature of the person" release
[[ $(published) == "$packages" && $(staged) == 0 ]] || fail "a package is left"
# What the revoked key had signed before stands.
run medchain-grant list --grants --json
jq -es "map(select(.entry == $grant))[0] | .used == 1 and .state == \"active\"" "$out" >/dev/null || fail "the grant changed"

it "leaves nothing of it on the ledger, which verifies"
no_trace Practitioner/8 Encounter/7 SubjectCanary020 SubjectCanary0960 PersonCanary0001 4548-4
run medchain-verify ledger -q
expect_status 0
