#!/usr/bin/env bash
# medchain-init: what it makes, and that a run which fails leaves nothing.
. "${0%/*}/lib.sh" || exit
need jq

mode() { stat -c %a "$1"; }
nothing_in() { [[ -z $(find "$1" -mindepth 1 2>/dev/null) ]] || fail "left behind: $(find "$1" -mindepth 1)"; }
fresh_home() {
  rm -rf home
  mkdir home
}
# The whole run as somebody types it, in a new home.
init() { run env -u XDG_CONFIG_HOME HOME="$PWD/home" medchain-init "$@"; }

it "makes a ledger out of nothing, as typed in the manual"
fresh_home
init --origin ledger.union.example/main --profile union
expect_status 0
expect_json '.type == "receipt" and .kind == "genesis" and .entry == 0 and .ledger == "ledger.union.example/main"'
expect_json '(.genesis | test("^sha256:[0-9a-f]{64}$")) and (.vkey | test("^ledger.union.example/main[+][0-9a-f]{8}[+]A"))'
expect_err "made the keys of 'union' in '$PWD/home/.local/share/medchain/union/key'"
expect_err "wrote profile 'union'"
vkey=$(jq -r .vkey "$out")
expect_err "$(cut -d+ -f1,2 <<<"$vkey" | sed 's/[.+]/[&]/g')"
data=home/.local/share/medchain/union
[[ $(cd $data/ledger && echo *) == "checkpoint data.mdb lock.mdb policy" ]]
[[ $(cd $data/ledger.host && echo *) == "clock.key clock.member high-water log.key" ]]
[[ "$(mode $data/ledger.host) $(mode $data/ledger.host/log.key) $(mode $data/ledger.host/clock.key)" == "700 600 600" ]]
[[ $(mode home/.config/medchain/profiles/union.yaml) == 600 ]]
[[ $(head -n2 $data/ledger/checkpoint) == $'ledger.union.example/main\n1' ]]
grep -qxF "log $vkey" $data/ledger/policy

it "writes a profile that the other tools work with"
run env -u XDG_CONFIG_HOME HOME="$PWD/home" MEDCHAIN_PROFILE=union medchain-member list
expect_out "^union +active +hospital .* admin auditor custodian requester reviewer"
expect_out "^clock +active +service"
run env -u XDG_CONFIG_HOME HOME="$PWD/home" medchain-anchor --profile union <<<'{"resourceType":"Patient","id":"1"}'
expect_status 0
expect_summary '.anchored == 1'
[[ -d $data/vault && $(mode $data/vault) == 700 ]]

it "refuses a second ledger in the same place and changes nothing"
state_of home >before
init --origin ledger.union.example/other --profile union
expect_status 2
expect_err "is not an empty directory"
expect_out_empty
state_of home >after
same before after

it "puts its log key nowhere but into the host directory"
grep -v -e '-----' $data/ledger.host/log.key | tr -d '\n' | cut -c 100-160 >secret
grep -qFf secret <(tr -d '\n' <$data/ledger.host/log.key)
! grep -rqaFf secret $data/ledger home/.config || fail "the log key is in the ledger or in the configuration"

it "makes a ledger with explicit places"
new_keys hosp-a --role admin
run medchain-init --origin l.example/main -l deep/down/ledger -k keys/hosp-a --host elsewhere/host --time "$(at 0)"
expect_status 0
[[ -e deep/down/ledger/data.mdb && -e elsewhere/host/log.key && ! -e deep/down/ledger.host ]]
run medchain-member list -l deep/down/ledger
expect_out "^hosp-a +active"

it "uses empty directories that are there"
mkdir -p made/ledger made/ledger.host
run medchain-init -q --origin l.example/main -l made/ledger -k keys/hosp-a --time "$(at 0)"
expect_status 0
[[ $(mode made/ledger.host) == 700 ]]

it "refuses a ledger or host directory that has something in it"
mkdir -p used && touch used/.hidden
fails_with 2 "'$PWD/used' is not an empty directory" medchain-init --origin a.example/b -l used -k keys/hosp-a
fails_with 2 "'$PWD/used' is not an empty directory" medchain-init --origin a.example/b -l new -k keys/hosp-a --host used
touch file
fails_with 2 "'$PWD/file' is not an empty directory" medchain-init --origin a.example/b -l file -k keys/hosp-a
[[ $(ls -A used) == .hidden && ! -s file && ! -e new && ! -e new.host ]]

it "leaves nothing when the origin is missing or wrong"
fresh_home
for origin in "" "with space" "with+plus" $'line\nfeed' "$(printf 'o%.0s' {1..300})"; do
  init --origin="$origin" --profile union
  expect_status 2
  expect_out_empty
  nothing_in home
done
init --profile union
expect_status 2
expect_err "option '--origin'"
nothing_in home

it "leaves nothing when the policy cannot be met"
printf 'admit: 2\n' >policy.yaml
init --origin l.example/main --profile union --policy policy.yaml
expect_status 5
expect_err "the policy demands 2 admins, there are 1"
expect_no_err "made the keys"
nothing_in home

it "leaves nothing when the profile's name cannot be a member's"
init --origin l.example/main --profile Union
expect_status 2
expect_err "cannot be a member's name"
nothing_in home
init --origin l.example/main --profile ../up
expect_status 2
nothing_in home

it "leaves nothing when the profile cannot be written"
mkdir -p home/.config/medchain && : >home/.config/medchain/profiles
init --origin l.example/main --profile union
expect_status 2
expect_err "profiles/union.yaml': not a directory"
expect_out_empty
[[ ! -e home/.local ]] || fail "left behind: $(find home/.local)"

it "leaves nothing in directories that were there and empty when it fails"
fresh_home
mkdir -p home/l home/h
run medchain-init --origin l.example/main -l home/l --host home/h -k keys/hosp-a --policy policy.yaml
expect_status 5
[[ -d home/l && -d home/h && -z $(find home/l home/h -mindepth 1) ]]

it "leaves nothing after a dry run, which says what it would make"
fresh_home
init --origin l.example/main --profile union --dry-run
expect_status 0
expect_json '.dry_run == true and .kind == "genesis"'
nothing_in home
run medchain-init --origin l.example/main -l dry/ledger -k keys/hosp-a --dry-run
expect_status 0
[[ ! -e dry && ! -e dry.host ]]

it "refuses where there is no home for a profile, and writes nothing into the root"
run env -u HOME -u XDG_CONFIG_HOME medchain-init --origin l.example/main --profile union
expect_status 2
expect_err "hint: set HOME"
[[ ! -e /.local ]]

it "refuses a founder who is no admin, and cards that are not cards"
new_keys plain
fails_with 5 "0|admin" medchain-init --origin l.example/main -l new -k keys/plain
new_keys hosp-c --role admin
fails_with 5 "nosuch.member" medchain-init --origin l.example/main -l new -k keys/hosp-a --founder nosuch.member
fails_with 3 "sign.key': card: " medchain-init --origin l.example/main -l new -k keys/hosp-a --founder keys/hosp-c/sign.key
fails_with 5 "once|twice|use" medchain-init --origin l.example/main -l new -k keys/hosp-a --founder keys/hosp-a/hosp-a.member
[[ ! -e new && ! -e new.host ]]

it "takes founders, and more than half of their admins decide"
new_keys hosp-d --role admin
run medchain-init -q --origin l.example/main -l three -k keys/hosp-a --founder keys/hosp-c/hosp-c.member --founder keys/hosp-d/hosp-d.member --time "$(at 0)"
expect_status 0
new_keys hosp-e
run medchain-member add keys/hosp-e/hosp-e.member -l three -k keys/hosp-c --time "$(at 1)"
expect_status 10
expect_err "signed by 1 of the 2 admins"

it "takes another name for the clock"
run medchain-init -q --origin l.example/main -l tick -k keys/hosp-a --clock metronome --time "$(at 0)"
expect_status 0
run medchain-member list -l tick
expect_out "^metronome +active +service"
fails_with 2 "option '--clock'" medchain-init --origin l.example/main -l new -k keys/hosp-a --clock "No Name"
[[ ! -e new.host ]]

it "refuses a beginning of log time that is still to come"
fails_with 8 "still to come" medchain-init --origin l.example/main -l new -k keys/hosp-a --time 2999-01-01
[[ ! -e new && ! -e new.host ]]

it "tells a failed output, with the ledger made"
run sh -c "medchain-init -q --origin l.example/main -l full -k keys/hosp-a >/dev/full"
expect_status 7
[[ -e full/data.mdb ]]

it "gives the same genesis statement the same id"
id=0123456789abcdef0123456789abcdef
run medchain-init -q --origin l.example/main -l with-id -k keys/hosp-a --id $id --time "$(at 0)"
expect_status 0
fails_with 2 "option '--id'" medchain-init --origin l.example/main -l new -k keys/hosp-a --id 123
