#!/usr/bin/env bash
# scripts/demo on files of the user's: it does not touch them, copes with any bytes and names, and removes what it made.
set -euo pipefail
SOURCE=${SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
BIN=${BIN:-$SOURCE/build/release/bin}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/medchain-demo-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/user" "$tmp/tmp"
cd "$tmp/user"

fail() {
  echo "$1" >&2
  exit 1
}

mkdir "a directory"
head -c 5000 /dev/urandom >"a directory/it's a scan.bin"
printf '{"resourceType":"Patient","id":"1"}\n{"resourceType":"Patient","id":"1","active":true}\n' >lines.ndjson
: >empty
mkdir odd only
echo one >$'odd/two\nlines'
echo two >$'odd/\xff\e[31m'
echo three >odd/-n
ln -s loop odd/loop
ln -s . odd/round
mkfifo odd/fifo
echo four >$'only/\n'
find . -type f -exec sha256sum {} + | sort >../before

# The demo must leave nothing in TMPDIR.
TMPDIR=$tmp/tmp "$SOURCE/scripts/demo" --bin="$BIN" --quick "a directory" lines.ndjson empty lines.ndjson odd >../output 2>&1 || {
  cat ../output
  exit 1
}
grep -Eq '^[0-9]+ claims held, 1 skipped$' ../output || fail "the last line does not tell the number of claims"
tail -n 1 ../output | grep -q ' claims held' || fail "the number of claims is not on the last line"
if grep -q $'\e' ../output; then fail "colour without a terminal"; fi
# The only name there is cannot be shown.
TMPDIR=$tmp/tmp "$SOURCE/scripts/demo" --bin="$BIN" --quick only/* >../output 2>&1 || {
  cat ../output
  exit 1
}
find . -type f -exec sha256sum {} + | sort | cmp - ../before || fail "the user's files were touched"
[[ -z $(ls ../tmp) ]] || fail "the demo left files behind"

# Nothing to show and no such file: status 2.
for arguments in empty missing --nonsense; do
  status=0
  TMPDIR=$tmp/tmp "$SOURCE/scripts/demo" --bin="$BIN" --quick "$arguments" >../output 2>&1 || status=$?
  [[ $status == 2 ]] || fail "status $status with '$arguments'"
  grep -q '^demo: error: ' ../output || fail "no error with '$arguments'"
done
[[ -z $(ls ../tmp) ]] || fail "a failed demo left files behind"
echo "files: all good"
