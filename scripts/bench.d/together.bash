# shellcheck shell=bash disable=SC2154 # of scripts/bench
# What processes do to each other: sixteen that append single records, against one that only commits to LMDB; two that read, against one.

# Each worker appends five times $appends anchors of one record to the ledger, held open, so that its start hardly counts, and tells how
# long each of them took, in us.
append_held() { "$sharer" anchors medchain/bench/ledger medchain/bench/ledger.host "append-keys/$1" $((5 * appends)) >"waits.$1"; }

# As users do it: $appends times a process for each record, with a vault of the worker's own.
append_started() {
  local j from to
  for ((j = 0; j < appends; ++j)); do
    from=$EPOCHREALTIME
    medchain-anchor -q -k "append-keys/$1" --vault "append-vaults/$1" --wait 10m --receipts=none - >/dev/null \
      <<<"{\"resourceType\":\"Observation\",\"id\":\"w$1-$j\",\"subject\":{\"reference\":\"Patient/$((j % 5))\"}}" || return 1
    to=$EPOCHREALTIME
    echo $((${to/./} - ${from/./}))
  done >"waits.$1"
}

# waited NAME: keeps the longest and the mean of the waits that were told.
waited() {
  awk -v longest="$1-longest.times" -v mean="$1-mean.times" '
    { sum += $1; if ($1 > most) most = $1 }
    END { print most / 1000, 0, 0, 0 >>longest; print sum / NR / 1000, 0, 0, 0 >>mean }' waits.*
  rm -f waits.*
}
# wait_line WORK NUMBER NAME TARGET
wait_line() {
  show "$1" "$2" "$3-longest.times" "$3-mean.times" "$4" 'printf "%-34s %9s %12.2f %18.2f %8.2f  %s\n", work, number, wall, other, ratio, target'
}

bench_appends() {
  local i w appenders=16
  local all=$((appenders * appends))
  rm -f ./*.times
  fresh
  for ((w = 0; w < appenders; ++w)); do
    medchain-key new -q --name "site-$w" --role custodian -k "append-keys/$w" >"$log"
    medchain-member add -q "append-keys/$w/site-$w.member" >"$log"
  done
  mv medchain/bench admitted
  for ((i = 0; i < runs; ++i)); do
    rm -rf commits
    measure commits.times "$floor" commits commits $((5 * all))
    rm -rf medchain/bench
    cp -a admitted medchain/bench
    measure held.times together "$appenders" append_held
    waited held
    rm -rf medchain/bench append-vaults
    mkdir append-vaults
    cp -a admitted medchain/bench
    measure started.times together "$appenders" append_started
    waited started
  done
  rm -rf admitted append-vaults
  awk '{ print $1 / 5, $2 / 5, $3, $4 }' commits.times >fifth.times
  printf '\nsingle records, each an entry of its own, appended by %s processes; the floor is one process that commits as often to LMDB\n' \
    "$appenders"
  rates 'single records, durable' 'floor, per second' 'of floor'
  speed "append, ledger held open" $((5 * all)) held.times commits.times "0.9 of the floor, or more"
  speed "medchain-anchor for each record" "$all" started.times fifth.times "0.9 of the floor, or more"
  printf '%-34s %9s %12s %18s %8s  %s\n' 'how long a record waits' number 'longest, ms' 'mean, ms' times target
  wait_line "append, ledger held open" $((5 * all)) held "20 at most"
  wait_line "medchain-anchor for each record" "$all" started "20 at most"
}

# Each on a processor of its own, since one alone may use two.
read_ledger() {
  local j
  for ((j = 0; j < 5; ++j)); do taskset -c "${own[$1]}" medchain-verify ledger -q >/dev/null || return 1; done
}
read_one() { many taskset -c "${own[$1]}" medchain-audit prove "$type" -q >/dev/null; }

bench_reads() {
  local i kind type own
  mapfile -t own < <(processors)
  ((${#own[@]} >= 2)) || {
    echo "bench: there is one processor; two processes that read are not measured"
    return 0
  }
  rm -f ./*.times
  fresh
  "$generator" ndjson --count "$reads" --seed 5 >records.ndjson
  medchain-anchor -q --receipts=none records.ndjson >"$log"
  type=$(sed -n '1s/^{"resourceType":"\([A-Za-z]*\)","id":"\([^"]*\)".*$/\1\/\2/p' records.ndjson)
  for ((i = 0; i < runs; ++i)); do
    for kind in ledger one; do
      measure "$kind-1.times" together 1 "read_$kind"
      measure "$kind-2.times" together 2 "read_$kind"
    done
  done
  # Two do twice as much: as if one had done it all.
  for kind in ledger one; do awk '{ print $1 * 2, $2 * 2, $3, $4 }' "$kind-1.times" >"$kind-both.times"; done
  printf '\ntwo processes that read a ledger of %s records, each on a processor of its own, against one\n' "$reads"
  rates 'reading, two at once' 'one, per second' 'of one'
  speed "verify ledger" 10 ledger-2.times ledger-both.times "1.9 or more"
  speed "audit prove TYPE/ID" $((2 * starts)) one-2.times one-both.times "1.9 or more"
}
