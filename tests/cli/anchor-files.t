#!/usr/bin/env bash
# Files and directories: odd names, links, loops, things that are no files, files that change.
. "${0%/*}/lib.sh" || exit
need jq sha256sum

new_ledger ledger
# Nothing here may hang, so everything has a time limit.
anchor() { timeout 20 medchain-anchor --time "$(at 1)" "$@"; }

it "walks a directory in byte order, each file once"
mkdir -p tree/b tree/a/deep
echo 1 >tree/a/deep/1.txt
echo 2 >tree/a.txt
echo 3 >tree/b/3.txt
run anchor --with-names tree
expect_status 0
expect_receipts "map(.path | ltrimstr(\"$PWD/\")) == [\"tree/a/deep/1.txt\", \"tree/a.txt\", \"tree/b/3.txt\"]"
run anchor tree tree/b tree/b/3.txt
expect_status 0
expect_summary '.unchanged == 4 and .anchored == 0'
expect_err "directory named or linked to again"

it "digests whole files as sha256sum does"
head -c 3000000 /dev/urandom >big.bin
: >empty.bin
run anchor big.bin empty.bin
expect_out "\"digest\":\"sha256:$(sha256sum <big.bin | cut -d' ' -f1)\",\"size\":3000000,"
expect_out "\"digest\":\"sha256:$(sha256sum <empty.bin | cut -d' ' -f1)\",\"size\":0,"

it "takes names with spaces, quotes, dashes and bytes that are not UTF-8"
mkdir odd
for name in 'with space' "quote'" '-n' $'\xff\xfe' '$(rm -rf)' '中文'; do echo "$name" >"odd/$name"; done
run anchor --with-names odd
expect_status 0
expect_summary '.anchored == 6'
jq . "$out" >/dev/null
run anchor --with-names -- odd/-n
expect_summary '.unchanged == 1'
cp odd/-n ./-n
run anchor -- -n
expect_status 0

it "takes names with line feeds and other control characters, and shows them on one line"
mkdir lf && echo x >$'lf/two\nlines' && echo y >$'lf/\e[31mred\r\x7f'
run anchor --with-names lf
expect_status 0
expect_summary '.anchored == 2'
expect_receipts 'map(.record | ltrimstr("file/")) == ["'"$PWD"'/lf/\u001b[31mred\r\u007f", "'"$PWD"'/lf/two\nlines"]'
run anchor --files0-from - < <(printf 'lf/two\nlines\0')
expect_summary '.unchanged == 1'
run medchain-verify records lf/*
expect_status 0
expect_out '^intact +lf/two.x0alines '
expect_out '^intact +lf/.x1b\[31mred.x0d.x7f '
run medchain-audit prove $'lf/two\nlines' -o lf.proof
expect_status 0
echo z >$'lf/two\nlines'
run medchain-verify vault
expect_status 1
expect_out '^changed .*/lf/two.x0alines  the bytes are not those'
[[ $(LC_ALL=C tr -d '\n -~' <"$out" | wc -c) == 0 ]]
run anchor --id-from=json:/id lf
expect_status 3
echo '{"id":"inner","resourceType":"Patient"}' >$'lf/two\nlines'
run anchor lf
expect_status 0

it "does not hang at fifos, sockets and devices, and goes on behind them with --keep-going"
mkdir things
mkfifo things/a-fifo
echo file >things/z-file
if command -v python3 >/dev/null; then
  python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("things/b-socket")'
else
  mkfifo things/b-socket
fi
ln -s /dev/zero things/c-device
run anchor things
expect_status 3
expect_err "error: things/a-fifo: expected a regular file, it is a fifo"
expect_summary '.anchored == 0'
run anchor --keep-going things
expect_status 3
expect_summary '.anchored == 1 and .rejected == 2'
expect_err "1 symbolic link not followed"
run anchor --keep-going --follow-links things
expect_status 3
expect_summary '.unchanged == 1 and .rejected == 3'
expect_err "c-device: expected a regular file, it is a character device"
run anchor things/a-fifo /dev/zero
expect_status 3

it "ends in loops of links"
mkdir -p loop/in
echo x >loop/in/x
ln -s .. loop/in/up
ln -s self loop/self
ln -s nowhere loop/dangling
run anchor loop
expect_status 0
expect_summary '.anchored == 1'
expect_err "3 symbolic links not followed"
run anchor --keep-going --follow-links loop
expect_status 3
expect_err "a loop: the directory is one of those that lead to it"
expect_err "dangling: cannot follow the symbolic link"
expect_err "self: cannot follow the symbolic link"

it "follows links that are named"
ln -s tree/a.txt named
ln -s tree named-tree
run anchor --with-names named
expect_status 0
expect_receipts 'length == 1'
run anchor named-tree
expect_summary '.count == 3'

it "tells what is not there and what cannot be read"
run anchor nosuch
expect_status 3
expect_err "error: nosuch: cannot read the file: no such file or directory"
run anchor --keep-going nosuch tree/a.txt
expect_status 3
expect_summary '.unchanged == 1 and .rejected == 1'
fails_with 2 "an operand is empty" anchor ""

if [[ $(id -u) == 0 ]]; then
  it_skipped "tells a directory that may not be read" "root reads everything"
else
  it "tells a directory that may not be read"
  mkdir -m 0 closed
  run anchor closed
  expect_status 3
  expect_err "error: closed: cannot open the directory: permission denied"
  chmod 700 closed
fi

it "tells a file that changes while it is being read"
head -c 40000000 /dev/zero >growing
while :; do printf x >>growing; done &
writer=$!
# The writer may not have had a turn while it was being read.
for _ in {1..20}; do
  run anchor --keep-going growing
  [[ $status == 0 ]] || break
done
kill $writer
wait $writer 2>/dev/null || true
expect_status 3
expect_err "growing: .*changed while it was being read"
expect_summary '.rejected == 1'
run anchor growing
expect_status 0

it "tells NDJSON that changes while it is being read, and keeps what was read"
patients 1000 >lines.ndjson
while :; do echo '{"resourceType":"Patient","id":"grown"}' >>lines.ndjson; done &
writer=$!
for _ in {1..50}; do
  run anchor --keep-going lines.ndjson
  [[ $status == 0 ]] || break
done
kill $writer
wait $writer 2>/dev/null || true
expect_status 3
expect_err "lines.ndjson: .*changed while it was being read"

it "reads NDJSON out of a directory by lines"
mkdir mixed
patients 2 9000 >mixed/a.ndjson
patients 2 9002 >mixed/b.json
echo '{"resourceType":"Patient","id":"p9004"}' >mixed/c.json
echo text >mixed/d.txt
run anchor mixed
expect_status 0
expect_summary '.anchored == 6'
expect_receipts 'map(.line) == [1, 2, 1, 2, null, null]'

it "reads a file of one line in the same way each time, whatever its name"
echo '{"resourceType":"Patient","id":"one"}' >single.ndjson
run anchor - <single.ndjson
expect_receipts '.[0].status == "anchored"'
run anchor single.ndjson
expect_receipts '.[0].status == "unchanged"'
