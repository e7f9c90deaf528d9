#!/usr/bin/env bash
# The examples of the manual pages work as typed.  In a page the comment line
#   .\" run                  before `.Bd -literal` says that the lines of this block are run;
#   .\" setup COMMAND        is run in its place, and not shown to readers.
# All of a page runs in one shell, in order, in an empty directory with an empty HOME; a command that fails is a problem.
#   sample_records N         for set-up lines: N FHIR resources, one a line
. "${0%/*}/lib.sh"
need jq openssl
need_tools
shopt -s nullglob

GEN=${GEN:-}
if [[ -z $GEN ]]; then
  for GEN in "$BUILD/tests/data/medchain-testdata" "$BUILD/bin/medchain-testdata" ''; do
    [[ ! -x $GEN ]] || break
  done
fi
export GEN PATH=$BIN:$PATH

# Where the generator is not built, resources of our own.
# shellcheck disable=SC2317 # called by the scripts made below
sample_records() {
  if [[ -n $GEN ]]; then
    "$GEN" ndjson --count "$1" --seed 1
    return
  fi
  local i
  for ((i = 1; i <= $1; ++i)); do
    printf '{"resourceType":"Observation","id":"%d","status":"final","subject":{"reference":"Patient/%d"},"valueInteger":%d}\n' \
      "$i" $((i % 5)) "$i"
  done
}
export -f sample_records

# The script of a page: `place=PAGE:LINE` before each command of a set-up line and each block.
script_of() {
  awk -v page="$1" '
    /^\.\\" setup / { print "place=" page ":" NR; print substr($0, 11); next }
    /^\.\\" run$/ { wanted = 1; next }
    wanted && /^\.Bd -literal/ { inside = 1; wanted = 0; print "place=" page ":" NR; next }
    wanted { print "place=" page ":" NR; print "echo \"no .Bd -literal after run\" >&2; false"; wanted = 0 }
    inside && /^\.Ed/ { inside = 0; next }
    inside {
      # What mdoc calls these characters.
      gsub(/\\\(aq/, "\047"); gsub(/\\\(dq/, "\""); gsub(/\\\(ti/, "~"); gsub(/\\\(ha/, "^")
      gsub(/\\&/, ""); gsub(/\\-/, "-"); gsub(/\\e/, "\\")
      print
    }
  ' "$1"
}

runnable=0
for page in man/*.[1-8]; do
  name=${page##*/}
  script_of "$page" >"$tmp/script"
  grep -q '^place=' "$tmp/script" || continue
  blocks=$(grep -c '^\.\\" run$' "$page" || true)
  checked=$((checked + blocks))
  runnable=$((runnable + blocks))
  mkdir -p "$tmp/$name/home" "$tmp/$name/work"
  {
    printf 'place=start\n'
    # shellcheck disable=SC2016 # for the script
    printf 'trap %s ERR\n' \''status=$?; trap - ERR; echo "$place: \"$BASH_COMMAND\" ended with status $status" >&3; exit 1'\'
    cat "$tmp/script"
  } >"$tmp/$name/script"
  if ! (cd "$tmp/$name/work" &&
    env -u XDG_CONFIG_HOME HOME="$tmp/$name/home" TMPDIR="$tmp" bash -Eeuo pipefail "$tmp/$name/script" \
      3>"$tmp/$name/failed" >"$tmp/$name/log" 2>&1); then
    problem "$(cat "$tmp/$name/failed")"
    tail -n 5 "$tmp/$name/log" | sed 's/^/  /'
  fi
done
((runnable > 0)) || problem "no page has an example that is run"
finish
