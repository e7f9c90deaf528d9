#!/usr/bin/env bash
# medchain-vault gaps: holes in the readings, exactly those that were planted.
. "${0%/*}/lib.sh" || exit
# shellcheck source=series-fixtures.sh
. "$SOURCE/tests/cli/series-fixtures.sh"
need jq python3

new_ledger L
echo Anna >subject
echo Bert >bert
now=$(at 1)
# One reading in five minutes for 70 days, but where a hole is: within a day, over midnight, a whole day, over the 32nd day.
python3 - >whole.ndjson <<'PYTHON'
import datetime as d
begin = d.datetime(2025, 1, 1)
holes = [("2025-01-01T10:00:00", "2025-01-01T10:20:00"), ("2025-01-02T23:30:00", "2025-01-03T00:30:00"),
         ("2025-01-05T00:00:00", "2025-01-06T00:00:00"), ("2025-02-01T23:50:00", "2025-02-03T01:00:00")]
for i in range(70 * 288):
    t = (begin + d.timedelta(minutes=5 * i)).isoformat()
    if any(a < t < b for a, b in holes):
        continue
    print('{"time":"%sZ","value":"100","unit":"mg/dL"}' % t)
PYTHON
put_series -q whole.ndjson --time "$now" >/dev/null
found() { jq -r 'select(.type == "gap") | "\(.after) \(.before) \(.seconds) \(.missing)"' "$out"; }

it "finds the holes that were planted, and no others"
run medchain-vault gaps --json --subject-file subject
expect_status 1
found >got
cat >expected <<'END'
2025-01-01T10:00:00Z 2025-01-01T10:20:00Z 1200 3
2025-01-02T23:30:00Z 2025-01-03T00:30:00Z 3600 11
2025-01-05T00:00:00Z 2025-01-06T00:00:00Z 86400 287
2025-02-01T23:50:00Z 2025-02-03T01:00:00Z 90600 301
END
same got expected
expect_summary '.findings == 4 and .status == 1 and .complete'

it "takes longer ones only with --max-gap, and only a period"
run medchain-vault gaps --json --max-gap 1h
found | cmp - <(tail -n 2 expected)
run medchain-vault gaps --json --max-gap 3599s
found | cmp - <(tail -n 3 expected)
run medchain-vault gaps --json --since 2025-01-03T00:30:00Z --until 2025-01-04T12:00:00Z
expect_status 0
expect_summary '.findings == 0 and .count == 427'
run medchain-vault gaps --json --since 2024-12-31T23:00:00Z --until 2025-01-01T09:00:00Z
found | cmp - <(echo "2024-12-31T23:00:00Z 2025-01-01T00:00:00Z 3600 11")
fails_with 2 "the end is before the beginning" medchain-vault gaps --since 2025-01-02 --until 2025-01-01
fails_with 2 "'--series'" medchain-vault gaps --series steps

it "keeps subjects apart, and shows a table"
head -n 12 whole.ndjson >few
sed 's/2025-01-01/2025-01-05/' few >>few
medchain-vault put --series -q --subject-file bert few --time "$now" >/dev/null
run medchain-vault gaps --subject-file bert
expect_status 1
expect_out '^SUBJECT +AFTER +BEFORE +LENGTH +MISSING$'
expect_out '^Bert +2025-01-01T00:55:00Z +2025-01-05T00:00:00Z +95:05 +1140$'
[[ $(wc -l <"$out") == 2 ]]
run medchain-vault gaps --json
[[ $(found | wc -l) == 5 ]]

it "is filled by late readings"
python3 -c 'for m in (5, 10, 15): print("{\"time\":\"2025-01-01T10:%02d:00Z\",\"value\":\"100\",\"unit\":\"mg/dL\"}" % m)' >late
run put_series late --time "$now"
expect_summary '.added == 3 and .versions == 1'
run medchain-vault gaps --json --subject-file subject
found | cmp - <(tail -n 3 expected)

it "sees nothing of an erased subject"
medchain-vault erase -q --subject-file bert --basis B --yes --person p --time "$(at 2)" >/dev/null
run medchain-vault gaps --json --subject-file bert
expect_status 0
expect_summary '.findings == 0 and .count == 0'
