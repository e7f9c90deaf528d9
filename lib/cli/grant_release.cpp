// release: one use of a grant or of an emergency, counted by the ledger before a package can be
// opened.
#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/entry_operand.hpp"
#include "cli/grant_acts.hpp"
#include "cli/releasing.hpp"
#include "rules/apply.hpp"

namespace medchain::cli {
namespace {

class GrantRelease {
 public:
  GrantRelease(Session& session, ActSession& act) : session_(session), act_(act), releasing_(act) {}

  Result<int> one(const std::vector<NamedRecord>& named) {
    ReleaseOrder order;
    MC_TRY(find_basis(order));
    MC_TRY(order.grant ? choose_use(order) : choose_subject(order));
    order.only_new = session_.has("new");
    MC_TRY(releasing_.find_wanted(named, order));
    MC_ASSIGN(const bool done, releasing_.release(order));
    if (!done) session_.tell("nothing to release: all of it was released before");
    return 0;
  }

  /// Every standing grant of this custodian with what is new since, and every emergency that asks
  /// for its records and had none.
  Result<int> standing() {
    MC_ASSIGN(const auto grants, standing_grants());
    for (const auto& grant : grants) {
      MC_ASSIGN(const auto receivers, releasing_.receivers_of(grant.second.body.scope.actors));
      const std::string name = "grant of entry " + std::to_string(grant.second.index.get());
      for (const MemberName& to : receivers)
        MC_TRY(releasing_.serve(name + " to " + quote(to.get()),
                                [&] { return standing_to(grant, to); }));
      // Roles are many and change: nobody is served for having one.
      if (receivers.empty())
        MC_TRY(releasing_.serve(name, []() -> Result<bool> {
          return fail(Code::grant_actor,
                      "a standing grant is served to members and groups, this one names none");
        }));
    }
    if (session_.has("emergencies")) {
      MC_ASSIGN(const auto emergencies, open_emergencies());
      for (const auto& emergency : emergencies)
        MC_TRY(
            releasing_.serve("emergency of entry " + std::to_string(emergency.second.index.get()),
                             [&] { return serve_emergency(emergency); }));
    }
    session_.tell(
        counted(releasing_.released(), "release") + " by standing orders" +
        (releasing_.failed() > 0 ? ", " + std::to_string(releasing_.failed()) + " failed" : ""));
    return releasing_.failed() > 0 ? 1 : 0;
  }

 private:
  using Grant = std::pair<EntryHash, rules::GrantState>;
  using Emergency = std::pair<EntryHash, rules::EmergencyState>;

  Result<std::vector<Grant>> standing_grants() {
    std::vector<Grant> grants;
    MC_TRY(act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const UnixSeconds now, rules::judged_at(view, session_.clock()));
      const auto add = [&](const EntryHash& hash, const rules::GrantState& state) -> Status {
        const entry::Scope& scope = state.body.scope;
        if (state.body.standing && state.body.custodian == act_.member() &&
            state.status == rules::GrantStatus::active && (!scope.from || *scope.from <= now) &&
            (!scope.until || now < *scope.until))
          grants.emplace_back(hash, state);
        return {};
      };
      return rules::for_each_state<rules::GrantState>(view, "grant/", add);
    }));
    return grants;
  }

  Result<std::vector<Emergency>> open_emergencies() {
    std::vector<Emergency> emergencies;
    MC_TRY(act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const UnixSeconds now, rules::judged_at(view, session_.clock()));
      const auto add = [&](const EntryHash& hash, const rules::EmergencyState& state) -> Status {
        if (state.body.custodian == act_.member() && now < state.body.until &&
            state.releases == 0 && state.outcome != entry::ReviewOutcome::unjustified)
          emergencies.emplace_back(hash, state);
        return {};
      };
      return rules::for_each_state<rules::EmergencyState>(view, "emergency/", add);
    }));
    return emergencies;
  }

  Result<bool> standing_to(const Grant& grant, const MemberName& to) {
    const entry::Scope& scope = grant.second.body.scope;
    ReleaseOrder order;
    order.grant = grant;
    order.is_standing = true;
    order.use.to = to;
    order.scope = scope;
    if (scope.purposes.size() != 1)
      return fail(Code::grant_purpose, "a standing grant is served for one purpose, this one has " +
                                           std::to_string(scope.purposes.size()));
    order.use.purpose = scope.purposes.front();
    if (scope.actors.persons.size() == 1) order.use.receiver = scope.actors.persons.front();
    order.disclosure = disclosure_for(order.use.purpose);
    return releasing_.release_new(std::move(order));
  }

  Result<bool> serve_emergency(const Emergency& emergency) {
    ReleaseOrder order;
    order.emergency = emergency;
    MC_TRY(choose_subject(order));
    return releasing_.release(order);
  }

  Status find_basis(ReleaseOrder& order) {
    const std::string& operand = session_.operands().front();
    return act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const EntryHash hash, find_entry(view, operand));
      MC_ASSIGN(auto emergency, rules::emergency(view, hash));
      if (emergency) {
        order.emergency.emplace(hash, std::move(*emergency));
        return {};
      }
      MC_ASSIGN(auto grant, find_grant(view, operand));
      order.scope = grant.second.body.scope;
      order.grant = std::move(grant);
      return {};
    });
  }

  Status choose_use(ReleaseOrder& order) {
    const entry::Scope& scope = order.scope;
    if (const auto to = session_.setting("to")) {
      MC_ASSIGN(order.use.to, member_option("to", *to));
    } else if (scope.actors.members.size() == 1) {
      order.use.to = scope.actors.members.front();
    } else {
      return fail(Code::usage, "option '--to' is needed: the grant is for several")
          .with_hint("give '--to=MEMBER'");
    }
    return releasing_.choose_use(order);
  }

  /// An emergency says whom it is for; about whom it is, is in its terms.
  Status choose_subject(ReleaseOrder& order) {
    const rules::EmergencyState& state = order.emergency->second;
    for (const std::string_view option : {"to", "purpose", "receiver", "disclosure", "new"})
      if (session_.has(option))
        return fail(Code::usage, "option '--" + std::string(option) +
                                     "' does not go with an emergency, which says it itself");
    order.use.to = state.author;
    order.use.receiver = state.body.person;
    MC_ASSIGN(order.use.purpose, entry::Word::parse("BTG"));
    order.disclosure = entry::Disclosure::treatment;
    std::set<SubjectTag> tags;
    if (state.subject) {
      tags.insert(*state.subject);
    } else {
      MC_TRY(act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
        MC_ASSIGN(const auto linked,
                  rules::same_subjects(view, state.author, state.body.subject, act_.member()));
        tags.insert(linked.begin(), linked.end());
        return {};
      }));
      // An identifier, or the tag that the custodian gave the subject.
      MC_ASSIGN(const auto terms, act_.open_terms(state.index));
      MC_TRY(act_.vault()->read([&]() -> Status {
        for (const std::string& name : terms ? terms->subjects : std::vector<std::string>()) {
          if (const auto tag = parse_hash<SubjectTag>(name)) tags.insert(*tag);
          MC_ASSIGN(const auto subject, act_.vault()->find_subject(name));
          if (subject && !vault::is_erased(subject->k)) tags.insert(subject->tag);
        }
        return {};
      }));
    }
    if (tags.empty())
      return fail(Code::record_unknown, "this vault knows no subject by the emergency's names");
    if (tags.size() > 1)
      return fail(Code::grant_scope, "the emergency's names are those of " +
                                         std::to_string(tags.size()) + " subjects in this vault");
    order.scope.subjects = {*tags.begin()};
    return {};
  }

  Session& session_;
  ActSession& act_;
  Releasing releasing_;
};

}  // namespace

std::vector<Option> standing_options() {
  return {{"standing", 0, ValueKind::flag, {}, "serve every standing grant with what is new"},
          {"emergencies", 0, ValueKind::flag, {}, "with --standing: every open emergency too"}};
}

std::vector<Option> release_options() {
  return {{"to", 0, ValueKind::text, "MEMBER", "who gets them, where the grant is for several"},
          {"purpose", 0, ValueKind::text, "CODE", "for what, where the grant allows several"},
          {"receiver", 0, ValueKind::text, "TAG", "person tag of who it is for there"},
          {"disclosure",
           0,
           ValueKind::words,
           "CLASS",
           "class of 45 CFR 164.528 (default: by the purpose)",
           {},
           "treatment|payment|operations|individual|incident|authorization|directory|security|"
           "custody|limited|public-health|research|law|oversight|other"},
          {"new", 0, ValueKind::flag, {}, "only what was not released by this grant before"},
          {"source", 0, ValueKind::text, "NAME",
           "system that gave the records' ids, as they were anchored"}};
}

Result<int> grant_release(Session& session) {
  const bool standing = session.has("standing");
  if (standing != session.operands().empty())
    return fail(Code::usage, standing ? "option '--standing' takes no operand"
                                      : "expected a grant or an emergency, or '--standing'");
  if (session.has("emergencies") && !standing)
    return fail(Code::usage, "option '--emergencies' goes with '--standing'");
  std::vector<NamedRecord> named;
  if (!standing) {
    MC_ASSIGN(named, named_records(session, std::span(session.operands()).subspan(1)));
  }
  MC_ASSIGN(const auto act, ActSession::begin(session));
  if (act->vault() == nullptr) return fail(Code::vault_missing, "there is no vault");
  GrantRelease releasing(session, *act);
  return standing ? releasing.standing() : releasing.one(named);
}

}  // namespace medchain::cli
