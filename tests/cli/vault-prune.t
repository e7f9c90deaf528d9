#!/usr/bin/env bash
# medchain-vault prune: packages that nobody needs any more are deleted, with a signed note in their place; the ledger stays valid.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing put
days() { at $(($1 * 1440)); }
# prune DAYS [OPTION...]: what hosp-b deletes.
prune() { medchain-vault prune --older-than "$1d" --time "$(days 400)" "${@:2}"; }
file_of() { local hash; hash=$(hash_of "$1"); echo "L.packages/${hash:0:2}/$hash.age"; }
note_of() { local file; file=$(file_of "$1"); echo "${file%.age}.deleted"; }
# log_day N: an act moves log time to that day.
log_day() {
  echo "{\"resourceType\":\"Basic\",\"id\":\"$1\"}" >day.ndjson
  MEDCHAIN_PERSON='' medchain-anchor -q day.ndjson --time "$(days "$1")" >/dev/null
}
packages_are_sound() { medchain-vault check --copies-only --packages L.packages; }

granted --uses 20 --data-from 2025-01-15
released
first=$release
released
second=$release
act_as hosp-r
medchain-grant open "$first" -C got -q --time "$(at 0)" >/dev/null
act_as hosp-b
log_day 50

it "keeps what is younger, in force, or not opened yet"
run prune 200 --json
expect_status 0
expect_json '.type == "summary" and .count == 0 and .kept == 3 and .complete'
run prune 1 -n
expect_status 0
expect_err "would delete 1 package \([0-9]+ bytes\), kept 2: 1 still read, 1 not opened yet"
[[ $(published) == 4 ]] || fail "a dry run deleted something"
run prune 200
expect_status 0
expect_out_empty
expect_err "deleted 0 packages \(0 bytes\), kept 3: 1 younger, 1 still read, 1 not opened yet"

it "deletes one that was opened after its retention, and leaves a note that everybody can check"
cp "$(file_of "$first")" kept
run prune 30 --json
expect_status 0
jq -s -e --argjson entry "$first" --arg hash "sha256:$(hash_of "$first")" '.[0] | .type == "deletion" and .entry == $entry and .kind == "release" and .package == $hash' "$out" >/dev/null || fail "$(<"$out")"
[[ ! -e $(file_of "$first") && $(stat -c %a "$(note_of "$first")") == 644 ]] || fail "$(ls -la L.packages/*)"
[[ -e $(file_of "$second") ]] || fail "it deleted what nobody has opened"
grep -q "^sha256:$(hash_of "$first")$" "$(note_of "$first")"
run medchain-verify ledger
expect_status 0
run packages_are_sound
expect_status 0
run prune 30
expect_status 0
expect_err "deleted 0 packages"
act_as hosp-r
run packages_are_sound
if grep package "$out"; then fail "another member misses it"; fi
run medchain-grant open "$first" -C again --time "$(days 50)"
expect_status 3
expect_err "was deleted, as '.*deleted' says"
[[ ! -e again ]]

it "does not believe another's note, one of another package or ledger, or one that was changed"
note=$(note_of "$first")
cp "$note" good
act_as hosp-b
for edit in 's/^sha256:..../sha256:0000/' 's/^20/21/' 's/deletion$/deletions/' 's/^ledger/xledger/' '/^2/d' 's/hosp-b/hosp-r/' '/^—/s/ [A-Za-z0-9+/]\{8\}/ AAAAAAAA/'; do
  sed "$edit" good >"$note"
  if cmp -s good "$note"; then fail "$edit changes nothing"; fi
  run packages_are_sound
  expect_status 1
  expect_out "package.missing|it is not there; the note of its deletion is not valid"
done
cp good "$note"
run packages_are_sound
expect_status 0
rm "$note"
run packages_are_sound
expect_status 1
run prune 30
expect_status 0
expect_err "1 package is not there, though nobody deleted it"
cp good "$note"

it "deletes what nobody has opened only when it is told to"
run prune 30 --without-use
expect_status 0
expect_out "^ *$second +release "
[[ -e $(note_of "$second") && ! -e $(file_of "$second") ]]

it "deletes the terms of a grant when it has ended, and not under a hold"
run medchain-grant release "$grant" --time "$(days 60)"
expect_status 0
third=$(jq -r .entry "$out")
act_as hosp-r
medchain-grant open "$third" -C got3 -q --time "$(days 60)" >/dev/null
act_as hosp-b
medchain-vault retain Observation/9 --kind hold --reason LITIGATION -q --time "$(days 60)" >receipt
hold=$(jq .entry receipt)
medchain-grant revoke "$grant" -q --time "$(days 60)" >/dev/null
log_day 200
run prune 30
expect_status 0
expect_out "^ *$grant +grant "
expect_err "deleted 1 package .*, kept 1: 1 under a hold"
medchain-vault retain --release "$hold" --reason OVER -q --time "$(days 200)" >/dev/null
run prune 365
expect_err "kept 1: 1 younger"

it "deletes a release at once when a record in it was erased"
medchain-vault erase Observation/10 --basis GDPR-17 --yes -q --time "$(days 200)" >/dev/null
run prune 365
expect_status 0
expect_out "^ *$third +release "
run packages_are_sound
expect_status 0
run medchain-verify ledger
expect_status 0
no_trace SubjectCanary001 SubjectCanary002 PersonCanary0001

it "takes only one's own, and needs to know how long they are kept"
[[ $(published) == 1 ]] || fail "$(find L.packages -name '*.age')"
fails_with 2 "'--older-than' is needed" medchain-vault prune
fails_with 2 "'--older-than'" prune x
act_as hosp-a
run prune 0
expect_status 0
expect_err "deleted 0 packages"
act_as hosp-r
run prune 30
expect_status 0
expect_out "request"
[[ $(published) == 0 ]]

it "signs with the key of now, and believes what an earlier one signed"
act_as hosp-b
medchain-key new -q --name hosp-b -k keys/hosp-b.2 >/dev/null
cp kept "$(file_of "$first")"
fails_with 5 "is not the one that 'hosp-b' signs with now" prune 30 -k keys/hosp-b.2
cmp kept "$(file_of "$first")"
medchain-member rotate -q --new-key keys/hosp-b.2 --time "$(days 200)" >/dev/null
fails_with 5 "is not the one that 'hosp-b' signs with now" prune 30
cmp kept "$(file_of "$first")"
rm "$(file_of "$first")"
run packages_are_sound
expect_status 0
export MEDCHAIN_KEY=$PWD/keys/hosp-b.2
cp kept "$(file_of "$first")"
run prune 30
expect_status 0
[[ ! -e $(file_of "$first") ]]
if cmp -s good "$(note_of "$first")"; then fail "the new key signed nothing"; fi
run packages_are_sound
expect_status 0

it "deletes once when two do it at the same time, or when nobody reads what it says"
cp kept "$(file_of "$first")"
for i in 1 2; do
  prune 30 --json >"two.$i" 2>"said.$i" &
  jobs[i]=$!
done
for i in 1 2; do wait "${jobs[i]}" || fail "$(cat "said.$i")"; done
[[ ! -e $(file_of "$first") && -z $(find L.packages -name '*.tmp*' -o -name '.*') ]] || fail "$(find L.packages)"
run packages_are_sound
expect_status 0
cp kept "$(file_of "$first")"
prune 30 --json 2>said >&- || true
run packages_are_sound
expect_status 0

it "deletes again what was stopped between the note and the package, and says why it cannot delete"
cp kept "$(file_of "$first")"
run packages_are_sound
expect_status 0
run prune 30
expect_status 0
expect_out "^ *$first +release "
[[ ! -e $(file_of "$first") && -e $(note_of "$first") ]]
cp kept "$(file_of "$first")"
rm "$(note_of "$first")"
mkdir "$(note_of "$first")"
run prune 30
[[ $status == [67] ]] || fail "status $status"
expect_err "$(note_of "$first")"
cmp kept "$(file_of "$first")"
