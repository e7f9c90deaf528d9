// Log times: what log time was at an entry.  Only ticks, policy entries and the genesis entry move
// it (DESIGN 5), so that it is found by walking back to the nearest of them, once for all entries
// after it.  Those that a walk has passed are remembered.
#pragma once

#include <map>
#include <string_view>

#include "ledger/snapshot.hpp"

namespace medchain::audit {

class LogTimes {
 public:
  /// Log time at entry `index`, that entry included.  Walks in either direction, without a gap,
  /// look at each entry once, backwards at those that set the time twice; what the last such walk
  /// has passed is not looked at.  Fails with store_damaged.
  Result<UnixSeconds> at(const ledger::Snapshot& view, EntryIndex index);
  /// The entry after the last one, with these bytes: a walk onwards reads no entry twice.
  Status pass(const ledger::Snapshot& view, EntryIndex index, std::string_view bytes);

 private:
  bool is_empty() const { return times_.empty(); }
  Result<UnixSeconds> search(const ledger::Snapshot& view, std::uint64_t wanted);

  std::uint64_t last_ = 0;                      ///< known from the first of `times_` up to here
  std::map<std::uint64_t, UnixSeconds> times_;  ///< from that entry on, up to the next
};

}  // namespace medchain::audit
