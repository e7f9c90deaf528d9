#!/usr/bin/env bash
# --ignore: records that change only where it does not count; and the warning that says to use it.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger
anchor() { medchain-anchor --time "$(at 1)" "$@"; }
# touched NIGHT N [FIRST [NAME]]: N Patients as a server writes them that touches meta each night
touched() {
  awk -v night="$1" -v n="$2" -v first="${3:-1}" -v name="${4:-x}" 'BEGIN { for (i = first; i < first + n; i++)
    printf "{\"resourceType\":\"Patient\",\"id\":\"p%d\",\"meta\":{\"lastUpdated\":\"2026-11-%02dT00:00:00Z\"},\"name\":[{\"family\":\"%s\"}]}\n", i, night, name }'
}

it "warns when over half of what was known before has changed, and names the option"
touched 1 10 >export.ndjson
run anchor export.ndjson
expect_no_err "warning"
{ touched 2 6; touched 1 4 7; touched 1 20 100; } >export.ndjson
run anchor -n export.ndjson
expect_err "warning: 6 of 10 records that were known before have changed: .*--ignore=/meta"
expect_summary '.versions == 6 and .mostly_changed'
run anchor export.ndjson
expect_status 0
expect_err "warning: 6 of 10 records that were known before have changed: .*--ignore=/meta"
expect_summary '.versions == 6 and .anchored == 20 and .unchanged == 4 and .mostly_changed'
# Half is not over half, and what comes twice counts once.
{ touched 3 5; touched 2 1 6; touched 1 4 7; touched 1 4 7; touched 1 4 7; } >export.ndjson
run anchor export.ndjson
expect_no_err "warning"
expect_summary '.versions == 5 and (has("mostly_changed") | not)'
# Of a few records any may have changed.
touched 4 3 >export.ndjson
run anchor export.ndjson
expect_no_err "warning"

it "learns second digests of bytes that come again, and takes what is else the same for unchanged"
new_ledger second
touched 1 10 >export.ndjson
run anchor export.ndjson
size=$(entry_count second)
run anchor --ignore=/meta export.ndjson
expect_summary '.unchanged == 10 and .entries == 0 and (has("ignored") | not)'
{ touched 2 9; touched 2 1 10 other; touched 2 3 50; } >export.ndjson
run anchor --ignore=/meta --with-names export.ndjson
expect_status 0
expect_err "9 unchanged \(9 but for what is ignored\)"
expect_summary '.unchanged == 9 and .ignored == 9 and .versions == 1 and .anchored == 3 and (has("mostly_changed") | not)'
expect_receipts 'map(.status) == [range(9) | "unchanged"] + ["version"] + [range(3) | "anchored"] and (map(.ignored // false) == [range(13) | . < 9])'
[[ $(entry_count second) == $((size + 1)) ]]
# New versions have theirs, too.
{ touched 3 9; touched 3 1 10 other; touched 3 3 50; } >export.ndjson
run anchor --ignore=/meta export.ndjson
expect_summary '.unchanged == 13 and .ignored == 13 and .entries == 0'
medchain-verify ledger -q >/dev/null
medchain-verify vault --ledger-only -q >/dev/null

it "names the bytes that are anchored in receipts, so that they open the commitment"
touched 1 1 7 | head -c -1 >first
touched 4 1 7 | head -c -1 >now
run anchor --ignore=/meta --with-openings now
expect_receipts '.[0].status == "unchanged" and .[0].ignored and (.[0].digest == "sha256:'"$(sha256sum <first | cut -d' ' -f1)"'") and (.[0] | has("salt"))'
expect_receipts '.[0].size == '"$(wc -c <first)"
cp "$out" receipt
run medchain-verify records first
expect_status 0
run medchain-verify records now
expect_status 1

it "compares only digests of the same name"
touched 5 10 >export.ndjson
run anchor -n --ignore=/meta --ignore=/name export.ndjson
expect_summary '.versions == 10'
run anchor -n export.ndjson
expect_summary '.versions == 10'
run anchor -n --ignore=/name --ignore=/meta --ignore=/meta export.ndjson
expect_summary '.versions == 10'
run anchor --ignore=/meta export.ndjson
expect_summary '.ignored == 9 and .versions == 1'
# In one run, too.
{ touched 6 1 300; touched 7 1 300; } >twice.ndjson
run anchor --ignore=/meta twice.ndjson
expect_summary '.anchored == 1 and .ignored == 1'
run anchor --ignore=/text twice.ndjson --keep-going
expect_status 3
{ touched 8 1 400; touched 9 1 400; } >twice.ndjson
run anchor -n --ignore=/meta twice.ndjson
expect_summary '.anchored == 1 and .ignored == 1'

it "goes into members, array elements and canonical forms, and into files of one value"
one() { printf '{"id":"o1","resourceType":"Basic","tag":[{"at":"%s","v":1},{"at":"%s","v":2}],"a/b":{"~":"%s"}}' "$1" "$1" "$1" >one.json; }
rules=(--ignore=/tag/0/at --ignore=/tag/1 --ignore=/a~1b/~0)
one 1
run anchor "${rules[@]}" one.json
one 2
run anchor "${rules[@]}" one.json
expect_summary '.ignored == 1'
run anchor -n "${rules[@]:1}" one.json
expect_summary '.versions == 1'
one 3
sed -i 's/"id":"o1",//; s/}$/,"id":"o1"}/; s/"v":1/"v": 1/' one.json
run anchor "${rules[@]}" one.json
expect_summary '.ignored == 1'
run anchor "${rules[@]}" --canonical=json one.json
expect_summary '.ignored == 1'
# What is no JSON has no other digest than that of its bytes.
echo text >plain.txt
run anchor --ignore=/meta plain.txt
echo other >plain.txt
run anchor --ignore=/meta plain.txt
expect_summary '.versions == 1'

it "is said for each source of a job"
mkdir -p job
touched 1 5 500 >job/touched.ndjson
touched 1 5 600 >job/exact.ndjson
cat >job/job.yaml <<'EOF'
sources:
  - files: [touched.ndjson]
    ignore: /meta
  - files: [exact.ndjson]
    ignore: [/meta, /text]
  - files: [one.bin]
EOF
echo 1 >job/one.bin
run anchor --job job/job.yaml
expect_summary '.anchored == 11'
touched 2 5 500 >job/touched.ndjson
touched 2 5 600 >job/exact.ndjson
run anchor --job job/job.yaml
expect_summary '.unchanged == 11 and .ignored == 10'
fails_with 2 "option '--ignore' does not go with '--job'" anchor --job job/job.yaml --ignore=/meta
sed -i 's|ignore: /meta|ignore: meta|' job/job.yaml
fails_with 2 "job.yaml:3: 'ignore': 'meta': expected a JSON pointer" anchor --job job/job.yaml
sed -i 's|ignore: meta|ignore: [{a: b}]|' job/job.yaml
fails_with 2 "job.yaml:3: 'ignore': expected a JSON pointer, or a list" anchor --job job/job.yaml

it "refuses what is no pointer, and sums"
for bad in meta /~2 "/a~"; do fails_with 2 "option '--ignore': '.*': expected a JSON pointer" anchor --ignore="$bad" export.ndjson; done
fails_with 2 "not for '--from-sums'" anchor --ignore=/meta --from-sums /dev/null

it "makes copies of anchored bytes alone, and erases the second digest with its record"
touched 1 1 900 >copy.ndjson
run medchain-vault put --ignore=/meta --time "$(at 1)" copy.ndjson
expect_summary '.anchored == 1'
touched 2 1 900 >later.ndjson
run medchain-vault put --ignore=/meta --time "$(at 1)" later.ndjson
expect_summary '.ignored == 1'
medchain-vault get -q Patient/p900 >got
[[ $(<got) == "$(<copy.ndjson)" ]]
run medchain-vault check -q --copies-only
expect_status 0
if command -v mdb_dump >/dev/null; then
  digests() { mdb_dump -s second-digests "$MEDCHAIN_VAULT" | grep -c '^ ' || true; }
  before=$(digests)
  medchain-vault erase -q Patient/p900 --basis B --yes --person p --time "$(at 1)" >/dev/null
  [[ $(digests) == $((before - 2)) ]] || fail "$before, then $(digests)"
fi
run anchor --ignore=/meta --keep-going later.ndjson
expect_status 3
expect_err "was erased"

it "is learnt in a vault that was made before"
if command -v mdb_drop >/dev/null; then mdb_drop -d -s second-digests "$MEDCHAIN_VAULT"; fi
touched 3 5 500 >job/touched.ndjson
run anchor --ignore=/meta -n job/touched.ndjson
expect_status 0
