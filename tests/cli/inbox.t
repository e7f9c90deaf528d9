#!/usr/bin/env bash
# medchain inbox: what waits for a member, with what was sealed to it.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/grant-fixtures.sh"
need jq
make_sharing

it "is empty where nothing waits"
run medchain inbox
expect_status 0
expect_out_empty

it "shows a request to who is asked, with its terms, and to nobody else"
printf 'bell \a reason' >reason
ask --uses 3 --type Observation --subject SubjectCanary001 --code 2339-0 --text-file reason
run medchain inbox
expect_out_empty
act_as hosp-a
run medchain inbox
expect_out_empty
act_as hosp-b
run medchain inbox
expect_status 0
expect_out "^request $asked of hosp-r, expires 2025-03-31T09:00:00Z$"
expect_out "^    HRESCH; Observation; 3 uses; until "
expect_out "^    subjects: SubjectCanary001$"
expect_out "^    codes: 2339-0$"
expect_out '^    reason: bell \\x07 reason$'
run medchain inbox --json
expect_json '.what == "request" and .author == "hosp-r" and .terms.subjects == ["SubjectCanary001"] and .terms.conditions.codes == ["2339-0"]'

it "says that there are terms where the key is not here, or the package is gone or changed"
mv keys/hosp-b/seal.key away
run medchain inbox --json
expect_json '.what == "request" and .terms_problem == "key.missing" and (has("terms") | not)'
cp keys/hosp-a/seal.key keys/hosp-b/seal.key
run medchain inbox --json
expect_json '.terms_problem == "age.wrong_key"'
mv away keys/hosp-b/seal.key
package=$(find L.packages -name '*.age')
cp "$package" kept
printf 'x' >>"$package"
run medchain inbox --json
expect_json '.terms_problem == "package.invalid" or .terms_problem == "age.payload_damaged"'
rm "$package"
run medchain inbox
expect_status 0
expect_out "terms: cannot be opened: there is no package"
cp kept "$package"

it "shows answers to who asked, and no more the request"
medchain-grant give "$asked" -q --uses 1 --time "$(at 0)" >/dev/null
run medchain inbox
expect_out_empty
act_as hosp-r
run medchain inbox
expect_out "^narrowed by hosp-b: grant [0-9]+ answers request $asked$"
expect_out "subjects: SubjectCanary001"
ask
act_as hosp-b
echo ReasonCanary0001 >reason
medchain-grant deny "$asked" -q --reason incomplete --text-file reason --time "$(at 0)" >/dev/null
act_as hosp-r
run medchain inbox
expect_out "^denied by hosp-b: request $asked, incomplete$"
expect_out "^    reason: ReasonCanary0001$"

it "shows notices that are not acknowledged"
act_as hosp-b
grant=$(medchain-grant list --grants --json | jq -r .entry)
medchain-grant revoke "$grant" -q --reason withdrawn --time "$(at 0)" >/dev/null
act_as hosp-r
run medchain inbox --json
jq -s -e 'map(select(.what == "notice")) | length == 1 and .[0].of == "revocation"' "$out" >/dev/null || fail "notices"

it "changes nothing, reads no signing key, and needs to know who asks"
state=$(state_of L L.host L.vaults L.packages)
chmod 000 keys/hosp-r/sign.key
run medchain inbox
expect_status 0
[[ $(state_of L L.host L.vaults L.packages) == "$state" ]] || fail "something changed"
fails_with 2 "option '--key' is needed" env MEDCHAIN_KEY= medchain inbox
new_keys stranger
fails_with 5 "'stranger' is not a member" medchain inbox -k keys/stranger --vault nowhere
