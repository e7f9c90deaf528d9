// case: an auditor opens the matter of one subject, which is an entry of its own, and is told under
// which tags the subject is known; or ends it.  The one verb of medchain-audit that appends.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

Verb case_verb();

}  // namespace medchain::cli
