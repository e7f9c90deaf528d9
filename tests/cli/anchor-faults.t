#!/usr/bin/env bash
# Storage, memory and clock that fail within a run (faults.cpp): the message is true, the ledger verifies, the same command
# completes, each record is there exactly once.  anchor-crash.t does the same by strace for what it can do.
. "${0%/*}/lib.sh" || exit
need jq mdb_dump
faults=${MEDCHAIN_TEST_FAULTS:-}
[[ -n $faults && -e $faults ]] || skip "the faults are not built"

now=$(at 1)
next=0
total=0

# faulty FAULT COMMAND...: its status is $code, what it printed in result and log; false if there was no such call.
faulty() {
  local fault=$1
  shift
  : >struck
  code=0
  # Within parentheses, so that the shell's own word about a signal goes nowhere.
  (
    MEDCHAIN_FAULT=$fault MEDCHAIN_FAULT_LOG=$PWD/struck LD_PRELOAD=$faults "$@" >result 2>log
    exit $?
  ) 2>/dev/null || code=$?
  [[ -s struck ]]
}

# completes FAULT: after it.
completes() {
  medchain-verify ledger -q >said 2>&1 || fail "$1: the ledger does not verify: $(cat said)"
  run medchain-anchor -q --time "$now" input.ndjson
  [[ $status == 0 ]] || fail "$1: the run after it does not complete"
  expect_receipts 'length == 3 and all(.entry > 0)'
}

# at_each CALL WHAT PATTERN: three new records for each such call.  Where a run fails its last word is an error with PATTERN.
at_each() {
  local call=$1 what=$2 pattern=$3 n plus=
  [[ $what != *+ ]] || plus=+
  for ((n = 1; n < 60; n++)); do
    patients 3 $((next * 10 + 1)) >input.ndjson
    next=$((next + 1))
    total=$((total + 3))
    faulty "$call:$n$plus:${what%+}" medchain-anchor -q --time "$now" input.ndjson || break
    points=$((points + 1))
    case $code in
      0) [[ $what != [0-9]* ]] || fail "$call $n, $what: status 0 though $(cat struck) failed" ;;
      3 | 4 | 5 | 7) grep -q "^medchain-anchor: error: .*$pattern" log || fail "$call $n, $what: $(cat struck): $(cat log)" ;;
      *) fail "$call $n, $what: $(cat struck): status $code: $(cat log)" ;;
    esac
    completes "$call $n, $what"
  done
  completes "after all of $call"
}

new_ledger ledger
patients 100 900001 | medchain-anchor -q --time "$now" >/dev/null
total=100
points=0

it "says which file cannot be read, written or synced, and why"
for call in read pread write writev pwrite pwritev fdatasync fsync; do at_each $call 5 "'\?[^']*.*input/output error"; done
at_each fdatasync 5+ "input/output error"
at_each write 28 "no space left on device"

it "takes bytes as they come: what reads or writes short is asked again or is an error, never damage"
at_each read short "input/output error"
at_each pread short "could not be read whole"
at_each write short "input/output error"
for call in writev pwrite pwritev; do at_each $call short "nothing was written: .*input/output error"; done

it "is not harmed by a disk that says it has synced, while the machine stays up"
at_each fdatasync lose+ none
at_each fsync lose+ none
figures "$points calls failed, fell short or lied"
((points > 100)) || fail "only $points points"

it "has every record exactly once, and all openings"
[[ $(anchored_rows ledger) == "$total" ]] || fail "$(anchored_rows ledger) rows for $total records"
for ((i = 0; i < next; i++)); do patients 3 $((i * 10 + 1)); done >all.ndjson
run medchain-anchor -q --time "$now" all.ndjson
expect_summary '.anchored == 0 and .versions == 0'
all_places_differ "$out"
medchain-verify vault --ledger-only -q >/dev/null

it "says that memory is short, wherever that is"
exhausted=0
step=$(by_night 11 101)
for ((n = 40; n < 20000; n += step)); do
  patients 3 $((next * 10 + 1)) >input.ndjson
  next=$((next + 1))
  total=$((total + 3))
  faulty "malloc:$n:12" medchain-anchor -q --time "$now" input.ndjson || break
  case $code in
    0) ;; # it was asked for what can be done without
    6) grep -Pzq "memory\n.*hint: .*ulimit -v" log || fail "allocation $n: $(cat log)" ;;
    *) fail "allocation $n: status $code: $(cat log)" ;;
  esac
  ((code == 0)) || exhausted=$((exhausted + 1))
  completes "allocation $n"
done
completes "after all allocations"
((exhausted > 8)) || fail "only $exhausted runs met it"
figures "$exhausted runs were out of memory"
[[ $(anchored_rows ledger) == "$total" ]] || fail "$(anchored_rows ledger) rows for $total records"

it "works or says so with little address space, and what to do about it"
# limited MIB COMMAND...: as faulty.  Below some MiB the libraries themselves cannot be loaded: 127, told by the loader.
limited() {
  local mib=$1
  shift
  code=0
  (
    ulimit -v $((mib * 1024))
    exec "$@" >result 2>log
  ) 2>/dev/null || code=$?
  case $code in
    0 | 127) ;;
    6) grep -Pzq '(memory|address space)["\n].*hint.*ulimit -v.*run the same command again' log || fail "$mib MiB: $*: $(cat log)" ;;
    *) fail "$mib MiB: $*: status $code: $(cat log)" ;;
  esac
}
declare -A exhausted=([anchor]=0 [verify]=0)
# Enough that the map of it is no small part of what a process has.
patients 20000 5000001 | medchain-anchor -q --time "$now" >/dev/null
for mib in 12 16 20 24 28 32 40 48 64 128 256; do
  patients 3 $((next * 10 + 1)) >input.ndjson
  next=$((next + 1))
  limited $mib medchain-anchor -q --time "$now" input.ndjson
  ((code != 6)) || exhausted[anchor]=$((exhausted[anchor] + 1))
  completes "$mib MiB"
  limited $mib medchain-verify ledger -q
  ((code != 6)) || exhausted[verify]=$((exhausted[verify] + 1))
  limited $mib medchain-verify ledger -q --json
  [[ $code != 6 ]] || grep -q '"id":"memory.exhausted","exit":6' log || fail "$mib MiB: $(cat log)"
done
((exhausted[anchor] > 0 && exhausted[verify] > 0)) || fail "${exhausted[*]} runs met it"
figures "${exhausted[anchor]} anchoring runs and ${exhausted[verify]} verifications had too little address space"

it "is ended by a signal that comes just before it waits for a FIFO"
mkfifo never
code=0
begun=$SECONDS
(
  MEDCHAIN_FAULT=open:1:15 MEDCHAIN_FAULT_LOG=$PWD/struck LD_PRELOAD=$faults timeout -s KILL 20 \
    medchain-anchor -q --files0-from never >result 2>log
) 2>/dev/null || code=$?
[[ $code == 143 ]] || fail "status $code after $((SECONDS - begun)) s: $(cat log)"
grep -q "stopped by a signal while waiting for 'never'" log
rm never

it "bears a clock that steps back and forth: late is taken, far off is refused with both times"
medchain-init -q --origin ledger.example/clock -l clocked -k keys/hosp-a >/dev/null
on_ledger clocked
act_as hosp-a
count=0
# stepped BY STATUS: a run whose clock is off by so many seconds, from its first look or from its second.
stepped() {
  local from
  for from in 1+ 2+; do
    patients 2 $((next * 10 + 1)) >input.ndjson
    next=$((next + 1))
    faulty "clock:$from:$1" medchain-anchor -q input.ndjson || [[ $from != 1+ ]] || fail "the clock is not looked at"
    if [[ $code == 0 ]]; then
      count=$((count + 2))
    else
      grep -q "the entry's time .* is not within 1d before and 5m after log time 20" log || fail "clock $1: $(cat log)"
      grep -q "hint: compare this machine's clock" log || fail "clock $1: $(cat log)"
    fi
    [[ $from != 1+ || $code == "$2" ]] || fail "clock $1: status $code: $(cat log)"
    run medchain-verify ledger -q --json
    expect_json "select(.type == \"summary\") | .records == $count and .findings == 0"
  done
}
stepped 0 0
stepped 40 0
stepped -200 0
stepped 3600 0
stepped -3000 0
stepped -90000 8
stepped 90000 0
stepped 0 8
# The same command completes when the clock is right again, or log time is.
: >unchanged.yaml
medchain-member policy unchanged.yaml --set-time "$(date -u +%Y-%m-%dT%H:%M:%SZ)" -q >/dev/null
run medchain-anchor -q input.ndjson
expect_status 0
run medchain-verify ledger -q
expect_status 0
