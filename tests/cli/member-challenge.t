#!/usr/bin/env bash
# Proof of possession for a connection outside of the ledger (GS-3): challenge, answer, authenticate.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger
for name in clinic-b clinic-c; do
  new_keys $name
  admit $name
done
act_as clinic-b
challenge() { medchain-member challenge --verifier hosp-a --time "$(at "${1:-10}")"; }
authenticate() { medchain-member authenticate --challenge challenge --time "$(at 11)" "$@"; }
challenge >challenge
medchain-key answer -q <challenge >answer

# refused PATTERN [OPTION...]: the answer is no, and says why.
refused() {
  local pattern=$1
  shift
  run authenticate "$@" <answer
  expect_status 1
  expect_out "^not authenticated: .*$pattern"
  expect_err_empty
}

it "makes a challenge with a nonce of its own each time"
run challenge
expect_status 0
expect_json '.type == "challenge" and .ledger == "ledger.example/ledger" and .verifier == "hosp-a" and .time == "2025-03-01T09:10:00Z"'
challenge >other
[[ $(jq .nonce other) != "$(jq .nonce challenge)" ]]
fails_with 2 "option '--verifier'" medchain-member challenge
fails_with 2 "option '--verifier'" medchain-member challenge --verifier "No Name"

it "answers it with the member's key, and only with the text it composes itself"
run medchain-key answer <challenge
expect_status 0
expect_json '.type == "answer" and .member == "clinic-b" and .verifier == "hosp-a"'
expect_err "answered the challenge of 'hosp-a'"

it "authenticates the member"
run authenticate <answer
expect_status 0
expect_out_is "authenticated: clinic-b"
run authenticate --json <answer
expect_status 0
expect_json '.type == "decision" and .member == "clinic-b" and .authenticated == true'

it "accepts a signature that the text of the manual verifies"
if command -v python3 >/dev/null && command -v openssl >/dev/null && openssl pkeyutl -help 2>&1 | grep -q rawin; then
  {
    printf 'medchain/1 challenge\n'
    jq -r '.ledger, .verifier, (.nonce | ltrimstr("sha256:")), .time' answer
  } >text
  medchain-key show --json | jq -r .card.sign | cut -d+ -f3- | base64 -d | tail -c 32 >raw
  { printf '\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00'; cat raw; } >key.der
  jq -r .signature answer | base64 -d >signature
  openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in text -sigfile signature >/dev/null
fi

it "refuses an answer to another challenge"
cp challenge first
cp other challenge
refused "challenge"
cp first challenge

it "refuses the answer of another key under the same name"
medchain-key new -q --name clinic-b -k keys/forged >/dev/null
medchain-key answer -q -k keys/forged <challenge >answer
refused "signature|verify|key"
run authenticate --json <answer
expect_status 1
expect_json '.authenticated == false and (.reason | length) > 0'

it "refuses an answer that was given another name"
medchain-key answer -q <challenge >answer
jq -c '.member = "clinic-c"' answer >forged && mv forged answer
refused "."

it "refuses who is not a member"
new_keys stranger
medchain-key answer -q -k keys/stranger <challenge >answer
refused "'stranger' is not a member"

it "refuses a challenge that is too old or from the future"
medchain-key answer -q <challenge >answer
run medchain-member authenticate --challenge challenge --time "$(at 15)" <answer
expect_status 0
run medchain-member authenticate --challenge challenge --time "$(at 16)" <answer
expect_status 1
expect_out "360 s old"
run medchain-member authenticate --challenge challenge --time "$(at 16)" --max-age 10m <answer
expect_status 0
run medchain-member authenticate --challenge challenge --time "$(at 4)" <answer
expect_status 1

it "refuses a challenge of another ledger"
unset MEDCHAIN_LEDGER
new_ledger other-ledger
act_as hosp-a
run medchain-member authenticate --challenge challenge --time "$(at 11)" <answer
expect_status 1
expect_out "the challenge is for ledger 'ledger.example/ledger'"
on_ledger ledger
act_as clinic-b

it "refuses a suspended member, takes it again when resumed, and never when revoked"
admin() { medchain-member "$@" -q -k keys/hosp-a --time "$(at 11)" >/dev/null; }
admin suspend clinic-b
refused "'clinic-b' is suspended"
admin resume clinic-b
run authenticate <answer
expect_status 0
admin revoke clinic-b
refused "'clinic-b' is revoked"

it "answers a chosen verifier only where that is asked for"
act_as clinic-c
fails_with 1 "is of 'hosp-a', expected 'clinic-b'" medchain-key answer --verifier clinic-b <challenge
run medchain-key answer --verifier hosp-a <challenge
expect_status 0

it "refuses challenges that are not of the right form"
fails_with 3 "empty" medchain-key answer </dev/null
fails_with 3 "." medchain-key answer <<<'{}'
fails_with 3 "extra" medchain-key answer < <(jq -c '.extra = 1' challenge)
fails_with 3 "nonce" medchain-key answer < <(jq -c '.nonce = "00"' challenge)
fails_with 3 "type" medchain-key answer < <(jq -c '.type = "answer"' challenge)
fails_with 3 "." medchain-key answer < <(jq -c '.ledger = "a\nb"' challenge)
fails_with 3 "line feed" medchain-key answer < <(head -c -1 challenge)
fails_with 3 "field 'member' is missing" authenticate <challenge
fails_with 3 "nosuch" medchain-member authenticate --challenge nosuch <answer
fails_with 2 "option '--challenge'" medchain-member authenticate <answer

it "does not hang at a terminal"
if command -v script >/dev/null; then
  run timeout 10 script -qec "medchain-key answer" /dev/null </dev/null
  expect_status 2
  expect_out "standard input is a terminal"
fi
