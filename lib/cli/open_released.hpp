// Opening a release: what `open` of grants and of referrals have in common.
#pragma once

#include "cli/act_session.hpp"

namespace medchain::cli {

/// Its records become files in --directory, after each was compared with the ledger and the use
/// was declared; a failure of the package is recorded.
Result<int> open_released(ActSession& act, const EntryHash& release);

}  // namespace medchain::cli
