// clones: records of one's own whose texts were copied.
#pragma once

#include "cli/session.hpp"

namespace medchain::cli {

Verb clones_verb();

}  // namespace medchain::cli
