#!/usr/bin/env bash
# Storage that fails: a full disk, a file size limit, a read-only mount.  Nothing breaks and the rerun completes.
. "${0%/*}/lib.sh" || exit
need jq mdb_dump

if [[ $(id -u) != 0 ]] || ! unshare -m true 2>/dev/null; then skip "mounts are not allowed here"; fi
# In a mount namespace of its own, which takes the mounts with it when it ends.
if [[ -z ${MEDCHAIN_TEST_UNSHARED:-} ]]; then
  trap - EXIT ERR
  cd / && rm -rf "$tmp"
  TMPDIR=${tmp%/*} MEDCHAIN_TEST_UNSHARED=1 exec unshare -m bash "$SOURCE/tests/cli/anchor-disk.t"
fi
mount --make-rprivate / 2>/dev/null || true

# small SIZE: the directory small of so much space; full: nothing is left there but KIB.
small() {
  mkdir -p small
  umount small 2>/dev/null || true
  mount -t tmpfs -o size="$1" none small
}
fill() {
  dd if=/dev/zero of=small/fill bs=1k status=none 2>/dev/null || true
  truncate -s "-$1k" small/fill
}

trap 'cd / && umount "$tmp/work/small" 2>/dev/null; _on_exit' EXIT
small 80m
new_ledger small/ledger
record() { patients "$1" "$2"; }
record 100 1 | medchain-anchor -q --time "$(at 1)" >/dev/null
total=100

it "ends with status 7 or 6 on a full disk wherever it fills up, keeps everything intact, and the rerun completes"
failures=0
next=1000
for kib in 0 4 16 40 80 120 200 300 400 600 900 1300 1800; do
  fill $kib
  code=0
  record 3000 $next | medchain-anchor -q --time "$(at 1)" >result 2>log || code=$?
  [[ $code == 0 || $code == 7 || $code == 6 ]] || fail "status $code with $kib KiB: $(cat log)"
  if [[ $code != 0 ]]; then
    failures=$((failures + 1))
    grep -Eq "no space left|could not|cannot|full" log || fail "$(cat log)"
  fi
  # What was there before is still there to be read.
  medchain-member list -q >/dev/null
  rm small/fill
  if command -v medchain-verify >/dev/null; then medchain-verify ledger -q -l small/ledger >/dev/null; fi
  run medchain-anchor -q --time "$(at 1)" < <(record 3000 $next)
  expect_status 0
  expect_summary '.count == 3000 and .complete'
  total=$((total + 3000))
  next=$((next + 10000))
done
((failures >= 4)) || fail "only $failures runs met a full disk"
[[ $(anchored_rows small/ledger) == "$total" ]] || fail "$(anchored_rows small/ledger) rows for $total records"

it "makes no half ledger, keys or vault on a full disk"
for kib in 0 4 8 20 60; do
  fill $kib
  mkdir -p small/new
  code=0
  medchain-init -q --origin a.example/b -l small/new/ledger -k keys/hosp-a --time "$(at 0)" >result 2>log || code=$?
  [[ $code == 0 || $code == 7 || $code == 6 ]] || fail "status $code with $kib KiB: $(cat log)"
  [[ $code == 0 || ! -e small/new/ledger ]] || fail "left behind"
  code=0
  medchain-key new -q --name a -k small/new/keys >result 2>log || code=$?
  [[ $code == 0 || $code == 7 ]] || fail "status $code with $kib KiB: $(cat log)"
  [[ $code == 0 || ! -e small/new/keys ]] || fail "left behind"
  rm -rf small/new small/fill
done
fill 20
code=0
record 3 900000 | medchain-anchor -q --vault small/vault --time "$(at 1)" >result 2>log || code=$?
[[ $code == 7 ]]
rm small/fill
run medchain-anchor -q --vault small/vault --time "$(at 1)" < <(record 3 900000)
expect_status 0

it "tells a file size limit like a full disk, and is not killed by it"
code=0
(
  ulimit -f 100
  record 3000 700000 | medchain-anchor -q --time "$(at 1)" >result 2>log
) || code=$?
[[ $code == 7 || $code == 6 ]] || fail "status $code: $(cat log)"
run medchain-anchor -q --time "$(at 1)" < <(record 3000 700000)
expect_status 0
expect_summary '.count == 3000'

it "refuses a read-only mount, for reading too (status 4)"
mount -o remount,ro small
run medchain-anchor --time "$(at 1)" --json < <(record 3 800000)
expect_status 4
expect_error_id ledger.unavailable
run medchain-member list --json
expect_status 4
expect_error_id ledger.unavailable
expect_out_empty
mount -o remount,rw small
run medchain-anchor -q --time "$(at 1)" < <(record 3 800000)
expect_status 0

it "says what was appended when the checkpoint cannot be written any more, and repairs it with the next entry"
# The file is in the way of its replacement.
rm small/ledger/checkpoint
mkdir -p small/ledger/checkpoint/in-the-way
run medchain-anchor --time "$(at 1)" < <(record 3 810000)
expect_status 7
expect_err "appended entry [0-9]+, but cannot"
expect_summary '.anchored == 3'
rm -r small/ledger/checkpoint
run medchain-anchor --time "$(at 1)" < <(record 3 820000)
expect_status 0
[[ $(sed -n 2p small/ledger/checkpoint) == "$(mdb_dump -s entries small/ledger | grep -c '^ ' | awk '{print $1 / 2}')" ]]
