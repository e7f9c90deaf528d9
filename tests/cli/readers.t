#!/usr/bin/env bash
# Who reads a ledger: its owner, and the group of a set-group-ID directory.  As root, other users are played with setpriv.
. "${0%/*}/lib.sh"
need jq

umask 077
mkdir shared
chmod 2750 shared
new_ledger shared
patients 3 >records.ndjson
medchain-anchor -q records.ndjson --receipts=none --time "$(at 0)" >/dev/null

it "gives the group of a set-group-ID directory what it needs to read, whatever the umask"
[[ $(stat -c '%a' shared shared/data.mdb shared/lock.mdb | paste -sd' ') == '2750 640 660' ]]
[[ $(stat -c '%G' shared/lock.mdb) == $(stat -c '%G' shared) ]]

it "repairs the lock when it was made anew or closed"
chmod 600 shared/lock.mdb
run medchain status --time "$(at 0)"
[[ $(stat -c %a shared/lock.mdb) == 660 ]]
rm shared/lock.mdb
run medchain-verify ledger
expect_status 0
[[ $(stat -c %a shared/lock.mdb) == 660 ]]

it "gives nothing to others elsewhere"
umask 022
new_ledger own
[[ $(stat -c '%a' own/data.mdb own/lock.mdb | paste -sd' ') == '644 644' ]]
[[ $(stat -c '%a' own.host shared.host shared.vaults/hosp-a | paste -sd' ') == '700 700 700' ]]

name="lets a user of the group read, and nobody else"
if [[ $(id -u) != 0 ]] || ! command -v setpriv >/dev/null; then
  it_skipped "$name" "only root can be another user"
else
  it "$name"
  chgrp -R 61000 shared
  chmod 2750 shared
  chmod 640 shared/data.mdb
  chmod 755 "$tmp" "$tmp/work"
  as() { # as UID GID COMMAND...
    setpriv --reuid "$1" --regid "$2" --clear-groups env -u MEDCHAIN_KEY -u MEDCHAIN_VAULT HOME=/ XDG_CONFIG_HOME=/nowhere "${@:3}"
  }
  cp -r "$BIN" programs
  chmod -R a+rX programs
  reader=$PWD/programs
  run as 61001 61000 "$reader/medchain-verify" ledger -l shared
  expect_status 0
  run as 61001 61000 "$reader/medchain" status -l shared --time "$(at 0)"
  expect_status 0
  fails_with 4 'ermission denied' as 61002 61002 "$reader/medchain-verify" ledger -l shared
  before=$(state_of own)
  fails_with 4 'reading without the lock would be unsafe.*ermission denied' as 61001 61000 "$reader/medchain-verify" ledger -l own
  expect_err 'hint: who reads a ledger belongs to the group of its directory'
  [[ $(state_of own) == "$before" ]]
fi
