// medchain status: who am I, last anchor, checkpoint, witnesses, room; what needs attention, for
// people and for monitoring.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

/// Status 0: all well; 1: something needs attention (too old, pending, not a member); 10: witnesses
/// are missing.  With --format=nagios the statuses of a Nagios plugin instead, also where the
/// ledger cannot be read.
Result<int> show_status(Session& session);

}  // namespace medchain::cli
