#!/usr/bin/env bash
# medchain-verify ledger --seen: a ledger that went back, one with another history, another ledger; and what the appender says.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/verify-fixtures.sh"
need_tamper
make_ledger
cp -r L old
cp -r L.host old.host
cp -r V old.V
medchain-verify ledger --seen old.seen -q >/dev/null
for i in 6 7; do echo "note $i" >"note$i.txt" && medchain-anchor -q "note$i.txt" >/dev/null; done
medchain-verify ledger --seen seen -q >/dev/null
cp seen seen.before

# notes_of EVIDENCE NAME: the signed note in it.
notes_of() { jq -r ".$2" "$1"; }

it "proves a rollback with both signed checkpoints"
run medchain-verify ledger -l old --seen seen --json
expect_status 11
expect_err "an older state than the one seen before; wrote both checkpoints to 'seen.evidence'"
expect_out '"id":"seen.rollback","level":"error","entry":6,"message":"the ledger has 6 entries, 8 were seen before"'
expect_json 'select(.type == "summary") | .status == 11'
same seen seen.before
jq -e '.schema == "medchain/1" and .type == "evidence" and .kind == "rollback" and .ledger == "ledger.test.example/main"' seen.evidence >/dev/null
notes_of seen.evidence seen | head -n2 | diff - <(printf 'ledger.test.example/main\n8\n')
notes_of seen.evidence found | head -n2 | diff - <(printf 'ledger.test.example/main\n6\n')

it "never overwrites evidence"
cp seen.evidence first
run medchain-verify ledger -l old --seen seen
expect_status 11
expect_err "seen.evidence-1'"
same first seen.evidence
same first seen.evidence-1
rm seen.evidence*

it "cannot see a rollback without having seen more"
run medchain-verify ledger -l old --seen old.seen
expect_status 0
run medchain-verify ledger -l old
expect_status 0

it "does not append to a ledger that was put back"
rm -rf B B.host B.V
cp -r L.host B.host
cp -r old B
cp -r V B.V
before=$(sums B)
echo "after the restore" >late.txt
run medchain-anchor -l B --vault B.V late.txt
expect_status 11
expect_err "the ledger has 6 entries, but 8 were signed on this host"
expect_err "hint: bring back the newest copy"
expect_no_out '"receipt"'
[[ $(sums B) == "$before" ]]
run medchain-verify vault -l B --ledger-only -q
expect_status 1
expect_out "^damaged .*entry 6"

# The old copy with the host as it was then: the log key signs another history.
it "proves another history of the same log"
rm -rf F F.host
cp -r old F
cp -r old.host F.host
for i in 1 2 3; do echo "forked $i" >"fork$i.txt" && medchain-anchor -q -l F --vault old.V "fork$i.txt" >/dev/null; done
run medchain-verify ledger -l F
expect_status 0
run medchain-verify ledger -l F --seen seen --json
expect_status 11
expect_out '"id":"seen.fork","level":"error","message":"the first 8 entries are not those of the checkpoint seen before: history was rewritten"'
same seen seen.before
jq -e '.kind == "fork" and (.root_found | startswith("sha256:")) and (.consistency | length > 0)' seen.evidence >/dev/null
notes_of seen.evidence seen | head -n2 | tail -n1 | grep -qx 8
notes_of seen.evidence found | head -n2 | tail -n1 | grep -qx 9
rm seen.evidence

it "proves a fork at the same size"
run medchain-verify ledger -l F --seen F.seen -q
expect_status 0
rm -rf G G.host
cp -r old G
cp -r old.host G.host
rm -rf G.V
for i in 1 2 3; do echo "other $i" >"fork$i.txt" && medchain-anchor -q -l G --vault G.V "fork$i.txt" >/dev/null; done
run medchain-verify ledger -l G --seen F.seen
expect_status 11
expect_out "seen.fork"
jq -e '.kind == "fork"' F.seen.evidence >/dev/null
[[ $(notes_of F.seen.evidence seen | sed -n 2p) == $(notes_of F.seen.evidence found | sed -n 2p) ]]
[[ $(notes_of F.seen.evidence seen | sed -n 3p) != $(notes_of F.seen.evidence found | sed -n 3p) ]]

it "does not accuse the log of what somebody did to the file"
rm -rf T
cp -r L T
tamper tree-flip 0
run medchain-verify ledger -l T --seen seen --json
expect_status 1
[[ ! -e seen.evidence ]]
rm -rf T
cp -r L T
tamper swap 2 4
run medchain-verify ledger -l T --seen seen --json
expect_status 1
[[ ! -e seen.evidence ]]
same seen seen.before

it "names another ledger"
medchain-init --origin ledger.test.example/main -l O -q >/dev/null
run medchain-verify ledger -l O --seen seen --json
expect_status 1
expect_out '"id":"seen.genesis"'
same seen seen.before
[[ ! -e seen.evidence ]]

it "fails where evidence cannot be written"
if [[ $(id -u) == 0 ]]; then
  run bash -c '(ulimit -f 0; trap "" XFSZ; exec medchain-verify ledger -l old --seen seen) 2>&1 | cat >&2; exit "${PIPESTATUS[0]}"'
else
  chmod a-w . && run medchain-verify ledger -l old --seen seen && chmod u+w .
fi
expect_status 7
expect_err "seen.evidence"
same seen seen.before
rm -f seen.evidence

it "tells when the policy was changed"
printf 'max-delay: 12h\n' >policy.yaml
if medchain-member policy --help >/dev/null 2>&1; then
  medchain-member policy policy.yaml -q >/dev/null
  run medchain-verify ledger --seen seen
  expect_status 0
fi
sed 's/quorum none/quorum  none/' seen | jq -c '.policy = "log x\n"' >changed.seen
run medchain-verify ledger --seen changed.seen
expect_status 0
expect_err "the policy was changed by its admins since it was last seen"
run medchain-verify ledger --seen changed.seen
expect_no_err "the policy was changed"
