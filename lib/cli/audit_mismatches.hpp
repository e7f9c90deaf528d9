// medchain-audit mismatches.
#pragma once

#include "cli/program.hpp"

namespace medchain::cli {

Verb mismatches_verb();

}  // namespace medchain::cli
