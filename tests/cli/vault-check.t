#!/usr/bin/env bash
# medchain-vault check: sources, copies and packages against the ledger.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger L
patients 4 >records.ndjson
echo 'a scan' >scan.pdf
head -c 1500000 /dev/urandom >large.bin
medchain-vault put -q records.ndjson scan.pdf large.bin --time "$(at 1)" >/dev/null
medchain-anchor -q --time "$(at 1)" < <(patients 2 50) >/dev/null
cp -r "$MEDCHAIN_VAULT" whole
small=$MEDCHAIN_VAULT/blobs/0000000000000001
large=$MEDCHAIN_VAULT/blobs/0000000000000002
again() { rm -rf "$MEDCHAIN_VAULT" && cp -r whole "$MEDCHAIN_VAULT"; }
found() { jq -r 'select(.type == "finding") | .id' "$out" | paste -sd, ; }

it "finds nothing where all is well: records without a copy are no finding"
run medchain-vault check
expect_status 0
expect_out_empty
expect_err '^medchain-vault: 8 of 8 records are as anchored$'
run medchain-vault check --json
expect_json '.type == "summary" and .count == 8 and .good == 8 and .findings == 0 and .status == 0 and .complete'

it "finds sources that changed or are gone, or reads none"
echo 'another scan' >scan.pdf
mv large.bin away.bin
run medchain-vault check --json
expect_status 1
expect_json -n '[inputs | select(.type == "record")] | map(.verdict) | sort == ["changed", "missing"]'
run medchain-vault check --copies-only
expect_status 0
echo 'a scan' >scan.pdf
mv away.bin large.bin

it "finds damaged copies, lost ones and files that nothing refers to, in each format"
printf 'X' | dd of="$small" bs=1 seek=3 conv=notrunc status=none
rm "$large"
echo left >"$MEDCHAIN_VAULT/blobs/00000000000000ff"
echo notes >"$MEDCHAIN_VAULT/blobs/notes.txt"
run medchain-vault check --json
expect_status 1
[[ $(found | tr , '\n' | LC_ALL=C sort | paste -sd,) == "copy.damaged,copy.missing,copy.orphaned,copy.orphaned" ]] || fail "$(found)"
expect_json -n '[inputs] | last | .findings == 4 and .good == 8 and .status == 1'
run medchain-vault check
expect_status 1
expect_out '^copy.damaged +.*/records.ndjson:1  the copy in .* chunk 1 at byte 0 was changed$'
expect_out '^copy.missing +.*/large.bin  there is no '
expect_out '^copy.orphaned +.*/blobs/notes.txt  it is not named as a file of copies$'
run medchain-vault check --format=junit
expect_status 1
expect_out '<testcase .*large.bin'
run medchain-vault check --format=sarif
expect_status 1
jq -e '.runs[0].results | length == 4' "$out" >/dev/null
run medchain-vault check --format=tap
expect_status 1
again

it "finds the copies of two records in each other's places"
cp "$small" swapped
dd if="$small" of=swapped bs=1 skip=61 seek=0 count=61 conv=notrunc status=none
cp swapped "$small"
run medchain-vault check --copies-only --json
expect_status 1
[[ $(found) == copy.damaged ]]
again

it "is not troubled by an erased record, but by a copy of one that can still be read"
dd if=/dev/zero of="$MEDCHAIN_VAULT/secrets" bs=32 seek=2 count=1 conv=notrunc status=none
run medchain-vault check --json
expect_status 1
[[ $(found) == copy.kept ]] || fail "$(found)"
again

it "says that it did not look for orphans while another run uses the vault"
echo left >"$MEDCHAIN_VAULT/blobs/00000000000000ff"
exec 7<"$MEDCHAIN_VAULT/secrets"
flock -x 7
run medchain-vault check
expect_status 0
expect_err "another run uses the vault: did not look"
flock -u 7
exec 7<&-
run medchain-vault check
expect_status 1

it "removes what nothing refers to with the next run"
run medchain-vault put records.ndjson --time "$(at 2)"
expect_status 0
run medchain-vault check
expect_status 0

it "compares packages with the entries that name them, if it is told where they are"
mkdir -p packages/ab
hash=$(printf 'ab%062d' 0)
echo sealed >"packages/ab/$hash.age"
echo notes >packages/ab/notes
run medchain-vault check --packages packages --json
expect_status 1
[[ $(found) == "package.orphaned,package.foreign" ]] || fail "$(found)"
run medchain-vault check --packages nowhere
expect_status 0
rm -r packages/ab
MEDCHAIN_PACKAGES=$PWD/packages run medchain-vault check
expect_status 0

it "finds nothing good in a vault without records (status 1), and refuses another ledger's (status 8)"
vault=$MEDCHAIN_VAULT
new_ledger other
fails_with 8 "is of another ledger" medchain-vault check --vault "$vault"

it "is content with a vault that holds nothing"
new_ledger E
: >none.ndjson
run medchain-anchor none.ndjson --time "$(at 1)"
run medchain-vault check
expect_status 0
expect_out_empty
expect_err '^medchain-vault: the vault holds no record$'
run medchain-vault check --json
expect_status 0
expect_json '.type == "summary" and .count == 0 and .findings == 0 and .status == 0 and .complete'
for format in junit tap sarif; do
  run medchain-vault check --format="$format"
  expect_status 0
done
mkdir -p "$MEDCHAIN_VAULT/blobs"
chmod 700 "$MEDCHAIN_VAULT/blobs"
echo left >"$MEDCHAIN_VAULT/blobs/00000000000000ff"
run medchain-vault check
expect_status 1
expect_out '^copy.orphaned '
expect_err '^medchain-vault: the vault holds no record; 1 other findings$'
fails_with 5 "there is no vault" medchain-vault check --vault nowhere
