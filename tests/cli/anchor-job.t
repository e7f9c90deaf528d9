#!/usr/bin/env bash
# Job files: several sources in one run.
. "${0%/*}/lib.sh" || exit
need jq

new_ledger ledger
anchor() { medchain-anchor --time "$(at 1)" "$@"; }
mkdir -p job/exports job/scans
patients 3 >job/exports/a.ndjson
echo '{"mrn":"1"}' >job/exports/own.ndjson
echo scan >job/scans/1.bin
cat >job/nightly.yaml <<'EOF'
sources:
  - files: [exports/a.ndjson]
  - files:
      - exports/own.ndjson
    id-from: json:/mrn
    type: Visit
    source: ward
  - files: [scans]
    id-from: path
EOF

it "reads all sources, relative to the job file, with a receipt for each entry"
run anchor --job job/nightly.yaml
expect_status 0
expect_receipts 'length == 1 and .[0].count == 5'
expect_summary '.anchored == 5 and .complete'

it "skips all of it the next night, and takes one change"
run anchor --job job/nightly.yaml
expect_summary '.unchanged == 5 and .entries == 0'
echo rescan >job/scans/1.bin
run anchor --job job/nightly.yaml --receipts=each
expect_summary '.unchanged == 4 and .versions == 1'
expect_receipts 'map(.input) == [1, 2, 3, 4, 5]'

it "names input that is missing"
mv job/scans away
run anchor --job job/nightly.yaml
expect_status 3
expect_err "scans: cannot read"
run anchor --job job/nightly.yaml --keep-going
expect_status 3
expect_summary '.unchanged == 4 and .rejected == 1'
mv away job/scans

it "takes no other inputs beside it"
fails_with 2 "takes the place of file names" anchor --job job/nightly.yaml job/exports
for option in --id-from=path --subject-from=dicom --type=X --source=s --canonical=json --input-encoding=gbk --ignore=/meta --from-sums --files0-from=x --follow-links; do
  fails_with 2 "does not go with '--job'" anchor --job job/nightly.yaml $option
done

# bad LINE PATTERN TEXT
bad() {
  printf '%s\n' "$3" >bad.yaml
  fails_with 2 "error: bad.yaml:$1: .*$2" anchor --job bad.yaml
}
it "names file and line of what is wrong in it"
bad 1 "a job has 'sources'" ''
bad 1 "a job has 'sources'" 'sources: all'
bad 1 "a job has 'sources'" 'sources: []'
bad 1 "unknown key 'source'" 'source: []'
bad 2 "expected a mapping" $'sources:\n  - exports'
bad 2 "'files'" $'sources:\n  - type: X'
bad 2 "unknown key 'file'" $'sources:\n  - file: x'
bad 3 "expected" $'sources:\n  - files: [x]\n    id-from: nonsense'
bad 3 "'type': expected a text" $'sources:\n  - files: [x]\n    type: [a]'
bad 3 "'canonical': expected json" $'sources:\n  - files: [x]\n    canonical: xml'
bad 3 "'follow-links': expected true or false" $'sources:\n  - files: [x]\n    follow-links: maybe'
bad 2 "'files': expected names" $'sources:\n  - files: [[x]]'
fails_with 2 "nosuch.yaml" anchor --job nosuch.yaml
