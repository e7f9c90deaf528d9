#!/usr/bin/env bash
# A ledger whose members went over to rules that this medchain does not know (DESIGN 5): every tool stops with status 4, says what to
# do and changes nothing; damage before and behind the place is found all the same.
. "${0%/*}/lib.sh"
# shellcheck source=verify-fixtures.sh
. "$SOURCE/tests/cli/verify-fixtures.sh"
NEWER=${MEDCHAIN_TEST_NEWER:-}
[[ -n $NEWER && -x $NEWER ]] || skip "medchain-newer is not built"
need_tamper
make_ledger
cp -r L before
cp -r L.host before.host
medchain-verify ledger -q --seen seen >/dev/null
echo new >new.txt

known="follows rules 2, this medchain knows up to 1"
hint="^[a-z-]+: hint: install a newer medchain; 'medchain --version' tells the rules that this one knows$"

# becomes FORM: L is the ledger as it was, with newer rules appended.
becomes() {
  rm -rf L L.host
  cp -r before L
  cp -r before.host L.host
  "$NEWER" append L L.host keys/a "$1"
}

# stops_in_text CMD...: status 4, what is wrong and a hint, nothing printed, nothing changed anywhere.
stops_in_text() {
  sums . >"$tmp/sums.before"
  fails_with 4 "error: .*$known" "$@"
  expect_err "$hint"
  sums . >"$tmp/sums.after"
  same "$tmp/sums.before" "$tmp/sums.after"
}

# stops CMD...: the same, and so in JSON, as rules.newer.
stops() {
  stops_in_text "$@"
  run "$@" --json
  expect_status 4
  expect_out_empty
  expect_error_id rules.newer
  tail -n1 "$err" | jq -e '.exit == 4 and (.hint | length) > 0' >/dev/null || fail "expected a hint in the error"
  sums . >"$tmp/sums.after"
  same "$tmp/sums.before" "$tmp/sums.after"
}

it "tells the rules it knows, as the hint says"
run medchain --version
expect_status 0
expect_out "rules 1$"

for form in known strange; do
  it "stops each tool where the policy entry that brings them is in a $form form"
  becomes $form
  [[ $(entry_count L) == 8 ]]
  stops medchain-anchor new.txt
  stops medchain-anchor --emit new.txt
  stops medchain-anchor --dry-run new.txt
  stops medchain-anchor files
  stops medchain-member group create team hosp-a
  stops_in_text medchain-audit prove Observation/o1
  stops medchain-verify records files/a.txt
  # These print text unless asked for JSON.
  stops medchain status
  stops medchain-member list
  stops medchain-verify ledger
  stops medchain-verify ledger --seen seen

  it "names the entry, and looks at the rest: $form form"
  run medchain-verify ledger
  expect_err "error: entry 6: the ledger $known"

  it "finds what was altered before newer rules and behind them: $form form"
  for index in 2 6 7; do
    fresh
    tamper get $index >entry
    sed '1s/"time":"20/"time":"21/' entry >altered
    tamper put $index altered
    run medchain-verify ledger -l T --json
    expect_status 1
    jq -e -n --argjson index $index '[inputs] | (map(select(.type == "finding" and .level == "error")) | .[0].entry == $index) and
      (last | .status == 1 and (.complete | not))' "$out" >/dev/null || fail "expected a finding at entry $index"
  done
  fresh
  tamper tree-flip 8
  says tree.damaged "."
  fresh
  tamper meta-file checkpoint before/checkpoint
  says chain.added "entry 6 was added: the signed checkpoint counts 6 entries, the ledger says it has 8"
  tail -n1 "$err" | jq -e '.id == "rules.newer" and .exit == 4' >/dev/null || fail "expected the reason why the rest was not judged"

  it "proves a fork and a rollback against what was seen before: $form form"
  becomes $form
  for evil in fork:1 rollback:3; do
    rm -rf O O.host
    cp -r before O
    cp -r before.host O.host
    for ((i = 0; i < ${evil#*:}; i++)); do
      echo "$i" >other.txt
      medchain-anchor -q other.txt -l O --vault "O.vault" >/dev/null
    done
    medchain-verify ledger -q -l O --seen "seen.$evil" >/dev/null
    run medchain-verify ledger --seen "seen.$evil" --json
    expect_status 11
    jq -e -n --arg id "seen.${evil%:*}" '[inputs] | map(select(.type == "finding")) | length == 1 and .[0].id == $id' "$out" >/dev/null ||
      fail "expected seen.${evil%:*}"
    rm -rf O O.* seen.*
  done
done

it "stops at a genesis of newer rules"
for form in known strange; do
  rm -rf G G.host
  cp -r before.host G.host
  : >G.host/high-water
  "$NEWER" create G G.host keys/a $form before
  rm -rf L L.host
  cp -r G L
  cp -r G.host L.host
  stops medchain-verify ledger
  run medchain-verify ledger
  expect_err "error: entry 0: the ledger $known"
  stops medchain-anchor new.txt
  stops medchain status
done

it "signs nothing that brings them"
rm -rf L L.host
cp -r before L
cp -r before.host L.host
"$NEWER" append L L.host keys/a strange
"$TAMPER" L get 6 >entry
jq -n -c --rawfile note entry '{schema:"medchain/1",type:"entry",kind:"policy",note:$note}' >emitted
rm -rf L L.host
cp -r before L
cp -r before.host L.host
sums L >"$tmp/sums.before"
run medchain-member endorse --json <emitted
expect_status 4
expect_out_empty
expect_error_id rules.newer
sums L >"$tmp/sums.after"
same "$tmp/sums.before" "$tmp/sums.after"

it "goes on where the rules are known"
run medchain-verify ledger --seen seen
expect_status 0
run medchain-anchor new.txt
expect_status 0
