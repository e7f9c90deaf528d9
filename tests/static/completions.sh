#!/usr/bin/env bash
# The committed completions are what scripts/gen-completions makes of the tools, and each shell can parse its own.
. "${0%/*}/lib.sh"
need zsh fish
shopt -s nullglob

# parses SHELL FILE: the shell reads it without complaint.
parses() {
  count
  local message
  message=$("$1" -n "$2" 2>&1) || message=${message:-status $?}
  [[ -z $message ]] || problem "$2: $message"
}

for file in completions/bash/*; do parses bash "$file"; done
for file in completions/zsh/*; do parses zsh "$file"; done
for file in completions/fish/*; do parses fish "$file"; done

if ((${#tools[@]} > 0)); then
  need_tools
  mkdir "$tmp/made"
  scripts/gen-completions "$BIN" "$tmp/made" || problem "scripts/gen-completions failed"
  diff -ru completions "$tmp/made" || problem "completions are not up to date (scripts/update-golden makes them)"
fi
finish
