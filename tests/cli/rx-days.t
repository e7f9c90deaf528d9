#!/usr/bin/env bash
# medchain-rx: a prescription ends with a calendar day of the policy's zone, at midnight in Shanghai and where Berlin changes its clocks.
. "${0%/*}/lib.sh" || exit
need jq
# Log time never moves ahead of the real clock, and these are days of 2026.
(($(date +%s) > $(date -d 2026-10-27 +%s))) || skip "the days of this test are still to come"
export MEDCHAIN_PERSON=dr
printf '%s\n' '{"schema":"medchain/1","type":"prescription-document","items":[{"code":"1","unit":"tablet","quantity":20}]}' >rx.json
printf '%s\n' '{"schema":"medchain/1","type":"prescription-note","products":[],"reason":"travel"}' >why.json
new_keys hosp-a --role admin --role custodian --role prescriber
new_keys ph-a --role dispenser

# ledger_at NAME ZONE PRESET TIME: a ledger of its own, which begins at TIME.
ledger_at() {
  printf 'time-zone: %s\nprescription:\n  preset: %s\n' "$2" "$3" >"$1.yaml"
  medchain-init -q --origin "ledger.example/$1" -l "$1" -k keys/hosp-a --policy "$1.yaml" --time "$4" >/dev/null
  on_ledger "$1"
  act_as hosp-a
  medchain-member add -q keys/ph-a/ph-a.member --time "$4" >/dev/null
}
# issued TIME: issues on the ledger that was made last, and keeps it as it is then; $rx is the index.
issued() {
  act_as hosp-a
  rm -f rx.token
  run medchain-rx issue --document rx.json --subject P1 --token-file rx.token --time "$1"
  expect_status 0
  rx=$(jq -r .entry "$out")
  rm -rf kept
  mkdir kept
  cp -a "$_ledger" "$_ledger".* kept
}
# again: the ledger as it was kept, so that no earlier try has moved log time.
again() {
  rm -rf "$_ledger" "$_ledger".*
  cp -a kept/. .
}
# redeemed TIME, late TIME PATTERN: a pharmacy accepts at this time, and can or can not.
redeemed() {
  again
  act_as ph-a
  run medchain-rx accept --token-file rx.token --time "$1"
  expect_status 0
}
late() {
  again
  act_as ph-a
  fails_with 9 "$2" medchain-rx accept --token-file rx.token --time "$1"
}

it "ends at midnight in Shanghai, whatever day it is in UTC"
ledger_at cn Asia/Shanghai cn 2026-03-01T00:00:00+08:00
issued 2026-03-02T00:00:00+08:00
redeemed 2026-03-02T07:59:59+08:00
redeemed 2026-03-02T08:00:00+08:00
redeemed 2026-03-02T23:59:59+08:00
late 2026-03-03T00:00:00+08:00 "was valid until 2026-03-02T16:00:00Z, it is 2026-03-02T16:00:00Z"

it "gives what is issued just before midnight the rest of its day, and what is issued at midnight the next one"
ledger_at eve Asia/Shanghai cn 2026-03-01T00:00:00+08:00
issued 2026-03-02T23:57:00+08:00
redeemed 2026-03-02T23:59:59+08:00
late 2026-03-03T00:00:00+08:00 "valid until 2026-03-02T16:00:00Z"
ledger_at next Asia/Shanghai cn 2026-03-01T00:00:00+08:00
issued 2026-03-03T00:00:00+08:00
redeemed 2026-03-03T23:59:59+08:00
late 2026-03-04T00:00:00+08:00 "valid until 2026-03-03T16:00:00Z"

it "extends to three days with a reason, and no further"
ledger_at longer Asia/Shanghai cn 2026-03-01T00:00:00+08:00
issued 2026-03-02T09:00:00+08:00
fails_with 5 "lets it be valid until 2026-03-04T16:00:00Z" \
  medchain-rx extend "$rx" --document why.json --until 2026-03-05T00:00:01+08:00 --time 2026-03-02T10:00:00+08:00
again
run medchain-rx extend "$rx" --document why.json --until 2026-03-05T00:00:00+08:00 --time 2026-03-02T10:00:00+08:00
expect_status 0
rm -rf kept
mkdir kept
cp -a "$_ledger" "$_ledger".* kept
redeemed 2026-03-04T23:59:59+08:00
late 2026-03-05T00:00:00+08:00 "valid until 2026-03-04T16:00:00Z"

it "counts days over the beginning of summer time in Berlin"
ledger_at spring Europe/Berlin de 2026-02-28T10:00:00+01:00
issued 2026-03-01T10:00:00+01:00
redeemed 2026-03-29T21:59:59Z
late 2026-03-29T22:00:00Z "valid until 2026-03-29T22:00:00Z"

it "counts days over the end of summer time in Berlin"
ledger_at autumn Europe/Berlin de 2026-09-26T10:00:00+02:00
issued 2026-09-27T10:00:00+02:00
redeemed 2026-10-25T22:00:00Z
redeemed 2026-10-25T22:59:59Z
late 2026-10-25T23:00:00Z "valid until 2026-10-25T23:00:00Z"
