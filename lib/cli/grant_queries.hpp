// What medchain-grant answers without changing anything.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

Result<int> grant_list(Session& session);
/// Status 0: permitted; 1: denied.
Result<int> grant_check(Session& session);

}  // namespace medchain::cli
