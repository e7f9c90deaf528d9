#!/usr/bin/env bash
# What came to nothing reaches who prescribed it; and each receipt is claimed once, by name where there are several.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq

make_rx 'prescription:
  valid-days: 1
  hold: 2h'
undispensed() { run medchain-rx list --undispensed --json --by hosp-a "$@"; }

it "has nothing to tell while all is well"
issued
accepted
run medchain-rx dispense "$rx" --document all.json --time "$(at 0)"
expect_status 0
undispensed
expect_status 0
expect_out_empty

it "tells what a pharmacy gave back, until another one takes it"
issued
returned=$rx
accepted
run medchain-rx return "$rx" --document note.json --time "$(at 1)"
expect_status 0
undispensed
expect_status 1
expect_json -s 'map([.entry, .state, .returned, .changed]) == [[$rx, "issued", true, $at]]' --argjson rx "$rx" --arg at "$(at 1)"
run medchain-rx list --undispensed
expect_status 1
expect_out "^ *$rx .* returned$"
now=2
accepted ph-b
undispensed
expect_status 0

it "tells what was cancelled, by whomever"
issued
cancelled=$rx
run medchain-rx cancel "$rx" --document note.json --time "$(at 2)"
expect_status 0
undispensed
expect_status 1
expect_json -s 'map([.entry, .state]) == [[$rx, "cancelled"]]' --argjson rx "$rx"

it "tells whose hold has lapsed, and what expired undispensed"
now=10
issued
expiring=$rx
at_time() { run medchain-rx issue --document rx.json --subject P1 --token-file "tick.$1" --part "$(at "$1")/$(at $(($1 + 1)))" --time "$(at "$1")"; }
act_as hosp-a
at_time 130
expect_status 0
undispensed
expect_json -s 'map([.entry, .state]) == [[$a, "lapsed"], [$b, "lapsed"], [$c, "cancelled"]]' \
  --argjson a "$((returned - 3))" --argjson b "$returned" --argjson c "$cancelled"
run medchain-rx list --json --state lapsed
expect_json -s 'map(.changed) == [$a, $b]' --arg a "$(at 120)" --arg b "$(at 122)"
# The end of the day.
at_time 2000
undispensed --state expired
expect_json -s 'map([.entry, .not_dispensed, .changed]) | .[0] == [$rx, true, "2025-03-02T00:00:00Z"]' --argjson rx "$expiring"

it "tells only what is new since then"
undispensed --since "$(at 125)"
expect_json -s 'map(.entry) | index($a) and (index($b) | not)' --argjson a "$expiring" --argjson b "$returned"
undispensed --since "$(at 2000)"
expect_status 0
expect_out_empty
run medchain-rx list --undispensed --by ph-a
expect_status 0

it "claims the only open receipt, and asks which where there are several"
now=2000
issued
for pharmacy in ph-a ph-b; do
  accepted $pharmacy
  sed 's/"quantity":12/"quantity":7/' some.json >seven.json
  run medchain-rx dispense "$rx" --document seven.json --time "$(at $now)"
  expect_status 0
  run medchain-rx return "$rx" --time "$(at $now)"
  expect_status 0
done
run medchain-rx list --json
mapfile -t receipts < <(jq -r --argjson rx "$rx" 'select(.entry == $rx) | .receipts[].ended_by' "$out")
((${#receipts[@]} == 2))
act_as payer
fails_with 2 "'--receipt' is needed, these are open: ${receipts[0]} of 'ph-a', ${receipts[1]} of 'ph-b'$" medchain-rx claim "$rx" --time "$(at $now)"
run medchain-rx claim "$rx" --receipt "${receipts[1]}" --time "$(at $now)"
expect_status 0
fails_with 8 "this was claimed at entry" medchain-rx claim "$rx" --receipt "${receipts[1]}" --time "$(at $now)"
fails_with 3 "is no receipt of it" medchain-rx claim "$rx" --receipt 1 --time "$(at $now)"
run medchain-rx claim "$rx" --time "$(at $now)"
expect_status 0
run medchain-rx list --json
expect_json -s 'map(select(.entry == $rx).receipts | map(has("claimed"))) == [[true, true]]' --argjson rx "$rx"
fails_with 8 "was claimed at entry" medchain-rx claim "$rx" --time "$(at $now)"
act_as hosp-a
issued
act_as payer
fails_with 8 "nothing was dispensed" medchain-rx claim "$rx" --time "$(at $now)"
