#!/usr/bin/env bash
# medchain-grant and medchain-vault on a disk that is full: nothing half-done is left, nothing is counted, and the rerun completes.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq unshare
if [[ $(id -u) != 0 ]] || ! unshare -m true 2>/dev/null; then skip "mounts are not allowed here"; fi
# In a mount namespace of its own, which takes the mounts with it when it ends.
if [[ -z ${MEDCHAIN_TEST_UNSHARED:-} ]]; then
  trap - EXIT ERR
  cd / && rm -rf "$tmp"
  TMPDIR=${tmp%/*} MEDCHAIN_TEST_UNSHARED=1 exec unshare -m bash "$SOURCE/tests/cli/grant-disk.t"
fi
mount --make-rprivate / 2>/dev/null || true
trap 'cd / && umount "$tmp/work/small" 2>/dev/null; _on_exit' EXIT
make_sharing put
granted --uses 9
released
used() { medchain-grant list --grants --json | jq .used; }
mkdir small
mount -t tmpfs -o size=256k none small
fill() { dd if=/dev/zero of=small/fill bs=1k count=256 2>/dev/null || true; }

it "opens nothing onto a full disk, declares no use, and opens when there is space"
fill
act_as hosp-r
entries=$(entry_count L)
fails_with 7 'no space left on device' medchain-grant open "$release" -C small/got --time "$(at 0)"
[[ $(ls -A small) == fill && $(entry_count L) == "$entries" ]] || fail "$(ls -AR small)"
rm small/fill
run medchain-grant open "$release" -C small/got --time "$(at 0)"
expect_status 0
head -n 1 observations.ndjson | tr -d '\n' | cmp - small/got/Observation-9.json

it "releases nothing onto a full disk, counts no use, and releases when there is space"
act_as hosp-b
before=$(used)
fill
fails_with 7 'no space left on device' medchain-grant release "$grant" --packages small/packages --time "$(at 0)"
[[ $(used) == "$before" ]]
[[ -z $(find small/packages -type f 2>/dev/null) ]] || fail "$(find small)"
rm small/fill
run medchain-grant release "$grant" --packages small/packages --time "$(at 0)"
expect_status 0
[[ $(used) == $((before + 1)) && $(find small/packages -name '*.age' | wc -l) == 1 ]] || fail "$(find small)"

it "leaves no half of a backup on a full disk"
fill
fails_with 7 'no space left on device' medchain-vault backup small/backup
[[ ! -e small/backup ]] || fail "$(ls -AR small/backup)"
rm small/fill
run medchain-vault backup small/backup
expect_status 0
