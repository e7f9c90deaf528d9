#!/usr/bin/env bash
# Sealing (CLI.md 12), seen from outside: what a running tool is, and what it can no longer open.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/verify-fixtures.sh"
make_ledger
medchain-audit prove files/a.txt -q -o a.tlog-proof
cp L/policy policy
mkfifo pipe

# hardened CMD...: while it waits for standard input.
hardened() {
  local pid
  ulimit -S -c "$(ulimit -H -c)"
  "$@" <pipe >"$out" 2>"$err" &
  pid=$!
  exec 5>pipe
  local i
  for i in {1..500}; do
    grep -q '^NoNewPrivs:[[:space:]]*1$' /proc/"$pid"/status && break
    sleep 0.01
  done
  grep -q '^NoNewPrivs:[[:space:]]*1$' /proc/"$pid"/status || fail "'$*' may gain privileges"
  grep -Eq '^Max core file size +0 +0 ' /proc/"$pid"/limits || fail "'$*' may dump its memory"
  # Files of a process that is not dumpable belong to root.
  [[ $(id -u) == 0 || $(stat -c %u /proc/"$pid"/status) == 0 ]] || fail "'$*' can be traced"
  exec 5>&-
  wait "$pid" || true
}

if grep -q '^NoNewPrivs:[[:space:]]*0$' /proc/self/status; then
  it "seals every tool that waits for input against privileges and core dumps"
  hardened medchain-key answer
  hardened medchain-anchor
  hardened medchain-verify records
  hardened medchain-verify proof /dev/stdin --policy policy
else
  it_skipped "seals every tool that waits for input against privileges and core dumps" "the tests themselves run without new privileges"
fi

it "tells with -vv what may be opened, and names no private key where none is used"
run medchain-verify ledger -vv
expect_status 0
expect_err "may open: read 'L'"
expect_no_err "may open: [a-z]* 'keys/"
run medchain-member list -vv
expect_status 0
expect_no_err "may open: (read|update|replace|make) 'keys/a'$"
expect_no_err "(sign|seal)"
run medchain status
expect_err_empty

if medchain status -v 2>&1 >/dev/null | grep 'has no Landlock' >/dev/null; then
  it_skipped "opens nothing else when an input is being read" "this kernel has no Landlock, or it is switched off"
else
  it "opens nothing else when an input is being read"
  # The proof is a pipe: while the tool waits for it, --record is made to mean another file.  What it
  # meant at the beginning can be opened, and nothing else.
  cp files/a.txt decoy.txt
  ln -s files/a.txt record
  medchain-verify proof pipe --record record --policy policy >"$out" 2>"$err" &
  pid=$!
  exec 5>pipe  # returns when the tool has opened it, sealed
  ln -sfn "$PWD/decoy.txt" record
  cat a.tlog-proof >&5
  exec 5>&-
  status=0
  wait "$pid" || status=$?
  expect_status 3
  expect_err "cannot (open|read) 'record': permission denied"
  expect_out_empty
fi

it "takes an input that is not touched meanwhile, also through a pipe"
ln -sfn files/a.txt record
run medchain-verify proof <(cat a.tlog-proof) --record record --policy policy
expect_status 0
expect_out "^valid: "

it "writes results into another directory, and replaces what is there"
mkdir elsewhere
echo old >elsewhere/list
run medchain-member list --json -o elsewhere/list
expect_status 0
grep -q hosp-a elsewhere/list
run ls elsewhere
expect_out_is list

it "follows links by which a ledger, a vault or keys were moved to another disk"
mkdir disk
mv L/data.mdb disk/ledger-data && ln -s "$PWD/disk/ledger-data" L/data.mdb
mv V disk/vault && ln -s disk/vault V
mv keys/a disk/a && ln -s ../disk/a keys/a
run medchain-anchor -q records.ndjson
expect_status 0
echo "one more" >more.txt
run medchain-anchor -q more.txt
expect_status 0
run medchain-verify ledger -q
expect_status 0
