// release: the records of a referral, those of one's own and those that are passed on with it, to
// each who is asked.
#include "cli/refer_release.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "cli/entry_operand.hpp"
#include "cli/refer_acts.hpp"
#include "cli/releasing.hpp"
#include "rules/apply.hpp"

namespace medchain::cli {
namespace {

using Grant = std::pair<EntryHash, rules::GrantState>;

/// A grant of a referral, and one of those it is for.
struct Target {
  Grant grant;
  MemberName to;
};

class ReferralRelease {
 public:
  explicit ReferralRelease(ActSession& act) : session_(act.session()), act_(act), releasing_(act) {}

  Result<int> one(const EntryHash& hash, const std::vector<NamedRecord>& named, bool only_new) {
    MC_ASSIGN(const auto targets, targets_of(hash));
    if (targets.size() == 1) {
      MC_ASSIGN(const bool done, release(targets.front(), named, only_new));
      if (!done) session_.tell("nothing to release: all of it was released before");
      return 0;
    }
    for (const Target& target : targets)
      MC_TRY(releasing_.serve(name_of(target), [&] { return release(target, named, only_new); }));
    return releasing_.failed() > 0 ? 1 : 0;
  }

  /// What every referral that was accepted shares and was not released yet.
  Result<int> standing() {
    std::vector<Grant> grants;
    MC_TRY(act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const UnixSeconds now, rules::judged_at(view, session_.clock()));
      const auto add = [&](const EntryHash& grant, const rules::GrantState& state) -> Status {
        const auto& until = state.body.scope.until;
        if (state.referral && state.author == act_.member() &&
            state.status == rules::GrantStatus::active && (!until || now < *until))
          grants.emplace_back(grant, state);
        return {};
      };
      return rules::for_each_state<rules::GrantState>(view, "grant/", add);
    }));
    for (const Grant& grant : grants) {
      MC_ASSIGN(const auto targets, receivers(grant));
      for (const Target& target : targets)
        MC_TRY(releasing_.serve(name_of(target), [&] { return release(target, {}, true); }));
    }
    session_.tell(
        counted(releasing_.released(), "release") + " by referrals" +
        (releasing_.failed() > 0 ? ", " + std::to_string(releasing_.failed()) + " failed" : ""));
    return releasing_.failed() > 0 ? 1 : 0;
  }

 private:
  static std::string name_of(const Target& target) {
    return "entry " + std::to_string(target.grant.second.index.get()) + " to " +
           quote(target.to.get());
  }

  Result<bool> release(const Target& target, const std::vector<NamedRecord>& named, bool only_new) {
    ReleaseOrder order;
    order.grant = target.grant;
    order.scope = target.grant.second.body.scope;
    order.use.to = target.to;
    order.only_new = only_new;
    MC_TRY(releasing_.choose_use(order));
    MC_TRY(releasing_.find_wanted(named, order));
    return only_new ? releasing_.release_new(std::move(order)) : releasing_.release(order);
  }

  /// What of this member's goes with the referral, or with the step of one that is named.
  Result<std::vector<Target>> targets_of(const EntryHash& hash) {
    std::vector<Grant> grants;
    MC_TRY(act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      std::vector<EntryHash> hashes{hash};
      MC_ASSIGN(const auto state, rules::referral(view, hash));
      if (state) {
        hashes = state->grants;
        MC_ASSIGN(const auto steps, rules::steps_of(view, hash));
        for (const auto& [index, step] : steps) hashes.push_back(step);
      }
      for (const EntryHash& each : hashes) {
        MC_ASSIGN(auto grant, rules::grant(view, each));
        if (grant && grant->referral && grant->author == act_.member())
          grants.emplace_back(each, std::move(*grant));
      }
      return {};
    }));
    std::vector<Target> targets;
    for (const Grant& grant : grants) {
      MC_ASSIGN(auto some, receivers(grant));
      targets.insert(targets.end(), std::make_move_iterator(some.begin()),
                     std::make_move_iterator(some.end()));
    }
    if (targets.empty())
      return fail(Code::entry_missing, "no records of " + quote(act_.member().get()) +
                                           " go with the referral that is named");
    return targets;
  }

  /// --to, or everybody who is asked and has not declined.
  Result<std::vector<Target>> receivers(const Grant& grant) {
    if (const auto to = session_.setting("to"); to && session_.operands().size() > 0) {
      MC_ASSIGN(auto member, member_option("to", *to));
      return std::vector<Target>{{grant, std::move(member)}};
    }
    MC_ASSIGN(auto members, releasing_.receivers_of(grant.second.body.scope.actors));
    MC_TRY(act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const auto state, rules::referral(view, *grant.second.referral));
      if (state)
        for (const MemberName& name : state->declined) members.erase(name);
      return {};
    }));
    std::vector<Target> targets;
    for (const MemberName& member : members) targets.push_back({grant, member});
    return targets;
  }

  Session& session_;
  ActSession& act_;
  Releasing releasing_;
};

}  // namespace

Result<int> release_at_once(ActSession& act, const EntryHash& referral) {
  return ReferralRelease(act).one(referral, {}, true);
}

Result<int> refer_release(Session& session) {
  const bool standing = session.has("standing");
  if (standing != session.operands().empty())
    return fail(Code::usage, standing ? "option '--standing' takes no operand"
                                      : "expected a referral, or '--standing'");
  for (const std::string_view option : {"to", "new"})
    if (standing && session.has(option))
      return fail(Code::usage,
                  "option '--" + std::string(option) + "' does not go with '--standing'");
  std::vector<NamedRecord> named;
  if (!standing) {
    MC_ASSIGN(named, named_records(session, std::span(session.operands()).subspan(1)));
  }
  MC_ASSIGN(const auto act, ActSession::begin(session));
  if (act->vault() == nullptr) return fail(Code::vault_missing, "there is no vault");
  ReferralRelease releasing(*act);
  if (standing) return releasing.standing();
  EntryHash hash;
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    auto referral = find_entry(view, "referral", session.operands().front());
    const auto step = find_entry(view, "grant", session.operands().front());
    if (!referral && !step) return std::move(referral).error();
    hash = referral ? *referral : *step;
    return {};
  }));
  return releasing.one(hash, named, session.has("new"));
}

}  // namespace medchain::cli
