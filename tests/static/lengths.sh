#!/usr/bin/env bash
# Headers to 150 lines, sources to 450 (STYLE 1.5), tools to 250 ("about 200", STYLE 1.1).
. "${0%/*}/lib.sh"

while IFS= read -r file; do
  case $file in
    tools/*.cpp) limit=250 ;;
    *.hpp) limit=150 ;;
    *.cpp) limit=450 ;;
    *) continue ;;
  esac
  count
  lines=$(wc -l <"$file")
  ((lines <= limit)) || problem "$file: $lines lines, more than $limit: split it"
done < <(our_files)
finish
