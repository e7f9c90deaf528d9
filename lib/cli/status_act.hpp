// medchain status: who am I, last anchor, checkpoint age, witnessed or not.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

/// Status 0: all well; 1: something needs attention (too old, pending, not a member); 10: witnesses
/// are missing.
Result<int> show_status(Session& session);

}  // namespace medchain::cli
