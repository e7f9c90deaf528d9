#!/usr/bin/env bash
# medchain-grant give and deny: answers to requests, and grants that nobody asked for.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing

it "gives what was asked for, about the subjects that the request names, by the custodian's tags"
ask --type Observation --uses 3 --subject SubjectCanary001
act_as hosp-b
run medchain-grant give "$asked" --time "$(at 0)"
expect_status 0
no_trace SubjectCanary001 PersonCanary0001
run medchain-grant list --grants --json
expect_json '.scope.uses == 3 and .scope.types == ["Observation"] and (.scope.subjects | length) == 1 and .state == "active"
  and .basis.policy == "ledger.example/L" and .scope.actors.members == ["hosp-r"] and .more == false'
run medchain-grant list --requests --json
expect_json '.state == "granted"'

it "has exactly one answer"
fails_with 8 "the request of entry $asked was answered" medchain-grant give "$asked" --uses 1 --time "$(at 0)"
fails_with 8 "the request of entry $asked was answered" medchain-grant deny "$asked" --reason no --time "$(at 0)"
[[ $(staged) == 0 ]]

it "narrows, and not beyond what was asked for, in what the ledger shows and in what is sealed"
act_as hosp-r
ask --uses 3 --code 2339-0 --code 4548-4 --data-from 2025-01-01 --label N
act_as hosp-b
fails_with 5 "'uses' is wider" medchain-grant give "$asked" --uses 4 --time "$(at 0)"
fails_with 5 "'purposes' is wider" medchain-grant give "$asked" --purpose TREAT --time "$(at 0)"
fails_with 5 "'code' is wider than that of the request" medchain-grant give "$asked" --code 718-7 --time "$(at 0)"
fails_with 5 "'label' is wider than that of the request" medchain-grant give "$asked" --label R --time "$(at 0)"
fails_with 5 "'data-from' is wider than that of the request" medchain-grant give "$asked" --data-from 2024-01-01 --time "$(at 0)"
run medchain-grant give "$asked" --uses 1 --code 2339-0 --data-from 2025-02-01 --time "$(at 0)"
expect_status 0
run medchain-grant list --requests --state narrowed --json
expect_json ".entry == $asked"
no_trace 2339-0 4548-4

it "does not know a subject that is not in the vault, and does not name it"
act_as hosp-r
ask --subject SubjectCanary001 --subject UnknownCanary01
act_as hosp-b
before=$(published)
fails_with 3 "1 of 2 subjects are not known to this vault" medchain-grant give "$asked" --time "$(at 0)"
no_trace SubjectCanary001 UnknownCanary01
[[ $(published) == "$before" ]]

it "refuses with a code in clear and words for who asked"
run medchain-grant deny "$asked" --reason incomplete --text-file - --time "$(at 0)" </dev/null
expect_status 3
echo ReasonCanary0001 >reason
run medchain-grant deny "$asked" --reason incomplete --text-file reason --time "$(at 0)"
expect_status 0
no_trace ReasonCanary0001
run medchain-grant list --requests --state denied --json
expect_json ".entry == $asked"

it "takes requests by index, by hash and by the beginning of the hash, and nothing else"
act_as hosp-r
ask
hash=$(jq -r .hash "$out")
act_as hosp-b
fails_with 2 "expected the index of an entry" medchain-grant give "${hash:7:7}" --time "$(at 0)"
fails_with 3 "there is no request '3'" medchain-grant give 3 --time "$(at 0)"
fails_with 3 "there is no request 'sha256:0{64}'" medchain-grant give "sha256:$(printf '0%.0s' {1..64})" --time "$(at 0)"
run medchain-grant give "${hash:7:12}" --time "$(at 0)" --dry-run
expect_status 0
run medchain-grant give "$hash" --time "$(at 0)"
expect_status 0

it "is for the custodian alone"
act_as hosp-r
ask --subject SubjectCanary001
act_as hosp-a
fails_with 5 "terms of entry $asked: the file is sealed for others" medchain-grant give "$asked" --time "$(at 0)"
fails_with 5 "the request is to 'hosp-b'" medchain-grant deny "$asked" --reason no --time "$(at 0)"

it "gives what receipts on standard input name, and only of a stream that is complete"
act_as hosp-b
from() { medchain-grant give --to hosp-r --purpose TREAT --until 30d --time "$(at 0)" "${@:2}" <"$1"; }
run from receipts
expect_status 0
run medchain-grant list --grants --json
jq -s -e 'last | .scope.records == [{"entry": 3, "rows": "0-1"}]' "$out" >/dev/null || fail "records"
head -n 1 receipts >cut
fails_with 3 "the receipts end without a summary" from cut
run from cut --no-require-summary
expect_status 0
fails_with 3 "standard input is empty" from /dev/null
printf '%s' "$(<receipts)" >no-end
fails_with 3 "the last line does not end" from no-end
sed 's/"complete":true/"complete":false/' receipts >incomplete
fails_with 3 "its run is not complete" from incomplete
sed 's/,"entry":3,"row":[01]//' receipts >unplaced
fails_with 3 "standard input:1: the receipt names no entry" from unplaced
sed 's/"row":0/"row":7/' receipts >beyond
fails_with 3 "entry 3 has no row 7" from beyond

it "gives records by type and id, and everything only where that is said"
run medchain-grant give --to hosp-r --purpose TREAT --until 30d --record Observation/10 --time "$(at 0)"
expect_status 0
run medchain-grant list --grants --json
jq -s -e 'last | .scope.records == [{"entry": 3, "rows": "1"}]' "$out" >/dev/null || fail "records"
fails_with 3 "not in this vault" medchain-grant give --to hosp-r --purpose TREAT --until 30d --record Observation/77 --time "$(at 0)"
fails_with 3 "entry 3 has no row 7" medchain-grant give --to hosp-r --purpose TREAT --until 30d --record 3:7 --time "$(at 0)"
run medchain-grant give --to hosp-r --purpose TREAT --until 30d --all --time "$(at 0)"
expect_status 0

it "has exceptions of depth 1, some in clear and some sealed"
cat >exceptions.yaml <<'X'
exceptions:
  - provision: deny
    labels: [LabelCanary00001]
  - provision: deny
    purposes: [HMARKT]
X
run medchain-grant give --to hosp-r --purpose TREAT --until 30d --all --exceptions exceptions.yaml --time "$(at 0)"
expect_status 0
no_trace LabelCanary00001
run medchain-grant list --grants --json
jq -s -e 'last | (.exceptions | map(.more)) == [true, false] and .exceptions[1].purposes == ["HMARKT"]' "$out" >/dev/null || fail "exceptions"
echo '{"exceptions": [{"provision": "deny", "exceptions": []}]}' >deep.json
fails_with 2 "deep.json:1: an exception has no exceptions" medchain-grant give --to hosp-r --purpose TREAT --until 30d --all --exceptions deep.json --time "$(at 0)"
echo 'exceptions: [{provision: deny, purpose: [TREAT]}]' >typo.yaml
fails_with 2 "typo.yaml:1: unknown key 'purpose'" medchain-grant give --to hosp-r --purpose TREAT --until 30d --all --exceptions typo.yaml --time "$(at 0)"

it "refuses one consent for two purposes"
echo signed >consent
run medchain-grant give --to hosp-r --purpose HRESCH --until 30d --all --consent consent --consent-by subject --time "$(at 0)"
expect_status 0
fails_with 5 "for other purposes" medchain-grant give --to hosp-r --purpose TREAT --until 30d --all --consent consent --consent-by subject --time "$(at 0)"

it "replaces a grant of one's own"
run medchain-grant give --to hosp-r --purpose TREAT --until 30d --all --uses 2 --time "$(at 0)"
grant=$(jq -r .entry "$out")
run medchain-grant give --amend "$grant" --uses 5 --time "$(at 0)"
expect_status 0
run medchain-grant list --grants --state replaced --json
expect_json ".entry == $grant"

it "answers a request once, of 32 that answer at the same time, and leaves no package of the others"
act_as hosp-r
ask --subject SubjectCanary002
act_as hosp-b
before=$(published)
for i in {1..32}; do
  if ((i % 2)); then
    medchain-grant give "$asked" --uses "$i" --wait 5m --time "$(at 0)" >"answer.$i" 2>"told.$i" &
  else
    medchain-grant deny "$asked" --reason "no-$i" --text-file reason --wait 5m --time "$(at 0)" >"answer.$i" 2>"told.$i" &
  fi
done
wait
[[ $(cat answer.* | grep -c '"receipt"') == 1 ]] || fail "$(cat answer.* | grep -c '"receipt"') answers"
[[ $(cat told.* | grep -c 'was answered by') == 31 ]] || fail "$(cat told.* | sort | uniq -c)"
[[ $(published) == $((before + 1)) && $(staged) == 0 ]] || fail "packages: $before, then $(published)"
run medchain-verify ledger -q
expect_status 0

it "takes receipts from a run that is still going, also where both make the vault"
act_as hosp-a
patients 3000 >many.ndjson
piped() { medchain-anchor many.ndjson -q --time "$(at 0)" | medchain-grant give --to hosp-r --purpose TREAT --until 30d --time "$(at 0)"; }
run piped
expect_status 0
run medchain-grant list --grants --by hosp-a --json
expect_json '.scope.records[0].rows == "0-2999"'
