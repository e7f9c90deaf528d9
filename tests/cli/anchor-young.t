#!/usr/bin/env bash
# Files that may still be written: --min-age and min-age of a job.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger
anchor() { medchain-anchor --time "$(at 60)" "$@"; }
# made MINUTE FILE...: modified at that minute
made() { touch -d "$(at "$1")" "${@:2}"; }
mkdir -p share/old share/new
patients 3 >share/old/a.ndjson
echo scan >share/old/1.bin
patients 2 10 >share/new/b.ndjson
echo half >share/new/2.bin
made 0 share/old/*
made 30 share/old/1.bin
made 31 share/new/b.ndjson
made 55 share/new/2.bin

it "leaves files that are younger for a later run, and counts them"
run anchor --min-age 30m share
expect_status 0
expect_summary '.anchored == 4 and .left == 2 and .complete'
expect_receipts 'map(.input) == [1, 2, 3, 4]'
expect_err "2 files younger than --min-age left for a later run \(first: share/new/2.bin\)"
expect_err "anchored 4 records .* 2 files left for a later run"

it "takes them when they are old enough"
run medchain-anchor --time "$(at 61)" --min-age 30m share
expect_summary '.anchored == 2 and .unchanged == 4 and .left == 1'
run medchain-anchor --time "$(at 85)" --min-age 30m share
expect_summary '.anchored == 1 and .unchanged == 6 and (has("left") | not)'
expect_no_err younger

it "leaves files of the future, and heeds names of files too"
made 90 share/new/2.bin
run anchor --min-age 0s share/new/2.bin share/old/1.bin
expect_summary '.unchanged == 1 and .left == 1'
printf 'share/new/2.bin\0' >names
run anchor --min-age 1m --files0-from names
expect_summary '.count == 0 and .left == 1'

it "does not open what is too young: another may have locked it"
if [[ $(id -u) != 0 ]]; then
  chmod 0 share/new/2.bin
  run anchor --min-age 1m share/new/2.bin
  expect_status 0
  chmod 600 share/new/2.bin
fi
# A missing one is told all the same.
fails_with 3 "missing.bin: cannot read the file" anchor --min-age 1m -o told missing.bin

it "follows links to look at the age"
ln -s ../new/2.bin share/old/link
run anchor --min-age 1m --follow-links share/old
expect_summary '.left == 1 and .unchanged == 4'

it "takes the age of a job for each source, and that of the command line for the others"
cat >job.yaml <<'END'
sources:
  - files: [share/old/1.bin]
  - files: [share/new/b.ndjson]
    min-age: 5m
END
made 50 share/old/1.bin share/new/b.ndjson
run anchor --job job.yaml
expect_summary '.unchanged == 3 and (has("left") | not)'
run anchor --job job.yaml --min-age 20m
expect_summary '.unchanged == 2 and .left == 1'
made 58 share/new/b.ndjson share/old/1.bin
run anchor --job job.yaml --min-age 1m
expect_summary '.unchanged == 1 and .left == 1'
sed 's/5m/soon/' job.yaml >bad.yaml
fails_with 2 "bad.yaml:4: 'min-age': .*'soon'" anchor --job bad.yaml

it "is for files that are named"
for inputs in "" "-" "--from-sums names"; do
  # shellcheck disable=SC2086 # words
  fails_with 2 "'--min-age' is for files that are named" anchor --min-age 1m $inputs
done
fails_with 2 "'--min-age' does not go with '--series'" medchain-vault put --series --subject x --min-age 1m x
run medchain-vault put --time "$(at 60)" --min-age 30m share/new
expect_summary '.left == 2'
