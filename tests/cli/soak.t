#!/usr/bin/env bash
# Many nights of one member: changed records, new ones, some erased.  What a night costs does not grow with the nights.
. "${0%/*}/lib.sh" || exit
need jq

nights=$(by_night 500 60)
stock=400
new_ledger L
export MEDCHAIN_PERSON=tester
mkdir exports

# export NIGHT: the stock, of which a tenth changes each night, and ten new records.
export_of() {
  awk -v night="$1" -v stock="$stock" 'BEGIN {
    for (i = 0; i < stock; ++i)
      printf "{\"resourceType\":\"Observation\",\"id\":\"s%d\",\"subject\":{\"reference\":\"Patient/%d\"},\"valueInteger\":%d}\n", i, i % 40, int((night + i) / 10)
    for (i = 0; i < 10; ++i)
      printf "{\"resourceType\":\"Condition\",\"id\":\"n%d-%d\",\"subject\":{\"reference\":\"Patient/%d\"}}\n", night, i, i }'
}

it "anchors night after night"
# A reader that is killed each night leaves its slot behind.
for ((night = 1; night <= nights; ++night)); do
  export_of "$night" >exports/tonight.ndjson
  medchain-anchor --json --time "$(at $((night * 1440)))" exports/tonight.ndjson >tonight 2>err || fail "night $night: $(cat err)"
  jq -sc 'last | {anchored, versions, unchanged}' tonight >>summaries
  if ((night % 5 == 0)); then
    medchain-vault erase -q --basis GDPR-17 --yes --time "$(at $((night * 1440 + 1)))" "Condition/n$((night - 2))-3" >/dev/null
    medchain-audit log --follow --json >/dev/null 2>&1 &
    reader=$!
    for ((i = 0; i < 50; ++i)); do
      grep -q 'L/data.mdb' "/proc/$reader/maps" 2>/dev/null && break
      sleep 0.02
    done
    kill -9 "$reader"
    wait "$reader" 2>/dev/null || true
  fi
  printf '%s %s %s\n' "$night" "$(stat -c %b L/data.mdb)" "$(stat -c %b "$MEDCHAIN_VAULT/data.mdb")" >>sizes
done
[[ $(sort summaries | uniq -c | sort -rn | head -1) == *'"anchored":10,"versions":40,"unchanged":360'* ]] || fail "$(sort summaries | uniq -c)"

it "is whole after all nights, with what was erased gone"
run medchain-verify ledger --json
expect_status 0
expect_json -n "[inputs] | last | .records == $((stock + nights * 10 + (nights - 1) * 40))"
run medchain-verify vault --ledger-only --json
expect_status 0
expect_json -n "[inputs] | last | .good == $((stock + nights * 10 + (nights - 1) * 40))"
run medchain-vault list --state erased
expect_err "^medchain-vault: $((nights / 5)) versions$"

it "grows by the same each night"
# Files grow in steps: the second half of the nights against the first, but for the first tenth.
awk -v nights="$nights" '
  { ledger[$1] = $2; vault[$1] = $3 }
  function growth(size, from, to) { return size[to] - size[from] }
  END {
    start = int(nights / 10); half = int((start + nights) / 2)
    print "# figures: blocks of ledger and vault, first half: " growth(ledger, start, half) " " growth(vault, start, half) \
      ", second: " growth(ledger, half, nights) " " growth(vault, half, nights)
    if (growth(ledger, half, nights) > 1.5 * growth(ledger, start, half) + 512) exit 1
    if (growth(vault, half, nights) > 1.5 * growth(vault, start, half) + 512) exit 1
  }' sizes || fail "the nights cost more and more: $(tail -1 sizes)"

it "has no slots of readers that are dead"
run medchain status --json --time "$(at $((nights * 1440 + 2)))"
expect_json '.readers <= 1'
