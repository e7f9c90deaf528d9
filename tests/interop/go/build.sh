#!/bin/sh
# Builds logcheck, which verifies what medchain writes with the Go implementation of notes and logs.
#
#   build.sh [DIRECTORY]      default: a new temporary directory, which the caller removes
#
# Prints the path of the program.  Status 77 (skipped) if Go or golang.org/x/mod is not installed
# (Debian: golang-go, golang-golang-x-mod-dev); the network is not used.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
gopath=${MEDCHAIN_GOPATH:-/usr/share/gocode}

if ! command -v go >/dev/null 2>&1; then
  echo "build.sh: skipped: no 'go' command" >&2
  exit 77
fi
if ! [ -d "$gopath/src/golang.org/x/mod/sumdb/tlog" ]; then
  echo "build.sh: skipped: no golang.org/x/mod below '$gopath'" >&2
  exit 77
fi

if [ $# -gt 0 ]; then
  mkdir -p "$1"
  output=$(cd "$1" && pwd)/logcheck
else
  output=$(mktemp -d "${TMPDIR:-/tmp}/logcheck.XXXXXX")/logcheck
fi
cache=$(mktemp -d "${TMPDIR:-/tmp}/logcheck-cache.XXXXXX")
trap 'rm -rf "$cache"' EXIT
trap 'exit 1' HUP INT TERM

GO111MODULE=off GOPATH=$gopath GOCACHE=$cache GOFLAGS='' CGO_ENABLED=0 \
  go build -trimpath -o "$output" "$here/logcheck.go" "$here/tiles.go" >&2
echo "$output"
