#!/usr/bin/env bash
# No 24 bytes in a row of any record, at least 12 of them distinct, are in any file of a ledger or host directory, as they are, in hex
# or in base64 (DESIGN 6): neither text that a field let through nor what was left in memory when a page was written.
. "${0%/*}/lib.sh"

: "${GEN:?the path of the data generator}"
WINDOWS=${MEDCHAIN_TEST_WINDOWS:-}
[[ -n $WINDOWS && -x $WINDOWS ]] || skip "medchain-windows is not built"
need jq

# What records and ledgers share by right: names of resource types are in clear (DESIGN 5), between the quotes of a list.
printf '%s\n' '","ExplanationOfBenefit","' >vocabulary

# windows_of RECORDS... -- PLACE...: whether the places have a window of the records; the finds are in $out.
windows_of() {
  local records=()
  while [[ $1 != -- ]]; do
    records+=("$1")
    shift
  done
  shift
  run "$WINDOWS" -v vocabulary "$@" -- "${records[@]}"
}

# compared LEAST_RECORDS LEAST_FILES: so many windows were compared, so that "none" says something.
compared() {
  local counts
  counts=$(tail -n1 "$out" | sed -nE 's/^[0-9]+ finds, ([0-9]+) windows of records, ([0-9]+) windows of files$/\1 \2/p')
  [[ -n $counts ]] || fail "expected the counts"
  ((${counts% *} >= $1 && ${counts#* } >= $2)) || fail "expected at least $1 and $2 windows, got $counts"
}

"$GEN" ndjson --count 3000 --seed 3 >records.ndjson
"$GEN" files --count 200 --seed 4 -o files
"$GEN" cgm --days 30 --seed 5 >glucose.csv
sed -n 1,5p records.ndjson | sed 's/}$/,"changed":1}/' >changed.ndjson
new_ledger L

it "leaves none of records of any kind, however they come in"
run medchain-anchor records.ndjson --time "$(at 0)" --receipts=none
expect_status 0
run medchain-anchor files glucose.csv --time "$(at 0)" --receipts=none
expect_status 0
run medchain-anchor changed.ndjson --time "$(at 0)" --receipts=none
expect_status 0
expect_summary '.versions == 5'
sed 's/^{"resourceType":"[A-Za-z]*",/{"resourceType":"Basic",/' changed.ndjson >others.ndjson
run medchain-anchor others.ndjson --subject-from json:/id --canonical=json --time "$(at 0)" --receipts=none
expect_status 0
find files -type f -print0 | xargs -0 sha256sum >sums
run medchain-anchor --from-sums sums --source elsewhere --time "$(at 0)" --receipts=none
expect_status 0
windows_of records.ndjson files glucose.csv changed.ndjson others.ndjson sums -- L L.host
expect_status 0
compared 4000000 500000

it "leaves none when a run is refused in the middle"
cat changed.ndjson records.ndjson >conflict.ndjson
run medchain-anchor conflict.ndjson --time "$(at 0)" --receipts=none
expect_status 3
windows_of records.ndjson changed.ndjson -- L L.host
expect_status 0

it "would find a single window, wherever it is and however it is written"
# The text of some record, at an odd place.
window=$(sed -n 1000p records.ndjson | cut -c 8-31)
[[ ${#window} == 24 && $(fold -w1 <<<"$window" | sort -u | wc -l) -ge 13 ]]
hex=$(printf %s "$window" | od -An -v -tx1 | tr -d ' \n')
base64_of() { printf '%s' "$1" | base64 -w0 | tr -d =; }
pieces=("$window" "$hex" "0$hex" "${hex^^}" "$(base64_of "$window")" "$(base64_of "x$window")" "$(base64_of "xy$window")"
  "Q$(base64_of "$window")")
odd='~~~???>>>abcdefghijklmno' # its base64 has both digits that are spelt in two ways
printf '%s' "$odd" >odd.txt
[[ $(base64_of "$odd") == *+*/* ]]
pieces+=("$(base64_of "$odd")" "$(base64_of "$odd" | tr +/ -_)")
for piece in "${pieces[@]}"; do
  for at in data.mdb:40947 checkpoint:100; do
    file=${at%:*}
    rm -rf T
    cp -r L T
    # Into the middle of what is there, and across the end of a page.
    printf '%s' "$piece" | dd of="T/$file" bs=1 seek="${at#*:}" conv=notrunc status=none
    windows_of records.ndjson odd.txt -- T
    expect_status 1
    expect_out "^'.{24}' at byte [0-9]+ of (records.ndjson|odd.txt) is in T/$file (as it is|in hex|in base64)$"
  done
done

it "looks for whole windows, and for those of 12 distinct bytes"
rm -rf T
cp -r L T
printf '%s#' "${window:0:23}" >T/more
windows_of records.ndjson -- T
expect_status 0
printf 'abcdefghijkabcdefghijkab abcdefghijk' >eleven.txt
cp eleven.txt T/more
windows_of eleven.txt -- T
expect_status 1
printf 'abcdefghijkabcdefghijkabc' >eleven.txt
cp eleven.txt T/more
windows_of eleven.txt -- T
expect_status 0
expect_out "^0 finds, 0 windows of records"

it "excuses what is in the vocabulary, and nothing that is longer"
printf '["Encounter","ExplanationOfBenefit","Group"]' >T/more
printf '"ExplanationOfBenefit","' >types.txt
windows_of types.txt -- T
expect_status 0
printf ',"ExplanationOfBenefit","Gr' >types.txt
windows_of types.txt -- T
expect_status 1

it "finds the ids in the vault, where they belong"
jq -r '.resourceType + "/" + .id' records.ndjson | awk 'length($0) >= 24' >ids
[[ -s ids ]]
windows_of ids -- L.vaults
expect_status 1

it "fails where it could not look"
fails_with 2 "cannot read nowhere" "$WINDOWS" nowhere -- records.ndjson
fails_with 2 "cannot read nowhere" "$WINDOWS" L -- nowhere
fails_with 2 "usage" "$WINDOWS" L

samples=${MEDCHAIN_SHARED:-nowhere}/data
if [[ -d $samples/dev ]]; then
  it "leaves none of real samples"
  new_ledger R
  find "$samples/dev" -name '*.ndjson' -print0 | LC_ALL=C sort -z |
    xargs -0 medchain-anchor --keep-going --receipts=none --time "$(at 0)" >"$out" 2>"$err" || true
  expect_summary '.anchored > 20000'
  run medchain-anchor "$samples/dev" "$samples/schema/examples" --keep-going --receipts=none --time "$(at 0)"
  expect_status 3 # there are ids that come twice among them
  expect_summary '.anchored > 150'
  windows_of "$samples/dev" "$samples/schema/examples" -- R R.host
  expect_status 0
  compared 30000000 3000000
else
  it_skipped "leaves none of real samples" "the shared folder with vectors and data is not here"
fi
