#!/usr/bin/env bash
# The harness itself: an expectation that is not met must fail the script, wherever it stands.
# shellcheck disable=SC2016 # the scripts in single quotes are run by another shell
. "${0%/*}/lib.sh"

# script TEXT: runs TEXT as a test script of its own.
script() {
  printf '#!/usr/bin/env bash\n. %q\n%s\n' "$SOURCE/tests/cli/lib.sh" "$1" >inner.t
  run bash inner.t
}

# refuses SENTENCE PATTERN TEXT: the script TEXT fails and says so.
refuses() {
  it "$1"
  script "it inner; $3"
  expect_status 1
  expect_err "$2"
  expect_err "^not ok - inner"
  expect_out "^0 passed, 1 failed$"
}

it "passes a script whose cases pass, and counts them"
script 'it first; run printf "a\nb\n"; expect_status 0; expect_out "^b$"; expect_no_out c; expect_err_empty
  it second; fails_with 3 "no such" sh -c "echo no such thing >&2; exit 3"'
expect_status 0
expect_out_is $'ok 1 - first\nok 2 - second\n2 passed, 0 failed'
expect_err_empty

refuses "a wrong status" "expected status 0, got 1" 'run false; expect_status 0'
refuses "a death by signal where a failure is expected" "died of signal 11 \(SEGV\)" \
  'fails_with 1 . sh -c "kill -SEGV \$\$"'
refuses "a pattern that is not on stdout" "expected /x/ on stdout" 'run echo y; expect_out x'
refuses "a pattern that is not on stderr" "expected /x/ on stderr" 'run echo x; expect_err x'
refuses "a pattern that should not be on stdout" "expected no /y/" 'run echo y; expect_no_out y'
refuses "output where none is expected" "expected nothing on stdout" 'run echo y; expect_out_empty'
refuses "messages where none are expected" "expected nothing on stderr" 'run sh -c "echo >&2"; expect_err_empty'
refuses "output beside a failure" "expected nothing on stdout" 'fails_with 1 no sh -c "echo y; echo no >&2; exit 1"'
refuses "other lines than the expected ones" "exactly: y" 'run printf y; expect_out_is y'
refuses "different files" "differ: byte 1" 'echo a >a; echo b >b; same a b'
refuses "a missing file" "one is missing" 'echo a >a; same a b'
refuses "a filter that is false" "satisfy jq '.a == 2'" 'run echo "{\"a\":1}"; expect_json ".a == 2"'
refuses "output that is not JSON" "parse error" 'run echo "{"; expect_json .'
refuses "a plain command that fails" "'false' ended with status 1" 'false'
refuses "a failed command in a pipeline" "ended with status 1" 'false | cat'
refuses "a function that does not exist" "ended with status 127" 'expect_nonsense'
refuses "a failure within a subshell" "expected status 0, got 1" '(run false; expect_status 0)'
refuses "a failure within a subshell whose status is ignored" "expected status 0" '(run false; expect_status 0) || true'
refuses "a failure within a substitution" "expected status 0" 'echo "$(run false; expect_status 0)"'
refuses "a failure within a condition" "expected status 0" 'run false; if expect_status 0; then :; fi'

it "names the case, the command and both streams of a failure"
script 'it "the sentence"; run sh -c "echo OUT; echo ERR >&2; exit 9"; expect_status 0'
expect_err "^not ok - the sentence"
expect_err "command: sh -c"
expect_err "status: 9"
expect_err "^#     OUT$"
expect_err "^#     ERR$"
expect_err "at inner.t line 3"

it "counts what passed before a failure"
script 'it one; it two; false'
expect_status 1
expect_out "^1 passed, 1 failed$"

it "refuses a script without cases"
script ':'
expect_status 1
expect_err "no case was run"

it "tells skipped cases and scripts"
script 'it one; it_skipped two "no reason"; it three'
expect_status 0
expect_out "^ok 2 - two # SKIP no reason$"
expect_out "^2 passed, 0 failed, 1 skipped$"
script 'it one; skip "the moon is full"; false'
expect_status 77
expect_out "^skipped: the moon is full$"

it "takes a missing command as a failure in CI only"
script 'need jq surely-not-a-command'
expect_status 77
run env CI=true bash inner.t
expect_status 1
expect_err "'surely-not-a-command' is not installed"

it "isolates scripts from the caller"
script 'it one; printf "%s\n" "${MEDCHAIN_LEDGER-unset} ${SSH_AUTH_SOCK-unset} $TZ $LC_ALL ${PATH%%:*} $(umask)"
  [[ $HOME == "$tmp"/* && $XDG_CONFIG_HOME == "$tmp"/* && $PWD == "$tmp"/* && ! -t 0 ]]; echo "${MEDCHAIN_SHARED}"'
run env MEDCHAIN_LEDGER=x SSH_AUTH_SOCK=y TZ=Asia/Shanghai LC_ALL=de_DE MEDCHAIN_SHARED=z BIN=/b bash -c 'umask 077; bash inner.t'
expect_status 0
expect_out "^unset unset UTC C.UTF-8 /b 0022$"
expect_out "^z$"

it "removes its files and ends its background processes, also after a failure"
script 'echo "$tmp"; sleep 1000 & echo $!; mkdir -p a/b; chmod 0 a; it one; false'
expect_status 1
{ read -r directory; read -r process; } <"$out"
[[ -n $process && ! -e $directory ]]
# Where nobody waits for orphans it stays as a zombie.
alive() { [[ -e /proc/$1 ]] && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; }
for _ in {1..50}; do
  alive "$process" || break
  sleep 0.1
done
if alive "$process"; then fail "process $process lives on"; fi
