// inbox: what waits for this member.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

/// Requests to it, answers to its own, notices it has not acknowledged.
Result<int> show_inbox(Session& session);

}  // namespace medchain::cli
