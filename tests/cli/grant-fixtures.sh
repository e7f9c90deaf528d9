# shellcheck shell=bash
# For tests/cli/grant-*.t: custodian hosp-b with two anchored observations, requester hosp-r, on the ledger L of hosp-a.
#
#   make_sharing [put]    the ledger (put: hosp-b keeps copies); entry 3 of it is the anchor; then acts as hosp-r
#   ask [OPTION...]       a request of hosp-r to hosp-b; $asked is its index
#   no_trace WORD...      no word is on the ledger, in a package or in what was told (hex and base64 too)
#   published, staged     how many packages there are, and how many wait in staging

# shellcheck disable=SC2154 # out and err are lib.sh's

make_sharing() {
  local name anchor=(medchain-anchor)
  [[ ${1-} != put ]] || anchor=(medchain-vault put)
  for name in hosp-b hosp-r; do new_keys "$name" --role custodian --role requester; done
  new_ledger L
  admit hosp-b
  admit hosp-r
  cat >observations.ndjson <<'X'
{"resourceType":"Observation","id":"9","subject":{"reference":"SubjectCanary001"},"effectiveDateTime":"2025-02-01"}
{"resourceType":"Observation","id":"10","subject":{"reference":"SubjectCanary002"},"effectiveDateTime":"2025-02-02"}
X
  act_as hosp-b
  "${anchor[@]}" -q --subject-from json:/subject/reference observations.ndjson --time "$(at 0)" >receipts
  export MEDCHAIN_PERSON=PersonCanary0001
  act_as hosp-r
}

ask() {
  run medchain-grant request --from hosp-b --purpose HRESCH --until 90d --time "$(at 0)" "$@"
  expect_status 0
  # shellcheck disable=SC2034 # for who calls
  asked=$(jq -r .entry "$out")
}

published() { find L.packages -name '*.age' -not -path '*/staging*' | wc -l; }
staged() { find L.packages -path '*/staging*' -type f | wc -l; }

no_trace() {
  local word
  for word in "$@"; do
    printf '%s\n' "$word"
    printf '%s' "$word" | od -An -tx1 | tr -d ' \n'
    echo
    printf '%s' "$word" | base64 | cut -c1-16
  done >needles
  ! grep -rlaFf needles L L.host L.packages "$out" "$err" >traces || fail "found in: $(paste -sd' ' traces)"
}

# granted [OPTION...]: hosp-r asks for observations, hosp-b gives what is asked; $grant is its index; then acts as hosp-b.
granted() {
  act_as hosp-r
  ask --type Observation "$@"
  act_as hosp-b
  run medchain-grant give "$asked" --time "$(at 0)"
  expect_status 0
  grant=$(jq -r .entry "$out")
}
# released [ARGUMENT...]: a release by $grant; $release is its index.
released() {
  run medchain-grant release "$grant" "$@" --time "$(at 0)"
  expect_status 0
  # shellcheck disable=SC2034 # for who calls
  release=$(jq -r .entry "$out")
}

# Hash and file of the package of entry $1 (needs medchain-tamper).
hash_of() { "$MEDCHAIN_TEST_TAMPER" L get "$1" | grep -o '"package":{[^}]*}' | grep -o 'sha256:[0-9a-f]*' | cut -d: -f2; }
file_of() { find L.packages -name "$(hash_of "$1").age"; }

# For struck of fixtures.sh.
# shellcheck disable=SC2034
may_end_with="0 4 5 6 7 137"

# refused STATUS ID PATTERN COMMAND...: as fails_with, and the error has this id.
refused() {
  local code=$1 id=$2 pattern=$3
  shift 3
  fails_with "$code" "$pattern" "$@" --json
  expect_error_id "$id"
}
# was_denied ACTOR RULE: the last entry records that refusal of a use (needs medchain-tamper).
was_denied() {
  "$MEDCHAIN_TEST_TAMPER" L get $(($(entry_count L) - 1)) >denied.entry
  { grep -q '"type":"denied"' denied.entry && grep -q "\"actor\":\"$1\"" denied.entry && grep -q "\"rule\":\"$2\"" denied.entry; } ||
    fail "not recorded as denied to $1 by $2: $(<denied.entry)"
}
