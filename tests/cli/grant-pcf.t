#!/usr/bin/env bash
# medchain-grant check: the consents that IHE Privacy Consent on FHIR (PCF) works through, given by the command line over records with
# dates, authors, encounters and security labels, and asked as each of them demands (HEALTH PCF-1).  tests/unit/rules/pcf_test.cpp
# judges the same consents with the rules alone.
#
# The sixteen examples, as HEALTH 2.9 counts them, their instances in PCF-consent.fsh, and the cases below that play them:
#
#   1  treat                      ex-consent-basic-treat, -treat-infant, -ink     TREAT, INFANT, INK
#   2  expired                    ex-consent-expired-treat                        EXPIRED
#   3  reject                     ex-consent-basic-reject                         REJECT
#   4  research                   ex-consent-basic-research                       RESEARCH
#   5  timeframe                  ex-consent-intermediate-timeframe               TIME
#   6  not timeframe              ex-consent-intermediate-not-timeframe           NOT-TIME
#   7  authored by                ex-consent-intermediate-authoredby              AUTHOR
#   8  not authored by            ex-consent-intermediate-not-authoredby          NOT-AUTHOR
#   9  encounter, and not         ex-consent-intermediate-encounter, -not-enc...  ENCOUNTER, NOT-ENCOUNTER
#  10  data, and not              ex-consent-intermediate-data, -not-data         DATA, NOT-DATA
#  11  purpose                    ex-consent-intermediate-purpose                 PURPOSE
#  12  dissent and break-glass    ex-dissent-intermediate-break-glass             DISSENT-GLASS
#  13  normal, with restricted    ex-consent-advanced-normal, -normal-restricted  NORMAL, RESTRICTED
#  14  not restricted             ex-consent-advanced-normal-not-restricted       NOT-RESTRICTED
#  15  restricted for one person  ex-consent-advanced-normal-focused-restricted,  FOCUS-R, FOCUS-PSY, FOCUS-PSY-SDV
#                                 -focused-psy, -focused-psy-or-sdv
#  16  break-glass                ex-consent-advanced-normal-break-glass-restr... GLASS
#
# Where PCF names no actor a consent is to everybody.  A permit of ours has an end: that of 2099 where PCF names none.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq

new_keys hosp-b --role custodian --role requester
for name in hosp-r hosp-c; do new_keys "$name" --role requester; done
new_ledger L
for name in hosp-b hosp-r hosp-c; do admit "$name"; done
medchain-member group create privileged hosp-c -q --time "$(at 0)" >/dev/null
export MEDCHAIN_PERSON=PersonCanary0001
tpo="TREAT HPAYMT HOPERAT"
others="HRESCH PUBHLTH HMARKT ETREAT BTG"

# example NAME: a patient of hosp-b with the records on standard input, `TYPE/ID MEMBERS`, in one anchor entry.
example() {
  patient=$1
  act_as hosp-b
  local name more
  while read -r name more; do
    printf '{"resourceType":"%s","id":"%s.%s","subject":{"reference":"Patient/%s"}%s}\n' \
      "${name%/*}" "$patient" "${name#*/}" "$patient" "${more:+,$more}"
  done >records.ndjson
  medchain-vault put -q --subject-from json:/subject/reference records.ndjson --time "$(at 0)" >receipts
  place=$(jq -r 'select(.type == "receipt") | .entry' receipts | head -n 1)
  member=hosp-r
  person=
}
# give OPTION...: the patient's signed consent; $grant is its index, $tag the patient's.
give() {
  echo "$* signed by $patient" >consent
  act_as hosp-b
  run medchain-grant give --subject "Patient/$patient" --consent "${paper:-consent}" --consent-by "${consent_by:-subject}" \
    --policy-uri http://example.org/policies/basePrivacyConsentPolicy.txt --time "$(at 0)" "$@"
  expect_status 0
  grant=$(jq -r .entry "$out")
  run medchain-grant list --grants --json
  tag=$(jq -rs 'last | .scope.subjects[0]' "$out")
}
to_tpo() { give --everybody --purpose TREAT --purpose HPAYMT --purpose HOPERAT --until "${until:-2099-12-31}" "$@"; }
# except: the exceptions on standard input, as a file.
except() { { echo 'exceptions:' && cat; } >"$patient.yaml"; }

asks() {
  local purpose=$1 record=$2
  shift 2
  local who=()
  [[ -z $person ]] || who=(--person "$person")
  run medchain-grant check --member "$member" --purpose "$purpose" --record "${record%/*}/$patient.${record#*/}" "${who[@]}" --json "$@"
}
# permits PURPOSES RECORD [EXCEPTION [OPTION...]]: the custodian's yes, with nothing left to be met, by the grant or its exception.
permits() {
  local purpose
  act_as hosp-b
  for purpose in $1; do
    asks "$purpose" "$2" "${@:4}"
    expect_status 0
    expect_json ".permit and .grant == $grant and .exception == ${3:-null} and .filters == [] and .facts_known"
  done
}
# denies PURPOSES RECORD [EXCEPTION]: what forbids it is the grant, or its exception.
denies() {
  local purpose
  act_as hosp-b
  for purpose in $1; do
    asks "$purpose" "$2"
    expect_status 1
    expect_json "(.permit | not) and .rule == \"access.denied\" and .grant == $grant and .exception == ${3:-null} and .filters == []
      and .facts_known"
  done
}
# lacks RULE PURPOSES RECORD [OPTION...]: nothing permits it; what came nearest failed by this rule.
lacks() {
  local purpose
  act_as hosp-b
  for purpose in $2; do
    asks "$purpose" "$3" "${@:4}"
    expect_status 1
    expect_json "(.permit | not) and .rule == \"$1\" and (has(\"grant\") | not) and .filters == [] and .facts_known"
  done
}
# told_as WHO PURPOSE STATUS JQ [OPTION...]: what another member is told of the patient, who knows no record.
told_as() {
  local who=()
  [[ -z $person ]] || who=(--person "$person")
  act_as "$1"
  run medchain-grant check --custodian hosp-b --member "$member" --purpose "$2" --subject "$tag" "${who[@]}" --json "${@:5}"
  expect_status "$3"
  expect_json "(.facts_known | not) and ($4)"
}
sealed='[.filters[].text] == ["only what the terms say"]'
# gets N [OPTION...]: a release gives what `check` says yes to: N records.
gets() {
  act_as hosp-b
  run medchain-grant release "$grant" --to "$member" --purpose TREAT --time "$(at 0)" "${@:2}"
  expect_status 0
  run medchain-grant list --releases --json
  jq -es "last | .records == $1" "$out" >/dev/null || fail "released other than $1 records"
}

observed='"effectiveDateTime":"2022-06-13","performer":[{"reference":"Practitioner/ex-practitioner"}],"encounter":{"reference":"Encounter/ex-encounter"}'

it "TREAT: permits treatment, payment and operations to everybody, and no other purpose"
example TREAT <<<"Observation/weight $observed"
to_tpo
for member in hosp-r hosp-c; do
  permits "$tpo" Observation/weight
  lacks grant.purpose "$others" Observation/weight
  told_as hosp-a TREAT 0 ".permit and .grant == $grant and .filters == []"
  told_as hosp-a HRESCH 1 '.rule == "grant.purpose"'
  gets 1
done
# Of somebody else nothing was said.
example STRANGER <<<"Observation/weight $observed"
lacks access.denied "$tpo" Observation/weight

it "INFANT: the same by the mother of an infant"
example INFANT <<<"Observation/weight $observed"
consent_by=guardian to_tpo
run medchain-grant list --grants --json
jq -es 'last | .basis.by == "guardian" and (.basis | has("consent"))' "$out" >/dev/null
permits "$tpo" Observation/weight
lacks grant.purpose "$others" Observation/weight

it "INK: the same on paper, of which the ledger has a commitment"
example INK <<<"Observation/weight $observed"
head -c 5000 /dev/urandom >scan.pdf
paper=scan.pdf to_tpo
run medchain-grant list --grants --json
jq -es 'last | .basis.by == "subject" and (.basis | has("consent"))' "$out" >/dev/null
permits "$tpo" Observation/weight
lacks grant.purpose "$others" Observation/weight

it "EXPIRED: permits until its end, and nothing from then on"
example EXPIRED <<<"Observation/weight $observed"
until=2025-12-31 to_tpo
permits "$tpo" Observation/weight '' --at 2025-12-30T23:59:59Z
lacks grant.expired "$tpo" Observation/weight --at 2025-12-31
told_as hosp-r TREAT 0 '.permit' --at 2025-12-30T23:59:59Z
told_as hosp-r TREAT 1 '.rule == "grant.expired"' --at 2025-12-31
lacks grant.purpose "$others" Observation/weight

it "REJECT: denies treatment, payment and operations, whatever else permits them, and nothing else"
example REJECT <<<"Observation/weight $observed"
to_tpo
permits "$tpo" Observation/weight
give --forbid --everybody --purpose TREAT --purpose HPAYMT --purpose HOPERAT
denies "$tpo" Observation/weight
lacks grant.purpose "$others" Observation/weight
told_as hosp-r TREAT 1 ".rule == \"access.denied\" and .grant == $grant"
give --everybody --purpose HRESCH --until 2099-12-31
permits HRESCH Observation/weight

it "RESEARCH: permits research alone"
example RESEARCH <<<"Observation/weight $observed"
give --everybody --purpose HRESCH --until 2099-12-31
permits HRESCH Observation/weight
lacks grant.purpose "$tpo PUBHLTH ETREAT BTG" Observation/weight
told_as hosp-r HRESCH 0 ".permit and .grant == $grant and .filters == []"
told_as hosp-r TREAT 1 '.rule == "grant.purpose"'

dated='Observation/old "effectiveDateTime":"2021-12-31T23:59:59Z"
Observation/first "effectiveDateTime":"2022-01-01"
Observation/last "effectiveDateTime":"2022-12-31T23:59:59.9Z"
Observation/month "effectiveDateTime":"2022-06"
Observation/zone "effectiveDateTime":"2023-01-01T00:30:00+01:00"
Observation/new "effectiveDateTime":"2023-01-01"
Observation/undated "status":"final"'

it "TIME: permits data of 2022 alone"
example TIME <<<"$dated"
to_tpo --data-from 2022-01-01 --data-until 2023-01-01
for record in first last month zone; do permits "$tpo" Observation/$record; done
for record in old new; do lacks grant.scope "$tpo" Observation/$record; done
lacks grant.purpose "$others" Observation/first
# What has no date is not known to be of 2022, and not known not to be.
asks TREAT Observation/undated
expect_status 1
expect_json '.filters | map(.text) == ["only dates from 2022-01-01T00:00:00Z until before 2023-01-01T00:00:00Z"]'
told_as hosp-r TREAT 0 ".permit and .grant == $grant and $sealed"
gets 4

it "NOT-TIME: permits all but data of 2022"
example NOT-TIME <<<"$dated"
except <<<'  - {provision: deny, data-from: 2022-01-01, data-until: 2023-01-01}'
to_tpo --exceptions NOT-TIME.yaml
for record in old new; do permits "$tpo" Observation/$record; done
for record in first last month zone; do denies "$tpo" Observation/$record 1; done
lacks grant.purpose "$others" Observation/old
asks TREAT Observation/undated
expect_status 1
expect_json '.filters | map([.exception, .text]) == [[1, "not dates from 2022-01-01T00:00:00Z until before 2023-01-01T00:00:00Z"]]'
told_as hosp-r TREAT 0 '.filters | map([.exception, .text]) == [[1, "not what the terms say"]]'
gets 2

authored='Observation/his "performer":[{"reference":"Practitioner/ex-practitioner"}]
Observation/hers "performer":[{"reference":"Practitioner/ex-practitioner-2"}]
Observation/both "performer":[{"reference":"Organization/ex-organization"},{"reference":"Practitioner/ex-practitioner"}]
Observation/nobodys "status":"final"
DocumentReference/letter "author":[{"reference":"Practitioner/ex-practitioner"}]'

it "AUTHOR: permits data by a practitioner alone"
example AUTHOR <<<"$authored"
to_tpo --author Practitioner/ex-practitioner
for record in Observation/his Observation/both DocumentReference/letter; do permits "$tpo" $record; done
for record in hers nobodys; do lacks grant.scope "$tpo" Observation/$record; done
lacks grant.purpose "$others" Observation/his
told_as hosp-r TREAT 0 "$sealed"
gets 3

it "NOT-AUTHOR: permits all but data by a practitioner"
example NOT-AUTHOR <<<"$authored"
except <<<'  - {provision: deny, authors: [Practitioner/ex-practitioner]}'
to_tpo --exceptions NOT-AUTHOR.yaml
for record in hers nobodys; do permits "$tpo" Observation/$record; done
for record in Observation/his Observation/both DocumentReference/letter; do denies "$tpo" $record 1; done
lacks grant.purpose "$others" Observation/hers
told_as hosp-r TREAT 0 '.filters | map([.exception, .text]) == [[1, "not what the terms say"]]'
gets 2

met='Observation/there "encounter":{"reference":"Encounter/ex-encounter"}
Observation/elsewhere "encounter":{"reference":"Encounter/ex-encounter-2"}
Observation/planned "basedOn":[{"reference":"CarePlan/ex"},{"reference":"Encounter/ex-encounter"}]
Observation/alone "status":"final"'

it "ENCOUNTER: permits data of an encounter alone"
example ENCOUNTER <<<"$met"
to_tpo --related Encounter/ex-encounter
for record in there planned; do permits "$tpo" Observation/$record; done
for record in elsewhere alone; do lacks grant.scope "$tpo" Observation/$record; done
lacks grant.purpose "$others" Observation/there
told_as hosp-r TREAT 0 "$sealed"
gets 2

it "NOT-ENCOUNTER: permits all but data of an encounter"
example NOT-ENCOUNTER <<<"$met"
except <<<'  - {provision: deny, related: [Encounter/ex-encounter]}'
to_tpo --exceptions NOT-ENCOUNTER.yaml
for record in elsewhere alone; do permits "$tpo" Observation/$record; done
for record in there planned; do denies "$tpo" Observation/$record 1; done
lacks grant.purpose "$others" Observation/alone
told_as hosp-r TREAT 0 '.filters | map([.exception, .text]) == [[1, "not what the terms say"]]'
gets 2

named='Observation/alcoholUse "status":"final"
Observation/bloodSugar "status":"final"
Observation/weight "status":"final"
Encounter/ex-encounter "status":"finished"
Observation/height "status":"final"'

it "DATA: permits the data that are named alone, which the ledger shows to everybody"
example DATA <<<"$named"
chosen=()
for record in Observation/DATA.alcoholUse Observation/DATA.bloodSugar Observation/DATA.weight Encounter/DATA.ex-encounter; do
  chosen+=(--record "$record")
done
to_tpo "${chosen[@]}"
for record in Observation/alcoholUse Observation/bloodSugar Observation/weight Encounter/ex-encounter; do permits "$tpo" $record; done
lacks grant.scope "$tpo" Observation/height
lacks grant.purpose "$others" Observation/weight
told_as hosp-r TREAT 0 '[.filters[].text] == ["only the records it names"]'
told_as hosp-r TREAT 0 ".permit and .grant == $grant and .filters == []" --record "$place:0"
shown() { jq -r "select(.type == \"receipt\") | \"\(.entry):\(.row)\"" receipts | tail -n "+$1" | head -n 1; }
told_as hosp-r TREAT 1 '.rule == "grant.scope"' --record "$(shown 5)"
gets 4

it "NOT-DATA: permits all but the data that are named, in clear or sealed"
example NOT-DATA <<<"$named"
except <<<'  - {provision: deny, records: [Observation/NOT-DATA.alcoholUse]}'
to_tpo --exceptions NOT-DATA.yaml
for record in Observation/bloodSugar Observation/weight Encounter/ex-encounter Observation/height; do permits "$tpo" $record; done
denies "$tpo" Observation/alcoholUse 1
lacks grant.purpose "$others" Observation/weight
told_as hosp-r TREAT 1 '[.filters[].text] == ["not what the terms say"] and .rule == "access.denied"' --record "$(shown 1)"
gets 4
example NOT-PLACE <<<"$named"
except <<<"  - {provision: deny, records: ['$(shown 1)']}"
to_tpo --exceptions NOT-PLACE.yaml
permits "$tpo" Observation/weight
denies "$tpo" Observation/alcoholUse 1
told_as hosp-r TREAT 1 ".rule == \"access.denied\" and .grant == $grant and .exception == 1" --record "$(shown 1)"
told_as hosp-r TREAT 0 ".permit and .grant == $grant and .filters == []" --record "$(shown 2)"
gets 4

it "PURPOSE: permits a purpose of one's own to one organization alone"
example PURPOSE <<<"Observation/weight $observed"
give --to hosp-c --purpose FooBar --until 2099-12-31
lacks access.denied "FooBar HRESCH $tpo" Observation/weight
told_as hosp-a FooBar 1 '.rule == "access.denied" and (has("grant") | not)'
member=hosp-c
permits FooBar Observation/weight
lacks grant.purpose "HRESCH foobar $tpo $others" Observation/weight
told_as hosp-c FooBar 0 ".permit and .grant == $grant and .filters == []"

# breaks_glass NAME [OPTION...]: NAME's person states an emergency about the patient; $emergency is its index.
breaks_glass() {
  act_as "$1"
  echo "unconscious" >words
  run medchain-grant emergency --from hosp-b --subject-tag "$tag" --reason unconscious --text-file words --time "$(at 0)" "${@:2}"
  emergency=$(jq -r .entry "$out")
}

it "DISSENT-GLASS: denies everything to everybody, but for those who may break the glass"
example DISSENT-GLASS <<<"Observation/weight $observed"
to_tpo
except <<<'  - {provision: permit, purposes: [BTG], groups: [privileged]}'
give --forbid --everybody --exceptions DISSENT-GLASS.yaml
denies "$tpo $others" Observation/weight
told_as hosp-a BTG 1 ".rule == \"access.denied\" and .grant == $grant and (has(\"exception\") | not)"
breaks_glass hosp-r
expect_status 5
expect_err "a dissent of 'hosp-b', entry $grant, forbids it"
member=hosp-c
denies "$tpo HRESCH ETREAT" Observation/weight
# Not denied is not permitted: what lets them in is the emergency.
lacks grant.purpose BTG Observation/weight
told_as hosp-a BTG 1 '.rule == "grant.purpose"'
breaks_glass hosp-c
expect_status 0
act_as hosp-b
run medchain-grant release "$emergency" --time "$(at 0)"
expect_status 0
expect_err "released 1 record to 'hosp-c'"

labelled() { printf '"meta":{"security":[{"code":"%s"}%s]}' "$1" "${2:+,{\"code\":\"$2\"\}}"; }
graded=$(
  echo 'Observation/plain "status":"final"'
  for label in N R V PSY SDV HIV ETH; do echo "Observation/$label $(labelled $label)"; done
  echo "Observation/R-PSY $(labelled R PSY)"
  echo "Observation/N-R $(labelled N R)"
)

it "NORMAL: permits normal data alone; what has no label is normal"
example NORMAL <<<"$graded"
to_tpo --label N
for record in plain N N-R; do permits "$tpo" Observation/$record; done
for record in R V PSY SDV HIV ETH R-PSY; do lacks grant.scope "$tpo" Observation/$record; done
lacks grant.purpose "$others" Observation/N
told_as hosp-r TREAT 0 "$sealed"
gets 3

it "RESTRICTED: permits normal and restricted data"
example RESTRICTED <<<"$graded"
to_tpo --label N --label R
for record in plain N R R-PSY N-R; do permits "$tpo" Observation/$record; done
for record in V PSY SDV HIV ETH; do lacks grant.scope "$tpo" Observation/$record; done
lacks grant.purpose "$others" Observation/R
gets 5

it "NOT-RESTRICTED: permits normal data, and denies what is restricted besides"
example NOT-RESTRICTED <<<"$graded"
except <<<'  - {provision: deny, labels: [R]}'
to_tpo --label N --exceptions NOT-RESTRICTED.yaml
for record in plain N; do permits "$tpo" Observation/$record; done
for record in R R-PSY N-R; do denies "$tpo" Observation/$record 1; done
for record in V PSY SDV HIV ETH; do lacks grant.scope "$tpo" Observation/$record; done
lacks grant.purpose "$others" Observation/N
told_as hosp-r TREAT 0 '.filters | map([.exception, .text]) == [[null, "only what the terms say"], [1, "not what the terms say"]]'
# What the custodian types of a record is so besides what the record says.
act_as hosp-b
asks TREAT Observation/N --label R
expect_status 1
expect_json ".exception == 1 and .grant == $grant"
asks TREAT Observation/R --label N
expect_status 1
expect_json ".exception == 1 and .grant == $grant"
gets 2

# The practitioner of hosp-r, as a request told of him, and a colleague.
act_as hosp-r
MEDCHAIN_PERSON="Practitioner/ex-practitioner" medchain-grant request --from hosp-b --purpose TREAT --until 90d --time "$(at 0)" -q >/dev/null
practitioner=$(medchain-grant list --requests --json | jq -rs 'last | .person')
MEDCHAIN_PERSON="Practitioner/ex-practitioner-2" medchain-grant request --from hosp-b --purpose TREAT --until 90d --time "$(at 0)" -q >/dev/null
colleague=$(medchain-grant list --requests --json | jq -rs 'last | .person')
[[ $practitioner != "$colleague" ]]

# focus NAME LABEL...: normal data to everybody, and data of the labels to the practitioner.
focus() {
  local name=$1 record
  shift
  example "$name" <<<"$graded"
  except <<<"  - {provision: permit, labels: [$(printf '%s\n' "$@" | paste -sd,)], persons: ['$practitioner']}"
  to_tpo --label N --exceptions "$name.yaml"
  for person in "$practitioner" "$colleague"; do
    for record in plain N; do permits "$tpo" Observation/$record; done
    for record in V HIV ETH; do lacks grant.scope "$tpo" Observation/$record; done
    lacks grant.purpose "$others" Observation/N
  done
  for record in "$@"; do
    lacks grant.scope "$tpo" "Observation/$record"
    person=$practitioner permits "$tpo" "Observation/$record" 1
    person=$practitioner lacks grant.purpose "$others" "Observation/$record"
  done
  person=$practitioner told_as hosp-r TREAT 0 ".permit and .exception == 1
    and (.filters | map([.exception, .text]) == [[1, \"only what the terms say\"], [null, \"or: only what the terms say\"]])"
  person=$colleague told_as hosp-r TREAT 0 '.permit and (has("exception") | not) and '"$sealed"
  # The practitioner's own hospital knows him by name.
  person=Practitioner/ex-practitioner told_as hosp-r TREAT 0 '.exception == 1'
}

it "FOCUS-R: permits normal data to everybody, and restricted data to one person"
focus FOCUS-R R
person=$practitioner permits "$tpo" Observation/R-PSY 1
for person in "$practitioner" "$colleague"; do
  for record in PSY SDV; do lacks grant.scope "$tpo" Observation/$record; done
done
gets 5 --receiver "$practitioner"
gets 3 --receiver "$colleague"
gets 3

it "FOCUS-PSY: permits normal data to everybody, and data on mental health to one person"
focus FOCUS-PSY PSY
person=$practitioner permits "$tpo" Observation/R-PSY 1
for person in "$practitioner" "$colleague"; do
  for record in R SDV; do lacks grant.scope "$tpo" Observation/$record; done
done
gets 5 --receiver "$practitioner"
gets 3 --receiver "$colleague"

it "FOCUS-PSY-SDV: permits normal data to everybody, and data on mental or sexual health to one person"
focus FOCUS-PSY-SDV PSY SDV
for person in "$practitioner" "$colleague"; do lacks grant.scope "$tpo" Observation/R; done
gets 6 --receiver "$practitioner"
gets 3 --receiver "$colleague"

it "GLASS: permits normal data to everybody, and restricted data to those who may break the glass"
example GLASS <<<"$graded"
except <<<'  - {provision: permit, purposes: [BTG], groups: [privileged], labels: [R]}'
to_tpo --label N --exceptions GLASS.yaml
for member in hosp-r hosp-c; do
  for record in plain N N-R; do permits "$tpo" Observation/$record; done
  lacks grant.scope "$tpo" Observation/R
  lacks grant.purpose "$others" Observation/N
done
member=hosp-c
for record in R R-PSY; do permits BTG Observation/$record 1; done
lacks grant.purpose "HRESCH PUBHLTH ETREAT" Observation/R
lacks grant.purpose BTG Observation/V
told_as hosp-c BTG 0 '.exception == 1 and ([.filters[].text] == ["only what the terms say"])'
member=hosp-r
lacks grant.purpose BTG Observation/R
told_as hosp-r BTG 1 '.rule == "grant.purpose"'
# It is a permit: nothing in it forbids an emergency, of anybody.
breaks_glass hosp-r
expect_status 0
act_as hosp-b
run medchain-grant release "$emergency" --time "$(at 0)"
expect_status 0
expect_err "released 10 records to 'hosp-r'"

it "leaves nothing of it on the ledger: no author, encounter, label or name"
no_trace Practitioner/ex- Encounter/ex- Patient/TREAT PersonCanary0001 Observation/NOT-DATA
act_as hosp-b
run medchain-verify ledger -q
expect_status 0
