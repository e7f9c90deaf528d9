#!/usr/bin/env bash
# Containers: the recipe names what is there, scripts/container/run gives the container what it was told and no more, and processes
# of two pid namespaces do not harm each other on one ledger.  tests/package/container.t builds and runs one.
. "${0%/*}/lib.sh"
need jq unshare mdb_copy mdb_stat

recipe=$SOURCE/scripts/container/Containerfile
launcher=$SOURCE/scripts/container/run

it "is made by a recipe whose names are there"
# The lines of the recipe, whole.
sed '/^#/d' "$recipe" | sed -e ':a' -e '/\\$/{N;s/\\\n//;ta' -e '}' >lines
mapfile -t stages < <(sed -n 's/^FROM .* AS //p' lines)
[[ ${stages[*]} == build && $(grep -c '^FROM ' lines) == 2 ]]
while read -r stage; do [[ " ${stages[*]} " == *" $stage "* ]] || fail "no stage '$stage'"; done \
  < <(grep -oE '(--from|,from)=[a-z]+' lines | sed 's/.*=//')
while read -r _ source _; do [[ -e $SOURCE/$source ]] || fail "no '$source' to copy"; done < <(grep '^COPY ' lines)
# The image is of the package alone, which is in the directory where 'make deb' puts it.
last=$(sed -n '/^FROM .*}$/,$p' lines)
[[ $last != *COPY* && $last == *'source=/src/build/release/deb,target=/deb'* && $last == *' /deb/medchain_*.deb '* ]]
grep -qx 'WORKDIR /src' lines
grep -q '^RUN make deb$' lines
grep -q '^deb:' "$SOURCE/Makefile"
grep -q '^BUILD = build/release$' "$SOURCE/Makefile"
run "$SOURCE/scripts/install-deps" --list --build-only
expect_status 0
# What else it installs is what 'make deb' needs of the packages for tests.
"$SOURCE/scripts/install-deps" --list >all
while read -r package; do grep -qx "$package" all || fail "'$package' is not one of install-deps"; done \
  < <(sed -n '/^FROM .* AS build/,/^FROM .*}$/p' lines | grep -o -- '--no-install-recommends .*' | sed 's/.*recommends //' | tr ' ' '\n')
grep -qx 'ENTRYPOINT \["medchain"\]' lines
run medchain --help
expect_status 0
! grep -q '^USER\|^VOLUME\|adduser\|useradd' lines || fail "the image has a user or a place of its own"
# Nothing that the build reads is left out of it.
while read -r name; do
  case $name in .git | build | build-\*) ;; *) fail "'$name' is left out" ;; esac
done <"$SOURCE/scripts/container/ignore"

# A podman that tells what it was asked, and a user who is not root.
mkdir bin
cat >bin/podman <<'X'
#!/bin/sh
printf '%s\n' "$@" >asked
exit "${ANSWER:-0}"
X
printf '#!/bin/sh\necho 1000\n' >bin/id
chmod +x bin/podman bin/id
launch() { run env PATH="$PWD/bin:$PATH" "$launcher" "$@"; }
has() { grep -qxF -e "$1" asked || fail "podman was not given '$1', but: $(paste -sd' ' asked)"; }
lacks() { ! grep -qE -e "$1" asked || fail "podman was given '$1': $(paste -sd' ' asked)"; }

it "runs with no privileges, no network and nothing of the host but what it was told"
mkdir places places/keys
launch --mount="$PWD/places" verify ledger -l places/ledger
expect_status 0
for option in --rm --pull=never --userns=keep-id --pid=host --network=none --read-only --cap-drop=all \
  --security-opt=no-new-privileges --log-driver=none; do has "$option"; done
[[ $(grep -cx -e --volume asked) == 1 ]]
has "$PWD/places:$PWD/places:rw"
[[ $(tail -n 5 asked | paste -sd' ') == "localhost/medchain verify ledger -l places/ledger" ]]
lacks '^--workdir|^--privileged|^--group-add|^/var|^--env-host|^--tty'
has "HOME=$HOME"
launch --mount="$PWD" --read="$PWD/places/keys" --groups --image=localhost/other:1 status
has "$PWD/places/keys:$PWD/places/keys:ro"
has --workdir
has --group-add
has keep-groups
[[ $(tail -n 2 asked | paste -sd' ') == "localhost/other:1 status" ]]

it "passes on settings of medchain, and no other"
mkdir -p "$HOME/.config/medchain"
SECRET=1 MEDCHAIN_PROFILE=union launch --mount="$PWD/places" status
has MEDCHAIN_PROFILE
lacks SECRET
has "$HOME/.config/medchain:$HOME/.config/medchain:ro"
# Who makes a profile gives the place.
launch --mount="$HOME/.config/medchain" init --profile x
has "$HOME/.config/medchain:$HOME/.config/medchain:rw"
lacks ':ro$'

it "gives input on, and the status back"
echo '{}' | launch --mount="$PWD/places" anchor -
has --interactive
ANSWER=11 launch --mount="$PWD/places" verify ledger
expect_status 11
rm asked
launch --print --mount="$PWD/places" status
expect_status 0
expect_out "'podman' 'run' .*'--pid=host' .*'status'"
[[ ! -e asked ]]

it "refuses what it cannot do"
launch
expect_status 2
expect_err '^usage: '
fails_with 2 "unknown option '--privileged'" env PATH="$PWD/bin:$PATH" "$launcher" --privileged status
fails_with 2 "absolute path" env PATH="$PWD/bin:$PATH" "$launcher" --mount=places status
fails_with 2 "absolute path" env PATH="$PWD/bin:$PATH" "$launcher" --mount="$PWD/places:/etc" status
fails_with 2 "there is no '$PWD/nowhere'" env PATH="$PWD/bin:$PATH" "$launcher" --mount="$PWD/nowhere" status
printf '#!/bin/sh\necho 0\n' >bin/id
fails_with 2 'a user without rights' env PATH="$PWD/bin:$PATH" "$launcher" --mount="$PWD/places" status
[[ ! -e asked ]]

name="asks for options that podman has"
if command -v podman >/dev/null; then
  it "$name"
  podman run --help >help
  podman build --help >>help
  grep -oE -e '--[a-z]+[a-z-]*' "$launcher" "$recipe" -h | sort -u |
    grep -vxE -e '--(mount|read|image|groups|print|help|build-only|no-install-recommends|format|from)' >used
  [[ $(wc -l <used) -ge 12 ]]
  while read -r option; do grep -qE -e "^ .* $option( |\$)" help || fail "podman has no '$option'"; done <used
else
  it_skipped "$name" "podman is not installed"
fi

# What two containers are to each other, and to the host.
namespace=(unshare --pid --fork --kill-child)
[[ $(id -u) == 0 ]] || namespace+=(--user --map-current-user)
"${namespace[@]}" true 2>/dev/null || skip "no pid namespaces can be made here"
elsewhere() { "${namespace[@]}" "$@"; }

new_ledger L
patients 500 >records.ndjson
medchain-anchor -q records.ndjson --receipts=none --time "$(at 0)"
(($(stat -c %s L/data.mdb) > 150000)) || fail "the ledger is too small to be read slowly"
mkfifo pipe
# readers DIR: their process ids, as LMDB has them in the table.
readers() { { mdb_stat -r "$1" || true; } | awk '$1 ~ /^[0-9]+$/ && NF == 3 { print $1 }'; }
is_read() { [[ -n $(readers "$1") ]]; }
# hold [elsewhere]: a process, $reader, reads the ledger, but no further than what fits into a pipe, until let_go.
hold() {
  exec 9<>pipe
  "$@" mdb_copy L >pipe 9>&- &
  reader=$!
  wait_for is_read L
}
let_go() { # into the file `copied`
  cat <pipe >copied 9>&- &
  local rest=$!
  exec 9>&-
  wait $rest $reader
}

it "does not take a living reader of another pid namespace for a dead one"
hold
for n in 1 2 3; do
  patients 20 $((n * 1000)) | elsewhere medchain-anchor -q --receipts=none --time "$(at "$n")" -
  [[ $(readers L) == "$reader" ]] || fail "the reader is not in the table any more"
done
let_go
# What it read is the state that it began with.
mkdir copy
mv copied copy/data.mdb
cp L/policy copy/
run medchain-verify ledger -l copy
expect_status 0
expect_err 'intact: [0-9]+ entries, 500 records'
run medchain-verify ledger
expect_err 'intact: [0-9]+ entries, 560 records'

it "waits for a process of the same number in another pid namespace, and says so"
hold elsewhere
fails_with 6 'the process id of this one' elsewhere medchain-anchor --wait=1s --time "$(at 5)" records.ndjson
expect_err "hint: .*'podman run --pid=host'"
# From the host, as from a container that has its process ids, it is not in the way.
run medchain-anchor --wait=1s --receipts=none --time "$(at 5)" records.ndjson
expect_status 0
patients 1 9000 | elsewhere medchain-anchor -q --receipts=none --wait=30s --time "$(at 6)" - 9>&- &
waiting=$!
sleep 0.5
kill -0 $waiting
let_go
wait $waiting
run medchain-verify ledger
expect_err 'intact: [0-9]+ entries, 561 records'
