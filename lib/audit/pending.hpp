// Pending: what is open on a ledger at a moment: referrals and consultations that have not ended,
// and grants that end soon.
#pragma once

#include <vector>

#include "rules/sharing_view.hpp"

namespace medchain::audit {

struct OpenReferral {
  EntryHash hash;
  rules::ReferralState state;
  std::int64_t age = 0;      ///< seconds since it was made
  std::int64_t waiting = 0;  ///< seconds since its last step
};
/// What waits longest comes first.
Result<std::vector<OpenReferral>> open_referrals(const rules::View& view, UnixSeconds now);

struct EndingGrant {
  EntryHash hash;
  rules::GrantState state;
  std::int64_t left = 0;  ///< seconds
};
/// Active grants whose end is after `now` and no later than `within` seconds from it; what ends
/// first comes first.  What forbids (deny) is not in it.
Result<std::vector<EndingGrant>> ending_grants(const rules::View& view, UnixSeconds now,
                                               std::int64_t within);

}  // namespace medchain::audit
