#!/usr/bin/env bash
# medchain-audit prove and medchain-verify proof: a proof of one record that needs nothing but a policy.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/verify-fixtures.sh"
need python3
make_ledger
sed -n 7p records.ndjson | tr -d '\n' >o7.json

it "proves a record by its name and by its file"
run medchain-audit prove Observation/o7 -o o7.tlog-proof
expect_status 0
expect_err "^medchain-audit: proved: anchored 20.*Z at entry 1 row 6; verify with 'medchain-verify proof FILE --record RECORD --policy POLICY'"
expect_out_empty
run medchain-audit prove files/a.txt
expect_status 0
expect_out "^c2sp.org/tlog-proof@v1$"
expect_out "^index 2$"
cp "$out" a.tlog-proof
cp L/policy policy

it "verifies it with the record"
run medchain-verify proof o7.tlog-proof --record o7.json --policy policy
expect_status 0
expect_out "^valid: the record is the one that hosp-a anchored at 20..-..-..T..:..:..Z as entry 1 of ledger.test.example/main$"
expect_out "^signed by the log, not witnessed$"
run medchain-verify proof a.tlog-proof --record files/a.txt --policy policy --json
expect_status 0
expect_json '.type == "decision" and .valid and .record_compared and .entry == 2 and .author == "hosp-a" and .size == 6 and .witnesses == 0 and .ledger == "ledger.test.example/main"'
[[ $(jq -r .digest "$out") == "sha256:$(sha256sum <files/a.txt | cut -d' ' -f1)" ]]

it "says what it did not compare"
run medchain-verify proof a.tlog-proof --policy policy
expect_status 0
expect_out "^valid: a record with digest $(sha256sum <files/a.txt | cut -d' ' -f1) is the one"
expect_out "^no record was compared: give it with --record$"

it "verifies offline, with nothing else around"
mkdir bare
cp a.tlog-proof files/a.txt policy bare
run env -i -C bare "$BIN/medchain-verify" proof a.tlog-proof --record a.txt --policy policy
expect_status 0
[[ $(ls bare) == $'a.tlog-proof\na.txt\npolicy' ]]

it "refuses another record"
run medchain-verify proof a.tlog-proof --record files/b.txt --policy policy
expect_status 1
expect_out "^not valid: the record 'files/b.txt' is not the one that was anchored: its digest is [0-9a-f]{64}, anchored was [0-9a-f]{64}$"
run medchain-verify proof a.tlog-proof --record files/b.txt --policy policy --json
expect_status 1
expect_json '(.valid | not) and .record_compared and (.reason | test("is not the one"))'
: >empty
run medchain-verify proof a.tlog-proof --record empty --policy policy
expect_status 1
fails_with 3 "absent" medchain-verify proof a.tlog-proof --record absent --policy policy

it "refuses a proof for another log"
medchain-init --origin ledger.test.example/main -l O -q >/dev/null
run medchain-verify proof a.tlog-proof --policy O/policy
expect_status 1
expect_out "^not valid: "
medchain-init --origin other.test.example/main -l P -q >/dev/null
run medchain-verify proof a.tlog-proof --policy P/policy
expect_status 1
expect_out "^not valid: checkpoint: no signature of a log that the policy lists$"
printf 'nonsense\n' >nonsense
fails_with 2 "'nonsense'" medchain-verify proof a.tlog-proof --policy nonsense
fails_with 2 "absent" medchain-verify proof a.tlog-proof --policy absent
fails_with 2 "policy" medchain-verify proof a.tlog-proof
fails_with 2 "." medchain-verify proof --policy policy
fails_with 3 "absent" medchain-verify proof absent --policy policy

it "refuses a proof wherever a byte of it is changed"
cat >flip.py <<'END'
# Changes each STEPth byte of the proof in turn and runs the verifier: 0 only if the proof still says the same of the same record.
import subprocess, sys
proof, record, policy, step = sys.argv[1:]
data = open(proof, "rb").read()
def verify(text):
    open("flipped", "wb").write(text)
    done = subprocess.run(["medchain-verify", "proof", "flipped", "--record", record, "--policy", policy, "--json"], capture_output=True, timeout=20)
    return done.returncode, done.stdout
good = verify(data)
assert good[0] == 0, good
tried = 0
for at in range(0, len(data), int(step)):
    for mask in (1, 0x20):
        status, out = verify(data[:at] + bytes([data[at] ^ mask]) + data[at + 1:])
        tried += 1
        assert status in (1, 3) or (status, out) == good, f"byte {at} xor {mask}: status {status}"
        assert status != 0, f"byte {at} xor {mask}: still accepted"
for size in list(range(0, len(data), 97)) + [len(data) - 1]:
    status, out = verify(data[:size])
    assert status in (1, 3), f"cut at {size}: status {status}"
status, out = verify(data + b"\n")
assert status in (1, 3), f"with a line more: {status}"
print(tried)
END
run python3 flip.py a.tlog-proof files/a.txt policy 7
expect_status 0
expect_out "^[0-9]+$"

it "refuses what is no proof"
: >none
for file in none policy L/checkpoint files/a.txt records.ndjson; do
  run medchain-verify proof "$file" --policy policy
  expect_status 1
  expect_out "^not valid: "
done
sed '/^extra /d' a.tlog-proof >bare.tlog-proof
run medchain-verify proof bare.tlog-proof --policy policy
expect_status 1
expect_out "extra"

it "refuses parts that do not belong together"
extra_of() { sed -n 's/^extra //p' "$1" | base64 -d; }
with_extra() { extra_of a.tlog-proof | jq -c "$1" | tr -d '\n' | base64 -w0; }
for change in '.digest |= sub("....$"; "0000")' '.salt |= sub("....$"; "0000")' '.row_index = 1' '.row_index = 3' '.path |= .[1:]' '.path |= reverse' \
  '.path += [.path[0]]' '.row = "AAAA"' '.row |= ("AAAB" + .[4:])' '.note |= sub("\"count\":3"; "\"count\":4")' '.schema = "medchain/2"' '.type = "other"' '. + {more: 1}' \
  'del(.salt)' '.path = []' '.note = ""' ; do
  sed "s|^extra .*|extra $(with_extra "$change")|" a.tlog-proof >wrong.tlog-proof
  run medchain-verify proof wrong.tlog-proof --record files/a.txt --policy policy
  expect_status 1
  expect_out "^not valid: "
done
# Its own extra in the log part of another entry.
{ sed -n 1,2p a.tlog-proof && sed 1,2d o7.tlog-proof; } >wrong.tlog-proof
run medchain-verify proof wrong.tlog-proof --record files/a.txt --policy policy
expect_status 1

it "asks for the witnesses that the policy demands"
medchain-key new --name w1 --key keys/w1 --role witness --witness-key -q >key.json
vkey=$(jq -r .card.witness key.json)
{
  grep '^log ' policy
  echo "witness w1 $vkey"
  echo "quorum w1"
} >witnessed
run medchain-verify proof a.tlog-proof --record files/a.txt --policy witnessed
expect_status 10
expect_err "error: "
expect_out_empty
run medchain-verify proof a.tlog-proof --record files/b.txt --policy witnessed
expect_status 10

it "proves the newest version by its name, and an older one by its bytes"
run medchain-audit prove b-first.txt -o old.tlog-proof
expect_status 0
run medchain-verify proof old.tlog-proof --record b-first.txt --policy policy
expect_status 0
expect_out "as entry 2 of"
run medchain-audit prove files/b.txt -o new.tlog-proof
expect_status 0
run medchain-verify proof new.tlog-proof --record files/b.txt --policy policy
expect_status 0
expect_out "as entry 3 of"

it "keeps verifying after the ledger grew"
for i in 6 7; do echo "note $i" >"note$i.txt" && medchain-anchor -q "note$i.txt" >/dev/null; done
run medchain-verify proof a.tlog-proof --record files/a.txt --policy L/policy
expect_status 0
run medchain-audit prove files/a.txt -o again.tlog-proof
expect_status 0
! cmp -s a.tlog-proof again.tlog-proof || fail "the new proof is to the old checkpoint"
run medchain-verify proof again.tlog-proof --record files/a.txt --policy policy --json
expect_status 0
expect_json '.size == 8'

it "proves a record in canonical form whatever its spelling"
printf '{"resourceType":"Observation","id":"c1","value":1}\n' >c1.ndjson
medchain-anchor -q --canonical=json --source lis c1.ndjson >/dev/null
run medchain-audit prove Observation/c1 --source lis -o c1.tlog-proof
expect_status 0
printf '{ "id" : "c1", "value":1, "resourceType":"Observation" }' >c1.json
run medchain-verify proof c1.tlog-proof --record c1.json --policy policy
expect_status 0
printf '{ "id" : "c1", "value":2, "resourceType":"Observation" }' >c1.json
run medchain-verify proof c1.tlog-proof --record c1.json --policy policy
expect_status 1

it "proves nothing that is not on the ledger"
fails_with 3 "the record was not anchored from this vault" medchain-audit prove Observation/o999
fails_with 3 "the record was not anchored from this vault" medchain-audit prove Observation/c1
fails_with 2 "expected TYPE/ID" medchain-audit prove o7
echo waiting >waiting.txt
medchain-anchor -q --emit waiting.txt >/dev/null
fails_with 3 "not on the ledger yet" medchain-audit prove waiting.txt
fails_with 5 "no vault" medchain-audit prove files/a.txt --vault nowhere
run medchain-audit prove files/a.txt -l O
((status == 8 || status == 1)) || fail "a vault of another ledger: status $status"
expect_out_empty
rm -f absent.tlog-proof
run medchain-audit prove Observation/o999 -o absent.tlog-proof
[[ ! -e absent.tlog-proof ]]
run bash -c 'medchain-audit prove files/a.txt >/dev/full'
expect_status 7

if go=$(bash "$SOURCE/tests/interop/go/build.sh" "$tmp/go" 2>/dev/null); then
  it "is accepted in its log part by the Go implementation"
  extra_of a.tlog-proof | jq -j .note >note
  run "$go" proof "$(sed -n 's/^log //p' policy)" note a.tlog-proof
  expect_status 0
  expect_out "^ok: "
  run "$go" proof "$(sed -n 's/^log //p' O/policy)" note a.tlog-proof
  expect_status 1
else
  it_skipped "is accepted in its log part by the Go implementation" "Go or golang.org/x/mod is not installed"
fi

it "proves an entry of any kind, without a vault"
for ((i = 0; i < $(entry_count L); i++)); do
  run env -u MEDCHAIN_VAULT medchain-audit prove --entry $i -o entry.tlog-proof
  expect_status 0
  run medchain-verify proof entry.tlog-proof --policy L/policy --json
  expect_status 0
  "$MEDCHAIN_TEST_TAMPER" L get $i | sed -n 1p >statement
  jq -e --slurpfile s statement --argjson i $i '.valid and .entry == $i and .kind == $s[0].type and .author == $s[0].author and .time == $s[0].time and (has("digest") or has("anchored") | not)' "$out" >/dev/null || fail "$(<"$out")"
done
run medchain-verify proof entry.tlog-proof --policy L/policy
expect_out "^valid: entry $((i - 1)) of ledger.test.example/main is of kind [a-z]*, signed by [a-z-]* at 20..-..-..T..:..:..Z$"
fails_with 2 "of an entry, not of a record" medchain-verify proof entry.tlog-proof --policy L/policy --record files/a.txt
fails_with 3 "." medchain-audit prove --entry 100000
fails_with 2 "expected a" medchain-audit prove --entry x
fails_with 2 "expected RECORD, or '--entry'" medchain-audit prove
fails_with 2 "expected RECORD, or '--entry'" medchain-audit prove files/a.txt --entry 1
fails_with 2 "does not go with '--entry'" medchain-audit prove --entry 1 --private

it "proves that a record was anchored and keeps it private"
run medchain-audit prove files/a.txt --private -o private.tlog-proof
expect_status 0
! sed -n 's/^extra //p' private.tlog-proof | base64 -d | grep -qE '"salt"|"digest"' || fail 'the opening is in it'
run medchain-verify proof private.tlog-proof --policy L/policy
expect_status 0
expect_out "^valid: a record, kept private, is the one that hosp-a anchored at "
run medchain-verify proof private.tlog-proof --policy L/policy --json
expect_json '.valid and .kind == "anchor" and (has("digest") | not)'
fails_with 2 "made with '--private'" medchain-verify proof private.tlog-proof --policy L/policy --record files/a.txt

it "verifies the proofs that earlier versions have made"
golden=$SOURCE/tests/golden/proofs
for proof in "$golden"/*.tlog-proof; do
  run medchain-verify proof "$proof" --policy "$golden/policy"
  expect_status 0
done
run medchain-verify proof "$golden/steps/steps.tlog-proof" --policy "$golden/steps/policy"
expect_status 0
expect_out "^valid: 4 steps of a referral of ledger.example/L, in order, none left out:$"
run medchain-verify proof "$golden/record.tlog-proof" --policy "$golden/policy" --record "$golden/record.txt"
expect_status 0
expect_out "^valid: the record is the one that hosp-a anchored at 2026-11-26T[0-9:]+Z as entry 1 of golden.example/main$"
