# shellcheck shell=bash disable=SC2154 # of scripts/bench
# What a question about a grant costs among many grants and among few.

bench_grants() {
  local i few=10 giver question
  rm -f ./*.times
  fresh
  giver=(medchain/bench/ledger medchain/bench/ledger.host medchain/bench/key bench)
  printf '\n%s grants, each about another subject, for one member and purpose; one of them is asked for\n' "$grants"
  "$sharer" grants "${giver[@]}" "$few"
  cp -a medchain/bench few
  "$sharer" grants "${giver[@]}" "$grants"
  mv medchain/bench among
  question=(medchain-grant check --member bench --purpose TREAT --subject "sha256:0000000000000007$(printf '0%.0s' {1..48})")
  for ((i = 0; i < runs; ++i)); do
    measure starting.times many medchain-grant --version
    mv few medchain/bench
    measure few.times many "${question[@]}"
    mv medchain/bench few
    mv among medchain/bench
    measure many.times many "${question[@]}"
    mv medchain/bench among
  done
  rm -rf few among
  singles 'one question, whole process' 'only starting, ms'
  single "grant check" "$few" few.times starting.times "a few ms"
  single "grant check" "$grants" many.times starting.times "a few ms"
  singles 'one question, whole process' "among $few, ms"
  single "grant check" "$grants" many.times few.times "no more"
}
