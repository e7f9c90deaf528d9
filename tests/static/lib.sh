# shellcheck shell=bash
# What tests/static/*.sh share.  Each reports every problem it finds with `problem` and ends with `finish`: status 1 if there
# was one, 77 (skipped) where a program is missing, which is a problem with CI=true.

set -Eeuo pipefail
trap 'echo "${0##*/}:$LINENO: \"$BASH_COMMAND\" failed" >&2; exit 1' ERR

SOURCE=${SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
BUILD=${BUILD:-$SOURCE/build/release}
BIN=${BIN:-$BUILD/bin}
if [[ -z ${TOOLS+set} ]]; then
  TOOLS=$(cd "$SOURCE/tools" && find . -name '*.cpp' | sed 's,^\./,,; s,\.cpp$,,' | LC_ALL=C sort | tr '\n' ' ')
fi
for _name in $(compgen -e MEDCHAIN_ || true); do unset "$_name"; done
export LC_ALL=C.UTF-8 TZ=UTC TERM=dumb COLUMNS=100
unset NO_COLOR CLICOLOR_FORCE MAKEFLAGS MFLAGS MAKELEVEL
umask 022
exec </dev/null

read -ra tools <<<"$TOOLS" || true
tmp=$(mktemp -d "${TMPDIR:-/tmp}/medchain-static.XXXXXX")
export HOME=$tmp XDG_CONFIG_HOME=$tmp
trap 'rm -rf "$tmp"' EXIT
cd "$SOURCE"
problems=0
checked=0

problem() {
  problems=$((problems + 1))
  printf '%s\n' "$*"
}

# Counts what was looked at, so that a check that found nothing to check says so.
count() { checked=$((checked + 1)); }

finish() {
  printf '%d checked, %d problems\n' "$checked" "$problems"
  ((problems == 0)) || exit 1
  exit 0
}

need() {
  local command
  for command in "$@"; do
    command -v "$command" >/dev/null && continue
    if [[ ${CI:-} == true ]]; then
      printf "'%s' is not installed (scripts/install-deps installs it)\n" "$command"
      exit 1
    fi
    printf "skipped: '%s' is not installed\n" "$command"
    exit 77
  done
}

# The built tools must be there.
need_tools() {
  local tool missing=no
  for tool in "${tools[@]}"; do
    [[ -x $BIN/$tool ]] && continue
    problem "'$BIN/$tool' is not built"
    missing=yes
  done
  [[ $missing == no ]] || finish
}

# Text files of ours: sources, build files, scripts.  Corpora, samples and golden files are data.
our_files() {
  local place
  for place in lib tools tests scripts cmake .ci man share completions CMakeLists.txt Makefile CMakePresets.json; do
    [[ -e $place ]] || continue
    find "$place" -type f -not -path 'tests/fuzz/corpus/*' -not -path 'tests/golden/*' -not -path '*/__pycache__/*' \
      -not -name '*.tmp'
  done | LC_ALL=C sort
}

# Scripts for sh or bash, by name or first line.
shell_scripts() {
  local file
  while IFS= read -r file; do
    case $file in
      completions/*) ;;
      *.sh | *.t | *.bash) printf '%s\n' "$file" ;;
      *)
        if head -c 64 -- "$file" | head -n 1 | tr -d '\0' | grep -Eq '^#!.*\b(ba|da)?sh\b'; then printf '%s\n' "$file"; fi
        ;;
    esac
  done < <(our_files)
}
