# shellcheck shell=bash
# The harness of tests/cli/*.t.  A test script sources this file, names each case with `it` and states what it expects;
# it runs under ctest as `cli.NAME` or by hand: `tests/cli/NAME.t` (BIN=DIR for another build, KEEP=1 keeps the files).
#
#   it "refuses an unknown option"        begins a case; it has passed when the next one begins or the script ends
#   it_skipped "SENTENCE" "REASON"        a case that cannot run here; told and counted
#   run CMD...                            runs it; $status, and the files $out and $err
#   expect_status N                       exactly; death by a signal is 128+N and never matches another status
#   expect_out PATTERN, expect_err PATTERN             some line matches (extended regular expression)
#   expect_no_out PATTERN, expect_no_err PATTERN       no line matches
#   expect_out_is TEXT                    standard output is these lines
#   expect_out_empty, expect_err_empty
#   expect_json FILTER [ARG...]           jq -e over standard output, NDJSON line by line: true for the last one
#   fails_with STATUS PATTERN CMD...      exact status, PATTERN on stderr, nothing on stdout (STYLE 9.3)
#   same FILE FILE                        equal bytes
#   by_night NIGHT DAY                    prints NIGHT where scripts/check-nightly runs this, else DAY; a script with
#                                         this word is what it runs
#   figures TEXT                          what was measured, for the report of scripts/check and scripts/check-nightly
#   fail MESSAGE                          ends the script; whatever else fails (set -e) does so too, but not `! CMD`
#   need COMMAND..., need_shared          ends the script as skipped where something is not there; with CI=true a
#                                         missing command is a failure
#   skip REASON                           the same for any other reason
#
# Each script starts in an empty directory below $tmp, without terminal, HOME or MEDCHAIN_* of the caller.

set -Eeuo pipefail

SOURCE=${SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
BIN=${BIN:-$SOURCE/build/release/bin}
GEN=${GEN:-}
MEDCHAIN_SHARED=${MEDCHAIN_SHARED:-}

_caller_ci=${CI:-}
for _name in $(compgen -e); do
  case $_name in
    BIN | SOURCE | GEN | KEEP | PATH | TMPDIR | MEDCHAIN_SHARED | MEDCHAIN_NIGHTLY | MEDCHAIN_TEST_*) ;;
    # What sanitizers, coverage and the Go of interoperability tests need.
    GOCACHE | GOPATH | GOFLAGS | GOPROXY | ASAN_OPTIONS | UBSAN_OPTIONS | LSAN_OPTIONS | TSAN_OPTIONS | LLVM_PROFILE_FILE) ;;
    *) unset "$_name" 2>/dev/null || true ;;
  esac
done
CI=$_caller_ci
# A sealed tool cannot be searched for leaks at its end: that needs /proc and ptrace(2).
export LSAN_OPTIONS=${LSAN_OPTIONS:+$LSAN_OPTIONS:}detect_leaks=0
umask 022
exec </dev/null

tmp=$(mktemp -d "${TMPDIR:-/tmp}/medchain-cli.XXXXXX")
out=$tmp/stdout
err=$tmp/stderr
status=0
mkdir -p "$tmp/home/.config" "$tmp/work"
export SOURCE BIN GEN MEDCHAIN_SHARED
export HOME=$tmp/home XDG_CONFIG_HOME=$tmp/home/.config TMPDIR=$tmp
export PATH=$BIN:$PATH TZ=UTC LC_ALL=C.UTF-8 TERM=dumb
cd "$tmp/work"
: >"$out"
: >"$err"

_script_pid=$BASHPID
_case=
_passed=0
_skipped=0
_number=0
_command=

# Cases that failed are marked by a file, so that a failure within a subshell or a substitution counts as well.
_mark_failed() { : >"$tmp/failed"; }

_close_case() {
  [[ -n $_case ]] || return 0
  [[ ! -e $tmp/failed ]] || exit 1
  _number=$((_number + 1))
  _passed=$((_passed + 1))
  printf 'ok %d - %s\n' "$_number" "$_case"
  _case=
}

_show() {
  printf '#   %s:\n' "$1"
  head -c 4000 -- "$2" | LC_ALL=C tr -c '\n\t -~' '?' | head -n 60 | sed 's/^/#     /'
}

fail() {
  _mark_failed
  {
    printf 'not ok - %s\n' "${_case:-(before the first case)}"
    printf '# %s\n' "$1"
    local frame=1
    while ((frame < ${#BASH_SOURCE[@]})); do
      [[ ${BASH_SOURCE[frame]} == */lib.sh ]] ||
        printf '#   at %s line %s\n' "${BASH_SOURCE[frame]##*/}" "${BASH_LINENO[frame - 1]}"
      frame=$((frame + 1))
    done
    if [[ -n $_command ]]; then
      printf '#   command: %s\n#   status: %s\n' "$_command" "$status"
      _show stdout "$out"
      _show stderr "$err"
    fi
  } >&2
  exit 1
}

_on_error() {
  local code=$?
  [[ -e $tmp/failed ]] || fail "'$1' ended with status $code"
  exit 1
}
trap '_on_error "$BASH_COMMAND"' ERR

_on_exit() {
  local code=$?
  trap - EXIT ERR
  set +e
  local failed=0
  if [[ $code == 0 && ! -e $tmp/failed ]]; then _close_case; fi
  if [[ ($code != 0 && $code != 77) || -e $tmp/failed ]]; then
    failed=1
    code=1
  elif [[ $_passed == 0 && $_skipped == 0 && $code != 77 ]]; then
    printf 'not ok - no case was run\n' >&2
    failed=1
    code=1
  fi
  if [[ $code == 0 ]] && ! _check_objects; then
    failed=1
    code=1
  fi
  local line="$_passed passed, $failed failed"
  [[ $_skipped == 0 ]] || line+=", $_skipped skipped"
  printf '%s\n' "$line"
  jobs -p | xargs -r kill 2>/dev/null
  if [[ -n ${KEEP:-} ]]; then
    printf '# files kept in %s\n' "$tmp"
  else
    cd /
    chmod -R u+rwX "$tmp" 2>/dev/null
    rm -rf "$tmp"
  fi
  exit "$code"
}
trap _on_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

it() {
  _close_case
  _case=$1
  _command=
}

it_skipped() {
  _close_case
  _number=$((_number + 1))
  _skipped=$((_skipped + 1))
  printf 'ok %d - %s # SKIP %s\n' "$_number" "$1" "$2"
}

# The rest of the script is not run; ctest shows the script as skipped.
skip() {
  [[ $BASHPID == "$_script_pid" ]] || fail "'skip' within a subshell"
  _case=
  _skipped=$((_skipped + 1))
  printf 'skipped: %s\n' "$1"
  exit 77
}

need() {
  local command
  for command in "$@"; do
    if ! command -v "$command" >/dev/null; then
      [[ $CI != true ]] || fail "'$command' is not installed (scripts/install-deps installs it)"
      skip "'$command' is not installed"
    fi
  done
}

need_shared() {
  [[ -n $MEDCHAIN_SHARED && -d $MEDCHAIN_SHARED ]] || skip "the shared folder with vectors and data is not here"
}

run() {
  printf -v _command '%q ' "$@"
  status=0
  "$@" >"$out" 2>"$err" || status=$?
  # Every object that a tool printed is checked against its schema when the script ends.
  grep -ah '^{"schema":"medchain/1"' "$out" "$err" >>"$tmp/objects" || true
}

_check_objects() {
  [[ -s $tmp/objects && -z ${MEDCHAIN_TEST_NO_SCHEMA:-} ]] || return 0
  if ! command -v python3 >/dev/null || ! python3 -c 'import jsonschema' 2>/dev/null; then
    [[ ${CI:-} == true ]] && printf 'not ok - python3-jsonschema is missing\n' >&2 && return 1
    printf '# objects were not checked against their schemas: no python3-jsonschema\n'
    return 0
  fi
  python3 -W ignore "$SOURCE/tests/cli/schema.py" "$SOURCE/share/schema" <"$tmp/objects" >"$tmp/schema-says" 2>&1 && return 0
  printf 'not ok - what the tools printed fits share/schema\n' >&2
  sed 's/^/#   /' "$tmp/schema-says" >&2
  return 1
}

by_night() { if [[ -n ${MEDCHAIN_NIGHTLY:-} ]]; then echo "$1"; else echo "$2"; fi; }
figures() { printf '# figures: %s\n' "$1"; }

_pattern_in() { LC_ALL=C.UTF-8 grep -Eaq -e "$1" -- "$2"; }

expect_status() {
  [[ $status == "$1" ]] && return
  if ((status > 128 && status < 193)); then
    fail "expected status $1, but the command died of signal $((status - 128)) ($(kill -l $((status - 128))))"
  fi
  fail "expected status $1, got $status"
}

expect_out() { _pattern_in "$1" "$out" || fail "expected /$1/ on stdout"; }
expect_err() { _pattern_in "$1" "$err" || fail "expected /$1/ on stderr"; }
expect_no_out() { ! _pattern_in "$1" "$out" || fail "expected no /$1/ on stdout"; }
expect_no_err() { ! _pattern_in "$1" "$err" || fail "expected no /$1/ on stderr"; }
expect_out_is() { printf '%s\n' "$1" | cmp -s - "$out" || fail "expected on stdout exactly: $1"; }
expect_out_empty() { [[ ! -s $out ]] || fail "expected nothing on stdout"; }
expect_err_empty() { [[ ! -s $err ]] || fail "expected nothing on stderr"; }

expect_json() {
  local filter=$1 message
  shift
  message=$(jq -e "$@" "$filter" "$out" 2>&1 >/dev/null) ||
    fail "expected stdout to satisfy jq '$filter'${message:+: $message}"
}

fails_with() {
  local expected=$1 pattern=$2
  shift 2
  run "$@"
  expect_status "$expected"
  expect_err "$pattern"
  expect_out_empty
}

same() {
  cmp -s -- "$1" "$2" && return
  [[ -e $1 && -e $2 ]] || fail "expected the files '$1' and '$2', one is missing"
  fail "expected '$1' and '$2' to be the same: $(cmp -- "$1" "$2" 2>&1 || true)"
}

# What several scripts build on (ledgers, members, keys) is in fixtures.sh, made with the real tools.
if [[ -r $SOURCE/tests/cli/fixtures.sh ]]; then
  # shellcheck source=fixtures.sh
  . "$SOURCE/tests/cli/fixtures.sh"
fi
