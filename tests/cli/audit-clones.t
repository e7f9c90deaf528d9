#!/usr/bin/env bash
# medchain-audit clones: notes that were copied across patients and visits are found; what they say is not on the ledger, and not in
# the sketches.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/fixtures.sh"
need jq python3

new_keys hosp-a --role admin --role custodian
new_ledger L hosp-a
export MEDCHAIN_PERSON=dr
# 400 notes of their own, 40 copies of some of them with up to two words of a hundred changed, 20 that share half of their words.
cat >notes.py <<'END'
import json, random
random.seed(5)
vocabulary = [f"word{i}" for i in range(3000)]
notes, planted, half = [], [], []
def put(id, patient, words, day):
    notes.append({"resourceType": "DocumentReference", "id": id, "status": "current", "subject": {"reference": f"Patient/{patient}"},
                  "author": [{"reference": f"Practitioner/{patient % 9}"}], "date": f"2025-03-{day:02}T09:00:00Z", "description": " ".join(words)})
own = [[random.choice(vocabulary) for _ in range(random.randint(80, 160))] for _ in range(400)]
for i, words in enumerate(own):
    put(f"n{i}", i, words, 1 + i % 20)
for i in range(40):
    words = list(own[i * 3])
    for _ in range(i % 3):
        words[random.randrange(len(words))] = "changed"
    put(f"copy{i}", 1000 + i if i % 2 else i * 3, words, 25)
    planted.append((f"copy{i}", f"n{i * 3}"))
for i in range(20):
    words = own[200 + i]
    put(f"half{i}", 2000 + i, words[:len(words) // 2] + [random.choice(vocabulary) for _ in range(len(words) // 2)], 26)
open("notes.ndjson", "w").write("".join(json.dumps(n) + "\n" for n in notes))
open("planted", "w").write("".join(f"DocumentReference/{a} DocumentReference/{b}\n" for a, b in sorted(planted)))
END
python3 notes.py
clones() { medchain-audit clones --json "$@"; }

it "finds each planted copy, and nothing that is only half alike"
run medchain-anchor --sketch --subject-from json:/subject/reference -q notes.ndjson --time "$(at 0)"
expect_status 0
run clones
expect_status 0
expect_err '"message":"looked at 460 versions, 460 with a text"'
jq -r 'select(.type == "clone" and .similarity >= 80) | "\(.later.record) \(.earlier.record)"' "$out" | LC_ALL=C sort >found
missed=$(LC_ALL=C comm -23 planted found | wc -l)
false_ones=$(LC_ALL=C comm -13 planted found | wc -l)
printf '# %s planted, %s missed, %s found that were not planted\n' "$(wc -l <planted)" "$missed" "$false_ones"
[[ $missed == 0 && $false_ones == 0 ]] || fail "$missed missed, $false_ones false"
jq -se 'map(select(.type == "clone")) | all(.later.date == "2025-03-25T09:00:00Z" and (.later.author | startswith("Practitioner/")) and .same_bytes == false)
  and (map(select(.later.record == "DocumentReference/copy0"))[0] | .similarity == 100 and .same_subject)
  and (map(select(.later.record == "DocumentReference/copy1"))[0] | .similarity < 100 and (.same_subject | not))' "$out" >/dev/null || fail "$(<"$out")"

it "lists what is less alike when asked, and only across subjects"
run clones --similarity 50
jq -se 'map(select(.type == "clone")) | length >= 40 and length < 460' "$out" >/dev/null || fail "$(wc -l <"$out")"
run clones --other-subjects
jq -se 'map(select(.type == "clone")) | length == 20 and all(.same_subject | not)' "$out" >/dev/null || fail "$(wc -l <"$out")"
run medchain-audit clones
expect_status 0
expect_out '^ALIKE  SUBJECT  RECORD +DATE +AUTHOR +IS LIKE '
expect_out '^  100  same     DocumentReference/copy0 '
fails_with 2 "'--similarity'" clones --similarity 10

it "takes no version of a record for a copy of it, and knows the same bytes under another name"
sed '1s/"status": "current"/"status": "superseded"/; 1q' notes.ndjson >again.ndjson
medchain-anchor --sketch --subject-from json:/subject/reference -q again.ndjson --time "$(at 1)" >receipts
printf 'a scan %s\n' {1..5} >scan.txt
cp scan.txt copy.txt
medchain-anchor -q scan.txt copy.txt --time "$(at 1)" >receipts
run clones
jq -se 'map(select(.type == "clone" and .earlier.record == "DocumentReference/n0")) | map(.later.record) == ["DocumentReference/copy0"]' "$out" >/dev/null || fail "$(<"$out")"
jq -se 'map(select(.same_bytes)) | length == 1' "$out" >/dev/null || fail "$(<"$out")"

it "forgets the sketch of what is erased"
run medchain-vault erase DocumentReference/n3 --yes --basis B --time "$(at 2)"
expect_status 0
run clones
jq -se 'map(select(.type == "clone")) | any(.earlier.record == "DocumentReference/n3") | not' "$out" >/dev/null || fail "$(<"$out")"
expect_err "460 with a text"

it "says where there is no text to compare"
medchain-anchor --vault none -q notes.ndjson --time "$(at 3)" >receipts
run clones --vault none
expect_err "looked at 460 versions, none with a text: 'medchain-anchor --sketch' keeps sketches"

it "has nothing of it on the ledger, and no words in the vault"
! grep -rqaE 'word[0-9]{2,4} word[0-9]' L L.* "$MEDCHAIN_VAULT" || fail 'a note is there'
