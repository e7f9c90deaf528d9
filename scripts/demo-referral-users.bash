# shellcheck shell=bash disable=SC2154,SC2034 # work, bin, here, environment and what else demo-common.bash has
# For scripts/demo-referral: the hospital's user, who owns the ledger, and the screening's, and a stand-in for ssh between them.
#
#   as MEMBER          a hospital: its user, in $work/show
#   as_screening       the screening: its user, in $work/screening
#   two_users          whether they really are two
#   $mail              a directory that both can write: cards are handed over there

mail=$work/mail door=$work/door screening=$work/screening
group=61000 hospital_user=() screening_user=()
if [[ $(id -u) == 0 ]] && command -v setpriv >/dev/null; then
  hospital_user=(setpriv --reuid=61001 --regid="$group" --clear-groups)
  screening_user=(setpriv --reuid=61002 --regid="$group" --clear-groups)
fi
two_users() { ((${#screening_user[@]} > 0)); }

mkdir "$mail" "$door" "$screening" "$screening/tmp" "$work/programs"
# What the other user could not reach is copied.
if two_users; then
  chmod 711 "$work"
  if ! "${screening_user[@]}" test -x "$bin/medchain-sync" || ! "${screening_user[@]}" test -r "$here/scripts/ssh-forced-command"; then
    for tool in "${tools[@]}"; do cp "$bin/$tool" "$work/programs"; done
    bin=$work/programs
  fi
  cp "$here/scripts/ssh-forced-command" "$work/programs"
  chmod -R a+rX "$work/programs"
  chgrp "$group" "$mail" "$door" "$work/programs"
  chmod 770 "$mail" "$door"
else
  cp "$here/scripts/ssh-forced-command" "$work/programs"
fi

# ssh HOST medchain-sync apply: knocks at the door, behind which the ledger's user runs what its authorized_keys say.
mkfifo "$door/knock" "$door/in" "$door/out" "$door/err" "$door/status"
cat >"$work/programs/ssh" <<END
#!/bin/bash
[[ \$1 == ledger-host ]] || exit 255
shift
printf '%s\\n' "\$*" >"$door/knock"
exec 3<&0
cat <&3 >"$door/in" &
cat "$door/err" >&2 &
cat "$door/out"
read -r status <"$door/status"
wait
exit "\$status"
END
chmod 755 "$work/programs/ssh"
chmod 660 "$door"/*
environment=("${environment[@]/#PATH=*/PATH=$work/programs:$bin:/usr/local/bin:/usr/bin:/bin}")
place=("${environment[@]}" MEDCHAIN_LEDGER="$work/show/ledger")
plain_environment=("${environment[@]}")
cat >"$work/programs/door" <<END
#!/bin/bash
while read -r SSH_ORIGINAL_COMMAND <"$door/knock"; do
  export SSH_ORIGINAL_COMMAND
  status=0
  "$work/programs/ssh-forced-command" "$work/show/ledger" <"$door/in" >"$door/out" 2>"$door/err" || status=\$?
  echo \$status >"$door/status"
done
END
chmod 755 "$work/programs/door"

# The group of the ledger's directory reads it.
mkdir "$work/show/ledger" "$work/show/ledger.packages"
if two_users; then
  chown 61001:"$group" "$work/show" "$work/show/ledger" "$work/show/ledger.packages" "$work/home" "$work/tmp" "$door"/*
  chown 61002:"$group" "$screening" "$screening/tmp"
  chmod 2750 "$work/show/ledger" "$work/show/ledger.packages"
  chmod 711 "$work/show"
fi
${hospital_user[@]+"${hospital_user[@]}"} env -i "${plain_environment[@]}" "$work/programs/door" </dev/null >"$work/door.log" 2>&1 &
door_keeper=$!
on_finish() { kill "$door_keeper" 2>/dev/null; }

as() {
  user=(${hospital_user[@]+"${hospital_user[@]}"})
  folder=$work/show
  environment=("${place[@]}" MEDCHAIN_KEY="$work/show/keys/$1" MEDCHAIN_VAULT="$work/show/vaults/$1" MEDCHAIN_PERSON="staff-of-$1")
  printf '\n%s(%s)%s\n' "$bold" "$1" "$plain"
}

as_screening() {
  user=(${screening_user[@]+"${screening_user[@]}"})
  folder=$screening
  environment=("${place[@]}" HOME="$screening" XDG_CONFIG_HOME="$screening/.config" XDG_DATA_HOME="$screening" TMPDIR="$screening/tmp"
    MEDCHAIN_KEY="$screening/keys" MEDCHAIN_VAULT="$screening/vault" MEDCHAIN_PERSON=staff-of-screening)
  printf '\n%s(screening%s)%s\n' "$bold" "$(two_users && printf ', another user of the host')" "$plain"
}
