#!/usr/bin/env bash
# medchain-audit anomalies: what stands out on a ledger, with the entries that prove it, in every format; nothing is written.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
. "$SOURCE/tests/cli/rx-fixtures.sh"
. "$SOURCE/tests/cli/anomalies-fixtures.sh"
need jq python3

attested='' judged='' claimed=''

it "finds what the story has, and no more"
make_history
notice=$((revoked + 1))
unwritten L L.host -- medchain-audit anomalies --json --fail-on never --time "$(at "$minute")"
finds --time "$(at "$minute")" -- "access.attempt:$grant,$denied" "access.no_relation:$treatment,$treated" \
  "release.unused:$second" "release.unused:$treated" "release.unused:$told" "overdue.notice:$notice"
! grep -qE 'sha256:|Canary' "$out" || fail "a tag or name"

it "finds that an erased record was asked for"
cp -a L before
fails_with 9 'the record was erased' medchain-grant release "$law" Observation/11 --disclosure law --time "$(at "$minute")"
finds --kind access.attempt_erased --time "$(at "$minute")" -- "access.attempt_erased:$law,$(($(entry_count L) - 1))"
recounted "$(at "$minute")"
rm -rf L
mv before L
finds --kind access.attempt_erased --time "$(at "$minute")" --

it "says what is overdue only when it is"
finds --time "$(at $((minute + 7 * 24 * 60)))" --kind overdue.review -- "overdue.review:$emergency"
finds --time "$(at $((minute + 3 * 24 * 60)))" --kind overdue.review --
finds --time "$(at $((minute + 5 * 24 * 60)))" --kind overdue.notice -- "overdue.notice:$notice"
finds --time "$(at $((minute + 8 * 24 * 60)))" --kind overdue.notice -- "overdue.notice:$notice" "overdue.notice:$emergency" "overdue.notice:$((erased + 1))"

it "finds what a recount of the log by another program finds"
recounted "$(at "$minute")"
recounted "$(at $((minute + 100 * 24 * 60)))"
printf 'refusals: 1\nemergencies: 1\noff-hours-acts: 1\nwork-end: "08:00"\n' >thresholds.yaml
recounted "$(at "$minute")" refusals=1 emergencies=1 hours=1 end=28800

it "chooses by kind and by log time"
finds --kind access.attempt --kind access.no_relation --time "$(at "$minute")" -- "access.attempt:$grant,$denied" "access.no_relation:$treatment,$treated"
finds --kind access.attempt --since "$(at 1)" --time "$(at "$minute")" --
finds --kind access.attempt --until "$(at 1)" --time "$(at "$minute")" -- "access.attempt:$grant,$denied"
fails_with 2 "no kind of anomaly 'access.atempt'" medchain-audit anomalies --kind access.atempt

it "ends with 1 from the level on that it is asked for, warning by default"
for level in note warning; do
  run medchain-audit anomalies --fail-on $level --time "$(at "$minute")"
  expect_status 1
done
for level in error never; do
  run medchain-audit anomalies --fail-on $level --time "$(at "$minute")"
  expect_status 0
done
run medchain-audit anomalies --time "$(at "$minute")"
expect_status 1
expect_out "^warning: entries $treatment, $treated: .*\[access.no_relation\]$"
run medchain-audit anomalies --kind access.attempt --time "$(at "$minute")"
expect_status 0
run medchain-audit anomalies --kind use.failed --time "$(at "$minute")"
expect_status 0

it "names every entry in every format, and every kind that was looked for"
kinds=$(medchain-audit anomalies --format sarif --fail-on never --time "$(at "$minute")" | jq '.runs[0].tool.driver.rules | length')
run medchain-audit anomalies --format sarif --fail-on never --time "$(at "$minute")"
jq -e --arg a "entry/$treatment" --arg b "entry/$treated" '[.runs[0].results[] | select(.ruleId == "access.no_relation") | .locations[0].logicalLocations[].fullyQualifiedName] == [$a, $b]' "$out" >/dev/null || fail sarif
run medchain-audit anomalies --format tap --fail-on never --time "$(at "$minute")"
expect_out "^1\.\.$kinds$"
expect_out '^not ok [0-9]+ - access: access.no_relation$'
expect_out '^ok [0-9]+ - use: use.failed$'
expect_out "^# warning: entries $treatment, $treated: "
run medchain-audit anomalies --format junit --fail-on never --time "$(at "$minute")"
python3 - "$out" "$kinds" "$treatment, $treated" <<'X' || fail junit
import sys, xml.etree.ElementTree as e
root = e.parse(sys.argv[1]).getroot()
cases = [c for s in root if s.get("name") != "findings" for c in s]
assert len(cases) == int(sys.argv[2]), len(cases)
assert any(sys.argv[3] in c.get("name") for s in root if s.get("name") == "findings" for c in s)
X

it "has thresholds from a file, which a setting can name"
cat >thresholds.yaml <<'X'
refusals: 1
emergencies: 1
off-hours-acts: 1
work-begin: "12:00"
work-end: "12:01"
volume-minimum: 1
release-within: 0s
X
refusals=$denied
finds --thresholds thresholds.yaml --kind access.refused_often --kind emergency.often --time "$(at "$minute")" -- \
  "access.refused_often:$refusals" "emergency.often:$emergency"
run medchain-audit anomalies --thresholds thresholds.yaml --kind hours.person --json --fail-on never
[[ $(jq -c 'select(.type == "finding") | .entries[]' "$out" | sort -n | paste -sd' ') == \
   $(medchain-audit log -q --json | jq -c 'select(.kind == "release" or .kind == "use" or .kind == "emergency") | .entry' | paste -sd' ') ]] || fail "off hours: $(<"$out")"
mkdir -p config/medchain/profiles
printf 'thresholds: ../../../thresholds.yaml\n' >config/medchain/profiles/night.yaml
XDG_CONFIG_HOME=$PWD/config run medchain-audit anomalies --profile night --ledger L --kind emergency.often
expect_status 1

it "refuses thresholds that are none, with file, line, what was expected and what is there"
# hostile TEXT PATTERN
hostile() {
  printf '%s\n' "$1" >bad.yaml
  fails_with 2 "$2" medchain-audit anomalies --thresholds bad.yaml
}
hostile 'refusal: 1' "bad.yaml:1: unknown key 'refusal'"
hostile $'refusals: 1\nrefusals: 2' 'bad.yaml:2'
hostile 'refusals: 0' "bad.yaml:1: 'refusals': expected a number from 1 to 1000000, got '0'"
hostile 'refusals: 99999999999999999999' 'expected a number'
hostile 'refusals: [1]' 'got a list or map'
hostile 'refusals: -1' "got '-1'"
hostile 'use-grace: 1' 'expected a duration'
hostile 'use-grace: 999999999d' 'expected a duration'
hostile 'work-begin: 25:00' 'expected a time of day'
hostile $'work-begin: "20:00"\nwork-end: "08:00"' "bad.yaml:2: 'work-end'"
hostile 'weekends: maybe' 'expected true or false'
hostile '- 1' 'expected'
fails_with 2 'does not exist' medchain-audit anomalies --thresholds nowhere.yaml

it "reads thresholds from what can be read, to the end or 1 MiB, and says what cannot be"
truncate -s 100M big.yaml
fails_with 3 "'big.yaml': expected at most 1048576 bytes, got more" medchain-audit anomalies --thresholds big.yaml
fails_with 3 "'/dev/zero': expected at most 1048576 bytes" medchain-audit anomalies --thresholds /dev/zero
printf 'refusals: 1\n# %01048562d\n' 0 >whole.yaml
[[ $(stat -c %s whole.yaml) == 1048577 ]] || fail "$(stat -c %s whole.yaml)"
fails_with 3 'expected at most 1048576 bytes' medchain-audit anomalies --thresholds whole.yaml
truncate -s -1 whole.yaml
finds --thresholds whole.yaml --kind access.refused_often --time "$(at "$minute")" -- "access.refused_often:$denied"
mkfifo pipe
cat thresholds.yaml >pipe &
finds --thresholds pipe --kind access.refused_often --time "$(at "$minute")" -- "access.refused_often:$denied"
yes '# words' >pipe 2>/dev/null &
fails_with 3 "'pipe': expected at most 1048576 bytes, got more" medchain-audit anomalies --thresholds pipe
# Nobody writes, or nothing comes: a signal ends it.
fails_with 130 '' timeout --preserve-status -k 20 -s INT 1 medchain-audit anomalies --thresholds pipe
sleep 20 >pipe &
silent=$!
fails_with 143 '' timeout --preserve-status -k 20 -s TERM 1 medchain-audit anomalies --thresholds pipe
kill "$silent"
fails_with 2 "cannot read '.'|'.'.*directory" medchain-audit anomalies --thresholds .
head -c 4096 "$BIN/medchain-audit" >program.yaml
fails_with 2 'program.yaml' medchain-audit anomalies --thresholds program.yaml
: >nothing.yaml
finds --thresholds nothing.yaml --kind access.attempt --time "$(at "$minute")" -- "access.attempt:$grant,$denied"

it "says so when results cannot be written, whatever it found"
for format in text json junit tap sarif; do
  run bash -c "exec medchain-audit anomalies --format $format --time $(at "$minute") >/dev/full"
  expect_status 7
  expect_err 'error'
  run bash -c "exec medchain-audit anomalies --format $format --time $(at "$minute") >&-"
  expect_status 7
done
fails_with 7 'error' medchain-audit anomalies -o /nowhere/findings --time "$(at "$minute")"
# Nobody reads: it ends of the signal, without a word.
python3 - "$(at "$minute")" <<'X' || fail "a closed pipe"
import os, subprocess, sys
read, write = os.pipe()
os.close(read)
done = subprocess.run(["medchain-audit", "anomalies", "--json", "--time", sys.argv[1]], stdout=write, stderr=subprocess.PIPE)
assert done.returncode == -13 and b"error" not in done.stderr, done
X

it "joins what one grant gave one member without a relation, with every release, and nothing else"
fresh
make_sharing put
new_keys hosp-c --role requester
admit hosp-c
act_as hosp-b
gives() { does "$1" medchain-grant give "${@:2}" --purpose TREAT --type Observation --until 90d; }
# lets GRANT TO RECORD: a release; $let is its index
lets() { does let medchain-grant release "$1" --to "$2" "$3"; }
first='' second='' let='' by_first=() by_second=() to_c=()
gives first --to hosp-r
gives second --actor role:requester
for record in Observation/9 Observation/10 Observation/9; do
  lets "$first" hosp-r "$record"
  by_first+=("$let")
  lets "$second" hosp-r "$record"
  by_second+=("$let")
done
lets "$second" hosp-c Observation/10
to_c+=("$let")
joined() { echo "access.no_relation:$(IFS=, && echo "$*")"; }
only=(--kind access.no_relation)
finds "${only[@]}" --time "$(at 0)" -- "$(joined "$first" "${by_first[@]}")" "$(joined "$second" "${by_second[@]}")" "$(joined "$second" "${to_c[@]}")"
expect_out "'hosp-r' got records by a general grant in 3 releases, and nothing relates it to their subjects"
expect_out "'hosp-c' got records by a general grant in 1 release, "
# A relation to the subject of one of two records does not cover the other.
minute=60
echo SubjectCanary001 >subject
echo words >words
does referral medchain-refer create --to hosp-r --subject-file subject --service cardiology --text-file words --record Observation/9
minute=62
lets "$first" hosp-r Observation/9
lets "$second" hosp-r Observation/10
by_second+=("$let")
does let medchain-grant release "$first" --to hosp-r
by_first+=("$let")
finds "${only[@]}" --time "$(at 62)" -- "$(joined "$first" "${by_first[@]}")" "$(joined "$second" "${by_second[@]}")" "$(joined "$second" "${to_c[@]}")"
finds "${only[@]}" --since "$(at 61)" --time "$(at 62)" -- "$(joined "$first" "${by_first[-1]}")" "$(joined "$second" "${by_second[-1]}")"
finds "${only[@]}" --until "$(at 61)" --time "$(at 62)" -- "$(joined "$first" "${by_first[@]::3}")" "$(joined "$second" "${by_second[@]::3}")" "$(joined "$second" "${to_c[@]}")"

it "finds what was opened after its grant ended, and after it was erased"
fresh
make_sharing put
granted --erase-at 95d
released
act_as hosp-b
does revoked medchain-grant revoke "$grant"
minute=120
act_as hosp-r
does used medchain-grant open "$release" -C late
finds --time "$(at 120)" -- "use.after_end:$release,$revoked,$used"
finds --time "$(at $((110 * 24 * 60)))" --kind overdue.erasure -- "overdue.erasure:$grant,$release"

it "finds what was opened by who had attested that it was erased, and erased records that were opened"
act_as hosp-b
minute=130
does grant medchain-grant give --to hosp-r --purpose HRESCH --type Observation --until 90d
does release medchain-grant release "$grant" Observation/9
act_as hosp-r
does attested medchain-grant attest "$grant"
does used medchain-grant open "$release" -C again
act_as hosp-b
does erased medchain-vault erase Observation/9 --basis withdrawn --yes
act_as hosp-r
does late medchain-grant open "$release" -C again2
finds --since "$(at 129)" --time "$(at 130)" -- "use.after_attestation:$release,$attested,$used" \
  "use.after_attestation:$release,$attested,$late" "use.after_erasure:$release,$erased,$late"

it "finds an access that was refused because its grant had ended, and an emergency that was judged unjustified"
act_as hosp-b
minute=140
does revoked medchain-grant revoke "$grant"
fails_with 9 'revoked' medchain-grant release "$grant" Observation/10 --time "$(at 140)"
ended=$(($(entry_count L) - 1))
act_as hosp-r
echo words >words
does emergency medchain-grant emergency --from hosp-b --reason unconscious --subject SubjectCanary001 --text-file words
act_as hosp-b
does judged medchain-grant review "$emergency" --unjustified --reason other
finds --since "$(at 139)" --time "$(at 140)" -- "access.attempt_after_end:$grant,$ended" "emergency.unjustified:$emergency,$judged"

it "finds who opened far more than its peers"
fresh
make_sharing put
granted
opens() {
  act_as hosp-b
  released
  act_as hosp-r
  MEDCHAIN_PERSON=$1 does opened medchain-grant open "$release" -C "got-$opened"
}
opened=0 much=()
for person in p1 p2 p3 p4 p5 p5 p5; do
  opens $person
  [[ $person != p5 ]] || much+=("$opened")
done
printf 'volume-minimum: 6\nvolume-factor: 2\n' >thresholds.yaml
finds --thresholds thresholds.yaml --kind volume.person --time "$(at 0)" -- "volume.person:$(IFS=, && echo "${much[*]}")"
printf 'volume-minimum: 7\nvolume-factor: 2\n' >thresholds.yaml
finds --thresholds thresholds.yaml --kind volume.person --time "$(at 0)" --
printf 'volume-minimum: 6\nvolume-factor: 3\n' >thresholds.yaml
finds --thresholds thresholds.yaml --kind volume.person --time "$(at 0)" --
printf 'volume-minimum: 6\nvolume-factor: 2\nvolume-peers: 6\n' >thresholds.yaml
finds --thresholds thresholds.yaml --kind volume.person --time "$(at 0)" --

it "finds a clock that is off, and not who is late now and then"
# says MEMBER SECONDS: an act of a member whose clock is so much behind.
says() {
  act_as "$1"
  run medchain-grant request --from "$2" --purpose HRESCH --until 90d --time "$(date -u -d "$(at "$minute") - $3 seconds" +%FT%TZ)"
  expect_status 0
  said=$(jq -r .entry "$out")
}
off=()
late=(10 290 150)
for day in 1 2 3; do
  minute=$((day * 24 * 60))
  says hosp-b hosp-r 0
  says hosp-r hosp-b 200
  off+=("$said")
  says hosp-b hosp-r "${late[day - 1]}"
done
printf 'clock-entries: 3\n' >thresholds.yaml
finds --since "$(at 60)" --thresholds thresholds.yaml --kind clock.drift --time "$(at "$minute")" -- "clock.drift:$(IFS=, && echo "${off[*]}")"
printf 'clock-entries: 3\nclock-drift: 5s\nvolume-minimum: 6\nvolume-factor: 2\noff-hours-acts: 2\n' >thresholds.yaml
recounted "$(at "$minute")" entries=3 drift=5 minimum=6 factor=2 hours=2

it "finds prescriptions that were to be dispensed or claimed too often"
fresh
now=0
make_rx
issued
accepted
sed 's/"quantity":12/"quantity":21/' some.json >many.json
fails_with 5 '' medchain-rx dispense "$rx" --document many.json --time "$(at 1)"
above=$(($(entry_count L) - 1))
does dispensed medchain-rx dispense "$rx" --document all.json
does closed medchain-rx close "$rx"
act_as payer
does claimed medchain-rx claim "$rx"
fails_with 8 'is claimed' medchain-rx claim "$rx" --time "$(at 6)"
twice=$(($(entry_count L) - 1))
finds --time "$(at 6)" -- "dispense.above:$rx,$above" "claim.twice:$rx,$claimed,$twice"
