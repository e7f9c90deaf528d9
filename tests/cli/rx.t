#!/usr/bin/env bash
# medchain-rx: a prescription is issued, redeemed by its token alone, dispensed within its counts, and paid once.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq

make_rx

it "issues a prescription and writes its token, closed to others"
run medchain-rx issue --document rx.json --subject P1 --token-file rx.token --time "$(at 0)"
expect_status 0
rx=$(jq -r 'select(.type == "receipt") | .entry' "$out")
[[ $(stat -c %a rx.token) == 600 ]] || fail "the token file is open"

it "redeems by the token alone, and shows what was prescribed"
act_as ph-a
run medchain-rx accept --token-file rx.token --time "$(at 1)"
expect_status 0
jq -e -s '.[1].items[0].dose == "1-0-1"' "$out" >/dev/null || fail "no document"

it "refuses the second pharmacy, and what is above the counts"
act_as ph-b
fails_with 8 "is held by 'ph-a'" medchain-rx accept --token-file rx.token --time "$(at 1)"
act_as ph-a
run medchain-rx dispense "$rx" --document some.json --time "$(at 2)"
expect_status 0
fails_with 5 "item 1: 8 left" medchain-rx dispense "$rx" --document some.json --time "$(at 3)"

it "names the field in which what is shown differs"
act_as hosp-a
run medchain-rx issue --document rx.json --subject P1 --token-file second.token --time "$(at 3)"
expect_status 0
sed 's/1-0-1/1-1-1/' rx.json >shown.json
act_as ph-b
fails_with 1 "not what was issued: items\\[0\\].dose" medchain-rx accept --token-file second.token --shown shown.json --time "$(at 3)"

it "closes, and is paid once"
act_as ph-a
run medchain-rx close "$rx" --time "$(at 4)"
expect_status 0
act_as payer
run medchain-rx claim "$rx" --time "$(at 5)"
expect_status 0
fails_with 8 "is claimed since entry" medchain-rx claim "$rx" --time "$(at 6)"
run medchain-rx list --json
jq -e -s 'map(.state) | sort == ["claimed", "issued"]' "$out" >/dev/null || fail "states"

it "says what lists prescriptions where there is no such one"
fails_with 3 "^medchain-rx: hint: 'medchain-rx list' shows them" medchain-rx cancel 0 --time "$(at 9)"

it "says that a cancel only marks what a pharmacy holds"
now=9
issued
accepted
act_as hosp-a
run medchain-rx cancel "$rx" --time "$(at 9)"
expect_status 0
expect_err "marked, to be cancelled when 'ph-a' returns it: the prescription of entry $rx"
act_as ph-a
run medchain-rx return "$rx" --time "$(at 9)"
expect_status 0
expect_state cancelled
