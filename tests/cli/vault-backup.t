#!/usr/bin/env bash
# medchain-vault backup and restore: one moment of a vault in use, and nothing erased in what is made of it.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger L
patients 5 >records.ndjson
head -c 1500000 /dev/urandom >large.bin
medchain-vault put -q records.ndjson large.bin --time "$(at 1)" >/dev/null

it "copies the vault to a new directory of its owner only"
run medchain-vault backup saved
expect_status 0
expect_out_empty
expect_err "^medchain-vault: backed up to 'saved': 2 files of copies, [0-9]+ bytes$"
[[ $(cd saved && find . -type f | LC_ALL=C sort | paste -sd' ') == "./blobs/0000000000000001 ./blobs/0000000000000002 ./data.mdb ./secrets" ]]
[[ -z $(find saved -perm /077) ]]
same saved/secrets "$MEDCHAIN_VAULT/secrets"
same saved/blobs/0000000000000001 "$MEDCHAIN_VAULT/blobs/0000000000000001"
[[ -z $(find . -name '.saved*') ]]

it "refuses a place where something is, and leaves it as it was"
state_of saved >before
fails_with 8 "'saved' is there already" medchain-vault backup saved
fails_with 8 "is there already" medchain-vault restore saved
state_of saved | cmp - before
fails_with 7 "cannot create directory" medchain-vault backup nowhere/saved
fails_with 5 "there is no backup at 'nowhere'" medchain-vault restore nowhere --vault v
[[ ! -e v ]]

it "makes a vault of it that is as good as the first"
run medchain-vault restore saved/ --vault restored
expect_status 0
expect_err "restored the vault to 'restored'"
expect_err "erased again in the restored vault: 0 versions, 0 subjects"
[[ ! -e restored/restored && -z $(find restored -perm /077) ]]
run medchain-vault check --vault restored
expect_status 0
medchain-vault get -q Patient/p3 --vault restored | cmp - <(patients 1 3 | tr -d '\n')
run medchain-vault put --vault restored --time "$(at 2)" < <(patients 6)
expect_status 0
expect_summary '.unchanged == 5 and .anchored == 1'

it "backs up while a run is at work: every backup restores and checks"
patients 60000 1000 >many.ndjson
medchain-vault put -q --receipts=none many.ndjson --time "$(at 3)" >/dev/null &
job=$!
wait_for test -e "$MEDCHAIN_VAULT/blobs/0000000000000003"
made=0
for i in 1 2 3 4 5; do
  kill -0 $job 2>/dev/null && made=$i
  run medchain-vault backup "busy.$i"
  expect_status 0
done
wait $job
((made > 0)) || fail "the run was over before the first backup"
for ((i = 1; i <= made; i++)); do
  medchain-vault restore -q "busy.$i" --vault "busy.v$i"
  run medchain-vault check --copies-only --vault "busy.v$i"
  # What was signed and not yet known to be on the ledger is found there.
  expect_status 0
done

it "tells of copies that are lost and backs up the rest (status 1)"
cp -r "$MEDCHAIN_VAULT" lossy
rm lossy/blobs/0000000000000002
run medchain-vault backup lossy.saved --vault lossy
expect_status 1
expect_err "1 copy could not be backed up"
medchain-vault restore -q lossy.saved --vault lossy.restored
medchain-vault get -q Patient/p3 --vault lossy.restored >/dev/null
fails_with 1 "not there" medchain-vault get large.bin --vault lossy.restored

it "opens nothing in a vault that is not restored to its end, and completes it"
cp -r restored half
: >half/restored
for command in "get Patient/p3" list check "backup b"; do
  # shellcheck disable=SC2086 # words
  run medchain-vault $command --vault half --json
  [[ $status == 8 || $status == 2 ]] || fail "status $status of $command"
done
fails_with 8 "was restored, and what was erased since its backup is not erased" medchain-vault list --vault half
fails_with 8 "was restored" medchain-verify vault --vault half
run medchain-vault restore saved --vault half
expect_status 0
[[ ! -e half/restored ]]
: >half/restored
run medchain-vault put --vault half --time "$(at 4)" < <(patients 1)
expect_status 0
expect_err "erased again in the restored vault"
[[ ! -e half/restored ]]

it "leaves no half backup or vault when it is killed"
for ms in 1 2 4 8 16 32; do
  rm -rf killed killed.v
  medchain-vault backup -q killed 2>/dev/null &
  job=$!
  sleep "0.0$(printf %02d $ms)"
  kill -KILL $job 2>/dev/null || true
  wait $job 2>/dev/null || true
  if [[ -e killed ]]; then
    medchain-vault restore -q killed --vault killed.v
    medchain-vault check -q --copies-only --vault killed.v
  fi
done
rm -rf killed
run medchain-vault backup killed
expect_status 0
[[ -z $(find . -maxdepth 1 -name '.killed*') ]]

it "dies of no damaged page, and leaves no backup of one"
cp -r saved damaged.v
bytes=$(stat -c %s damaged.v/data.mdb)
found=0
for ((page = 2; page < bytes / 4096; ++page)); do
  cp saved/data.mdb damaged.v/data.mdb
  head -c 4096 /dev/zero | tr '\0' '\377' | dd of=damaged.v/data.mdb bs=4096 seek="$page" conv=notrunc status=none
  for command in "list" "check --copies-only" "backup from-damaged"; do
    # shellcheck disable=SC2086 # words
    run medchain-vault $command --vault damaged.v
    ((status < 100)) || fail "page $page, $command: status $status"
    if grep -q "error: .*damaged" "$err"; then
      ((++found))
      expect_status 1
      [[ ! -e from-damaged ]] || fail "page $page: there is a backup"
    fi
    rm -rf from-damaged
  done
  run medchain-vault put --vault damaged.v --time "$(at 5)" < <(patients 1 77)
  ((status < 100)) || fail "page $page, put: status $status"
done
((found >= 10)) || fail "damage was found $found times in $((bytes / 4096)) pages"
[[ -z $(find . -maxdepth 1 -name '.from*') ]]

it "gives no vault of another ledger a place"
new_ledger other
fails_with 8 "is of another ledger" medchain-vault restore saved --vault foreign
[[ -e foreign/restored ]]
