#!/usr/bin/env bash
# medchain-vault erase and notices: what is destroyed, refused, told and finished after whatever strikes.
. "${0%/*}/lib.sh" || exit
need jq
sharing=${MEDCHAIN_TEST_SHARING:?the path of medchain-sharing}
export MEDCHAIN_PERSON="staff 17"

new_ledger L
new_keys hosp-b --role custodian --role requester
new_keys hosp-c --role custodian --role requester
admit hosp-b
admit hosp-c
erase() { medchain-vault erase --basis GDPR-17 --time "$(at 1)" "$@"; }
# Observations ID... of patient SUBJECT, in one entry.
observations() {
  local subject=$1 id
  shift
  for id in "$@"; do
    printf '{"resourceType":"Observation","id":"%s","subject":{"reference":"Patient/%s"},"note":"%s"}\n' "$id" "$subject" "${NOTE:-}"
  done
}
put() { medchain-vault put --time "$(at 1)" "$@"; }
verdict() { { medchain-verify records --json "$1" 2>/dev/null || true; } | jq -r 'select(.type == "record") | .verdict'; }
# secret FILE...: the slots of a copy of the vault that differ from those of now, each as a file in $tmp/slots.
changed_slots() {
  python3 - "$1/secrets" "$MEDCHAIN_VAULT/secrets" <<'PY'
import sys
old, new = (open(name, "rb").read() for name in sys.argv[1:3])
for at in range(0, len(old), 32):
    if old[at:at + 32] != new[at:at + 32]:
        assert new[at:at + 32] == bytes(32), "a slot was changed to something"
        print(old[at:at + 32].hex())
PY
}
# nowhere HEX...: no file of the vault has these bytes.
nowhere() {
  python3 - "$MEDCHAIN_VAULT" "$@" <<'PY'
import os, sys
for root, _, names in os.walk(sys.argv[1]):
    for name in names:
        data = open(os.path.join(root, name), "rb").read()
        for secret in sys.argv[2:]:
            assert bytes.fromhex(secret) not in data, f"{name} still has {secret}"
PY
}

observations ann a1 a2 a3 >ann.ndjson
observations bob b1 b2 >bob.ndjson
put -q ann.ndjson >/dev/null
put -q bob.ndjson >/dev/null
NOTE=new observations ann a1 >a1-new.ndjson
put -q a1-new.ndjson >/dev/null

it "shows what it would erase, and erases nothing"
before=$(state_of L "$MEDCHAIN_VAULT")
run erase Observation/a1 -n
expect_status 0
expect_err "^medchain-vault: would erase Observation/a1: 2 versions, 2 copies$"
expect_err "would append entry 6: erasure of 1 record with 2 versions and 2 copies"
expect_json '.kind == "erase" and .dry_run and .records == 1 and .subjects == 0 and .versions == 2 and .copies == 2'
[[ $(state_of L "$MEDCHAIN_VAULT") == "$before" ]] || fail "a dry run has changed something"

it "asks, and without a terminal wants --yes"
fails_with 2 "there is no terminal to ask: erase 1 record, 2 versions and 2 copies, for ever\?" erase Observation/a1
expect_err "hint: give '--yes'"
[[ $(state_of L) == "$(grep ' L/' <<<"$before")" ]]

it "erases a record with all its versions and copies; others stay"
cp -a "$MEDCHAIN_VAULT" older
cp -a "$MEDCHAIN_VAULT" old
run erase Observation/a1 --yes
expect_status 0
expect_err "appended entry 6: erased 1 record with 2 versions and 2 copies"
expect_json '.kind == "erase" and .entry == 6 and .records == 1 and .versions == 2 and .copies == 2 and (.dry_run | not)'
mapfile -t gone < <(changed_slots old)
[[ ${#gone[@]} == 4 ]] || fail "${#gone[@]} slots for two salts and two keys of copies"
nowhere "${gone[@]}"
[[ $(verdict a1-new.ndjson) == erased ]]
[[ $(verdict ann.ndjson) == $'erased\nintact\nintact' ]]
[[ $(verdict bob.ndjson) == $'intact\nintact' ]]
run medchain-verify records a1-new.ndjson
expect_status 9
expect_out "^erased "
run medchain-verify ledger -q
expect_status 0
fails_with 9 "erased" medchain-vault get Observation/a1
run medchain-vault get -q Observation/a2
same "$out" <(sed -n 2p ann.ndjson | tr -d '\n')

it "erases nothing twice, and takes back nothing of it"
fails_with 9 "record 'Observation/a1' was erased from this vault" erase Observation/a1 --yes
run put -q a1-new.ndjson
expect_status 9
expect_err "a1-new.ndjson:1: the record 'Observation/a1' was erased"
expect_summary ".rejected == 1 and .entries == 0"

it "goes on with the other records of a run"
NOTE=third observations ann a1 a2 >mixed.ndjson
run put --keep-going mixed.ndjson
expect_status 3
expect_summary '.versions == 1 and .rejected == 1'

it "refuses what is not there, two ways at once, and what is not said"
fails_with 3 "'Observation/nothing' was not anchored from this vault" erase Observation/nothing --yes
fails_with 3 "no record of this subject" erase --subject Patient/nobody --yes
fails_with 2 "'--subject' takes the place of records" erase --subject Patient/bob Observation/b1 --yes
fails_with 2 "name records, or a subject" erase --yes
fails_with 2 "expected TYPE/ID" erase word --yes
fails_with 2 "expected TYPE/ID" erase 1:0 --yes
fails_with 2 "basis" medchain-vault erase Observation/b1 --yes --time "$(at 1)"
fails_with 2 "option '--basis'" medchain-vault erase Observation/b1 --basis "free text" --yes --time "$(at 1)"
MEDCHAIN_PERSON='' fails_with 5 "the act names the person who acts" erase Observation/b1 --yes

it "refuses bytes that are those of several records"
mkdir twins
printf 'same bytes' | tee twins/1 >twins/2
put -q --id-from path twins >/dev/null
fails_with 2 "record 'twins/1': these are the bytes of 2 records" erase twins/1 --yes
run erase "file/$PWD/twins/1" --yes
expect_status 0

it "is refused under a hold, with its reason and case, before anything is destroyed"
medchain-vault retain Observation/b1 --kind hold --reason LITIGATION --time "$(at 1)" -q >hold
entry=$(jq .entry hold)
before=$(state_of "$MEDCHAIN_VAULT" L)
fails_with 5 "record 'Observation/b1' is held by the hold of entry $entry \(sha256:[0-9a-f]{64}\) of 'hosp-a', reason LITIGATION" erase Observation/b1 --yes
expect_err "hint: who opened it ends it with 'medchain-vault retain --release=$entry'"
fails_with 5 "subject 'Patient/bob' is held by the hold of entry $entry" erase --subject Patient/bob --yes
fails_with 5 "record 'Observation/b1' is held" erase Observation/b1 -n
run erase Observation/b1 Observation/b2 --yes --json
expect_status 5
expect_error_id record.held
[[ $(state_of "$MEDCHAIN_VAULT" L) == "$before" ]] || fail "something was changed"
medchain-vault retain --release "$entry" --reason OVER --time "$(at 1)" -q >/dev/null

it "is refused to who is not the vault's member"
fails_with 8 "is of 'hosp-a'" erase Observation/b1 --yes -k keys/hosp-b
chmod 750 "$MEDCHAIN_VAULT"
fails_with 5 "can be entered by others" erase Observation/b1 --yes
chmod 700 "$MEDCHAIN_VAULT"

it "erases a whole subject: no tag is anybody's any more"
medchain-vault search --subject Patient/ann --json -q >found
tag=$(jq -r 'select(.subject_tag) | .subject_tag' found | sort -u)
rm -rf old
cp -a "$MEDCHAIN_VAULT" old
printf 'Patient/ann\n' >who
run erase --subject-file who --yes
expect_status 0
expect_json '.subjects == 1 and .records == 0 and .versions == 5'
mapfile -t gone < <(changed_slots old)
nowhere "${gone[@]}"
medchain-vault search --subject Patient/ann --json -q >found
[[ $(jq -r 'select(.type == "directory") | .state' found | sort -u) == erased ]]
jq -se 'all(has("subject_tag") | not)' found >/dev/null
[[ $tag == sha256:* ]]
[[ $(verdict ann.ndjson) == $'erased\nerased\nerased' ]]
[[ $(verdict bob.ndjson) == $'intact\nintact' ]]
fails_with 9 "the subject was erased from this vault" erase --subject Patient/ann --yes
run medchain-verify vault --ledger-only -q
expect_status 0

it "tells who received it, lists who has not acknowledged, and fails for cron"
observations eve e1 e2 >eve.ndjson
put -q eve.ndjson --with-names >receipts
place=$(jq -r 'select(.record == "Observation/e1") | "\(.entry):\(.row)"' receipts)
"$sharing" release L L.host keys/hosp-a hosp-b "$place"
"$sharing" release L L.host keys/hosp-a hosp-c "$place"
run medchain-vault notices
expect_status 0
expect_out_empty
run erase Observation/e1 --yes --due "$(at 100)"
expect_status 0
expect_err "notice to 2 members that received it"
notice=$(jq -r 'select(.kind == "notice") | .entry' "$out")
run medchain-vault notices --time "$(at 61)"
expect_status 1
expect_out "^ *1h +open +hosp-b +[0-9]+ +$notice +20"
expect_out " hosp-c "
"$sharing" acknowledge L L.host keys/hosp-b "$notice"
run medchain-vault notices --json --time "$(at 61)"
expect_status 1
jq -se '[.[] | select(.type == "notice")] | length == 1 and .[0].member == "hosp-c" and .[0].state == "open" and .[0].age == 3600' "$out" >/dev/null
run medchain-vault notices --max-age 2h --time "$(at 61)"
expect_status 0
"$sharing" acknowledge L L.host keys/hosp-c "$notice"
run medchain-vault notices
expect_status 0
run medchain-vault notices --all --json
expect_status 0
jq -se '[.[] | select(.type == "notice") | .state] == ["acknowledged", "acknowledged"]' "$out" >/dev/null
run erase Observation/e2 --yes
expect_no_out notice

it "destroys nothing for an emitted erasure before the ledger has it; then everything, and tells who must know"
put -q <<<'{"resourceType":"Observation","id":"far","subject":{"reference":"Patient/x"}}' --with-names >receipts
"$sharing" release L L.host keys/hosp-a hosp-b "$(jq -r 'select(.record) | "\(.entry):\(.row)"' receipts)"
state_of_far() { medchain-vault list --json -q | jq -r 'select(.record == "Observation/far") | .state'; }
rm -rf old
cp -a "$MEDCHAIN_VAULT" old
run erase Observation/far --yes --emit
expect_status 0
expect_err "nothing is destroyed before the ledger has it"
cp "$out" lines
[[ $(jq -r .kind lines) == $'erase\nnotice' ]]
run medchain-anchor -q --emit --time "$(at 1)" bob.ndjson
expect_status 0
[[ -z $(changed_slots old) && $(state_of_far) == anchored ]]
head -n1 lines >line
medchain-sync apply -q --time "$(at 1)" <line >applied
run medchain-vault notices
expect_status 1
expect_out " owed +hosp-b "
run medchain-anchor --time "$(at 1)" bob.ndjson
expect_status 0
expect_err "completed 1 erasure that an interrupted run began"
[[ $(changed_slots old | wc -l) == 2 && $(state_of_far) == erased ]]
run medchain-vault notices
expect_status 1
expect_out " open +hosp-b "

it "is told by the ledger what to erase in a vault out of an older copy, before its first use"
rm -rf "$MEDCHAIN_VAULT"
mv older "$MEDCHAIN_VAULT"
cp -a "$MEDCHAIN_VAULT" old2
[[ $(verdict ann.ndjson) == $'erased\nerased\nerased' ]]
fails_with 9 "erased" medchain-vault get Observation/a2
run medchain-anchor --time "$(at 1)" bob.ndjson
expect_err "erased again, as the ledger says: 4 versions, 1 subject"
mapfile -t gone < <(changed_slots old2)
[[ ${#gone[@]} == 9 ]] || fail "${#gone[@]} slots for four versions, their copies and a subject"
nowhere "${gone[@]}"
run medchain-anchor --time "$(at 1)" bob.ndjson
expect_no_err "erased again"

it "needs a vault that can be written, and a ledger and disk that take it"
if [[ $(id -u) != 0 ]]; then
  chmod 400 "$MEDCHAIN_VAULT/secrets"
  fails_with 7 "secrets" erase Observation/b1 --yes
  chmod 600 "$MEDCHAIN_VAULT/secrets"
fi
fails_with 5 "host directory" erase Observation/b1 --yes --host nowhere
fails_with 5 "there is no vault" erase Observation/b1 --yes --vault nowhere
fails_with 2 "not a member|expected" erase Observation/b1 --yes --wait word
