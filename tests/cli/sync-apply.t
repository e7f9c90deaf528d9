#!/usr/bin/env bash
# What others have signed and emitted is appended by medchain-sync apply, which has no member's key: after all rules, once, with its packages.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/grant-fixtures.sh"
. "$SOURCE/tests/cli/sync-fixtures.sh"
need jq

make_sharing put
make_other_side
patients 3 >three.ndjson

it "appends a night of anchors through ssh, and the next run knows it"
act_as hosp-b
medchain-anchor --emit -q --host nowhere --time "$(at 0)" <three.ndjson >emitted
there <emitted
expect_status 0
expect_json -s '.[0].kind == "anchor" and .[0].count == 3 and .[0].line == 1 and (.[0].root | startswith("sha256:"))'
expect_summary '.count == 1 and .entries == 1 and .first == .last and .complete'
expect_err 'appended 1 entry \(entry [0-9]+\)'
run medchain-anchor --time "$(at 0)" <three.ndjson
expect_receipts 'map(.status) | unique == ["unchanged"]'
medchain-anchor --emit -q --time "$(at 0)" < <(patients 2 50) | ssh ledger-host medchain-sync apply -q --time "$(at 0)" >answers
jq -se 'last | .complete and .entries == 1' answers >/dev/null

it "appends every kind of act that has a package, from a side without host, and publishes the package"
rm -rf L.packages
echo secret-reason >reason
emits hosp-r medchain-grant request --from hosp-b --type Observation --purpose HRESCH --until 90d --text-file reason --host nowhere
[[ $(published) == 0 && $(staged) == 1 ]] || fail "what is given away is not in the emitter's staging"
grep -q '"type":"package"' emitted || fail "no package"
cp emitted request.emitted
lands request
emits hosp-b medchain-grant give "$landed" --text-file reason
lands grant
grant=$landed
emits hosp-b medchain-grant release "$grant"
lands release
release=$landed
medchain-vault put -q three.ndjson --time "$(at 0)" >/dev/null
echo Patient/p1 >subject
emits hosp-b medchain-refer create --to hosp-r --subject-file subject --service cardiology --text-file reason --application reason
lands referral
emits hosp-r medchain-grant emergency --from hosp-b --subject p1 --reason x --text-file reason
lands emergency
run medchain-verify ledger -q
expect_status 0

it "lets the emitter settle: its staging is empty, and what was sealed to it opens"
emits hosp-r medchain-grant open "$release" -C opened
expect_err 'no file yet'
lands use
run medchain-grant open "$release" -C opened --emit --time "$(at 0)"
expect_status 0
expect_json '.type == "receipt" and .existed'
[[ $(find opened -type f | wc -l) == 2 ]] || fail "not all records are there"
emits hosp-b medchain-grant release "$grant"
[[ $(staged) == 1 ]] || fail "$(staged) packages in staging, expected the one of this run"
lands release

it "gives a release of what is new away once, and not again before it is on the ledger"
run medchain-grant give --to hosp-r --purpose TREAT --type Observation --uses 5 --until 30d --time "$(at 0)"
expect_status 0
fresh=$(jq -r .entry "$out")
emits hosp-b timeout 60 medchain-grant release "$fresh" --new
expect_json -s 'map(select(.type == "entry")) | length == 1'
cp emitted once
emits hosp-b medchain-grant release "$fresh" --new
same once emitted
lands release
emits hosp-b medchain-grant release "$fresh" --new
there <emitted
expect_summary '.entries == 0 and .rejected == 0'

it "appends nothing twice"
before=$(state_of L L.packages)
cat request.emitted once >both
there <both
expect_status 0
expect_summary '.entries == 0 and .unchanged == 2 and .packages == 0 and .complete'
expect_json -s 'map(select(.type == "receipt")) | all(.existed) and length == 2'
[[ $(state_of L L.packages) == "$before" ]] || fail "something changed"

it "rehearses with --dry-run and writes nothing"
emits hosp-r medchain-grant request --from hosp-b --purpose HRESCH --until 90d --text-file reason --subject other
before=$(state_of L L.host L.packages)
there --dry-run <emitted
expect_status 0
expect_json -s 'all(.dry_run) and .[0].kind == "request"'
[[ $(state_of L L.host L.packages) == "$before" ]] || fail "something changed"

it "takes an entry whose package did not come, says so, and takes the package later by itself"
grep '"type":"entry"' emitted >entry
grep '"type":"package"' emitted >package
there <entry
expect_status 0
expect_err 'warning: the package of entry [0-9]+ did not come with it'
count=$(published)
there <package
expect_status 0
expect_json -s '.[0].kind == "request" and .[0].existed and .[0].line == 1'
expect_summary '.packages == 1 and .entries == 0'
[[ $(published) == $((count + 1)) ]] || fail "it is not published"
there <emitted
expect_status 0
expect_no_err 'did not come'

it "answers every entry in its place: what is refused is refused alone"
act_as hosp-b
medchain-anchor --emit -q --time "$(at 0)" < <(patients 1 60) >all
head -n1 all >first
medchain-anchor --emit -q --time "$(at 0)" < <(patients 1 61) >all
sed -n 2p all >second
medchain-anchor --emit -q --time "$(at 0)" < <(patients 1 62) >all
sed -n 3p all >third
jq -c '.note |= sub("— hosp-b (?<a>.)"; "— hosp-b A")' second >forged
cmp -s second forged && fail "it is not forged"
cat first forged third >stream
there <stream
expect_status 3
expect_json -s 'map(.type) == ["receipt", "error", "receipt", "summary"]'
expect_json -s '.[1].line == 2 and .[1].exit == 5 and (.[1].id | startswith("signature"))'
expect_summary '.entries == 2 and .rejected == 1 and (.complete | not)'
expect_err 'error: standard input:2: '
there <second
expect_status 0

it "appends a change of members once it is endorsed, and refuses it before"
new_keys hosp-c --role custodian
printf 'admit: 2\n' >policy.yaml
act_as hosp-a
medchain-member update hosp-b --role custodian --role requester --role admin -q --time "$(at 0)" >/dev/null
medchain-member policy policy.yaml -q --time "$(at 0)" >/dev/null
emits hosp-a medchain-member add keys/hosp-c/hosp-c.member
there <emitted
expect_status 3
expect_json -s '.[0].id == "quorum.missing" and .[0].exit == 10'
act_as hosp-b
run medchain-member endorse --emit --time "$(at 0)" <emitted
expect_status 0
cp "$out" emitted
lands member
run medchain-member list
expect_out '^hosp-c'

it "passes on the package of an act that is endorsed"
emits hosp-r medchain-grant request --from hosp-b --purpose HRESCH --until 90d --text-file reason --subject endorsed
act_as hosp-a
fails_with 2 "comes with a package, which only '--emit' passes on" medchain-member endorse --time "$(at 0)" <emitted
run medchain-member endorse --emit --time "$(at 0)" <emitted
expect_status 0
grep '"type":"package"' emitted >before
grep '"type":"package"' "$out" >after
same before after
cp "$out" endorsed
[[ $(jq -r 'select(.type == "entry") | .note' endorsed | grep -c '^— ') == 2 ]] || fail "it is not signed twice"
# Nobody asked for that signature.
there <endorsed
expect_status 3
expect_json -s '.[0].id == "signature.superfluous"'
staging_is_empty
lands request

it "flushes what waits when no more input is ready"
act_as hosp-b
mkfifo slow
ssh ledger-host medchain-sync apply --time "$(at 0)" <slow >answers 2>log &
exec {to}>slow
medchain-anchor --emit -q --time "$(at 0)" < <(patients 1 70) >all
head -n1 all >&"$to"
wait_for grep -q receipt answers
exec {to}>&-
wait $!
jq -se 'last.complete' answers >/dev/null

it "needs the host directory and nothing of a member"
mv L.host host.away
fails_with 5 'host' ssh ledger-host medchain-sync apply --time "$(at 0)" <emitted
mv host.away L.host
fails_with 2 "unknown option" ssh ledger-host medchain-sync apply --key keys/hosp-b <emitted

it "is all that a forced command of sshd does, whatever was typed"
forced() { run env -u MEDCHAIN_LEDGER SSH_ORIGINAL_COMMAND="$1" "$SOURCE/scripts/ssh-forced-command" "$PWD/L" "${@:2}"; }
act_as hosp-b
medchain-anchor --emit -q --time "$(at 0)" < <(patients 1 90) >emitted
before=$(entry_count L)
forced 'medchain-sync apply --output /etc/passwd' <emitted
expect_status 2
expect_err "only 'medchain-sync apply' runs here"
forced 'sh -c id' <emitted
expect_status 2
[[ $(entry_count L) == "$before" ]] || fail "something was appended"
MEDCHAIN_PACKAGES=elsewhere MEDCHAIN_HOST=nowhere forced 'medchain-sync apply' --time "$(at 0)" <emitted
expect_status 0
expect_summary '.complete and .count > 0'
[[ ! -e elsewhere ]] || fail "the caller's environment decides"
fails_with 2 'usage: ssh-forced-command' "$SOURCE/scripts/ssh-forced-command"

it "lets two apply at once"
act_as hosp-b
for i in {1..30}; do medchain-anchor --emit -q --receipts=none --time "$(at 0)" < <(patients 1 $((100 + i))) >/dev/null; done
medchain-anchor --emit -q --time "$(at 0)" </dev/null >all
grep '"type":"entry"' all >thirty
[[ $(wc -l <thirty) == 30 ]] || fail "$(wc -l <thirty) entries"
before=$(entry_count L)
ssh ledger-host medchain-sync apply -q --time "$(at 0)" <thirty >one &
tac thirty | ssh ledger-host medchain-sync apply -q --time "$(at 0)" >other
wait $!
[[ $(entry_count L) == $((before + 30)) ]] || fail "$(entry_count L) entries, $before before"
jq -se '[.[] | select(.type == "summary") | .entries] | add == 30' one other >/dev/null || fail "not each by one of them"
run medchain-verify ledger -q
expect_status 0
