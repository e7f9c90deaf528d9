// Log times: what log time was at an entry.  Only ticks, policy entries and the genesis entry move
// it (DESIGN 5), so that it is found by walking back to the nearest of them, once for all entries
// after it.
#pragma once

#include <optional>
#include <string_view>

#include "ledger/snapshot.hpp"

namespace medchain::audit {

class LogTimes {
 public:
  /// Log time at entry `index`, that entry included.  Walks in either direction cost one look at
  /// each entry.  Fails with store_damaged.
  Result<UnixSeconds> at(const ledger::Snapshot& view, EntryIndex index);
  /// The entry after the last one, with these bytes: a walk onwards reads no entry twice.
  Status pass(const ledger::Snapshot& view, EntryIndex index, std::string_view bytes);

 private:
  Result<UnixSeconds> search(const ledger::Snapshot& view, std::uint64_t wanted, bool goes_on);

  std::uint64_t first_ = 1, last_ = 0;  ///< entries for which `time_` holds; none yet
  UnixSeconds time_;
};

}  // namespace medchain::audit
