// The windows of a prescription: when each of its parts may be accepted, by the options of issue.
#pragma once

#include <vector>

#include "cli/session.hpp"
#include "entry/policy.hpp"
#include "entry/prescription.hpp"

namespace medchain::cli {

/// How often more, and how long after each other.
struct RxRepeats {
  std::uint64_t count = 0;
  std::int64_t interval = 0;
};

/// The parts that --part, or --until, --repeats and --interval name for who issues at `now`: one
/// that ends as the policy says if none does, and `planned` repeats if the options name none. Fails
/// with usage.
Result<std::vector<entry::RxPart>> rx_windows(Session& session, const entry::Policy& policy,
                                              UnixSeconds now,
                                              const std::optional<RxRepeats>& planned);
std::vector<Option> rx_window_options();

}  // namespace medchain::cli
