#!/usr/bin/env bash
# --help of every tool and verb is its golden file, at most 100 columns wide; --version names the tool.
. "${0%/*}/lib.sh"
need_tools
shopt -s nullglob

if scripts/update-golden --bin="$BIN" --into="$tmp" help; then
  diff -ruN tests/golden/help "$tmp/tests/golden/help" || problem "golden help files differ (scripts/update-golden rewrites them)"
else
  problem "--help or --print-options failed"
fi
for file in "$tmp"/tests/golden/help/*.txt; do
  count
  width=$(wc -L <"$file")
  ((width <= 100)) || problem "${file##*/}: $width columns, more than 100"
  if LC_ALL=C grep -q '[^ -~]' "$file"; then problem "${file##*/}: control or non-ASCII characters"; fi
done
for tool in "${tools[@]}"; do
  count
  line=$("$BIN/$tool" --version | head -n 1) || line="(failed)"
  [[ $line =~ ^$tool\ \(medchain\)\ [0-9]+\.[0-9]+\.[0-9]+ ]] || problem "$tool --version begins '$line'"
done
finish
