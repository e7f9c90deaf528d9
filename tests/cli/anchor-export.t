#!/usr/bin/env bash
# FHIR bulk data exports: the manifest of a job's source.
. "${0%/*}/lib.sh" || exit
need jq gzip

new_ledger ledger
anchor() { medchain-anchor --time "$(at 1)" "$@"; }
mkdir -p night/export
cat >night/job.yaml <<'EOF_JOB'
sources:
  - manifest: export/manifest.json
EOF_JOB
export=night/export
patients 10 >$export/Patient_1.ndjson
patients 5 100 >"$export/Patient 2.ndjson"
# manifest [JQ]: as a server writes it, changed by the filter
manifest() {
  jq "${1:-.}" >$export/manifest.json <<'END'
{
  "transactionTime": "2026-11-23T01:00:00.123+01:00",
  "request": "https://fhir.example/r4/$export?_type=Patient",
  "requiresAccessToken": true,
  "output": [
    {"type": "Patient", "url": "https://fhir.example/out/7f/Patient_1.ndjson?sig=a%2Fb", "count": 10},
    {"type": "Patient", "url": "https://fhir.example/out/7f/Patient%202.ndjson"}
  ],
  "error": [],
  "extension": {"ratio": 0.5}
}
END
}
manifest

it "reads the files that the manifest names, and no others"
patients 1 500 >$export/other.ndjson
run anchor --job night/job.yaml --receipts each
expect_status 0
expect_summary '.anchored == 15 and .complete and ([keys[] | select(startswith("export_"))] == [])'
expect_receipts 'map(.input) == [range(1; 16)]'

it "fails before anything is anchored if a file is missing"
patients 1 700 >$export/Patient_1.ndjson
mv "$export/Patient 2.ndjson" away
fails_with 3 "manifest.json: '/output/1/url': 'Patient 2.ndjson' is not beside the manifest" anchor --job night/job.yaml --keep-going -o told
[[ ! -e told ]] || fail "there are results"
run anchor --keep-going --job night/job.yaml --format json
expect_error_id input.unreadable
manifest '.output[0].url = "https://fhir.example/gone.ndjson"'
fails_with 3 "'/output/0/url': 'gone.ndjson' .*, and 1 more" anchor --job night/job.yaml
patients 10 >$export/Patient_1.ndjson
manifest

it "takes a compressed file for it"
gzip -c away >"$export/Patient 2.ndjson.gz"
run anchor --job night/job.yaml
expect_status 0
expect_summary '.unchanged == 15'

it "tells a count that does not match: the export is not complete"
manifest '.output[0].count = 12 | .output[1].count = 5'
run anchor --job night/job.yaml
expect_status 10
expect_err "Patient_1.ndjson: the manifest says 12 resources, the file has 10"
expect_summary '.unchanged == 15 and .export_mismatches == 1 and (.complete | not)'
# Bad lines are lines; status 3 goes before.
manifest '.output[0].count = 11'
echo broken >>$export/Patient_1.ndjson
run anchor --job night/job.yaml --keep-going
expect_status 3
expect_summary '.rejected == 1 and (has("export_mismatches") | not)'
patients 10 >$export/Patient_1.ndjson
# A file that is left for later has no count yet.
manifest '.output[0].count = 11'
touch -d "$(at 1)" $export/Patient_1.ndjson
touch -d "$(at 0)" "$export/Patient 2.ndjson.gz"
run anchor --job night/job.yaml --min-age 30s
expect_status 0
expect_summary '.unchanged == 5 and .left == 1'

it "tells errors of the server, and what is deleted"
manifest '.error = [{"type": "OperationOutcome", "url": "err.ndjson"}]
  | .deleted = [{"type": "Bundle", "url": "https://fhir.example/del_1.ndjson"}]'
cat >$export/err.ndjson <<'END'
{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing"},{"severity":"warning","code":"value"}]}
{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}
END
cat >$export/del_1.ndjson <<'END'
{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Patient/p3"}},{"request":{"method":"DELETE","url":"Patient/p4"}}]}
END
run anchor --job night/job.yaml
expect_status 10
expect_summary '.unchanged == 15 and .deleted_at_source == 2 and .export_errors == 1 and (.complete | not)'
expect_err "warning: .*manifest.json: the server tells of 1 error"
expect_err "2 resources deleted at the source: what was anchored stays"
expect_err "tells of 2 warnings"
expect_no_err "(^|[^A-Za-z0-9])p3([^A-Za-z0-9]|$)"
sed -i 's/"error"/"information"/' $export/err.ndjson
run anchor --job night/job.yaml
expect_status 0
expect_summary '.complete and .deleted_at_source == 2'

it "names what is wrong with files of errors and deletions"
echo '{"resourceType":"Patient"}' >>$export/err.ndjson
fails_with 3 "err.ndjson: line 3: '/': expected one OperationOutcome" anchor --job night/job.yaml
rm $export/err.ndjson
fails_with 3 "'/error/0/url': 'err.ndjson' is not beside" anchor --job night/job.yaml
manifest '.deleted = [{"type": "Bundle", "url": "del_1.ndjson"}]'
head -c 60 $export/del_1.ndjson >cut
mv cut $export/del_1.ndjson
fails_with 3 "del_1.ndjson: line 1: " anchor --job night/job.yaml

it "is ended by a signal while it looks at what is deleted"
patients 10 >$export/Patient_1.ndjson
manifest '.deleted = [{"type": "Bundle", "url": "del_1.ndjson"}]'
awk 'BEGIN { for (; i < 3000000; i++)
  print "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"request\":{\"method\":\"DELETE\",\"url\":\"Patient/p3\"}}]}" }' >$export/del_1.ndjson
medchain-anchor --job night/job.yaml --time "$(at 1)" >"$out" 2>"$err" &
job=$!
sleep 0.4
begun=$SECONDS
kill -TERM $job
status=0
{ wait $job; } 2>/dev/null || status=$?
[[ $status == 143 ]] || fail "status $status"
((SECONDS - begun < 2)) || fail "it read on"
rm $export/del_1.ndjson

# bad PATTERN JQ
bad() {
  manifest "$2"
  fails_with 3 "night/export/manifest.json: .*$1" anchor --job night/job.yaml
}
it "names what is wrong with the manifest"
bad "'/': expected an object, got an array" '[]'
bad "expected a member 'output'" 'del(.output)'
bad "'/output': expected an array, got an object" '.output = {}'
bad "'/output/1': expected an object with a 'url'" 'del(.output[1].url)'
bad "'/output/0/count': expected a number of resources" '.output[0].count = "10"'
bad "'/output/0/count': expected a number" '.output[0].count = 1.5'
for url in https://fhir.example https://fhir.example/out/ https://h/.. https://h/%2e%2e "https://h/a%2fb" "https://h/%0" "" "?x=1"; do
  bad "'/output/0/url': expected a url that ends in the name of a file" ".output[0].url = \"$url\""
done
bad "'/output/1/url': expected a name of its own" '.output[1].url = "http://other/Patient_1.ndjson"'
echo '{' >$export/manifest.json
fails_with 3 "manifest.json: " anchor --job night/job.yaml
rm $export/manifest.json
fails_with 3 "manifest.json" anchor --job night/job.yaml

it "is in place of files, with the rules of a source beside it"
manifest
cat >night/both.yaml <<'EOF_JOB'
sources:
  - manifest: export/manifest.json
    files: [export]
EOF_JOB
fails_with 2 "both.yaml:3: a source has either 'files' or 'manifest'" anchor --job night/both.yaml
cat >night/source.yaml <<'EOF_JOB'
sources:
  - manifest: export/manifest.json
    source: other
  - files: [export/other.ndjson]
EOF_JOB
run anchor --job night/source.yaml
expect_summary '.anchored == 16'
