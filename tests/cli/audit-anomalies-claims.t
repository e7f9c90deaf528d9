#!/usr/bin/env bash
# medchain-audit anomalies: claims of what was not dispensed or by two payers, uses of what was not released or not opened, and staff
# keys that are shared; each planted beside what is almost the same, which is not found.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
. "$SOURCE/tests/cli/rx-fixtures.sh"
. "$SOURCE/tests/cli/anomalies-fixtures.sh"
need jq python3

closed='' claimed='' before='' after=''
# only KIND...: the options that ask for these kinds alone, in $only
only() {
  local kind
  only=()
  for kind in "$@"; do only+=(--kind "$kind"); done
}
last() { echo $(($(entry_count L) - 1)); }
# refused_by KEYS ACTOR RULE WHAT ENTRY...: KEYS records that a statement of ACTOR was refused
refused_by() { "$MEDCHAIN_TEST_SHARING" refused L L.host "keys/$1" "keys/$2" "${@:3}"; }
# later: an hour on, when a refusal is recorded once more
later() {
  minute=$((minute + 61))
  now=$minute
}
# dispensed PHARMACY NOTE HOW: it accepts the prescription, dispenses and closes or returns; $closed is the receipt
dispensed() {
  accepted "$1"
  run medchain-rx dispense "$rx" --document "$2" --time "$(at "$now")"
  expect_status 0
  does closed medchain-rx "$3" "$rx"
}

make_rx
new_keys payer-2 --role payer
admit payer-2
sed 's/"quantity":12/"quantity":8/' some.json >rest.json

it "finds a claim of what nobody dispensed, which was refused, and no claim that was in order or a pharmacy's"
only claim.without_dispense claim.twice claim.two_payers
issued
act_as payer
fails_with 8 'nothing was dispensed' medchain-rx claim "$rx" --time "$(at 0)"
expect_err "recorded the refusal at entry $(last)$"
expected=("claim.without_dispense:$rx,$(last)")
finds "${only[@]}" --time "$(at 0)" -- "${expected[@]}"
dispensed ph-a all.json close
fails_with 5 'payer' medchain-rx claim "$rx" --time "$(at 0)"
expect_err 'recorded the refusal'
act_as payer
fails_with 3 'is no receipt of it' medchain-rx claim "$rx" --receipt "$rx" --time "$(at 0)"
expected+=("claim.without_dispense:$rx,$(last)")
does claimed medchain-rx claim "$rx"
finds "${only[@]}" --time "$(at 0)" -- "${expected[@]}"

it "takes the receipt of another prescription for none, and a second claim for no claim of what was not dispensed"
later
other=$closed
issued
act_as payer
fails_with 3 'is no receipt of it' medchain-rx claim "$rx" --receipt "$other" --time "$(at "$now")"
expected+=("claim.without_dispense:$rx,$(last)")
later
dispensed ph-a some.json return
act_as payer
does claimed medchain-rx claim "$rx" --receipt "$closed"
fails_with 3 'is no receipt of it' medchain-rx claim "$rx" --receipt "$other" --time "$(at "$now")"
expected+=("claim.without_dispense:$rx,$(last)")
refused_by hosp-a payer-2 entry.missing claim "$rx" "$other"
expected+=("claim.without_dispense:$rx,$(last)")
refused_by hosp-a payer entry.missing claim "$rx" "$other" unproven
expected+=("claim.without_dispense:$rx,$(last)")
refused_by hosp-a ph-a entry.missing claim "$rx" "$other" unproven
finds "${only[@]}" --time "$(at "$now")" -- "${expected[@]}"
act_as payer-2
fails_with 8 "this was claimed at entry $claimed" medchain-rx claim "$rx" --receipt "$closed" --time "$(at "$now")"
expected+=("claim.twice:$rx,$claimed,$(last)")
finds "${only[@]}" --time "$(at "$now")" -- "${expected[@]}"

it "finds receipts of one prescription that two payers claimed, and none that one payer did"
dispensed ph-b rest.json close
act_as payer-2
does after medchain-rx claim "$rx"
expected+=("claim.two_payers:$rx,$claimed,$after")
finds "${only[@]}" --time "$(at "$now")" -- "${expected[@]}"
issued
dispensed ph-a some.json return
act_as payer
does claimed medchain-rx claim "$rx"
dispensed ph-b rest.json close
act_as payer
does after medchain-rx claim "$rx"
issued
dispensed ph-a all.json close
act_as payer-2
does claimed medchain-rx claim "$rx"
finds "${only[@]}" --time "$(at "$now")" -- "${expected[@]}"
recounted "$(at "$now")"

it "finds a use of what nobody released, which was refused"
fresh
make_sharing put
only use.without_release use.failed access.attempt
granted --uses 9
released
refused_by hosp-b hosp-r entry.missing use "$grant"
nothing=$(last)
expected=("use.without_release:$nothing")
finds "${only[@]}" --time "$(at 0)" -- "${expected[@]}"
# A release to another is none to who uses it; for another purpose it is one.
refused_by hosp-b hosp-a access.denied use "$release"
expected+=("use.without_release:$(last)")
refused_by hosp-b hosp-r grant.purpose use "$release"
expected+=("access.attempt:$(last)")
finds "${only[@]}" --time "$(at 0)" -- "${expected[@]}"

it "finds a release that could not be opened, and none that could be in the end"
act_as hosp-r
opens() { # ENTRY DIRECTORY STATUS
  run medchain-grant open "$1" -C "$2" --time "$(at "$now")"
  [[ $status == "$3" ]] || fail "status $status"
}
damaged() { # ENTRY: its package, kept whole beside it
  file=$(file_of "$1")
  cp "$file" whole
  chmod u+w "$file"
  head -c -100 whole >"$file"
}
damaged "$release"
opens "$release" got1 1
expected+=("use.failed:$release")
finds "${only[@]}" --time "$(at "$now")" -- "${expected[@]}"
opens "$release" got1 1
finds "${only[@]}" --time "$(at "$now")" -- "${expected[@]}"
act_as hosp-b
does before medchain-grant release "$grant" Observation/9
act_as hosp-r
damaged "$before"
opens "$before" got2 1
cat whole >"$file"
opens "$before" got2 0
act_as hosp-b
does after medchain-grant release "$grant" Observation/9
act_as hosp-r
opens "$after" got3 0
finds "${only[@]}" --time "$(at "$now")" -- "${expected[@]}"
recounted "$(at "$now")"

it "finds a staff key that signed for two persons, and a person that signs with two keys by turns"
fresh
make_sharing
only person.shared_key person.shared_tag
for name in one two three four; do
  medchain-key new -q --staff-of hosp-r -k keys/staff-$name >/dev/null
  medchain-member staff-add keys/staff-$name/staff -q --time "$(at 0)" >/dev/null
done
# signs PERSON [KEY]: an act of this person; $signed is its entry
signs() {
  local with=()
  [[ $# == 1 ]] || with=(--person-key "keys/staff-$2/sign.key")
  MEDCHAIN_PERSON=$1 does signed medchain-grant request --from hosp-b --purpose HRESCH --until 90d "${with[@]}"
}
signed=''
# Each with a key of their own, one of them also without; a key that took the place of another.
for act in 'dr-1 one' 'dr-2 two' 'dr-1 one' 'dr-1' 'dr-2 two' 'dr-3 three' 'dr-3 three' 'dr-3 four' 'dr-3 four'; do
  # shellcheck disable=SC2086 # two words
  signs $act
  [[ $act != 'dr-1 one' ]] || one=${one:-$signed}
  [[ $act != 'dr-2 two' ]] || two=${two:-$signed}
  [[ $act != 'dr-3 three' ]] || three=${three:-$signed}
  [[ $act != 'dr-3 four' ]] || four=${four:-$signed}
done
finds "${only[@]}" --time "$(at 0)" --
signs dr-4 one
shared=("person.shared_key:$one,$signed")
finds "${only[@]}" --time "$(at 0)" -- "${shared[@]}"
signs dr-5 one
finds "${only[@]}" --time "$(at 0)" -- "${shared[@]}"
signs dr-3 three
shared+=("person.shared_tag:$three,$four,$signed")
finds "${only[@]}" --time "$(at 0)" -- "${shared[@]}"
signs dr-3 four
finds "${only[@]}" --time "$(at 0)" -- "${shared[@]}"
recounted "$(at 0)"
