#!/usr/bin/env bash
# All shell scripts are clean for shellcheck (settings in .shellcheckrc).
. "${0%/*}/lib.sh"
need shellcheck

while IFS= read -r file; do
  count
  printf '%s\0' "$file"
done < <(shell_scripts) >"$tmp/list"
checked=$(tr -dc '\0' <"$tmp/list" | wc -c)
xargs -0 -r -n 8 -P 2 shellcheck --color=never <"$tmp/list" || problem "shellcheck has findings"
finish
