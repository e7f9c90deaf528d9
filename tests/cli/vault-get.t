#!/usr/bin/env bash
# medchain-vault get: exact bytes after checking them against the ledger, or a clear no and nothing.
. "${0%/*}/lib.sh" || exit
need jq
: "${MEDCHAIN_TEST_TAMPER:?the path of medchain-tamper}"

new_ledger L
patients 3 >records.ndjson
echo 'a scan' >scan.pdf
medchain-vault put -q records.ndjson scan.pdf --time "$(at 1)" >receipts
printf %s "$(sed -n 2p records.ndjson)" >p2.json

it "finds a record by type and id, by digest, by its file and by the path that it had"
for name in Patient/p2 "$(jq -r 'select(.input == 2) | .digest' receipts)" p2.json; do
  run medchain-vault get "$name"
  expect_status 0
  same "$out" p2.json
  expect_err '^medchain-vault: as anchored: 2025-03-01T09:01:00Z at entry 1 row 1$'
done
run medchain-vault get scan.pdf
same "$out" scan.pdf
mv scan.pdf scan.was
run medchain-vault get scan.pdf
same "$out" scan.was
echo 'was written over' >scan.pdf
run medchain-vault get scan.pdf -o scan.pdf -q
expect_status 0
same scan.pdf scan.was

it "writes a file that only its owner can read, all of it or none"
run medchain-vault get Patient/p2 -o got
expect_status 0
expect_out_empty
same got p2.json
[[ $(stat -c %a got) == 600 ]]
: >was && chmod 644 was
medchain-vault get -q Patient/p2 -o was
[[ $(stat -c %a was) == 600 ]]
fails_with 3 "was not anchored" medchain-vault get Patient/none -o none
[[ ! -e none ]]

it "takes the newest version of an id, and an older one by its digest"
medchain-vault put -q --time "$(at 2)" < <(patients 1 2 changed) >/dev/null
run medchain-vault get Patient/p2
expect_out '"tag":"changed"'
run medchain-vault get "$(jq -r 'select(.input == 2) | .digest' receipts)"
same "$out" p2.json
expect_err 'an older version, superseded since: 2025-03-01T09:01:00Z'

it "looks records up under the source with which they were anchored"
medchain-vault put -q --source lab --time "$(at 2)" < <(patients 1 2 lab) >/dev/null
run medchain-vault get Patient/p2 --source lab
expect_out '"tag":"lab"'
fails_with 3 "was not anchored" medchain-vault get Patient/p3 --source lab

it "refuses what is no record, digest or file (status 2), and what is unknown (status 3)"
fails_with 2 "expected TYPE/ID" medchain-vault get nothing
fails_with 2 "record 'sha256:12'" medchain-vault get sha256:12
fails_with 3 "was not anchored from this vault" medchain-vault get "sha256:$(printf '0%.0s' {1..64})"
fails_with 2 "RECORD" medchain-vault get

it "says which damage a copy has and writes nothing of it (status 1)"
cp -r "$MEDCHAIN_VAULT" whole
blob=$MEDCHAIN_VAULT/blobs/0000000000000001
printf 'X' | dd of="$blob" bs=1 seek=10 conv=notrunc status=none
run medchain-vault get Patient/p1 --json -o got.1
expect_status 2
fails_with 1 "chunk 1 at byte 0 was changed" medchain-vault get Patient/p1
fails_with 1 "was changed" medchain-vault get Patient/p1 -o got.1
[[ ! -e got.1 ]]
medchain-vault get -q Patient/p3 >/dev/null
truncate -s 100 "$blob"
fails_with 1 "the file has 100 bytes, expected" medchain-vault get Patient/p3
rm "$blob"
fails_with 1 "the file is not there" medchain-vault get Patient/p3
ln -s "$PWD/whole/blobs/0000000000000001" "$blob"
fails_with 7 "cannot open" medchain-vault get Patient/p3
rm "$blob"
mkfifo "$blob"
fails_with 1 "not a regular file" timeout 10 medchain-vault get Patient/p3

it "makes the lost copy again with the next put"
rm "$blob"
run medchain-vault put records.ndjson --time "$(at 3)"
expect_status 0
expect_summary '.unchanged + .versions == 3'
medchain-vault get -q Patient/p3 >/dev/null

it "says that a record was erased (status 9)"
rm -rf "$MEDCHAIN_VAULT" && cp -r whole "$MEDCHAIN_VAULT"
# Slots: header, K without subject, four salts, K of nobody else, four keys.
size=$(stat -c %s "$MEDCHAIN_VAULT/secrets")
dd if=/dev/zero of="$MEDCHAIN_VAULT/secrets" bs=32 seek=2 count=$((size / 32 - 2)) conv=notrunc status=none
fails_with 9 "erased" medchain-vault get Patient/p1
fails_with 9 "erased" medchain-vault get scan.pdf
rm -rf "$MEDCHAIN_VAULT" && cp -r whole "$MEDCHAIN_VAULT"

it "gives out nothing that the ledger does not hold (status 1), and refuses another ledger's vault (status 8)"
new_ledger other
medchain-vault put -q --time "$(at 1)" < <(patients 1) >/dev/null
fails_with 8 "is of another ledger" medchain-vault get Patient/p1 --vault whole
on_ledger L
act_as hosp-a
cp -r L damaged
"$MEDCHAIN_TEST_TAMPER" damaged flip-row 1 0 40
fails_with 1 "the manifest of entry 1 is not the one" medchain-vault get Patient/p1 -l damaged
fails_with 1 "the manifest of entry 1" medchain-vault get Patient/p1 -l damaged -o none
[[ ! -e none ]]
medchain-vault get -q Patient/p1 >/dev/null

it "refuses a vault that others can enter, and a missing one (status 5)"
chmod 0750 whole
fails_with 5 "can be entered by others" medchain-vault get Patient/p1 --vault whole
chmod 0700 whole
fails_with 5 "there is no vault" medchain-vault get Patient/p1 --vault nowhere

it "does not write a record to a terminal unasked"
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
  code=0
  script -qec "medchain-vault get Patient/p1" said >/dev/null </dev/null || code=$?
  [[ $code == 2 ]] && grep -q "standard output is a terminal" said
  script -qec "medchain-vault get -q Patient/p1 -o -" said >/dev/null </dev/null
  grep -q '"id":"p1"' said
fi

it "opens nothing but its places"
run medchain-vault get Patient/p1 -vv
expect_status 0
expect_err "may open: read '.*/blobs'"
expect_no_err "may open: [a-z]* '.*keys/"
