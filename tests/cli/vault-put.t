#!/usr/bin/env bash
# medchain-vault put: what medchain-anchor does, and sealed copies beside the openings.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger L
blobs=$MEDCHAIN_VAULT/blobs
blob_count() { find "$blobs" -type f | wc -l; }
# Each line of FILE comes back exactly.
all_come_back() {
  local i=0 line
  while IFS= read -r line; do
    i=$((i + 1))
    medchain-vault get -q "$(jq -r '"\(.resourceType)/\(.id)"' <<<"$line")" >got || fail "line $i of $1 cannot be read"
    printf %s "$line" | cmp -s - got || fail "line $i of $1 came back with other bytes"
  done <"$1"
}

it "anchors as medchain-anchor does: the same receipts, options and versions"
patients 20 >records.ndjson
run medchain-vault put records.ndjson --time "$(at 1)"
expect_status 0
expect_summary '.count == 20 and .anchored == 20 and .entries == 1 and .complete'
expect_receipts 'length == 20 and all(.status == "anchored" and .entry == 1)'
all_come_back records.ndjson
run medchain-anchor records.ndjson --time "$(at 1)"
expect_summary '.unchanged == 20 and .entries == 0'
run medchain-vault put --time "$(at 1)" --with-names --with-openings --receipts=each < <(patients 2 1 new)
expect_status 0
expect_receipts 'length == 2 and all(.status == "version" and .record and .salt)'
run medchain-verify vault -q --ledger-only
expect_status 0

it "keeps copies of files, directories and messages, small and large"
mkdir -p files/sub
printf 'a letter\n' >files/letter.txt
: >files/empty
head -c 300000 /dev/urandom >files/sub/middle.bin
head -c 3000001 /dev/urandom >files/sub/large.bin
printf 'MSH|^~\\&|A|B|C|D|20250301||ADT^A01|M1|P|2.5\rPID|||p1\rMSH|^~\\&|A|B|C|D|20250301||ADT^A01|M2|P|2.5\rPID|||p2\r' >files/batch.hl7
run medchain-vault put files --time "$(at 2)"
expect_status 0
expect_summary '.count == 6 and .anchored == 6'
for file in letter.txt empty sub/middle.bin sub/large.bin; do
  medchain-vault get -q "file/$PWD/files/$file" -o got
  same got "files/$file"
done
medchain-vault get -q HL7v2/M2 | cmp - <(sed 's/^.*\rMSH/MSH/' files/batch.hl7)

it "gives copies to what was anchored without, and none twice"
patients 5 100 >older.ndjson
medchain-anchor -q older.ndjson --time "$(at 3)" >/dev/null
fails_with 3 "no copy of the record" medchain-vault get Patient/p100
before=$(blob_count)
run medchain-vault put older.ndjson --time "$(at 3)"
expect_status 0
expect_summary '.unchanged == 5 and .anchored == 0 and .entries == 0'
all_come_back older.ndjson
[[ $(blob_count) == $((before + 1)) ]]
run medchain-vault put older.ndjson records.ndjson --time "$(at 3)"
[[ $(blob_count) == $((before + 2)) ]] || fail "records whose newest version had another content are new versions"
run medchain-vault put older.ndjson --time "$(at 3)"
[[ $(blob_count) == $((before + 2)) ]]

it "keeps the bytes of lines and files whose canonical form is anchored"
printf '{ "resourceType":"Basic", "id":"c1" }\r\n{"id" :"c2","resourceType":"Basic"}\n' >spaced.ndjson
printf '\xef\xbb\xbf{ "id":"c3",\n "resourceType":"Basic" }\n' >spaced.json
run medchain-vault put --canonical=json spaced.ndjson spaced.json --time "$(at 4)"
expect_status 0
expect_summary '.anchored == 3'
medchain-vault get -q Basic/c1 | cmp - <(printf '{ "resourceType":"Basic", "id":"c1" }')
medchain-vault get -q Basic/c3 | cmp - spaced.json

it "leaves nothing of a record in clear in the vault, and lets nobody else in"
printf '{"resourceType":"Patient","id":"canary-1","name":"CanaryCanary0001"}\n' >canary.ndjson
{ printf 'CanaryCanary0002 '; head -c 2000000 /dev/zero; printf ' CanaryCanary0003'; } >canary.bin
medchain-vault put -q canary.ndjson canary.bin --time "$(at 5)" >receipts
! grep -raqE 'CanaryCanary000' "$MEDCHAIN_VAULT" L L.host receipts || fail "a record's text is there in clear"
medchain-vault get -q Patient/canary-1 | grep -q CanaryCanary0001
[[ -z $(find "$MEDCHAIN_VAULT" -perm /077) ]] || fail "others can read: $(find "$MEDCHAIN_VAULT" -perm /077)"
[[ -z $(find "$blobs" -type f ! -name '????????????????') ]]
# Nor does a name or place say which record it is.
digest=$(sha256sum <canary.bin | cut -c1-64)
! grep -raq "${digest:0:16}" <(find "$blobs") || fail "a digest is in a name"

it "writes nothing with --dry-run, and copies what waits for its entry with --emit"
state_of "$MEDCHAIN_VAULT" L >state
run medchain-vault put --dry-run --time "$(at 6)" < <(patients 3 500)
expect_status 0
expect_summary '.dry_run and .anchored == 3'
state_of "$MEDCHAIN_VAULT" L | cmp - state
medchain-vault put -q --emit --time "$(at 6)" < <(patients 3 600) >emitted
fails_with 3 "signed, but not on the ledger" medchain-vault get Patient/p601
medchain-member apply -q <emitted --time "$(at 6)" >/dev/null 2>&1 || run medchain-vault put -q --time "$(at 6)" < <(patients 1 600)
medchain-vault get -q Patient/p601 | cmp - <(patients 1 601 | tr -d '\n')

it "refuses sums, which come without bytes, and tells bad inputs as medchain-anchor does"
fails_with 2 "unknown option '--from-sums'" medchain-vault put --from-sums
printf '{"resourceType":"Patient","id":"k1"}\n{broken\n{"resourceType":"Patient","id":"k2"}\n' >broken.ndjson
run medchain-vault put broken.ndjson --keep-going --time "$(at 7)"
expect_status 3
expect_summary '.anchored == 2 and .rejected == 1'
medchain-vault get -q Patient/k2 >/dev/null
chmod 0755 "$MEDCHAIN_VAULT"
fails_with 5 "can be entered by others" medchain-vault put records.ndjson --time "$(at 7)"
chmod 0700 "$MEDCHAIN_VAULT"

it "refuses to copy an erased record again"
patients 1 700 >erased.ndjson
medchain-anchor -q erased.ndjson --time "$(at 8)" >/dev/null
# The last slot that was written is its salt.
cp -r "$MEDCHAIN_VAULT" vault.whole
size=$(stat -c %s "$MEDCHAIN_VAULT/secrets")
dd if=/dev/zero of="$MEDCHAIN_VAULT/secrets" bs=32 seek=$((size / 32 - 1)) count=1 conv=notrunc status=none
run medchain-vault put erased.ndjson --time "$(at 8)" --json
expect_status 9
expect_error_id record.erased
fails_with 9 "erased" medchain-vault get Patient/p700
