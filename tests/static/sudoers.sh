#!/usr/bin/env bash
# The example of a rule for sudo is one that sudo takes, and permits one command with all of its options.
. "${0%/*}/lib.sh"
need visudo

count
visudo -c -q -f scripts/sudoers.example || problem "visudo does not take scripts/sudoers.example"
count
rules=$(grep -v '^#' scripts/sudoers.example)
[[ $rules == *' NOPASSWD: /usr/bin/medchain-sync apply --ledger /srv/ledger' && $(wc -l <<<"$rules") == 1 ]] ||
  problem "scripts/sudoers.example permits more than one whole command"
count
printf 'x ALL = (y) NOPASSWD /bin/true\n' >"$tmp/wrong"
! visudo -c -q -f "$tmp/wrong" 2>/dev/null || problem "visudo takes anything"
finish
