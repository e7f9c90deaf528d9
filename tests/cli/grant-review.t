#!/usr/bin/env bash
# medchain-grant review: another person judges an emergency, once, for a reason.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
: "${MEDCHAIN_TEST_SHARING:?the path of medchain-sharing}"
make_sharing
sharing() { "$MEDCHAIN_TEST_SHARING" "$1" L L.host "${@:2}"; }
echo WordsCanary00001 >words
emergency() { # -> $emergency
  run medchain-grant emergency --from hosp-b --subject SubjectCanary001 --reason unconscious --text-file words --time "$(at 0)"
  expect_status 0
  emergency=$(jq -r .entry "$out")
}
review() { medchain-grant review "$emergency" --time "$(at 0)" "$@"; }
shown() { medchain-grant list --emergencies --json | jq -r 'select(.entry == '"$emergency"') | .state + " " + .review'; }
emergency

it "is not for the person who broke the glass"
count=$(entry_count L)
fails_with 5 "who broke the glass does not review it" review --justified --reason life-threat
[[ $(entry_count L) == "$count" ]]

it "says what is missing or wrong before anything is changed"
fails_with 2 "the outcome of the review is missing" review --reason x
expect_err "^medchain-grant: hint: give '--justified', '--unjustified' or '--escalated'"
fails_with 2 "a review has one outcome" review --reason x --justified --unjustified
fails_with 2 "option '--reason' is needed" review --justified
fails_with 2 "option '--reason'" review --justified --reason 'two words'
fails_with 3 "there is no emergency '3'" medchain-grant review 3 --justified --reason x --time "$(at 0)"
fails_with 5 "the act names the person" env MEDCHAIN_PERSON= medchain-grant review "$emergency" --justified --reason x --time "$(at 0)"
[[ $(entry_count L) == "$count" ]]

it "is not for a member that has no part in it"
new_keys hosp-c --role custodian
admit hosp-c
act_as hosp-c
count=$(entry_count L)
fails_with 5 "an emergency is reviewed by 'hosp-r', 'hosp-b' or an auditor" review --justified --reason x
fails_with 5 "an emergency is reviewed by 'hosp-r', 'hosp-b' or an auditor" review --justified --reason x --text-file words
[[ $(entry_count L) == "$count" && $(staged) == 0 ]]
act_as hosp-r

it "is done once, by another person there; its words are for the custodian alone"
run review --justified --reason life-threat --text-file words --person Reviewer00000001 --dry-run
expect_status 0
[[ $(shown) == "active awaiting-review" ]]
run review --justified --reason life-threat --text-file words --person Reviewer00000001
expect_status 0
expect_json '.kind == "review"'
expect_err "the emergency of entry $emergency is justified$"
[[ $(shown) == "active justified" ]]
count=$(entry_count L)
fails_with 8 "the emergency was reviewed by sha256:" review --unjustified --reason x --person Reviewer00000002
act_as hosp-b
fails_with 8 "the emergency was reviewed by sha256:" review --unjustified --reason x
[[ $(entry_count L) == "$count" ]]
no_trace WordsCanary00001 Reviewer00000001
act_as hosp-r

it "opens again with what is released after it"
sharing serve keys/hosp-b "$emergency" 3:0
[[ $(shown) == "active awaiting-review" ]]
run review --justified --reason life-threat --person Reviewer00000001
expect_status 0
[[ $(shown) == "active justified" ]]

it "ends the emergency when it was not justified"
emergency
act_as hosp-b
run review --unjustified --reason curiosity
expect_status 0
[[ $(shown) == "expired unjustified" ]]
! sharing serve keys/hosp-b "$emergency" 3:0 2>told || fail "released"
grep -q "the emergency was judged unjustified" told || fail "$(<told)"
run medchain-grant list --state unjustified --json
expect_json '.entry == '"$emergency"' and (.reviewed | startswith("sha256:"))'

it "can be left to another, such as an auditor"
act_as hosp-r
emergency
run review --escalated --reason unclear --person Reviewer00000001
expect_status 0
[[ $(shown) == "active escalated" ]]
new_keys watch --role auditor
admit watch
act_as watch
run review --justified --reason life-threat --text-file words
expect_status 0
[[ $(shown) == "active justified" ]]

it "prints with --emit what another appends"
act_as hosp-r
emergency
run review --justified --reason x --person Reviewer00000001 --emit
expect_status 0
expect_json '.type == "entry" and .kind == "review"'
[[ $(shown) == "active awaiting-review" ]]
cp "$out" emitted
medchain-sync apply -q --time "$(at 0)" <emitted >/dev/null
[[ $(shown) == "active justified" ]]

it "is one of 16 at the same time, and leaves one package"
emergency
packages=$(published)
for i in {1..16}; do
  medchain-grant review "$emergency" --justified --reason "r-$i" --text-file words --person Reviewer00000001 --wait 5m --time "$(at 0)" >"answer.$i" 2>"told.$i" &
done
wait
[[ $(cat answer.* | grep -c '"review"') == 1 && $(cat told.* | grep -c 'the emergency was reviewed by') == 15 ]] || fail "$(cat told.*)"
[[ $(published) == $((packages + 1)) && $(staged) == 0 ]]
run medchain-verify ledger -q
expect_status 0
