#!/usr/bin/env bash
# The manual pages are clean for mandoc, warnings included, and refer to pages that exist.
. "${0%/*}/lib.sh"
need mandoc

shopt -s nullglob
for page in man/*.[1-8]; do
  count
  while IFS= read -r found; do problem "$found"; done < <(mandoc -Tlint -W warning "$page" 2>&1 || true)
  while read -r name section; do
    [[ -e man/$name.$section ]] || problem "$page: refers to $name($section), which is not there"
  done < <(sed -n 's/^\.Xr \(medchain[a-z-]*\) \([1-8]\).*/\1 \2/p' "$page")
done
finish
