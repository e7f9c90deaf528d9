# shellcheck shell=bash disable=SC2154 # here, bin, keep, files and place are of who sources it
# For scripts/demo*: programs (built if they are not there), a place of its own, and commands that are shown and must hold.
# Who sources it has set `here` (the source tree), `bin` (--bin, or empty), `keep` (yes, no) and `files` (the user's own).
#
#   heading, say TEXT     for people
#   run STATUS COMMAND    shows the command as typed, runs exactly that, shows what it prints, demands the status
#   says TEXT             the command just run printed it; all of that is in $output
#   holds TEXT            what was just asserted
#   broken TEXT           it was not: ends the demo
#   on_finish             called before $work goes away, if it is a function
#   $user, $folder        in front of commands (of setpriv(1), for another user), and where they run, if not in $work/show
#   as MEMBER             whose keys, vault and person the next commands use, beside what is in `place`
#   number NAME [KIND]    sets the variable NAME to the entry of the newest receipt in $output (of KIND)
#   $work/show            where commands run, with `environment` and nothing else; $work goes away at the end

bold='' green='' red='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'
fi

claims=0
heading() { printf '\n%s== %s%s\n' "$bold" "$1" "$plain"; }
say() { printf '%s\n' "$@"; }

# holds TEXT: what was just asserted.
holds() {
  claims=$((claims + 1))
  printf '%s=> %s%s\n' "$green" "$1" "$plain"
}

broken() {
  printf '%sdemo: error: this does not hold: %s%s\n' "$red" "$1" "$plain" >&2
  printf 'demo: %d claims held before it; everything is kept in %s\n' "$claims" "${work:-}" >&2
  keep=yes
  exit 1
}

# ---- Programs

tools=()
for file in "$here"/tools/*.cpp; do tools+=("$(basename "$file" .cpp)"); done

# Builds the tools and the generator, not the tests.
build() {
  local log
  say "The programs are not built yet; building them takes some minutes (once)."
  "$here/scripts/install-deps" --build-only
  log=$(mktemp "${TMPDIR:-/tmp}/medchain-demo-build.XXXXXX")
  if ! (cd "$here" && cmake --preset release && cmake --build build/release --target "${tools[@]}" medchain-testdata) >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    printf "demo: error: the build failed; all of its output is in '%s'\n" "$log" >&2
    exit 1
  fi
  rm -f "$log"
}

have_programs() {
  local tool
  for tool in "${tools[@]}"; do [[ -x $bin/$tool ]] || return 1; done
  [[ ${#files[@]} -gt 0 || -x $generator ]]
}

if [[ -n $bin ]]; then
  bin=$(cd "$bin" && pwd)
  generator=${bin%/*}/tests/data/medchain-testdata
  have_programs || {
    printf "demo: error: '%s' does not hold all programs\n" "$bin" >&2
    exit 2
  }
else
  bin=$here/build/release/bin
  generator=$here/build/release/tests/data/medchain-testdata
  have_programs || build
  have_programs || {
    printf "demo: error: the build did not make all programs in '%s'\n" "$bin" >&2
    exit 1
  }
fi

# ---- A place of its own

# Symbolic links are resolved, because the tools show real paths.
work=$(cd "$(mktemp -d "${TMPDIR:-/tmp}/medchain-demo.XXXXXX")" && pwd -P)
finish() {
  local status=$?
  trap - EXIT
  if declare -F on_finish >/dev/null; then on_finish || true; fi
  if [[ $keep == yes ]]; then
    printf 'The files of the demo are in %s\n' "$work"
  else
    rm -rf "$work"
  fi
  exit "$status"
}
trap finish EXIT
trap 'printf "demo: error: line %d: %s failed\n" "$LINENO" "$BASH_COMMAND" >&2' ERR
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$work/home" "$work/tmp" "$work/show"
environment=(PATH="$bin:/usr/local/bin:/usr/bin:/bin" HOME="$work/home" XDG_CONFIG_HOME="$work/home/.config"
  XDG_DATA_HOME="$work/show" TMPDIR="$work/tmp" TZ=UTC LC_ALL=C.UTF-8 TERM=dumb)
output=$work/output user=() folder=$work/show
# Of the demo itself too: what commands make is nobody else's.
umask 077

# run STATUS COMMAND: shows the command line as typed, runs exactly that, shows what it prints, demands the status.
run() {
  local expected=$1 status=0
  printf '%s$ %s%s\n' "$bold" "$2" "$plain"
  (cd "$folder" && ${user[@]+"${user[@]}"} env -i "${environment[@]}" bash -o pipefail -c "$2") >"$output" 2>&1 </dev/null || status=$?
  # Long lines of JSON say little to people; what is left out is marked.
  awk 'length($0) > 170 { $0 = substr($0, 1, 160) " [...]" } NR <= 12 { print "  " $0 }
    END { if (NR > 12) print "  [... " NR - 12 " more lines]" }' "$output"
  ((expected == 0)) || printf '  (exit status %d)\n' "$status"
  ((status == expected)) || broken "the status of '$2' is $status, expected $expected"
}

# says TEXT: the command just run printed it.
says() { grep -Fq -e "$1" -- "$output" || broken "expected to read '$1'"; }

as() {
  folder=$work/show
  environment=("${place[@]}" MEDCHAIN_KEY="$work/show/keys/$1" MEDCHAIN_VAULT="$work/show/vaults/$1" MEDCHAIN_PERSON="staff-of-$1")
  printf '\n%s(%s)%s\n' "$bold" "$1" "$plain"
}

number() {
  local -n of=$1
  of=$(sed -n "s/.*\"kind\":\"${2-[a-z]*}\",\"entry\":\([0-9]*\).*/\1/p" "$output" | tail -n 1)
  [[ -n $of ]] || broken "there is a receipt of $1"
}
