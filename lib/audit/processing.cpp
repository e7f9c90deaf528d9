#include "audit/processing.hpp"

#include <algorithm>

#include "entry/scalar_text.hpp"

namespace medchain::audit {
namespace {

/// `CN` of `CN-GX`.
std::string country_of(const entry::Territory& territory) { return territory.get().substr(0, 2); }

class Register {
 public:
  Register(const ledger::Snapshot& view, std::optional<MemberName> only)
      : view_(view), only_(std::move(only)) {}

  Status take(const Event& event, const entry::Body& body) {
    if (const auto* anchor = std::get_if<entry::Anchor>(&body)) {
      MC_ASSIGN(Controller* const controller, controller_of(anchor->custodian));
      if (controller == nullptr) return {};
      for (const entry::Word& type : anchor->types) controller->types.insert(type.get());
      controller->records += anchor->count;
    } else if (const auto* erase = std::get_if<entry::Erase>(&body)) {
      MC_ASSIGN(Controller* const controller, controller_of(erase->custodian));
      if (controller != nullptr) ++controller->erased[erase->basis.get()];
    } else if (const auto* release = std::get_if<entry::Release>(&body)) {
      return take_release(event, *release);
    } else if (const auto* grant = std::get_if<entry::Grant>(&body)) {
      return take_grant(event, *grant);
    } else if (const auto* referral = std::get_if<entry::Referral>(&body)) {
      return take_referral(event, *referral);
    }
    return {};
  }

  std::map<MemberName, Controller> finish() { return std::move(controllers_); }

 private:
  /// Nothing: another one is asked for.
  Result<Controller*> controller_of(const MemberName& name) {
    Controller* const none = nullptr;
    if (only_ && name != *only_) return none;
    auto [at, is_new] = controllers_.try_emplace(name);
    if (is_new) {
      MC_ASSIGN(const auto state, rules::member(view_, name));
      if (!state) return fail(Code::store_damaged, "records are of no member of the ledger");
      at->second.card = state->card;
    }
    return &at->second;
  }

  Status take_grant(const Event& event, const entry::Grant& grant) {
    if (grant.provision != entry::Provision::permit) return {};
    MC_ASSIGN(Controller* const controller, controller_of(event.author));
    if (controller == nullptr) return {};
    std::vector<std::string> purposes;
    for (const entry::Word& purpose : grant.scope.purposes) purposes.push_back(purpose.get());
    if (purposes.empty()) purposes.emplace_back();
    for (const std::string& purpose : purposes) {
      Activity& activity = controller->activities[purpose];
      ++activity.grants;
      take_basis(grant.basis, activity);
      for (const entry::Word& type : grant.scope.types) activity.types.insert(type.get());
      activity.any_type = activity.any_type || grant.scope.types.empty();
      if (!grant.scope.erase_at) {
        ++activity.unlimited;
        continue;
      }
      const std::int64_t seconds = grant.scope.erase_at->get() - event.logged.get();
      activity.shortest = std::min(activity.shortest.value_or(seconds), seconds);
      activity.longest = std::max(activity.longest.value_or(seconds), seconds);
    }
    return {};
  }

  Status take_referral(const Event& event, const entry::Referral& referral) {
    if (!referral.share) return {};
    MC_ASSIGN(Controller* const controller, controller_of(event.author));
    if (controller == nullptr) return {};
    Activity& activity = controller->activities[referral.share->purpose.get()];
    ++activity.grants;
    ++activity.unlimited;
    activity.any_type = true;
    take_basis(referral.share->basis, activity);
    return {};
  }

  static void take_basis(const entry::Basis& basis, Activity& activity) {
    for (const entry::Word& legal : basis.legal) activity.legal.insert(legal.get());
    const std::string policy = entry::text_of(basis.policy);
    if (!policy.empty()) activity.policies.insert(policy);
  }

  Status take_release(const Event& event, const entry::Release& release) {
    MC_ASSIGN(Controller* const controller, controller_of(event.author));
    if (controller == nullptr) return {};
    MC_ASSIGN(const auto state, rules::member(view_, release.to));
    if (!state) return fail(Code::store_damaged, "a release is to no member of the ledger");
    const Recipient recipient{release.to, state->card.kind, state->card.territory};
    Activity& activity = controller->activities[release.purpose.get()];
    ++activity.releases;
    activity.records += event.count;
    activity.recipients.insert(recipient);
    const auto& here = controller->card.territory;
    if (!here || !recipient.territory)
      activity.unplaced.insert(recipient);
    else if (country_of(*here) != country_of(*recipient.territory))
      activity.abroad.insert(recipient);
    return {};
  }

  const ledger::Snapshot& view_;
  std::optional<MemberName> only_;
  std::map<MemberName, Controller> controllers_;
};

}  // namespace

Result<std::map<MemberName, Controller>> processing(const ledger::Snapshot& view,
                                                    const std::optional<MemberName>& only,
                                                    const std::function<Status()>& go_on) {
  if (only) {
    MC_ASSIGN(const auto state, rules::member(view, *only));
    if (!state)
      return fail(Code::member_unknown, quote(only->get()) + " is not a member of this ledger");
  }
  Register all(view, only);
  MC_TRY(for_each_event(
      view,
      {entry::Anchor::type, entry::Erase::type, entry::Grant::type, entry::Release::type,
       entry::Referral::type},
      go_on, [&](const Event& event, const entry::Body& body) { return all.take(event, body); }));
  return all.finish();
}

}  // namespace medchain::audit
