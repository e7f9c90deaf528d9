#!/usr/bin/env bash
# medchain-key new and show: what is made, and what is left alone.
. "${0%/*}/lib.sh" || exit
need jq

mode() { stat -c %a "$1"; }

it "makes keys that only their owner can read, and a card"
run medchain-key new --name hosp-a --role custodian --role admin --role admin -k keys/hosp-a
expect_status 0
expect_json '.schema == "medchain/1" and .type == "key" and .card.name == "hosp-a" and .card.kind == "hospital"'
expect_json '.card.roles == ["admin", "custodian"]'
expect_err "^medchain-key: made the keys of 'hosp-a' in 'keys/hosp-a'; give 'keys/hosp-a/hosp-a.member' to the others$"
[[ $(cd keys/hosp-a && echo *) == "hosp-a.member seal.key sign.key" ]]
[[ "$(mode keys/hosp-a) $(mode keys/hosp-a/sign.key) $(mode keys/hosp-a/seal.key)" == "700 600 600" ]]
[[ $(mode keys/hosp-a/hosp-a.member) == 644 ]]

it "makes keys of mode 0600 under any umask"
(umask 000 && medchain-key new -q --name x -k keys/x --witness-key >/dev/null)
[[ "$(mode keys/x) $(mode keys/x/sign.key) $(mode keys/x/seal.key) $(mode keys/x/witness.key)" == "700 600 600 600" ]]

it "makes the private key no part of any output"
grep -v -e '-----' keys/hosp-a/sign.key | head -c 60 >secret
run medchain-key show -k keys/hosp-a --json
! grep -qFf secret "$out" || fail "the private key was shown"
expect_no_out "AGE-SECRET-KEY"

it "makes a witness key for the role and for the option"
run medchain-key new -q --name w1 --role witness -k keys/w1
expect_status 0
expect_json '.card.witness | startswith("w1+")'
[[ -e keys/w1/witness.key ]]
[[ ! -e keys/hosp-a/witness.key ]]

it "keeps kind, level, display name and contact on the card"
run medchain-key new -q --name clinic-b --kind clinic --level community --display "Gulou 社区 Clinic" --contact it@b.example -k keys/b
expect_json '.card | .kind == "clinic" and .level == "community" and .display == "Gulou 社区 Clinic" and .contact == "it@b.example"'

it "never overwrites a key, a card or a staff file"
state_of keys >before
fails_with 5 "'keys/hosp-a' has '(sign.key|seal.key|hosp-a.member)' already; .* never overwritten" medchain-key new --name hosp-a -k keys/hosp-a
fails_with 5 "already" medchain-key new --name other -k keys/hosp-a
fails_with 5 "already" medchain-key new --staff-of hosp-a -k keys/hosp-a
state_of keys >after
same before after

it "puts no second card beside a card or a public key alone"
mkdir lone && cp keys/hosp-a/hosp-a.member lone/
fails_with 5 "has 'hosp-a.member' already" medchain-key new --name other -k lone
rm lone/hosp-a.member && ssh-keygen -q -y -f keys/x/sign.key >lone/sign.pub
fails_with 5 "has 'sign.pub' already" medchain-key new --name other -k lone
[[ $(echo lone/*) == lone/sign.pub ]]

it "uses an empty directory that is there"
mkdir -m 700 empty
run medchain-key new -q --name e -k empty
expect_status 0
[[ -e empty/e.member ]]

it "leaves nothing behind when it fails"
fails_with 2 "name" medchain-key new --name "no spaces" -k bad/deep/keys
fails_with 2 "option '--name' is missing" medchain-key new -k bad/deep/keys
fails_with 2 "'--role'" medchain-key new --name a --role boss -k bad/deep/keys
fails_with 5 "nosuch" medchain-key new --name a --sign-key nosuch -k bad/deep/keys
fails_with 5 "nosuch.pub" medchain-key new --name a --sign-key nosuch.pub -k bad/deep/keys
fails_with 2 "option '--key'" medchain-key new --name a
[[ ! -e bad ]] || fail "left behind: $(find bad)"

it "leaves nothing behind when the profile cannot be written"
: >not-a-directory
run env XDG_CONFIG_HOME="$PWD/not-a-directory" medchain-key new --name a --profile a -k bad/keys
expect_status 2
expect_err "not-a-directory"
expect_out_empty
[[ ! -e bad ]] || fail "left behind: $(find bad)"

it "leaves an empty directory empty when it fails"
mkdir hollow
printf 'not a key\n' >rubbish && chmod 600 rubbish
fails_with 5 "rubbish" medchain-key new --name a --sign-key rubbish -k hollow
[[ -z $(ls -A hollow) ]]

it "tells a name that cannot be a member's"
for name in Hosp-A hosp_a "" ".a" "$(printf 'a%.0s' {1..65})" "a/b" "a+b"; do
  run medchain-key new --name "$name" -k bad
  expect_status 2
  expect_out_empty
  [[ ! -e bad ]] || fail "made keys for '$name'"
done

it "gives patients and devices pseudonyms and takes no other name"
run medchain-key new -q --kind patient -k keys/patient
expect_json '.card.name | test("^p-[0-9a-f]{16}$")'
run medchain-key new -q --kind device -k keys/device
expect_json '.card.name | test("^d-[0-9a-f]{16}$")'
fails_with 2 "p-HEX16 are for patients" medchain-key new --kind patient --name zhang-san -k bad
fails_with 2 "no display name, contact or territory" medchain-key new --kind patient --display "Zhang San" -k bad
fails_with 2 "for these only" medchain-key new --name p-0123456789abcdef -k bad
fails_with 2 "for these only" medchain-key new --kind device --name p-0123456789abcdef -k bad
[[ ! -e bad ]]

it "makes staff keys under a member, by pseudonym"
run medchain-key new --staff-of hosp-a -k staff/one
expect_status 0
expect_json '.type == "key" and (.name | test("^hosp-a/s-[0-9a-f]{16}$")) and (.sign | startswith("hosp-a/s-"))'
[[ $(echo staff/one/*) == "staff/one/sign.key staff/one/staff" && $(mode staff/one/sign.key) == 600 ]]
[[ $(cat staff/one/staff) == "$(jq -r .sign "$out")" ]]

it "writes a profile, which then stands for --key"
run medchain-key new --name clinic-c --profile c -k keys/c
expect_status 0
expect_err "wrote profile 'c'"
run medchain-key show --profile c
expect_status 0
expect_out "^name: +clinic-c$"

it "finds a place of its own for the keys of a new profile"
run medchain-key new --name clinic-d --role admin --profile d
expect_status 0
[[ -e $HOME/.local/share/medchain/d/key/clinic-d.member ]]
run medchain-key show --profile d
expect_out "^name: +clinic-d$"

it "keeps keys out of a ledger directory"
new_ledger ledger
fails_with 5 "inside of '$PWD/ledger'" medchain-key new --name a -k ledger/keys
[[ ! -e ledger/keys ]]

it "shows a card as text"
run medchain-key show keys/b/clinic-b.member
expect_status 0
expect_out "^name: +clinic-b$"
expect_out "^display: +Gulou 社区 Clinic$"
expect_out "^level: +community$"
expect_out "^sign: +clinic-b\+"
expect_out "^seal: +age1"

it "shows a card as JSON, and its own without an operand"
run medchain-key show -k keys/hosp-a --json
expect_status 0
expect_json '.type == "key" and .card.roles == ["admin", "custodian"]'

it "shows no card whose signature is not its own"
sed '1s/"clinic"/"pharmacy"/' keys/b/clinic-b.member >forged.member
fails_with 5 "forged.member" medchain-key show forged.member
head -n1 keys/b/clinic-b.member >unsigned.member
fails_with 3 "no empty line before the signatures" medchain-key show unsigned.member
fails_with 5 "nosuch" medchain-key show nosuch

it "writes the result to a file, whole or not at all"
run medchain-key new -q --name f -k keys/f -o made.json
expect_status 0
expect_out_empty
jq -e '.card.name == "f"' made.json >/dev/null
fails_with 5 "already" medchain-key new -q --name f -k keys/f -o other.json
[[ ! -e other.json ]]

it "tells errors as JSON where that is asked for"
run medchain-key new --name "no spaces" -k bad --json
expect_status 2
expect_out_empty
jq -e '.type == "error" and .id == "usage" and .exit == 2' "$err" >/dev/null
