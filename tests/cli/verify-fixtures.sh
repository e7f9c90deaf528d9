# shellcheck shell=bash disable=SC2154 # $out and others are of lib.sh
# What tests/cli/verify-*.t, audit-prove.t and status.t share: one small ledger, copies of it to be damaged, and what verification says about them.

# make_ledger: L (with L.host), vault V, keys/a; entries 0 genesis, 1 a hundred resources (two manifest blocks), 2 three files,
# 3 one of them changed, 4 and 5 small ones.  Receipts with openings of entries 1 and 2 are in receipts.ndjson.
make_ledger() {
  need jq
  local i
  medchain-key new --name hosp-a --key keys/a --role admin --role custodian -q >/dev/null
  export MEDCHAIN_LEDGER=L MEDCHAIN_KEY=keys/a MEDCHAIN_VAULT=V
  medchain-init --origin ledger.test.example/main -q >/dev/null
  for i in {1..100}; do
    printf '{"resourceType":"Observation","id":"o%s","subject":{"reference":"Patient/p%s"},"value":%s}\n' "$i" $((i % 7)) "$i"
  done >records.ndjson
  medchain-anchor --with-openings -q <records.ndjson >receipts.ndjson
  mkdir files
  for i in a b c; do echo "file $i" >"files/$i.txt"; done
  medchain-anchor --with-openings -q files >>receipts.ndjson
  cp files/b.txt b-first.txt
  echo "file b, second version" >files/b.txt
  medchain-anchor -q files >/dev/null
  for i in 4 5; do echo "note $i" >"note$i.txt" && medchain-anchor -q "note$i.txt" >/dev/null; done
}

need_tamper() {
  TAMPER=${MEDCHAIN_TEST_TAMPER:-}
  [[ -n $TAMPER && -x $TAMPER ]] || skip "medchain-tamper is not built"
}

# fresh: T is a copy of the ledger again.
fresh() {
  rm -rf T
  cp -r L T
}

# tamper VERB...: the same in T (see tamper.cpp).
tamper() { "$TAMPER" T "$@"; }

# says ID PATTERN [ENTRY]: verification of T ends with status 1; its first finding is this one, names the entry and the cause; everything is JSON.
says() {
  run timeout 20 medchain-verify ledger -l T --json
  expect_status 1
  # shellcheck disable=SC2016
  run_filter='[inputs] | map(select(.type == "finding" and .level == "error")) | .[0] | .id == $id and (.message | test($text))'
  [[ $# -lt 3 ]] || run_filter+=" and .entry == $3"
  jq -e -n --arg id "$1" --arg text "$2" "$run_filter" "$out" >/dev/null || fail "expected $1 /$2/ ${3:+at entry $3} as the first finding"
  jq -e -n '[inputs] | last | .type == "summary" and .status == 1 and .findings > 0' "$out" >/dev/null || fail "expected a summary with status 1"
}

# sums DIRECTORY: checksums of all its files but the lock.
sums() { (cd "$1" && find . -type f ! -name lock.mdb -exec sha256sum {} + | sort -k2); }
