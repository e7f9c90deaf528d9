#!/usr/bin/env bash
# scripts/ci: the script that verifies a copy of a ledger for CI systems, with the ledger good, damaged, put back, or not there; and
# the definitions for GitHub and GitLab that call it.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/verify-fixtures.sh"
need jq python3 shellcheck
need_tamper
make_ledger
unset MEDCHAIN_LEDGER MEDCHAIN_VAULT MEDCHAIN_KEY
cp -r L old
MEDCHAIN_LEDGER=L MEDCHAIN_VAULT=V MEDCHAIN_KEY=keys/a medchain-anchor -q note4.txt files/a.txt >/dev/null
echo more >more.txt
MEDCHAIN_LEDGER=L MEDCHAIN_VAULT=V MEDCHAIN_KEY=keys/a medchain-anchor -q more.txt >/dev/null
verify() { run env "$@" "$SOURCE/scripts/ci/verify-ledger.sh"; }
state=medchain-state reports=medchain-reports
seen() { jq -r .checkpoint "$state/seen" | sed -n 2p; }
clean() { rm -rf "$state" "$reports"; }
genesis=$(medchain-audit log --ledger L --limit 1 --json | jq -r 'select(.type == "event") | .hash')

# The tools without and with the verb that looks for anomalies: what that one answers is decided here.
mkdir without with
cat >without/medchain-audit <<X
#!/bin/sh
case \${1-} in
  --help) echo 'usage: medchain-audit VERB' ;;
  *) exit 70 ;;
esac
X
cat >with/medchain-audit <<'X'
#!/bin/sh
if [ "$1" = --help ]; then
  echo '  anomalies  tell what is unusual'
  exit 0
fi
echo "$*" >>"$ASKED"
while [ $# -gt 0 ]; do
  [ "$1" != --output ] || echo "<testsuites/>" >"$2"
  shift
done
exit "${ANSWER:-0}"
X
chmod +x without/medchain-audit with/medchain-audit
export ASKED=$PWD/asked
plain=PATH=$PWD/without:$PATH
whole=PATH=$PWD/with:$PATH

it "verifies for the first time, pins what it saw, and leaves reports"
verify "$plain" MEDCHAIN_CI_SOURCE=old
expect_status 0
expect_err 'warning: nothing was seen before and MEDCHAIN_CI_GENESIS is not set'
expect_err 'does not look for anomalies: only verified'
[[ $(seen) == 6 ]]
python3 - "$reports" <<'P'
import json, sys, xml.etree.ElementTree as tree
suites = tree.parse(sys.argv[1] + "/verify.junit.xml").getroot()
assert suites.tag == "testsuites" and len(list(suites.iter("testcase"))) > 3 and not list(suites.iter("failure"))
sarif = json.load(open(sys.argv[1] + "/verify.sarif"))
assert sarif["version"] == "2.1.0" and [one for one in sarif["runs"][0]["results"] if one["level"] == "error"] == []
P

it "sees that a ledger has only grown"
verify "$plain" MEDCHAIN_CI_SOURCE=L
expect_status 0
expect_no_err 'nothing was seen'
now=$(seen)
((now > 6))

it "says a rollback, keeps what it saw, and the evidence"
cp "$state/seen" before
verify "$plain" MEDCHAIN_CI_SOURCE=old
expect_status 11
same before "$state/seen"
jq -e '.kind == "rollback"' "$reports/evidence-1" >/dev/null
expect_err "both checkpoints are in '$reports/evidence-1'"
grep -q '<failure' "$reports/verify.junit.xml"
jq -e '[.runs[0].results[].ruleId] | index("seen.rollback")' "$reports/verify.sarif" >/dev/null
verify "$plain" MEDCHAIN_CI_SOURCE=old
expect_status 11
[[ -e $reports/evidence-2 ]]

it "says damage and keeps what it saw"
fresh
printf 'X' | dd of=T/data.mdb bs=1 seek=$(($(grep -abo '"type":"anchor"' T/data.mdb | head -1 | cut -d: -f1) + 9)) conv=notrunc status=none
verify "$whole" MEDCHAIN_CI_SOURCE=T
expect_status 1
same before "$state/seen"
grep -q '<failure' "$reports/verify.junit.xml"
[[ ! -e asked ]] || fail 'a damaged ledger was asked for anomalies'

it "knows another ledger by its genesis"
clean
verify "$plain" MEDCHAIN_CI_SOURCE=L MEDCHAIN_CI_GENESIS="$genesis"
expect_status 0
expect_no_err 'warning: nothing'
clean
verify "$plain" MEDCHAIN_CI_SOURCE=L MEDCHAIN_CI_GENESIS="sha256:$(printf '0%.0s' {1..64})"
expect_status 1
expect_err 'another genesis'
[[ ! -e $state/seen ]] || fail 'it was pinned'

it "says that it could not fetch, in the report too"
clean
verify "$plain" MEDCHAIN_CI_SOURCE=L
for words in 'MEDCHAIN_CI_FETCH=exit 23' MEDCHAIN_CI_SOURCE=nowhere; do
  verify "$plain" "$words"
  expect_status 4
  grep -q '<error' "$reports/verify.junit.xml"
  [[ $(seen) == "$now" ]]
done
expect_err "there is no ledger in 'nowhere'"
# What is fetched may be no ledger at all.
verify "$plain" MEDCHAIN_CI_FETCH=true
expect_status 4
[[ $(seen) == "$now" ]]

it "fetches by a command"
# shellcheck disable=SC2016 # for its shell
verify "$plain" 'MEDCHAIN_CI_FETCH=cp L/* "$MEDCHAIN_CI_COPY"/'
expect_status 0

it "looks for anomalies, and ends as they do"
verify "$whole" MEDCHAIN_CI_SOURCE=L MEDCHAIN_CI_FAIL_ON=warning MEDCHAIN_CI_ANOMALIES='--since=24h --quiet' MEDCHAIN_CI_FORMATS=junit
expect_status 0
grep -q -- '^anomalies --ledger .* --fail-on warning --since=24h --quiet --format junit --output medchain-reports/anomalies.junit.xml$' asked || fail "$(<asked)"
[[ -e $reports/anomalies.junit.xml ]]
for answer in 1 4 70; do
  verify "$whole" MEDCHAIN_CI_SOURCE=L ANSWER=$answer
  expect_status $answer
  [[ $(seen) == "$now" ]]
done
if medchain-audit --help >help && grep -q anomalies help; then
  verify MEDCHAIN_CI_SOURCE=L MEDCHAIN_CI_FAIL_ON=error
  [[ $status == 0 || $status == 1 ]] || fail "status $status"
  [[ -s $reports/anomalies.junit.xml && -s $reports/anomalies.sarif ]]
fi

it "refuses what it cannot do"
fails_with 2 'is needed' env "$plain" "$SOURCE/scripts/ci/verify-ledger.sh"
fails_with 2 'exclude each other' env "$plain" MEDCHAIN_CI_SOURCE=L MEDCHAIN_CI_FETCH=true "$SOURCE/scripts/ci/verify-ledger.sh"
fails_with 2 "got 'html'" env "$plain" MEDCHAIN_CI_SOURCE=L MEDCHAIN_CI_FORMATS='junit html' "$SOURCE/scripts/ci/verify-ledger.sh"
fails_with 2 'no operands' "$SOURCE/scripts/ci/verify-ledger.sh" L
run "$SOURCE/scripts/ci/verify-ledger.sh" --help
expect_status 0
expect_out MEDCHAIN_CI_FETCH
leftover=$(find "$TMPDIR" -maxdepth 1 -name 'tmp.*')
[[ -z $leftover ]] || fail "left behind: $leftover"

it "is called by definitions that are well-formed, and whose commands are clean"
python3 -c 'import yaml' 2>/dev/null || skip 'python3-yaml is not installed'
mkdir commands
python3 "$SOURCE/tests/cli/ci.py" "$SOURCE" commands "$SOURCE"/scripts/ci/*.yml >said 2>&1 || fail "$(<said)"
shellcheck --color=never commands/*.sh
printf 'a: 1\na: 2\n' >twice.yml
! python3 "$SOURCE/tests/cli/ci.py" "$SOURCE" commands twice.yml >said 2>&1 || fail 'a key that is there twice is taken'
grep -q 'there twice' said
