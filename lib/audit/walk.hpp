// A walk over all entries of a ledger with the log time of each.
#pragma once

#include <functional>
#include <string>

#include "audit/log_times.hpp"

namespace medchain::audit {

/// So many entries lie between two questions whether to go on.
constexpr std::uint64_t entries_between = 1'024;

/// Unparsed: who needs more of it asks Snapshot::entry_of.
struct Passed {
  EntryIndex index;
  std::string bytes;
  UnixSeconds logged;  ///< log time, the entry included
};

/// Calls `visit` for each entry in ledger order.  `go_on` is asked now and then whether to stop
/// (interrupted).  Fails with store_damaged and as they do.
Status for_each_entry(const ledger::Snapshot& view, const std::function<Status()>& go_on,
                      const std::function<Status(const Passed&)>& visit);
/// The same, remembering log times.
Status for_each_entry(const ledger::Snapshot& view, LogTimes& times,
                      const std::function<Status()>& go_on,
                      const std::function<Status(const Passed&)>& visit);

}  // namespace medchain::audit
