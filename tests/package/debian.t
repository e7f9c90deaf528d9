#!/usr/bin/env bash
# The packages in a minimal Debian 12: installed by apt with what they depend on, used by an ordinary user, upgraded, removed and
# purged; nothing is left but what medchain-service says it leaves.  tests/cli/package.t has what can be told without downloads.
SOURCE=${SOURCE:-$(cd "${0%/*}/../.." && pwd)}
. "$SOURCE/tests/package/lib.sh"
need_root
need_base
pack
new_root root
mkdir root/packages

apt() { in_root "$PWD/root" apt-get -q -y --no-install-recommends "$@"; }
# Every file with its kind, mode and owner, and what is in those of /etc; but not what apt, dpkg and the linker's cache keep.
state() {
  (
    cd root
    find . -path ./packages -prune -o -path ./var/lib/dpkg -prune -o -path ./var/lib/apt -prune -o -path ./var/cache/apt -prune \
      -o -path ./var/log -prune -o -path ./var/cache/ldconfig -prune -o -path ./etc/ld.so.cache -prune -o -printf '%p %y %m %u %g\n'
    find etc -type f ! -name ld.so.cache -exec sha256sum {} + | sed 's/^/content /'
  ) | LC_ALL=C sort
}
# As an ordinary user, in a home directory that lasts.
as_user() {
  in_root "$PWD/root" setpriv --reuid=4711 --regid=4711 --clear-groups env HOME=/home/nina USER=nina \
    MEDCHAIN_PROFILE=union sh -euc "cd; $1"
}

it "is installed by apt, which finds what it depends on and nothing else"
cp "$tools" "$service" root/packages/
names="/packages/${tools##*/} /packages/${service##*/}"
# shellcheck disable=SC2086 # two words
apt -s install $names >plan
mapfile -t needed < <(sed -n 's/^Inst \([^ ]*\) .*/\1/p' plan | grep -v '^medchain')
[[ " ${needed[*]} " == *' liblmdb0 '* && " ${needed[*]} " == *' systemd '* ]] || fail "apt would install: ${needed[*]}"
apt install "${needed[@]}" >log 2>&1 || fail "$(tail -n 5 log)"
state >before
# The tools alone make no user and no directory for data.
apt install "/packages/${tools##*/}" >log 2>&1 || fail "$(tail -n 5 log)"
! grep -q '^medchain:' root/etc/passwd || fail "the tools alone make a user"
[[ ! -e root/var/lib/medchain ]]
# shellcheck disable=SC2086
apt install $names >log 2>&1 || fail "$(tail -n 5 log)"
grep -q '^medchain:' root/etc/passwd || fail "no user medchain"
[[ $(in_root "$PWD/root" stat -c '%a %U' /var/lib/medchain) == '750 medchain' ]]
run in_root "$PWD/root" dpkg --verify medchain medchain-service
expect_status 0
expect_out_empty
[[ -z $(find root/etc/systemd -name '*medchain*') ]] || fail "a unit is enabled"

it "has tools that all start, with nothing installed but their dependencies"
mapfile -t programs < <(in_root "$PWD/root" dpkg -L medchain | grep '^/usr/bin/')
[[ ${#programs[@]} == $(grep -c '^medchain_tool(' "$SOURCE/tools/CMakeLists.txt") ]]
for program in "${programs[@]}"; do
  run in_root "$PWD/root" "$program" --version
  expect_status 0
  expect_out "^${program##*/} \(medchain\) "
done

it "is used by an ordinary user: a ledger, records, proof, and a change that is found"
mkdir -p root/home/nina
chown 4711:4711 root/home/nina
as_user 'printf "the film shows no fracture\n" >letter.txt
  printf "%s\n" "{\"resourceType\":\"Observation\",\"id\":\"9\",\"subject\":{\"reference\":\"Patient/1\"}}" >lab.ndjson
  medchain-init -q --origin ledger.example/main --profile union
  medchain-anchor -q lab.ndjson letter.txt >receipts'
[[ $(grep -c '"type":"receipt"' root/home/nina/receipts) == 2 ]]
run as_user 'medchain verify ledger --seen seen && medchain-verify records letter.txt'
expect_status 0
expect_err '^medchain-verify: intact: '
expect_out '^intact     letter.txt'
run as_user 'medchain-audit prove Observation/9 -o proof && sed -n "s/.*\"policy\":\"\([^\"]*\)\".*/\1/p" seen | sed "s/\\\\n/\n/g" >policy &&
  tr -d "\n" <lab.ndjson >lab.json && medchain-verify proof proof --record lab.json --policy policy'
expect_status 0
expect_out '^valid: '
run as_user 'cp letter.txt kept; echo "P.S." >>letter.txt; medchain-verify records letter.txt'
expect_status 1
expect_out '^differs '
run as_user 'mv kept letter.txt'

# A version with a higher number: one file less, one changed, one more.
mkdir newer
for package in "$tools" "$service"; do
  dpkg-deb -R "$package" newer/tree
  sed -i 's/^Version: .*/Version: 99.0/' newer/tree/DEBIAN/control
  if [[ $package == "$tools" ]]; then
    rm newer/tree/usr/share/doc/medchain/examples/gitlab-ci.yml
    echo more >newer/tree/usr/share/doc/medchain/examples/more
    echo changed >>newer/tree/usr/share/doc/medchain/README.md
  else
    echo '# changed' >>newer/tree/usr/lib/systemd/system/medchain-verify@.service
  fi
  (cd newer/tree && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | xargs -0 md5sum >DEBIAN/md5sums)
  dpkg-deb --root-owner-group -Znone -b newer/tree "root/packages/newer-${package##*/}" >/dev/null
  rm -r newer/tree
done

it "is upgraded, and leaves ledgers, vaults and the user as they are"
echo vault >root/var/lib/medchain/vault
owner=$(in_root "$PWD/root" id -u medchain)
apt install "/packages/newer-${tools##*/}" "/packages/newer-${service##*/}" >log 2>&1 || fail "$(tail -n 5 log)"
[[ $(in_root "$PWD/root" dpkg-query -W -f '${Version} ' medchain medchain-service) == '99.0 99.0 ' ]]
[[ ! -e root/usr/share/doc/medchain/examples/gitlab-ci.yml && -e root/usr/share/doc/medchain/examples/more ]]
[[ $(in_root "$PWD/root" id -u medchain) == "$owner" ]]
run in_root "$PWD/root" dpkg --verify medchain medchain-service
expect_out_empty
run as_user 'medchain-verify ledger --seen seen && medchain-anchor lab.ndjson letter.txt'
expect_status 0
expect_out '"count":2,"anchored":0,"versions":0,"unchanged":2,'

it "is removed, and leaves data alone"
apt remove medchain medchain-service >log 2>&1 || fail "$(tail -n 5 log)"
[[ $(cat root/var/lib/medchain/vault) == vault ]]
[[ -z $(find root/usr root/etc -name '*medchain*') ]] || fail "left: $(find root/usr root/etc -name '*medchain*')"

it "is purged, and leaves what is documented: the user, and data where there are any"
apt purge medchain medchain-service >log 2>&1 || fail "$(tail -n 5 log)"
[[ $(cat root/var/lib/medchain/vault) == vault ]]
rm root/var/lib/medchain/vault
# Again, with the user there already and nothing of value.
# shellcheck disable=SC2086
apt install $names >log 2>&1 || fail "$(tail -n 5 log)"
[[ $(in_root "$PWD/root" id -u medchain) == "$owner" ]]
apt purge medchain medchain-service >log 2>&1 || fail "$(tail -n 5 log)"
grep -q '^medchain:' root/etc/passwd
rm -r root/home/nina
state >after
# The lines of the user; the files that hold them, with their copies of before.
user='etc/\(passwd\|group\|shadow\|gshadow\|subuid\|subgid\)-\?'
grep -v "^content [0-9a-f]*  $user\$\|^\./$user \|^\./etc/\.pwd\.lock " before >left.before
grep -v "^content [0-9a-f]*  $user\$\|^\./$user \|^\./etc/\.pwd\.lock " after >left.after
diff left.before left.after >&2 || fail "files are left behind, or changed"
