# shellcheck shell=bash disable=SC2154 # of scripts/bench
# What is asked about one record or subject, against the same among a tenth of the acts; what streams, against jq on the same entries.

bench_acts() {
  local i part place tag among records=$acts parts=(10 1)
  if [[ $large == yes ]]; then records=1000000 acts=200000 parts=(100 10 1); fi
  medchain-key new -q --name asker --role requester -k asker >"$log"
  for part in "${parts[@]}"; do
    rm -f ./*.times
    fresh
    "$generator" ndjson --count $((records / part)) --seed 2 >records.ndjson
    medchain-member add -q asker/asker.member >"$log"
    medchain-anchor -q --receipts=none --subject-from json:/id records.ndjson >"$log"
    "$sharer" acts medchain/bench/ledger medchain/bench/ledger.host medchain/bench/key asker $((acts / part))
    medchain-audit log -q --kind release --limit 1 --json >released
    place=$(sed -n '1s/.*"places":\[{"entry":\([0-9]*\),"rows":"\([0-9]*\)"}\].*/\1:\2/p' released)
    medchain-audit record "$place" -q --json >asked
    tag=$(sed -n '1s/.*"subject_tag":"\(sha256:[0-9a-f]*\)".*/\1/p' asked)
    [[ -n $place && -n $tag ]] || stop "no release was found to ask about"
    printf '\n%s records and %s acts on a ledger\n' $((records / part)) $((acts / part))
    if command -v jq >/dev/null; then
      medchain-audit log -q --json >entries.ndjson
    else
      left_out jq "what streams is not measured"
    fi
    for ((i = 0; i < runs; ++i)); do
      measure starting.times many medchain-audit --version
      measure record.times many medchain-audit record "$place" -q
      measure subject.times many medchain-audit subject --subject-tag "$tag" -q
      measure entry.times many medchain-audit prove --entry 5 -q
    done
    for ((i = 0; i < runs; ++i)); do
      measure log.times medchain-audit log -q --json
      measure disclosures.times medchain-audit disclosures -q --subject-tag "$tag" --json
      measure uses.times medchain-audit uses -q --json
      # With the vault that the profile names, so that every kind is looked for.
      measure anomalies.times medchain-audit anomalies -q --json --fail-on never
      if [[ -s entries.ndjson ]]; then measure jq.times jq -c . entries.ndjson; fi
    done
    singles 'one question, whole process' 'only starting, ms'
    among=$((acts / part))
    single "audit record" "$among" record.times starting.times "a few ms, at any size"
    single "audit subject" "$among" subject.times starting.times "a few ms, at any size"
    single "audit prove --entry" "$among" entry.times starting.times "a few ms, at any size"
    if [[ -s entries.ndjson ]]; then
      header 'jq ms' entries entry
      among=$(wc -l <entries.ndjson)
      line "audit log --json" "$among" log.times jq.times "ahead of jq: 1"
      line "audit disclosures" "$among" disclosures.times jq.times "ahead of jq: 1"
      line "audit uses" "$among" uses.times jq.times "none named"
      line "audit anomalies" "$among" anomalies.times jq.times "none named; peak as of log, and what is found"
    fi
  done
}
