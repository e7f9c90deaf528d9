// medchain-sync apply: appends what others have signed and emitted (medchain-ndjson(5), decision
// 0026).  No member's key is read.
#pragma once

#include "cli/program.hpp"
#include "cli/session.hpp"

namespace medchain::cli {

Verb sync_apply_verb();

}  // namespace medchain::cli
