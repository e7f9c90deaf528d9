#!/usr/bin/env bash
# medchain-grant request: what is asked, what of it a ledger shows, and what becomes of a run that is killed.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing

it "asks as typed, and seals what a ledger must not show"
run medchain-grant request --from hosp-b --type Observation --code 2339-0 --purpose HRESCH --uses 3 --until 90d --time "$(at 0)" \
  --subject SubjectCanary001 --contact ContactCanary01
expect_status 0
expect_err "^medchain-grant: made a vault in "
expect_err "^medchain-grant: appended entry 4: asked 'hosp-b'$"
expect_json '.type == "receipt" and .kind == "request" and .entry == 4'
no_trace SubjectCanary001 ContactCanary01 2339-0 PersonCanary0001
[[ $(published) == 1 && $(staged) == 0 ]] || fail "packages: $(find L.packages)"
run medchain-grant list --json
expect_json '.scope.types == ["Observation"] and .scope.uses == 3 and .state == "requested" and .expires == "2025-03-31T09:00:00Z"
  and .package.to == ["hosp-b", "hosp-r"] and .scope.subjects == [] and (.person | startswith("sha256:"))'

it "takes subjects, words and the person from files and standard input, so that ps need not see them"
printf 'SubjectCanary001\n\nSubjectCanary002\n' >subjects
echo PersonCanary0002 >person
from_stdin() { MEDCHAIN_PERSON='' medchain-grant request --from hosp-b --purpose HRESCH --until 9d --time "$(at 0)" --subject-file subjects \
  --person-file person --text-file - <<<'ReasonCanary0001'; }
run from_stdin
expect_status 0
no_trace SubjectCanary001 SubjectCanary002 PersonCanary0002 ReasonCanary0001

it "tags a person alike each time"
run medchain-grant list --json
[[ $(jq -r .person "$out" | sort -u | wc -l) == 2 ]] || fail "persons: $(jq -r .person "$out")"

it "seals nothing where there is nothing to seal"
before=$(published)
ask --type Observation
[[ $(published) == "$before" ]] || fail "a package without terms"

it "says what is missing or wrong before anything is changed"
count=$(entry_count L)
fails_with 2 "option '--from' is needed" medchain-grant request --purpose TREAT --until 1d
fails_with 2 "option '--purpose' is needed" medchain-grant request --from hosp-b --until 1d --time "$(at 0)"
fails_with 2 "option '--until' is needed" medchain-grant request --from hosp-b --purpose TREAT --time "$(at 0)"
fails_with 2 "expected USES/DURATION, such as 3/24h" medchain-grant request --from hosp-b --purpose TREAT --until 1d --frequency 3 --time "$(at 0)"
fails_with 2 "expected member:NAME, group:NAME" medchain-grant request --from hosp-b --purpose TREAT --until 1d --actor hosp-c --time "$(at 0)"
fails_with 3 "the text is empty" medchain-grant request --from hosp-b --purpose TREAT --until 1d --text-file /dev/null --time "$(at 0)"
fails_with 5 "error: the act names the person who acts" env MEDCHAIN_PERSON= medchain-grant request --from hosp-b --purpose TREAT --until 1d --time "$(at 0)"
[[ $(entry_count L) == "$count" ]]

it "leaves no package of a request that the rules refuse"
before=$(published)
fails_with 5 "'hosp-x' is not a member" medchain-grant request --from hosp-x --purpose TREAT --until 1d --subject SubjectCanary001 --time "$(at 0)"
fails_with 5 "nobody asks itself" medchain-grant request --from hosp-r --purpose TREAT --until 1d --subject SubjectCanary001 --time "$(at 0)"
act_as hosp-a
fails_with 5 "has not the role requester" medchain-grant request --from hosp-b --purpose TREAT --until 1d --subject SubjectCanary001 --time "$(at 0)"
act_as hosp-r
[[ $(published) == "$before" && $(staged) == 0 && $(entry_count L) == "$count" ]]

it "tells of a dry run what it would do, and changes nothing"
state=$(state_of L L.host L.vaults L.packages)
run medchain-grant request --from hosp-b --purpose TREAT --until 1d --subject SubjectCanary001 --time "$(at 0)" --dry-run
expect_status 0
expect_json '.dry_run == true and .kind == "request"'
[[ $(state_of L L.host L.vaults L.packages) == "$state" ]] || fail "something changed"

it "does once what is asked twice under one id"
id=00112233445566778899aabbccddeeff
ask --subject SubjectCanary001 --id $id
first=$asked
count=$(entry_count L)
ask --subject SubjectCanary001 --id $id
[[ $asked == "$first" && $(entry_count L) == "$count" ]] || fail "asked again"
expect_json '.existed == true'
fails_with 8 "the id is that of entry $first" medchain-grant request --from hosp-b --purpose TREAT --until 90d --id $id --time "$(at 0)"

it "prints with --emit what another appends, and publishes the package when it has"
before=$(published)
run medchain-grant request --from hosp-b --purpose HRESCH --until 90d --subject SubjectCanary002 --emit --time "$(at 0)"
expect_status 0
cp "$out" emitted
expect_json '.type == "entry" and .kind == "request"'
[[ $(published) == "$before" && $(staged) == 1 ]]
run medchain-grant request --from hosp-b --purpose HRESCH --until 90d --subject SubjectCanary002 --emit --time "$(at 0)"
same "$out" emitted

it "demands the person's own signature where the policy does"
echo 'signed-person: [request]' >policy.yaml
medchain-member policy policy.yaml -q -k keys/hosp-a --time "$(at 0)" >/dev/null
fails_with 5 "the policy demands the signature of the person" medchain-grant request --from hosp-b --purpose TREAT --until 1d --time "$(at 0)"
expect_err "give '--person-key=FILE'"
medchain-key new -q --staff-of hosp-r --name dr-1 -k keys/staff >/dev/null
fails_with 5 "not one that 'hosp-r' has registered" medchain-grant request --from hosp-b --purpose TREAT --until 1d --time "$(at 0)" --person-key keys/staff/sign.key
medchain-member staff-add -q keys/staff/staff --time "$(at 0)" >/dev/null
ask --person-key keys/staff/sign.key
run medchain-verify ledger -q
expect_status 0

it "works as typed with a profile, and so does the answer"
echo 'signed-person: []' >none.yaml
medchain-member policy none.yaml -q -k keys/hosp-a --time "$(at 0)" >/dev/null
mkdir -p "$XDG_CONFIG_HOME/medchain/profiles"
for name in hosp-r hosp-b; do
  printf '%s: "%s"\n' ledger "$PWD/L" key "$PWD/keys/$name" vault "$PWD/L.vaults/$name" person "staff-17" \
    >"$XDG_CONFIG_HOME/medchain/profiles/$name.yaml"
done
unset MEDCHAIN_LEDGER MEDCHAIN_KEY MEDCHAIN_VAULT MEDCHAIN_PERSON
run env MEDCHAIN_PROFILE=hosp-r medchain-grant request --from hosp-b --type Observation --code 2339-0 --purpose HRESCH --uses 3 --until 90d
expect_status 0
asked=$(jq -r .entry "$out")
run env MEDCHAIN_PROFILE=hosp-b medchain inbox
expect_out "^request $asked of hosp-r"
run env MEDCHAIN_PROFILE=hosp-b medchain-grant give "$asked"
expect_status 0
run env MEDCHAIN_PROFILE=hosp-r medchain inbox
expect_out "^granted by hosp-b: grant [0-9]+ answers request $asked$"
