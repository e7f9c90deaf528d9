#!/usr/bin/env bash
# medchain-vault link --locator and links --dangling: where records are, when their files moved.
. "${0%/*}/lib.sh" || exit
need jq flock

new_ledger L
T=$(at 1)
export MEDCHAIN_PERSON="staff 17"
work=$PWD
link() { medchain-vault link "$@"; }
put() { medchain-vault put -q --time "$T" "$@" >/dev/null; }
anchor() { medchain-anchor -q --time "$T" "$@" >/dev/null; }
# place_of RECORD: PATH:LINE of its newest version, as the vault has it.
place_of() {
  medchain-vault list -q --json |
    jq -r --arg r "$1" 'select(.record == $r and .state != "superseded") | "\(.path):\(.line // 0)"' | tail -n1
}
expect_place() { [[ $(place_of "$1") == "$2" ]] || fail "$1 is at '$(place_of "$1")', expected '$2'"; }
expect_check() { # GOOD COUNT
  run medchain-vault check
  expect_err "^medchain-vault: $1 of $2 records are as anchored"
}
message() { printf 'MSH|^~\\&|A|B|C|D|20250301||ADT^A01|%s|P|2.5\rPID|1||%s^^^H\r' "$1" "$2"; }

mkdir old
patients 3 >old/lines.ndjson
echo 'a scan' >old/scan.pdf
{ message m1 p1 && message m2 p2; } >old/batch.hl7
printf '{ "resourceType": "Basic", "id": "c1" }\n' >old/one.json
anchor old/lines.ndjson old/scan.pdf old/batch.hl7
anchor --canonical=json old/one.json
ledger_before=$(sha256sum L/data.mdb)

it "sets the locator of one record, a whole file, and nothing on the ledger"
mv old/scan.pdf away.pdf
expect_check 6 7
run link "$work/old/scan.pdf" --locator away.pdf
expect_status 0
expect_json '.type == "locator" and .state == "set" and .record == "file/'"$work"'/old/scan.pdf" and .path == "'"$work"'/away.pdf" and .line == null'
expect_err "set the locator of"
expect_check 7 7
expect_place "file/$work/old/scan.pdf" "$work/away.pdf:0"
[[ $(sha256sum L/data.mdb) == "$ledger_before" ]]
run link "$work/old/scan.pdf" --locator away.pdf
expect_status 0

it "finds a record of lines by its bytes, on whatever line it is, without a key, a host or a person"
{ printf '\xef\xbb\xbf' && tac old/lines.ndjson | sed 's/$/\r/'; } >turned.ndjson
rm old/lines.ndjson
without() { env -u MEDCHAIN_KEY -u MEDCHAIN_HOST -u MEDCHAIN_PERSON -u MEDCHAIN_LEDGER medchain-vault link "$@"; }
run without Patient/p1 --locator turned.ndjson
expect_status 0
expect_json '.line == 3'
expect_place Patient/p1 "$work/turned.ndjson:3"
link -q Patient/p2 --locator turned.ndjson >/dev/null
link -q Patient/p3 --locator turned.ndjson >/dev/null
expect_place Patient/p3 "$work/turned.ndjson:1"
expect_check 7 7

it "finds messages, canonical forms, and a record that stands in a file of its own now"
{ message m0 p0 && message m2 p2 && message m1 p1; } >other.hl7
mv old/batch.hl7 gone.hl7
link -q HL7v2/m2 --locator other.hl7 >/dev/null
link -q HL7v2/m1 --locator other.hl7 >/dev/null
printf '{"id":"c1","resourceType":"Basic"}' >compact.json
rm old/one.json
link -q Basic/c1 --locator compact.json >/dev/null
expect_check 7 7
printf '{"x":1}\n{"id":"c1","resourceType":"Basic"}\n' >canonical.jsonl
link -q Basic/c1 --locator canonical.jsonl >/dev/null
expect_place Basic/c1 "$work/canonical.jsonl:2"
grep p2 turned.ndjson | tr -d '\r\n' >alone.json
link -q Patient/p2 --locator alone.json >/dev/null
expect_place Patient/p2 "$work/alone.json:0"
expect_check 7 7
same_place=$(medchain-vault list -q --json)

# nothing_changed STATUS PATTERN COMMAND...
nothing_changed() {
  fails_with "$@"
  [[ $(medchain-vault list -q --json) == "$same_place" ]] || fail "a locator changed"
}

it "refuses what has not these bytes, cannot be read or is no record, and changes nothing"
printf 'a scam\n' >scam.pdf
nothing_changed 3 "does not have the bytes of the newest version" link Patient/p1 --locator scam.pdf
nothing_changed 3 "does not have the bytes of the newest version" link Patient/p1 --locator other.hl7
nothing_changed 3 "does not have the bytes of the newest version" link "$work/old/scan.pdf" --locator scam.pdf
sed 's/p1/P1/' turned.ndjson >changed.ndjson
nothing_changed 3 "does not have the bytes" link Patient/p1 --locator changed.ndjson
nothing_changed 3 "no such file" link Patient/p1 --locator nowhere
nothing_changed 3 "expected a regular file, it is a directory" link Patient/p1 --locator old
mkfifo pipe
nothing_changed 3 "expected a regular file, it is a fifo" link Patient/p1 --locator pipe
: >empty
nothing_changed 3 "does not have the bytes" link Patient/p1 --locator empty
if [[ $(id -u) != 0 ]]; then
  cp turned.ndjson closed.ndjson
  chmod 000 closed.ndjson
  nothing_changed 3 "permission denied" link Patient/p1 --locator closed.ndjson
fi
nothing_changed 3 "was not anchored from this vault" link Patient/none --locator turned.ndjson
nothing_changed 5 "there is no vault" link Patient/p1 --locator turned.ndjson --vault nowhere
run link Patient/p1 --locator other.hl7 --format json
expect_status 3
jq -se '.[0].id == "input.changed"' "$err" >/dev/null

it "refuses options that are of the ledger, and half a command"
nothing_changed 2 "does not go with '--locator'" link Patient/p1 --locator turned.ndjson --emit
nothing_changed 2 "does not go with '--locator'" link --subject x --locator turned.ndjson
nothing_changed 2 "expected one RECORD" link --locator turned.ndjson
nothing_changed 2 "expected one RECORD" link Patient/p1 signs Patient/p2 --locator turned.ndjson
nothing_changed 2 "goes with '--locator'" link --moved-from old
nothing_changed 2 "takes the place of RECORD" link Patient/p1 --moved-from old --locator new
nothing_changed 2 "same directory" link --moved-from . --locator "$work/"
nothing_changed 3 "nowhere" link --moved-from . --locator nowhere
nothing_changed 3 "is not a directory" link --moved-from . --locator scam.pdf
nothing_changed 3 "no record was read below" link --moved-from /nowhere --locator old

it "writes nothing in a dry run"
run link Patient/p1 --locator turned.ndjson --dry-run
expect_status 0
expect_json '.dry_run and .state == "set"'
expect_err "would set"
[[ $(medchain-vault list -q --json) == "$same_place" ]]

it "is of the newest version: bytes of an older one are refused"
patients 1 | sed 's/}$/,"v":2}/' >newer.ndjson
patients 1 >older.ndjson
anchor newer.ndjson
mv newer.ndjson newest.ndjson
fails_with 3 "newest version" link Patient/p1 --locator older.ndjson
run link Patient/p1 --locator newest.ndjson
expect_status 0
expect_place Patient/p1 "$work/newest.ndjson:1"
expect_check 8 8

it "takes a pending record, which stays pending and lands later"
patients 1 60 >pending.ndjson
medchain-anchor -q --emit --time "$T" pending.ndjson >emitted
mv pending.ndjson pended.ndjson
run link Patient/p60 --locator pended.ndjson
expect_status 0
medchain-vault list -q --json | jq -se '[.[] | select(.record == "Patient/p60") | .state] == ["pending"]' >/dev/null
anchor pended.ndjson
expect_place Patient/p60 "$work/pended.ndjson:1"
expect_check 9 9

it "refuses an erased record"
medchain-vault erase Patient/p3 --basis X --yes -q --time "$T" >/dev/null
fails_with 9 "erased" link Patient/p3 --locator turned.ndjson

it "waits for who writes the vault, and gives up as told"
exec 9<"$MEDCHAIN_VAULT/secrets"
flock 9
fails_with 6 "another run" link Patient/p60 --locator pended.ndjson --wait 0s
flock -u 9
exec 9<&-
run link Patient/p60 --locator pended.ndjson --wait 0s
expect_status 0

it "tells which records are not where they were read: missing, changed, or nowhere at all"
new_ledger D
mkdir d
patients 2 >d/lines.ndjson
patients 1 30 >d/kept.ndjson
for name in stays missing longer link folder; do echo "$name" >d/$name.txt; done
anchor d/lines.ndjson d/*.txt
put d/kept.ndjson
anchor < <(patients 1 40)
put < <(patients 1 50)
run medchain-vault links --dangling
expect_status 0
expect_err "^medchain-vault: 0 links, 0 dangling; 0 of 8 records without a copy not where they were read, 1 came by standard input$"
expect_out "^none +Patient/p40$"
run medchain-vault links
expect_status 0
expect_out_empty
rm d/kept.ndjson d/missing.txt d/folder.txt
mkdir d/folder.txt
echo more >>d/longer.txt
head -c 20 d/lines.ndjson >cut
cp cut d/lines.ndjson
run medchain-vault links --dangling --json
expect_status 1
jq -se '[.[] | select(.type == "locator") | "\(.record | sub(".*/"; "")) \(.state) \(.line // 0)"] | sort ==
  ["folder.txt changed 0", "longer.txt changed 0", "missing.txt missing 0", "p1 changed 1", "p2 changed 2", "p40 none 0"]' "$out" >/dev/null ||
  fail "other records"
jq -se 'last | .count == 0 and .findings == 5 and .status == 1 and .complete' "$out" >/dev/null
run medchain-vault links --dangling
expect_status 1
expect_out "^STATE +RECORD +PATH$"
expect_out "^changed +Patient/p2 +$PWD/d/lines.ndjson:2$"
run medchain-vault links
expect_status 0
patients 2 >d/lines.ndjson
rm "$MEDCHAIN_VAULT"/blobs/*
run medchain-vault links --dangling --json
jq -se '[.[] | select(.type == "locator") | "\(.record | sub(".*/"; "")) \(.state)"] | sort ==
  ["folder.txt changed", "longer.txt changed", "missing.txt missing", "p30 missing", "p40 none", "p50 none"]' "$out" >/dev/null
run medchain-vault links --dangling -o listed
[[ $(stat -c %a listed) == 600 ]]

it "sets all that was below a directory that moved, and says what is not there"
new_ledger M
mkdir -p store/a/b store2
for ((i = 1; i <= 30; i++)); do echo "file $i" >store/a/f$i.txt; done
patients 40 >store/a/b/lines.ndjson
echo other >store2/x.txt
put store store2
echo 'file 1 new' >store/a/f1.txt
anchor store/a/f1.txt
mkdir mount
mv store mount/archive
run medchain-vault links --dangling -q
expect_status 1
run link --moved-from store --locator mount/archive --dry-run
expect_status 0
expect_json '.type == "summary" and .count == 70 and .good == 70 and .findings == 0 and .dry_run'
medchain-vault list -q --json | jq -se 'all(.[].path; . == null or (contains("mount/archive") | not))' >/dev/null
mv mount/archive/a/f2.txt f2
echo 'file 8' >mount/archive/a/f3.txt
run link --moved-from store/ --locator mount/archive
expect_status 1
jq -se '[.[] | select(.type == "locator") | "\(.path | sub(".*/"; "")) \(.state)"] | sort == ["f2.txt missing", "f3.txt changed"]' "$out" >/dev/null
jq -se 'last | .count == 70 and .good == 68 and .findings == 2 and .status == 1' "$out" >/dev/null
expect_err "^medchain-vault: set 68 of 70 locators; 2 records not found there$"
expect_place "Patient/p7" "$PWD/mount/archive/a/b/lines.ndjson:7"
expect_place "file/$PWD/store2/x.txt" "$PWD/store2/x.txt:0"
mv f2 mount/archive/a/f2.txt
echo 'file 3' >mount/archive/a/f3.txt
run link --moved-from store --locator mount/archive
expect_status 0
expect_err "^medchain-vault: set 2 of 2 locators; 68 records there before$"
run link --moved-from store --locator mount/archive
expect_status 0
expect_err "^medchain-vault: set 0 of 0 locators; 70 records there before$"
expect_check 72 72
run medchain-verify records mount/archive/a/b/lines.ndjson mount/archive/a/f5.txt
expect_status 0

it "moves into a directory below the old one once, and back"
mkdir mount/archive2
mv mount/archive mount/archive2/archive
run link --moved-from mount --locator mount/archive2
expect_err "set 70 of 70 locators"
run link --moved-from mount --locator mount/archive2
expect_status 0
expect_err "set 0 of 0 locators; 70 records there before$"
mv mount/archive2/archive mount/archive
run link --moved-from mount/archive2 --locator mount
expect_status 0
expect_check 72 72
