#!/usr/bin/env bash
# medchain-verify ledger: a good ledger in every format, what is pinned, and what is said about each way to damage a ledger.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/verify-fixtures.sh"
need_tamper
need python3
make_ledger

it "finds a good ledger intact"
run medchain-verify ledger
expect_status 0
expect_out "^medchain-verify: 5 checks, 0 failed; .*count 6, records 106, findings 0, .*witnessed false, pinned false, status 0, complete true"
expect_err "^medchain-verify: intact: 6 entries, 106 records; as seen from here, not witnessed$"

it "says the same in every format"
run medchain-verify ledger --json
expect_status 0
expect_json '.type == "summary" and .count == 6 and .records == 106 and .findings == 0 and .status == 0 and .complete and (.witnessed | not)'
run medchain-verify ledger --format=sarif
expect_status 0
expect_json '.version == "2.1.0" and (.runs | length) == 1 and .runs[0].results == [] and ([.runs[0].tool.driver.rules[].id] | index("chain.altered"))'
run medchain-verify ledger --format=tap
expect_status 0
expect_out "^TAP version 14$"
expect_out "^1\.\.5$"
expect_no_out "^not ok"
run medchain-verify ledger --format=junit
expect_status 0
python3 - "$out" <<'END'
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
assert root.tag == "testsuites" and root.get("tests") == "5" and root.get("failures") == "0", root.attrib
END

it "says the same about a bad one in every format"
fresh
tamper delete 3
for format in text json tap junit sarif; do
  run medchain-verify ledger -l T --format=$format
  expect_status 1
  expect_out "entry 3 is missing"
done
run medchain-verify ledger -l T --format=sarif
expect_json '.runs[0].results[0] | .ruleId == "chain.missing" and .level == "error" and .locations[0].logicalLocations[0].fullyQualifiedName == "entry/3"'
run medchain-verify ledger -l T --format=junit
python3 -c 'import sys, xml.etree.ElementTree as t; sys.exit(t.parse(sys.argv[1]).getroot().get("failures") == "0")' "$out"
run medchain-verify ledger -l T --format=tap
expect_out "^not ok 1 - entries"
run medchain-verify ledger -l T -q
expect_out "^error: entry 3 .*\[chain\.missing\]$"
expect_err_empty

it "pins at the first use, and tells so"
run medchain-verify ledger --seen seen
expect_status 0
expect_err "trusting this ledger at first use; 'seen' pins it from now on"
jq -e '.schema == "medchain/1" and .type == "seen" and .ledger == "ledger.test.example/main" and (.checkpoint | contains("\n6\n"))' seen >/dev/null
run medchain-verify ledger --seen seen --json
expect_status 0
expect_no_err "trusting"
expect_json '.pinned'

it "moves the pin only forward, with the ledger"
echo "one more" >more.txt
cp seen seen.6
cp -r L L.6
medchain-anchor -q more.txt >/dev/null
run medchain-verify ledger --seen seen
expect_status 0
jq -e '.checkpoint | contains("\n7\n")' seen >/dev/null

it "leaves the pin alone after a finding"
fresh
tamper delete 2
cp seen.6 seen.T
run medchain-verify ledger -l T --seen seen.T
expect_status 1
same seen.6 seen.T
rm -f none
run medchain-verify ledger -l T --seen none
expect_status 1
[[ ! -e none ]]

it "leaves the pin alone where the report cannot be written"
cp seen.6 seen.T
run bash -c 'medchain-verify ledger --seen seen.T --json >/dev/full'
expect_status 7
expect_err "output.failed"
same seen.6 seen.T
run bash -c 'medchain-verify ledger --seen none >&-'
expect_status 7
[[ ! -e none ]]
run medchain-verify ledger --seen nowhere/none
expect_status 7
expect_err "cannot .*'nowhere/none'"
expect_no_err "pins it from now on"
fails_with 7 "cannot .*'nowhere/report'" medchain-verify ledger --seen none -o nowhere/report
[[ ! -e none ]]

it "refuses a pin that is damaged"
head -c 100 seen >half
fails_with 3 "'half': not one line" medchain-verify ledger --seen half
sed 's/"genesis":"sha256:..../"genesis":"sha256:xxxx/' seen >wrong
fails_with 3 "'wrong'" medchain-verify ledger --seen wrong
sed 's/main\\n7\\n/main\\n8\\n/' seen >wrong
run medchain-verify ledger --seen wrong
expect_status 5
expect_err "'wrong'"
fails_with 3 "cannot .*'files'" medchain-verify ledger --seen files

it "verifies a ledger with nothing but its genesis"
(
  unset MEDCHAIN_LEDGER
  medchain-init --origin empty.test.example/main -l E -q >/dev/null
  run medchain-verify ledger -l E --seen E.seen --json
  expect_status 0
  expect_json '.count == 1 and .records == 0'
)

it "calls an entry altered that has its author and id, but other bytes"
fresh
tamper get 1 | sed 's/"bytes":[0-9]*/"bytes":1/' >altered
tamper put 1 altered
says chain.altered "^entry 1 was altered: the statement [0-9a-f]{32} of 'hosp-a' is at its place" 1
fresh
tamper get 5 | sed '$s/.\{9\}$/AAAAAAAA=/' >altered
tamper put 5 altered
run medchain-verify ledger -l T --json
expect_status 1
expect_out '"id":"chain\.(altered|damaged)","level":"error","entry":5'
fresh
tamper get 0 | sed 's/"admit":1/"admit":2/' >altered
cmp -s altered <(tamper get 0) || { tamper put 0 altered && says chain.altered "^entry 0 was altered" 0; }

it "calls an entry replaced where another statement stands"
fresh
tamper get 2 | sed 's/"id":"......../"id":"00000000/' >other
tamper put 2 other
says chain.replaced "^entry 2 was replaced: the statement 00000000.* was never appended there" 2
fresh
tamper get 2 | sed 's/"author":"hosp-a"/"author":"hosp-b"/; s/^\(..*\) hosp-a /\1 hosp-b /' >other
tamper put 2 other
says chain.replaced "^entry 2 was replaced: .*'hosp-b'" 2
# A statement that is properly signed, of a ledger with the same members.
medchain-anchor -q --emit --vault V2 note4.txt | jq -j 'select(.type == "entry") | .note' >signed
fresh
tamper put 4 signed
says chain.replaced "^entry 4 was replaced" 4

it "calls entries reordered that stand at each other's places, naming the first"
fresh
tamper swap 2 4
says chain.reordered "^entry 2 was moved: the statement .* belongs to entry 4" 2
expect_out '"id":"chain.reordered","level":"error","entry":4'
fresh
tamper get 3 >copy
tamper put 5 copy
says chain.reordered "^entry 5 was moved: .* belongs to entry 3" 5

it "names what is missing and what was added"
fresh
tamper delete 1
says chain.missing "^entry 1 is missing, the ledger says it has 7" 1
fresh
tamper delete 0
says chain.missing "^entry 0 is missing" 0
fresh
tamper delete 6
says chain.missing "^entry 6 is missing" 6
fresh
tamper add copy
says chain.added "behind the 7" 7
fresh
tamper meta-set size 0000000000000005
says store.damaged "the signed checkpoint counts 7 entries, the ledger says it has 5" 5
tamper meta-set size 0000000000000009
says chain.missing "^entry 7 is missing, the ledger says it has 9" 7
tamper meta-set size 0000000000000000
says chain.missing "no genesis" 0

it "names what the signed checkpoint does not count, or counts and is not there"
# Both are whole: every signature, hash and index is right but the number.
fresh
"$TAMPER" L.6 meta-get checkpoint >older
tamper meta-file checkpoint older
says chain.added "^entry 6 was added: the signed checkpoint counts 6 entries, the ledger says it has 7" 6
rm -rf T
cp -r L.6 T
"$TAMPER" L meta-get checkpoint >newer
tamper meta-file checkpoint newer
says chain.missing "^entry 6 is missing: the signed checkpoint counts 7 entries, the ledger says it has 6" 6

it "calls everything else damaged"
fresh
echo junk >junk
tamper put 3 junk
says chain.damaged "^entry 3 is not readable: " 3
: >junk
tamper put 3 junk
says chain.damaged "^entry 3 is not readable: " 3
tamper get 2 | head -c 50 >junk
tamper put 3 junk
says chain.damaged "^entry 3 is not readable: " 3
fresh
tamper flip-row 1 99 50
says manifest.damaged "^the manifest of entry 1 " 1
fresh
tamper flip-row 3 0 0
says manifest.damaged "^the manifest of entry 3 " 3
fresh
tamper manifest-delete 2
says manifest.damaged "^the manifest of entry 2 " 2
fresh
tamper manifest-extend 1 99
says manifest.damaged "^the manifest of entry 1 " 1

it "tells a damaged tree from altered entries"
for hash in 0 1 2 6 7 10; do
  fresh
  tamper tree-flip $hash
  says tree.damaged "."
  expect_no_out "chain\."
done
fresh
tamper tree-extend
says tree.damaged "a tree block of [0-9]+ bytes, expected"

it "finds each kind of derived state that does not follow from the entries"
fresh
for key in $(tamper state-keys); do
  fresh
  tamper state-delete "$key"
  says state.damaged "at 1 places; first: a value of kind '${key%%/*}' is missing"
done
fresh
tamper state-set time 1
says state.damaged "kind 'time' is not what the entries say"
fresh
tamper state-set member/zz x
says state.damaged "kind 'member' is there but follows from no entry"
fresh
tamper state-set rules 2
says state.damaged "kind 'rules'"

it "compares the indexes both ways"
for index in record subject; do
  for n in 0 50 105; do
    fresh
    tamper index-delete ${index}s $n
    says index.damaged "^$index index: row [0-9]+ is missing"
    # One more key; one whose entry cannot be a number of ours; one in the place of another.
    for byte in 0 8 16; do
      fresh
      tamper index-add ${index}s $n $byte
      says index.damaged "^$index index: a key names row [0-9]+, which is not there"
    done
    fresh
    tamper index-move ${index}s $n 0
    says index.damaged "^$index index: "
  done
  fresh
  tamper index-value ${index}s 7
  says index.damaged "^$index index: expected keys alone, got a value of 1 bytes"
  fresh
  tamper index-short ${index}s
  says index.damaged "^$index index: a key of 5 bytes"
done

it "verifies the checkpoint's signature, size and root"
fresh
tamper meta-get checkpoint >signed
sed '2s/.*/6/' signed >changed
tamper meta-file checkpoint changed
says checkpoint.invalid "signature"
"$TAMPER" L.6 meta-get checkpoint >older
tamper meta-file checkpoint older
says chain.added "counts 6 entries" 6
expect_out '"id":"checkpoint.invalid","level":"error","message":"the checkpoint counts 6 entries, the ledger has 7"'
: >changed
tamper meta-file checkpoint changed
says checkpoint.invalid "."
tamper meta-delete checkpoint
says store.damaged "meta 'checkpoint' is missing"

it "finds damaged numbers and secrets of the store"
fresh
tamper meta-set size ff
says store.damaged "meta 'size'"
tamper meta-set size ffffffffffffffff
says store.damaged "meta 'size'"
tamper meta-set size 001fffffffffffff
says chain.missing "^entry 7 is missing"
fresh
tamper meta-set index-secret 00
says store.damaged "index-secret"
tamper meta-set index-secret 00000000000000000000000000000000
says index.damaged "."

it "warns about derived files, which prove nothing"
fresh
rm T/checkpoint
run medchain-verify ledger -l T
expect_status 0
expect_out "^warning: the file 'checkpoint' is not the newest checkpoint.*\[checkpoint.file\]$"
echo x >T/checkpoint
echo y >T/policy
run medchain-verify ledger -l T --json
expect_status 0
expect_json 'select(.type == "summary") | .findings == 2 and .status == 0'

it "does not read what it does not know"
fresh
tamper meta-set layout 33
fails_with 4 "'T' has layout '3', this medchain reads '2'" medchain-verify ledger -l T
tamper meta-delete layout
fails_with 1 "meta 'layout' is missing" medchain-verify ledger -l T
fails_with 4 "there is no 'files/data.mdb'" medchain-verify ledger -l files
fails_with 4 "cannot open 'nowhere'" medchain-verify ledger -l nowhere
fails_with 4 "note4.txt" medchain-verify ledger -l note4.txt
fails_with 2 "." medchain-verify ledger -l T extra

it "takes the lock or does not read at all"
fresh
rm T/lock.mdb
run medchain-verify ledger -l T
expect_status 0
if [[ $(id -u) != 0 ]]; then
  chmod a-w T/lock.mdb
  fails_with 4 "reading without the lock would be unsafe" medchain-verify ledger -l T
fi
mkdir -p mounted
if mount -t tmpfs none mounted 2>/dev/null; then
  cp -r L mounted/L
  mount -o remount,ro mounted
  fails_with 4 "reading without the lock would be unsafe.*read-only file system" medchain-verify ledger -l mounted/L
  umount mounted
fi

it "refuses a file that was cut off"
size=$(stat -c %s L/data.mdb)
for length in 0 1 100 4095 4096 8192 $((size / 2)) $((size - 4096)) $((size - 1)); do
  fresh
  truncate -s "$length" T/data.mdb
  fails_with 1 "T/data.mdb'?( is|:)" timeout 20 medchain-verify ledger -l T
done

it "writes nothing to the ledger"
sums L >before
medchain-verify ledger -q >/dev/null
medchain-verify records -q <records.ndjson >/dev/null
medchain-verify vault -q >/dev/null
medchain-audit prove files/a.txt -q >/dev/null
medchain status -q >/dev/null
sums L >after
same before after

it "is good at every moment while others append"
(
  for i in {1..12}; do
    echo "while verified $i" >"while$i.txt"
    medchain-anchor -q "while$i.txt" >/dev/null || echo "anchor failed" >failed
  done
) &
appender=$!
rounds=0
while kill -0 $appender 2>/dev/null || ((rounds == 0)); do
  run medchain-verify ledger --seen seen --json -q
  expect_status 0
  expect_json 'select(.type == "summary") | .complete'
  rounds=$((rounds + 1))
done
wait $appender
[[ ! -e failed ]]
run medchain-verify ledger --seen seen --json
expect_json '.count == 19'
