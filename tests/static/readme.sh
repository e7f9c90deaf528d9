#!/usr/bin/env bash
# README.md works as typed: its blocks marked "sh run" are run, all in one shell, in order, in an empty directory with an
# empty HOME; medchain commands elsewhere in its text name verbs and options that exist, and scripts and files that are there.
. "${0%/*}/lib.sh"
need jq
need_tools
export PATH=$BIN:$PATH

# A command before each block says where it stands.
blocks() {
  awk '
    /^```sh run$/ { inside = 1; print "place=README.md:" NR; next }
    /^```/ { inside = 0; next }
    inside
  ' README.md
}

checked=$(grep -c '^```sh run$' README.md || true)
((checked > 0)) || problem "README.md has no block that is run"
mkdir "$tmp/home" "$tmp/work"
{
  # shellcheck disable=SC2016 # for the script
  printf 'trap %s ERR\n' \''status=$?; trap - ERR; echo "$place: \"$BASH_COMMAND\" ended with status $status" >&3; exit 1'\'
  blocks
} >"$tmp/script"
if ! (cd "$tmp/work" && env -u XDG_CONFIG_HOME HOME="$tmp/home" TMPDIR="$tmp" bash -Eeuo pipefail "$tmp/script" \
  3>"$tmp/failed" >"$tmp/log" 2>&1); then
  problem "$(cat "$tmp/failed")"
  tail -n 5 "$tmp/log" | sed 's/^/  /'
fi
# The pictures are there, and are small; scripts/screenshots makes each of them, and no other.
grep -o '](doc/images/[^)]*)' README.md | sed 's/^](//; s/)$//' | sort -u >"$tmp/pictures"
while read -r picture; do
  count
  [[ -s $picture ]] || problem "README.md: there is no picture '$picture'"
  (($(wc -c <"$picture") < 150000)) || problem "README.md: '$picture' has 150 kB or more"
  grep -qF "${picture##*/}" scripts/screenshots || problem "README.md: scripts/screenshots does not make '$picture'"
done <"$tmp/pictures"
for picture in doc/images/*; do
  grep -qxF "$picture" "$tmp/pictures" || problem "README.md does not show '$picture'"
done
# What the text promises about these runs.
expect() {
  count
  grep -Eq -- "$1" "$tmp/log" || problem "README.md: no line of the output matches /$1/"
}
expect '^medchain-anchor: anchored 3 records \(0 new versions\), 0 unchanged; appended entry 1$'
expect '"count":3,"anchored":0,"versions":0,"unchanged":3,'
expect '^medchain-verify: intact: 2 entries, 3 records; as seen from here, not witnessed$'
expect '^medchain-verify: 3 of 3 records are as anchored$'
expect '^intact     scans/letter\.txt  \(entry 1\)  anchored '
expect '^changed    .*/scans/letter\.txt  is 49 bytes, 44 were anchored$'
expect '^valid: the record is the one that union anchored at '
expect '^clinic-b +active +clinic '
count
if grep -Eq 'TAMPERED|could not verify|anchoring ended' "$tmp/log"; then problem "README.md: the nightly script reports trouble"; fi

# Commands in the text, between backquotes.
quoted=$'\x60[^\x60]*\x60'
while IFS= read -r command; do
  read -ra words <<<"$command"
  tool=${words[0]}
  case " ${tools[*]} " in
    *" $tool "*) ;;
    *) continue ;;
  esac
  count
  "$BIN/$tool" --print-options >"$tmp/options"
  if ! grep -q $'^verb\t-\t' "$tmp/options"; then
    verb=${words[1]-}
    [[ $verb == --* ]] || cut -f 1,2 "$tmp/options" | grep -qx -e "verb	$verb" || problem "README.md: '$command': no verb '$verb'"
  fi
  for word in "${words[@]}"; do
    [[ $word == --?* && $word != --help && $word != --version ]] || continue
    cut -f 3 "$tmp/options" | grep -qx -e "${word%%=*}" || problem "README.md: '$command': no option '$word'"
  done
done < <(awk '/^```/ { inside = !inside; next } !inside' README.md | grep -o "$quoted" | tr -d "${quoted:0:1}")
while IFS= read -r file; do
  count
  [[ -e $file ]] || problem "README.md: there is no '$file'"
done < <(grep -Eo '\bscripts/[a-z-]+|\b[A-Z]+\.md' README.md | sort -u)
finish
