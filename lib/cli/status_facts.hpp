// What `medchain status` looks at, gathered without changing anything, and what of it needs
// attention.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/session.hpp"

namespace medchain::cli {

struct StatusFacts {
  std::string origin, directory, member, member_status;
  std::uint64_t entries = 0, records = 0;
  std::optional<UnixSeconds> log_time, newest_entry, last_anchor;
  /// The file `checkpoint`: when it was written, of how many entries it is, why it does not verify.
  std::optional<UnixSeconds> checkpoint_time;
  std::optional<std::uint64_t> checkpoint_entries;
  std::string checkpoint_error;
  std::uint64_t witnesses = 0, quorum = 0, cosigned = 0;
  bool quorum_met = true;
  /// Signed, and not on the ledger: batches of records, other acts, and those that never can be.
  std::uint64_t pending_batches = 0, pending_acts = 0, too_late = 0;
  std::optional<UnixSeconds> oldest_pending;
  std::uint64_t file_bytes = 0, used_bytes = 0, map_bytes = 0;
  std::uint64_t readers = 0, max_readers = 0, reader_lag = 0;
  std::uint64_t free_bytes = 0, disk_bytes = 0;

  std::uint64_t pending() const { return pending_batches + pending_acts; }
  /// Whole percent, rounded down.
  std::uint64_t free_percent() const {
    return disk_bytes == 0 ? 0
                           : static_cast<std::uint64_t>(static_cast<double>(free_bytes) * 100 /
                                                        static_cast<double>(disk_bytes));
  }
};

/// Fails as opening and reading the ledger and the vault do.
Result<StatusFacts> gather_status(Session& session);
/// The member whose profile this is, by the card alone: no key is read.  Empty where there is none.
std::string own_name(const Session& session);

enum class Level { ok, warning, critical };

struct Attention {
  Level level;
  std::string text;
};

/// Beyond one of these something needs attention.
template <class Value>
struct Limit {
  std::optional<Value> warn, crit;
};
struct StatusLimits {
  Limit<std::int64_t> age, log_age, pending;  ///< seconds
  Limit<std::uint64_t> free, readers;         ///< percent; commits
};
Result<StatusLimits> status_limits(const Session& session);

/// Worst first.  The want of cosignatures is not in it: it has a status of its own.
std::vector<Attention> attention(const StatusFacts& facts, const StatusLimits& limits,
                                 UnixSeconds now);

/// Not below 0: the clock may stand behind the ledger's.
std::int64_t seconds_since(UnixSeconds time, UnixSeconds now);
/// "only 0 of 2 witnesses cosigned, the policy demands 1".
std::string cosigned_text(const StatusFacts& facts);

}  // namespace medchain::cli
