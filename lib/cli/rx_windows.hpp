// The windows of a prescription: when each of its parts may be accepted, by the options of issue.
#pragma once

#include <vector>

#include "cli/session.hpp"
#include "entry/policy.hpp"
#include "entry/prescription.hpp"
#include "exchange/rx_fhir.hpp"

namespace medchain::cli {

/// What the prescriber's document says of it.
struct RxPlan {
  std::optional<exchange::FhirTime> authored, begins, ends;
  std::optional<std::uint64_t> repeats;
  std::int64_t interval = 0;  ///< seconds from one part to the next
};

/// The parts that --part, or --until, --repeats and --interval name, else `plan`, for who issues at
/// `now`.  What names no end ends as the policy says of what was authored then, and nothing ends
/// later than that.  Fails with usage, prescription_limits, and with input_invalid for a plan that
/// is not of now.
Result<std::vector<entry::RxPart>> rx_windows(Session& session, const entry::Policy& policy,
                                              UnixSeconds now, const RxPlan& plan);
std::vector<Option> rx_window_options();

}  // namespace medchain::cli
