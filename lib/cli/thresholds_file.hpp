// Files of thresholds (medchain-config(5)): YAML with a line for each number that decides when
// medchain-audit anomalies finds something.  What is left out keeps its default.
#pragma once

#include <string>

#include "audit/anomalies.hpp"

namespace medchain::cli {

/// Fails with config_invalid, FILE:LINE: a key that is not known, or a value that is not within its
/// bounds, with what was expected and what is there.
Result<audit::Thresholds> read_thresholds_file(const std::string& path);
/// The same of its text; `path` is for messages.
Result<audit::Thresholds> parse_thresholds(std::string_view text, const std::string& path);

}  // namespace medchain::cli
