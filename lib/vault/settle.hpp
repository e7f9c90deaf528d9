// Settling (DESIGN 12): after a crash, or when an emitted statement may have landed meanwhile, each
// pending batch is looked up on the ledger by (author, id): there -> anchored; not there and still
// within its time rule -> the very same statement is appended; not there and refused for ever (log
// time has passed its bound, its key has ended) -> abandoned, its openings destroyed, its records
// anchored anew by the next run.
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
  std::uint64_t waiting = 0;    ///< still pending: this run does not append
  std::uint64_t early = 0;      ///< still pending: log time has not come near theirs
};

/// Appends one prepared entry and says where it is; nothing: this run does not append, the
/// statement stays pending.  Who refuses for time has first made the log time durable that it
/// judged by, so that a statement found too late is too late for ever.
using Append = std::function<Result<std::optional<EntryIndex>>(const ledger::Prepared&)>;

/// Precondition: the vault was opened for writing and is of this ledger.  A refusal that may not be
/// the last word (a suspension) fails with its error.
Result<Settled> settle(Vault& vault, ledger::Ledger& ledger, const Append& append);

/// What the ledger says of a signed statement.
struct Standing {
  std::optional<EntryIndex> at;  ///< where the statement is
  bool too_late = false;  ///< by log time it can no longer be appended, as an anchor or erase entry
};
Result<Standing> look_up(ledger::Ledger& ledger, const entry::Entry& entry);

/// Marks the batch abandoned, restores the id index to the versions before, overwrites its salts.
Status abandon_batch(Vault& vault, std::uint64_t batch);

/// The rows of a batch, made again from its openings; the type index is that of the entry.
Result<std::vector<entry::Row>> rows_of(const Vault& vault, const Batch& batch,
                                        const entry::Anchor& anchor);

}  // namespace medchain::vault
