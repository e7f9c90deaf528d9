// In what two objects differ, for messages that name it.
#pragma once

#include <string>
#include <vector>

#include "json/value.hpp"

namespace medchain::json {

/// Paths of the members in which they differ, `items[0].dose`, in the order of `a`, then those that
/// only `b` has.
std::vector<std::string> differing_paths(const Object& a, const Object& b);

}  // namespace medchain::json
