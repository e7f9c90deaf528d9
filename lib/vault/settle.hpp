// Settling (DESIGN 12): after a crash, or when an emitted statement may have landed meanwhile, each pending batch is looked up on the ledger by (author, id):
// there -> anchored; not there and still within its time rule -> the very same statement is appended; not there and too late -> abandoned, its
// openings destroyed, its records anchored anew by the next run.
#pragma once

#include <cstdint>
#include <functional>

#include "ledger/ledger.hpp"
#include "vault/vault.hpp"

namespace medchain::vault {

struct Settled {
  std::uint64_t found = 0;      ///< were on the ledger
  std::uint64_t appended = 0;   ///< appended now
  std::uint64_t abandoned = 0;  ///< can never land
  std::uint64_t waiting = 0;    ///< still pending: no appender was given
};

/// Appends one prepared entry and says where it is; nothing: this run cannot append (the statement stays pending).
using Append = std::function<Result<EntryIndex>(const ledger::Prepared&)>;

/// Precondition: the vault was opened for writing and is of this ledger.  A refusal of a pending statement by a rule other than its time fails with that rule's error.
Result<Settled> settle(Vault& vault, ledger::Ledger& ledger, UnixSeconds now, const Append& append);

/// Marks the batch abandoned, restores the id index to the versions before, overwrites its salts.
Status abandon_batch(Vault& vault, std::uint64_t batch);

/// The rows of a batch, made again from its openings; the type index is that of the entry.
Result<std::vector<entry::Row>> rows_of(const Vault& vault, const Batch& batch, const entry::Anchor& anchor);

}  // namespace medchain::vault
