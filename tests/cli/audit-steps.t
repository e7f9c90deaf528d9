#!/usr/bin/env bash
# medchain-audit prove --steps-of: a referral or prescription as a chain in order; what is left out or put elsewhere is seen
# by who has a policy and nothing else (HEALTH FAC-3).
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
. "$SOURCE/tests/cli/rx-fixtures.sh"
. "$SOURCE/tests/cli/sync-fixtures.sh"
need jq python3
make_sharing
new_keys hosp-c --role requester
admit hosp-c
echo SubjectCanary001 >subject
echo words >words
minute=0
steps() { # MEMBER VERB...
  act_as "$1"
  run medchain-refer "${@:2}" --time "$(at $minute)"
  expect_status 0
}
hash_of() { medchain-audit log -q --json | jq -r --argjson i "$1" 'select(.type == "event" and .entry == $i) | .hash'; }
# follows ENTRY: what it names, as indexes, ascending
follows() {
  local each
  for each in $("$MEDCHAIN_TEST_TAMPER" L get "$1" | sed -n 1p | jq -r '.follows[]'); do
    medchain-audit log -q --json | jq --arg h "$each" 'select(.hash == $h) | .entry'
  done | sort -n | paste -sd' '
}
verified() {
  run env -u MEDCHAIN_LEDGER -u MEDCHAIN_VAULT medchain-verify proof "$@" --policy L/policy
  expect_status 0
}
# edited PROOF PYTHON: the proof after a change to its extra `x`, in edited.tlog-proof
edited() {
  python3 - "$1" "$2" >edited.tlog-proof <<'EOF'
import base64, json, sys
for line in open(sys.argv[1]):
    if line.startswith('extra '):
        x = json.loads(base64.b64decode(line[6:]))
        exec(sys.argv[2])
        line = 'extra ' + base64.b64encode(json.dumps(x, separators=(',', ':'), ensure_ascii=False).encode()).decode() + '\n'
    sys.stdout.write(line)
EOF
}
refused_proof() { # PATTERN
  run medchain-verify proof edited.tlog-proof --policy L/policy
  expect_status 1
  expect_out "^not valid: .*$1"
}

it "has each step name those that were last when it was made"
steps hosp-b create --to hosp-r --subject-file subject --service one --text-file words
first=$(jq -r .entry "$out")
steps hosp-r accept "$first"
accept=$(jq -r .entry "$out")
minute=60
steps hosp-r update "$first" --interim-note --text-file words
note=$(jq -r .entry "$out")
steps hosp-r complete "$first" --text-file words
complete=$(jq -r .entry "$out")
[[ $(follows "$accept") == "$first" && $(follows "$note") == "$accept" && $(follows "$complete") == "$note" ]] || fail "follows: $(follows "$accept"), $(follows "$note"), $(follows "$complete")"

it "proves them in order, to who has the policy alone"
run env -u MEDCHAIN_VAULT medchain-audit prove --steps-of "$first" -o one.tlog-proof
expect_status 0
expect_err "^medchain-audit: proved: the steps of $first; verify with 'medchain-verify proof FILE --policy POLICY'"
verified one.tlog-proof
expect_out "^valid: 4 steps of a referral of ledger.example/L, in order, none left out:$"
expect_out "^  20..-..-..T..:..:..Z  accept, by hosp-r, entry $accept$"
expect_out "^what came after entry $complete is not in the proof$"
verified one.tlog-proof --json
expect_json ".valid and .entry == $complete and (.steps | map(.entry) == [$first,$accept,$note,$complete] and map(.act) == [\"create\",\"accept\",\"interim-note\",\"complete\"])"
run medchain-audit prove --steps-of "$(hash_of "$first")" -o same.tlog-proof
expect_status 0
same one.tlog-proof same.tlog-proof

it "says so when a step is left out, moved, doubled or of another referral"
edited one.tlog-proof 'del x["steps"][1]'
refused_proof "left out or out of order: entry $note follows sha256:[0-9a-f]*, which is not before it"
edited one.tlog-proof 'del x["steps"][2]'
refused_proof "left out or out of order: entry $complete follows"
edited one.tlog-proof 'del x["steps"][0]'
refused_proof "entry $accept begins neither a referral nor a prescription"
edited one.tlog-proof 'x["steps"] = []'
refused_proof "entry $complete begins neither"
edited one.tlog-proof 'x["steps"][1], x["steps"][2] = x["steps"][2], x["steps"][1]'
refused_proof "out of order"
edited one.tlog-proof 'x["steps"].insert(1, x["steps"][1])'
refused_proof "out of order: entry $accept comes after entry $accept"
edited one.tlog-proof 'x["steps"][1]["entry"] += 1'
refused_proof "entry $((accept + 1)): "
edited one.tlog-proof 'x["steps"][1]["hashes"] = x["steps"][2]["hashes"]'
refused_proof "entry $accept: "
edited one.tlog-proof 'x["steps"][1]["note"] = x["steps"][1]["note"].replace("hosp-r", "hosp-b")'
refused_proof "."
edited one.tlog-proof 'x["row"] = "AAAA"; x["row_index"] = 0; x["path"] = []'
refused_proof "'steps' and 'row' do not go together"
edited one.tlog-proof 'del x["steps"]'
run medchain-verify proof edited.tlog-proof --policy L/policy
expect_status 0 # the proof of one entry, which claims no more
expect_out "^valid: entry $complete of "
steps hosp-b create --to hosp-r --subject-file subject --service two --text-file words
second=$(jq -r .entry "$out")
steps hosp-r accept "$second"
run medchain-audit prove --steps-of "$second" -o two.tlog-proof
expect_status 0
run medchain-audit prove --steps-of "$first" -o one.tlog-proof
expect_status 0
python3 - two.tlog-proof >step.json <<'EOF'
import base64, json, sys
print(json.dumps(json.loads(base64.b64decode(next(l for l in open(sys.argv[1]) if l.startswith('extra '))[6:]))["steps"][0]))
EOF
edited one.tlog-proof 'x["steps"].append(json.load(open("step.json")))'
refused_proof "entry $second is no step of entry $first|out of order: entry $complete comes after entry $second"

it "keeps steps that were made at once, and lets neither be left out"
steps hosp-b consult --to hosp-r --to hosp-c --subject-file subject --service board --text-file words
board=$(jq -r .entry "$out")
for member in hosp-r hosp-c; do
  steps "$member" opinion "$board" --text-file words --emit
  cp "$out" "$member.ndjson"
done
cat hosp-r.ndjson hosp-c.ndjson >both.ndjson
run medchain-sync apply --time "$(at $minute)" <both.ndjson
expect_status 0
medchain-audit log -q --kind referral --json >log
mapfile -t opinions < <(jq -r 'select(.act == "opinion") | .entry' log)
((${#opinions[@]} == 2))
[[ $(follows "${opinions[0]}") == "$board" && $(follows "${opinions[1]}") == "$board" ]]
steps hosp-b close "$board" --text-file words
closed=$(jq -r .entry "$out")
[[ $(follows "$closed") == "${opinions[*]}" ]] || fail "$(follows "$closed")"
run medchain-audit prove --steps-of "$board" -o board.tlog-proof
expect_status 0
verified board.tlog-proof --json
expect_json ".steps | map(.act) == [\"consult\",\"opinion\",\"opinion\",\"close\"]"
for i in 1 2; do
  edited board.tlog-proof "del x[\"steps\"][$i]"
  refused_proof "left out or out of order: entry $closed follows"
done

it "is set in what is given away, and asked for by what began it"
(
  act_as hosp-r
  steps hosp-b create --to hosp-r --subject-file subject --service three --text-file words
  third=$(jq -r .entry "$out")
  steps hosp-r accept "$third" --emit
  [[ $(jq -r 'select(.type == "entry") | .note' "$out" | sed -n 1p | jq -c .follows) == "[\"$(hash_of "$third")\"]" ]]
)
fails_with 3 "has begun no referral and no prescription" medchain-audit prove --steps-of 0
fails_with 3 "has begun no referral and no prescription" medchain-audit prove --steps-of "$accept"
fails_with 3 "." medchain-audit prove --steps-of 100000
fails_with 2 "expected RECORD, or '--entry', or '--steps-of'" medchain-audit prove --steps-of "$first" --entry 1
fails_with 2 "does not go with '--steps-of'" medchain-audit prove --steps-of "$first" --private

it "holds hundreds of steps, and says so when there are more than a proof has room for"
(
  act_as hosp-r
  minute=$((minute + 60))
  steps hosp-b create --to hosp-r --subject-file subject --service four --text-file words
  fourth=$(jq -r .entry "$out")
  steps hosp-r accept "$fourth"
  steps hosp-r update "$fourth" --schedule
  scheduled=$(jq -r .entry "$out")
  "$MEDCHAIN_TEST_SHARING" reschedule L L.host keys/hosp-r "$scheduled" 200
  run medchain-audit prove --steps-of "$fourth" -o many.tlog-proof
  expect_status 0
  verified many.tlog-proof --json
  expect_json '.steps | length == 203'
  "$MEDCHAIN_TEST_SHARING" reschedule L L.host keys/hosp-r $((scheduled + 201)) 600
  run medchain-audit prove --steps-of "$fourth" -o more.tlog-proof
  expect_status 3
  expect_err "a proof has room for 716800 bytes of entries, 803 steps have [0-9]+"
  expect_err "hint: prove each with '--entry'"
  [[ ! -e more.tlog-proof ]]
)

it "proves a prescription from its issue to its claim"
unset MEDCHAIN_LEDGER MEDCHAIN_VAULT MEDCHAIN_HOST
mkdir rx && cd rx
make_rx
issued
accepted
now=2
run medchain-rx dispense "$rx" --document all.json --time "$(at $now)"
expect_status 0
run medchain-rx close "$rx" --time "$(at $now)"
expect_status 0
run medchain-audit prove --steps-of "$rx" -o rx.tlog-proof
expect_status 0
verified rx.tlog-proof --json
expect_json ".steps | map(.act) == [\"issue\",\"accept\",\"dispense\",\"close\"]"
edited rx.tlog-proof 'del x["steps"][2]'
refused_proof "left out or out of order"

it "shows a regulator the flow of a prescription and when each step was, and proves it (HEALTH RX-5)"
for name in rev authority; do
  [[ $name == rev ]] && as=(--role reviewer) || as=(--kind regulator --role auditor)
  new_keys $name "${as[@]}"
  admit $name
done
now=10
issued --mode home-delivery
flow=("issue hosp-a $(at 10)")
# follows_with MINUTE MEMBER ACT [ARGUMENT...]: the next step of the prescription
follows_with() {
  act_as "$2"
  run medchain-rx "${@:3}" --time "$(at "$1")"
  expect_status 0
  flow+=("${act:-$3} $2 $(at "$1")")
}
act=review follows_with 20 rev approve "$rx"
follows_with 30 ph-a accept --token-file rx.token
# Another's, which is no step of this one.
other=$rx
now=35 && issued && rx=$other
follows_with 40 ph-a dispense "$rx" --document all.json
act=deliver follows_with 50 ph-a deliver "$rx" --step shipped
act=deliver follows_with 60 ph-a deliver "$rx" --step signed-for
follows_with 70 ph-a close "$rx"
follows_with 80 payer claim "$rx"
export MEDCHAIN_KEY=$PWD/keys/authority
unset MEDCHAIN_VAULT MEDCHAIN_PERSON
medchain-audit log -q --kind prescription --json | jq -r --argjson rx "$rx" \
  'select(.type == "event" and (.entry == $rx or .about_entry == $rx)) | "\(.act) \(.author) \(.logged)"' >seen
printf '%s\n' "${flow[@]}" | diff - seen >different || fail "$(<different)"
run medchain-audit prove --steps-of "$rx" -o flow.tlog-proof
expect_status 0
verified flow.tlog-proof --json
jq -r '.steps[] | "\(.act) \(.author) \(.time)"' "$out" | diff - seen >different || fail "$(<different)"
verified flow.tlog-proof
expect_out "^valid: 8 steps of a prescription of ledger.example/L, in order, none left out:$"
expect_out "^  $(at 50)  deliver, by ph-a, entry "
for i in 1 2 3 4 5 6; do
  edited flow.tlog-proof "del x[\"steps\"][$i]"
  refused_proof "left out or out of order"
done
