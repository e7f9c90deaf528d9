#!/usr/bin/env bash
# 'make install' installs exactly the files of tests/install.list, with these modes, and 'make uninstall' leaves none.
. "${0%/*}/lib.sh"
need make cmake
need_tools

if scripts/update-golden --bin="$BIN" --into="$tmp" install; then
  checked=$(wc -l <"$tmp/tests/install.list")
  diff -u tests/install.list "$tmp/tests/install.list" ||
    problem "tests/install.list is not what is installed (scripts/update-golden rewrites it)"
else
  problem "'make install' or 'make uninstall' failed"
fi
finish
