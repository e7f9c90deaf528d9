# shellcheck shell=bash disable=SC2154 # of scripts/bench
# What a referral costs from `create` to `open`, against a floor that only starts and syncs as often.

# refer SERVICE BEFORE...: the steps of one referral, each a process of its own, with BEFORE in front of each.
refer() {
  local receipt entry service=$1 sender receiver
  shift
  sender=(-q -k refer-keys/sender --vault refer-vaults/sender) receiver=(-q -k refer-keys/receiver --vault refer-vaults/receiver)
  "$@" medchain-refer create "${sender[@]}" --to receiver --subject-file subject --service "$service" "${referring[@]}" \
    --text-file subject >created || return 1
  read -r receipt <created
  entry=${receipt#*'"entry":'}
  entry=${entry%%,*}
  "$@" medchain-refer accept "${receiver[@]}" "$entry" >"$log" &&
    "$@" medchain-refer release "${sender[@]}" "$entry" >"$log" &&
    "$@" medchain-refer open "${receiver[@]}" "$entry" -C opened >"$log"
}
# refer_floor SYNCS: starts of the program that does the work, and as many writes of a page to the disk as the steps have synced.
refer_floor() {
  local j
  for ((j = 0; j < 4; ++j)); do medchain-refer --version >"$log" || return 1; done
  dd if=/dev/zero of=floor bs=4k count="$1" oflag=dsync status=none
}

bench_referrals() {
  local i name syncs
  strace -qq -o /dev/null -e trace=none true 2>/dev/null || {
    echo "bench: 'strace' is not installed or may not trace; referrals are not measured"
    return 0
  }
  rm -f ./*.times
  fresh
  export MEDCHAIN_PERSON=bench
  mkdir refer-vaults
  for name in sender receiver; do
    medchain-key new -q --name "$name" --role custodian --role requester -k "refer-keys/$name" >"$log"
    medchain-member add -q "refer-keys/$name/$name.member" >"$log"
  done
  referring=()
  for ((i = 0; i < referrals; ++i)); do
    referring+=("--record=DiagnosticReport/r$i")
    printf '{"resourceType":"DiagnosticReport","id":"r%d","subject":{"reference":"%s"},"conclusion":"%s"}\n' "$i" "$(<subject)" \
      "$(openssl rand -hex 5000)"
  done >reports.ndjson
  medchain-vault put -q -k refer-keys/sender --vault refer-vaults/sender --subject-from json:/subject/reference reports.ndjson >"$log"
  refer 1 strace -f -A -qq -o syncs -e trace=fsync,fdatasync
  syncs=$(grep -c 'sync(' syncs)
  for ((i = 0; i < runs; ++i)); do
    rm -rf opened
    measure floor.times refer_floor "$syncs"
    measure refer.times refer $((i + 2))
  done
  printf '\n%s records of 10 kB referred, accepted, released and opened: 4 processes; the floor starts as many and syncs %s writes\n' "$referrals" "$syncs"
  header 'floor ms' referrals referral
  line 'create to open' 1 refer.times floor.times '2'
}
