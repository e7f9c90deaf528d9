#!/usr/bin/env bash
# Admissions and changes need k admins: entries travel from one to the next.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger hosp-a hosp-b hosp-c
new_keys clinic-d --kind clinic
card=keys/clinic-d/clinic-d.member
state_of ledger ledger.host >start
unchanged() {
  state_of ledger ledger.host >now
  same start now
}

it "refuses what one of three admins signs, and leaves nothing"
fails_with 10 "signed by 1 of the 2 admins" medchain-member add $card --time "$(at 1)"
expect_err "hint: use --emit"
unchanged

it "prints the signed entry instead of appending it"
run medchain-member add $card --emit --time "$(at 1)"
expect_status 0
expect_json '.schema == "medchain/1" and .type == "entry" and .kind == "member"'
expect_err "prepared, not appended: admitted 'clinic-d'"
jq -j .note "$out" | head -n1 | jq -e '.author == "hosp-a" and .act == "add" and .member == "clinic-d"' >/dev/null
cp "$out" one
unchanged

it "needs no host for that"
run medchain-member add $card --emit --host nosuch --time "$(at 1)"
expect_status 0
fails_with 5 "hint: only who may read the host" medchain-member add $card --host nosuch --time "$(at 1)"

it "does not count the author twice"
fails_with 5 "'hosp-a' has signed this entry already" medchain-member endorse --time "$(at 1)" <one
unchanged

it "appends with the second signature"
act_as hosp-b
run medchain-member endorse --time "$(at 1)" <one
expect_status 0
expect_json '.type == "receipt" and .kind == "member" and .entry == 1 and .author == "hosp-a"'
expect_err "endorsed the member entry of 'hosp-a' as 'hosp-b'"
hash=$(jq -r .hash "$out")
run medchain-member list
expect_out "^clinic-d +active +clinic"

it "answers the same entry again with the same place, whoever sends it"
act_as hosp-c
run medchain-member endorse --time "$(at 1)" <one
expect_status 0
expect_json '.entry == 1 and .existed == true'
# The copy has another second signature; the receipt names what stands there.
expect_json ".hash == \"$hash\""
expect_err "was there already"
[[ $(entry_count ledger) == 2 ]]

it "passes an entry on with --emit until it is complete"
printf 'admit: 3\n' >policy.yaml
act_as hosp-a
medchain-member policy policy.yaml --emit -q --time "$(at 2)" >one
act_as hosp-b
run medchain-member endorse --time "$(at 2)" <one
expect_status 0
expect_json '.kind == "policy"'
act_as hosp-a
medchain-member suspend clinic-d --emit -q --time "$(at 2)" >one
act_as hosp-b
fails_with 10 "signed by 2 of the 3 admins" medchain-member endorse --time "$(at 2)" <one
expect_err "hint: pass it on with --emit"
medchain-member endorse --time "$(at 2)" --emit -q <one >two
[[ $(jq -j .note two | grep -c '^— ') == 2 ]]
act_as hosp-c
run medchain-member endorse --time "$(at 2)" <two
expect_status 0
run medchain-member list
expect_out "^clinic-d +suspended"

it "works as a pipe"
act_as hosp-a
medchain-member resume clinic-d --emit -q --time "$(at 3)" |
  medchain-member endorse --time "$(at 3)" --emit -q -k keys/hosp-b |
  medchain-member endorse --time "$(at 3)" -q -k keys/hosp-c >receipt
jq -e '.kind == "member" and .existed == null' receipt >/dev/null

it "takes no signature of who is no admin"
new_keys stranger --role admin
medchain-member suspend clinic-d --emit -q --time "$(at 4)" >one
fails_with 5 "clinic-d|signature" medchain-member endorse --time "$(at 4)" -k keys/clinic-d <one
run medchain-member endorse --time "$(at 4)" -k keys/stranger <one
expect_status 5
expect_out_empty

it "refuses an entry that was changed on the way"
changed() {
  sed "$2" one >forged
  if cmp -s one forged; then fail "'$2' changed nothing"; fi
  fails_with "$1" "$3" medchain-member endorse --time "$(at 4)" -k keys/hosp-b <forged
}
changed 5 's/suspend/revoke/' "signature of 'hosp-a': it does not verify"
changed 5 's/"member..:..clinic-d/"member\\":\\"clock/' "clock|does not verify"
changed 3 's/\(author[^,]*\)hosp-a/\1hosp-b/' "the first signature must be the author's"
changed 3 's/"kind":"member"/"kind":"policy"/' "expected 'member' as in the note"
# One bit of the signature.
jq -c '.note |= (split("\n") | .[2] |= (.[0:-6] + (if .[-6:-5] == "A" then "B" else "A" end) + .[-5:]) | join("\n"))' one >forged
fails_with 5 "does not verify" medchain-member endorse --time "$(at 4)" -k keys/hosp-b <forged

it "reads one whole line of the right form"
fails_with 3 "empty" medchain-member endorse --time "$(at 4)" </dev/null
head -c -1 one >cut
fails_with 3 "no line feed" medchain-member endorse --time "$(at 4)" <cut
fails_with 3 "several" medchain-member endorse --time "$(at 4)" < <(cat one one)
head -c 1100000 /dev/zero | tr '\0' x >long
fails_with 3 "over 1 MiB" medchain-member endorse --time "$(at 4)" <long
fails_with 3 "." medchain-member endorse --time "$(at 4)" <<<'not json'
fails_with 3 "field 'note' is missing" medchain-member endorse --time "$(at 4)" <<<'{"schema":"medchain/1","type":"entry","kind":"member"}'
fails_with 3 "field 'schema' is missing" medchain-member endorse --time "$(at 4)" < <(jq -c 'del(.schema)' one)
fails_with 3 "field 'schema'" medchain-member endorse --time "$(at 4)" < <(jq -c '.schema = "medchain/2"' one)
fails_with 3 "expected 'entry', got 'receipt'" medchain-member endorse --time "$(at 4)" < <(jq -c '.type = "receipt"' one)
fails_with 3 "unknown field 'extra'" medchain-member endorse --time "$(at 4)" < <(jq -c '.extra = "x"' one)
fails_with 3 "field 'note'" medchain-member endorse --time "$(at 4)" < <(jq -c '.note = 1' one)

it "refuses an entry of another ledger"
unset MEDCHAIN_LEDGER
new_ledger other hosp-a
medchain-member suspend clock --emit -q --time "$(at 0)" >foreign
on_ledger ledger
act_as hosp-b
fails_with 8 "belongs to ledger 'ledger.example/other'" medchain-member endorse --time "$(at 0)" <foreign

it "judges an emitted entry by the state it meets, and names it"
act_as hosp-a
medchain-member add $card --emit -q --time "$(at 5)" >again
run medchain-member endorse --time "$(at 5)" -q --emit -k keys/hosp-b <again
cp "$out" again2
fails_with 8 "'clinic-d' is a member|never used again" medchain-member endorse --time "$(at 5)" -k keys/hosp-c <again2

it "refuses an entry that comes too late for its kind"
medchain-member suspend clinic-d --emit -q --time "$(at 5)" >late
medchain-member endorse --time "$(at 5)" -q --emit -k keys/hosp-b <late >late2
fails_with 8 "not within 5m before" medchain-member endorse -k keys/hosp-c --time "$(at 30)" <late2

it "keeps one id for one statement"
id=00112233445566778899aabbccddeeff
on_ledger other
act_as hosp-a
run medchain-member add $card --id $id --time "$(at 0)"
expect_status 0
expect_json ".id == \"$id\" and .entry == 1"
run medchain-member add $card --id $id --time "$(at 0)"
expect_status 0
expect_json ".id == \"$id\" and .entry == 1 and .existed"
run medchain-member suspend clinic-d --id $id --time "$(at 0)" --json
expect_status 8
expect_error_id entry.id_used
[[ $(entry_count other) == 2 ]]

it "does all but the last step in a dry run"
state_of other other.host >before
run medchain-member suspend clinic-d -n --time "$(at 1)"
expect_status 0
expect_json '.dry_run == true and .entry == 2'
expect_err "would append entry 2: suspended 'clinic-d'"
fails_with 5 "." medchain-member suspend nobody -n --time "$(at 1)"
state_of other other.host >after
same before after

it "says what was appended when the receipt cannot be written"
run sh -c "medchain-member suspend clinic-d -q --time $(at 1) >/dev/full"
expect_status 7
expect_err "appended entry 2, but the receipt could not be written"
run sh -c "medchain-member resume clinic-d -q --time $(at 1) >&-"
expect_status 7
expect_err "appended entry 3, but"
[[ $(entry_count other) == 4 ]]
