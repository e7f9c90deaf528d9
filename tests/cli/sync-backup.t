#!/usr/bin/env bash
# A backup is the whole ledger at one moment, whoever appends; what is restored from it has passed all rules, and is written over nothing.
. "${0%/*}/lib.sh" || exit
: "${MEDCHAIN_TEST_PEERS:?the path of medchain-peers}"
need jq

anchors() { "$MEDCHAIN_TEST_PEERS" anchors "$1" "$1.host" keys/hosp-a "$2" "${3:-1}"; }
# tables DIR: what is the same in a ledger and what was restored from its backup: history and state.
tables() { for table in entries manifests tree state; do mdb_dump -s "$table" "$1" | grep '^ ' | sha256sum; done; }
new_ledger L
patients 3 | medchain-anchor -q --time "$(at 0)" >/dev/null
patients 2 1 v2 | medchain-anchor -q --time "$(at 1)" >/dev/null
anchors L 1 8192
anchors L 20

it "prints the whole ledger: entries in order, rows before them, the checkpoint, a summary"
run medchain-sync backup
expect_status 0
cp "$out" backup
size=$(entry_count L)
expect_err "backed up $size entries, 8217 records"
jq -se --argjson size "$size" '.[0].type == "export" and .[0].size == $size and .[0].ledger == "ledger.example/L"
  and [.[] | select(.type == "entry") | .entry] == [range($size)]
  and .[-2].type == "checkpoint" and .[-1].type == "summary" and .[-1].count == $size and .[-1].records == 8217 and .[-1].complete' backup >/dev/null
jq -r 'select(.type == "checkpoint") | .checkpoint' backup | head -c -1 >checkpoint
same checkpoint L/checkpoint
awk 'length > 1048576' backup | wc -c | grep -qx 0

it "is verified without a ledger, and leaves nothing"
before=$(ls -A "$TMPDIR")
run env -u MEDCHAIN_LEDGER medchain-sync restore --verify-only <backup
expect_status 0
expect_summary ".count == $size and .records == 8217 and .ledger == \"ledger.example/L\" and .complete"
expect_err "verified a backup of 'ledger.example/L': $size entries"
[[ $(ls -A "$TMPDIR") == "$before" ]] || fail "something is left: $(ls -A "$TMPDIR")"

it "restores what it was, and the host goes on with it"
need mdb_dump
mv L lost
run medchain-sync restore <backup
expect_status 0
expect_err "restored 'ledger.example/L'"
expect_no_err warning
[[ $(tables L) == "$(tables lost)" ]] || fail "the tables differ"
same L/checkpoint lost/checkpoint
same L/policy lost/policy
[[ -z $(find . -maxdepth 1 -name '.*unfinished') ]] || fail "something is left"
run medchain-verify ledger --json
expect_status 0
expect_summary ".findings == 0 and .count == $size"
patients 1 900 | medchain-anchor -q --time "$(at 2)" >/dev/null
run medchain-verify ledger -q
expect_status 0

it "is of one moment, while others append"
for i in {1..15}; do patients 1 $((1000 + i)) | medchain-anchor -q --time "$(at 3)" >/dev/null; done &
for i in 1 2 3; do
  medchain-sync backup -q -o "hot$i"
  run medchain-sync restore --verify-only <"hot$i"
  expect_status 0
done
wait

it "restores into an empty directory that says who reads it"
mkdir shared
chmod 2750 shared
run medchain-sync restore -l shared --host none <backup
expect_status 0
[[ $(stat -c %a shared) == 2750 && $(stat -c %a shared/data.mdb) == 640 && $(stat -c %a shared/lock.mdb) == 660 ]] || fail "$(stat -c '%n %a' shared shared/*)"
run medchain-verify ledger -l shared -q
expect_status 0

it "is restored over no ledger, and over nothing else"
before=$(state_of L)
fails_with 2 "'L' has this very ledger, live: nothing is restored over it" medchain-sync restore -l L <backup
new_ledger M
fails_with 2 "'M' has another ledger, ledger.example/M: nothing is restored over it" medchain-sync restore -l M <backup
mkdir full
echo mine >full/file
fails_with 2 "is not an empty directory" medchain-sync restore -l full <backup
fails_with 2 "is not an empty directory" medchain-sync restore -l full/file <backup
[[ $(state_of L) == "$before" && $(<full/file) == mine ]] || fail "something changed"

it "is not restored beside the host directory of another ledger"
fails_with 5 "the log key of this host is not that of ledger 'ledger.example/L'" medchain-sync restore -l N --host M.host <backup
[[ ! -e N ]] || fail "it is there"

it "says that the host has signed more, and then nothing is appended"
mv L newer
run medchain-sync restore -l L <backup
expect_status 0
expect_err "warning: the ledger has $size entries, but [0-9]+ were signed on this host"
on_ledger L
run medchain-anchor --time "$(at 4)" <<<'{"resourceType":"Patient","id":"late"}'
expect_status 11
rm -r L
mv newer L

# refused STATUS PATTERN: the stream is not restored, and nothing is left of it.
refused() {
  fails_with "$1" "$2" medchain-sync restore -l new --host none <stream
  [[ ! -e new && -z $(find . -maxdepth 1 -name '.*unfinished') ]] || fail "something is left"
}

it "tells of a bad backup without restoring it, and leaves nothing"
head -n 20 backup >stream
before=$(ls -A "$TMPDIR")
fails_with 3 "standard input:21: the stream ends before its summary" medchain-sync restore --verify-only <stream
[[ $(ls -A "$TMPDIR") == "$before" ]] || fail "something is left: $(ls -A "$TMPDIR")"

it "refuses what is cut, wherever"
lines=$(wc -l <backup)
for ((i = 1; i < lines; i += $(by_night 1 9))); do
  head -n "$i" backup >stream
  refused 3 "standard input:$((i + 1)): the stream ends before its summary"
done
head -c -1 backup >stream
refused 3 'no line feed'
: >stream
refused 3 'the stream ends before its summary'

it "refuses what is mixed up, twice there, left out or behind the end"
first=$(grep -n -m 1 '"type":"entry","entry":10,' backup | cut -d: -f1)
{ sed -n "1,$((first - 1))p" backup && sed -n "$((first + 2)),\$p" backup; } >stream
refused 3 "field 'entry': expected 10, got 11"
sed "$first{p}" backup >stream
refused 3 "field 'entry': expected 11, got 10"
sed "$((first - 1))d" backup >stream
refused 5 'manifest|rows'
{ cat backup && echo '{}'; } >stream
refused 3 'lines behind the summary'
sed '1d' backup >stream
refused 3 'this is no backup'
jq -c 'if .type == "export" then .size -= 1 else . end' backup >stream
refused 3 "expected $((size - 1)) entries, got $size"
jq -c 'if .type == "summary" then .complete = false else . end' backup >stream
refused 3 'did not complete'
jq -c 'if .type == "rows" then .more = 1 else . end' backup >stream
refused 3 "unknown field 'more'"

it "refuses forged entries, rows and checkpoints"
jq -c 'if .entry == 1 and .type == "entry" then .note |= sub("\"count\":3"; "\"count\":4") else . end' backup >stream
refused 5 ''
jq -c 'if .entry == 1 and .type == "rows" then .rows |= .[0:40] + "AAAA" + .[44:] else . end' backup >stream
refused 5 'entry.rule|root'
"$MEDCHAIN_TEST_PEERS" empty L.host ledger.example/L >empty
jq -c --rawfile note empty 'if .type == "checkpoint" then .checkpoint = $note else . end' backup >stream
refused 1 'the checkpoint counts 0 entries'
jq -c --rawfile note M/checkpoint 'if .type == "checkpoint" then .checkpoint = $note else . end' backup >stream
refused 5 'no signature of a log'
cp L/checkpoint newest
jq -c --rawfile note newest 'if .type == "checkpoint" then .checkpoint = $note else . end' backup >stream
refused 1 'the checkpoint counts'

it "needs room for its output, and prints no backup of a damaged ledger"
code=0
medchain-sync backup >/dev/full 2>log || code=$?
[[ $code == 7 ]] || fail "status $code"
if [[ -n ${MEDCHAIN_TEST_TAMPER:-} ]]; then
  cp -r L hurt
  "$MEDCHAIN_TEST_TAMPER" hurt get 2 | sed '1s/"count":2/"count":3/' >altered
  "$MEDCHAIN_TEST_TAMPER" hurt put 2 altered
  run medchain-sync backup -l hurt -o none
  expect_status 1
  expect_err 'entry 2: its bytes are not those that the tree has'
  [[ ! -e none ]] || fail "there is a backup"
fi

it "names what is used wrongly"
fails_with 2 'ledger' env -u MEDCHAIN_LEDGER medchain-sync backup
fails_with 2 'ledger' env -u MEDCHAIN_LEDGER medchain-sync restore <backup
fails_with 2 operand medchain-sync restore backup
