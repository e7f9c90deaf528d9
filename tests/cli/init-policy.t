#!/usr/bin/env bash
# Policies in YAML, for medchain-init and for medchain-member policy.
. "${0%/*}/lib.sh" || exit
need jq

new_keys hosp-a --role admin

# bad LINE PATTERN TEXT: the policy TEXT is refused with `policy.yaml:LINE: ` and PATTERN, and nothing is made.
bad() {
  printf '%s\n' "$3" >policy.yaml
  fails_with 2 "^medchain-init: error: policy.yaml:$1: .*$2" medchain-init --origin l.example/main -l new -k keys/hosp-a --policy policy.yaml
  [[ ! -e new && ! -e new.host ]] || fail "left behind"
}

it "names file and line of what is wrong"
bad 2 "unknown key 'nonsense'" $'admit: 1\nnonsense: 1'
bad 3 "'admit'.* repeated" $'admit: 1\n# comment\nadmit: 1'
bad 1 "'admit': expected a number" 'admit: many'
bad 1 "'admit': expected a number" 'admit: -1'
bad 1 "'admit': expected a number" 'admit: 01'
bad 1 "'admit': expected a number" 'admit: [1]'
bad 1 "'admit': expected a number" 'admit: 18446744073709551616'
bad 2 "'admit': expected 1 to 100, got 0" $'max-skew: 5m\nadmit: 0'
bad 2 "'max-skew': expected a duration" $'admit: 1\nmax-skew: 5'
bad 1 "'max-skew': expected 1 to 86400" 'max-skew: 2d'
bad 2 "'max-delay': expected 300 to" $'admit: 1\nmax-delay: 1s'
bad 1 "'time-zone': not an IANA name" 'time-zone: "../../etc/passwd"'
bad 1 "'time-zone': expected a name" 'time-zone: [UTC]'
bad 1 "'signed-person': expected a list" 'signed-person: use'
bad 1 "'signed-person'" 'signed-person: [use, use]'
bad 1 "'witnesses': expected a list" 'witnesses: w1'
bad 2 "expected a mapping" $'witnesses:\n  - w1'
bad 2 "'name' and 'key'" $'witnesses:\n  - name: w1'
bad 3 "" $'witnesses:\n  - name: w1\n    key: rubbish'
bad 1 "'quorum': expected 0 to 0, got 1" 'quorum: 1'
bad 1 "'prescription': expected a mapping" 'prescription: [cn]'
bad 2 "unknown key 'days'" $'prescription:\n  days: 1'
bad 2 "'preset': expected cn or de, got 'fr'" $'prescription:\n  preset: fr'
bad 3 "'valid-days': expected 1 to 731, got 0" $'prescription:\n  preset: cn\n  valid-days: 0'
bad 2 "'valid-days': expected a number" $'prescription:\n  valid-days: none'
bad 2 "'supply-days': expected a number of days or none" $'prescription:\n  supply-days: many'
bad 2 "'emergency-supply-days': expected 1 to 731, got 732" $'prescription:\n  emergency-supply-days: 732'
bad 2 "'review': expected true or false" $'prescription:\n  review: yes'
bad 2 "'hold': expected a duration" $'prescription:\n  hold: 1'
bad 2 "'hold': expected 60 to" $'prescription:\n  hold: 1s'
bad 1 "time zone 'Nowhere/City': not in the zone data" $'time-zone: Nowhere/City\nprescription:\n  preset: cn'
bad 1 "expected 'key: value'" '- admit'
bad 1 "expected 'key: value'" 'admit'
bad 2 "" $'admit: 1\n  bad: [indent'

it "tells a missing and an unreadable file"
fails_with 2 "nosuch.yaml" medchain-init --origin l.example/main -l new -k keys/hosp-a --policy nosuch.yaml
mkdir directory.yaml
fails_with 2 "directory.yaml" medchain-init --origin l.example/main -l new -k keys/hosp-a --policy directory.yaml

it "takes an empty file as the defaults"
: >policy.yaml
run medchain-init -q --origin l.example/main -l empty -k keys/hosp-a --policy policy.yaml --time "$(at 0)"
expect_status 0

it "keeps what the file says, and publishes the witnesses"
w1=$(medchain-key new -q --name w1 --role witness -k keys/w1 | jq -r .card.witness)
w2=$(medchain-key new -q --name w2 --role witness -k keys/w2 | jq -r .card.witness)
cat >policy.yaml <<EOF
admit: 1
max-skew: 2m
max-delay: 2d
time-zone: Asia/Shanghai
signed-person: [use, emergency]
witnesses:
  - name: w1
    key: $w1
  - name: w2
    key: $w2
quorum: 1
EOF
run medchain-init -q --origin l.example/main -l ledger -k keys/hosp-a --policy policy.yaml --time "$(at 0)"
expect_status 0
grep -qF "witness w1 $w1" ledger/policy
grep -qF "witness w2 $w2" ledger/policy
grep -qx "quorum QUORUM" ledger/policy

it "warns where one lost key would stop all changes of membership, and only there"
stops='all 2 admins must sign together: if one loses its key'
for founders in 1 2 3; do
  for ((i = 1; i < founders; i++)); do [[ -d keys/f$i ]] || new_keys "f$i" --role admin; done
  others=()
  for ((i = 1; i < founders; i++)); do others+=(--founder "keys/f$i/f$i.member"); done
  run medchain-init --origin l.example/main -l "warned$founders" -k keys/hosp-a "${others[@]}" --time "$(at 0)"
  expect_status 0
  if ((founders == 2)); then expect_err "warning: $stops"; else expect_no_err "must sign together"; fi
done
printf 'admit: 1\n' >one.yaml
run medchain-init --origin l.example/main -l warned4 -k keys/hosp-a --founder keys/f1/f1.member --policy one.yaml --time "$(at 0)"
expect_status 0
expect_no_err "must sign together"

it "says that a preset is not legal advice"
printf 'time-zone: Europe/Berlin\nprescription:\n  preset: de\n' >preset.yaml
run medchain-init --origin l.example/main -l preset -k keys/hosp-a --policy preset.yaml --time "$(at 0)"
expect_status 0
expect_err "^medchain-init: the limits of prescriptions are those of the preset 'de-2026-11'.*not legal advice$"

it "changes the policy of a ledger, with the same rules for the file"
on_ledger ledger
act_as hosp-a
cat ledger/policy >before
printf 'quorum: 2\n' >change.yaml
run medchain-member policy change.yaml --time "$(at 1)"
expect_status 0
expect_json '.kind == "policy" and .entry == 1'
grep -q "QUORUM 2 w1 w2" ledger/policy
printf 'quorum: 3\n' >change.yaml
fails_with 2 "change.yaml:1: .*'quorum': expected 0 to 2, got 3" medchain-member policy change.yaml --time "$(at 1)"
printf 'admit: 2\n' >change.yaml
fails_with 5 "1 admins, the policy needs 2" medchain-member policy change.yaml --time "$(at 1)"
[[ $(entry_count ledger) == 2 ]]

it "writes the limits of prescriptions and the clocks of the time zone"
# has_policy PATTERN: some policy on the ledger has this.
has_policy() { mdb_dump -p -s entries ledger | grep -aE -e "$1" >/dev/null || fail "no policy with $1"; }
printf 'prescription:\n  preset: cn\n  hold: 24h\n  supply-days: none\n' >change.yaml
run medchain-member policy change.yaml --time "$(at 1)"
expect_status 0
expect_err "preset 'cn-2026-11', where the file says nothing else: numbers of that month, not legal advice"
has_policy '"zone":\[\{"from":"1991-09-14T17:00:00Z","offset":"\+08:00"\}\],"prescription":\{"preset":"cn-2026-11","valid_days":1,"extended_days":3,"emergency_supply_days":3,"long_term_days":84,"long_term_controlled":false,"review":true,"hold":86400\}'
printf 'time-zone: Europe/Berlin\nprescription:\n  preset: de\n' >change.yaml
run medchain-member policy change.yaml --time "$(at 1)"
expect_status 0
has_policy '"zone":\[\{"from":"2025-10-26T01:00:00Z","offset":"\+01:00"\},\{"from":"2026-03-29T01:00:00Z","offset":"\+02:00"\}.*"preset":"de-2026-11","valid_days":29,"parts_days":365'
printf 'prescription:\n  hold: 2h\n' >change.yaml
run medchain-member policy change.yaml --time "$(at 1)"
expect_status 0
expect_no_err "legal advice"
printf 'prescription: none\n' >change.yaml
run medchain-member policy change.yaml --time "$(at 1)"
expect_status 0
expect_no_err "legal advice"
has_policy '"timezone":"Europe/Berlin","signed_person":\["emergency","use"\],"witnesses":\[[^]]*\],"quorum":2\}'

it "judges skew by the policy in force"
run medchain-member suspend w1 --time "$(at -3)"
expect_status 8
expect_err "within 2m before"

it "sets log time back with a policy entry after a clock went wrong"
: >change.yaml
run medchain-member policy change.yaml --set-time "$(at -600)" --time "$(at -600)"
expect_status 0
run medchain-anchor --time "$(at -600)" <<<'{"resourceType":"Patient","id":"1"}'
expect_status 5
new_keys clinic-b --role custodian
run medchain-member add keys/clinic-b/clinic-b.member --time "$(at -599)"
expect_status 0
