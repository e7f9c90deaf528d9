# shellcheck shell=bash disable=SC2154 # of scripts/bench
# Whether cost grows with what is there: $next records more on a ledger and in a vault with ten times as many, against the first ones on
# empty ones.  Made and anchored part by part, so that 10,000,000 records need no more space at once than a tenth of them.

# part SEED: as many other records in part.ndjson, in memory for both sides.
part() {
  "$generator" ndjson --count "$next" --seed "$1" >part.ndjson
  cat part.ndjson >/dev/null
}

bench_next() {
  local i type tenfold=$((10 * next))
  rm -rf ./*.times tenth ten
  fresh
  for ((i = 0; i < 10; ++i)); do
    part $((100 + i))
    medchain-anchor -q --receipts=none part.ndjson >"$log"
    if ((i == 0)); then
      cp -a medchain/bench tenth
      type=$(sed -n '1s/^{"resourceType":"\([A-Za-z]*\)","id":"\([^"]*\)".*$/\1\/\2/p' part.ndjson)
    fi
  done
  mv medchain/bench ten
  for ((i = 0; i < runs; ++i)); do
    mv tenth medchain/bench
    measure verify-tenth.times medchain-verify ledger
    measure prove-tenth.times many medchain-audit prove "$type" -q
    mv medchain/bench tenth
    mv ten medchain/bench
    measure verify.times medchain-verify ledger
    measure prove.times many medchain-audit prove "$type" -q
    mv medchain/bench ten
  done
  rm -rf tenth
  for ((i = 0; i < runs; ++i)); do
    part $((200 + i))
    fresh
    measure first.times medchain-anchor --receipts=none part.ndjson
    rm -rf medchain/bench
    mv ten medchain/bench
    measure next.times medchain-anchor --receipts=none part.ndjson
    mv medchain/bench ten
  done
  rm -rf ten part.ndjson
  printf '\n%s records more when %s are anchored\n' "$next" "$tenfold"
  header 'first ms'
  line "anchor the first" "$next" first.times first.times ""
  line "anchor the next" "$next" next.times first.times "1.15 of the first; RSS 150 MiB"
  # As if the first ones had been verified ten times: the ratio is of the cost of one record.
  awk '{ print $1 * 10, $2 * 10, $3, $4 }' verify-tenth.times >linear.times
  header '10 x ms'
  line "verify ledger" "$tenfold" verify.times linear.times "linear: 1; RSS 64 MiB"
  singles 'one record, whole process' "among $next, ms"
  single "audit prove TYPE/ID" "$tenfold" prove.times prove-tenth.times "no more"
}
