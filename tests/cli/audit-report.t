#!/usr/bin/env bash
# medchain-audit report: one page that is well-formed, loads nothing, and says what the other verbs say; whatever data are called it is
# text; a damaged ledger is reported as such; and nothing is written.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
need jq python3
make_history
now=$(at $((minute + 3 * 24 * 60)))

# page COMMAND...: the report of a command that writes to page.html, checked, and as JSON in `said`.
page() {
  run "$@" -o page.html --time "$now"
  python3 "$SOURCE/tests/cli/page.py" page.html >said || fail "the page is not as it should be"
}
says() { jq -e "$@" said >/dev/null || fail "the page does not say: $*"; }

it "says that the ledger is intact, and what was compared"
page medchain-audit report
expect_status 0
expect_out_empty
expect_err_empty
says '.text | contains("Intact All 30 entries and 4 record versions were verified")'
[[ $(entry_count L) == 30 ]]
says --arg root "$(sed -n 3p L/checkpoint)" '.facts["Checkpoint root"] == $root'
says '.facts["Checkpoint size"] == "30 entries" and .facts["Signed by the log"] == "yes" and (.facts["Log time"] | endswith("3 days before this report"))'
says '.facts["Ledger (origin)"] == "ledger.example/L" and (.facts["Log key"] | startswith("ledger.example/L+"))'
says '.tables["What was verified for this report"] | length == 6 and all(.[1:][]; .[2] == "passed")'
if command -v xmllint >/dev/null; then xmllint --noout page.html; fi

it "counts as log, flows, refer list and grant list do"
medchain-audit log --json -q >events
medchain-audit flows --json -q >flows
jq -n '[inputs | select(.type == "event")] | group_by(.kind) | map({key: .[0].kind, value: length}) | from_entries' events >kinds
says --slurpfile kinds kinds '[.tables["Entries by kind, since the ledger began"][1:][] | {key: .[0], value: (.[2] | tonumber)}] | from_entries == $kinds[0]'
jq -n '[inputs | select(.type == "event")] | group_by(.logged[:7]) | map([.[0].logged[:7], length])' events >months
says --slurpfile months months '[.tables["Entries in each month of log time, by what they are about"][1:][] | [.[0], (.[-1] | tonumber)]] == $months[0]'
jq -n '[inputs | select(.type == "flow")] | group_by([.from, .to]) | map({from: .[0].from, to: .[0].to, releases: (map(.releases) | add),
  records: (map(.records) | add), uses: (map(.uses) | add), denied: (map(.denied) | add)})' flows >pairs
says --slurpfile pairs pairs 'def n: if . == "" then 0 else tonumber end;
  [.tables["From whom to whom, all purposes together"][1:][] | {from: .[0], to: .[1], releases: (.[3] | n), records: (.[4] | n), uses: (.[5] | n), denied: (.[7] | n)}]
  | sort_by(.from, .to) == $pairs[0]'
says --slurpfile pairs pairs '.tables["Records released, from the member of the line to that of the column"] as $m
  | $pairs[0] | all(. as $p | $m[] | select(.[0] == $p.from) | .[$m[0] | index($p.to)] == ($p.records | tostring))'
medchain-refer list --open --json -q | jq -s 'map(select(.type == "referral") | [(.entry | tostring), .author, .state])' >open
says --slurpfile open open '[.tables["Referrals and consultations that have not ended, those that wait longest first"][1:][] | [.[0], .[2], .[4]]] == $open[0]'
says '.tiles == {"entries": "30", "record versions anchored": "4", "active members": "5", "records released": "8", "refusals": "1", "findings to look at": .tiles["findings to look at"], "open referrals": "1", "grants ending soon": "0"}'

it "has what anomalies finds, the serious first, each with the entries that prove it and what proves them"
medchain-audit anomalies --json -q --time "$now" --fail-on never | jq -s 'map(select(.type == "finding"))' >findings
says --slurpfile findings findings '.tiles["findings to look at"] == ($findings[0] | length | tostring)'
jq -e 'length > 3 and all(.[]; .entries | length > 0)' findings >/dev/null
says --slurpfile findings findings '.tables as $t | .text as $text | $findings[0] | all(. as $f | ($text | contains($f.message)) and
  any($t | to_entries[] | select(.key | startswith("Evidence of finding")) | .value[1:]; map(.[0] | tonumber) == $f.entries[:8]))'
says --slurpfile findings findings '[.text | scan("(serious|to be looked at|for information) ?[0-9]+\\. ") | .[0]]
  == ($findings[0] | [(map(select(.level == "error"))[] | "serious"), (map(select(.level == "warning"))[] | "to be looked at"), (map(select(.level == "note"))[] | "for information")])'
jq -r '.tables | to_entries[] | select(.key | startswith("Evidence")) | .value[1:][] | [.[0], .[1], .[2], .[4], .[5]] | @tsv' said | sort -u >shown
medchain-audit log --json -q | jq -r 'select(.type == "event") | [.entry, ([.kind, .act] | map(select(. != null)) | join(" ")), .author, .hash[7:], "medchain-audit prove --entry \(.entry)"] | @tsv' | sort -u >logged
[[ -s shown ]] && comm -23 shown logged >differ
[[ ! -s differ ]] || fail "evidence that the log does not have: $(<differ)"
cut -f5 shown | head -n 1 >command
run bash -c "$(<command) -o entry.tlog-proof"
expect_status 0
run medchain-verify proof entry.tlog-proof --policy L/policy
expect_status 0

it "says what it did not look at, for it opens no vault"
says '.text | contains("Not looked at: anchor.late, records that were anchored long after their own date.")'
new_ledger Q
run medchain-audit report -o page.html --time "$now"
expect_status 0
python3 "$SOURCE/tests/cli/page.py" page.html >said
says '.text | contains("found nothing. Not looked at: anchor.late, ")'
on_ledger L
act_as hosp-b

it "lists grants that end within the time that is asked for"
says '.text | contains("No active grant ends within 30 days.")'
page medchain-audit report --within 300d
expect_status 0
says --arg referral "$referral" --arg law "$law" --arg treatment "$treatment" '.tables["Active grants that end within 300 days, the next first"][1:]
  | map(.[0]) == [$referral, $treatment, $law] and .[2][1:7] == ["hosp-b", "hosp-b", "hosp-c", "HLEGAL", "any", "2"] and map(.[8]) == ["56 days", "266 days", "266 days"]'

it "is the same bytes for the same ledger and time, on standard output too, which -o replaces as a whole"
cp page.html before.html
run medchain-audit report --within 300d --time "$now"
expect_status 0
same "$out" before.html
run medchain-audit report --within 300d --time "$now" -o page.html
same page.html before.html
fails_with 4 "cannot open .nowhere." medchain-audit report -l nowhere -o page.html
same page.html before.html

it "keeps a page off a terminal unless told"
if command -v script >/dev/null; then
  run timeout 10 script -qec "medchain-audit report" /dev/null </dev/null
  expect_out "standard output is a terminal"
fi

it "has no identifier, no tag and no word of a record"
for word in Canary SubjectCanary001 ReasonCanary cardiology "$(tag_of SubjectCanary001 | cut -c8-20)"; do
  ! grep -qF "$word" before.html || fail "'$word' is in the page"
done

it "writes nothing and needs neither vault nor key"
unwritten L L.host L.packages L.vaults keys -- env -u MEDCHAIN_VAULT -u MEDCHAIN_KEY medchain-audit report --time "$now"
expect_status 0

it "says where it did not verify"
page medchain-audit report --no-verify
expect_status 0
says '.text | contains("Not checked This report was made without verification")'
says '.tables["What was verified for this report"] == null'
fails_with 2 "exclude each other" medchain-audit report --no-verify --seen seen

it "compares with what was seen before, and proves a rollback"
cp -a L old
act_as hosp-b
medchain-grant revoke "$law" -q --time "$(at $minute)" >/dev/null
medchain-verify ledger -q --seen seen
cp seen seen.before
page medchain-audit report --seen seen
expect_status 0
says '.facts["Earlier state"] | startswith("compared with what was seen before")'
same seen seen.before
page medchain-audit report -l old --seen seen
expect_status 11
expect_err "not intact"
says '.text | contains("Not intact Verification for this report found 1 contradiction.")'
says '.tables["What verification found"][1][0] == "seen.rollback"'

it "can be anchored like any file"
run medchain-anchor before.html --time "$(at $minute)"
expect_status 0
expect_json 'select(.type == "summary") | .anchored == 1'

it "reports what is damaged, as far as it can be read"
: "${MEDCHAIN_TEST_TAMPER:?the path of medchain-tamper}"
cp -a L damaged
"$MEDCHAIN_TEST_TAMPER" damaged delete "$release"
page medchain-audit report -l damaged
expect_status 1
says '.text | contains("Not intact")'
says --arg entry "$release" '[.tables["What verification found"][][2]] | index($entry) != null'
says '.text | contains("The ledger could not be read further")'
fails_with 1 "entry $release is missing" medchain-audit report -l damaged --no-verify

it "asks for cosignatures as the policy does"
(
  w1=$(medchain-key new -q --name w1 --role witness -k keys/w1 | jq -r .card.witness)
  printf 'witnesses:\n  - name: w1\n    key: "%s"\nquorum: 1\n' "$w1" >policy.yaml
  new_keys hosp-w --role admin --role custodian
  medchain-init -q --origin ledger.example/W -l W -k keys/hosp-w --policy policy.yaml --time "$(at 0)" >/dev/null
  page medchain-audit report -l W
  expect_status 10
  expect_err "lacks cosignatures"
  says '.text | contains("Intact, but not witnessed as the policy demands")'
  says '.tables["Witnesses of the policy, and their cosignatures of this checkpoint"] == [["Witness", "Cosigned", "Age"], ["w1", "no", ""]]'
)

it "shows whatever data say as text"
(
  evil='<script>alert(1)</script>"&'\''<!--]]>'
  new_keys hosp-x --role admin --role custodian --role requester --display "$evil"
  new_keys hosp-y --role custodian --role requester --display '</td><img src=x onerror=alert(1)>' --contact "$evil"
  medchain-init -q --origin 'x/<script>alert(1)</script>"&' -l X -k keys/hosp-x --time "$(at 0)" >/dev/null
  on_ledger X
  act_as hosp-x
  medchain-member add -q keys/hosp-y/hosp-y.member --time "$(at 0)" >/dev/null
  run medchain-audit report --time "$now" -o evil.html
  expect_status 0
  # Of the words that page.py looks for, these are text here.
  sed 's/src=x/src-x/; s/onerror=/onerror-/' evil.html >harmless.html
  python3 "$SOURCE/tests/cli/page.py" harmless.html >said
  says --arg evil "$evil" '.tables["Members of the ledger by name, as their cards in force say"] | map(select(.[0] == "hosp-x"))[0][1] == $evil'
  says '.tables["Members of the ledger by name, as their cards in force say"] | map(select(.[0] == "hosp-y"))[0][1] == "</td><img src-x onerror-alert(1)>"'
  says '.facts["Ledger (origin)"] == "x/<script>alert(1)</script>\"&"'
  ! grep -qE '<(script|img)' evil.html || fail "an element out of data"
)

it "shows so many rows and counts the rest"
(
  new_ledger M hosp-m
  new_keys hosp-n --role requester
  medchain-member add -q keys/hosp-n/hosp-n.member --time "$(at 0)" >/dev/null
  for ((i = 1; i <= 23; i++)); do
    medchain-grant give -q --to hosp-n --purpose TREAT --type Observation --until "$(at $((60 * 24 * 40 + i)))" --time "$(at 0)" >/dev/null
  done
  run medchain-audit report --time "$(at $((60 * 24 * 35)))" -o page.html
  expect_status 0
  python3 "$SOURCE/tests/cli/page.py" page.html >said
  says '.tables["Active grants that end within 30 days, the next first"] | length == 21'
  says '.text | contains("and 3 more: medchain-grant list --grants has all.")'
  says '.tiles["grants ending soon"] == "23"'
)
