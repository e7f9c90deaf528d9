#!/usr/bin/env bash
# Each act on a prescription is prepared with --emit and appended by another; what the ledger refuses is on record, with proof.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq mdb_dump

make_rx
new_keys rev --role reviewer
admit rev
# emits NAME VERB OPTION...: NAME prepares the act, twice the same; another appends it, and the next act of NAME settles it.
emits() {
  local before
  before=$(entry_count L)
  act_as "$1"
  shift
  run medchain-rx "$@" --emit --time "$(at 0)"
  expect_status 0
  [[ $(entry_count L) == "$before" ]] || fail "$1 --emit appended something"
  expect_json -s 'map(select(.type != "package")) | map([.type, .kind]) == [["entry", "prescription"]]'
  cp "$out" emitted
  run medchain-rx "$@" --emit --time "$(at 0)"
  same emitted "$out"
  run medchain-sync apply --time "$(at 0)" <emitted
  expect_status 0
  [[ $(entry_count L) == $((before + 1)) ]] || fail "$1: $(entry_count L) entries, $before before"
}

it "prepares each act for another who appends it"
emits hosp-a issue --document rx.json --subject P1 --token-file rx.token
rx=$(medchain-rx list --json | jq .entry)
# What settles publishes the package.
run medchain-rx list
run medchain-rx issue --document rx.json --subject P2 --token-file second.token --time "$(at 0)"
expect_status 0
emits hosp-a extend "$rx" --until "$(at 1440)" --document note.json
emits rev approve "$rx"
emits ph-a accept --token-file rx.token
emits ph-a dispense "$rx" --document all.json
emits ph-a deliver "$rx" --step shipped
emits ph-a close "$rx"
emits payer claim "$rx"
expect_state claimed
second=$(medchain-rx list --json --state issued | jq .entry)
act_as ph-b
run medchain-rx accept --token-file second.token --time "$(at 0)"
expect_status 0
emits ph-b return "$second"
emits hosp-a cancel "$second"
rx=$second
expect_state cancelled
run medchain-verify ledger -q
expect_status 0

it "rehearses each act with --dry-run and changes nothing"
act_as hosp-a
issued
before=$(state_of L L.host L.packages)
rehearses() {
  act_as "$1"
  run medchain-rx "${@:2}" --dry-run --time "$(at 0)"
  expect_status 0
  expect_json '.dry_run == true'
  [[ $(state_of L L.host L.packages) == "$before" ]] || fail "$2 --dry-run changed something"
}
rehearses hosp-a issue --document rx.json --subject P1 --token-file third.token
[[ ! -e third.token ]] || fail "there is a token"
rehearses ph-a accept --token-file rx.token
rehearses hosp-a cancel "$rx"
fails_with 8 "is issued" medchain-rx close "$rx" --dry-run --time "$(at 0)"
[[ $(state_of L L.host L.packages) == "$before" ]] || fail "a refusal was recorded in a rehearsal"

# refusal: the newest entry, which is denied.
refusal() { mdb_dump -p -s entries L | grep -ao '"type":"denied".*' | tail -n 1; }
denials() { mdb_dump -p -s entries L | grep -ac '"type":"denied"' || true; }
# on_record NAME RULE VERB OPTION...: NAME's act is refused and the refusal recorded, with the statement as proof, once an hour.
on_record() {
  local before said name=$1 rule=$2
  shift 2
  before=$(denials)
  act_as "$name"
  run medchain-rx "$@" --time "$(at "$now")"
  [[ $status == [589] ]] || fail "status $status"
  expect_out_empty
  expect_err "recorded the refusal at entry"
  [[ $(denials) == $((before + 1)) ]] || fail "$(denials) refusals, $before before"
  said=$(refusal)
  [[ $said == *"\"actor\":\"$name\""*"\"rule\":\"$rule\""*'"refused":"{'* ]] || fail "it says: $said"
  run medchain-rx "$@" --time "$(at "$now")"
  expect_no_err "recorded the refusal"
  [[ $(denials) == $((before + 1)) ]] || fail "it is recorded twice"
}

it "records who tries to redeem what another holds, or what is for another"
now=0
accepted
on_record ph-b prescription.held accept --token-file rx.token
issued --pharmacy ph-a
on_record ph-b prescription.directed accept --token-file rx.token

it "records who dispenses what it does not hold, or more than is prescribed"
accepted
on_record ph-b prescription.held dispense "$rx" --document some.json
sed 's/"quantity":12/"quantity":21/' some.json >more.json
on_record ph-a prescription.quantity dispense "$rx" --document more.json

it "records who cancels what is not its own, and claims without a right"
on_record ph-b access.denied cancel "$rx"
run medchain-rx list
act_as ph-a
run medchain-rx dispense "$rx" --document all.json --time "$(at 0)"
expect_status 0
run medchain-rx close "$rx" --time "$(at 0)"
expect_status 0
on_record ph-a member.role claim "$rx"

it "records a second dispensing, redemption and claim"
on_record ph-a entry.state dispense "$rx" --document some.json
on_record ph-b entry.state accept --token-file rx.token
act_as payer
run medchain-rx claim "$rx" --time "$(at 0)"
expect_status 0
on_record payer entry.state claim "$rx"

it "records what came too early or too late, and what is gone"
issued --part "$(at 60)/$(at 90)"
on_record ph-a prescription.not_yet accept --token-file rx.token
now=90
on_record ph-a prescription.expired accept --token-file rx.token
issued
run medchain-rx cancel "$rx" --time "$(at "$now")"
expect_status 0
on_record ph-a prescription.over accept --token-file rx.token

it "records nothing of a mistake in the command"
entries=$(entry_count L)
act_as hosp-a
fails_with 2 "'--document' is needed" medchain-rx dispense "$rx" --time "$(at "$now")"
fails_with 9 "is cancelled" medchain-rx close "$rx" --time "$(at "$now")"
fails_with 3 "there is no prescription" medchain-rx cancel 1 --time "$(at "$now")"
[[ $(entry_count L) == "$entries" ]] || fail "something was appended"

it "leaves a ledger whose refusals are proven"
run medchain-verify ledger -q
expect_status 0
