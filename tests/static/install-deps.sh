#!/usr/bin/env bash
# scripts/install-deps with the package manager played by stubs: what it would install, and when it must not call apt.
. "${0%/*}/lib.sh"

mkdir "$tmp/bin"
for name in sh env head cat id; do ln -s "$(command -v "$name")" "$tmp/bin/$name"; done

# stub NAME SCRIPT
stub() {
  rm -f "$tmp/bin/$1"
  printf '#!/bin/sh\n%s\n' "$2" >"$tmp/bin/$1"
  chmod +x "$tmp/bin/$1"
}
log=$tmp/log
# shellcheck disable=SC2016 # for the stubs
system() {
  : >"$log"
  rm -f "$tmp/bin/sudo"
  stub dpkg-query 'for p; do :; done; case " $MISSING " in *" $p "*) exit 1 ;; esac; echo installed'
  stub apt-get "echo \"apt-get \$DEBIAN_FRONTEND \$*\" >>'$log'"
  stub id 'echo 0'
}
# deps STATUS PATTERN ARG...: exit status and a pattern over everything printed and the calls of apt.
deps() {
  local expected=$1 pattern=$2 status=0
  shift 2
  count
  PATH=$tmp/bin MISSING=${missing-} /bin/sh scripts/install-deps "$@" >"$tmp/out" 2>&1 || status=$?
  cat "$log" >>"$tmp/out"
  [[ $status == "$expected" ]] || problem "install-deps $*: status $status, expected $expected: $(cat "$tmp/out")"
  { tr '\n' '~' <"$tmp/out" && echo; } | grep -Eq -e "$pattern" || problem "install-deps $*: expected /$pattern/ in: $(cat "$tmp/out")"
}

system
missing='' deps 0 '^$'
missing='jq' deps 0 '^$' --build-only
missing='jq cmake' deps 0 'apt-get noninteractive .*update~.* install --no-install-recommends cmake jq~$'
system
missing='jq cmake' deps 0 'install --no-install-recommends cmake~$' --build-only
deps 0 'libsodium-dev~.*shellcheck~' --list
missing='jq debootstrap' deps 0 'install --no-install-recommends jq~$'
missing='jq debootstrap' deps 0 'install --no-install-recommends jq debootstrap~$' --nightly
deps 2 "unknown argument '--nonsense'" --nonsense

system
stub id 'echo 1000'
missing=jq deps 1 'neither root nor is there sudo; as root: apt-get install .* jq~$'
# shellcheck disable=SC2016
stub sudo "echo sudo >>'$log'"'; exec "$@"'
missing=jq deps 0 'sudo~apt-get noninteractive .*update~sudo~apt-get noninteractive .* jq~$'
system
stub apt-get 'exit 100'
missing=jq deps 1 "'apt-get update' failed"
rm "$tmp/bin/dpkg-query"
missing=jq deps 1 'not a Debian system'

# What tests need is installed by it, comes with what it installs, or is on every Debian system.
listed=" $(scripts/install-deps --nightly --list | tr '\n' ' ') "
needed=$(grep -rhE '^[[:space:]]*need [a-z]' tests --include='*.t' --include='*.sh' | sed 's/#.*//; s/^ *need //' | tr ' ' '\n' | sort -u)
[[ $(wc -w <<<"$needed") -ge 10 ]] || problem "expected some commands that tests need, got: $needed"
# provided COMMAND: by a package of the list, or one that a package of the list depends on, or a required one.
provided() {
  local path package
  path=$(command -v "$1") || return 0 # the test that needs it says so
  package=$(dpkg-query -S "$path" "/usr$path" "${path#/usr}" 2>/dev/null | grep -v '^diversion' | sed 's/:.*//' | head -n 1)
  [[ -n $package ]] || return 0 # not from Debian: nothing can be said
  [[ $listed != *" $package "* && $(dpkg-query -W -f '${Priority}' "$package") != required ]] || return 0
  # shellcheck disable=SC2086,SC2016 # a list of names; dpkg's own variables
  dpkg-query -W -f '${Pre-Depends},${Depends}\n' $listed 2>/dev/null | sed 's/[,|]/\n/g' | sed 's/^ *//; s/[ :].*//' | grep -Fxq -- "$package"
}
if command -v dpkg-query >/dev/null; then
  for command in $needed; do
    count
    provided "$command" || problem "tests need '$command', which scripts/install-deps does not install"
  done
  # On a system where it is, a command that is in no list is found out.
  if command -v gdb >/dev/null; then
    count
    ! provided gdb || problem "'gdb' counts as installed"
  fi
  count
  listed=' jq '
  ! provided make || [[ -z $(command -v make) ]] || problem "a command that is not in the list counts as installed"
fi
finish
