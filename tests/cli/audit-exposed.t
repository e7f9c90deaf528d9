#!/usr/bin/env bash
# medchain-audit exposed: whose records a person, a member or the holder of a signing key reached.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
need jq
make_history
one=$(tag_of SubjectCanary001)
two=$(tag_of SubjectCanary002)
exposed() { run medchain-audit exposed --json "$@"; }
# reaches TAG JQ: the row of this subject.
reaches() { jq -e -n "first(inputs | select(.type == \"exposure\" and .subject_tag == \"$1\")) | $2" "$out" >/dev/null || fail "$1: expected $2"; }
# row_count N
row_count() {
  expect_status 0
  expect_summary ".count == $1 and .complete"
}

it "lists what a person released, by name or by tag"
exposed --person PersonCanary0001
row_count 2
reaches "$two" '.records == 1 and .custodian == "hosp-b" and .how == ["gave"] and .entries == ['"$release"'] and .places == [{entry: '"$anchored"', rows: "1"}]'
reaches "$one" '.records == 2 and (.how | index("gave")) and (.how | index("named")) and .resources == [{resource: "Observation", count: 2}]
  and (.entries | contains(['"$release, $second, $treated, $told, $referral, $referred, $served, $again"'])) and (.entries | index('"$anchored"') | not)'
cp "$out" by_name
person=$(medchain-audit log --json --kind release --limit 1 | jq -r 'select(.type == "event") | .person')
exposed --person-tag "$person"
cmp "$out" by_name
! grep -q Canary by_name || fail 'a name is shown'
expect_err 'found in [0-9]+ entries, [0-9]+ of them name no subject'

it "counts from a time on, and until one"
exposed --person-tag "$person" --since "$(at 1)"
row_count 1
reaches "$one" ".first == \"$(at $((31 * 24 * 60)))\""
exposed --person-tag "$person" --until "$(at 1)"
row_count 2
reaches "$one" '.records == 1 and .how == ["gave"]'

it "lists what a member got, opened and anchored, and not what was refused to it"
exposed --member hosp-r
row_count 3
reaches "$two" '.how == ["received", "opened"] and .records == 1 and .entries == ['"$release, $used"']'
reaches "$one" '.records == 2 and (.entries | index('"$denied"') | not) and (.entries | index('"$opened"'))'
# Its own tag of the subject of the emergency: no record of it is there.
jq -e -n '[inputs | select(.type == "exposure" and .records == 0)] | length == 1 and .[0].how == ["named"] and (.[0] | has("custodian") | not)' "$out" >/dev/null
exposed --member hosp-c --since "$(at 1)"
row_count 1
reaches "$one" '.how == ["received"]'
expect_err "sealed to 'hosp-c' before"
exposed --member hosp-b
reaches "$two" '.how | index("anchored")'

it "lists what was signed with a key"
vkey=$(medchain-member show hosp-r --json | jq -r '.. | .sign? // empty' | head -1)
[[ $vkey == hosp-r+* ]] || fail "vkey $vkey"
exposed --signing-key "$vkey"
expect_status 0
cp "$out" by_vkey
exposed --signing-key "${vkey:0:15}"
cmp "$out" by_vkey
reaches "$two" '.how == ["opened"]'
exposed --signing-key hosp-r+00000000
row_count 0

it "is a table for people and spreadsheets"
run medchain-audit exposed --person-tag "$person"
expect_status 0
expect_out '^SUBJECT +HELD BY +RECORDS +HOW +FIRST +LAST +ENTRIES$'
expect_out "^${two#sha256:} +hosp-b +1 Observation +gave +2025-03-01T09:00:00Z +2025-03-01T09:00:00Z +1$"
run medchain-audit exposed --person-tag "$person" --format csv
expect_out '^subject_tag,custodian,how,records,resources,first,last,entries,places'
expect_out "^$two,hosp-b,"

it "writes nothing, and refuses what is no question"
unwritten L "$MEDCHAIN_VAULT" -- medchain-audit exposed --member hosp-r --json
expect_status 0
fails_with 2 'one of the options' medchain-audit exposed
fails_with 2 'one of the options' medchain-audit exposed --member hosp-r --person-tag "$person"
fails_with 2 "takes the place of '--person'" medchain-audit exposed --person x --person-tag "$person"
fails_with 2 "option '--signing-key': expected NAME\+HEX" medchain-audit exposed --signing-key hosp-r
fails_with 2 "option '--signing-key': expected NAME\+HEX" medchain-audit exposed --signing-key hosp-r+123
fails_with 2 "option '--until': expected a time after" medchain-audit exposed --member hosp-r --since "$(at 5)" --until "$(at 4)"
fails_with 2 "option '--vault' is missing" env -u MEDCHAIN_VAULT medchain-audit exposed --person PersonCanary0001
