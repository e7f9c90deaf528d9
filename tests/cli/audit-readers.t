#!/usr/bin/env bash
# Reports of medchain-audit whatever happens around them: writers at work, readers that leave, full disks, damaged stores, other vaults.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
need jq
make_history
reports=("record Observation/9" "subject SubjectCanary001" "disclosures --subject SubjectCanary001" "uses" "flows" "ropa" "log"
  "exposed --member hosp-r" "anomalies --fail-on never")

it "writes nothing"
for report in "${reports[@]}" clones mismatches report "prove Observation/9" "prove --entry 1"; do
  # shellcheck disable=SC2086
  unwritten L L.host L.packages "$MEDCHAIN_VAULT" keys -- medchain-audit $report
  expect_status 0
done

it "reads one state while others write"
(
  act_as hosp-a
  for i in {1..30}; do
    echo "$i" >"more$i.txt"
    medchain-anchor -q "more$i.txt" --time "$(at "$minute")" >/dev/null
  done
) &
writer=$!
rounds=0
while kill -0 $writer 2>/dev/null || ((rounds == 0)); do
  for report in "${reports[@]}"; do
    # shellcheck disable=SC2086
    run medchain-audit $report --json
    expect_status 0
    expect_summary .complete
  done
  rounds=$((rounds + 1))
done
wait $writer

it "ends quietly when its reader leaves, and says when its output is lost"
for report in "${reports[@]}"; do
  # shellcheck disable=SC2086
  { medchain-audit $report; echo $? >code; } 2>log | true || true
  wait_for test -s code
  [[ $(<code) == 0 || $(<code) == 141 ]] || fail "status $(<code): $(<log)"
  rm code
  if [[ -w /dev/full ]]; then
    code=0
    # shellcheck disable=SC2086
    medchain-audit $report >/dev/full 2>log || code=$?
    [[ $code == 7 ]] || fail "status $code of $report: $(<log)"
  fi
done

it "leaves no file behind when it fails"
cp -a L damaged
"${MEDCHAIN_TEST_TAMPER:?the path of medchain-tamper}" damaged delete "$release"
for report in "${reports[@]}"; do
  # shellcheck disable=SC2086
  run medchain-audit $report -l damaged -o report.out
  expect_status 1
  expect_err "entry $release is missing"
  [[ ! -e report.out ]] || fail "$report left a file"
done

it "refuses the vault of another ledger, and one that is damaged"
new_ledger M hosp-a
act_as hosp-a
medchain-anchor -q observations.ndjson --time "$(at 0)" >/dev/null
for report in "record Observation/9" "subject x" "disclosures --subject x"; do
  # shellcheck disable=SC2086
  run medchain-audit $report -l L
  expect_status 8
  expect_err 'another ledger'
done
cp -a L.vaults/hosp-b broken
head -c 5000 /dev/urandom >broken/data.mdb
for report in "record Observation/9" "subject x" "disclosures --subject x"; do
  # shellcheck disable=SC2086
  run medchain-audit $report -l L --vault broken
  expect_status 1
  expect_out_empty
done
