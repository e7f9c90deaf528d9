// open: what was released by a referral becomes files, those of each custodian.
#include <algorithm>

#include "cli/entry_operand.hpp"
#include "cli/open_released.hpp"
#include "cli/refer_acts.hpp"
#include "exchange/release.hpp"

namespace medchain::cli {
namespace {

/// Adds the releases to `me` by one grant, but none whose records all came again later.
Status add_releases(const ledger::Snapshot& view, const EntryHash& grant, const MemberName& me,
                    std::map<EntryIndex, EntryHash>& releases) {
  MC_ASSIGN(const auto received, exchange::releases_to(view, grant, me));
  std::set<ledger::RowPlace> later;
  for (const EntryIndex index : received) {
    MC_ASSIGN(auto places, exchange::released_at(view, index));
    if (std::ranges::includes(later, places)) continue;
    later.merge(places);
    MC_ASSIGN(releases[index], view.leaf(index));
  }
  return {};
}

/// The releases to `me` by the grants of the referral and of its steps, in their order.
Result<std::map<EntryIndex, EntryHash>> releases_of(const ledger::Snapshot& view,
                                                    const EntryHash& referral,
                                                    const MemberName& me) {
  MC_ASSIGN(const auto state, rules::referral(view, referral));
  if (!state) return fail(Code::entry_missing, "there is no such referral on this ledger");
  std::vector<EntryHash> grants = state->grants;
  MC_ASSIGN(const auto steps, rules::steps_of(view, referral));
  for (const auto& [index, step] : steps) grants.push_back(step);
  std::map<EntryIndex, EntryHash> releases;
  for (const EntryHash& grant : grants) MC_TRY(add_releases(view, grant, me, releases));
  if (!releases.empty()) return releases;
  return fail(Code::entry_state, "nothing was released to " + quote(me.get()) +
                                     " by the referral, which is " +
                                     std::string(entry::word_of(state->status)))
      .with_hint(state->accepted || state->author == me
                     ? "'medchain-refer release' is for who shares the records"
                     : "'medchain-refer accept' comes first");
}

}  // namespace

Result<int> refer_open(Session& session) {
  MC_TRY(session.required("directory"));
  MC_ASSIGN(const auto act, ActSession::begin(session));
  std::map<EntryIndex, EntryHash> releases;
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    const std::string& operand = session.operands().front();
    auto referral = find_entry(view, "referral", operand);
    const auto release = find_entry(view, "release", operand);
    if (!referral && !release) return std::move(referral).error();
    if (referral) {
      MC_ASSIGN(releases, releases_of(view, *referral, act->member()));
    } else {
      releases.emplace(EntryIndex(0), *release);
    }
    return {};
  }));
  // One that cannot be opened does not keep the others away.
  Result<int> first = 0;
  for (const auto& [index, release] : releases) {
    auto opened = open_released(*act, release);
    if (opened) continue;
    if (first)
      first = std::move(opened);
    else
      session.report(std::move(opened).error());
  }
  return first;
}

}  // namespace medchain::cli
