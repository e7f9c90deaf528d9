#!/usr/bin/env bash
# medchain(7) lists every error id of lib/base/error_ids.hpp with its exit status and sentence, and no other.
# A row of its list (in a section with 'error' in its name) is:  .It Li ledger.missing Ta 4 Ta there is no ledger at this place
# 'tests/static/errors.sh --rows' prints the rows.
. "${0%/*}/lib.sh"

from_table() {
  perl -0777 -ne 'while (/\bX\(\s*\w+,\s*"([^"]+)",\s*(\d+),\s*"((?:[^"\\]|\\.)*)"\)/g) { print "$1 $2 $3\n" }' \
    lib/base/error_ids.hpp | LC_ALL=C sort
}

from_manual() {
  awk '/^\.S[hs] / { inside = tolower($0) ~ /error/ }
    inside && /^\.It (Li|Sy|Cm|Ic|Er|No) [a-z_]+(\.[a-z_]+)* Ta [0-9]+ Ta / {
      text = $0; sub(/^.* Ta [0-9]+ Ta /, "", text); sub(/^No /, "", text); print $3, $5, text
    }' man/medchain.7 | LC_ALL=C sort
}

if [[ ${1-} == --rows ]]; then
  from_table | sed -E 's/^([^ ]+) ([0-9]+) (.*)/.It Li \1 Ta \2 Ta \3/'
  exit 0
fi

from_table >"$tmp/table"
checked=$(wc -l <"$tmp/table")
((checked >= 50)) || problem "only $checked error ids were found in lib/base/error_ids.hpp"
while IFS= read -r id; do problem "lib/base/error_ids.hpp: the id '$id' is there twice"; done < <(cut -d' ' -f1 "$tmp/table" | uniq -d)
grep -vE '^[a-z_]+(\.[a-z_]+)? ([1-9]|1[01]|70) [a-z]' "$tmp/table" && problem "lib/base/error_ids.hpp: bad id, status or sentence"
if [[ ! -e man/medchain.7 ]]; then
  problem "man/medchain.7 is missing"
else
  from_manual >"$tmp/manual"
  diff "$tmp/manual" "$tmp/table" ||
    problem "man/medchain.7 (<) and lib/base/error_ids.hpp (>) differ; 'tests/static/errors.sh --rows' prints the rows"
fi
finish
