#!/usr/bin/env bash
# Whatever the tools print is in share/schema, and whatever is there is printed (CLI.md 4).  Each other script checks its own objects as well.
. "${0%/*}/lib.sh"
need jq python3
python3 -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is not installed"
: "${MEDCHAIN_TEST_TAMPER:?the path of medchain-tamper}" "${MEDCHAIN_TEST_SHARING:?the path of medchain-sharing}"

fits() { python3 -W ignore "$SOURCE/tests/cli/schema.py" "$SOURCE/share/schema"; }

# One of each type; what `run` printed is in $tmp/objects.
new_ledger L
patients 3 >records.ndjson
run medchain-anchor records.ndjson --with-names --with-openings --format json -v --time "$(at 0)"
run medchain-anchor records.ndjson --receipts=batch --dry-run --time "$(at 0)"
patients 3 4 >more.ndjson
run medchain-anchor more.ndjson --receipts=batch --time "$(at 0)"
echo '{broken' >broken.ndjson
run medchain-anchor broken.ndjson --keep-going --format json --time "$(at 0)"
patients 2 20 >emitted.ndjson
run medchain-anchor emitted.ndjson --emit --time "$(at 0)"
new_keys hosp-b --role custodian --role requester
run medchain-key show -k keys/hosp-b
run medchain-key new --name hosp-c -k keys/hosp-c
run medchain-member add keys/hosp-b/hosp-b.member --time "$(at 3)"
run medchain-member group create team hosp-a hosp-b --time "$(at 3)"
export MEDCHAIN_PERSON=dr-1
echo reason >reason
(
  act_as hosp-b
  run medchain-grant request --from hosp-a --type Patient --code 1-2 --data-from 2025-01-01 --purpose HRESCH --uses 3 --frequency 1/24h --until 90d \
    --erase-at 99d --text-file reason --time "$(at 3)"
  run medchain-grant request --from hosp-a --purpose HRESCH --until 90d --time "$(at 3)"
)
requests=$(medchain-grant list --json | jq -r .entry)
run medchain inbox --json
run medchain-grant give "${requests%%$'\n'*}" --uses 1 --time "$(at 3)"
run medchain-grant deny "${requests##*$'\n'}" --reason no --time "$(at 3)"
run medchain-grant assess reason --time "$(at 3)"
(
  act_as hosp-b
  run medchain-grant emergency --from hosp-a --subject p1 --reason x --text-file reason --time "$(at 3)"
  run medchain-grant review "$(jq -r .entry "$out")" --justified --reason x --person other --time "$(at 3)"
)
(
  act_as hosp-b
  run medchain-grant request --from hosp-a --purpose HRESCH --until 80d --text-file reason --emit --time "$(at 3)"
)
run medchain inbox --json
run medchain-grant overdue --all --json --time "$(at 3)"
run medchain-grant list --json
run medchain-grant check --member hosp-b --purpose HRESCH --json
run medchain-grant check --member hosp-b --purpose TREAT --json
run medchain-vault put -q records.ndjson more.ndjson emitted.ndjson --time "$(at 3)"
expect_status 0
echo Patient/p1 >subject
for id in o1 o2; do
  echo '{"resourceType":"Observation","id":"'$id'","subject":{"reference":"Patient/p1"},"effectiveDateTime":"2025-01-01","code":{"coding":[{"code":"1-2"}]}}'
done >observations.ndjson
run medchain-vault put -q observations.ndjson --time "$(at 3)"
expect_status 0
run medchain-refer create --to hosp-b --subject-file subject --service cardiology --text-file reason --record Patient/p1 --record Observation/o1 --json --time "$(at 3)"
expect_status 0
(
  act_as hosp-b
  run medchain-refer inbox --json
)
run medchain-refer list --json
run medchain-refer show "$(jq -r 'select(.type == "referral") | .entry' "$out" | sed -n 1p)" --json
new_keys ph-a --role dispenser
new_keys clinic --role prescriber
for name in ph-a clinic; do medchain-member add -q "keys/$name/$name.member" --time "$(at 3)" >/dev/null; done
echo '{"schema":"medchain/1","type":"prescription-document","items":[{"code":"1","name":"x","unit":"tablet","quantity":20,"dose":"1-0-1"}],"reason":"r","text":"t"}' >rx.json
(
  act_as clinic
  run medchain-rx issue --document rx.json --subject P1 --token-file rx.token --time "$(at 3)"
  expect_status 0
)
(
  act_as ph-a
  run medchain-rx accept --token-file rx.token --time "$(at 3)"
  expect_status 0
  rx=$(medchain-rx list --json | jq .entry)
  echo '{"schema":"medchain/1","type":"prescription-note","products":[{"item":1,"product":"P","quantity":20,"batch":"B","substitution":"s"}],"reason":"r","text":"t"}' >note.json
  run medchain-rx dispense "$rx" --document note.json --time "$(at 3)"
  expect_status 0
  run medchain-rx close "$rx" --time "$(at 3)"
  expect_status 0
  act_as clinic
  run medchain-rx show "$rx"
  expect_status 0
)
run medchain-rx list --json
run medchain-grant give --to hosp-b --purpose TREAT --type Patient --until 90d --time "$(at 3)"
treatment=$(jq -r .entry "$out")
run medchain-grant release "$treatment" --time "$(at 3)"
expect_status 0
release=$(jq -r .entry "$out")
run medchain-grant release "$treatment" --purpose HRESCH --time "$(at 3)"
(
  act_as hosp-b
  run medchain-grant open "$release" -C opened --time "$(at 3)"
)
run medchain-grant list --releases --uses --json
run medchain-vault prune --older-than 0d --json
run medchain-grant revoke "$(medchain-grant list --grants --json | jq -rs '.[0].hash')" --time "$(at 3)"
(
  act_as hosp-b
  run medchain inbox --json
)
run medchain-member list --json
run medchain-member list --groups --json
run medchain-member show hosp-b --json
run medchain-member challenge --verifier hosp-a --time "$(at 3)"
cp "$out" challenge
answer() { medchain-key answer -k keys/hosp-b <challenge; }
run answer
cp "$out" answer
authenticate() { medchain-member authenticate --challenge challenge --json --time "$(at 3)" <answer; }
run authenticate
run medchain-verify ledger --seen seen --json
run medchain-verify records records.ndjson --json
run medchain-audit log --json
run medchain-audit record Patient/p1 --json
run medchain-audit subject Patient/p1 --json
run medchain-audit disclosures --subject Patient/p1 --include all --json
run medchain-audit ropa --json
run medchain-audit uses --json
run medchain-audit flows --json
run medchain-audit exposed --member hosp-a --json
run medchain-audit prove Patient/p1 -o proof
cp records.ndjson twin.txt
cp records.ndjson other-twin.txt
run medchain-anchor --id-from path twin.txt other-twin.txt --time "$(at 3)"
run medchain-audit clones --json
echo '{"resourceType":"Patient"}' >other-type.json
run medchain-anchor --id-from path --type Device other-type.json --time "$(at 3)"
run medchain-audit mismatches --json
run medchain-verify proof proof --policy L/policy --json
run medchain status --json --time "$(at 3)"
run medchain-vault list --json
echo Patient/p1 >who
printf '%s\n' '{"time":"2025-01-01T07:05:00Z","value":"104","unit":"mg/dL"}' '{"time":"2025-01-01T08:05:00Z","value":"low","unit":"mg/dL"}' >readings
run medchain-vault put --series --subject-file who readings --time "$(at 3)"
run medchain-vault gaps --json
act_own() { medchain-vault "$@" --person p --time "$(at 3)"; }
run act_own link Patient/p2 replaces Patient/p3
run medchain-vault links --json
run medchain-vault link Patient/p1 --locator records.ndjson
run medchain-vault search --json
run act_own retain Patient/p3 --kind hold --reason R
"$MEDCHAIN_TEST_SHARING" release L L.host keys/hosp-a hosp-b 1:1
run act_own erase Patient/p2 --basis B --yes
run medchain-vault notices --json --time "$(at 3)"
cp -r L old
run medchain-anchor broken.ndjson --time "$(at 60)" --format json
patients 1 40 | medchain-anchor --receipts=none -q --time "$(at 4)" >/dev/null
medchain-verify ledger --seen seen -q >/dev/null
run medchain-verify ledger -l old --seen seen --json
cat seen seen.evidence >>"$tmp/objects"
run medchain-sync backup

it "has a schema for each type that the tools print, and prints each type that has one"
fits <"$tmp/objects" >said || fail "$(<said)"
printed=$(grep '^types: ' said | grep -oE '[a-z-]+=' | tr -d = | LC_ALL=C sort | paste -sd' ')
described=$(cd "$SOURCE/share/schema" && printf '%s\n' *.json | sed 's/[.]json$//' | grep -vxE 'common|statement' | LC_ALL=C sort | paste -sd' ')
[[ $printed == "$described" ]] || fail "printed: $printed; described: $described"

it "describes the statement of every entry on a ledger"
for ((i = 0; i < $(entry_count L); i++)); do
  "$MEDCHAIN_TEST_TAMPER" L get "$i" | jq -Rsc '{schema: "medchain/1", type: "entry", kind: (split("\n")[0] | fromjson | .type), note: .}'
done >entries
kinds=$(jq -r .kind entries | LC_ALL=C sort -u | paste -sd" ")
[[ $kinds == "anchor answer attest case denied emergency erase genesis grant group link member notice prescription referral release request review revoke tick use" ]] || fail "$kinds"
fits <entries >said || fail "$(<said)"
sed 's/\\"count\\":3/\\"count\\":-3/' entries >wrong
run fits <wrong
expect_status 1
expect_out 'in \{"schema":"medchain/1","type":"entry","kind":"anchor"'

it "refuses what is not described: one more field, one less, another kind of value, an unknown type or word"
line=$(grep -m1 '"type":"receipt","kind":"anchor","input"' "$tmp/objects")
refuses() { # PATTERN JQ: what the receipt becomes
  jq -c "$2" <<<"$line" >changed
  run fits <changed
  expect_status 1
  expect_out "$1"
}
fits <<<"$line" >/dev/null
refuses "'extra' was unexpected" '.extra = 1'
refuses "is not valid under any of the given schemas" 'del(.digest)'
refuses "entry: '5' is not of type 'integer'" '.entry = "5"'
refuses "'done' is not one of" '.status = "done"'
refuses "no schema for type 'receipts'" '.type = "receipts"'
refuses "digest: .* does not match" '.digest |= ascii_upcase'

it "and medchain-ndjson(5) tell of the same types and fields"
awk '/^\.Sh TYPES/ { inside = 1; next } /^\.Sh / { inside = 0 } inside' "$SOURCE/man/medchain-ndjson.5" >types
section() { awk -v name="$1" '/^\.Ss / { sub(/^\.Ss /, ""); inside = index(", " $0 ",", ", " name ","); next } inside' types; }
for file in "$SOURCE"/share/schema/*.json; do
  type=${file##*/}
  type=${type%.json}
  case $type in common | statement) continue ;; esac
  section "$type" >text
  [[ -s text ]] || fail "medchain-ndjson(5) has no section '$type'"
  jq -r '.properties | keys[] | select(. != "schema" and . != "type")' "$file" | while IFS= read -r field; do
    grep -qE "(^|[ ,(])$field([ ,)]|$)" text || fail "medchain-ndjson(5), $type: nothing about '$field'"
  done
done
grep '^\.Ss ' types | sed 's/^\.Ss //; s/, /\n/g' | while IFS= read -r type; do
  [[ -e $SOURCE/share/schema/$type.json ]] || fail "no schema for '$type' of medchain-ndjson(5)"
done
