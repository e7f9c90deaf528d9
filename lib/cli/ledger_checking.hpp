// What medchain-verify and reports have in common when a whole ledger is verified: what it is
// compared with, and what follows from what was found.
#pragma once

#include "cli/session.hpp"
#include "ledger/ledger.hpp"
#include "verify/ledger_check.hpp"

namespace medchain::cli {

/// The derived files of the ledger and what --seen has, to be read before the run is sealed; a
/// signal interrupts the check.  Fails as verify::load_seen() does.
Result<verify::LedgerCheckOptions> ledger_check_options(Session& session,
                                                        const ledger::Ledger& ledger);

struct LedgerVerdict {
  bool is_wrong = false;   ///< something is: warnings are none of it
  bool quorum_met = true;  ///< where nothing is wrong
  int status = 0;          ///< of medchain-verify: 0, 1, 10 or 11
};
Result<LedgerVerdict> verdict_on(const verify::LedgerReport& result);

}  // namespace medchain::cli
