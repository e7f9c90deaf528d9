# shellcheck shell=bash
# For tests/cli/audit-anomalies*.t.
#
#   finds ARGUMENT... -- ID:ENTRIES...      exactly these findings
#   recounted TIME [NAME=NUMBER...]         what anomalies.py finds is what the tool finds, with thresholds.yaml if names are given
#   fresh                                   another ledger comes

# shellcheck disable=SC2034,SC2154 # for who calls; out is lib.sh's

finds() {
  local arguments=()
  while [[ $1 != -- ]]; do
    arguments+=("$1")
    shift
  done
  shift
  run medchain-audit anomalies --json --fail-on never "${arguments[@]}"
  expect_status 0
  jq -r 'select(.type == "finding") | .id + ":" + (.entries | map(tostring) | join(","))' "$out" | LC_ALL=C sort >found
  printf '%s\n' "$@" | sed '/^$/d' | LC_ALL=C sort >wanted
  diff wanted found >different || fail "$(<different)"
  expect_summary ".count == $# and .complete"
}

# The log does not have it all: what was refused and which receipt was meant are in the entries, and who may what in the cards.
recounted() {
  local options=() id again
  [[ $# == 1 ]] || options=(--thresholds thresholds.yaml)
  medchain-audit log -q --json >log.ndjson
  for id in $(jq -r 'select(.kind == "denied" or .kind == "prescription") | .entry' log.ndjson); do
    "$MEDCHAIN_TEST_TAMPER" L get "$id" | sed -n 1p | jq -c --argjson entry "$id" '{type: "statement", entry: $entry, statement: .}'
  done >>log.ndjson
  medchain-member list -q --json >>log.ndjson
  while read -r id; do options+=(--kind "$id"); done < <(python3 "$SOURCE/tests/cli/anomalies.py" log.ndjson KINDS)
  mapfile -t again < <(python3 "$SOURCE/tests/cli/anomalies.py" log.ndjson "$@")
  [[ -n ${again[*]} ]] || fail "the recount finds nothing"
  finds "${options[@]}" --time "$1" -- "${again[@]}"
}

fresh() {
  rm -rf L L.* keys got* rx.token
  minute=0 now=0
  unset MEDCHAIN_KEY MEDCHAIN_VAULT MEDCHAIN_PERSON
}
