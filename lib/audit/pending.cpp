#include "audit/pending.hpp"

#include <algorithm>
#include <tuple>

namespace medchain::audit {
namespace {

std::int64_t since(UnixSeconds then, UnixSeconds now) {
  return std::max<std::int64_t>(0, now.get() - then.get());
}

}  // namespace

Result<std::vector<OpenReferral>> open_referrals(const rules::View& view, UnixSeconds now) {
  std::vector<OpenReferral> open;
  MC_TRY(rules::for_each_state<rules::ReferralState>(
      view, "referral/", [&](const EntryHash& hash, const rules::ReferralState& state) -> Status {
        if (!rules::is_over(state.status))
          open.push_back({hash, state, since(state.created, now), since(state.changed, now)});
        return {};
      }));
  std::sort(open.begin(), open.end(), [](const OpenReferral& a, const OpenReferral& b) {
    return std::tuple(b.waiting, a.state.index) < std::tuple(a.waiting, b.state.index);
  });
  return open;
}

Result<std::vector<EndingGrant>> ending_grants(const rules::View& view, UnixSeconds now,
                                               std::int64_t within) {
  std::vector<EndingGrant> ending;
  MC_TRY(rules::for_each_state<rules::GrantState>(
      view, "grant/", [&](const EntryHash& hash, const rules::GrantState& state) -> Status {
        const entry::Scope& scope = state.body.scope;
        if (state.status != rules::GrantStatus::active || !scope.until ||
            state.body.provision != entry::Provision::permit ||
            (scope.uses && state.uses >= *scope.uses))
          return {};
        const std::int64_t left = scope.until->get() - now.get();
        if (left > 0 && left <= within) ending.push_back({hash, state, left});
        return {};
      }));
  std::sort(ending.begin(), ending.end(), [](const EndingGrant& a, const EndingGrant& b) {
    return std::tuple(a.left, a.state.index) < std::tuple(b.left, b.state.index);
  });
  return ending;
}

}  // namespace medchain::audit
