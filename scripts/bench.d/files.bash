# shellcheck shell=bash disable=SC2154 # of scripts/bench
# What many small files and one large file cost to anchor, against programs that only digest them.

bench_files() {
  local i d
  rm -rf ./*.times many
  for ((d = 0; d <= (files - 1) / 1000; ++d)); do mkdir -p "many/$d"; done
  "$generator" ndjson --count "$files" --seed 4 | LC_ALL=C awk '
    { file = "many/" int((NR - 1) / 1000) "/" NR ".json"; print >file; close(file) }'
  find many -type f -print0 | LC_ALL=C sort -z >list
  for ((i = 0; i < runs; ++i)); do
    measure sums.times xargs -0 -a list sha256sum
    fresh
    measure anchor.times medchain-anchor --receipts=none --files0-from list
    measure again.times medchain-anchor --receipts=none --files0-from list
  done
  rm -rf many
  printf '\n%s files of one record each, by a list of their names\n' "$files"
  header 'sums ms' files file
  line "anchor files" "$files" anchor.times sums.times "0.9 of sha256sum"
  line "anchor again, all unchanged" "$files" again.times sums.times "none named"
}

bench_file() {
  local i
  rm -f ./*.times
  noise "$file" >large.bin
  for ((i = 0; i < runs; ++i)); do
    measure digest.times openssl dgst -sha256 large.bin
    fresh
    measure anchor.times medchain-anchor --receipts=none large.bin
    measure records.times medchain-verify records large.bin
  done
  rm -f large.bin
  printf '\none file of %s MiB\n' "$file"
  header 'dgst ms' MiB MiB
  line "anchor one file" "$file" anchor.times digest.times "1.1 of openssl dgst"
  line "verify records, one file" "$file" records.times digest.times "none named"
}
