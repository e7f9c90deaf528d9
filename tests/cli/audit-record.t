#!/usr/bin/env bash
# medchain-audit record: the whole life of a record, as a tree, as JSON, dot and SVG; and nothing is written.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
need jq python3
make_history

it "shows versions, what covers it, who got it and who used it, each below what it rests on"
run medchain-audit record Observation/9
expect_status 0
expect_out '^Observation/9, Observation of hosp-b, 2 versions$'
expect_out "^[|]- entry $anchored, 2025-03-01T09:00:00Z: anchor by hosp-b, version 1 of the record$"
expect_out "^[|]- entry $version, 2025-05-02T09:00:00Z: anchor by hosp-b, version 2 of the record$"
expect_out "^[|]  .- entry $grant, .*: grant permit by hosp-b with hosp-r for HRESCH, person [0-9a-f]{8} asserted, names no record$"
expect_out "^[|]     [|]- entry $release, .*: release by hosp-b with hosp-r for HRESCH, enforced, person [0-9a-f]{8} asserted$"
expect_out "^[|]     [|]  .- entry $used, .*: use by hosp-r with hosp-b for HRESCH, declared"
expect_out "^[|]     [|]- entry $revoked, .*: revoke by hosp-b"
expect_out "^[|]- entry $emergency, .*: emergency by hosp-r"
expect_out "^[|]  .- entry $served, .*: release by hosp-b with hosp-r for BTG"
expect_out "^.- entry $linked, .*: link relate by hosp-b"
expect_no_out "entry ($referral|$referred|$opened|$erased),"

it "shows a referral with its steps, and the end of what was erased, also from the vault that erased it"
run medchain-audit record Observation/11
expect_status 0
expect_out '^Observation/11, Observation of hosp-b, 1 version, erased$'
expect_out "^[|]- entry $referral, .*: referral create by hosp-b with hosp-r for TREAT"
expect_out "^[|]  [|]- entry $accepted, .*: referral accept by hosp-r"
expect_out "^[|]  .- entry $referred, "
expect_out "^[|]     .- entry $opened, "
expect_out "^.- entry $erased, .*: erase by hosp-b"
expect_out "^   .- entry $((erased + 1)), .*: notice erasure by hosp-b with hosp-r"

it "is JSON: the life, its events with their reach, a summary"
run medchain-audit record Observation/11 --json
expect_status 0
jq -n -e "[inputs] | .[0].type == \"life\" and .[0].state == \"erased\" and .[0].erased == $erased and .[0].custodian == \"hosp-b\" and .[0].resource == \"Observation\"
  and .[0].versions == [{entry: $anchored, row: 2, logged: \"2025-03-01T09:00:00Z\", commitment: .[0].versions[0].commitment}]
  and (.[1:-1] | all(.type == \"event\")) and ([.[1:-1][] | select(.reach == \"named\") | .entry]
    == [$anchored, $law, $referral, $accepted, $referred, $opened, $linked, $erased, $((erased + 1))])" "$out" >/dev/null || fail "not so"

it "works by place and by tag without a vault, and says the same"
jq -r 'select(.type == "life") | .record_tag' "$out" >tag
grep -v '"type":"life"' "$out" >expected
for by in "$anchored:2" "--record-tag=$(<tag)"; do
  (
    unset MEDCHAIN_VAULT MEDCHAIN_KEY
    run medchain-audit record "$by" --json
    expect_status 0
    grep -v '"type":"life"' "$out" | cmp -s - expected || fail "another life"
  )
done
sed -n 3p observations.ndjson | tr -d '\n' | sha256sum | sed 's/ .*//; s/^/sha256:/' >digest
run medchain-audit record "$(<digest)" --json
grep -v '"type":"life"' "$out" | cmp -s - expected || fail "another life"

it "is a drawing: SVG that parses, loads nothing and has all of it; and dot"
run medchain-audit record Observation/9 --format svg
expect_status 0
python3 - "$out" "$(medchain-audit record Observation/9 | wc -l)" <<'X'
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
ns = "{http://www.w3.org/2000/svg}"
assert root.tag == ns + "svg" and root.find(ns + "title").text == "Observation/9, Observation of hosp-b, 2 versions"
lines = int(sys.argv[2])
assert len(root.findall(ns + "text")) == len(root.findall(ns + "rect")) == lines and len(root.findall(ns + "path")) == lines - 1
assert {one.tag for one in root} == {ns + name for name in ("title", "style", "text", "rect", "path")}
width, height = float(root.get("width")), float(root.get("height"))
for box in root.findall(ns + "rect"):
    assert float(box.get("x")) + float(box.get("width")) <= width and float(box.get("y")) + float(box.get("height")) <= height
X
run medchain-audit record Observation/9 --format dot
expect_status 0
expect_out '^digraph "Observation/9, '
[[ $(grep -c ' -> ' "$out") == $(($(grep -c '\[label=' "$out") - 1)) ]] || fail "not a tree"
if command -v dot >/dev/null; then dot -Tsvg "$out" >/dev/null; fi

it "stays a drawing whatever a record is called"
evil=$'Evil/<script>"&\'\\\e[31m&#39;'
printf '%s\n' '{"resourceType":"Basic","id":"x"}' >'evil"<b>&.json'
medchain-anchor -q 'evil"<b>&.json' --time "$(at $minute)" >/dev/null
for format in text svg dot; do
  run medchain-audit record 'evil"<b>&.json' --format $format
  expect_status 0
  ! LC_ALL=C grep -q $'\e' "$out" || fail "a control character"
  cp "$out" "evil.$format"
done
python3 -c 'import sys, xml.etree.ElementTree as tree
assert tree.parse("evil.svg").getroot().find("{http://www.w3.org/2000/svg}title").text.startswith("evil\"<b>&.json, ")'
grep -qF 'digraph "evil\"<b>&.json, ' evil.dot || fail "$(head -n 1 evil.dot)"
fails_with 3 'was not anchored' medchain-audit record "$evil"

it "refuses what is not there"
fails_with 3 "'Observation/404' was not anchored" medchain-audit record Observation/404
fails_with 3 'has no row 99' medchain-audit record "$anchored:99"
fails_with 3 'not an anchor' medchain-audit record 0:0
fails_with 3 'no record with this tag' medchain-audit record --record-tag "$(printf '1%.0s' {1..64})"
fails_with 2 "expected a record" medchain-audit record
fails_with 2 "takes the place" medchain-audit record Observation/9 --record-tag "$(<tag)"
fails_with 2 "expected TYPE/ID" medchain-audit record word
fails_with 2 "'--format'" medchain-audit record Observation/9 --format csv

it "writes nothing"
for format in text json dot svg; do
  unwritten L L.host L.packages "$MEDCHAIN_VAULT" keys -- medchain-audit record Observation/9 --format $format
  expect_status 0
done
