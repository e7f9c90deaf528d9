// Verbs of medchain-vault about what became of one's own records: erased, held, linked, found.
#pragma once

#include <vector>

#include "cli/session.hpp"

namespace medchain::cli {

Result<int> vault_erase(Session& session);
/// Status 1: somebody who was told of an erasure has not acknowledged it, or was not told.
Result<int> vault_notices(Session& session);
Result<int> vault_retain(Session& session);
Result<int> vault_link(Session& session);
/// Status 1: a link dangles.
Result<int> vault_links(Session& session);
Result<int> vault_search(Session& session);
Result<int> vault_own(Session& session);
Result<int> vault_disown(Session& session);
Result<int> vault_delegate(Session& session);
Result<int> vault_undelegate(Session& session);

/// Their option tables.
std::vector<Verb> own_act_verbs();

}  // namespace medchain::cli
