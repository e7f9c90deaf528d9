# shellcheck shell=bash
# Words that must not be where others can read (DESIGN 6), looked for in any spelling.
#
# hits FILE-OR-DIRECTORY...: how many files hold a canary, in clear, in hex or in base64 at any of its three places.
hits() {
  { grep -rlaFf needles -- "$@" || true; } | wc -l
}

# needles_of FILE: each canary as it is and as hex, and the middle of its base64 for each place in a group of three bytes.
needles_of() {
  python3 - "$1" <<'PY'
import base64, sys
for line in open(sys.argv[1], encoding="utf-8"):
    canary = line.rstrip("\n").encode()
    if not canary:
        continue
    print(canary.decode())
    print(canary.hex())
    for skip in range(3):
        whole = base64.b64encode(b"\0" * skip + canary).decode()
        print(whole[4:(len(canary) + skip) // 3 * 4])
PY
}
