#!/usr/bin/env bash
# Results for people on a terminal go through a pager, as git(1) does it; nothing else does.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
need python3
make_history
export TERM=xterm
last=$(($(entry_count L) - 1))
cat >mine <<'X'
#!/bin/sh
echo "paged $# LESS=$LESS LV=$LV"
cat
echo paged all
X
chmod +x mine
export MEDCHAIN_PAGER="$PWD/mine"
on_terminal() { run python3 "$SOURCE/tests/cli/terminal.py" "$@"; }
# What a terminal shows has CRs.
plain() { tr -d '\r' <"$out" >"$out.plain" && mv "$out.plain" "$out"; }
not_paged() { expect_no_out paged; }

it "is between a terminal and people, with what git gives it, until all was read"
on_terminal medchain-audit log --progress never
expect_status 0
plain
expect_out '^paged 0 LESS=FRX LV=-c$'
expect_out "^ +$last +"
expect_out "medchain-audit: $((last + 1)) entries"
[[ $(tail -1 "$out") == 'paged all' ]] || fail 'it did not wait for the pager'
on_terminal env LESS=X medchain-audit log --limit 1
expect_out '^paged 0 LESS=X LV=-c'
for verb in 'subject --subject-file subject' 'disclosures --subject-file subject' 'record Observation/9' uses flows ropa clones; do
  # shellcheck disable=SC2086 # words
  on_terminal medchain-audit $verb
  expect_status 0
  expect_out '^paged all'
done

it "takes its words, or what a shell makes of them"
export MEDCHAIN_PAGER="$PWD/mine   one two"
on_terminal medchain-audit log --limit 1
expect_out '^paged 2 LESS'
export MEDCHAIN_PAGER="sed 's/genesis/found &/'"
on_terminal medchain-audit log --limit 1
expect_status 0
expect_out 'found genesis'

it "is PAGER where MEDCHAIN_PAGER is empty, and less where both are"
on_terminal env MEDCHAIN_PAGER= PAGER="$PWD/mine" medchain-audit log --limit 1
expect_out '^paged 0'
mkdir -p path
cp mine path/less
on_terminal env MEDCHAIN_PAGER= PATH="$PWD/path:$PATH" medchain-audit log --limit 1
expect_out '^paged 0'

it "is not there for machines, without a terminal, for files, or where it is not wanted"
export MEDCHAIN_PAGER="$PWD/mine"
for words in --json --format=csv --format=fhir --no-pager '-o -  --format=json'; do
  # shellcheck disable=SC2086
  on_terminal medchain-audit log --limit 1 $words
  expect_status 0
  not_paged
done
on_terminal medchain-audit log --limit 1 -o list
expect_status 0
not_paged
! grep -q paged list || fail 'a file was paged'
on_terminal medchain-audit log --limit 1 --follow
expect_status 0
not_paged
on_terminal env MEDCHAIN_PAGER=cat medchain-audit log --limit 1
expect_status 0
not_paged
on_terminal env TERM=dumb medchain-audit log --limit 1
not_paged
on_terminal medchain-audit --help
not_paged
run medchain-audit log --limit 1
expect_status 0
not_paged

it "prints directly where the pager cannot be run"
on_terminal env MEDCHAIN_PAGER="$PWD/none" medchain-audit log --limit 1
expect_status 0
expect_out ' genesis '
on_terminal env MEDCHAIN_PAGER=/etc/passwd medchain-audit log --limit 1
expect_status 0
expect_out ' genesis '

it "ends quietly when people have seen enough"
on_terminal env MEDCHAIN_PAGER='head -n 1' medchain-audit log
[[ $status == 0 || $status == 141 ]] || fail "status $status"
expect_no_out 'error'
on_terminal env MEDCHAIN_PAGER=false medchain-audit log
[[ $status == 0 || $status == 141 ]] || fail "status $status"
expect_no_out 'error'

it "keeps the exit status, and the pager shows what went wrong"
on_terminal medchain-audit record --color never Observation/77
expect_status 3
plain
expect_out '^medchain-audit: error: '
[[ $(tail -1 "$out") == 'paged all' ]] || fail 'the error came beside the pager'
on_terminal medchain-audit log --ledger none
expect_status 4
expect_out 'error'

it "is not sealed, for it is another program, and the tool is"
if [[ $(medchain-audit log -vv --limit 1 2>&1 >/dev/null) != *'has no Landlock'* ]]; then
  echo hidden >elsewhere
  on_terminal env MEDCHAIN_PAGER="cat $PWD/elsewhere -" medchain-audit log --limit 1
  expect_status 0
  expect_out '^hidden'
fi
