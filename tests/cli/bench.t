#!/usr/bin/env bash
# scripts/bench measures what it says, here of small numbers: each line is there, with its figures beside its target; what is not
# installed is told; who does not do its work ends it.
. "${0%/*}/lib.sh" || exit
need git jq openssl sqlite3 age
[[ -n $GEN ]] || skip "the generator is not built"

mkdir "$tmp/places"
floor=${BIN%/*}/tests/cli/medchain-floor
# bench OPTION...: of nothing but what is asked for, with the programs of $path, if there is one.
bench() {
  PATH=${path:-$PATH} TMPDIR=$tmp/places "$SOURCE/scripts/bench" --bin="$BIN" --runs=1 --starts=1 --sizes=none --files=0 --file=0 --next=0 --appends=0 \
    --reads=0 --grants=0 --acts=0 --accepts=0 --referrals=0 --sealed=0 "$@"
}
# measured STATUS OPTION...: and nothing is left behind.
measured() {
  local expected=$1
  shift
  run bench "$@"
  expect_status "$expected"
  [[ -z $(ls "$tmp/places") ]] || fail "files were left: $(ls "$tmp/places")"
}
# Lines: the figures that each has, and then its target.  What is not known is a dash.
figure='(-|-?[0-9]+(\.[0-9]+)?)'
line() { expect_out "^$1 +$2( +$figure){8}  $3"; }
single() { expect_out "^$1 +$2( +$figure){4}  $3"; }
rate() { expect_out "^$1 +$2( +$figure){3}  $3"; }

it "measures anchoring, verifying, re-checking and single records, and others on the same records"
measured 0 --sizes=400
expect_err_empty
line 'anchor, first time' 400 '1\.6; RSS 150 MiB$'
line 'anchor, on one processor' 400 '3; RSS 150 MiB$'
line 'verify ledger' 400 '0\.3; RSS 64 MiB$'
line 'verify ledger, on one processor' 400 '0\.5; RSS 64 MiB$'
line 'verify records \(re-check\)' 400 '1\.5$'
line 'anchor again, all unchanged' 400 '0\.6 '
line 'put, as many readings' 400 '2 of anchoring$'
line 'sha256sum' 400 'none named$'
line 'git fast-import' 400 '15 or more$'
line 'sqlite3, WAL, two indexes' 400 '4 or more$'
for work in 'verify proof \(no ledger\)' 'verify records, one file' 'audit prove TYPE/ID' 'audit record TYPE/ID'; do
  single "$work" 400 '0\.5 more$'
done
single '--version, against git --version' 400 '1\.2 times git$'
single 'anchor, durable' 400 '2 times$'
# Peaks of resident and of anonymous memory, both known.
expect_out '^anchor, first time +400 +[0-9]+ +[0-9]+ +[1-9][0-9]* +[0-9]+\.[0-9] '

it "measures files, the next records, and processes at once"
measured 0 --files=30 --file=1 --next=20 --appends=1 --reads=50
expect_err_empty
line 'anchor files' 30 '0\.9 of sha256sum$'
line 'anchor again, all unchanged' 30 'none named$'
line 'anchor one file' 1 '1\.1 of openssl dgst$'
line 'anchor the first' 20 ''
line 'anchor the next' 20 '1\.15 of the first'
line 'verify ledger' 200 'linear: 1; RSS 64 MiB$'
single 'audit prove TYPE/ID' 200 'no more$'
for target in '0\.9 of the floor, or more$' '20 at most$'; do
  rate 'append, ledger held open' 80 "$target"
  rate 'medchain-anchor for each record' 16 "$target"
done
if (($(nproc) >= 2)); then
  rate 'verify ledger' 10 '1\.9 or more$'
  rate 'audit prove TYPE/ID' 2 '1\.9 or more$'
else
  expect_out '^bench: there is one processor; two processes that read are not measured$'
fi

it "measures acts, their questions, and sealed files"
measured 0 --grants=11 --acts=40 --accepts=2 --referrals=1 --sealed=1
expect_err_empty
single 'grant check' 11 'a few ms$'
single 'grant check' 11 'no more$'
for count in 4 40; do
  single 'audit record' "$count" 'a few ms'
  single 'audit subject' "$count" 'a few ms'
done
for work in 'audit log --json' 'audit disclosures' 'audit uses' 'audit anomalies'; do line "$work" '[0-9]+' '(ahead of jq|none named)'; done
for count in 1 2 8; do rate "accept, $count at a time" 2 none; done
expect_out "^(create to open +1( +$figure){8}  2|bench: 'strace' is not installed or may not trace; referrals are not measured)$"
line 'seal, library alone' 1 '0\.8 of age; 32 MiB$'
line 'open, medchain-key decrypt' 1 '0\.8 of age; 32 MiB$'

it "tells what is not installed, and measures the rest, at each size"
mkdir "$tmp/some"
for program in bash cat cp cut date dirname env awk find head mkdir mktemp mv nproc openssl paste rm sed sh sha256sum seq sort split \
  stat tail taskset tr uname wc; do ln -s "$(command -v "$program")" "$tmp/some/$program"; done
path=$tmp/some measured 0 --sizes=50,30 --referrals=1 --sealed=1
expect_out "^bench: 'git' is not installed; 'git fast-import' is not measured$"
expect_out "^bench: 'git' is not installed; '--version' is not compared with 'git --version'$"
expect_out "^bench: 'sqlite3' is not installed; it is not measured$"
expect_out "^bench: 'age' is not installed; sealing and opening are not measured$"
expect_out "^bench: 'strace' is not installed or may not trace; referrals are not measured$"
for count in 50 30; do
  line 'sha256sum' "$count" 'none named$'
  single 'anchor, durable' "$count" '2 times$'
done

it "is ended by who does not do its work"
mkdir "$tmp/idle"
ln -s /bin/true "$tmp/idle/sqlite3"
path=$tmp/idle:$PATH measured 1 --sizes=50
expect_err "^bench: error: sqlite3 has '' records$"
cp -a "$tmp/idle" "$tmp/idle-git"
rm "$tmp/idle-git/sqlite3"
printf '#!/bin/sh\ncase "$*" in *rev-parse*) exit 1 ;; esac\n' >"$tmp/idle-git/git"
chmod +x "$tmp/idle-git/git"
path=$tmp/idle-git:$PATH measured 1 --sizes=50
expect_err "^bench: error: git fast-import made no commit$"
ln -s /bin/false "$tmp/idle/sha256sum"
path=$tmp/idle:$PATH measured 1 --sizes=50
expect_err "^bench: error: sha256sum records.ndjson$"
path=$tmp/idle:$PATH measured 0 --sizes=50 --peers=0
expect_no_out '^(git fast-import|sqlite3|sha256sum)'

it "refuses options and numbers that there are not"
fails_with 2 '^usage: scripts/bench ' bench --nonsense=1
fails_with 2 '^usage: scripts/bench ' bench --files
fails_with 2 "^bench: error: option '--files': expected a number, got '1k'$" bench --files=1k
fails_with 2 "^bench: error: option '--runs': expected a number, got '0'$" bench --runs=0
fails_with 2 "^bench: error: option '--sizes': expected numbers with commas between, or 'none', got '1,,2'$" bench --sizes=1,,2
run "$SOURCE/scripts/bench" --help
expect_status 0
expect_out '^usage: scripts/bench '

it "tells the memory of a process, without the pages of files that it maps, and its status"
run "$floor" peak peaks bash -c 'bytes=$(head -c 30000000 /dev/zero | tr "\0" x); sleep 0.2; exit 3'
expect_status 3
read -r resident anonymous <peaks
((anonymous > 29000 && resident >= anonymous)) || fail "resident $resident, anonymous $anonymous"
# Pages of its libraries and of itself, and hardly any of its own.
"$floor" peak peaks sleep 0.1
read -r resident anonymous <peaks
((anonymous > 0 && anonymous < 1000 && resident > anonymous)) || fail "resident $resident, anonymous $anonymous"
run "$floor" peak peaks bash -c 'kill -KILL $$'
expect_status 137
