# shellcheck shell=bash
# Fixtures of tests/cli/*.t, made with the tools under test.  Sourced by lib.sh.
#
#   at MINUTES                     the time so long after the ledgers' beginning, for --time: nothing here reads the clock
#   new_keys NAME [OPTION...]      keys/NAME with card; more options go to medchain-key new
#   new_ledger DIR [NAME...]       DIR, DIR.host and founders NAME... (hosp-a), each admin and custodian, with keys/NAME
#   on_ledger DIR                  the commands that follow work on DIR
#   act_as NAME                    ... with keys/NAME and DIR.vaults/NAME
#   admit NAME                     keys/NAME become a member, signed by hosp-a
#   patients N [FIRST [TAG]]       N small records, one in a line, ids from FIRST (1); TAG makes other bytes of the same ids
#   entry_count DIR                entries on the ledger, as its checkpoint says
#   anchored_rows DIR              rows of all anchor entries together (needs mdb_dump)
#   state_of DIR...                checksums of all files, but not of the lock table
#   places FILE                    `entry row` of each receipt in FILE, sorted
#   all_places_differ FILE         no row answers for two receipts
#   expect_receipts FILTER         jq over the array of the receipts in $out
#   expect_summary FILTER          jq over the last line of $out, which is the only summary
#   expect_error_id ID             the last line of $err is an error in JSON of this id
#   struck CALL N HOW COMMAND...   the command, killed or failing at its Nth such call (needs strace)
#   wait_for CONDITION...          until the command succeeds, at most 20 s

# shellcheck disable=SC2154 # out and err are lib.sh's

_epoch=1740819600 # 2025-03-01T09:00:00Z
_ledger=

at() { date -u -d "@$((_epoch + $1 * 60))" +%Y-%m-%dT%H:%M:%SZ; }

new_keys() {
  local name=$1
  shift
  medchain-key new -q --name "$name" -k "keys/$name" "$@" >/dev/null
}

new_ledger() {
  local directory=$1 name founders=()
  shift
  [[ $# -gt 0 ]] || set -- hosp-a
  for name in "$@"; do
    [[ -d keys/$name ]] || new_keys "$name" --role admin --role custodian
    [[ $name == "$1" ]] || founders+=(--founder "keys/$name/$name.member")
  done
  medchain-init -q --origin "ledger.example/${directory##*/}" -l "$directory" -k "keys/$1" --time "$(at 0)" \
    "${founders[@]}" >/dev/null
  on_ledger "$directory"
  act_as "$1"
}

on_ledger() {
  _ledger=$PWD/$1
  export MEDCHAIN_LEDGER=$_ledger
  mkdir -p "$_ledger.vaults"
}

act_as() {
  export MEDCHAIN_KEY=$PWD/keys/$1 MEDCHAIN_VAULT=$_ledger.vaults/$1
}

admit() { medchain-member add -q "keys/$1/$1.member" -k keys/hosp-a --time "$(at 0)" >/dev/null; }

patients() {
  # A reader that stops early is no failure: it refuses what this case is about.
  awk -v n="$1" -v first="${2:-1}" -v tag="${3:-}" 'BEGIN {
    for (i = first; i < first + n; i++) printf "{\"resourceType\":\"Patient\",\"id\":\"p%d\",\"tag\":\"%s\"}\n", i, tag
  }' || (($? == 141))
}

entry_count() { sed -n 2p "$1/checkpoint"; }

anchored_rows() {
  mdb_dump -p -s entries "$1" |
    grep -ao '"type":"anchor".*"count":[0-9]*' | grep -o '[0-9]*$' | awk '{sum += $1} END {print sum + 0}'
}

state_of() { find "$@" -type f ! -name lock.mdb -print0 | LC_ALL=C sort -z | xargs -0r sha256sum; }

places() { jq -r 'select(.type == "receipt") | "\(.entry) \(.row)"' "$1" | LC_ALL=C sort; }

all_places_differ() {
  local twice
  twice=$(places "$1" | uniq -d | head -n1)
  [[ -z $twice ]] || fail "entry and row '$twice' are in two receipts of $1"
}

expect_receipts() {
  jq -e -n "[inputs | select(.type == \"receipt\")] | $1" "$out" >/dev/null || fail "expected the receipts to satisfy jq '$1'"
}

expect_summary() {
  jq -e -n "[inputs] | (.[:-1] | all(.type != \"summary\")) and (last | .type == \"summary\" and ($1))" "$out" >/dev/null ||
    fail "expected the last line to be a summary with jq '$1'"
}

expect_error_id() {
  tail -n1 "$err" | jq -e --arg id "$1" '.schema == "medchain/1" and .type == "error" and .id == $id' >/dev/null ||
    fail "expected the error '$1' as JSON"
}

wait_for() {
  local i
  for ((i = 0; i < 400; i++)); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.05
  done
  fail "still not so after 20 s: $*"
}

# struck CALL N HOW COMMAND...: the command, struck at the Nth such call (HOW as of strace's inject, `signal=KILL`, `error=ENOSPC`).
# $code is its status, one of $may_end_with: nothing in here may be an internal error or a crash of its own.  What it printed is in
# the files result and log.  was_struck: there was an Nth call.
struck() {
  local call=$1 n=$2 how=$3
  shift 3
  code=0
  # Within parentheses, so that the shell's own word about a kill goes nowhere.
  (
    strace -f -qq -o trace -e trace="$call" -e inject="$call:$how:when=$n" "$@" >result 2>log
    exit $?
  ) 2>/dev/null || code=$?
  [[ " $may_end_with " == *" $code "* ]] || fail "status $code at $call number $n: $(cat log)"
}
was_struck() { grep -Eq 'INJECTED|killed by SIGKILL' trace; }
