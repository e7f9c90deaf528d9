// Where records are, of medchain-vault link and links: the part that is not on the ledger.
#pragma once

#include <cstdint>

#include "cli/session.hpp"
#include "vault/vault.hpp"

namespace medchain::cli {

/// RECORD --locator PATH, or --moved-from DIR --locator DIR.  Status 1: not all that was below the
/// first is below the second.  Fails with record_unknown, record_erased, input_changed (other bytes
/// are there), input_unreadable.
Result<int> link_locator(Session& session);

struct LostRecords {
  std::uint64_t records = 0;  ///< that are current, and have no copy
  std::uint64_t lost = 0;     ///< whose file is missing, changed or cannot be read
  std::uint64_t nowhere = 0;  ///< that came by standard input
};
/// Prints those that are not where they were read, as far as that is told without reading.
Result<LostRecords> print_lost_records(Session& session, vault::Vault& vault);

}  // namespace medchain::cli
