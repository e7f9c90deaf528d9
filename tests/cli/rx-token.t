#!/usr/bin/env bash
# The redeem token as the patient carries it: a short text, or a QR code made by qrencode, which gets it on standard input alone.
. "${0%/*}/lib.sh" || exit
. "$SOURCE/tests/cli/rx-fixtures.sh"
need jq

make_rx
issued
token=$(<rx.token)

it "prints the text, which a pharmacy can type into a file"
run medchain-rx token --token-file rx.token
expect_status 0
expect_out_is "$token"
[[ $token =~ ^MCRX1[A-Z0-9]{52,64}$ ]] || fail "'$token' is no short text"
(umask 077 && tr '[:upper:]' '[:lower:]' <"$out" >typed.token)
act_as ph-a
run medchain-rx accept --token-file typed.token --time "$(at 0)"
expect_status 0

it "gives the token to qrencode on standard input, never in its arguments or environment"
mkdir bin
cat >bin/qrencode <<'EOF'
#!/bin/sh
printf '%s\n' "$@" >seen.arguments
env >seen.environment
cat >seen.input
echo code
EOF
chmod +x bin/qrencode
PATH=$PWD/bin:$PATH run medchain-rx token --token-file rx.token --qr svg
expect_status 0
expect_out_is code
[[ $(<seen.input) == "$token" ]] || fail "its input is '$(<seen.input)'"
[[ $(paste -sd' ' seen.arguments) == "-o - -t SVG" ]] || fail "its arguments are '$(<seen.arguments)'"
! grep -qF "$token" seen.arguments seen.environment || fail "it is in the arguments or the environment"

it "writes a code to a file that is closed to others"
PATH=$PWD/bin:$PATH run medchain-rx token --token-file rx.token --qr png -o code.png
expect_status 0
[[ $(<code.png) == code && $(stat -c %a code.png) == 600 ]] || fail "$(ls -l code.png)"

if command -v qrencode >/dev/null && command -v zbarimg >/dev/null; then
  it "makes a picture that a stock reader reads, and a code for the terminal"
  run medchain-rx token --token-file rx.token --qr png -o real.png
  expect_status 0
  [[ $(zbarimg -q --raw --nodbus real.png) == "$token" ]] || fail "it reads as '$(zbarimg -q --raw --nodbus real.png)'"
  run medchain-rx token --token-file rx.token --qr utf8
  expect_status 0
  [[ $(wc -l <"$out") -gt 10 ]] || fail "$(<"$out")"
else
  it_skipped "makes a picture that a stock reader reads" "qrencode or zbarimg is not installed"
fi

it "says what to do where qrencode is not installed, or fails"
tool=$BIN/medchain-rx
run env PATH=/nonexistent "$tool" token --token-file rx.token --qr utf8 -o none.png
expect_status 7
expect_err "cannot run 'qrencode': not installed"
expect_err "hint: install it .*, or print the text without '--qr'"
[[ ! -e none.png ]] || fail "there is a file"
printf '#!/bin/sh\nexit 3\n' >bin/qrencode
PATH=$PWD/bin:$PATH fails_with 7 "'qrencode' ended with status 3" medchain-rx token --token-file rx.token --qr utf8
printf '#!/bin/sh\nkill -9 $$\n' >bin/qrencode
PATH=$PWD/bin:$PATH fails_with 7 "'qrencode' ended with status 137" medchain-rx token --token-file rx.token --qr utf8

it "refuses a file that others can read, or that holds no token"
fails_with 2 "'--token-file' is needed" medchain-rx token
cp rx.token open.token
chmod 644 open.token
fails_with 5 "open to group or others" medchain-rx token --token-file open.token
(umask 077 && echo MCRX1QQQ >bad.token)
fails_with 5 "redeem token" medchain-rx token --token-file bad.token
expect_no_err MCRX1QQQ

if command -v qrencode >/dev/null && command -v zbarimg >/dev/null; then
  it "makes codes that another program reads"
  run medchain-rx token --token-file rx.token --qr png -o rx.png
  expect_status 0
  [[ $(zbarimg -q --nodbus --raw rx.png) == "$token" ]] || fail "another token"
  run medchain-rx token --token-file rx.token --qr utf8
  expect_status 0
  expect_out '█'
else
  it_skipped "makes codes that another program reads" "qrencode and zbarimg are not installed"
fi
