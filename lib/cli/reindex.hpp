// medchain reindex and medchain-vault reindex: indexes are made anew out of what they index.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

Verb reindex_ledger_verb();
Verb reindex_vault_verb();

}  // namespace medchain::cli
