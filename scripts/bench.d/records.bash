# shellcheck shell=bash disable=SC2154 # of scripts/bench
# What anchoring, doing so again, verifying, re-checking and keeping cost, at each of $sizes, and what a single record does among as many.

bench_records() {
  local count
  for count in ${sizes//,/ }; do
    rm -f ./*.times
    "$generator" ndjson --count "$count" --seed 1 >records.ndjson
    printf '\n%s records, %s bytes; D is openssl dgst -sha256 of them, starting it included\n' "$count" "$(stat -c %s records.ndjson)"
    "$generator" cgm --days $((count / 250 + 1)) --seed 1 --layout ndjson | sed -n "1,${count}p" >readings.ndjson
    ((peers == 0)) || prepare_peers
    measure_records
    header 'D ms'
    line "anchor, first time" "$count" anchor.times digest.times "1.6; RSS 150 MiB"
    line "anchor, on one processor" "$count" anchor-one.times digest.times "3; RSS 150 MiB"
    line "verify ledger" "$count" ledger.times digest.times "0.3; RSS 64 MiB"
    line "verify ledger, on one processor" "$count" ledger-one.times digest.times "0.5; RSS 64 MiB"
    line "verify records (re-check)" "$count" records.times digest.times "1.5"
    header 'anchor ms'
    line "anchor again, all unchanged" "$count" again.times anchor.times "0.6 of anchoring"
    line "put, as many readings" "$count" put.times anchor.times "2 of anchoring"
    ((peers == 0)) || peer_lines "$count"
    bench_single "$count"
    rm -f records.ndjson readings.ndjson
  done
}

measure_records() {
  local i one
  one=(taskset -c "$(processors | sed -n 1p)")
  # All sides find the bytes in memory.
  cat records.ndjson readings.ndjson >/dev/null
  for ((i = 0; i < runs; ++i)); do
    measure digest.times openssl dgst -sha256 records.ndjson
    fresh
    measure anchor.times medchain-anchor --receipts=none records.ndjson
    measure again.times medchain-anchor --receipts=none records.ndjson
    measure ledger.times medchain-verify ledger
    measure ledger-one.times "${one[@]}" medchain-verify ledger
    measure records.times medchain-verify records records.ndjson
    mv medchain/bench anchored
    fresh
    measure anchor-one.times "${one[@]}" medchain-anchor --receipts=none records.ndjson
    fresh
    measure put.times medchain-vault put --series --subject-file=subject --receipts=none readings.ndjson
    rm -rf medchain/bench
    mv anchored medchain/bench
    ((peers == 0)) || measure_peers
  done
}

# Each of a number of files, by a process of its own.
anchor_each() {
  local file
  for file in "$1"/*; do medchain-anchor --receipts=none "$file" || return 1; done
}

# bench_single AMONG: one record: whole processes, many of them, against the same tool that only starts, or against what is bare.
bench_single() {
  local i type
  sed -n 1p records.ndjson | tr -d '\n' >one.json
  type=$(sed 's/^{"resourceType":"\([A-Za-z]*\)","id":"\([^"]*\)".*$/\1\/\2/' one.json)
  medchain-audit prove "$type" -q -o one.proof
  rm -rf new floor.lmdb
  "$floor" commits floor.lmdb 1
  for ((i = 0; i < runs; ++i)); do
    mkdir -p "new/$i"
    "$generator" ndjson --count "$starts" --seed $((1000 + i)) | (cd "new/$i" && split -l 1 -a 4 --additional-suffix=.json)
    if command -v git >/dev/null; then measure git.times many git --version; fi
    measure version.times many medchain-verify --version
    measure proof.times many medchain-verify proof one.proof --record one.json --policy medchain/bench/ledger/policy
    measure single.times many medchain-verify records one.json
    measure start.times many medchain-audit --version
    measure prove.times many medchain-audit prove "$type" -q
    measure look.times many medchain-audit record "$type" -q
    measure floor.times many "$floor" single floor.lmdb floor.file
    measure append.times anchor_each "new/$i"
  done
  singles 'one record, whole process' 'only starting, ms'
  single "verify proof (no ledger)" "$1" proof.times version.times "0.5 more"
  single "verify records, one file" "$1" single.times version.times "0.5 more"
  single "audit prove TYPE/ID" "$1" prove.times start.times "0.5 more"
  single "audit record TYPE/ID" "$1" look.times start.times "0.5 more"
  if [[ -s git.times ]]; then
    single "--version, against git --version" "$1" version.times git.times "1.2 times git"
  else
    left_out git "'--version' is not compared with 'git --version'"
  fi
  # The floor starts, commits to LMDB twice and syncs a file.
  singles 'one record, whole process' 'floor, ms'
  single "anchor, durable" "$1" append.times floor.times "2 times"
}
