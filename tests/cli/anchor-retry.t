#!/usr/bin/env bash
# Jobs in the night: one run at a time, another try, a line for logs.
. "${0%/*}/lib.sh" || exit
need jq flock strace

new_ledger ledger
anchor() { medchain-anchor --time "$(at 1)" "$@"; }
mkdir share
echo one >share/1.bin
echo two >share/2.bin
cat >job.yaml <<'END'
retry: {times: 2, wait: 1s}
sources:
  - files: [share/1.bin, share/2.bin]
END

it "tells a line for logs, and the seconds in the summary"
run anchor --job job.yaml
expect_status 0
expect_summary '.anchored == 2 and .seconds < 600 and .bytes == 8'
expect_err "^medchain-anchor: job 'job.yaml': complete=yes anchored=2 versions=0 unchanged=0 rejected=0 left=0 entries=1 bytes=8 seconds=[0-9]+$"
run anchor share
expect_summary 'has("seconds") | not'
expect_no_err "job '"

it "runs once at a time: a second run says so and does nothing"
fails_with 6 "another run of the job 'job.yaml' is at work" flock job.yaml medchain-anchor --job job.yaml --time "$(at 1)"
expect_err "hint: nothing was done"
run flock job.yaml medchain-anchor --job job.yaml --time "$(at 1)" --format json
expect_error_id lock.timeout
run flock job.yaml medchain-anchor --job job.yaml --time "$(at 1)" -n
expect_status 0
cp job.yaml other.yaml
run flock other.yaml medchain-anchor --job job.yaml --time "$(at 1)"
expect_status 0

it "tries again while another run has the vault"
vault=$(find "$HOME" -name secrets -path '*vault*')
[[ -f $vault ]] || vault=${MEDCHAIN_VAULT:?}/secrets
fails_with 6 "another run is using the vault" flock "$vault" medchain-anchor --job job.yaml --wait 1s --time "$(at 1)"
[[ $(grep -c "another run is using the vault with .*; trying again in 1s" "$err") == 2 ]] || fail "not two more tries"
flock "$vault" sleep 3 &
sleep 0.3
run anchor --job job.yaml --wait 1s
expect_status 0
expect_err "trying again in 1s"
expect_summary '.unchanged == 2'
wait

# unreadable WHEN SHARE: those openings of 1.bin fail (two before the first to read it); SHARE: or local, where it is
unreadable() {
  local inject=(-e inject=openat:error=EIO:when="$1")
  [[ $2 == local ]] || inject+=(-e inject=statfs:error=ESTALE)
  run strace -f -qq -o trace -P "$PWD/share/1.bin" -P "$PWD/share" -e trace=openat,statfs "${inject[@]}" \
    medchain-anchor --job job.yaml --keep-going --receipts each --time "$(at 1)"
}
it "reads files on a share again that could not be read"
unreadable 1..3 share
expect_status 0
expect_err "cannot read 1 file on a share; trying again in 1s"
expect_summary '.unchanged == 2 and .complete'
expect_receipts 'map(.input) == [1, 2]'

it "gives up after so many times, and tells it then"
unreadable 1+ share
expect_status 3
[[ $(grep -c "trying again" "$err") == 2 ]] || fail "not two more tries"
expect_err "share/1.bin: cannot open the file"
expect_summary '.unchanged == 1 and .rejected == 1'

it "does not wait for a file of this host"
unreadable 1..3 local
expect_status 3
expect_no_err "trying again"

mkdir -p night/export
patients 40000 >night/export/Patient.ndjson
cat >night/export/manifest.json <<'END'
{"transactionTime": "2026-11-23T01:00:00Z", "request": "r", "requiresAccessToken": false,
 "output": [{"type": "Patient", "url": "https://fhir.example/Patient.ndjson", "count": 40000}], "error": []}
END
cat >night/lines.yaml <<'END'
retry: {times: 1, wait: 1s}
sources:
  - files: [export/Patient.ndjson]
END
sed 's|files: .*|manifest: export/manifest.json|' night/lines.yaml >night/export.yaml
# on_share JOB INJECT...: the file is on a share, and these of its calls fail
on_share() {
  local job=$1
  shift
  run strace -f -qq -o trace -P "$PWD/night/export/Patient.ndjson" -P "$PWD/night/export" -e trace=openat,read,pread64,statfs \
    -e inject=statfs:error=ESTALE "$@" medchain-anchor --job "night/$job.yaml" --keep-going --receipts each --time "$(at 1)"
}
it "does not read again what broke off after records of it were given"
on_share lines -e inject=read:error=EIO:when=2
expect_status 3
expect_no_err "trying again"
expect_err "night/export/Patient.ndjson: cannot read"
expect_summary '.rejected == 1 and .anchored > 0 and .anchored < 40000 and .unchanged == 0'
given=$(jq -rs '[.[] | select(.type == "receipt")] | length' "$out")
[[ $given == "$(jq -rs 'last.anchored' "$out")" ]] || fail "$given receipts"

it "does not judge the count of an export's file that broke off, and judges it when it was read again"
on_share export -e inject=read:error=EIO:when=2
expect_status 3
expect_no_err "the manifest says"
expect_summary '.rejected == 1 and (has("export_mismatches") | not)'
on_share export -e inject=read:error=EIO:when=1
expect_status 0
expect_err "trying again in 1s"
expect_no_err "the manifest says"
expect_summary '.count == 40000 and .complete and (has("export_mismatches") | not)'
sed -i 's/40000/40001/' night/export/manifest.json
on_share export -e inject=read:error=EIO:when=1
expect_status 10
expect_err "the manifest says 40001 resources, the file has 40000"
expect_summary '.export_mismatches == 1'

it "follows no link that took the place of a file or a directory while it waited"
mkdir -p walked/inner other
echo three >walked/3.bin
echo four >walked/inner/4.bin
echo secret >other/3.bin
echo secret >other/4.bin
cat >walked.yaml <<'END'
retry: {times: 1, wait: 2s}
sources:
  - files: [walked]
  - files: [other]
END
: >"$err" # what the case before said
strace -f -qq -o trace -P "$PWD/walked/3.bin" -P "$PWD/walked/inner/4.bin" -P "$PWD/walked" -P "$PWD/walked/inner" \
  -e trace=pread64,statfs -e inject=pread64:error=EIO:when=1..2 -e inject=statfs:error=ESTALE \
  medchain-anchor --job walked.yaml --keep-going --with-names --receipts each --time "$(at 1)" >"$out" 2>"$err" &
job=$!
is_waiting() { grep -q "trying again" "$err"; }
wait_for is_waiting
ln -sf "$PWD/other/3.bin" walked/3.bin
mv walked/inner away
ln -s "$PWD/other" walked/inner
status=0
wait $job || status=$?
expect_status 3
expect_err "cannot read 2 files on a share"
expect_err "walked/3.bin: expected a regular file, it is a symbolic link"
expect_err "walked/inner/4.bin: a symbolic link has taken the place of its directory"
expect_summary '.rejected == 2 and .anchored == 2'
expect_receipts 'map(.record // "" | test("walked")) | any | not'

# bad PATTERN RETRY
bad() {
  printf 'retry: %s\nsources:\n  - files: [share]\n' "$2" >bad.yaml
  fails_with 2 "bad.yaml:1: $1" anchor --job bad.yaml
}
it "names what is wrong with it"
bad "'retry' has 'times'" '{wait: 1s}'
bad "unknown key 'time'" '{time: 1}'
bad "'times': " '{times: 0}'
bad "'times': " '{times: 101}'
bad "'wait': " '{times: 1, wait: soon}'
bad "expected a mapping" 'often'
