#!/usr/bin/env bash
# A minimal Debian 12 in an archive, from the mirror that this machine installs from: what debian.t starts with.
SOURCE=${SOURCE:-$(cd "${0%/*}/../.." && pwd)}
. "$SOURCE/tests/package/lib.sh"

rm -f "$base"
need_root
need debootstrap apt-get

# Where this machine has the packages of Debian 12 from; else from where everybody has them.
mirror=$(apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
  sed -n 's/^Debian bookworm main //p' | head -n 1)
mirror=${mirror:-http://deb.debian.org/debian/}

it "unpacks a minimal Debian 12"
SECONDS=0
if ! debootstrap --variant=minbase bookworm root "$mirror" >log 2>&1; then
  # Not ours to fail for: nothing was downloaded.
  if grep -q 'Failed getting release file\|Invalid Release file' log; then skip "'$mirror' cannot be reached"; fi
  fail "debootstrap: $(tail -n 3 log | paste -sd' ')"
fi
[[ -x root/usr/bin/apt-get && ! -e root/usr/bin/medchain ]]
figures "debootstrap took $SECONDS s"

it "knows where further packages come from"
in_root root apt-get -q update >log 2>&1 || fail "apt-get update: $(tail -n 3 log | paste -sd' ')"
mkdir -p "${base%/*}"
tar -C root -cf "$base.new" --numeric-owner .
mv "$base.new" "$base"
