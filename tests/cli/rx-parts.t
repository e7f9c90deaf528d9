#!/usr/bin/env bash
# Prescriptions in parts, repeats, and extensions: the options of medchain-rx, within what the policy allows.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq mdb_dump

make_rx 'time-zone: Asia/Shanghai
prescription:
  valid-days: 1
  extended-days: 3
  parts-days: 90'
parts_of() { mdb_dump -p -s entries L | grep -ao '"parts":\[[^]]*\]' | tail -n 1; }

it "issues parts with windows of their own, and redeems each in its window"
issued --part "$(at 0)/$(at 30)" --part "$(at 60)/$(at 90)" --days 7
[[ $(parts_of) == "\"parts\":[{\"from\":\"$(at 0)\",\"until\":\"$(at 30)\"},{\"from\":\"$(at 60)\",\"until\":\"$(at 90)\"}]" ]] || fail "$(parts_of)"
accepted
run medchain-rx dispense "$rx" --document all.json --time "$(at 1)"
expect_status 0
run medchain-rx close "$rx" --time "$(at 2)"
expect_status 0
expect_state issued
act_as ph-b
fails_with 8 "valid from $(at 60)" medchain-rx accept --token-file rx.token --time "$(at 3)"
run medchain-rx accept --token-file rx.token --time "$(at 61)"
expect_status 0
run medchain-rx dispense "$rx" --document all.json --time "$(at 61)"
expect_status 0
run medchain-rx close "$rx" --time "$(at 62)"
expect_status 0
expect_state completed

it "spells repeats as parts that follow each other"
act_as hosp-a
run medchain-rx issue --document rx.json --subject P1 --token-file repeats.token --repeats 2 --interval 28d --time "$(at 64)"
expect_status 0
day=1440
[[ $(parts_of | grep -o "from" | wc -l) == 3 ]] || fail "$(parts_of)"
[[ $(parts_of) == *"{\"from\":\"$(at $((64 + 56 * day)))\",\"until\":\"$(at $((64 + 84 * day)))\"}]" ]] || fail "$(parts_of)"
act_as ph-b
fails_with 9 "valid until" medchain-rx accept --token-file repeats.token --time "$(at $((64 + 84 * day)))"

it "ends the last repeat where the policy does, or where it is told to"
act_as hosp-a
now=$((64 + 84 * day))
run medchain-rx issue --document rx.json --subject P1 --token-file long.token --repeats 3 --interval 28d --time "$(at $now)"
expect_status 0
# 90 days from 2025-05-24 in Shanghai.
[[ $(parts_of) == *'"until":"2025-08-21T16:00:00Z"}]' ]] || fail "$(parts_of)"
run medchain-rx issue --document rx.json --subject P1 --token-file cut.token --repeats 1 --interval 28d --until 30d --time "$(at $now)"
expect_status 0
[[ $(parts_of) == *"\"until\":\"$(at $((now + 30 * day)))\"}]" ]] || fail "$(parts_of)"

it "refuses parts that are none, and options that contradict each other"
refuses() {
  local pattern=$1
  shift
  fails_with 2 "$pattern" medchain-rx issue --document rx.json --subject P1 --token-file bad.token --time "$(at $now)" "$@"
}
refuses "'--part': expected FROM/UNTIL, got '2025-01-01'" --part 2025-01-01
refuses "'--part': .* got '2025-01-01/soon'" --part 2025-01-01/soon
refuses "'--part' and '--until' are not given together" --part 2025-06-01/2025-06-02 --until 3d
refuses "'--part' and '--repeats' are not" --part 2025-06-01/2025-06-02 --repeats 1 --interval 1d
refuses "'--repeats' and '--interval' are given together" --repeats 1
refuses "'--repeats' and '--interval' are given together" --interval 1d
refuses "'--repeats'" --repeats 24 --interval 1d
refuses "'--interval': expected 1s to 731d" --repeats 1 --interval 0s
fails_with 5 "'parts' must ascend" medchain-rx issue --document rx.json --subject P1 --token-file bad.token --time "$(at $now)" \
  --part 2025-06-03/2025-06-04 --part 2025-06-01/2025-06-02
fails_with 5 "the policy lets it be valid until" medchain-rx issue --document rx.json --subject P1 --token-file bad.token --time "$(at $now)" \
  --part 2025-06-03/2025-06-04 --part 2025-06-05/2025-12-01

it "extends by the policy's days, with a reason"
issued
fails_with 2 "'--document' is needed: the reason" medchain-rx extend "$rx" --time "$(at $now)"
fails_with 5 "the policy lets it be valid until 2025-05-26T16:00:00Z" medchain-rx extend "$rx" --until 9d --document note.json --time "$(at $now)"
run medchain-rx extend "$rx" --document note.json --time "$(at $now)"
expect_status 0
expect_err "extended the prescription of entry $rx"
run medchain-rx list --json
jq -e -s --argjson rx "$rx" 'map(select(.entry == $rx).until) == ["2025-05-26T16:00:00Z"]' "$out" >/dev/null || fail "not extended"
act_as ph-a
run medchain-rx accept --token-file rx.token --time "$(at $((now + 2 * day)))"
expect_status 0
act_as hosp-a
fails_with 8 "is held by 'ph-a'" medchain-rx extend "$rx" --until "$(at $((now + 2 * day + 1)))" --document note.json --time "$(at $((now + 2 * day)))"

it "extends for nobody but the prescriber, and not after the end"
now=$((now + 3 * day))
issued
act_as ph-a
fails_with 5 "'ph-a' can not extend" medchain-rx extend "$rx" --document note.json --time "$(at $now)"
act_as hosp-a
fails_with 9 "valid until" medchain-rx extend "$rx" --document note.json --time "$(at $((now + 2 * day)))"
