#!/bin/sh
# Verifies a copy of a ledger against the last checkpoint that was seen from here, looks for what is unusual in it, and leaves reports
# for a CI system.  For cron and for github-actions.yml and gitlab-ci.yml beside it, which call it.  Everything is given by environment:
#
#   MEDCHAIN_CI_SOURCE      a ledger directory to copy, or
#   MEDCHAIN_CI_FETCH       a command for sh(1) that puts a copy into the directory $MEDCHAIN_CI_COPY, which is there and empty:
#                             scp -q auditor@ledger.example:/srv/copies/ledger/* "$MEDCHAIN_CI_COPY"/
#                           Of a ledger that is written meanwhile, copy what mdb_copy(1) or a snapshot of the file system has made.
#   MEDCHAIN_CI_STATE       directory of the file `seen`, which is to last from run to run (default: medchain-state)
#   MEDCHAIN_CI_REPORTS     directory for reports and evidence (default: medchain-reports)
#   MEDCHAIN_CI_FORMATS     words out of junit, sarif, tap, json (default: junit sarif); each but the first verifies once more
#   MEDCHAIN_CI_GENESIS     genesis hash that the founders say; without it the first run trusts what it gets
#   MEDCHAIN_CI_FAIL_ON     level of `medchain-audit anomalies --fail-on` (default: error)
#   MEDCHAIN_CI_ANOMALIES   more options of medchain-audit anomalies, in words, as --since=24h
#
# The status is that of medchain-verify(1) and, where that is 0 or 10, of medchain-audit(1): 1 and 11 are tampering or a finding, 10 that
# the quorum of witnesses lacks, others that there is no answer; 4 also if the ledger could not be fetched.  `seen` is replaced only after
# 0 and 10, in one step; keep it after every run.  Whoever can write both it and the ledger can hide a rollback.
set -eu

program=verify-ledger.sh
say() { printf '%s: %s\n' "$program" "$1" >&2; }
stop() {
  say "error: $2"
  exit "$1"
}

case ${1-} in
  '') ;;
  -h | --help)
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
  *) stop 2 "there are no operands; '$program --help' shows what is read from the environment" ;;
esac

source=${MEDCHAIN_CI_SOURCE-} fetch=${MEDCHAIN_CI_FETCH-} genesis=${MEDCHAIN_CI_GENESIS-}
state=${MEDCHAIN_CI_STATE:-medchain-state} reports=${MEDCHAIN_CI_REPORTS:-medchain-reports}
formats=${MEDCHAIN_CI_FORMATS:-junit sarif} fail_on=${MEDCHAIN_CI_FAIL_ON:-error}
[ -n "$source$fetch" ] || stop 2 'MEDCHAIN_CI_SOURCE or MEDCHAIN_CI_FETCH is needed'
[ -z "$source" ] || [ -z "$fetch" ] || stop 2 'MEDCHAIN_CI_SOURCE and MEDCHAIN_CI_FETCH exclude each other'
for format in $formats; do
  case $format in
    junit | sarif | tap | json) ;;
    *) stop 2 "MEDCHAIN_CI_FORMATS: expected words out of junit, sarif, tap, json, got '$format'" ;;
  esac
done
command -v medchain-verify >/dev/null || stop 2 'medchain-verify is not installed'
export MEDCHAIN_CONFIG=none
unset MEDCHAIN_LEDGER MEDCHAIN_VAULT MEDCHAIN_PROFILE

mkdir -p "$state" "$reports"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
MEDCHAIN_CI_COPY=$work/ledger
export MEDCHAIN_CI_COPY
mkdir "$MEDCHAIN_CI_COPY"

suffix() {
  case $1 in
    junit) echo junit.xml ;;
    json) echo ndjson ;;
    *) echo "$1" ;;
  esac
}

# What a CI system shows where there is nothing to verify.
cannot_fetch() {
  cat >"$reports/verify.junit.xml" <<X
<?xml version="1.0" encoding="UTF-8"?>
<testsuites><testsuite name="fetch" tests="1" failures="0" errors="1"><testcase name="fetch the ledger" classname="fetch"><error
message="the ledger could not be fetched"/></testcase></testsuite></testsuites>
X
  stop 4 "$1"
}

if [ -n "$fetch" ]; then
  sh -c "$fetch" || cannot_fetch "the ledger could not be fetched: the command of MEDCHAIN_CI_FETCH ended with status $?"
elif [ -e "$source/data.mdb" ]; then
  cp -R "$source/." "$MEDCHAIN_CI_COPY/" || cannot_fetch "the ledger '$source' could not be copied"
else
  cannot_fetch "there is no ledger in '$source'"
fi

# verify FORMAT: judges by a copy of `seen`; the last one is in $work/seen.
verify() {
  rm -f "$work/seen" "$work"/seen.evidence*
  [ ! -e "$state/seen" ] || cp "$state/seen" "$work/seen"
  medchain-verify ledger --ledger "$MEDCHAIN_CI_COPY" --seen "$work/seen" --format "$1" --output "$reports/verify.$(suffix "$1")"
}

[ -e "$state/seen" ] || [ -n "$genesis" ] || say "warning: nothing was seen before and MEDCHAIN_CI_GENESIS is not set: this ledger is trusted"
status=0
for format in $formats; do
  got=0
  verify "$format" || got=$?
  [ $status -ne 0 ] || status=$got
done

for evidence in "$work"/seen.evidence*; do
  [ -e "$evidence" ] || continue
  number=1
  while [ -e "$reports/evidence-$number" ]; do number=$((number + 1)); done
  cp "$evidence" "$reports/evidence-$number"
  say "both checkpoints are in '$reports/evidence-$number'"
done
case $status in
  0 | 10) ;;
  *) exit $status ;;
esac
if [ -n "$genesis" ] && ! grep -qF "\"$genesis\"" "$work/seen"; then
  stop 1 "this ledger has another genesis than MEDCHAIN_CI_GENESIS says"
fi
cp "$work/seen" "$state/.seen.new"
mv "$state/.seen.new" "$state/seen"

case $(medchain-audit --help) in
  *anomalies*) ;;
  *)
    say 'this medchain-audit does not look for anomalies: only verified'
    exit $status
    ;;
esac
found=0
for format in $formats; do
  got=0
  # shellcheck disable=SC2086 # words
  medchain-audit anomalies --ledger "$MEDCHAIN_CI_COPY" --fail-on "$fail_on" ${MEDCHAIN_CI_ANOMALIES-} --format "$format" \
    --output "$reports/anomalies.$(suffix "$format")" || got=$?
  [ $found -ne 0 ] || found=$got
done
[ $found -eq 0 ] || exit $found
exit $status
