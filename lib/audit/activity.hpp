// Activity: how many entries of each kind a ledger got in each day or month of log time.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/snapshot.hpp"

namespace medchain::audit {

struct Activity {
  bool by_day = false;  ///< else by month
  /// From the first to the last, those in which nothing happened too: `2025-03` or `2025-03-01`.
  std::vector<std::string> periods;
  /// Kind to its count in each period; kinds that occur.
  std::map<std::string, std::vector<std::uint64_t>> kinds;
  std::map<std::string, std::uint64_t> totals;
};

/// Days, where all of it fits into this many.
constexpr std::int64_t most_days = 45;
/// The months shown at most: the latest.  `totals` count everything.
constexpr std::size_t most_months = 36;

/// One pass.  `go_on` as of for_each_event().
Result<Activity> activity(const ledger::Snapshot& view, const std::function<Status()>& go_on);

/// What kinds have in common: records, permissions, movement, refusals, administration.
enum class KindGroup { records, permissions, movement, refusals, administration };
constexpr std::size_t kind_groups = 5;
KindGroup group_of(std::string_view kind);

}  // namespace medchain::audit
