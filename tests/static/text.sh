#!/usr/bin/env bash
# Our files are ASCII (STYLE 2.6; test scripts may hold data of any language), end with a newline and have neither carriage returns nor spaces at line ends.
. "${0%/*}/lib.sh"

mapfile -t files < <(our_files)

# none PATTERN WHAT: no line of our files matches.
none() {
  local found
  while IFS= read -r found; do
    problem "${found%%:*}:$(cut -d: -f2 <<<"$found"): $2"
  done < <(LC_ALL=C grep -naHP -e "$1" -- "${files[@]}" || true)
}

all=("${files[@]}")
# Test scripts carry data of any language.
mapfile -t files < <(printf '%s\n' "${all[@]}" | grep -v '^tests/cli/.*\.t$')
none '[^\x00-\x7F]' "not ASCII"
files=("${all[@]}")
none '\r$' "carriage return at the end of the line"
none '[ \t]$' "space at the end of the line"
for file in "${files[@]}"; do
  count
  [[ -z $(tail -c 1 -- "$file") ]] || problem "$file: no newline at the end"
done
finish
