#!/usr/bin/env bash
# Two institutions as two users of one host work on one ledger at once.  The hospital owns it and appends directly; the clinic reads it by the
# group of its directory and has applied what it signed, as the sudo rule of scripts/sudoers.example does; a laboratory only reads; a stranger
# may nothing.
. "${0%/*}/lib.sh" || exit
need jq
[[ $(id -u) == 0 ]] || skip "only root can be other users"
need setpriv

group=61000
declare -A user=([hospital]=61001 [clinic]=61002 [lab]=61003 [stranger]=61004)
chmod 755 "$tmp" "$tmp/work"
cp -r "$BIN" programs
chmod -R a+rX programs
for name in "${!user[@]}"; do install -d -m 700 -o "${user[$name]}" -g "${user[$name]}" "home/$name"; done
install -d -m 755 -o "${user[hospital]}" -g "${user[hospital]}" srv
install -d -m 2750 -o "${user[hospital]}" -g $group srv/ledger
install -d -m 1777 mail
ledger=$PWD/srv/ledger
# as NAME COMMAND...: that user with nothing of this environment; all but the stranger are in the group.  A program, so that it can be traced.
# apply [OPTION...]: what the sudo rule lets the clinic run, as the owner.
mkdir bin
cat >bin/as <<END
#!/bin/bash
declare -A user=($(for name in "${!user[@]}"; do echo "[$name]=${user[$name]}"; done))
name=\$1 groups=--groups=$group
shift
[[ \$name != stranger ]] || groups=--clear-groups
umask "\$(<$PWD/mask)"
exec setpriv --reuid="\${user[\$name]}" --regid="\${user[\$name]}" \$groups env -i PATH="$PWD/programs:/usr/bin:/bin" HOME="$PWD/home/\$name" \\
  LC_ALL=C.UTF-8 TZ=UTC TMPDIR="$PWD/home/\$name" MEDCHAIN_LEDGER="$ledger" MEDCHAIN_KEY="$PWD/home/\$name/keys" \\
  MEDCHAIN_VAULT="$PWD/home/\$name/vault" MEDCHAIN_PERSON="staff-of-\$name" "\$@"
END
cat >bin/apply <<END
#!/bin/bash
exec "$PWD/bin/as" hospital env -i PATH="$PWD/programs:/usr/bin:/bin" HOME="$PWD/home/hospital" LC_ALL=C.UTF-8 \\
  medchain-sync apply --ledger "$ledger" "\$@"
END
chmod 755 bin/*
PATH=$PWD/bin:$PATH
echo 077 >mask

modes() { stat -c '%a' "$@" | paste -sd' '; }
nothing_else() {
  local there
  there=$(find srv/ledger -mindepth 1 -printf '%f\n' | LC_ALL=C sort | paste -sd' ')
  [[ $there == "checkpoint data.mdb lock.mdb policy" ]] || fail "there is $there"
}
# documents NAME FIRST COUNT: so many files of theirs.
documents() {
  as "$1" sh -c 'mkdir -p "$HOME/documents"; i=$1; while [ $i -lt $(($1 + $2)) ]; do echo "$3 $i" >"$HOME/documents/$i.txt"; i=$((i + 1)); done' \
    - "$2" "$3" "$1"
}
whole() {
  run as lab medchain-verify ledger -q --json
  expect_status 0
  [[ -z ${1-} ]] || expect_json -n "[inputs] | last | .records == $1"
}

as hospital medchain-key new -q --name hosp-a --role admin --role custodian --role requester >/dev/null
as hospital medchain-init -q --origin ledger.example/two >/dev/null
for name in clinic lab; do
  as $name medchain-key new -q --name "$name-b" --role custodian --role requester >/dev/null
  as $name sh -c 'umask 022; cp "$HOME/keys/$0-b.member" mail' $name
  as hospital medchain-member add -q "mail/$name-b.member" >/dev/null
done

it "gives what is shared to owner and group and what is private to one, whatever the umask"
for mask in 077 000 027; do
  echo $mask >mask
  documents hospital 1000000 3
  as hospital medchain-anchor -q home/hospital/documents >/dev/null
  documents clinic 1000000 3
  as clinic medchain-anchor -q --emit home/clinic/documents | apply -q >/dev/null
  [[ $(modes srv/ledger srv/ledger/{data.mdb,lock.mdb,checkpoint,policy}) == "2750 640 660 644 644" ]] || fail "$mask: $(ls -la srv/ledger)"
  [[ $(stat -c %u:%g srv/ledger/* | sort -u) == "${user[hospital]}:$group" ]] || fail "$mask: $(ls -la srv/ledger)"
  [[ $(modes srv/ledger.host home/{hospital,clinic}/vault home/{hospital,clinic}/keys | tr ' ' '\n' | sort -u) == 700 ]] || fail "$mask: a private directory is open"
  [[ $(find srv/ledger.host/*key* srv/ledger.host/high-water home/*/vault home/*/keys/*.key -type f -perm /077) == "" ]] || fail "$mask: a private file is open"
  nothing_else
  rm srv/ledger/lock.mdb
done
echo 077 >mask

it "has its lock made anew by the owner, also where root or somebody of the group comes first"
fails_with 4 "lock.mdb': permission denied" as clinic medchain-verify ledger
expect_err 'hint: .*owner'
as hospital medchain-verify ledger -q >/dev/null
whole
rm srv/ledger/lock.mdb
(umask 077 && medchain-verify ledger -l srv/ledger -q) >/dev/null
[[ $(stat -c '%a %u:%g' srv/ledger/lock.mdb) == "660 ${user[hospital]}:$group" ]] || fail "$(ls -la srv/ledger)"
for name in hospital clinic; do as $name medchain-verify ledger -q >/dev/null; done

it "tells who may not what to do"
for line in "medchain-anchor home/clinic/documents" "medchain-sync apply"; do
  # shellcheck disable=SC2086 # words
  fails_with 4 "data.mdb': permission denied" as clinic $line
  expect_err 'hint: only who may read the host directory appends; others use --emit and have it appended by'
done
fails_with 4 'permission denied' as stranger medchain-verify ledger
expect_err 'hint: who reads a ledger belongs to the group of its directory'
fails_with 4 'permission denied' as stranger medchain-audit log
fails_with 5 'Permission denied' as clinic medchain-anchor -k home/hospital/keys --emit home/clinic/documents
expect_err 'hint: a key directory is of one user only'
fails_with 5 'permission denied|no vault' as clinic medchain-vault list --vault home/hospital/vault
fails_with 5 'permission denied|no vault' as hospital medchain-vault list --vault home/clinic/vault

it "lets neither read what is the other's"
for name in hospital clinic lab stranger; do
  reached=$(as $name find "$PWD"/home/* srv/ledger.host -path "$PWD/home/$name" -prune -o \( -readable -o -writable -o -executable \) -type f -print 2>/dev/null || true)
  [[ $name == hospital ]] && reached=$(grep -v '^srv/ledger.host/' <<<"$reached" || true)
  [[ -z $reached ]] || fail "$name reaches $reached"
done
written=$(as clinic find srv -writable ! -name lock.mdb -print 2>/dev/null || true)
[[ -z $written ]] || fail "the clinic can write $written"
if as stranger cat srv/ledger/data.mdb >/dev/null 2>&1; then fail "a stranger reads the ledger"; fi
