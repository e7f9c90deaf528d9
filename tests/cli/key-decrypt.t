#!/usr/bin/env bash
# medchain-key decrypt: opens what was sealed for a key, all of it or with an error that says how much came.
. "${0%/*}/lib.sh" || exit
need age age-keygen

seal=${MEDCHAIN_TEST_SEAL:-${BIN%/bin}/tests/cli/medchain-seal}
medchain-key new -q --name hosp-a -k a >/dev/null
medchain-key new -q --name hosp-b -k b >/dev/null
age-keygen -o other 2>/dev/null
mine=$(age-keygen -y a/seal.key)
theirs=$(age-keygen -y b/seal.key)

# plain SIZE: so many bytes, the same each time, of which no two chunks are equal.
plain() { openssl enc -aes-128-ctr -K 00 -iv 00 -in /dev/zero 2>/dev/null | head -c "$1" || true; }
# change FILE OFFSET: one bit there.
change() {
  local byte
  byte=$(od -An -tu1 -j "$2" -N 1 "$1")
  printf '%b' "\\x$(printf %x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

it "opens what age seals, and age opens what is sealed here, at the borders of chunks"
for size in 0 1 65535 65536 65537 700000; do
  plain "$size" >plain
  [[ $(stat -c %s plain) == "$size" ]]
  for armor in "" -a; do
    # shellcheck disable=SC2086 # one word or none
    age -r "$theirs" -r "$mine" $armor -o sealed plain
    run medchain-key decrypt -i a/seal.key sealed
    expect_status 0
    expect_err_empty
    same plain "$out"
    # shellcheck disable=SC2086 # one word or none
    "$seal" $armor "$mine" "$theirs" <plain >sealed
    age -d -i b/seal.key sealed | cmp - plain
    run medchain-key decrypt -i b/seal.key sealed
    expect_status 0
    same plain "$out"
  done
done

it "reads standard input, by itself or for '-', also from a pipe that comes in pieces"
plain 200000 >plain
"$seal" "$mine" <plain >sealed
for operand in "" -; do
  # shellcheck disable=SC2086 # one word or none
  run medchain-key decrypt -i a/seal.key $operand <sealed
  expect_status 0
  same plain "$out"
done
run medchain-key decrypt -i a/seal.key < <(
  head -c 300 sealed
  sleep 0.2
  tail -c +301 sealed
)
expect_status 0
same plain "$out"

it "tries several identities"
run medchain-key decrypt -i other -i a/seal.key --identity=b/seal.key sealed
expect_status 0
same plain "$out"

it "tells a file that is sealed for others"
fails_with 5 "^medchain-key: error: 'sealed': the file is sealed for others: none of its 1 stanzas opens" \
  medchain-key decrypt -i other -i b/seal.key sealed
fails_with 5 "^medchain-key: error: standard input: the file is sealed for others" \
  medchain-key decrypt -i other <sealed

it "reads no identity that others can read, none that is missing, and none of another kind"
cp a/seal.key open.key && chmod 640 open.key
fails_with 5 "'open.key' is open to group or others: expected mode 0600, got 0640" medchain-key decrypt -i open.key sealed
expect_err "hint: chmod 600 open.key"
fails_with 5 "'open.key'" medchain-key decrypt -i a/seal.key -i open.key sealed
fails_with 5 "cannot open 'none'" medchain-key decrypt -i none sealed
fails_with 5 "'a/sign.key': line 1: age identity: expected prefix" medchain-key decrypt -i a/sign.key sealed
(umask 077 && printf 'AGE-SECRET-KEY-PQ-1QQQQ\n' >pq.key)
fails_with 5 "'pq.key': line 1: age identity: post-quantum identities \(AGE-SECRET-KEY-PQ-\) are not supported" \
  medchain-key decrypt -i pq.key sealed
expect_no_err QQQQ

it "needs an identity, one file and no more"
fails_with 2 "option '--identity' is needed" medchain-key decrypt sealed
fails_with 2 "'--identity'" medchain-key decrypt --identity= sealed
fails_with 2 "sealed2" medchain-key decrypt -i a/seal.key sealed sealed2
fails_with 3 "cannot open 'nosuch': no such file" medchain-key decrypt -i a/seal.key nosuch
fails_with 3 "cannot read '.': is a directory" medchain-key decrypt -i a/seal.key .
fails_with 3 "standard input is closed" medchain-key decrypt -i a/seal.key <&-

it "names what is wrong with a file, and gives nothing"
printf 'PK\003\004 not sealed' >bad
fails_with 1 "'bad': not an age file" medchain-key decrypt -i a/seal.key bad
: >bad
fails_with 1 "'bad': the file is cut: it ends within its header, after 0 bytes" medchain-key decrypt -i a/seal.key bad
head -c 100 sealed >bad
fails_with 1 "'bad': the file is cut: it ends within its header" medchain-key decrypt -i a/seal.key bad
sed 's/^--- ./--- /' sealed >bad
fails_with 1 "'bad': header: line 4: MAC: " medchain-key decrypt -i a/seal.key bad
{
  sed -n 1,3p sealed
  printf -- '-> more\n\n'
  tail -n +4 sealed
} >bad
fails_with 1 "header: the MAC is wrong: the header was changed" medchain-key decrypt -i a/seal.key bad
sed '1s/v1/v2/' sealed >bad
fails_with 5 "expected age version 1, got 2" medchain-key decrypt -i a/seal.key bad
printf 'age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 18\n%043d\n--- %043d\n' 0 0 >bad
fails_with 5 "sealed with a passphrase, expected an X25519 recipient" medchain-key decrypt -i a/seal.key bad
expect_err "hint: 'age -d' asks for the passphrase"

# Every chunk is 65552 bytes; the payload begins after 184 bytes of header and nonce.
chunk() { echo $((184 + 65552 * $1)); }

it "writes no byte of a damaged chunk, and says how much came before it"
for at in 0 1 2; do
  cp sealed bad
  change bad "$(($(chunk $at) + 30))"
  run medchain-key decrypt -i a/seal.key bad
  expect_status 1
  expect_err "'bad': payload: chunk $((at + 1)) at byte $(chunk $at) of the file: it was changed"
  head -c $((65536 * at)) plain | cmp - "$out"
  ((at == 0)) || expect_err "; the $((65536 * at)) bytes written before are genuine, but not all$"
done

it "tells a file that was cut, or goes on"
head -c "$(chunk 2)" sealed >bad
run medchain-key decrypt -i a/seal.key bad
expect_status 1
expect_err "payload: the file is cut: the last chunk is missing at byte $(chunk 2) of the file; the 131072 bytes written"
head -c 131072 plain | cmp - "$out"
plain 65536 | "$seal" "$mine" >full
{ cat full && echo more; } >bad
run medchain-key decrypt -i a/seal.key bad
expect_status 1
expect_err "data follow the last chunk at byte $(chunk 1) of the file"
"$seal" -a "$mine" <plain >armored
head -n -1 armored >bad
run medchain-key decrypt -i a/seal.key bad
expect_status 1
expect_err "the file is cut: it ends within its armor"

it "puts all into a file, or makes none"
run medchain-key decrypt -i a/seal.key -o opened sealed
expect_status 0
expect_out_empty
same plain opened
cp sealed bad
change bad "$(($(chunk 3) + 5))"
echo before >kept
for target in kept made; do
  fails_with 1 "chunk 4 at byte $(chunk 3) of the file: it was changed, or the file is cut in it$" \
    medchain-key decrypt -i a/seal.key -o "$target" bad
done
[[ $(cat kept) == before && ! -e made ]]
[[ -z $(find . -name '.*.tmp') ]] || fail "left behind: $(find . -name '.*.tmp')"
fails_with 2 "'sealed' is also the input 'sealed'" medchain-key decrypt -i a/seal.key -o sealed sealed
fails_with 2 "'a/seal.key' is also the input" medchain-key decrypt -i a/seal.key -o a/seal.key sealed
run medchain-key decrypt -i a/seal.key -o - bad
expect_status 1
expect_err "; the 196608 bytes written before are genuine, but not all$"

it "keeps plaintext off a terminal unless told"
if command -v script >/dev/null; then
  run timeout 10 script -qec "medchain-key decrypt -i a/seal.key sealed" /dev/null </dev/null
  expect_status 2
  expect_out "standard output is a terminal, and the plaintext may be anything"
  expect_out "give '--output=FILE', or '--output=-' to have it on the terminal"
  echo words | "$seal" "$mine" >words
  run timeout 10 script -qec "medchain-key decrypt -i a/seal.key -o - words" /dev/null </dev/null
  expect_status 0
  expect_out "^words"
  run timeout 10 script -qec "medchain-key decrypt -i a/seal.key | cat" /dev/null </dev/null
  expect_status 0
  expect_out "standard input is a terminal"
fi

it "ends with status 7 when the output fails, and dies quietly of a reader that is gone"
run bash -c 'medchain-key decrypt -i a/seal.key sealed >/dev/full'
expect_status 7
expect_err "cannot write 'standard output': no space left on device"
run bash -c 'medchain-key decrypt -i a/seal.key sealed >&-'
expect_status 7
run bash -c 'medchain-key decrypt -i a/seal.key sealed | true; echo ${PIPESTATUS[0]}'
expect_out_is 141
expect_err_empty

it "is ended by a signal while it waits for input, and leaves no file"
mkfifo pipe
medchain-key decrypt -i a/seal.key -o late pipe 2>log &
process=$!
exec 9>pipe
head -c 70000 sealed >&9
sleep 0.3
kill -TERM "$process"
code=0
wait "$process" || code=$?
exec 9>&-
[[ $code == 143 ]] || fail "status $code: $(cat log)"
[[ ! -e late && -z $(find . -name '.*.tmp') ]]

it "shows no plaintext and no key in its messages"
run medchain-key decrypt -v -v -i a/seal.key -o opened sealed
expect_no_err AGE-SECRET-KEY
