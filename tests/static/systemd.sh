#!/usr/bin/env bash
# The units in scripts/systemd are right, sealed off (at most 2.0 of 'systemd-analyze security'), and allow every system
# call that the tools make.
. "${0%/*}/lib.sh"
need systemd-analyze python3
need_tools

units=$tmp/units
mkdir "$units"
for file in scripts/systemd/*@.service scripts/systemd/*@.timer; do
  sed "s|@bindir@|$BIN|" "$file" >"$units/${file##*/}"
done

while IFS= read -r line; do problem "systemd-analyze verify: $line"; done \
  < <(systemd-analyze verify --man=no "$units"/*@.service "$units"/*@.timer 2>&1)

for unit in "$units"/*@.service; do
  count
  name=${unit##*/}
  instance=$tmp/${name/@/@x}
  cp "$unit" "$instance"
  systemd-analyze security --offline=yes --no-pager "$instance" >"$tmp/security" 2>&1 || true
  exposure=$(sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p' "$tmp/security")
  awk -v e="${exposure:-10}" 'BEGIN { exit !(e <= 2.0) }' || problem "$name: exposure ${exposure:-unknown}, more than 2.0"
  grep -Eq '^ReadWritePaths=-/var/lib/medchain( |$)' "$unit" || problem "$name: the ledger would be on a read-only mount"
  [[ -e ${unit%.service}.timer ]] || problem "$name has no timer"
  # What is run exists, with these options.
  tool=$(sed -n 's|^ExecStart=[^ ]*/\([a-z-]*\) .*|\1|p' "$unit")
  "$BIN/$tool" --print-options >"$tmp/table"
  while read -r option; do
    awk -F'\t' '$1 == "option" { print $3 }' "$tmp/table" | grep -qxe "$option" || problem "$name: $tool has no $option"
  done < <(sed -n '/^ExecStart=/,/[^\\]$/p' "$unit" | grep -oE -e ' --[a-z-]+')
done

# The calls of a whole night, against the filter of the units.
if command -v strace >/dev/null; then
  count
  mkdir "$tmp/home"
  (
    cd "$tmp/home"
    export HOME=$tmp/home MEDCHAIN_PROFILE=night
    unset XDG_CONFIG_HOME XDG_DATA_HOME
    "$BIN/medchain-init" -q --origin night.example/main --profile night >/dev/null
    printf 'a letter\n' >letter.txt
    printf 'sources:\n  - files: [letter.txt]\n    id-from: path\n' >job.yaml
    strace -qq -f -o "$tmp/trace.1" "$BIN/medchain-anchor" --job job.yaml --receipts=none
    strace -qq -f -o "$tmp/trace.2" "$BIN/medchain-verify" ledger --seen seen
    strace -qq -f -o "$tmp/trace.3" "$BIN/medchain" status --format=prometheus -o metrics
  ) >"$tmp/night" 2>&1 || problem "the night failed: $(tail -n 1 "$tmp/night")"
  systemd-analyze syscall-filter --no-pager >"$tmp/sets" 2>/dev/null
  cat "$tmp"/trace.* 2>/dev/null | sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' | sort -u >"$tmp/calls"
  while IFS= read -r line; do problem "$line"; done < <(python3 - "$tmp/sets" "$tmp/calls" "$units"/*@.service <<'PY'
import re, sys
sets, name = {}, None
for line in open(sys.argv[1]):
    if line.startswith('@'): name = line.strip(); sets[name] = []
    elif name and line.startswith('    ') and not line.strip().startswith('#'): sets[name].append(line.strip())
def expand(word):
    if not word.startswith('@'): return {word}
    return set().union(*(expand(w) for w in sets[word]))
calls = open(sys.argv[2]).read().split()
if len(calls) < 20: print('only %d system calls were seen' % len(calls))
for unit in sys.argv[3:]:
    allowed = set()
    for line in re.findall(r'^SystemCallFilter=(.*)$', open(unit).read(), re.M):
        names = set().union(*(expand(w) for w in line.lstrip('~').split()))
        allowed = allowed - names if line.startswith('~') else allowed | names
    for call in sorted(set(calls) - allowed): print('%s does not allow %s' % (unit.split('/')[-1], call))
PY
  )
fi
finish
