// medchain-sync backup and restore: a whole ledger as a stream, and a ledger made out of one after
// all rules.  No key is read, but what the host directory says of its log key.
#pragma once

#include "cli/program.hpp"
#include "cli/session.hpp"

namespace medchain::cli {

Verb sync_backup_verb();
Verb sync_restore_verb();

}  // namespace medchain::cli
