// anomalies: what an auditor should look at, as findings.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

Verb anomalies_verb();

}  // namespace medchain::cli
