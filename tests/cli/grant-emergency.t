#!/usr/bin/env bash
# medchain-grant emergency: break-glass.  Who may, about whom, how long, who is told, what a dissent forbids, and what stays off the ledger.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
: "${MEDCHAIN_TEST_SHARING:?the path of medchain-sharing}"
make_sharing
sharing() { "$MEDCHAIN_TEST_SHARING" "$1" L L.host "${@:2}"; }
echo WordsCanary00001 >words
# emergency OPTION...: at minute $minute, about SubjectCanary001 unless told otherwise
minute=0
emergency() {
  medchain-grant emergency --from hosp-b --reason unconscious --text-file words --time "$(at $minute)" "$@"
}
state() { medchain-grant list --emergencies --json | jq -r 'select(.entry == '"$1"') | .state + " " + .review'; }
tag_there() { (
  act_as hosp-b
  medchain-vault search -q --subject "$1" --json | jq -r 'select(.type == "directory") | .subject_tag' | head -n 1
); }

it "is one entry, the notice of itself, for as long as the policy allows"
count=$(entry_count L)
run emergency --subject SubjectCanary001
expect_status 0
expect_json '.type == "receipt" and .kind == "emergency"'
expect_err "an emergency at 'hosp-b' until 2025-03-01T13:00:00Z, 1 member told$"
first=$(jq -r .entry "$out")
[[ $(entry_count L) == $((count + 1)) ]] || fail "$(entry_count L) entries"
no_trace SubjectCanary001 WordsCanary00001 PersonCanary0001
run medchain-grant list --emergencies --json
expect_json '.type == "emergency" and .state == "active" and .review == "awaiting-review" and .until == "2025-03-01T13:00:00Z"
  and .author == "hosp-r" and .custodian == "hosp-b" and .notify == ["hosp-b"] and .signed == false and .releases == 0
  and (.person | startswith("sha256:")) and .package.to == ["hosp-b", "hosp-r"] and .acknowledged == []'
run medchain-grant list
expect_out "^ +$first +emergency +active awaiting-review +hosp-r +hosp-b +unconscious +0 +2025-03-01T13:00:00Z$"

it "waits in the inbox of the custodian, with subject and words, and in nobody else's"
act_as hosp-a
run medchain inbox
expect_out_empty
act_as hosp-b
run medchain inbox
expect_out "^notice $first of hosp-r: emergency $first at hosp-b, unconscious, until 2025-03-01T13:00:00Z$"
expect_out "^    subjects: SubjectCanary001$"
expect_out "^    reason: WordsCanary00001$"
run medchain inbox --json
expect_json '.what == "notice" and .of == "emergency" and .custodian == "hosp-b" and .reason == "unconscious"
  and .terms.subjects == ["SubjectCanary001"] and .terms.text == "WordsCanary00001"'

it "is acknowledged once, by who was told"
run medchain-grant acknowledge "$first" --time "$(at 0)"
expect_status 0
expect_json '.kind == "attest"'
run medchain inbox
expect_out_empty
fails_with 8 "'hosp-b' has acknowledged this notice" medchain-grant acknowledge "$first" --time "$(at 0)"
act_as hosp-a
fails_with 5 "the notice is not to 'hosp-a'" medchain-grant acknowledge "$first" --time "$(at 0)"
fails_with 3 "there is no notice '0' on this ledger" medchain-grant acknowledge 0 --time "$(at 0)"
expect_err "^medchain-grant: hint: 'medchain inbox' shows them"
act_as hosp-r
run medchain-grant list --emergencies --json
expect_json '.acknowledged == ["hosp-b"]'

it "names a subject alike each time, though this vault never anchored it"
run emergency --subject SubjectCanary001
expect_status 0
run medchain-grant list --emergencies --json
[[ $(jq -r .subject "$out" | sort -u | wc -l) == 1 ]] || fail "subjects: $(jq -r .subject "$out")"
run emergency --subject Other
run medchain-grant list --emergencies --json
[[ $(jq -r .subject "$out" | sort -u | wc -l) == 2 ]] || fail "subjects: $(jq -r .subject "$out")"

it "gives records that are anchored later the same tag"
named=$(jq -rs '.[0].subject' "$out")
echo '{"resourceType":"Observation","id":"1","subject":{"reference":"SubjectCanary001"}}' |
  medchain-anchor -q --subject-from json:/subject/reference --time "$(at 0)" >/dev/null
[[ $(medchain-vault search -q --subject SubjectCanary001 --json | jq -rs '.[0].subject_tag') == "$named" ]] || fail "another tag"
run medchain-vault check
expect_status 0

it "takes the subject from a file or by its tag, its own or the custodian's"
printf 'SubjectCanary001\nanother line\n' >subject
emergency --subject-file subject >answer 2>/dev/null
tag=$(medchain-grant list --emergencies --json | jq -rs 'last.subject')
run emergency --subject-tag "$tag"
expect_status 0
there=$(tag_there SubjectCanary002)
run emergency --subject-tag "$there"
expect_status 0
[[ $(medchain-grant list --emergencies --json | jq -rs '[.[-3:][].subject] | unique | length') == 2 ]] || fail "tags"
[[ $(medchain-grant list --emergencies --json | jq -rs 'last.subject') != "$there" ]] || fail "the custodian's tag is stated as one's own"
act_as hosp-b
run medchain inbox --json
jq -s -e --arg there "$there" '.[-2].terms.subjects == ["SubjectCanary001"] and last.terms.subjects == [$there]' "$out" >/dev/null || fail "$(<"$out")"
act_as hosp-r

it "says what is missing or wrong before anything is changed"
count=$(entry_count L)
before=$(state_of L L.host L.vaults/hosp-r L.packages)
fails_with 2 "option '--from' is needed" medchain-grant emergency --reason x
fails_with 2 "option '--reason' is needed" medchain-grant emergency --from hosp-b
fails_with 2 "option '--text-file' is needed" medchain-grant emergency --from hosp-b --reason x --subject s
fails_with 2 "option '--subject' is needed" emergency
fails_with 2 "option '--subject-tag' takes the place of '--subject'" emergency --subject s --subject-tag "$tag"
fails_with 2 "option '--subject-file' takes the place of '--subject'" emergency --subject s --subject-file subject
fails_with 2 "option '--subject-tag': " emergency --subject-tag sha256:12
fails_with 2 "option '--notify'" emergency --subject s --notify 'no name'
fails_with 3 "the text is empty" medchain-grant emergency --from hosp-b --reason x --subject s --text-file /dev/null --time "$(at 0)"
fails_with 3 "neither this vault nor 'hosp-b' has a subject of this tag" emergency --subject-tag "sha256:$(printf '0%.0s' {1..64})"
[[ $(state_of L L.host L.vaults/hosp-r L.packages) == "$before" ]] || fail "something changed"

it "is refused by the rules: too long, over, no person, the wrong role, oneself, no member"
packages=$(published)
fails_with 5 "'until': expected within 4h after log time 2025-03-01T09:00:00Z, got 2025-03-01T13:00:01Z" emergency --subject SubjectCanary001 --until 14401s
fails_with 5 "'until': expected within 4h" emergency --subject SubjectCanary001 --until "$(at 0)"
fails_with 5 "the act names the person who acts" env MEDCHAIN_PERSON= medchain-grant emergency --from hosp-b --reason x --text-file words \
  --subject s --time "$(at 0)"
fails_with 5 "nobody breaks its own glass" medchain-grant emergency --from hosp-r --reason x --text-file words --subject s --time "$(at 0)"
fails_with 5 "'hosp-x' is not a member" medchain-grant emergency --from hosp-x --reason x --text-file words --subject s --time "$(at 0)"
fails_with 5 "'hosp-x' is not a member" emergency --subject s --notify hosp-x
act_as hosp-a
fails_with 5 "'hosp-a' has not the role requester" emergency --subject s
new_keys hosp-z --role requester
act_as hosp-z
fails_with 5 "'hosp-z' is not a member of this ledger" emergency --subject s
act_as hosp-r
[[ $(entry_count L) == "$count" && $(published) == "$packages" && $(staged) == 0 ]] || fail "something is left"

it "tells of a dry run what it would do, and changes nothing, with a vault and without"
before=$(state_of L L.host L.vaults/hosp-r L.packages)
run emergency --subject NobodyKnown0001 --dry-run
expect_status 0
expect_json '.dry_run == true and .kind == "emergency"'
run emergency --subject NobodyKnown0001 --dry-run --vault nowhere
expect_status 0
[[ $(state_of L L.host L.vaults/hosp-r L.packages) == "$before" && ! -e nowhere ]] || fail "something changed"

it "prints with --emit what another appends, and publishes the package when it has"
packages=$(published)
run emergency --subject SubjectCanary001 --emit
expect_status 0
expect_json -s 'map(.type) == ["package", "entry"] and .[1].kind == "emergency"'
cp "$out" emitted
[[ $(published) == "$packages" && $(staged) == 1 ]]
run medchain-sync apply --time "$(at 0)" <emitted
expect_status 0
[[ $(published) == $((packages + 1)) && $(staged) == 1 ]] || fail "the package was not published"
run medchain-grant review 99 --justified --reason x --time "$(at 0)"
expect_status 3
[[ $(published) == $((packages + 1)) && $(staged) == 0 ]] || fail "the emitter keeps what was published"

it "says that the entry is there where the receipt cannot be written"
count=$(entry_count L)
full() { emergency --subject SubjectCanary001 >/dev/full; }
run full
expect_status 7
expect_err "appended entry $count, but the receipt could not be written"
gone() { emergency --subject SubjectCanary001 | true; }
run gone
[[ $(entry_count L) == $((count + 2)) ]] || fail "$(entry_count L) entries"

it "ends at its time, by log time"
minute=600
run emergency --subject SubjectCanary001 --until 30m
expect_status 0
second=$(jq -r .entry "$out")
[[ $(state "$second") == "active awaiting-review" && $(state "$first") == "expired awaiting-review" ]]
minute=630
run emergency --subject Other
[[ $(state "$second") == "expired awaiting-review" ]]
run medchain-grant list --emergencies --state expired --json
[[ $(jq -s 'map(.state) | unique == ["expired"]' "$out") == true ]]
run emergency --subject Other --until 4h # log time is behind the clock by less than a tick
expect_status 0

it "tells the patient whom the subject belongs to, here or at the custodian"
patient=$(medchain-key new -q --kind patient -k keys/patient | jq -r .card.name)
medchain-member add -q keys/patient/"$patient".member -k keys/hosp-a --time "$(at 630)" >/dev/null
own=$(medchain-grant list --emergencies --json | jq -rs '.[0].subject')
there=$(tag_there SubjectCanary001)
sharing own keys/hosp-b "$there" keys/patient
run emergency --subject SubjectCanary001
expect_err "1 member told$" # nothing says yet that the two are one
sharing same keys/hosp-b "$there" keys/hosp-r "$own" keys/patient
for option in "--subject SubjectCanary001" "--subject-tag $own" "--subject-tag $there"; do
  # shellcheck disable=SC2086 # two words
  run emergency $option
  expect_status 0
  run medchain-grant list --emergencies --json
  jq -s -e --arg patient "$patient" --arg own "$own" 'last | .notify == ["hosp-b", $patient] and .subject == $own' "$out" >/dev/null ||
    fail "$option: $(tail -n 1 "$out")"
done
act_as patient
run medchain inbox
expect_out "^notice [0-9]+ of hosp-r: emergency [0-9]+ at hosp-b, unconscious, until "
expect_no_out "terms:"
expect_no_out WordsCanary00001
run env MEDCHAIN_PERSON= medchain-grant acknowledge "$(medchain inbox --json | jq -rs 'last.entry')" --time "$(at 630)"
expect_status 0
act_as hosp-r

it "tells who else is named, and lets it read the words"
run emergency --subject SubjectCanary001 --notify hosp-a
expect_status 0
expect_err "3 members told$"
act_as hosp-a
run medchain inbox
expect_out "reason: WordsCanary00001"
act_as hosp-r

it "needs no grant, but obeys a dissent that forbids it, where the ledger shows whom that is about"
act_as hosp-b
give() { medchain-grant give -q --to hosp-r --until 90d --time "$(at 630)" "$@" | jq -r .entry; }
only_treat=$(give --forbid --purpose TREAT --subject SubjectCanary001)
act_as hosp-r
run emergency --subject SubjectCanary001
expect_status 0
act_as hosp-b
medchain-grant revoke -q "$only_treat" --time "$(at 630)" >/dev/null
half=$(give --forbid --purpose ETREAT --subject SubjectCanary001)
act_as hosp-r
run emergency --subject SubjectCanary001
expect_status 0
act_as hosp-b
medchain-grant revoke -q "$half" --time "$(at 630)" >/dev/null
dissent=$(give --forbid --purpose ETREAT --purpose BTG --subject SubjectCanary001)
act_as hosp-r
count=$(entry_count L)
fails_with 5 "a dissent of 'hosp-b', entry $dissent, forbids it: " emergency --subject SubjectCanary001
fails_with 5 "a dissent of 'hosp-b', entry $dissent, forbids it: " emergency --subject-tag "$there"
[[ $(entry_count L) == "$count" ]]
run emergency --subject SubjectCanary002
expect_status 0
act_as hosp-b
medchain-grant revoke -q "$dissent" --time "$(at 630)" >/dev/null
everybody=$(give --forbid --purpose ETREAT --purpose BTG --all)
act_as hosp-r
fails_with 5 "entry $everybody, forbids it" emergency --subject SubjectCanary002
act_as hosp-b
medchain-grant revoke -q "$everybody" --time "$(at 630)" >/dev/null
act_as hosp-r

it "has one release after another judged against dissents of the custodian"
run emergency --subject SubjectCanary001
third=$(jq -r .entry "$out")
sharing serve keys/hosp-b "$third" 3:0
act_as hosp-b
give --forbid --purpose ETREAT --purpose BTG --subject SubjectCanary001 >/dev/null
! sharing serve keys/hosp-b "$third" 3:0 2>told || fail "released against a dissent"
grep -q 'dissent\|forbid\|den' told || fail "$(<told)"
act_as hosp-r
run medchain-grant list --emergencies --json
[[ $(jq -s 'map(select(.entry == '"$third"')) | .[0].releases' "$out") == 1 ]]

it "lasts no longer than the policy allows"
echo 'max-emergency: 1h' >policy.yaml
medchain-member policy policy.yaml -q -k keys/hosp-a --time "$(at 630)" >/dev/null
fails_with 5 "'until': expected within 1h" emergency --subject SubjectCanary002 --until 4h
run emergency --subject SubjectCanary002
expect_status 0
expect_err "until 2025-03-01T20:30:00Z"

it "demands the person's own signature where the policy does, and says then that it is there"
printf 'signed-person: [emergency]\nmax-emergency: 4h\n' >policy.yaml
medchain-member policy policy.yaml -q -k keys/hosp-a --time "$(at 630)" >/dev/null
fails_with 5 "the policy demands the signature of the person" emergency --subject SubjectCanary002
expect_err "give '--person-key=FILE'"
medchain-key new -q --staff-of hosp-r --name dr-1 -k keys/staff >/dev/null
medchain-member staff-add -q keys/staff/staff --time "$(at 630)" >/dev/null
run emergency --subject SubjectCanary002 --person-key keys/staff/sign.key
expect_status 0
run medchain-grant list --emergencies --json
jq -s -e 'last.signed' "$out" >/dev/null || fail "not signed"

it "names nobody who was erased, also in a vault that was restored"
medchain-vault backup saved -q
run medchain-vault erase --subject SubjectCanary002 --basis GDPR-17 --yes --time "$(at 630)"
expect_status 0
fails_with 9 "the subject was erased from this vault" emergency --subject SubjectCanary002 --person-key keys/staff/sign.key
run medchain-vault restore saved --vault L.vaults/restored
expect_status 0
MEDCHAIN_VAULT=$PWD/L.vaults/restored fails_with 9 "the subject was erased from this vault" emergency --subject SubjectCanary002 \
  --person-key keys/staff/sign.key

it "leaves nothing of it on the ledger, and a ledger that verifies"
no_trace SubjectCanary001 SubjectCanary002 NobodyKnown0001 WordsCanary00001 PersonCanary0001
run medchain-verify ledger -q
expect_status 0
