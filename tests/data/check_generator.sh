#!/bin/bash
# Checks what medchain-testdata makes.  Usage: check_generator.sh BINARY
# Needs bash, coreutils, awk, grep, iconv and jq; uses xmllint where there is one.
set -u -o pipefail
export LC_ALL=C

if [ $# -ne 1 ] || [ ! -x "$1" ]; then
  echo "usage: check_generator.sh BINARY" >&2
  exit 2
fi
binary=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

failures=0
check() { # NAME COMMAND...
  local name=$1
  shift
  if "$@"; then
    echo "ok - $name"
  else
    echo "not ok - $name"
    failures=$((failures + 1))
  fi
}
generate() { "$binary" "$@"; }
hash_of() { sha256sum <"$1"; }
hash_of_tree() { (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum; }
same_bytes() { cmp -s "$1" "$2"; }
is_between() { [ "$2" -ge "$1" ] && [ "$2" -le "$3" ]; } # LOW VALUE HIGH
found() { grep -c "$@" >/dev/null; } # reads all, so that the writer is not cut off
canary_pattern='(^|[^A-Za-z0-9])[A-Za-z0-9]{16}([^A-Za-z0-9]|$)'
tokens() { tr -cs 'A-Za-z0-9' '\n' | awk 'length($0) == 16' | sort -u; }

# --- usage -------------------------------------------------------------------------------------

refuses() { # PATTERN ARGUMENT...
  local pattern=$1 status=0
  shift
  generate "$@" >out 2>err || status=$?
  [ "$status" -eq 2 ] && [ ! -s out ] && grep -q -e "$pattern" err
}
full_device() {
  local status=0
  generate ndjson --count 1000 --seed 1 >/dev/full 2>err || status=$?
  [ "$status" -eq 1 ] && grep -q 'cannot write' err
}
help_is_printed() { generate --help 2>&1 | found '^usage: medchain-testdata ndjson'; }
check "--help prints the usage" help_is_printed
check "no command is refused" refuses 'expected a command'
check "an unknown command is refused" refuses 'unknown command' sing
check "a missing option is refused" refuses "'--seed' is missing" ndjson --count 1
check "a bad number is refused" refuses 'expected a number' ndjson --count -1 --seed 1
check "an unknown type is refused" refuses 'unknown type' ndjson --count 1 --seed 1 --types Dog
check "--conflicts needs --planted" refuses 'needs' ndjson --count 1 --seed 1 --conflicts
check "--changed needs --night" refuses 'together' ndjson --count 1 --seed 1 --changed 5
check "a full device is an error" full_device

# --- lines -------------------------------------------------------------------------------------

lines=1000
generate ndjson --count $lines --seed 11 >night0
generate ndjson --count $lines --seed 11 >again
generate ndjson --count $lines --seed 12 >other
check "the same arguments give the same lines" same_bytes night0 again
differ() { ! cmp -s "$1" "$2"; }
check "another seed gives other lines" differ night0 other
check "an empty run is empty" test "$(generate ndjson --count 0 --seed 1 | wc -c)" -eq 0
prefix_holds() { generate ndjson --count 137 --seed 11 | cmp -s - <(head -n 137 night0); }
check "a shorter run is the start of a longer one" prefix_holds

check "there are as many lines as asked for" test "$(wc -l <night0)" -eq $lines
check "jq reads every line as one object" \
  test "$(jq -c 'select(type == "object" and .resourceType and .id)' night0 | wc -l)" -eq $lines
jq -r '"\(.resourceType)/\(.id)"' night0 >ids
check "ids are unique" test "$(sort -u ids | wc -l)" -eq $lines
check "every type occurs" test "$(cut -d/ -f1 ids | sort -u | wc -l)" -eq 7

references_go_back() {
  jq -r '"D \(.resourceType)/\(.id)", (.. | objects | .reference? // empty | "R " + .)' "$1" |
    awk '$1 == "D" { seen[$2] = 1 }
         $1 == "R" { ++references; if (!($2 in seen)) ++missing }
         END { exit !(references > 0 && missing == 0) }'
}
check "references lead to earlier lines" references_go_back night0

sizes_are_right() {
  awk '{ n = length($0); sum += n; if (NR == 1 || n < min) min = n; if (n > max) max = n }
       END { exit !(sum / NR >= 1200 && sum / NR <= 2000 && min >= 600 && max <= 5000) }' "$1"
}
check "lines have the size of real ones" sizes_are_right night0
check "some decimals end in .0" grep -q -E '"value":[0-9]+\.0[,}]' night0
check "some decimals end in a second zero" grep -q -E '"value":[0-9]+\.[0-9]0[,}]' night0
check "some strings are escaped" grep -q -E '\\u[0-9a-f]{4}' night0
check "some strings are raw UTF-8" grep -q -P '[\xe4-\xe9][\x80-\xbf]{2}' night0
generate ndjson --count 10000 --seed 11 --types Patient >patients
check "some names are beyond U+FFFF, raw" grep -q -P '\xf0[\xa0-\xaf][\x80-\xbf]{2}' patients
check "some names are beyond U+FFFF, escaped" grep -q -E '\\ud8[0-9a-f]{2}\\ud[c-f]' patients
check "only the types asked for are printed" \
  test "$(jq -r .resourceType patients | sort -u)" = Patient
patients_agree() {
  cmp -s <(head -n $((lines / 10)) patients) <(grep '^{"resourceType":"Patient"' night0)
}
check "types do not change the resources" patients_agree

# --- nights ------------------------------------------------------------------------------------

generate ndjson --count $lines --seed 11 --changed 5 --night 1 >night1
generate ndjson --count $lines --seed 11 --changed 5 --night 2 >night2
changed_lines() {
  awk 'NR == FNR { line[FNR] = $0; next } $0 != line[FNR] { print FNR }' "$1" "$2"
}
changed_lines night0 night1 >changed1
changed_lines night0 night2 >changed2
check "5 percent change in a night" \
  is_between $((lines * 4 / 100)) "$(wc -l <changed1)" $((lines * 6 / 100))
check "other lines change in another night" differ changed1 changed2
jq -r '"\(.resourceType)/\(.id)"' night1 >ids1
check "changed lines keep their id" same_bytes ids ids1
unchanged_night() {
  generate ndjson --count $lines --seed 11 --changed 5 --night 0 | cmp -s - night0
}
check "night 0 changes nothing" unchanged_night

# --- canaries ----------------------------------------------------------------------------------

# Everything that a line says, with the notes out of their base64.
decoded() { cat "$1" && jq -r '.. | objects | .data? // empty | @base64d' "$1"; }
canaries_occur() { # CANARIES, text on standard input
  tokens >words
  [ -s "$1" ] && [ -z "$(comm -13 words <(sort -u "$1"))" ]
}
canaries_are_well_formed() {
  ! grep -q -v -x -E '[A-Za-z0-9]{16}' "$1" && [ -z "$(sort "$1" | uniq -d)" ]
}
texts_have_canaries() {
  [ "$(jq -c --arg canary "$canary_pattern" '
    ["display", "text", "family", "div", "city", "country", "title", "description", "conclusion",
     "id", "unit", "valueString"] as $names |
    .. | objects | to_entries[] | select(.key | IN($names[])) | .value | strings |
    select(test($canary) | not)' "$1" | wc -l)" -eq 0 ]
}
generate ndjson --count $lines --seed 11 --canaries canaries >with_canaries
lines_have_canaries() { decoded with_canaries | canaries_occur canaries; }
check "canaries are 16 letters and digits, once each" canaries_are_well_formed canaries
check "every canary is in the lines" lines_have_canaries
check "every text has a canary" texts_have_canaries with_canaries
check "references hold with canaries" references_go_back with_canaries
generate ndjson --count 400 --seed 11 --types Observation --canaries canaries_o >observations
observations_have_canaries() { decoded observations | canaries_occur canaries_o; }
check "canaries of ids that are only referred to are listed" observations_have_canaries

# --- planted lines -----------------------------------------------------------------------------

line_of() { sed -n "${2}p;${2}q" "$1"; }
note_of() {
  jq -r '(.content[0].attachment.data // empty | @base64d),
         (select(.text.div) | .text.div | gsub("</?(p|div)[^>]*>"; "\n"))' | grep -v '^$' | sort -u
}
notes_are_alike() { # 60 percent of the lines of the second are in the first
  local common total
  common=$(comm -12 "$1" "$2" | wc -l)
  total=$(wc -l <"$2")
  [ "$total" -ge 10 ] && [ $((100 * common)) -ge $((60 * total)) ]
}
planted_row_is_true() { # LINES KIND A B
  line_of "$1" "$3" >a
  line_of "$1" "$4" >b
  [ "$3" -lt "$4" ] || return 1
  case $2 in
    exact-duplicate) cmp -s a b ;;
    same-id-other-bytes) ! cmp -s a b && [ "$(jq -r .id a)" = "$(jq -r .id b)" ] ;;
    near-duplicate-note | copy-paste-note)
      note_of <a >note_a
      note_of <b >note_b
      [ "$(jq -r .id a)" != "$(jq -r .id b)" ] && notes_are_alike note_a note_b || return 1
      if [ "$2" = copy-paste-note ]; then
        [ "$(jq -r .subject.reference a)" != "$(jq -r .subject.reference b)" ]
      else
        [ "$(jq -r .subject.reference a)" = "$(jq -r .subject.reference b)" ]
      fi
      ;;
    *) return 1 ;;
  esac
}
planted_rows_are_true() { # LINES PLANTED
  local kind a b
  while IFS=$'\t' read -r kind a b; do
    planted_row_is_true "$1" "$kind" "$a" "$b" || {
      echo "# false: $kind $a $b"
      return 1
    }
  done <"$2"
}
kinds_of() { cut -f1 "$1" | sort -u | tr '\n' ' '; }
three_kinds="copy-paste-note exact-duplicate near-duplicate-note "

for count in 20 "$lines"; do
  generate ndjson --count "$count" --seed 13 --planted planted >lines_p
  check "$count lines hold each kind of duplicate" test "$(kinds_of planted)" = "$three_kinds"
  check "$count lines with duplicates are $count" test "$(wc -l <lines_p)" -eq "$count"
  check "what is planted in $count lines is true" planted_rows_are_true lines_p planted
  check "nothing else is twice in $count lines" \
    test "$(jq -r '"\(.resourceType)/\(.id)"' lines_p | sort | uniq -d | wc -l)" -le \
    "$(grep -c exact-duplicate planted)"
  check "references hold in $count lines with duplicates" references_go_back lines_p
done
generate ndjson --count $lines --seed 13 --planted planted --conflicts \
  --canaries canaries_p >lines_p
check "--conflicts plants the fourth kind" \
  test "$(kinds_of planted)" = "${three_kinds}same-id-other-bytes "
check "what is planted with conflicts is true" planted_rows_are_true lines_p planted
planted_have_canaries() { decoded lines_p | canaries_occur canaries_p; }
check "every canary is in the lines with conflicts" planted_have_canaries
check "canaries are listed once with conflicts" canaries_are_well_formed canaries_p
generate ndjson --count 19 --seed 13 --planted planted >lines_p
check "fewer than 20 lines hold none" test ! -s planted

# --- files -------------------------------------------------------------------------------------

files=240
generate files --count $files --seed 11 -o tree
generate files --count $files --seed 11 -o tree2
check "the same arguments give the same files" test "$(hash_of_tree tree)" = "$(hash_of_tree tree2)"
check "there are as many files as asked for" test "$(find tree -type f | wc -l)" -eq $files
refuses_to_overwrite() {
  ! generate files --count 1 --seed 11 -o tree 2>err && grep -q 'exists' err
}
check "files are not overwritten" refuses_to_overwrite
has_chinese_names() { find tree -type f | found -P '/[\xe4-\xe9][^/]*$'; }
has_names_with_spaces() { find tree -type f | found ' [^/]*$'; }
check "some file names are Chinese" has_chinese_names
check "some file names have spaces" has_names_with_spaces

bytes_at() { dd if="$1" bs=1 skip="$2" count="$3" status=none; }
unsigned_at() { # FILE OFFSET SIZE
  od -A n -t "u$3" --endian=little -j "$2" -N "$3" "$1" | tr -d ' '
}

dicom_is_right() {
  local length syntax first
  [ "$(bytes_at "$1" 0 128 | tr -d '\0' | wc -c)" -eq 0 ] && [ "$(bytes_at "$1" 128 4)" = DICM ] ||
    return 1
  [ "$(unsigned_at "$1" 132 4)" -eq 2 ] && [ "$(bytes_at "$1" 136 2)" = UL ] || return 1
  length=$(unsigned_at "$1" 140 4)
  # The length leads to the first element of the data set, (0008,0005).
  syntax=$(bytes_at "$1" 144 "$length" |
    grep -a -o -E '1\.2\.840\.10008\.1\.2(\.[12])?' | head -n 1)
  first=$(od -A n -t x1 -j $((144 + length)) -N 4 "$1" | tr -d ' \n')
  echo "$syntax" >>syntaxes
  case $syntax in
    *.1.2.2) [ "$first" = 00080005 ] ;;
    *.1.2 | *.1.2.1) [ "$first" = 08000500 ] ;;
    *) false ;;
  esac
}
pdf_is_right() {
  local start number offset
  [ "$(bytes_at "$1" 0 9)" = '%PDF-1.4' ] || return 1
  start=$(tail -n 2 "$1" | head -n 1)
  [ "$(bytes_at "$1" "$start" 4)" = xref ] || return 1
  number=0
  while read -r offset; do
    number=$((number + 1))
    bytes_at "$1" $((10#$offset)) 8 | found -a "^$number 0 obj" || return 1
  done < <(tail -c +$((start + 1)) "$1" | grep -a -o -E '^[0-9]{10} 00000 n' | cut -c 1-10)
  [ $number -eq 7 ]
}
hl7_is_right() {
  local head
  head=$(bytes_at "$1" 0 8)
  case $head in
    'MSH|^~\&' | 'FHS|^~\&') ;;
    *) return 1 ;;
  esac
  [ "$(tr -d -c '\n' <"$1" | wc -c)" -eq 0 ] && [ "$(tail -c 1 "$1")" = $'\r' ] &&
    tr '\r' '\n' <"$1" | found '^PID'
}
xml_is_right() {
  grep -q '<ClinicalDocument xmlns="urn:hl7-org:v3">' "$1" || return 1
  if command -v xmllint >/dev/null; then
    xmllint --noout "$1"
  else
    grep -q '^</ClinicalDocument>$' "$1"
  fi
}
json_is_right() {
  [ "$(jq -r 'select(.id) | .resourceType' "$1" | wc -l)" -eq 1 ] && [ "$(wc -l <"$1")" -gt 10 ]
}
text_is_right() { iconv -f UTF-8 -t UTF-8 "$1" >/dev/null; }
all_files() { # EXTENSION TEST: at least one, and the test holds for each
  local file count=0
  while IFS= read -r -d '' file; do
    count=$((count + 1))
    "$2" "$file" || {
      echo "# wrong: $file"
      return 1
    }
  done < <(find tree -name "*.$1" -print0)
  [ "$count" -gt 0 ]
}
check "DICOM files have their preamble, magic and group length" all_files dcm dicom_is_right
check "DICOM files come in three transfer syntaxes" test "$(sort -u syntaxes | wc -l)" -eq 3
check "PDF cross references are right" all_files pdf pdf_is_right
check "HL7 files are segments ending in CR" all_files hl7 hl7_is_right
check "CDA files are XML" all_files xml xml_is_right
check "FHIR files are indented JSON" all_files json json_is_right
check "text files are UTF-8" all_files txt text_is_right
batches() { find tree -name '*.hl7' -exec grep -l -a '^FHS' {} + | found .; }
check "some HL7 files are batches" batches

file_row_is_true() { # KIND A B
  case $1 in
    exact-duplicate) cmp -s "tree_p/$2" "tree_p/$3" ;;
    same-id-other-bytes)
      ! cmp -s "tree_p/$2" "tree_p/$3" &&
        [ "$(grep -a -o -m 1 -E '2\.25\.[0-9]+' "tree_p/$2" | head -n 1)" = \
          "$(grep -a -o -m 1 -E '2\.25\.[0-9]+' "tree_p/$3" | head -n 1)" ]
      ;;
    near-duplicate-note | copy-paste-note)
      grep -v '^$' "tree_p/$2" | sort -u >note_a
      grep -v '^$' "tree_p/$3" | sort -u >note_b
      notes_are_alike note_a note_b
      ;;
    *) return 1 ;;
  esac
}
file_rows_are_true() {
  local kind a b
  while IFS=$'\t' read -r kind a b; do
    file_row_is_true "$kind" "$a" "$b" || {
      echo "# false: $kind $a $b"
      return 1
    }
  done <planted
}
names_have_canaries() {
  ! find tree_p -mindepth 1 | sed 's|.*/||' | found -v -E "$canary_pattern"
}
files_have_canaries() {
  { find tree_p && find tree_p -type f -exec cat {} +; } | canaries_occur canaries_f
}
for count in 20 $files; do
  rm -rf tree_p
  generate files --count "$count" --seed 12 -o tree_p --planted planted --conflicts \
    --canaries canaries_f
  check "$count files with duplicates are $count" test "$(find tree_p -type f | wc -l)" -eq "$count"
  check "$count files hold each kind of duplicate" \
    test "$(kinds_of planted)" = "${three_kinds}same-id-other-bytes "
  check "what is planted in $count files is true" file_rows_are_true
  check "every canary is in $count files or their names" files_have_canaries
  check "canaries of $count files are listed once" canaries_are_well_formed canaries_f
  check "each name of $count files has a canary" names_have_canaries
done

# --- glucose -----------------------------------------------------------------------------------

generate cgm --days 30 --seed 11 >glucose
generate cgm --days 30 --seed 11 >glucose2
check "the same arguments give the same readings" same_bytes glucose glucose2
check "there are gaps in the readings" is_between 6000 "$(grep -c ,EGV, glucose)" 8639
check "some readings are Low" grep -q ',EGV,.*,Low,' glucose
check "some readings are High" grep -q ',EGV,.*,High,' glucose
check "every row has twelve columns" \
  test "$(awk -F, 'NF != 12' glucose | wc -l)" -eq 0
generate cgm --days 30 --seed 11 --layout table >glucose_table
generate cgm --days 30 --seed 11 --layout ndjson >glucose_ndjson
generate cgm --days 30 --seed 11 --layout fhir >glucose_fhir
generate cgm --days 30 --seed 11 --layout libre --unit mmol/L >glucose_libre
readings=$(grep -c ,EGV, glucose)
check "a table has the same readings" test "$(wc -l <glucose_table)" -eq $((readings + 1))
check "so have lines of our own" test "$(grep -c '^{"time":.*"}$' glucose_ndjson)" -eq "$readings"
check "so have Observations" test "$(grep -c '^{"resourceType":.*}}$' glucose_fhir)" -eq "$readings"
check "a Libre export is in mmol/L" grep -q 'Historic Glucose mmol/L' glucose_libre
check "it has quoted line ends" grep -q '^then rest",' glucose_libre

if [ "$failures" -gt 0 ]; then
  echo "$failures checks failed"
  exit 1
fi
