#!/usr/bin/env bash
# Generated records of all kinds: a tree of DICOM, CDA, PDF, HL7 v2 and FHIR files, and FHIR resources in lines, night after night.
. "${0%/*}/lib.sh" || exit
need jq
[[ -n $GEN && -x $GEN ]] || skip "the generator of sample data is not built"

new_ledger ledger
anchor() { medchain-anchor --time "$(at 1)" "$@"; }

it "anchors a tree of files by what they are, and skips all of it the second time"
"$GEN" files --count 200 --seed 21 -o tree >/dev/null
run anchor tree
expect_status 0
expect_err "taken from DICOM SOPInstanceUID"
expect_err "taken from the CDA document id"
expect_err "taken from HL7 v2 MSH-10"
expect_err "taken from FHIR resourceType and id"
expect_err "taken from the path"
cp "$out" first
# Each file is one record, but of HL7 v2 each message is.
files=$(find tree -type f ! -name '*.hl7' | wc -l)
messages=$(find tree -name '*.hl7' -exec cat {} + | tr '\r' '\n' | grep -ac '^MSH|')
expect_summary ".count == $files + $messages and .anchored == $files + $messages and .complete"
((messages > 20 && files > 100))
all_places_differ first
run anchor tree
expect_status 0
expect_summary ".unchanged == $files + $messages and .entries == 0"
[[ $(places "$out") == "$(places first)" ]]

it "knows files again under other names where they have ids of their own, and those of the path alone as new ones"
mv tree moved
run anchor moved
expect_status 0
dicom=$(find moved -name '*.dcm' | wc -l)
by_path=$(find moved -name '*.pdf' -o -name '*.txt' | wc -l)
expect_summary ".anchored == $by_path and .unchanged == $files + $messages - $by_path"
((dicom > 20))

it "makes a version of each kind of file that changed"
for kind in dcm xml pdf json txt; do
  file=$(find moved -name "*.$kind" | LC_ALL=C sort | sed -n 1p)
  case $kind in
    json | xml) printf '\n' >>"$file" ;;
    *) printf 'x' >>"$file" ;;
  esac
done
run anchor moved
expect_status 0
expect_summary '.versions == 5 and .anchored == 0'

it "takes planted doubles as what they are"
"$GEN" files --count 200 --seed 22 -o doubles --planted planted --conflicts >/dev/null
run anchor --keep-going doubles
expect_status 3
conflicts=$(grep -c '^same-id-other-bytes' planted)
expect_summary ".rejected == $conflicts"
expect_err "the same id has other bytes at input"

it "anchors nights of resources: only what changed is new"
for night in 0 1 2; do
  "$GEN" ndjson --count 2000 --seed 23 --changed 5 --night $night >night.$night.ndjson
done
run anchor -q --receipts=none night.0.ndjson
expect_status 0
expect_summary '.anchored == 2000'
changed=$(comm -13 <(sort night.0.ndjson) <(sort night.1.ndjson) | wc -l)
((changed > 50))
run anchor -q --receipts=none night.1.ndjson
expect_summary ".versions == $changed and .unchanged == 2000 - $changed and .anchored == 0"
changed=$(comm -13 <(sort night.1.ndjson) <(sort night.2.ndjson) | wc -l)
run anchor -q --receipts=none night.2.ndjson
expect_summary ".versions == $changed and .unchanged == 2000 - $changed"

it "finds subjects, so that one patient's records hang together"
"$GEN" ndjson --count 300 --seed 24 --types Observation >observations.ndjson
run anchor -q observations.ndjson
expect_status 0
if command -v mdb_dump >/dev/null; then
  subjects=$(jq -r '.subject.reference // empty' observations.ndjson | sort -u | wc -l)
  ((subjects > 1))
fi

it "digests each line as sha256sum does"
run anchor night.2.ndjson
line=$(sed -n 1234p night.2.ndjson | tr -d '\n' | sha256sum | cut -d' ' -f1)
expect_receipts ".[1233].digest == \"sha256:$line\""

it "verifies"
if command -v medchain-verify >/dev/null; then
  medchain-verify ledger -q >/dev/null
  medchain-verify vault --ledger-only -q >/dev/null
fi
