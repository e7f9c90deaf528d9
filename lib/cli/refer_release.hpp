// Releasing what goes with a referral.
#pragma once

#include "cli/act_session.hpp"

namespace medchain::cli {

/// All of it that was not released yet, to each who is asked.  Status 1: some could not be served.
Result<int> release_at_once(ActSession& act, const EntryHash& referral);

}  // namespace medchain::cli
