// medchain-audit report: one page for a regulator or a board: whether the ledger is intact, what
// happened on it, what is open, and what an auditor should look at, with the entries that prove it.
#pragma once

#include "cli/program.hpp"

namespace medchain::cli {

Verb report_verb();

}  // namespace medchain::cli
