// medchain-sync tiles: the ledger as a static tree of files (c2sp.org/tlog-tiles) with its
// manifests.  No key is read.
#pragma once

#include "cli/program.hpp"
#include "cli/session.hpp"

namespace medchain::cli {

Verb sync_tiles_verb();

}  // namespace medchain::cli
