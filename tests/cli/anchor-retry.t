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
