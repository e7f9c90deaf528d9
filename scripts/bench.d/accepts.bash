# shellcheck shell=bash disable=SC2154 # of scripts/bench
# How many prescriptions are accepted in a second by processes that share a ledger, against as many bare processes that only write and
# sync.

# accept WORKER PROCESSES: its share, as a pharmacy of its own.
accept() {
  local j
  for ((j = $1; j < accepts; j += $2)); do
    medchain-rx accept -q -k "rx-keys/$1" --vault "rx-vaults/$1" --token-file "token.$j" --wait 10m >/dev/null || return 1
  done
}
# Four times an acceptance waits for the disk: its statement in the vault, the ledger, the high-water mark, and the vault again.
accept_floor() {
  local j
  for ((j = $1; j < accepts; j += $2)); do dd if=/dev/zero of="floor.$1" bs=4k count=4 oflag=dsync status=none || return 1; done
}

bench_accepts() {
  local i w processes
  rm -f ./*.times
  fresh
  export MEDCHAIN_PERSON=bench
  mkdir rx-vaults
  medchain-key new -q --name prescriber --role prescriber --role custodian -k rx-keys/prescriber >"$log"
  medchain-member add -q rx-keys/prescriber/prescriber.member >"$log"
  for ((w = 0; w < 8; ++w)); do
    medchain-key new -q --name "pharmacy-$w" --role dispenser -k "rx-keys/$w" >"$log"
    medchain-member add -q "rx-keys/$w/pharmacy-$w.member" >"$log"
  done
  printf '%s\n' '{"schema":"medchain/1","type":"prescription-document","items":[{"code":"1","unit":"tablet","quantity":20}]}' >rx.json
  for ((i = 0; i < accepts; ++i)); do
    medchain-rx issue -q -k rx-keys/prescriber --vault rx-vaults/prescriber --document rx.json --subject-file subject --until "$(date -u -d '+7 days' +%F)" \
      --token-file "token.$i" >"$log"
  done
  mv medchain/bench issued
  for ((i = 0; i < runs; ++i)); do
    for processes in 1 2 8; do
      rm -rf medchain/bench
      find rx-vaults -mindepth 1 -maxdepth 1 ! -name prescriber -exec rm -rf {} +
      cp -a issued medchain/bench
      measure "floor-$processes.times" together "$processes" accept_floor
      measure "accept-$processes.times" together "$processes" accept
    done
  done
  medchain-rx list --state held --json >held
  [[ $(wc -l <held) == "$accepts" ]] || stop "$(wc -l <held) of $accepts prescriptions are held"
  printf '\n%s prescriptions accepted, each by a process of its own; the floor is a process that starts and syncs four writes of a page\n' "$accepts"
  rates 'acceptances, whole processes' 'floor, per second'
  rate "accept, 1 at a time" "$accepts" accept-1.times floor-1.times "none named"
  rate "accept, 2 at a time" "$accepts" accept-2.times floor-2.times "none; a ledger is written by one at a time"
  rate "accept, 8 at a time" "$accepts" accept-8.times floor-8.times "none named"
}
