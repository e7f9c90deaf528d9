// Packages beside a ledger that several users of a host share.
#pragma once

#include <string>

#include "cli/session.hpp"

namespace medchain::cli {

/// Where the ledger's directory is shared with its group (medchain-ledger(5), Who reads), packages
/// beside it that are not there yet are made so too, whatever the umask: what is sealed to somebody
/// of the group must be within reach.  Fails with storage_failed.
Status share_packages(const Session& session, const std::string& ledger_directory);

}  // namespace medchain::cli
