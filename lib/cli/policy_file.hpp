// Policy files (medchain-config(5)): YAML with admit, max-skew, max-delay, time-zone,
// signed-person, witnesses, quorum.  What is left out keeps its default.
#pragma once

#include <string>

#include "base/result.hpp"
#include "entry/policy.hpp"

namespace medchain::cli {

/// `over`: the values to start from.  A new list of witnesses without a quorum gets the default
/// quorum.  Fails with config_invalid, FILE:LINE.
Result<entry::Policy> read_policy_file(const std::string& path, const entry::Policy& over);

/// Admins that must agree by default: a majority.
std::uint64_t default_admit(std::uint64_t admins);

}  // namespace medchain::cli
