// exposed: whom a breach is about.
#pragma once

#include "cli/program.hpp"

namespace medchain::cli {

Verb exposed_verb();

}  // namespace medchain::cli
