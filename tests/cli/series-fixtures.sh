# shellcheck shell=bash
# For vault-series*.t, vault-follow.t and vault-gaps.t.
#
#   all_days               `time unit value method` of every reading in the newest versions of the vault's days, sorted
#   recount FILE...        the same of NDJSON streams, told by python3 and nothing of ours
#   put_series OPTION...   medchain-vault put --series for the subject in the file `subject`

# shellcheck disable=SC2154 # out is lib.sh's

all_days() {
  local record
  medchain-vault list -q --json | jq -r 'select(.type == "version" and .state == "anchored" and (.record | startswith("Observation/glucose/"))) | .record' >days
  while IFS= read -r record; do
    medchain-vault get -q "$record" | jq -r '.readings[] | "\(.time) \(.unit) \(.value) \(.method)"'
  done <days | LC_ALL=C sort
}

recount() {
  python3 - "$@" <<'PYTHON' | LC_ALL=C sort
import json, sys
seen = set()
for name in sys.argv[1:]:
    for line in open(name):
        r = json.loads(line)
        seen.add((r["time"], r["unit"], r["value"], r.get("method", "sensor")))
for r in seen:
    print(*r)
PYTHON
}

put_series() { medchain-vault put --series --subject-file subject "$@"; }
