#!/usr/bin/env bash
# Records in gzip and zstd files.
. "${0%/*}/lib.sh" || exit
need jq gzip zstd python3

new_ledger ledger
anchor() { medchain-anchor --time "$(at 1)" "$@"; }
digests() { jq -r 'select(.type == "receipt") | .digest' "$out"; }
# damaged FROM TO OFFSET: one byte is another one
damaged() {
  cp "$1" "$2"
  printf '\xff' | dd of="$2" bs=1 seek="$3" conv=notrunc status=none
}
mkdir plain packed
patients 200 >plain/a.ndjson
patients 3 300 >plain/b.jsonl
printf '{"resourceType":"Patient","id":"one",\n "active":true}' >plain/one.json
printf 'MSH|^~\\&|A|B|C|D|20260101||ADT^A01|m1|P|2.5\rPID|1||7\r' >plain/m.hl7

it "commits to the uncompressed bytes: the same records are unchanged"
gzip -9 -c plain/a.ndjson >packed/a.ndjson.gz
zstd -q -c plain/b.jsonl >packed/b.jsonl.zst
gzip -c plain/one.json >packed/one.json.gz
zstd -q -c plain/m.hl7 >packed/m.hl7.zst
run anchor packed
expect_status 0
expect_summary '.anchored == 205 and .complete'
digests >packed.digests
run anchor plain
expect_summary '.unchanged == 205 and .entries == 0'
digests | sort >plain.digests
sort packed.digests | same - plain.digests
sed -n 12p plain/a.ndjson | tr -d '\n' | sha256sum | cut -d' ' -f1 | grep -qf - plain.digests || fail "not the digest of line 12"

it "reads several members and frames as one file, and no matter how it was compressed"
{ head -n 100 plain/a.ndjson | gzip -1; tail -n 100 plain/a.ndjson | gzip -9; } >packed/a.ndjson.gz
{ head -n 1 plain/b.jsonl | zstd -q -1; tail -n 2 plain/b.jsonl | zstd -q -19; } >packed/b.jsonl.zst
run anchor packed
expect_summary '.unchanged == 205 and .rejected == 0'
run medchain-verify records packed
expect_status 0

it "names file and line"
{ patients 2 900; echo '{"resourceType":"Patient"}'; patients 1 902; } | gzip >bad.ndjson.gz
fails_with 3 "bad.ndjson.gz:3: " anchor -o told bad.ndjson.gz
run anchor --keep-going bad.ndjson.gz
expect_summary '.anchored == 3 and .rejected == 1'

it "refuses a cut or damaged stream before any of its records is anchored"
patients 9000 1000 | gzip >long.ndjson.gz
patients 9000 1000 | zstd -q >long.ndjson.zst
for kind in gz zst; do
  size=$(stat -c %s long.ndjson.$kind)
  head -c $((size - 3)) long.ndjson.$kind >cut.ndjson.$kind
  damaged long.ndjson.$kind flipped.ndjson.$kind $((size - 2))
  damaged long.ndjson.$kind middle.ndjson.$kind $((size / 2))
  for bad in cut flipped middle; do
    run anchor --keep-going --format json "$bad.ndjson.$kind" plain/one.json
    expect_status 3
    expect_summary '.anchored == 0 and .unchanged == 1 and .rejected == 1'
    if [[ $bad == cut ]]; then expect_err '"id":"input.truncated"'; else expect_err '"id":"input.invalid"'; fi
  done
done
fails_with 3 "cut.ndjson.gz: the gzip stream is cut" anchor -o told cut.ndjson.gz
fails_with 3 "flipped.ndjson.gz: the gzip stream is damaged: incorrect" anchor -o told flipped.ndjson.gz
: >empty.ndjson.gz
fails_with 3 "empty.ndjson.gz: the gzip stream is cut" anchor -o told empty.ndjson.gz
cp plain/a.ndjson not.ndjson.zst
fails_with 3 "not.ndjson.zst: the zstd stream is damaged" anchor -o told not.ndjson.zst
{ gzip -c plain/b.jsonl; echo rest; } >rest.ndjson.gz
fails_with 3 "rest.ndjson.gz: the gzip stream is damaged" anchor -o told rest.ndjson.gz

it "refuses a bomb in bounded memory"
head -c 200M /dev/zero | gzip -1 >bomb.ndjson.gz
head -c 200M /dev/zero | zstd -q >bomb.json.zst
{ printf '{"resourceType":"Patient","id":"x","t":"'; head -c 200M /dev/zero | tr '\0' a; } | zstd -q >bomb2.json.zst
fails_with 3 "bomb.ndjson.gz: a line of what is compressed is over 67108864 bytes" anchor -o told bomb.ndjson.gz
fails_with 3 "bomb2.json.zst: what is compressed as one file is over" anchor -o told bomb2.json.zst
# Zeros are no record: the file stays what it is.
run anchor bomb.json.zst
expect_summary '.anchored == 1 and .bytes < 100000'

it "leaves what has no identity, and every file under path, as it lies on disk"
tar -cf - plain | gzip >docs.tar.gz
run anchor docs.tar.gz
digests >stored
sha256sum docs.tar.gz | sed 's/^/sha256:/; s/ .*//' | same - stored
run anchor --id-from path packed/a.ndjson.gz
digests >stored
sha256sum packed/a.ndjson.gz | sed 's/^/sha256:/; s/ .*//' | same - stored
cp plain/m.hl7 lie.gz
run anchor lie.gz
expect_summary '.unchanged == 1'

it "finds the records again"
run medchain-vault check --json
expect_status 0
gzip -c <(patients 200 1 changed) >packed/a.ndjson.gz
run medchain-vault check --json
expect_status 1
jq -s -e '[.[] | select(.verdict == "changed" and (.place | test("a.ndjson.gz:")))] | length == 200' "$out" >/dev/null || fail "not all 200 were told"

it "knows the records of a compressed file again by what is in it, and tells that it was cut, damaged or replaced"
new_ledger again
mkdir files sound
patients 3 6000 >lines
printf '{"resourceType":"Patient","id":"whole",\n "active":true}' >value
gzip -c lines >files/a.ndjson.gz
patients 3 6100 | zstd -q >files/b.ndjson.zst
gzip -c value >files/c.json.gz
sed s/whole/other/ value | zstd -q >files/d.json.zst
tar -cf - plain | gzip >files/e.tar.gz
# As long as what is in it.
python3 - >files/f.json.gz <<'END'
import gzip, random, sys
random.seed(1)
for n in range(20, 400):
    text = '{"resourceType":"Patient","id":"equal","text":"%s"}' % "".join(random.choice("0123456789abcdef") for _ in range(n))
    packed = gzip.compress(text.encode(), mtime=0)
    if len(packed) == len(text):
        sys.stdout.buffer.write(packed)
        break
END
[[ $(stat -c %s files/f.json.gz) == $(gzip -dc files/f.json.gz | wc -c) ]] || fail "no file of equal sizes"
anchor -q files >receipts
patients 3 6200 | gzip >files/g.ndjson.gz
anchor -q --canonical=json files/g.ndjson.gz >receipts
cp files/* sound/
expect_sound() {
  run medchain-vault check --json
  [[ $status == 0 ]] || fail "$1: $(<"$out")"
  cp sound/* files/
}
# expect_changed NAME COUNT: so many records of this file, and none of another; then it is put back.
expect_changed() {
  run medchain-vault check --json
  expect_status 1
  jq -n -e --arg name "/$1" --argjson count "$2" \
    '[inputs | select(.verdict? == "changed") | .place | contains($name)] | length == $count and all' "$out" >/dev/null ||
    fail "$1: $(<"$out")"
  cp sound/* files/
}
expect_sound untouched
for name in a.ndjson.gz b.ndjson.zst g.ndjson.gz; do
  head -c 20 "sound/$name" >"files/$name"
  expect_changed "$name" 3
done
for name in c.json.gz d.json.zst e.tar.gz f.json.gz; do
  head -c -1 "sound/$name" >"files/$name"
  expect_changed "$name" 1
  damaged "sound/$name" "files/$name" 25
  expect_changed "$name" 1
done
patients 3 6000 changed | gzip >files/a.ndjson.gz
expect_changed a.ndjson.gz 3
patients 3 6100 changed | zstd -q >files/b.ndjson.zst
expect_changed b.ndjson.zst 3
sed s/true/false/ value | gzip >files/c.json.gz
expect_changed c.json.gz 1
for name in a.ndjson.gz b.ndjson.zst c.json.gz d.json.zst f.json.gz g.ndjson.gz; do
  if [[ $name == *.gz ]]; then
    gzip -dc "sound/$name" | gzip -1 >"files/$name"
    expect_sound "$name, compressed otherwise"
    gzip -dc "sound/$name" >"files/$name"
  else
    zstd -q -dc "sound/$name" | zstd -q -19 >"files/$name"
    expect_sound "$name, compressed otherwise"
    zstd -q -dc "sound/$name" >"files/$name"
  fi
  expect_sound "$name, inflated"
done
gzip -dc sound/e.tar.gz >files/e.tar.gz
expect_changed e.tar.gz 1

it "keeps copies of what was compressed"
mkdir new
patients 2 5000 | zstd -q >new/c.ndjson.zst
gzip -c <<<'{"resourceType":"Patient","id":"copied"}' >new/d.json.gz
run medchain-vault put --time "$(at 2)" new
expect_summary '.anchored == 3'
rm -r new
run medchain-vault get Patient/copied --source ""
[[ $status == 0 ]] || run medchain-vault get Patient/copied
expect_out_is '{"resourceType":"Patient","id":"copied"}'
