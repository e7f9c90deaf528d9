// The acts of medchain-grant.  Each prints receipts, or with --emit the signed entries.
#pragma once

#include "cli/places.hpp"
#include "cli/session.hpp"

namespace medchain::cli {

Result<int> grant_request(Session& session);
Result<int> grant_give(Session& session);
Result<int> grant_deny(Session& session);
Result<int> grant_revoke(Session& session);
Result<int> grant_suspend(Session& session);
Result<int> grant_resume(Session& session);
Result<int> grant_assess(Session& session);
/// Status 1 with --standing: some grants could not be served.
Result<int> grant_release(Session& session);
/// A use is declared before a file appears; one that failed is recorded too.
Result<int> grant_open(Session& session);

/// Options of `give` beside those of scope_options().
std::vector<Option> give_options();
/// Of every `release`, and of that of grants alone.
std::vector<Option> release_options();
std::vector<Option> standing_options();
std::vector<Option> open_options();
void open_opens(const Session& session, Places& places);

}  // namespace medchain::cli
