# shellcheck shell=bash disable=SC2154 # of scripts/bench
# The same records, kept by others.  What each side does:
#
# medchain-anchor  reads the lines, takes id and subject out of the JSON, digests, and keeps durably, every 8,192 records, commitments and
#                  tags in a Merkle tree with a signed checkpoint (ledger), salts, digests and places (vault).  It keeps no copies.
# sha256sum        reads and digests.  It keeps nothing.
# git fast-import  keeps the records: each is a blob, digested and compressed, by zlib or against the one before; 8,192 are a directory
#                  and a commit.  What it reads was made before.  It syncs its pack, and what belongs to it (core.fsync=all), at the end.
# sqlite3          keeps type, id, subject and digest of each record, in a WAL with synchronous=FULL, 100,000 rows a transaction, with an
#                  index on type and id and one on the digest, and checkpoints at the end.  The rows come from the readers of
#                  medchain-anchor, so that the parsing and digesting is the same; they run beside it, on a core of their own where
#                  there is one.  It draws no salts, signs nothing and keeps no tree, and no copies.

prepare_peers() {
  local part
  rm -rf git.stream parts
  if command -v git >/dev/null; then
    LC_ALL=C awk '
      function commit() {
        print "commit refs/heads/bench\ncommitter bench <bench@bench.example> 0 +0000\ndata 0"
        for (i = first; i <= NR; ++i) print "M 100644 :" i " " int((i - 1) / 8192) "/" i
        print ""
        first = NR + 1
      }
      BEGIN { first = 1 }
      { print "blob\nmark :" NR "\ndata " length($0) "\n" $0 }
      NR % 8192 == 0 { commit() }
      END {
        if (first <= NR) commit()
        print "done"
      }' records.ndjson >git.stream
    cat git.stream >/dev/null
  fi
  if command -v sqlite3 >/dev/null; then
    mkdir parts
    split -l 100000 -d -a 4 records.ndjson parts/
    {
      # As much memory for pages as anchoring may use.
      printf '%s\n' 'PRAGMA journal_mode = WAL;' 'PRAGMA synchronous = FULL;' 'PRAGMA cache_size = -131072;' \
        'CREATE TABLE record (type TEXT, id TEXT, subject TEXT, digest TEXT);' \
        'CREATE INDEX by_id ON record (type, id);' 'CREATE INDEX by_digest ON record (digest);' '.mode tabs'
      # Each is a transaction.
      for part in parts/*; do printf '.import "|exec %s %s" record\n' "$rows" "$part"; done
      printf 'SELECT count(*) FROM record;\n'
    } >sqlite.script
    cat parts/* >/dev/null
  fi
}

git_import() { git --git-dir=peer.git -c core.fsync=all -c core.fsyncMethod=fsync fast-import --quiet --done <git.stream; }

measure_peers() {
  measure sums.times sha256sum records.ndjson
  if [[ -s git.stream ]]; then
    rm -rf peer.git
    git init -q --bare peer.git
    measure import.times git_import
    git --git-dir=peer.git rev-parse --verify -q bench >"$log" || stop "git fast-import made no commit"
    rm -rf peer.git
  fi
  if [[ -s sqlite.script ]]; then
    rm -f peer.db*
    measure sqlite.times sqlite3 -batch -bail peer.db '.read sqlite.script'
    [[ $(tail -n 1 "$log") == "$(wc -l <records.ndjson)" ]] || stop "sqlite3 has '$(tail -n 1 "$log")' records"
    rm -f peer.db*
  fi
}

# peer_lines COUNT
peer_lines() {
  header 'anchor ms'
  line "sha256sum" "$1" sums.times anchor.times "none named"
  if [[ -s import.times ]]; then
    line "git fast-import" "$1" import.times anchor.times "15 or more"
  else
    left_out git "'git fast-import' is not measured"
  fi
  if [[ -s sqlite.times ]]; then
    line "sqlite3, WAL, two indexes" "$1" sqlite.times anchor.times "4 or more"
  else
    left_out sqlite3 "it is not measured"
  fi
  rm -rf git.stream parts
}
