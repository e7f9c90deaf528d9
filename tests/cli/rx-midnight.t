#!/usr/bin/env bash
# Days end at midnight on the policy's clocks: in Shanghai with the preset cn, and in Berlin, with the preset de, over a change of clocks.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq

until_of() { medchain-rx list --json | jq -r --argjson rx "$rx" 'select(.entry == $rx) | .until'; }
# issues TIME OPTION...: as issued(), at a time that is written out.
issues() {
  rm -f rx.token
  act_as hosp-a
  run medchain-rx issue --document rx.json --subject P1 --token-file rx.token --time "$@"
  expect_status 0
  rx=$(jq -r .entry "$out")
}

make_rx 'time-zone: Asia/Shanghai
prescription:
  preset: cn'
new_keys rev --role reviewer
admit rev

it "is valid in Shanghai on the day of issue, to its last second"
issues 2026-10-20T15:58:00Z
[[ $(until_of) == 2026-10-20T16:00:00Z ]] || fail "until $(until_of)"
act_as ph-a
run medchain-rx accept --token-file rx.token --time 2026-10-20T15:59:59Z
expect_status 0

it "is over in Shanghai at midnight, and what is issued then has the whole next day"
issues 2026-10-20T15:59:59Z
act_as ph-a
run medchain-rx list
fails_with 9 "valid until 2026-10-20T16:00:00Z" medchain-rx accept --token-file rx.token --time 2026-10-20T16:01:00Z
issues 2026-10-20T16:01:00Z
[[ $(until_of) == 2026-10-21T16:00:00Z ]] || fail "until $(until_of)"

it "extends in Shanghai to the end of the third day at most, with a reason"
fails_with 5 "the policy lets it be valid until 2026-10-23T16:00:00Z" medchain-rx extend "$rx" --document note.json --until 2026-10-23T16:00:01Z \
  --time 2026-10-20T16:01:00Z
run medchain-rx extend "$rx" --document note.json --time 2026-10-20T16:01:00Z
expect_status 0
[[ $(until_of) == 2026-10-23T16:00:00Z ]] || fail "until $(until_of)"

it "limits supply by class, and demands a review before dispensing"
refuses() { fails_with 5 "$1" medchain-rx issue --document rx.json --subject P1 --token-file no.token --time 2026-10-20T16:01:00Z "${@:2}"; }
refuses "allows 7 days of supply in class ordinary, got 8" --days 8
refuses "allows 3 days of supply in class emergency, got 4" --class emergency --days 4
refuses "allows 84 days of supply in class long-term, got 85" --class long-term --days 85
refuses "no drugs under special control in class long-term" --class long-term --days 30 --controlled
refuses "no prescription in parts" --repeats 1 --interval 1d
act_as ph-a
run medchain-rx accept --token-file rx.token --time 2026-10-23T15:59:00Z
expect_status 0
fails_with 5 "demands a review" medchain-rx dispense "$rx" --document all.json --time 2026-10-23T15:59:00Z
act_as rev
run medchain-rx approve "$rx" --time 2026-10-23T15:59:00Z
expect_status 0
act_as ph-a
run medchain-rx dispense "$rx" --document all.json --time 2026-10-23T16:05:00Z
expect_status 0

it "counts 28 days and the day of issue in Berlin, over the end of summer time"
rm -rf L L.* keys
make_rx 'time-zone: Europe/Berlin
prescription:
  preset: de'
# 00:30 on 21 October in Berlin; the clocks go back on the 25th, so that the 29th day ends an hour later in UTC.
issues 2026-10-20T22:30:00Z
[[ $(until_of) == 2026-11-18T23:00:00Z ]] || fail "until $(until_of)"
issues 2026-10-20T22:40:00Z --repeats 2 --interval 30d --days 30
[[ $(until_of) == 2027-01-18T22:40:00Z ]] || fail "until $(until_of)"
issues 2026-10-24T22:10:00Z --until 2026-10-25T23:00:00Z
act_as ph-a
run medchain-rx accept --token-file rx.token --time 2026-10-25T22:59:59Z
expect_status 0
issues 2026-10-25T23:05:00Z
[[ $(until_of) == 2026-11-23T23:00:00Z ]] || fail "until $(until_of)"
