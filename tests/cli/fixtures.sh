# shellcheck shell=bash
# Fixtures of tests/cli/*.t, made with the tools under test.  Sourced by lib.sh.
