# shellcheck shell=bash
# Prescriptions for the tests of medchain-rx.
# shellcheck disable=SC2154 # out is lib.sh's
#
#   make_rx [POLICY]     ledger L: hosp-a prescribes, ph-a and ph-b dispense, payer pays; POLICY is YAML for its policy;
#                        rx.json, some.json (12 of item 1), all.json (20 of it), note.json (a reason); acts as hosp-a
#   now                  minutes from the beginning: when the next two act
#   issued [OPTION...]   hosp-a issues rx.json with the token in rx.token, made anew; its index is in $rx
#   accepted [NAME]      ... and ph-a, or NAME, accepts it
#   expect_state STATE   that of $rx, as the list says

now=0

make_rx() {
  new_keys hosp-a --role admin --role custodian --role prescriber
  new_ledger L hosp-a
  local name
  for name in ph-a ph-b; do
    new_keys $name --role dispenser
    admit $name
  done
  new_keys payer --role payer
  admit payer
  export MEDCHAIN_PERSON=dr
  if [[ -n ${1:-} ]]; then
    printf '%s\n' "$1" >policy.yaml
    medchain-member policy -q policy.yaml --time "$(at 0)" >/dev/null
  fi
  cat >rx.json <<EOF
{"schema":"medchain/1","type":"prescription-document",
 "items":[{"code":"86904123","unit":"tablet","quantity":20,"dose":"1-0-1"}]}
EOF
  printf '%s\n' '{"schema":"medchain/1","type":"prescription-note","products":[{"item":1,"product":"P1","quantity":12,"batch":"B7"}]}' >some.json
  sed 's/"quantity":12/"quantity":20/' some.json >all.json
  printf '%s\n' '{"schema":"medchain/1","type":"prescription-note","products":[],"reason":"holiday"}' >note.json
}

issued() {
  rm -f rx.token
  act_as hosp-a
  run medchain-rx issue --document rx.json --subject P1 --token-file rx.token --time "$(at "$now")" "$@"
  expect_status 0
  rx=$(jq -r 'select(.type == "receipt") | .entry' "$out")
}

accepted() {
  act_as "${1:-ph-a}"
  run medchain-rx accept --token-file rx.token --time "$(at "$now")"
  expect_status 0
}

expect_state() {
  local found
  found=$(medchain-rx list --json | jq -r --argjson rx "$rx" 'select(.entry == $rx) | .state')
  [[ $found == "$1" ]] || fail "prescription $rx is $found, expected $1"
}
