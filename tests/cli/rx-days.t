#!/usr/bin/env bash
# A prescription ends with a calendar day on the policy's clocks: at midnight in Shanghai with the preset cn, and in Berlin, with the preset
# de, where the clocks change; and the other limits of these presets.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq
# Log time never moves ahead of the real clock, and these are days of 2026.
(($(date +%s) > $(date -d 2026-10-27 +%s))) || skip "the days of this test are still to come"

# rx_of PRESET ZONE: make_rx in a place of its own.
rx_of() {
  mkdir -p "../$1"
  cd "../$1"
  make_rx "time-zone: $2
prescription:
  preset: $1"
  new_keys rev --role reviewer
  admit rev
}
# keep, again: the ledger as it is now, and again as it was kept, so that a try does not move log time for the next one.
keep() {
  rm -rf kept
  mkdir kept
  cp -a L L.* kept
}
again() {
  rm -rf L L.*
  cp -a kept/. .
}
# issues TIME [OPTION...]: as issued(), at a time that is written out; and keeps the ledger.
issues() {
  rm -f rx.token
  act_as hosp-a
  run medchain-rx issue --document rx.json --subject P1 --token-file rx.token --time "$@"
  expect_status 0
  rx=$(jq -r .entry "$out")
  keep
}
until_of() { medchain-rx list --json | jq -r --argjson rx "$rx" 'select(.entry == $rx) | .until'; }
# redeemed TIME, late TIME: a pharmacy accepts then, or comes too late for what was valid until $(until_of).
redeemed() {
  again
  act_as ph-a
  run medchain-rx accept --token-file rx.token --time "$1"
  expect_status 0
}
late() {
  again
  act_as ph-a
  fails_with 9 "was valid until $(until_of), it is" medchain-rx accept --token-file rx.token --time "$1"
}
refuses() { fails_with 5 "$1" medchain-rx issue --document rx.json --subject P1 --token-file no.token --time 2026-03-05T12:00:00+08:00 "${@:2}"; }

rx_of cn Asia/Shanghai

it "ends at midnight in Shanghai, whatever day it is in UTC"
issues 2026-03-02T00:00:00+08:00
[[ $(until_of) == 2026-03-02T16:00:00Z ]] || fail "until $(until_of)"
redeemed 2026-03-02T07:59:59+08:00
redeemed 2026-03-02T08:00:00+08:00
redeemed 2026-03-02T23:59:59+08:00
late 2026-03-03T00:00:00+08:00
again

it "gives what is issued just before midnight the rest of its day, and what is issued at midnight the next one"
issues 2026-03-02T23:57:00+08:00
redeemed 2026-03-02T23:59:59+08:00
late 2026-03-03T00:00:00+08:00
again
issues 2026-03-03T00:00:00+08:00
redeemed 2026-03-03T23:59:59+08:00
late 2026-03-04T00:00:00+08:00
again

it "extends to the end of the third day at most, with a reason"
issues 2026-03-03T09:00:00+08:00
fails_with 5 "the policy lets it be valid until 2026-03-05T16:00:00Z" medchain-rx extend "$rx" --document note.json \
  --until 2026-03-06T00:00:01+08:00 --time 2026-03-03T10:00:00+08:00
again
run medchain-rx extend "$rx" --document note.json --time 2026-03-03T10:00:00+08:00
expect_status 0
[[ $(until_of) == 2026-03-05T16:00:00Z ]] || fail "until $(until_of)"
keep
redeemed 2026-03-05T23:59:59+08:00
late 2026-03-06T00:00:00+08:00
again

it "limits supply by class"
act_as hosp-a
refuses "allows 7 days of supply in class ordinary, got 8" --days 8
refuses "allows 3 days of supply in class emergency, got 4" --class emergency --days 4
refuses "allows 84 days of supply in class long-term, got 85" --class long-term --days 85
refuses "no drugs under special control in class long-term" --class long-term --days 30 --controlled
refuses "no prescription in parts" --repeats 1 --interval 1d

it "demands a review before dispensing, which may be after the last day"
redeemed 2026-03-05T23:59:00+08:00
fails_with 5 "demands a review" medchain-rx dispense "$rx" --document all.json --time 2026-03-05T23:59:00+08:00
act_as rev
run medchain-rx approve "$rx" --time 2026-03-05T23:59:00+08:00
expect_status 0
act_as ph-a
run medchain-rx dispense "$rx" --document all.json --time 2026-03-06T00:05:00+08:00
expect_status 0

rx_of de Europe/Berlin

it "counts the day of issue and 28 more over the beginning of summer time in Berlin"
issues 2026-03-01T10:00:00+01:00
[[ $(until_of) == 2026-03-29T22:00:00Z ]] || fail "until $(until_of)"
redeemed 2026-03-29T21:59:59Z
late 2026-03-29T22:00:00Z
again

it "counts them over the end of summer time"
issues 2026-09-27T10:00:00+02:00
[[ $(until_of) == 2026-10-25T23:00:00Z ]] || fail "until $(until_of)"
redeemed 2026-10-25T22:00:00Z
redeemed 2026-10-25T22:59:59Z
late 2026-10-25T23:00:00Z
again
# 00:30 in Berlin is the day before in UTC.
issues 2026-10-20T22:30:00Z
[[ $(until_of) == 2026-11-18T23:00:00Z ]] || fail "until $(until_of)"

it "has parts of their own lengths, which no change of clocks moves"
issues 2026-10-20T22:40:00Z --repeats 2 --interval 30d --days 30
[[ $(until_of) == 2027-01-18T22:40:00Z ]] || fail "until $(until_of)"

it "counts from the day on which it was written, whichever option or field names its end"
request() { # JQ
  jq -c "$1" <<'J'
{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{"coding":[{"code":"86904123"}]},
 "subject":{"reference":"P1"},"authoredOn":"2026-10-01","dispenseRequest":{"quantity":{"value":20,"unit":"tablet"}}}
J
}
request . >rx.json
issues 2026-10-20T22:50:00Z
[[ $(until_of) == 2026-10-29T23:00:00Z ]] || fail "until $(until_of)"
late_end='what was written 2026-10-01T12:00:00Z is valid until 2026-10-29T23:00:00Z by the policy, got 2026-11-0'
for options in '--until 2026-11-01' '--part 2026-10-20/2026-11-01'; do
  # shellcheck disable=SC2086 # an option and its value
  fails_with 5 "$late_end" medchain-rx issue --document rx.json --token-file no.token --time 2026-10-20T22:51:00Z $options
done
request '.dispenseRequest.validityPeriod.end = "2026-11-01"' >rx.json
fails_with 5 "$late_end" medchain-rx issue --document rx.json --token-file no.token --time 2026-10-20T22:51:00Z
request '.authoredOn = "2026-11-01"' >rx.json
fails_with 3 "'authoredOn': it is after" medchain-rx issue --document rx.json --token-file no.token --part 2026-10-20/2026-10-25 --time 2026-10-20T22:51:00Z
