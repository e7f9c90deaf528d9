// Reading for who gives it to others: what is stored, compared with the hashes that it stands
// under.
#pragma once

#include <vector>

#include "ledger/snapshot.hpp"

namespace medchain::ledger {

/// The entry whose hash the tree has.  Fails with store_damaged, entry_missing.
Result<entry::Entry> checked_entry(const Snapshot& view, EntryIndex index);
/// The rows whose root an anchor entry commits to; none for other kinds.  Fails with store_damaged.
Result<std::vector<entry::Row>> checked_rows(const Snapshot& view, EntryIndex index,
                                             const entry::Entry& entry);

}  // namespace medchain::ledger
