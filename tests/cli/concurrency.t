#!/usr/bin/env bash
# Sixteen members append to one ledger at once, while others read and verify it: nothing is lost, nobody is left behind, and no
# reader sees a state that is half done.
. "${0%/*}/lib.sh" || exit
need jq

writers=16
each=$(by_night 60 12)
mapfile -t names < <(for ((w = 0; w < writers; ++w)); do printf 'site-%02d\n' "$w"; done)
new_ledger L
for name in "${names[@]}"; do
  new_keys "$name" --role custodian
  admit "$name"
done
mkdir vaults
for name in "${names[@]}"; do
  echo '{"resourceType":"Patient","id":"first"}' | medchain-anchor -q -k "keys/$name" --vault "vaults/$name" --receipts=none -
done

# append NAME: one record after the other, each a process of its own; then as many in one file.
append() {
  local i name=$1
  until [[ -e go ]]; do sleep 0.01; done
  for ((i = 0; i < each; ++i)); do
    printf '{"resourceType":"Observation","id":"%s-%d","subject":{"reference":"Patient/%d"}}\n' "$name" "$i" $((i % 5)) |
      medchain-anchor -q -k "keys/$name" --vault "vaults/$name" --wait=10m --receipts=none - || return 1
  done
  for ((i = 0; i < each * 100; ++i)); do printf '{"resourceType":"Condition","id":"%s-%d"}\n' "$name" "$i"; done >"$name.ndjson"
  medchain-anchor -q -k "keys/$name" --vault "vaults/$name" --wait=10m --receipts=none "$name.ndjson"
}
# Each state that is seen is whole, and none is older than the one before.
watch_verify() {
  local count before=0
  while [[ ! -e ended ]]; do
    medchain-verify ledger --json >verified || { cp verified verify.failed && return 1; }
    count=$(jq -s 'last | .count' verified)
    ((count >= before)) || { echo "$count after $before" >verify.failed && return 1; }
    before=$count
    echo "$count" >>verify.seen
  done
}
watch_log() {
  local seen
  while [[ ! -e ended ]]; do
    medchain-audit log --json >events || return 1
    # Entries without a gap, up to what this one reader saw.
    seen=$(jq -s 'map(select(.entry != null) | .entry) | . == [range(0; length)]' events)
    [[ $seen == true ]] || { cp events log.failed && return 1; }
    echo >>log.seen
  done
}

it "appends from sixteen processes, while others read and verify"
pids=()
watch_verify &
verifier=$!
watch_log &
reader=$!
for name in "${names[@]}"; do
  append "$name" &
  pids+=($!)
done
touch go
for pid in "${pids[@]}"; do wait "$pid" || fail "an appender failed"; done
touch ended
wait "$verifier" || fail "a verifier saw what is not whole: $(cat verify.failed 2>/dev/null)"
wait "$reader" || fail "a reader saw a gap: $(head -c 500 log.failed 2>/dev/null)"
[[ $(wc -l <verify.seen) -ge 3 && $(wc -l <log.seen) -ge 3 ]] || fail "hardly anything was read meanwhile"

it "has every record, once"
run medchain-verify ledger --json
expect_status 0
expect_json -n "[inputs] | last | .records == $((writers * (1 + each + each * 100)))"
for name in "${names[@]}"; do
  run medchain-verify vault --ledger-only --vault "vaults/$name" --json
  expect_status 0
  expect_json -n "[inputs] | last | .good == $((1 + each + each * 100))"
done

it "leaves nobody behind"
# By the time the first of them has all its single records in, each has some.
medchain-audit log --json --kind anchor | jq -r 'select(.entry != null) | .author' | tail -n +$((writers + 1)) >order
[[ $(wc -l <order) -ge $((writers * each)) ]] || fail "there are $(wc -l <order) anchors"
awk -v each="$each" -v writers="$writers" '
  { ++count[$1]; if (count[$1] == each && !ended) { ended = NR; for (name in count) ++begun } }
  END { if (begun < writers) { print begun " of " writers " had begun at entry " ended; exit 1 } }' order || fail "not fair"
