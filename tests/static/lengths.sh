#!/usr/bin/env bash
# Headers to 150 lines, sources to 450 (STYLE 1.5), tools to 250 ("about 200", STYLE 1.1); tests to 250 and 550.
. "${0%/*}/lib.sh"

while IFS= read -r file; do
  case $file in
    tools/*.cpp | tests/*.hpp) limit=250 ;;
    tests/*.cpp) limit=550 ;;
    *.hpp) limit=150 ;;
    *.cpp) limit=450 ;;
    *) continue ;;
  esac
  count
  lines=$(wc -l <"$file")
  ((lines <= limit)) || problem "$file: $lines lines, more than $limit: split it"
done < <(our_files)
finish
