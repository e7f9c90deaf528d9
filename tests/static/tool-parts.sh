#!/usr/bin/env bash
# Every tool has a manual page, completions and a test script (STYLE 9.10), and nothing is left of a tool that is gone.
. "${0%/*}/lib.sh"
shopt -s nullglob

for file in tools/*.cpp; do
  name=$(basename "$file" .cpp)
  [[ " $TOOLS " == *" $name "* ]] || problem "$file: not in the tool list of tools/CMakeLists.txt"
done
for tool in "${tools[@]}"; do
  count
  [[ -e man/$tool.1 ]] || problem "$tool: no manual page man/$tool.1"
  [[ -e completions/bash/$tool ]] || problem "$tool: no completion for bash"
  [[ -e completions/zsh/_$tool ]] || problem "$tool: no completion for zsh"
  [[ -e completions/fish/$tool.fish ]] || problem "$tool: no completion for fish"
  short=${tool#medchain-}
  scripts=(tests/cli/"$short".t tests/cli/"$short"-*.t)
  ((${#scripts[@]} > 0)) || problem "$tool: no test script tests/cli/$short.t or $short-*.t"
done
for file in man/*.1 completions/bash/* completions/zsh/* completions/fish/*; do
  count
  name=$(basename "$file")
  name=${name#_}
  name=${name%.1}
  name=${name%.fish}
  [[ " $TOOLS " == *" $name "* ]] || problem "$file: there is no tool '$name'"
done
finish
