# shellcheck shell=bash
# For tests/cli/sync-*.t: acts are emitted on one side and applied on another, where no member's key and no vault can be read.
#
#   ssh ledger-host COMMAND...    a stand-in for ssh(1): that side, with another home and nothing of the environment
#   there [OPTION...]             medchain-sync apply on that side, while keys and vaults are away
#   emits NAME COMMAND...         what NAME gives away is in the file emitted; it has appended nothing
#   lands KIND                    what is in emitted lands, an entry with its package; $landed is its index
#   staging_is_empty              apply has left nothing in its staging

# shellcheck disable=SC2154 # out and err are lib.sh's

make_other_side() {
  mkdir bin there
  cat >bin/ssh <<END
#!/bin/bash
[[ \$1 == ledger-host ]] || exit 255
shift
exec env -i PATH="$PATH" HOME="$PWD/there" LC_ALL=C.UTF-8 TZ=UTC MEDCHAIN_LEDGER="$MEDCHAIN_LEDGER" "\$@"
END
  chmod +x bin/ssh
  PATH=$PWD/bin:$PATH
}

there() {
  mv keys keys.away
  mv L.vaults L.vaults.away
  run ssh ledger-host medchain-sync apply --time "$(at 0)" "$@"
  mv keys.away keys
  mv L.vaults.away L.vaults
}

emits() {
  local before
  act_as "$1"
  shift
  before=$(entry_count L)
  run "$@" --emit --time "$(at 0)"
  expect_status 0
  cp "$out" emitted
  [[ $(entry_count L) == "$before" ]] || fail "--emit appended something"
}

lands() {
  local packages
  packages=$(published)
  there <emitted
  expect_status 0
  expect_summary '.complete and .entries == 1 and .rejected == 0'
  expect_json -s ".[0].type == \"receipt\" and .[0].kind == \"$1\" and (.[0] | has(\"existed\") | not)"
  # shellcheck disable=SC2034 # for who calls
  landed=$(jq -r 'select(.type == "receipt") | .entry' "$out")
  if grep -q '"type":"package"' emitted; then packages=$((packages + 1)); fi
  [[ $(published) == "$packages" ]] || fail "$(published) packages, expected $packages"
  staging_is_empty
}

staging_is_empty() { [[ -z $(ls -A L.packages/staging 2>/dev/null) ]] || fail "something is left in staging"; }
