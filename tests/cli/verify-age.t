#!/usr/bin/env bash
# What a checkpoint lacks: cosignatures of a quorum, or newer ones.  Status 10 says which witnesses could help, and nothing is wrong.
. "${0%/*}/lib.sh" || exit
: "${MEDCHAIN_TEST_PEERS:?the path of medchain-peers}"
need jq

new_ledger L
patients 3 | medchain-anchor -q --time "$(at 0)" >/dev/null
for name in w1 w2 w3; do
  medchain-key new -q --name "$name" -k "keys/$name" --role witness --witness-key >"$name.json"
done
witnesses=$(for name in w1 w2 w3; do echo "witness $name $(jq -r .card.witness "$name.json")"; done)
{ grep '^log ' L/policy && echo "$witnesses" && printf 'group two 2 w1 w2 w3\nquorum two\n'; } >two
{ grep '^log ' L/policy && echo "$witnesses" && printf 'group a any w1 w2\ngroup both all a w3\nquorum both\n'; } >nested
{ grep '^log ' L/policy && echo "quorum none"; } >none
medchain-sync tiles -q -o tree >/dev/null
# cosigned NAME MINUTES...: the tree's checkpoint with these cosignatures.
cosigned() {
  cp L/checkpoint note
  while (($# > 0)); do
    "$MEDCHAIN_TEST_PEERS" cosign "keys/$1" "$(at "$2")" note >more
    mv more note
    shift 2
  done
  cp note tree/checkpoint
}
verify() { run medchain-verify ledger --from tree --json --time "$(at 10)" "$@"; }
# lacks MISSING PATTERN OPTION...: status 10; the names in brackets could help.
lacks() {
  verify "${@:3}"
  expect_status 10
  expect_summary ".status == 10 and .findings == 0 and .complete and (.witnessed | not) and .missing == [$1]"
  expect_err "warning.*$2|\"message\":\"$2"
}
has_all() {
  verify "$@"
  expect_status 0
  expect_summary '.status == 0 and (has("missing") | not)'
}

it "asks for the quorum of a policy of one's own"
has_all
lacks '"w1","w2","w3"' 'the checkpoint lacks cosignatures: the policy demands 2 of w1, w2, w3; missing: w1, w2, w3' --policy two
cosigned w2 1
lacks '"w1","w3"' 'demands 2 of w1, w2, w3; missing: w1, w3' --policy two
cosigned w2 1 w3 1
has_all --policy two
expect_summary '.witnessed'
lacks '"w1","w2","w3"' 'too old' --policy two --max-age 1m
cosigned w1 1
lacks '"w3"' 'demands all of \(1 of w1, w2\), w3; missing: w3' --policy nested
cosigned w3 1 w2 2
has_all --policy nested
has_all --policy none
expect_summary '.witnessed | not'

it "asks how long ago a quorum has cosigned"
cosigned w1 1 w2 6 w3 9
has_all --policy two --max-age 4m
lacks '"w1","w2"' "the checkpoint is too old: its witnesses cosigned until $(at 6), 4m ago, and '--max-age' allows 3m; missing: w1, w2" --policy two --max-age 3m

it "does not believe in times that are still to come"
cosigned w1 9 w2 60 w3 70
lacks '"w2","w3"' 'the witnesses of the checkpoint cosigned at times that are still to come; missing: w2, w3' --policy two --max-age 30d
has_all --policy two
cosigned w1 9 w2 14
has_all --policy two --max-age 2m

it "asks the ledger's own clock where no witnesses are demanded"
cosigned
has_all --max-age 10m
lacks '' "the ledger is too old: its clock said $(at 0), 10m ago, and '--max-age' allows 9m" --max-age 9m
run medchain-verify ledger --time "$(at 10)" --max-age 9m --json
expect_status 10
run medchain-verify ledger --time "$(at 10)" --max-age 10m
expect_status 0

it "pins nothing that is lacking"
run medchain-verify ledger --from tree --seen seen --policy two
expect_status 10
[[ ! -e seen ]] || fail "it was pinned"

it "says no where the policy's log has not signed"
new_ledger M
run medchain-verify ledger -l L --policy M/policy --json
expect_status 1
expect_json -s 'any(.[]; .id == "checkpoint.invalid" and (.message | startswith("by the policy given")))'
on_ledger L

it "says no where a cosignature is forged, and that of others is nobody's"
cosigned w1 1 w2 2
sed 's/^\(— w2 ....................\)./\1A/' tree/checkpoint >forged
cmp -s forged tree/checkpoint && sed 's/^\(— w2 ....................\)./\1B/' tree/checkpoint >forged
cp forged tree/checkpoint
run medchain-verify ledger --from tree --policy two
expect_status 1
has_all --policy none
cosigned w1 1 w2 2

it "fails closed on a policy that is not understood"
for line in 'quorum' 'witness x' 'quorum none' 'group g 3 w1' 'unknown line' 'quorum two # why'; do
  { cat two && echo "$line"; } >broken
  fails_with 2 "broken.*line [0-9]+" medchain-verify ledger --from tree --policy broken
done
head -c -1 two >broken
fails_with 2 'does not end in a newline' medchain-verify ledger --from tree --policy broken
fails_with 2 'nowhere' medchain-verify ledger --from tree --policy nowhere
fails_with 2 "max-age" medchain-verify ledger --from tree --max-age soon

it "asks the same of a proof"
echo letter >letter
medchain-anchor -q --time "$(at 0)" letter >/dev/null
medchain-audit prove letter -o bare.tlog-proof
run medchain-verify proof bare.tlog-proof --policy two
expect_status 10
expect_err 'the checkpoint lacks cosignatures: the policy demands 2 of w1, w2, w3; missing: w1, w2, w3'
sed -n '/^ledger.example/,$p' bare.tlog-proof >note
"$MEDCHAIN_TEST_PEERS" cosign keys/w1 "$(at 5)" note >more
"$MEDCHAIN_TEST_PEERS" cosign keys/w3 "$(at 6)" more >note
{ sed '/^ledger.example/,$d' bare.tlog-proof && cat note; } >good.tlog-proof
run medchain-verify proof good.tlog-proof --policy two --record letter
expect_status 0
expect_out 'cosigned by 2 witnesses'
run medchain-verify proof good.tlog-proof --policy two --time "$(at 10)" --max-age 5m
expect_status 0
run medchain-verify proof good.tlog-proof --policy two --time "$(at 10)" --max-age 4m --json
expect_status 10
expect_json '.valid'
expect_err 'too old'
run medchain-verify proof good.tlog-proof --policy none --max-age 4m
expect_status 10
expect_err 'nothing says how old the checkpoint is'
