#!/usr/bin/env bash
# make deb: packages of what is built, the same bytes each time, that install, upgrade and remove cleanly.
. "${0%/*}/lib.sh"
need dpkg-deb dpkg cpack dpkg-shlibdeps gzip

build=$(dirname "$BIN")
[[ -e $build/CPackConfig.cmake ]] || skip "no CPackConfig.cmake in '$build'"
pack() { BUILD=$build SOURCE_DATE_EPOCH=${2:-1740819600} "$SOURCE/scripts/deb/pack" "$PWD/$1" >"$1.list"; }

it "packs what is built, into a package of tools and one of units"
run pack first
expect_status 0
[[ $(sed 's|.*/||; s/_.*//' first.list | LC_ALL=C sort | paste -sd' ') == "medchain medchain-service" ]]
tools=$(grep '/medchain_' first.list)
service=$(grep '/medchain-service_' first.list)
[[ $(dpkg-deb -f "$service" Architecture) == all && $(dpkg-deb -f "$tools" Architecture) == "$(dpkg --print-architecture)" ]]
[[ $(dpkg-deb -f "$tools" Depends) == *libsodium* ]]

it "gives the same bytes again"
sleep 1
run pack second
expect_status 0
same "$tools" "second/${tools##*/}"
same "$service" "second/${service##*/}"
# What differs between two builds of a commit: names of the directories.
mkdir unpacked
dpkg-deb -x "$tools" unpacked
for program in unpacked/usr/bin/*; do
  ! grep -aqF -e "$SOURCE/" -e "$build/" "$program" || fail "${program##*/} has the name of the source or build directory"
done

it "has manuals, completions, examples, changelog and copyright, and units that name installed programs"
dpkg-deb -x "$service" unpacked
for file in man/man1/medchain-anchor.1.gz man/man7/medchain.7.gz bash-completion/completions/medchain zsh/vendor-completions/_medchain \
  fish/vendor_completions.d/medchain.fish doc/medchain/examples/verify-ledger.sh doc/medchain/changelog.gz doc/medchain/copyright \
  doc/medchain-service/changelog.gz doc/medchain-service/copyright medchain/schema/summary.json medchain/systemd/sysusers.conf; do
  [[ -s unpacked/usr/share/$file ]] || fail "no $file"
done
grep -q '^ExecStart=/usr/bin/medchain-anchor ' unpacked/usr/lib/systemd/system/medchain-anchor@.service
[[ $(find unpacked -perm /022 ! -type l | wc -l) == 0 ]]
run unpacked/usr/bin/medchain --version
expect_status 0
# All that 'make install' installs is in one of the two.
while read -r mode path; do
  case $path in /usr/share/man/*) path=$path.gz ;; esac
  [[ $(stat -c %a "unpacked$path" 2>&1) == "$mode" ]] || fail "$path is missing or has another mode"
done <"$SOURCE/tests/install.list"

if command -v lintian >/dev/null; then
  it "has no errors for lintian"
  lintian --allow-root --fail-on error "$tools" "$service" >lintian.log 2>&1 || fail "$(grep '^E:' lintian.log)"
else
  it_skipped "has no errors for lintian" "lintian is not installed"
fi

name="installs, upgrades and removes in a clean root, and leaves data alone"
if [[ $(id -u) != 0 ]] || ! command -v systemd-sysusers >/dev/null || ! command -v systemd-tmpfiles >/dev/null; then
  it_skipped "$name" "only root can, and with systemd"
else
  it "$name"
  root=$PWD/root
  mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/etc"
  touch "$root/var/lib/dpkg/status" "$root/var/lib/dpkg/available"
  files() { (cd "$root" && find . -path ./var/lib/dpkg -prune -o -path ./var/log -prune -o -print | LC_ALL=C sort); }
  in_root() { dpkg --root="$root" --force-script-chrootless --force-depends --force-unsafe-io --log="$PWD/dpkg.log" "$@"; }
  files >clean
  run in_root -i "$tools"
  expect_status 0
  [[ ! -e $root/etc/passwd && ! -e $root/var/lib/medchain ]] || fail "the tools alone make a user"
  run in_root -i "$service"
  expect_status 0
  grep -q '^medchain:' "$root/etc/passwd" || fail "no user medchain"
  [[ $(stat -c %a "$root/var/lib/medchain") == 750 ]]
  [[ $(find "$root/etc/systemd" -name '*medchain*' 2>/dev/null) == "" ]] || fail "a unit is enabled"
  echo vault >"$root/var/lib/medchain/vault"
  # An upgrade: the same again, of another version.
  mkdir newer
  for package in "$tools" "$service"; do
    dpkg-deb -R "$package" newer/tree
    sed -i 's/^Version: .*/Version: 99.0/' newer/tree/DEBIAN/control
    dpkg-deb --root-owner-group -Znone -b newer/tree "newer/${package##*/}" >/dev/null
    rm -r newer/tree
  done
  run in_root -i newer/*.deb
  expect_status 0
  [[ $(dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${Version}\n' medchain) == 99.0 ]]
  run in_root -r medchain-service medchain
  expect_status 0
  [[ $(cat "$root/var/lib/medchain/vault") == vault ]]
  rm "$root/var/lib/medchain/vault"
  run in_root -i "$service"
  run in_root -P medchain-service
  expect_status 0
  # The user stays, as the policy of Debian has it.
  files | grep -vE '^\./etc/(passwd|group|shadow|gshadow)-?$|^\./etc/\.pwd\.lock$' >left
  diff clean left >&2 || fail "files are left behind"
fi
