// Directories that are made for a ledger or a host.
#pragma once

#include <string>

#include "base/result.hpp"

namespace medchain::ledger {

/// Fails with ledger_exists if `directory` is there and not an empty directory.
Status check_empty(const std::string& directory);

}  // namespace medchain::ledger
