#!/usr/bin/env bash
# The sources obey scripts/check-layers; and that script finds each kind of breach in a tree made here.
. "${0%/*}/lib.sh"
need python3

count
scripts/check-layers || problem "scripts/check-layers has findings"

tree=$tmp/tree
mkdir -p "$tree"/lib/{base,json,crypto,store,cli} "$tree/tools"
cat >"$tree/lib/CMakeLists.txt" <<'END'
medchain_library(base)  # medchain_library(ghost)
medchain_library(json DEPENDS base EXTERNAL x::y)
medchain_library(crypto DEPENDS base)
medchain_library(store DEPENDS base)
medchain_library(cli
  DEPENDS json)
END
echo 'medchain_tool(medchain-x LIBS store)' >"$tree/tools/CMakeLists.txt"

number=0
files=()
patterns=()

# finds PATTERN FILE TEXT: TEXT in a file so named (N becomes a number) is a breach (`-` as PATTERN: is none).
finds() {
  number=$((number + 1))
  local file=${2/N/$number}
  printf '%b\n' "$3" >"$tree/$file"
  files+=("$file")
  patterns+=("$1")
}

# One run over all files so far, then without them.
judge() {
  local i output lines
  output=$(scripts/check-layers "$tree") || true
  for i in "${!files[@]}"; do
    count
    lines=$(grep -F "${files[i]}:" <<<"$output") || true
    if [[ ${patterns[i]} == - ]]; then
      [[ -z $lines ]] || problem "check-layers finds in '$(cat "$tree/${files[i]}")': $lines"
    else
      grep -Eq -- "${patterns[i]}" <<<"$lines" ||
        problem "check-layers does not find /${patterns[i]}/ in '$(cat "$tree/${files[i]}")'${lines:+ but: $lines}"
    fi
    rm "$tree/${files[i]}"
  done
  files=()
  patterns=()
}

finds - lib/json/N.cpp '#include "json/b.hpp"\n#include "base/c.hpp"\n#include <vector>\n#include <sys/stat.h>'
finds '.cpp:1: .*json may not include crypto' lib/json/N.cpp '#include "crypto/a.hpp"'
finds 'base may not include json' lib/base/N.hpp '  #  include "json/a.hpp"'
finds "'ghost' is not a library" lib/base/N.hpp '#include "ghost/a.hpp"'
finds 'no such file in this directory' lib/base/N.cpp '#include "a.hpp"'
finds 'an internal header of base' lib/json/N.cpp '#include "base/x_internal.hpp"'
finds - tools/medchain-x.cpp '#include "store/s.hpp"\n#include "json/a.hpp"'
finds 'this tool may not include store' tools/medchain-N.cpp '#include "store/s.hpp"'
finds 'in lib/crypto only' lib/json/N.cpp '#include <sodium.h>'
finds 'in lib/crypto only' tools/medchain-N.cpp '#include <sodium/utils.h>'
finds 'in lib/store only' lib/json/N.cpp '#include <lmdb.h>'
finds 'in lib/cli only' lib/json/N.cpp '#include <yaml-cpp/yaml.h>'
finds 'not be included in a header' lib/cli/N.hpp '#include <CLI/CLI.hpp>'
finds 'is not known: a dependency' lib/json/N.cpp '#include <boost/json.hpp>'
echo '#include <CLI/CLI.hpp>' >"$tree/lib/cli/first.cpp"
finds 'in one file only' lib/cli/second.cpp '#include <CLI/App.hpp>'
finds - lib/cli/N.cpp 'void f() { std::puts("x"); std::exit(1); }'
for code in '#include <iostream>' 'std::cerr << 1;' 'std::printf("x");' 'fputs("x", f);' 'write(STDOUT_FILENO, x);' \
  'f(stderr);' 'std::exit(1);' '_exit(1);' 'std::abort();' 'getenv("X");' '::secure_getenv(x);' \
  'std::chrono::system_clock::now();' 'steady_clock::now();' 'std::time(nullptr);' 'time(0);' 'std::random_device r;' \
  'std::rand();' 'randombytes_buf(x, 1);' 'getrandom(x, 1, 0);'; do
  finds 'STYLE 1.4' lib/json/N.cpp "// line\n$code"
done
finds - lib/json/N.cpp '// printf("x")\nchar c = '"'\"'"'; /* exit(1)\n getenv */ f("std::cout");'
finds - lib/json/N.cpp 'std::snprintf(b, 1, x); txn.abort(); auto t = entry.time(); log_time(0); 1'"'"'000; int exit_status(int);'
finds "printing" lib/json/N.cpp 'int n = 10'"'"'000; std::printf(x); // 10'"'"'000'
judge

printf 'medchain_library(base DEPENDS json)\nmedchain_library(json DEPENDS base)\n' >"$tree/lib/CMakeLists.txt"
count
output=$(scripts/check-layers "$tree") || true
grep -q "'base' and 'json' depend on each other" <<<"$output" || problem "check-layers does not find a cycle: $output"
grep -q "^lib/store: not a library" <<<"$output" || problem "check-layers does not find a directory that is no library"
finish
