// Exceptions of a grant (medchain-config(5)), in YAML or JSON:
//   exceptions:
//     - provision: deny
//       purposes: [HMARKT]
//       members: [hosp-c]
//       labels: [R]
// They are of depth 1: an exception has no exceptions.
#pragma once

#include <string>
#include <vector>

#include "cli/session.hpp"
#include "entry/grant.hpp"
#include "entry/terms.hpp"

namespace medchain::cli {

struct Exceptions {
  std::vector<entry::Exception> shown;        ///< in clear
  std::vector<entry::Conditions> conditions;  ///< sealed, in the same order
};

/// Fails with config_invalid, FILE:LINE.
Result<Exceptions> read_exceptions(const std::string& path);

}  // namespace medchain::cli
