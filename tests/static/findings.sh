#!/usr/bin/env bash
# medchain-ndjson(5) lists the ids of findings of the sources, {"chain.altered", Level::error, "sentence"}, and no other.
# A row is:  .It Li chain.altered Ta an entry has the author and id that were appended, ...
# 'tests/static/findings.sh --rows' prints the rows.
. "${0%/*}/lib.sh"

from_sources() {
  # A row may stand on several lines, its sentence in several literals.
  cat lib/*/*.cpp | tr '\n' ' ' |
    grep -oE '\{"[a-z_]+\.[a-z_]+", +Level::[a-z]+, +"[^"]*"( +"[^"]*")*\}' |
    sed -E 's/" +"//g; s/^\{"([^"]*)", +Level::[a-z]+, +"([^"]*)"\}$/.It Li \1 Ta \2/' | LC_ALL=C sort
}

if [[ ${1-} == --rows ]]; then
  from_sources
  exit 0
fi

from_sources >"$tmp/sources"
checked=$(wc -l <"$tmp/sources")
grep -E '^\.It Li [a-z_]+\.[a-z_]+ Ta ' man/medchain-ndjson.5 | LC_ALL=C sort >"$tmp/manual" || true
diff "$tmp/manual" "$tmp/sources" ||
  problem "man/medchain-ndjson.5 (<) and the sources (>) differ; 'tests/static/findings.sh --rows' prints the rows"
finish
