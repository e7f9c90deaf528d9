# shellcheck shell=bash
# For scripts/check and scripts/check-nightly: steps that are timed and counted, and the report at the end, whose last line is
# `N passed, N failed`; the exit status is 0 only if nothing failed.  Who sources it stands in the source tree.
#
#   begin NAME                     a step; what it takes and gives is a line of the report
#   result PASSED FAILED SKIPPED   of the step just begun
#   build PRESET [TARGET...]       cmake; false, and counted, if it fails or warns
#   tests PRESET [CTEST-OPTION...] ctest
#   usage                          prints the caller's head from "# usage" on
#   start [OPTION]                 first of all, after the arguments: installs what is missing, with this option of install-deps
#   $jobs, $scratch                how many at once; a directory that goes away

usage() { sed -n '/^# usage/,/^set/s/^# //p' "$0"; }

finish() {
  local status=$?
  trap - EXIT
  rm -rf "$scratch"
  ((status == 0 || failed > 0)) || failed=1
  printf '\n'
  ((${#report[@]} == 0)) || printf '%s\n' "${report[@]}"
  local line="$passed passed, $failed failed"
  ((skipped == 0)) || line+=", $skipped skipped"
  printf '%s\n' "$line"
  ((failed == 0)) || exit 1
  exit 0
}

start() {
  exec </dev/null
  unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR
  umask 022
  jobs=$(nproc)
  # Where ccache is at hand, a second clone or a second run compiles only what changed.  Nothing depends on it.
  if command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
  fi
  passed=0
  failed=0
  skipped=0
  report=()
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/medchain-check.XXXXXX")
  trap finish EXIT

  begin "packages"
  # Without Debian or the right to install, what is missing shows in the steps that need it.
  scripts/install-deps "$@" || echo "check: warning: going on with what is there" >&2
}

begin() {
  printf '\n== %s\n' "$1"
  step=$1
  SECONDS=0
}
# result PASSED FAILED SKIPPED: of the step just run.
result() {
  passed=$((passed + $1))
  failed=$((failed + $2))
  skipped=$((skipped + $3))
  local line
  printf -v line '%-28s %4ds  %d passed, %d failed, %d skipped' "$step" "$SECONDS" "$1" "$2" "$3"
  report+=("$line")
}

# build PRESET [TARGET...]: a failure or a warning here is one failed test, and nothing more can be run with this preset.
build() {
  local preset=$1
  shift
  begin "build $preset"
  if cmake --preset "$preset" >"$scratch/configure" 2>&1; then
    if cmake --build "build/$preset" -j "$jobs" ${1:+--target "$@"} 2>&1 | tee "$scratch/build" && ! grep -q ' warning: ' "$scratch/build"; then
      report+=("$(printf '%-28s %4ds' "$step" "$SECONDS")")
      return 0
    fi
  else
    cat "$scratch/configure"
  fi
  result 0 1 0
  return 1
}

# tests PRESET [CTEST-OPTION...]: counts come from ctest's own report.  What neither passed nor said that it skips has failed.
tests() {
  local preset=$1 report_file=$scratch/$1.xml total good off
  shift
  begin "test $preset"
  ctest --test-dir "build/$preset" -j "$jobs" --output-on-failure --output-junit "$report_file" \
    --test-output-size-passed 100000 "$@" || true
  [[ -e $report_file ]] || : >"$report_file"
  total=$(grep -c '^[[:space:]]*<testcase ' "$report_file" || true)
  good=$(grep -c '^[[:space:]]*<testcase .* status="run">' "$report_file" || true)
  off=$(grep -c '^[[:space:]]*<skipped message="SKIP_RETURN_CODE=' "$report_file" || true)
  # Why something was skipped: whole scripts, and single cases of scripts that passed.  What tests measured.
  awk '
    /<testcase name="/ { split($0, part, "\""); name = part[2] }
    /(^|>)skipped: | # SKIP |^# figures: / {
      sub(/^.*<system-out>/, ""); sub(/<.*$/, "")
      gsub(/&apos;/, "\047"); gsub(/&quot;/, "\""); gsub(/&lt;/, "<"); gsub(/&gt;/, ">"); gsub(/&amp;/, "\\&")
      print "  " name ": " $0
    }' "$report_file"
  if ((total == 0)); then
    echo "no test was run"
    total=1
  fi
  result "$good" $((total - good - off)) "$off"
}
