#!/usr/bin/env bash
# medchain status: what there is, and what needs attention.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/verify-fixtures.sh"
make_ledger

it "shows the ledger, the member and the last anchor"
run medchain status
expect_status 0
expect_out "^ledger  *ledger.test.example/main$"
expect_out "^member  *hosp-a \(active\)$"
expect_out "^entries  *6, 106 records$"
expect_out "^last anchor  *20..-..-..T..:..:..Z \(.* ago\)$"
expect_out "^witnessed  *no witnesses in the policy$"
expect_no_out "^attention"
expect_err_empty

it "says the same in JSON"
run medchain status --json
expect_status 0
expect_json '.type == "summary" and .ledger == "ledger.test.example/main" and .entries == 6 and .records == 106 and .member == "hosp-a" and
  .member_status == "active" and .pending == 0 and .witnesses == 0 and .quorum == 0 and .quorum_met and .attention == [] and .status == 0 and .complete and .file_bytes > 0'
[[ $(wc -l <"$out") == 1 ]]

it "ends with status 1 where nothing was anchored for too long"
run medchain status --max-age 1h
expect_status 0
later=$(date -u -d '+3 hours' +%Y-%m-%dT%H:%M:%SZ)
run medchain status --max-age 2h --time "$later"
expect_status 1
expect_out "^attention  *nothing was anchored within 2h$"
run medchain status --max-age 2h --time "$later" --json
expect_status 1
expect_json '.attention == ["nothing was anchored within 2h"] and .status == 1'
run medchain status --max-age 4h --time "$later"
expect_status 0
fails_with 2 "max-age" medchain status --max-age 2
fails_with 2 "max-age" medchain status --max-age -- -1h

it "looks at the member's own anchors"
medchain-init --origin empty.test.example/main -l E -q >/dev/null
run medchain status -l E --vault none --json
expect_status 0
expect_json '(has("last_anchor") | not) and .entries == 1'
run medchain status -l E --vault none --max-age 1h
expect_status 1
expect_out "^last anchor  *never$"

it "tells what waits in the vault"
echo waiting >waiting.txt
medchain-anchor -q --emit waiting.txt >/dev/null
run medchain status --json
expect_status 1
expect_json '.pending == 1 and (.attention | length) == 1'
run medchain status
expect_status 1
expect_out "^attention  *1 "

it "tells a member that is not one any more"
medchain-key new --name visitor --key keys/v --role custodian -q >/dev/null
run medchain status -k keys/v --vault none --json
expect_json '.member == "visitor" and .member_status == "none"'
run medchain status -k nowhere --vault none
expect_out "^member  *\(no key directory\)$"

it "asks for cosignatures that the policy demands"
medchain-key new --name w1 --key keys/w1 --role witness --witness-key -q >/dev/null
printf 'witnesses:\n  - name: w1\n    key: %s\nquorum: 1\n' "$(head -n1 keys/w1/w1.member | jq -r .witness)" >witnesses.yaml
medchain-init --origin w.test.example/main -l W --founder keys/w1/w1.member --policy witnesses.yaml -q >/dev/null
run medchain status -l W --vault none --json
expect_status 10
expect_json '.witnesses == 1 and .quorum == 1 and .cosigned == 0 and (.quorum_met | not) and .status == 10'
run medchain-verify ledger -l W --json
expect_status 10
expect_json 'select(.type == "summary") | .status == 10 and .findings == 0 and (.witnessed | not)'
expect_err "lacks cosignatures: the policy demands w1; missing: w1"

it "has no answer where there is no ledger"
fails_with 4 "nowhere" medchain status -l nowhere
fails_with 4 "data.mdb" medchain status -l files
run env -u MEDCHAIN_LEDGER medchain status
expect_status 2
expect_out_empty
fails_with 2 "." medchain status extra
run bash -c 'medchain status >/dev/full'
expect_status 7

it "does not stop at other tools' names"
run medchain verify ledger
expect_status 0
run medchain help
expect_status 0
expect_out "^is the ledger intact\?  *medchain-verify ledger"
fails_with 2 "." medchain frobnicate
fails_with 2 "there is no manual page for 'ls'" medchain help ls

it "calls critical what is over the second limit, in every check"
export MEDCHAIN_VAULT=none
run medchain status --warn-age 1h --crit-age 2h --time "$later" --json
expect_status 1
expect_json '.level == "critical" and .attention == ["nothing was anchored within 2h"]'
run medchain status --warn-age 2h --crit-age 4h --time "$later" --json
expect_json '.level == "warning" and .attention == ["nothing was anchored within 2h"] and .status == 1'
run medchain status --warn-log-age 2h --crit-log-age 4h --time "$later" --json
expect_json '.level == "warning" and .attention == ["log time stood still for more than 2h"]'
run medchain status --warn-log-age 1h --crit-log-age 2h --time "$later"
expect_status 1
expect_out "^critical  *log time stood still for more than 2h$"
run medchain status --warn-free 100 --json
expect_json '.level == "warning" and (.attention[0] | test("^only [0-9]+ % of the disk is free, less than 100 %$"))'
run medchain status --warn-free 100 --crit-free 100 --json
expect_json '.level == "critical"'
run medchain status --warn-free 0 --crit-free 0 --json
expect_json '.level == "ok" and .free_bytes > 0 and .disk_bytes > .free_bytes'
fails_with 2 "max-age.*warn-age" medchain status --max-age 1h --warn-age 1h
fails_with 2 "warn-free" medchain status --warn-free 101
fails_with 2 "crit-readers" medchain status --crit-readers many

it "tells how long an entry is pending"
export MEDCHAIN_VAULT=V
run medchain status --json
expect_json '.pending == 1 and has("oldest_pending") and .level == "warning"'
run medchain status --warn-pending 1h --json
expect_status 0
expect_json '.pending == 1 and .attention == []'
run medchain status --warn-pending 1h --time "$later" --json
expect_json '.level == "warning"'
run medchain status --crit-pending 1h --time "$later" --json
expect_json '.level == "critical" and (.attention[0] | test("run medchain-anchor again$"))'

it "counts nothing as pending that is on the ledger, whatever the vault knows yet"
cp -a "$MEDCHAIN_VAULT" vault.before
medchain-anchor -q waiting.txt >/dev/null
run medchain status --vault vault.before --json
expect_status 0
expect_json '.pending == 0 and (has("oldest_pending") | not)'

name="notices readers that do not end"
if ! command -v mdb_dump >/dev/null; then
  it_skipped "$name" "mdb_dump is not installed"
else
  it "$name"
  # The pipe fills, and the dump waits within its read.
  patients 2000 >many.ndjson
  medchain-anchor -q many.ndjson >/dev/null
  mkfifo pipe
  mdb_dump -a "$MEDCHAIN_LEDGER" >pipe 2>/dev/null &
  reader=$!
  exec 8<pipe
  has_begun() { [[ $(medchain status --json | jq .readers) == 1 ]]; }
  wait_for has_begun
  for ((i = 0; i < 3; ++i)); do
    echo "$i" >more.txt
    medchain-anchor -q more.txt >/dev/null
  done
  run medchain status --warn-readers 1 --crit-readers 10 --json
  expect_status 1
  expect_json '.readers == 1 and .reader_lag >= 2 and .level == "warning"'
  lag=$(jq .reader_lag "$out")
  expect_json '.attention == ["a reader has not ended for \($lag) commits: the file grows as long as it goes on"]' --argjson lag "$lag"
  run medchain status --format=nagios --crit-readers 1
  expect_status 2
  expect_out " readers=1;;;0 reader_lag=$lag;;1;0$"
  run medchain status --warn-readers "$lag" --crit-readers "$lag"
  expect_status 0
  exec 8<&-
  wait "$reader" || true
  run medchain status --warn-readers 0 --json
  expect_json '.readers == 0 and .reader_lag == 0 and .attention == []'
fi

it "says so to Nagios, in its statuses and on one line"
run medchain status --format=nagios --warn-age 1h --crit-age 2h --warn-free 1 --crit-free 0
expect_status 0
[[ $(wc -l <"$out") == 1 ]]
expect_out '^MEDCHAIN OK - [0-9]+ entries, last anchor [0-9]+s ago \| anchor_age=[0-9]+s;3600;7200;0 log_age=[0-9]+s;;;0 '
expect_out ' pending=0;;;0 entries=[0-9]+;;;0 records=[0-9]+;;;0 file=[0-9]+B;;;0 used=[0-9]+B;;;0 free=[0-9]+%;1:;0:;0 '
expect_err_empty
run medchain status --format=nagios --warn-age 1h --crit-age 4h --time "$later"
expect_status 1
expect_out '^MEDCHAIN WARNING - nothing was anchored within 1h \| anchor_age=1....s;3600;14400;0 '
run medchain status --format=nagios --warn-age 1h --crit-age 2h --time "$later"
expect_status 2
expect_out '^MEDCHAIN CRITICAL - nothing was anchored within 2h \|'
run medchain status --format=nagios -l W --vault none
expect_status 1
expect_out '^MEDCHAIN WARNING - .*0 of 1 cosigned, the policy demands 1 \|'

it "tells Nagios that a ledger is missing or damaged"
run medchain status --format=nagios -l nowhere
expect_status 3
expect_out "^MEDCHAIN UNKNOWN - .*nowhere"
expect_err_empty
run env -u MEDCHAIN_LEDGER medchain status --format=nagios
expect_status 3
expect_out "^MEDCHAIN UNKNOWN - "
mkdir D
cp "$MEDCHAIN_LEDGER/data.mdb" D/data.mdb
truncate -s 8192 D/data.mdb
run medchain status --format=nagios -l D --vault none
expect_status 2
expect_out "^MEDCHAIN CRITICAL - .*data.mdb' is 8192 bytes"
# Whatever page is damaged: an answer of the table, one line, no death.
pages=$(($(stat -c %s "$MEDCHAIN_LEDGER/data.mdb") / 4096))
for ((page = 0; page < pages; ++page)); do
  cp "$MEDCHAIN_LEDGER/data.mdb" D/data.mdb
  head -c 4096 /dev/zero | tr '\0' '\377' | dd of=D/data.mdb bs=4096 seek="$page" conv=notrunc status=none
  run medchain status --format=nagios -l D --vault none
  ((status <= 3)) || fail "page $page: status $status"
  [[ $(wc -l <"$out") == 1 ]] || fail "page $page: not one line"
done

# What promtool check metrics looks at: each sample has HELP and TYPE before it, each heading its samples, no series twice.
check_metrics() {
  awk '
    /^# HELP medchain_[a-z_]+ [A-Z].*\.$/ { help = $3; if (seen[help]++) bad("HELP twice"); next }
    /^# TYPE medchain_[a-z_]+ gauge$/ { if ($3 != help) bad("TYPE without HELP"); type = $3; next }
    /^medchain_[a-z_]+\{([a-z_]+="([^"\\]|\\["\\n])*",?)+\} -?[0-9]+$/ {
      name = $0; sub(/\{.*/, "", name)
      if (name != type) bad("sample without heading")
      series = $0; sub(/ -?[0-9]+$/, "", series)
      if (all[series]++) bad("series twice")
      ++count; next
    }
    { bad("line") }
    function bad(why) { print why ": " $0 > "/dev/stderr"; failed = 1 }
    END { exit failed || count < 2 }
  ' "$1" || fail "not the text format of Prometheus"
}

it "writes metrics for Prometheus"
run medchain status --format=prometheus
expect_status 0
check_metrics "$out"
labels="directory=\"$PWD/$MEDCHAIN_LEDGER\",member=\"hosp-a\""
expect_out "^medchain_up\{$labels\} 1$"
expect_out "^medchain_ledger_info\{$labels,origin=\"ledger.test.example/main\"\} 1$"
expect_out "^medchain_attention\{$labels,level=\"critical\"\} 0$"
expect_out "^medchain_pending_entries\{$labels\} 0$"
seconds=$(date -d "$(medchain status --json | jq -r .last_anchor)" +%s)
expect_out "^medchain_last_anchor_timestamp_seconds\{$labels\} $seconds$"
if command -v promtool >/dev/null; then promtool check metrics <"$out"; fi
run medchain status --format=prometheus -l E --vault none -k nowhere
check_metrics "$out"
expect_no_out "last_anchor"
odd=$'odd "na\\me'
cp -r E "$odd"
run medchain status --format=prometheus -l "$odd" --vault none
check_metrics "$out"

it "replaces the metrics as a whole, also where the ledger cannot be read"
run medchain status --format=prometheus -o metrics.prom --warn-age 2h --time "$later"
expect_status 1
expect_out_empty
check_metrics metrics.prom
_pattern_in 'medchain_attention.*level="warning"} 1$' metrics.prom
inode=$(stat -c %i metrics.prom)
run medchain status --format=prometheus -o metrics.prom -l nowhere
expect_status 4
expect_err "nowhere"
check_metrics metrics.prom
[[ $(cat metrics.prom) == *'medchain_up{directory="'"$PWD"'/nowhere",member="hosp-a"} 0'* && $(stat -c %i metrics.prom) != "$inode" ]]
# As the manual has it: the time at which this was found, and no other.
gauges=$(grep -v '^#' metrics.prom | cut -d'{' -f1 | tr '\n' ' ')
[[ $gauges == "medchain_up medchain_status_timestamp_seconds " ]] || fail "$gauges"
[[ $(find . -maxdepth 1 -name '*.tmp') == "" ]]
fails_with 2 "usage|ledger" env -u MEDCHAIN_LEDGER medchain status --format=prometheus

it "sees a checkpoint file that is not there, is old, or is another's"
export MEDCHAIN_VAULT=none
cp -r "$MEDCHAIN_LEDGER" C
rm C/checkpoint
run medchain status -l C
expect_status 1
expect_out "^attention  *there is no file checkpoint: the next append writes it$"
cp E/checkpoint C/checkpoint
run medchain status -l C
expect_out "^attention  *the file checkpoint does not verify: "
medchain-anchor -q --vault vault.before more.txt >/dev/null 2>&1 || true
cp "$MEDCHAIN_LEDGER/checkpoint" C/checkpoint
run medchain status -l C --json
expect_json '.attention == [] and has("checkpoint_time") and .checkpoint_entries >= .entries'

it "changes nothing in ledger and vault"
export MEDCHAIN_VAULT=vault.before
before=$(state_of "$MEDCHAIN_LEDGER" "$MEDCHAIN_VAULT")
for format in text json nagios prometheus; do medchain status --format=$format >/dev/null; done
[[ $(state_of "$MEDCHAIN_LEDGER" "$MEDCHAIN_VAULT") == "$before" ]]
