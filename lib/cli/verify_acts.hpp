// The verbs of medchain-verify.  Status 0: everything that was checked is good; 1: something is
// not; 10: a signature quorum is missing; 11: a fork or rollback is proven.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

Result<int> verify_ledger(Session& session);
Result<int> verify_records(Session& session);
Result<int> verify_proof(Session& session);
Result<int> verify_vault(Session& session);

}  // namespace medchain::cli
