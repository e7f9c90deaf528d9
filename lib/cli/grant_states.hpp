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
/// active, suspended, revoked, replaced, exhausted or expired.
std::string_view grant_state(const rules::GrantState& state, UnixSeconds now);
/// erasure-due, erasure-attested or erasure-overdue; empty where nothing is to be erased.
Result<std::string_view> erasure_state(const rules::View& view, const EntryHash& hash,
                                       const rules::GrantState& state, UnixSeconds now);

}  // namespace medchain::cli
