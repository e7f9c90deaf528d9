#!/usr/bin/env bash
# The files of changelog/ have the form that scripts/changelog reads, and CHANGELOG.md is made from them.
. "${0%/*}/lib.sh"

count
scripts/changelog check || problem "scripts/changelog check failed"

# A tree of its own: releases newest first, incompatible changes first.
mkdir -p "$tmp/tree/scripts" "$tmp/tree/changelog/unreleased"
cp scripts/changelog "$tmp/tree/scripts/"
cd "$tmp/tree"
printf 'Added: a\n\nmore\n' >changelog/unreleased/a.md
printf 'Incompatible: b\n' >changelog/unreleased/b.md
count
[[ $(scripts/changelog) == $'- **Incompatible**: b\n- **Added**: a\n\n  more' ]] || problem "wrong: $(scripts/changelog)"
scripts/changelog release 0.9.0 2026-01-02
printf 'Fixed: c\n' >changelog/unreleased/c.md
scripts/changelog release 0.10.0 2026-02-03
count
scripts/changelog check || problem "check refuses what release wrote"
[[ $(grep '^##' CHANGELOG.md | tr '\n' ' ') == '## 0.10.0 (2026-02-03) ## 0.9.0 (2026-01-02) ' ]] ||
  problem "wrong order: $(cat CHANGELOG.md)"
for text in 'Nonsense: x' 'Added:' $'Added: x\ny'; do
  count
  printf '%s\n' "$text" >changelog/unreleased/bad.md
  if scripts/changelog check >/dev/null 2>&1; then problem "check takes '$text'"; fi
done
cd "$SOURCE"
finish
