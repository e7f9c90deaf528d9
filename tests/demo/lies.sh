#!/usr/bin/env bash
# scripts/demo fails, and says what does not hold, with a verifier that finds nothing and with one that names another entry.
set -euo pipefail
SOURCE=${SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
BIN=${BIN:-$SOURCE/build/release/bin}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/medchain-demo-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/bin" "$tmp/tmp"
for program in "$BIN"/medchain*; do ln -s "$program" "$tmp/bin/"; done
echo '{"id":"a record"}' >"$tmp/record"
rm "$tmp/bin/medchain-verify"

# expect PATTERN: with the verifier that stands in, the demo ends with status 1 and this message.
expect() {
  local status=0
  chmod +x "$tmp/bin/medchain-verify"
  TMPDIR=$tmp/tmp "$SOURCE/scripts/demo" --bin="$tmp/bin" --quick "$tmp/record" >"$tmp/output" 2>&1 || status=$?
  if [[ $status != 1 ]] || ! grep -q "this does not hold: $1" "$tmp/output"; then
    cat "$tmp/output"
    echo "expected status 1 and '$1', got status $status" >&2
    exit 1
  fi
  rm "$tmp/bin/medchain-verify"
}

printf '#!/bin/sh\necho "intact: always"\n' >"$tmp/bin/medchain-verify"
expect "the status of 'medchain-verify vault' is 0, expected 1"

cat >"$tmp/bin/medchain-verify" <<STAND_IN
#!/bin/bash
set -o pipefail
"$BIN/medchain-verify" "\$@" 2>&1 | sed 's/entry [0-9]* was/entry 0 was/'
STAND_IN
expect "expected to read 'entry 1 was altered'"
echo "lies: all good"
