// The acts of medchain-grant.  Each prints receipts, or with --emit the signed entries.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

Result<int> grant_request(Session& session);
Result<int> grant_give(Session& session);
Result<int> grant_deny(Session& session);
Result<int> grant_revoke(Session& session);
Result<int> grant_suspend(Session& session);
Result<int> grant_resume(Session& session);
Result<int> grant_assess(Session& session);

/// Options of `give` beside those of scope_options().
std::vector<Option> give_options();

}  // namespace medchain::cli
