#!/usr/bin/env bash
# Keys and the tools of others: ssh-keygen, age-keygen, ssh-agent.
. "${0%/*}/lib.sh" || exit
need jq ssh-keygen ssh-agent ssh-add

it "makes a sign key that ssh-keygen reads"
new_keys hosp-a --role admin --role custodian
ssh-keygen -y -f keys/hosp-a/sign.key >shown.pub
grep -q '^ssh-ed25519 ' shown.pub
# The last 32 bytes of the SSH form and of the card's vkey are the key.
ssh_key=$(awk '{print $2}' shown.pub | base64 -d | tail -c 32 | base64)
card_key=$(medchain-key show -k keys/hosp-a --json | jq -r .card.sign | cut -d+ -f3- | base64 -d | tail -c 32 | base64)
[[ $ssh_key == "$card_key" ]]

if command -v age-keygen >/dev/null && command -v age >/dev/null; then
  it "makes a seal key that age reads and that is the card's"
  [[ $(age-keygen -y keys/hosp-a/seal.key) == "$(medchain-key show -k keys/hosp-a --json | jq -r .card.seal)" ]]
  echo hello | age -r "$(age-keygen -y keys/hosp-a/seal.key)" | age -d -i keys/hosp-a/seal.key >opened
  [[ $(cat opened) == hello ]]
else
  it_skipped "makes a seal key that age reads and that is the card's" "age is not installed"
fi

it "takes a key that ssh-keygen made"
ssh-keygen -q -t ed25519 -N "" -C comment -f id
medchain-key new -q --name clinic-b --sign-key id -k keys/clinic-b >/dev/null
[[ $(ssh-keygen -y -f keys/clinic-b/sign.key | cut -d' ' -f1,2) == "$(cut -d' ' -f1,2 id.pub)" ]]
new_ledger ledger
admit clinic-b
run medchain-member list
expect_out "^clinic-b +active"

it "makes staff keys of keys that ssh-keygen made"
ssh-keygen -q -t ed25519 -N "" -f id-staff
run medchain-key new --staff-of hosp-a --sign-key id-staff -k staff/one
expect_status 0
[[ $(ssh-keygen -y -f staff/one/sign.key | cut -d' ' -f1,2) == "$(cut -d' ' -f1,2 id-staff.pub)" ]]

it "refuses other kinds of keys"
ssh-keygen -q -t rsa -b 2048 -N "" -f id-rsa
fails_with 5 "ed25519" medchain-key new --name a --sign-key id-rsa -k bad
ssh-keygen -q -t ecdsa -N "" -f id-ecdsa
fails_with 5 "ed25519" medchain-key new --name a --sign-key id-ecdsa.pub -k bad
[[ ! -e bad ]]

it "refuses a key with a passphrase and says that ssh-agent can hold it"
ssh-keygen -q -t ed25519 -N secret -f id-locked
run medchain-key new --name a --sign-key id-locked -k bad --json
expect_status 5
jq -e '.id == "key.encrypted" and (.hint + .message | test("ssh-a(dd|gent)"))' "$err" >/dev/null
[[ ! -e bad ]]

it "refuses keys that others can read"
for m in 640 604 644 660; do
  chmod "$m" id
  run medchain-key new --name a --sign-key id -k bad --json
  expect_status 5
  jq -e '.id == "key.unsafe" and (.hint | test("chmod"))' "$err" >/dev/null
  chmod "$m" keys/hosp-a/sign.key
  run medchain-member suspend clinic-b --json
  expect_status 5
  expect_error_id key.unsafe
done
chmod 600 id keys/hosp-a/sign.key
[[ $(entry_count ledger) == 2 && ! -e bad ]]

it "refuses a host whose keys others can read"
chmod 644 ledger.host/log.key
run medchain-member suspend clinic-b --json
expect_status 5
expect_error_id key.unsafe
chmod 600 ledger.host/log.key

it "refuses a host directory that others can enter"
for mode in 755 710 701; do
  chmod "$mode" ledger.host
  fails_with 5 "ledger.host' can be entered by others" medchain-member suspend clinic-b
  expect_err "hint: chmod 700 "
done
chmod 700 ledger.host

it "refuses a key directory whose key is not that of its card"
cp -r keys/clinic-b mixed && cp keys/hosp-a/sign.key mixed/sign.key
fails_with 5 "not that of the card" medchain-member suspend hosp-a -k mixed

it "needs an agent where there is only a public key"
mkdir keys/agent && cp keys/hosp-a/hosp-a.member keys/agent/
ssh-keygen -y -f keys/hosp-a/sign.key >keys/agent/sign.pub
run medchain-member suspend clinic-b -k keys/agent --json
expect_status 5
expect_error_id key.agent
run env SSH_AUTH_SOCK="$PWD/nosuch" medchain-member suspend clinic-b -k keys/agent --json
expect_status 5
expect_error_id key.agent

# A short path: sockets have at most 107 bytes.
sockets=$(mktemp -d /tmp/medchain-agent.XXXXXX)
eval "$(ssh-agent -a "$sockets/s")" >/dev/null
agent=$SSH_AGENT_PID
trap 'kill "$agent" 2>/dev/null; rm -rf "$sockets"; _on_exit' EXIT

it "says so when the agent does not have the key"
run medchain-member suspend clinic-b -k keys/agent --json
expect_status 5
expect_error_id key.agent

it "signs through ssh-agent: keys, init, members, anchors, challenges"
ssh-keygen -q -t ed25519 -N "" -f id-agent
ssh-add -q id-agent
rm id-agent
medchain-key new -q --name union --role admin --role custodian --sign-key id-agent.pub -k keys/union >/dev/null
[[ -e keys/union/sign.pub && ! -e keys/union/sign.key ]]
new_ledger agented union
run medchain-member add keys/clinic-b/clinic-b.member --time "$(at 1)"
expect_status 0
patients 3 >p.ndjson
run medchain-anchor --time "$(at 2)" p.ndjson
expect_status 0
expect_summary '.anchored == 3 and .complete'
run medchain-anchor --emit --time "$(at 2)" <<<'{"resourceType":"Patient","id":"e"}'
expect_status 0
medchain-member challenge --verifier clinic-b >challenge
medchain-key answer -q <challenge >answer
run medchain-member authenticate --challenge challenge <answer
expect_status 0

it "signs with a key with a passphrase through ssh-agent"
printf '#!/bin/sh\necho secret\n' >askpass && chmod 700 askpass
SSH_ASKPASS=$PWD/askpass SSH_ASKPASS_REQUIRE=force ssh-add -q id-locked
medchain-key new -q --name locked --sign-key id-locked.pub -k keys/locked >/dev/null
medchain-key show keys/locked/locked.member >/dev/null

it "stops when the agent stops"
kill "$agent"
run medchain-member suspend clinic-b --time "$(at 3)" --json
expect_status 5
expect_error_id key.agent
run medchain-member list
expect_out "^clinic-b +active"
