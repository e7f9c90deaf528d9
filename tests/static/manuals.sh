#!/usr/bin/env bash
# The manual page of each tool names the options, letters and environment variables of its option table, and no others.
# In a page an option is `.It Fl l , Fl Fl ledger Ns = Ns Ar DIR` (or `Fl -ledger`), a variable `.It Ev MEDCHAIN_LEDGER`,
# a verb of a tool with verbs is named by `Cm give` or `Ic give` somewhere.
. "${0%/*}/lib.sh"
need_tools

# "--name" and "--name -l" of the items of a page, also of items written over several lines with Xo and Xc.
page_options() {
  awk '
    function emit(   i, j, name, letter, names) {
      names = 0
      letter = "-"
      for (i = 1; i <= n; ++i) {
        if (word[i] != "Fl") continue
        if (word[i + 1] == "Fl" || word[i + 1] ~ /^-/) {
          name = word[i + 1] == "Fl" ? word[i + 2] : substr(word[i + 1], 2)
          sub(/[=,].*/, "", name)
          list[++names] = name
        } else if (i == 1 || word[i - 1] != "Fl") {
          letter = "-" word[i + 1]
        }
      }
      for (j = 1; j <= names; ++j) print "--" list[j] "\t" letter
      n = 0
    }
    function take(text,   k, count, part) {
      gsub(/"/, "", text)
      count = split(text, part, /[ \t]+/)
      for (k = 1; k <= count; ++k) if (part[k] != "") word[++n] = part[k]
    }
    /^\.It Xo/ { open = 1; take(substr($0, 7)); next }
    open && /^\.Xc/ { open = 0; emit(); next }
    open { take(substr($0, 2)); next }
    /^\.It .*Fl / { take(substr($0, 5)); emit() }
  ' "$1" | LC_ALL=C sort -u
}

page_variables() {
  sed -n '/^\.It.* Ev /{s/^\.It //;s/\bEv\b//g;s/[ ,]\{1,\}/\n/g;p}' "$1" | grep -E '^[A-Z_]+$' | LC_ALL=C sort -u || true
}

# May stand in a page without belonging to an option.
ambient='HOME XDG_CONFIG_HOME XDG_DATA_HOME TZ NO_COLOR CLICOLOR_FORCE TERM COLUMNS SSH_AUTH_SOCK PATH TMPDIR MANPATH PAGER SOURCE_DATE_EPOCH'

# compare TOOL WHAT WANTED GOT
compare() {
  local line
  while IFS= read -r line; do problem "man/$1.1: $2 '$line' is missing"; done < <(LC_ALL=C comm -23 "$3" "$4" | tr '\t' ' ')
  while IFS= read -r line; do problem "man/$1.1: $2 '$line' is not in the tool"; done < <(LC_ALL=C comm -13 "$3" "$4" | tr '\t' ' ')
}

for tool in ${tools[@]+"${tools[@]}"}; do
  page=man/$tool.1
  [[ -e $page ]] || continue # static.tool-parts says so
  count
  "$BIN/$tool" --print-options >"$tmp/table" || problem "$tool --print-options failed"
  awk -F'\t' '$1 == "option" { print $3 "\t" $4 }' "$tmp/table" | LC_ALL=C sort -u >"$tmp/options"
  grep -q '^--help' "$tmp/options" || problem "$tool --print-options names no --help"
  page_options "$page" >"$tmp/page-options"
  compare "$tool" option "$tmp/options" "$tmp/page-options"

  awk -F'\t' '$1 == "option" && $8 != "-" { gsub(/,/, "\n", $8); print $8 }' "$tmp/table" | LC_ALL=C sort -u >"$tmp/variables"
  page_variables "$page" >"$tmp/all-page-variables"
  LC_ALL=C sort -u "$tmp/variables" <(tr ' ' '\n' <<<"$ambient") >"$tmp/known"
  LC_ALL=C comm -12 "$tmp/all-page-variables" "$tmp/known" >"$tmp/known-in-page"
  LC_ALL=C comm -12 "$tmp/known-in-page" "$tmp/variables" >"$tmp/page-variables"
  LC_ALL=C comm -13 "$tmp/known" "$tmp/all-page-variables" | LC_ALL=C sort -u - "$tmp/page-variables" >"$tmp/claimed"
  compare "$tool" variable "$tmp/variables" "$tmp/claimed"

  while IFS= read -r verb; do
    grep -Eq "(Cm|Ic) $verb( |\$)" "$page" || problem "man/$tool.1: verb '$verb' is missing"
  done < <(awk -F'\t' '$1 == "verb" && $2 != "-" { print $2 }' "$tmp/table")
done
finish
