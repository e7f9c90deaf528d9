#!/usr/bin/env bash
# medchain-grant overdue, attest and acknowledge: what has to be done, by whom, until when, and that it is done.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
: "${MEDCHAIN_TEST_SHARING:?the path of medchain-sharing}"
make_sharing
sharing() { "$MEDCHAIN_TEST_SHARING" "$1" L L.host "${@:2}"; }
echo words >words
days() { at $(($1 * 1440)); }
overdue() { medchain-grant overdue --time "$(days "$day")" "$@"; }
day=0

it "finds nothing where nothing is to be done (status 0)"
run overdue --all
expect_status 0
expect_out_empty
expect_err "^medchain-grant: nothing is overdue$"
run overdue --json
expect_json '.type == "summary" and .count == 0 and .findings == 0 and .status == 0 and .complete'

it "lists an emergency that nobody has reviewed after some days (status 1), as what one must do or waits for"
medchain-grant emergency -q --from hosp-b --subject SubjectCanary001 --reason x --text-file words --time "$(at 0)" >receipt
emergency=$(jq -r .entry receipt)
act_as hosp-b
medchain-grant acknowledge -q "$emergency" --time "$(at 0)" >/dev/null
act_as hosp-r
day=7
run overdue
expect_status 0
run overdue --all
expect_status 0
expect_out "^ *7d +review +due +must +hosp-r +$emergency$"
day=8
run overdue
expect_status 1
expect_out "^ *8d +review +overdue +must +hosp-r +$emergency$"
expect_err "^medchain-grant: 1 duty overdue, 1 of them of 'hosp-r'$"
run overdue --max-age 30d
expect_status 0
run overdue --max-age 1d --json
expect_status 1
jq -s -e '.[0] | .type == "duty" and .what == "review" and .state == "overdue" and .role == "must" and .member == "hosp-r"
  and .awaiting == ["hosp-b"] and .age == 691200 and (has("due") | not)' "$out" >/dev/null || fail "$(<"$out")"
jq -s -e 'last | .count == 1 and .findings == 1 and .status == 1' "$out" >/dev/null
act_as hosp-b
run overdue
expect_status 1
expect_out "waits +hosp-r"
expect_err "1 duty overdue, 0 of them of 'hosp-b'"
run overdue --mine
expect_status 0
run overdue --awaited
expect_status 1
act_as hosp-a
run overdue
expect_status 0
run overdue --everyone
expect_status 1
expect_out "^ *8d +review +overdue +hosp-r +$emergency$"
run env -u MEDCHAIN_KEY medchain-grant overdue --time "$(days 8)"
expect_status 1
expect_err "^medchain-grant: 1 duty overdue$"
act_as hosp-r
medchain-grant review -q "$emergency" --justified --reason x --person other --time "$(at 0)" >/dev/null
run overdue
expect_status 0

it "lists a notice that is not acknowledged in time"
act_as hosp-b
medchain-grant emergency -q --from hosp-r --subject S --reason x --text-file words --time "$(at 0)" >receipt
second=$(jq -r .entry receipt)
medchain-grant review -q "$second" --justified --reason x --person other --time "$(at 0)" >/dev/null
act_as hosp-r
run overdue --json
expect_status 1
jq -s -e '.[0] | .what == "notice" and .of == "emergency" and .member == "hosp-r" and .role == "must" and .awaiting == ["hosp-b"]' "$out" >/dev/null ||
  fail "$(<"$out")"
medchain-grant acknowledge -q "$second" --time "$(at 0)" >/dev/null
run overdue
expect_status 0

it "lists a release that nobody says to have used"
sharing release keys/hosp-b hosp-r 3:0
release=$(medchain-grant list --releases --json | jq -rs 'last.entry')
run overdue
expect_status 1
expect_out "^ *8d +use +overdue +must +hosp-r +$release$"

it "lists what is not erased at its time, until that is attested"
act_as hosp-b
run medchain-grant attest "$release" --time "$(at 0)"
expect_status 5
expect_err "'hosp-b' got nothing by this grant"
medchain-grant give -q --to hosp-r --purpose TREAT --until 5d --erase-at "$(days 20)" --all --time "$(at 0)" >receipt
grant=$(jq -r .entry receipt)
act_as hosp-r
fails_with 5 "'hosp-r' got nothing by this grant" medchain-grant attest "$grant" --time "$(at 0)"
fails_with 3 "there is no grant, release or notice '3'" medchain-grant attest 3 --time "$(at 0)"
fails_with 8 "the notice calls for no erasure" medchain-grant attest "$second" --time "$(at 0)"
sharing give-release keys/hosp-b "$grant" 3:0
second_release=$(medchain-grant list --releases --json | jq -rs 'last.entry')
day=19
run overdue --all --max-age 90d
expect_status 0
expect_out "^ *19d +erasure +due +must +hosp-r +$grant +2025-03-21T09:00:00Z$"
day=20
run overdue --max-age 90d
expect_status 1
expect_out "^ *20d +erasure +overdue +must +hosp-r +$grant +2025-03-21T09:00:00Z$"
act_as hosp-b
run overdue --max-age 90d
expect_status 1
expect_out "erasure +overdue +waits +hosp-r"
act_as hosp-r
echo ProofCanary00001 >proof
fails_with 3 "cannot (open|read) 'missing'" medchain-grant attest "$grant" --document missing --time "$(at 0)"
run medchain-grant attest "$second_release" --document proof --dry-run --time "$(at 0)"
expect_status 0
run overdue --max-age 90d
expect_status 1
run medchain-grant attest "$second_release" --document proof --time "$(at 0)"
expect_status 0
expect_err "attested the erasure for the grant of entry $grant$"
no_trace ProofCanary00001
fails_with 8 "'hosp-r' attested that at entry" medchain-grant attest "$grant" --time "$(at 0)"
run overdue --max-age 90d
expect_status 0
run medchain-grant list --grants --json
jq -s -e 'map(select(.entry == '"$grant"')) | .[0].erasure == "erasure-attested"' "$out" >/dev/null || fail "$(<"$out")"

it "has nothing to attest for an emergency's release"
medchain-grant emergency -q --from hosp-b --subject SubjectCanary001 --reason x --text-file words --time "$(at 0)" >receipt
sharing serve keys/hosp-b "$(jq -r .entry receipt)" 3:0
fails_with 8 "the release is for an emergency, which sets no time to erase" \
  medchain-grant attest "$(medchain-grant list --releases --json | jq -rs 'last.entry')" --time "$(at 0)"

it "acknowledges several notices in one transaction, or none"
act_as hosp-b
for subject in one two; do
  medchain-grant emergency -q --from hosp-r --subject $subject --reason x --text-file words --time "$(at 0)"
done >receipts
act_as hosp-r
mapfile -t notices < <(jq -r .entry receipts)
count=$(entry_count L)
fails_with 8 "has acknowledged this notice" medchain-grant acknowledge "${notices[@]}" "${notices[0]}" --time "$(at 0)"
[[ $(entry_count L) == "$count" ]]
run medchain-grant acknowledge "${notices[@]}" --time "$(at 0)"
expect_status 0
expect_receipts 'map(.kind) == ["attest", "attest"]'
fails_with 2 "expected|NOTICE|operand" medchain-grant acknowledge --time "$(at 0)"

it "changes nothing, reads no private key, and says what is wrong with the question"
before=$(state_of L L.host L.vaults L.packages)
chmod 000 keys/hosp-r/sign.key keys/hosp-r/seal.key
run overdue
expect_status 1
chmod 600 keys/hosp-r/sign.key keys/hosp-r/seal.key
[[ $(state_of L L.host L.vaults L.packages) == "$before" ]] || fail "something changed"
fails_with 2 "exclude each other" overdue --mine --everyone
fails_with 2 "option '--key' is needed" env -u MEDCHAIN_KEY medchain-grant overdue --mine --time "$(days 8)"
new_keys hosp-z
fails_with 5 "'hosp-z' is not a member of this ledger" medchain-grant overdue -k keys/hosp-z --time "$(days 8)"
full() { overdue --json >/dev/full; }
run full
expect_status 7
run medchain-verify ledger -q
expect_status 0
