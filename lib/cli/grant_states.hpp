// States of requests and grants as people read them (HEALTH 4.5), at log time.
#pragma once

#include <string>
#include <string_view>

#include "ledger/ledger.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::cli {

/// requested, granted, narrowed, denied or expired.
Result<std::string_view> request_state(const rules::View& view, const rules::RequestState& state,
                                       UnixSeconds now);
/// active, suspended, revoked, replaced, exhausted or expired; pending and ended, with a referral.
std::string_view grant_state(const rules::GrantState& state, UnixSeconds now);
/// active; expired from its end on, and once a review has judged it unjustified.
std::string_view emergency_state(const rules::EmergencyState& state, UnixSeconds now);
/// awaiting-review, justified, unjustified or escalated; what was released after a review awaits
/// another.
std::string_view review_state(const rules::EmergencyState& state);
/// erasure-due, erasure-attested or erasure-overdue; empty where nothing is to be erased.
Result<std::string_view> erasure_state(const rules::View& view, const EntryHash& hash,
                                       const rules::GrantState& state, UnixSeconds now);

}  // namespace medchain::cli
