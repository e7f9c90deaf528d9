#!/usr/bin/env bash
# Who is on a ledger: lists, levels, groups; and that no private key is needed or touched for it.
. "${0%/*}/lib.sh" || exit
need jq

new_keys third-1 --role admin --role custodian --level tertiary --display "Provincial Hospital 省立医院"
new_ledger ledger third-1
add() { medchain-member add -q "$@" -k keys/third-1 --time "$(at 0)" >/dev/null; }
for i in 1 2; do
  new_keys second-$i --role custodian --level secondary
  add keys/second-$i/second-$i.member
done
for i in 1 2 3; do
  new_keys clinic-$i --kind clinic --role custodian --role requester --level community
  add keys/clinic-$i/clinic-$i.member
done
medchain-key new -q --kind patient -k keys/patient | jq -r .card.name >patient
add "keys/patient/$(cat patient).member"

it "lists one third-level hospital, second-level hospitals and clinics with their levels (GS-7)"
run medchain-member list
expect_status 0
expect_out "^MEMBER +STATUS +KIND +LEVEL +SINCE +ROLES +NAME$"
expect_out "^third-1 +active +hospital +tertiary +0 +admin custodian +Provincial Hospital 省立医院$"
expect_out "^second-2 +active +hospital +secondary +[0-9]+ +custodian"
expect_out "^clinic-3 +active +clinic +community +[0-9]+ +custodian requester"
[[ $(wc -l <"$out") == 9 ]]

it "lists the same as JSON, one member in a line"
run medchain-member list --json
expect_status 0
jq -e -n '[inputs] | length == 8 and all(.schema == "medchain/1" and .type == "member" and .status == "active")' "$out" >/dev/null
jq -e -n '[inputs | select(.card.level == "community")] | length == 3' "$out" >/dev/null

it "shows patients by pseudonym alone"
run medchain-member show "$(cat patient)"
expect_status 0
expect_out "^kind: +patient$"
expect_no_out "^(display|contact):"

it "shows one member with its keys"
run medchain-member show third-1 --json
expect_json '.member == "third-1" and (.keys | length) == 1 and .keys[0].from == 0 and .status == "active"'
fails_with 5 "'nobody' is not a member" medchain-member show nobody
fails_with 2 "member 'No Body'" medchain-member show "No Body"

it "reads no private key for that (GS-4)"
mv keys moved
run env -u MEDCHAIN_KEY medchain-member list
expect_status 0
run medchain-member show clinic-1
expect_status 0
run medchain-member challenge --verifier clinic-1
expect_status 0
mv moved keys
# A sealed tool can be traced by root only; what it may open at all is looked at in sealing.t.
if [[ $(id -u) == 0 ]] && command -v strace >/dev/null && strace -qq -e trace=openat true 2>/dev/null; then
  strace -f -qq -e trace=open,openat,openat2 -o opened medchain-member list >/dev/null
  grep -q 'data\.mdb' opened
  ! grep -E '\.key|host' opened || fail "a key or the host directory was opened"
fi

it "has no private key in the ledger directory (GS-4)"
for key in keys/*/*.key ledger.host/*.key; do
  grep -v -e '-----' -e '^$' "$key" | tr -d '\n' | tail -c 40
  echo
done | grep -E '.{20}' >secrets
[[ $(wc -l <secrets) -ge 16 ]]
! grep -rqaFf secrets ledger || fail "a private key is in the ledger"
[[ -z $(find ledger -name '*.key') ]]

it "refuses a key directory inside of the ledger (GS-4)"
cp -r keys/third-1 ledger/mine
fails_with 5 "inside of '.*/ledger', a ledger or vault" medchain-member suspend clinic-1 -k ledger/mine --time "$(at 1)"
rm -r ledger/mine

it "accepts only keys that belong to a member (GS-3)"
# The right name with another key, a key of nobody, a key that is not valid any more.
medchain-key new -q --name third-1 --role admin -k keys/forged >/dev/null
fails_with 5 "third-1" medchain-member suspend clinic-1 -k keys/forged --time "$(at 1)"
new_keys nobody --role admin
fails_with 5 "'nobody' is not a member" medchain-member suspend clinic-1 -k keys/nobody --time "$(at 1)"
fails_with 2 "option '--key' is needed" env -u MEDCHAIN_KEY medchain-member suspend clinic-1 --time "$(at 1)"
fails_with 5 "cannot read the key directory" medchain-member suspend clinic-1 -k nosuch --time "$(at 1)"
mkdir bare
fails_with 5 "has 0 cards" medchain-member suspend clinic-1 -k bare --time "$(at 1)"
cp keys/third-1/third-1.member bare
fails_with 5 "neither sign.key nor sign.pub" medchain-member suspend clinic-1 -k bare --time "$(at 1)"
cp keys/clinic-1/clinic-1.member bare
fails_with 5 "has 2 cards" medchain-member suspend clinic-1 -k bare --time "$(at 1)"

it "tells a ledger that is not there"
fails_with 4 "cannot open 'nosuch'" medchain-member list -l nosuch
fails_with 4 "there is no" medchain-member list -l keys
fails_with 2 "option '--ledger' is needed" env -u MEDCHAIN_LEDGER medchain-member list

it "makes groups, in which members join and leave"
group() { medchain-member group "$@" --time "$(at 1)"; }
run group create union second-1 third-1
expect_status 0
run group join union clinic-2 clinic-1
expect_status 0
run medchain-member list --groups
expect_out "^union +third-1 +clinic-1 clinic-2 second-1 third-1$"
run medchain-member list --groups --json
expect_json '.type == "group" and .group == "union" and .owner == "third-1" and (.members | length) == 4'
run group leave union clinic-2
expect_status 0
run medchain-member group leave union clinic-1 -k keys/clinic-1 --time "$(at 1)"
expect_status 0
run medchain-member list --groups
expect_out "^union +third-1 +second-1 third-1$"

it "refuses groups that cannot be"
fails_with 8 "exists already" group create union clinic-1
fails_with 8 "there is no group 'none'" group join none clinic-1
fails_with 8 "is in the group already" group join union second-1
fails_with 8 "is not in the group" group leave union clinic-3
fails_with 5 "'nobody' is not a member" group join union nobody
fails_with 5 "needs members" group create empty
fails_with 5 "only 'third-1' changes the group" medchain-member group join union clinic-1 -k keys/clinic-1 --time "$(at 1)"
fails_with 2 "expected one of create, join, leave, dissolve" group destroy union
run group create twice clinic-1 clinic-1
expect_status 5
expect_out_empty

it "dissolves a group for good"
run group dissolve union
expect_status 0
run medchain-member list --groups
expect_out "^union +third-1 +[(]dissolved[)]$"
fails_with 8 "there is no group" group join union clinic-1
fails_with 8 "exists already" group create union clinic-1

it "dies quietly of a closed pipe, and tells a full disk"
# The reader has ended long before anything is written.
{
  sleep 0.3
  code=0
  medchain-member list 2>quiet || code=$?
  echo $code >code
} | true
[[ $(cat code) == 141 && ! -s quiet ]]
run sh -c 'medchain-member list >/dev/full'
expect_status 7
expect_err "cannot write 'standard output'"
