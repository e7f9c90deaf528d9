#!/usr/bin/env bash
# medchain-grant release --standing: what is new goes out from cron, and emergencies are served with nobody looking on.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing put
serve() { medchain-grant release --standing --time "$(at "${minute:-0}")" "$@"; }
put() { medchain-vault put -q --subject-from json:/subject/reference - --time "$(at 0)" >/dev/null; }

it "releases nothing where no grant is a standing one"
granted --uses 9
fails_with 0 '0 releases by standing orders' serve

it "releases to each receiver what is new since, and nothing twice"
run medchain-grant give --to hosp-r --purpose TREAT --until 90d --type Observation --subject SubjectCanary001 --standing --time "$(at 0)"
expect_status 0
grant=$(jq -r .entry "$out")
run serve
expect_status 0
expect_err "released 1 record to 'hosp-r'"
expect_err '1 release by standing orders'
fails_with 0 '0 releases by standing orders' serve
echo '{"resourceType":"Observation","id":"12","subject":{"reference":"SubjectCanary001"}}' | put
echo '{"resourceType":"Observation","id":"13","subject":{"reference":"SubjectCanary002"}}' | put
run serve
expect_status 0
expect_err "released 1 record to 'hosp-r'"
release=$(jq -r .entry "$out")
"$MEDCHAIN_TEST_TAMPER" L get "$release" | grep -q '"standing":true'
act_as hosp-r
medchain-grant open "$release" -C got --time "$(at 0)" -q >/dev/null
[[ $(ls got) == Observation-12.json ]] || fail "$(ls got)"

it "releases a new version of a record that was released"
act_as hosp-b
echo '{"resourceType":"Observation","id":"12","status":"amended","subject":{"reference":"SubjectCanary001"}}' | put
run serve
expect_status 0
expect_err "released 1 record to 'hosp-r'"

it "goes on when one grant fails, tells which, and fails for cron"
new_keys hosp-c --role requester
admit_as=$MEDCHAIN_KEY
(act_as hosp-a && admit hosp-c)
[[ $MEDCHAIN_KEY == "$admit_as" ]]
medchain-grant give --to hosp-c --purpose TREAT --purpose HOPERAT --until 90d --type Observation --standing --time "$(at 0)" -q >/dev/null
echo '{"resourceType":"Observation","id":"14","subject":{"reference":"SubjectCanary001"}}' | put
run serve
expect_status 1
expect_err "grant of entry [0-9]+ to 'hosp-c': a standing grant is served for one purpose"
expect_err "released 1 record to 'hosp-r'"
expect_err '1 release by standing orders, 1 failed'

it "serves the members of a group that a grant names, and tells of one that names nobody to serve"
(act_as hosp-a && medchain-member group create team hosp-c --time "$(at 0)" -q >/dev/null)
medchain-grant give --actor group:team --purpose TREAT --until 90d --type Observation --subject SubjectCanary002 --standing --time "$(at 0)" -q >/dev/null
medchain-grant give --actor role:requester --purpose TREAT --until 90d --type Observation --subject SubjectCanary002 --standing --time "$(at 0)" -q >/dev/null
run serve
expect_status 1
expect_err "released 2 records to 'hosp-c'"
expect_err 'a standing grant is served to members and groups, this one names none'

it "serves no emergency unless it is told to"
act_as hosp-r
echo words >why
run medchain-grant emergency --from hosp-b --reason unconscious --text-file why --subject SubjectCanary001 --time "$(at 0)"
expect_status 0
emergency=$(jq -r .entry "$out")
act_as hosp-b
run serve
expect_err '0 releases by standing orders'
run medchain-grant list --emergencies --json
expect_json '.releases == 0'

it "serves an emergency unattended: from the emergency to files that are read, about that subject alone"
run serve --emergencies
expect_err '1 release by standing orders'
release=$(jq -r 'select(.kind == "release") | .entry' "$out")
no_trace SubjectCanary001 PersonCanary0001
act_as hosp-r
run medchain-grant open "$release" -C emergency --time "$(at 0)"
expect_status 0
[[ $(find emergency -type f -printf '%f\n' | LC_ALL=C sort | paste -sd' ') == "Observation-12.json Observation-14.json Observation-9.json" ]] ||
  fail "$(ls emergency)"
head -n 1 observations.ndjson | tr -d '\n' | cmp - emergency/Observation-9.json
act_as hosp-b
run serve --emergencies
expect_err '0 releases by standing orders'
run medchain-grant list --emergencies --json
expect_json ".entry == $emergency and .releases == 1"

it "releases by hand what an emergency asks for, by any of the names, and to nobody else"
run medchain-grant release "$emergency" Observation/9 --time "$(at 0)"
expect_status 0
fails_with 5 'one subject|not' medchain-grant release "$emergency" Observation/10 --time "$(at 0)"
fails_with 2 'does not go with an emergency' medchain-grant release "$emergency" --to hosp-a --time "$(at 0)"
act_as hosp-r
echo UnknownCanary001 >who
medchain-grant emergency --from hosp-b --reason unconscious --text-file why --subject-file who --time "$(at 0)" -q >/dev/null
act_as hosp-b
run serve --emergencies
expect_status 1
expect_err 'knows no subject by the emergency'
expect_no_err UnknownCanary001

it "obeys a dissent in an emergency, and records the refusal"
act_as hosp-r
medchain-grant emergency --from hosp-b --reason unconscious --text-file why --subject SubjectCanary002 --time "$(at 0)" -q >/dev/null
second=$(medchain-grant list --emergencies --json | jq -s 'max_by(.entry).entry')
act_as hosp-b
medchain-grant give --forbid --to hosp-r --purpose BTG --purpose ETREAT --subject SubjectCanary002 --type Observation --until 90d --time "$(at 0)" -q >/dev/null
packages=$(published)
fails_with 5 'error' medchain-grant release "$second" --time "$(at 0)"
expect_err 'recorded the refusal'
[[ $(published) == "$packages" && $(staged) == 0 ]]

it "ends with the emergency"
minute=241
fails_with 9 'the emergency ended' medchain-grant release "$emergency" --time "$(at 241)"

it "serves a grant from its first minute on, though nobody else has appended anything since"
act_as hosp-b
run medchain-grant give --to hosp-r --purpose HMARKT --until 90d --start "$(at 480)" --type Observation --subject SubjectCanary001 --standing --time "$(at 241)"
expect_status 0
begins=$(medchain-grant list --grants --json | jq -rs 'last | .scope.from')
minute=479
run serve
[[ $(medchain-grant list --releases --json | jq -s 'map(select(.purpose == "HMARKT")) | length') == 0 ]]
minute=482
run serve
[[ $(medchain-grant list --releases --json | jq -s 'map(select(.purpose == "HMARKT")) | length') == 1 ]] || fail "not served since $begins"

it "leaves a ledger that verifies"
run medchain-verify ledger -q
expect_status 0
