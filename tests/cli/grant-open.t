#!/usr/bin/env bash
# medchain-grant open: every record is compared with the ledger, the use declared, and only then files appear.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing put
granted --uses 20
released
head -n 1 observations.ndjson | tr -d '\n' >o9
sed -n 2p observations.ndjson | tr -d '\n' >o10
last_entry() { "$MEDCHAIN_TEST_TAMPER" L get $(($(entry_count L) - 1)); }

it "writes the bytes that were anchored, for nobody else to read, after the use was declared"
act_as hosp-r
run medchain-grant open "$release" -C got --time "$(at 0)"
expect_status 0
expect_json '.type == "receipt" and .kind == "use"'
expect_err "wrote 2 files to 'got'"
same got/Observation-9.json o9
same got/Observation-10.json o10
[[ $(stat -c %a got) == 700 && $(stat -c %a got/*) == $'600\n600' && $(find got -type f | wc -l) == 2 ]] || fail "$(ls -la got)"
run medchain-grant list --uses --json
expect_json '.outcome == "opened" and .records == 2 and .purpose == "HRESCH"'
run medchain-grant list --releases --json
expect_json '.state == "used" and .opened == 1'
no_trace SubjectCanary001 PersonCanary0001

it "writes proofs too, if they are wanted, and leaves files that are there and the same"
run medchain-grant open "$release" -C got --proofs --time "$(at 0)"
expect_status 0
run medchain-verify proof got/Observation-9.json.tlog-proof --record got/Observation-9.json --policy L/policy
expect_status 0

it "replaces no other file"
mkdir other
echo mine >other/Observation-9.json
run medchain-grant open "$release" -C other --time "$(at 0)"
[[ $status != 0 ]] || fail "it wrote over a file"
[[ $(cat other/*) == mine && $(find other -type f | wc -l) == 1 ]] || fail "$(ls -la other)"

it "is for the member it was released to"
act_as hosp-a
fails_with 5 "the release is to 'hosp-r'" medchain-grant open "$release" -C stolen --time "$(at 0)"
[[ ! -e stolen ]]

it "records what could not be opened as a failed use, naming what is wrong, and writes nothing"
act_as hosp-b
released
act_as hosp-r
file=$(file_of "$release")
cp "$file" whole
size=$(stat -c %s whole)
for at_byte in 20 400 $((size / 2)) $((size - 1)); do
  chmod u+w "$file"
  { head -c "$at_byte" whole; printf '\377'; tail -c +$((at_byte + 2)) whole; } >"$file"
  cmp -s whole "$file" && continue
  run medchain-grant open "$release" -C broken --time "$(at 0)"
  [[ $status == 3 || $status == 1 ]] || fail "status $status"
  expect_err 'error'
  [[ ! -e broken ]] || fail "byte $at_byte: $(ls -la broken)"
  last_entry >use
  grep -q '"outcome":"failed"' use || fail "byte $at_byte: $(<use)"
done
chmod u+w "$file"
cat whole >"$file"
run medchain-grant open "$release" -C mended --time "$(at 0)"
expect_status 0

it "says of a wrong key that it is wrong, and records nothing against the package"
cp -r keys/hosp-r other-key
medchain-key new -q --name hosp-x -k keys/hosp-x >/dev/null
cp keys/hosp-x/seal.key other-key/seal.key
entries=$(entry_count L)
fails_with 5 'sealed for others' medchain-grant open "$release" -C wrong -k other-key --time "$(at 0)"
expect_err "hint: the seal key is not the one on this member's card"
head -c 3000 /dev/zero >other-key/seal.key
fails_with 5 "'other-key/seal.key': line 1" medchain-grant open "$release" -C wrong -k other-key --time "$(at 0)"
: >other-key/seal.key
fails_with 5 "'other-key/seal.key'.*there is no identity" medchain-grant open "$release" -C wrong -k other-key --time "$(at 0)"
[[ ! -e wrong && $(entry_count L) == "$entries" ]]

it "writes no file for a use that is only printed, and writes it once the use is on the ledger"
act_as hosp-b
released
act_as hosp-r
run medchain-grant open "$release" -C emitted --emit --time "$(at 0)"
expect_status 0
expect_json '.type == "entry" and .kind == "use"'
expect_err "no file yet"
[[ ! -e emitted ]] || fail "files before the use was declared"
cp "$out" printed
medchain-sync apply -q --time "$(at 0)" <printed >/dev/null
uses=$(medchain-grant list --uses --json | wc -l)
run medchain-grant open "$release" -C emitted --time "$(at 0)"
expect_status 0
same emitted/Observation-9.json o9
[[ $(medchain-grant list --uses --json | wc -l) == "$uses" ]] || fail "one use was declared twice"

it "lets four at once write the same files"
for _ in 1 2 3 4; do medchain-grant open "$release" -C together --wait 60s -q --time "$(at 0)" >/dev/null 2>>told & done
wait
same together/Observation-9.json o9
[[ $(find together -mindepth 1 | wc -l) == 2 && ! -s told ]] || fail "$(ls -A together) $(<told)"

it "tells a package that is not there from one that is damaged"
file=$(file_of "$release")
mv "$file" away
run medchain-grant open "$release" -C missing --time "$(at 0)"
expect_status 3
expect_err 'package'
[[ ! -e missing ]]
mv away "$file"

it "is refused to another person than the one it was released to"
mine=$(medchain-grant list --uses --json | jq -r .person | LC_ALL=C sort -u)
act_as hosp-b
released --receiver "$mine"
act_as hosp-r
fails_with 5 'for another person' medchain-grant open "$release" -C got2 --person PersonCanary0002 --time "$(at 0)"
[[ ! -e got2 ]]
run medchain-grant open "$release" -C got2 --time "$(at 0)"
expect_status 0

it "is rehearsed with --dry-run"
entries=$(entry_count L)
run medchain-grant open "$release" -C rehearsed --dry-run --time "$(at 0)"
expect_status 0
[[ ! -e rehearsed && $(entry_count L) == "$entries" ]]

it "wants a release and a directory"
fails_with 3 'there is no' medchain-grant open 9999 -C x --time "$(at 0)"
fails_with 2 'directory' medchain-grant open "$release" --time "$(at 0)"
