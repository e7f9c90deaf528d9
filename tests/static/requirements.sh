#!/usr/bin/env bash
# doc/requirements.tsv: every requirement has a kind, a verb and a test that exists, or a reason why it is not done.  Where the
# shared folder is present, its list of ids is complete.
. "${0%/*}/lib.sh"

table=doc/requirements.tsv
while IFS=$'\t' read -r id kind verb test state rest; do
  [[ $id == id ]] && continue
  count
  [[ -n $state && -z $rest ]] || problem "$table: $id: expected 5 fields"
  case $state in
    done | partly:\ ?*) [[ -e $test ]] || problem "$table: $id: its test '$test' does not exist" ;;
    "not done, because "?*) [[ $kind$verb$test == --- ]] || problem "$table: $id: not done, but it names a kind, verb or test" ;;
    *) problem "$table: $id: state '$state' is not 'done', 'partly: ...' or 'not done, because ...'" ;;
  esac
done <"$table"
double=$(cut -f1 "$table" | sort | uniq -d)
[[ -z $double ]] || problem "$table: listed twice: $double"

health=${SHARED:-$SOURCE/../shared}/HEALTH.md
if [[ -e $health ]]; then
  # Ids are the first cell of a row or stand before their rule: `SOL-1`, `G-4`.
  grep -oE '\b(SOL|FAC|RX|ALI|GS|MR|KSI|FAB|AB|OTS|CHP|XDS|AUD|PCF|SHL|H|A|G|C|P|B|E)-[0-9]+' "$health" | sort -u |
    while read -r id; do
      cut -f1 "$table" | grep -qxF "$id" || printf '%s\n' "$id"
    done >"$tmp/missing"
  while read -r id; do problem "$table: $id is missing"; done <"$tmp/missing"
fi
finish
