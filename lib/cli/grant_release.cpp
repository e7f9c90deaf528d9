// release: one use of a grant or of an emergency, counted by the ledger before a package can be
// opened.
#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/act_session.hpp"
#include "cli/entry_operand.hpp"
#include "cli/grant_acts.hpp"
#include "cli/own_records.hpp"
#include "cli/refusal.hpp"
#include "exchange/release.hpp"
#include "rules/apply.hpp"

namespace medchain::cli {
namespace {

using entry::Disclosure;

/// The class of 45 CFR 164.528(a)(1) that a purpose speaks for; others must be named.
Disclosure disclosure_for(std::string_view purpose) {
  if (purpose == "TREAT" || purpose == "ETREAT" || purpose == "BTG") return Disclosure::treatment;
  if (purpose == "HPAYMT") return Disclosure::payment;
  if (purpose == "HOPERAT") return Disclosure::operations;
  if (purpose == "HRESCH") return Disclosure::research;
  if (purpose == "PUBHLTH") return Disclosure::public_health;
  if (purpose == "PATRQT") return Disclosure::individual;
  return Disclosure::other;
}

/// What is to be released, to whom, and by what.
struct Order {
  std::optional<std::pair<EntryHash, rules::GrantState>> grant;
  std::optional<std::pair<EntryHash, rules::EmergencyState>> emergency;
  exchange::Use use;
  entry::Scope scope;  ///< what is looked for
  Disclosure disclosure = Disclosure::other;
  bool only_new = false;
  bool is_standing = false;
  std::optional<std::vector<std::uint64_t>> wanted;  ///< versions in the vault

  const EntryHash& basis() const { return grant ? grant->first : emergency->first; }
};

class Releasing {
 public:
  Releasing(Session& session, ActSession& act) : session_(session), act_(act) {}

  Result<int> one(const std::vector<NamedRecord>& named) {
    Order order;
    MC_TRY(find_basis(order));
    MC_TRY(order.grant ? choose_use(order) : choose_subject(order));
    order.only_new = session_.has("new");
    MC_TRY(find_wanted(named, order));
    MC_ASSIGN(const bool done, release(order));
    if (!done) session_.tell("nothing to release: all of it was released before");
    return 0;
  }

  /// Every standing grant of this custodian with what is new since, and every emergency that asks
  /// for its records and had none.
  Result<int> standing() {
    MC_ASSIGN(const auto grants, standing_grants());
    for (const auto& grant : grants) {
      MC_ASSIGN(const auto receivers, receivers_of(grant.second.body.scope.actors));
      const std::string name = "grant of entry " + std::to_string(grant.second.index.get());
      for (const MemberName& to : receivers)
        MC_TRY(serve(name + " to " + quote(to.get()), [&] { return standing_to(grant, to); }));
      // Roles are many and change: nobody is served for having one.
      if (receivers.empty())
        MC_TRY(serve(name, []() -> Result<bool> {
          return fail(Code::grant_actor,
                      "a standing grant is served to members and groups, this one names none");
        }));
    }
    if (session_.has("emergencies")) {
      MC_ASSIGN(const auto emergencies, open_emergencies());
      for (const auto& emergency : emergencies)
        MC_TRY(serve("emergency of entry " + std::to_string(emergency.second.index.get()),
                     [&] { return serve_emergency(emergency); }));
    }
    session_.tell(counted(released_, "release") + " by standing orders" +
                  (failed_ > 0 ? ", " + std::to_string(failed_) + " failed" : ""));
    return failed_ > 0 ? 1 : 0;
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

  /// Members that the grant names, and those of its groups now.
  Result<std::set<MemberName>> receivers_of(const entry::Actors& actors) {
    std::set<MemberName> receivers(actors.members.begin(), actors.members.end());
    MC_TRY(act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      for (const MemberName& name : actors.groups) {
        MC_ASSIGN(const auto group, rules::group(view, name));
        if (group && !group->dissolved)
          receivers.insert(group->members.begin(), group->members.end());
      }
      return {};
    }));
    receivers.erase(act_.member());
    return receivers;
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

  /// One of many: its failure is told, and the others go on.
  template <class Work>
  Status serve(const std::string& what, const Work& work) {
    if (session_.interrupted()) return fail(Code::interrupted, "stopped by a signal");
    Result<bool> done = work();
    if (done) {
      if (*done) ++released_;
    } else {
      ++failed_;
      session_.report(std::move(done).error().context(what));
    }
    return {};
  }

  Result<bool> standing_to(const Grant& grant, const MemberName& to) {
    const entry::Scope& scope = grant.second.body.scope;
    Order order;
    order.grant = grant;
    order.only_new = order.is_standing = true;
    order.use.to = to;
    order.scope = scope;
    if (scope.purposes.size() != 1)
      return fail(Code::grant_purpose, "a standing grant is served for one purpose, this one has " +
                                           std::to_string(scope.purposes.size()));
    order.use.purpose = scope.purposes.front();
    if (scope.actors.persons.size() == 1) order.use.receiver = scope.actors.persons.front();
    order.disclosure = disclosure_for(order.use.purpose.get());
    // More than fits into one package is released in several.
    bool any = false;
    for (;;) {
      MC_ASSIGN(const bool done, release(order));
      if (!done || session_.dry_run()) return any || done;
      any = true;
    }
  }

  Result<bool> serve_emergency(const Emergency& emergency) {
    Order order;
    order.emergency = emergency;
    MC_TRY(choose_subject(order));
    return release(order);
  }

  Status find_basis(Order& order) {
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

  Status choose_use(Order& order) {
    const entry::Scope& scope = order.scope;
    if (const auto to = session_.setting("to")) {
      MC_ASSIGN(order.use.to, member_option("to", *to));
    } else if (scope.actors.members.size() == 1) {
      order.use.to = scope.actors.members.front();
    } else {
      return fail(Code::usage, "option '--to' is needed: the grant is for several")
          .with_hint("give '--to=MEMBER'");
    }
    // Not the profile's purpose: that is what its own people do.
    if (session_.has("purpose")) {
      MC_ASSIGN(order.use.purpose, word_option("purpose", *session_.setting("purpose")));
    } else if (scope.purposes.size() == 1) {
      order.use.purpose = scope.purposes.front();
    } else {
      return fail(Code::usage, "option '--purpose' is needed: the grant allows several")
          .with_hint("give '--purpose=CODE'");
    }
    if (const auto tag = session_.setting("receiver")) {
      auto parsed = parse_hash<PersonTag>(*tag);
      if (!parsed) return fail(Code::usage, "option '--receiver': " + parsed.error().message);
      order.use.receiver = *parsed;
    } else if (scope.actors.persons.size() == 1) {
      order.use.receiver = scope.actors.persons.front();
    }
    order.disclosure = disclosure_for(order.use.purpose.get());
    if (const auto word = session_.setting("disclosure")) {
      MC_ASSIGN(order.disclosure, entry::parse_word<Disclosure>(*word));
    }
    return {};
  }

  /// An emergency says whom it is for; about whom it is, is in its terms.
  Status choose_subject(Order& order) {
    const rules::EmergencyState& state = order.emergency->second;
    for (const std::string_view option : {"to", "purpose", "receiver", "disclosure", "new"})
      if (session_.has(option))
        return fail(Code::usage, "option '--" + std::string(option) +
                                     "' does not go with an emergency, which says it itself");
    order.use.to = state.author;
    order.use.receiver = state.body.person;
    MC_ASSIGN(order.use.purpose, entry::Word::parse("BTG"));
    order.disclosure = Disclosure::treatment;
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

  Status find_wanted(const std::vector<NamedRecord>& named, Order& order) {
    if (named.empty()) return {};
    if (order.grant && is_passed_on(order))
      return fail(Code::usage, "what is passed on is chosen by the grant: name no records");
    std::vector<std::uint64_t>& wanted = order.wanted.emplace();
    return act_.vault()->read([&]() -> Status {
      for (const NamedRecord& record : named) {
        MC_ASSIGN(const std::uint64_t number, find_own_record(*act_.vault(), record));
        wanted.push_back(number);
      }
      return {};
    });
  }

  /// The records are another custodian's, and came to this member by the grant above this one.
  bool is_passed_on(const Order& order) const {
    return order.grant && order.grant->second.body.custodian != act_.member();
  }

  Result<std::vector<exchange::HeldRecord>> look_up(const Order& order,
                                                    const ledger::Snapshot& view,
                                                    const crypto::Secret& identity) {
    if (!is_passed_on(order))
      return exchange::own_records(*act_.vault(), view, order.scope, order.wanted);
    const entry::Grant& grant = order.grant->second.body;
    if (!grant.parent || order.grant->second.author != act_.member())
      return fail(Code::not_permitted, "only " + quote(grant.custodian.get()) +
                                           " releases by this grant, or who passes it on");
    MC_ASSIGN(const auto grants, exchange::with_replaced(view, *grant.parent));
    return exchange::received_records(
        view, act_.packages(), identity, act_.member(), grants, order.scope,
        session_.dry_run() ? scratch_directory(session_) : act_.vault()->directory());
  }

  /// Records that pass the judgement, at most what fits into one package.
  Result<exchange::Passed> choose(const Order& order, const ledger::Snapshot& view,
                                  const crypto::Secret& identity) {
    MC_ASSIGN(auto records, look_up(order, view, identity));
    if (order.only_new) {
      MC_ASSIGN(const auto grants, exchange::with_replaced(view, order.basis()));
      MC_ASSIGN(const auto before, exchange::released_so_far(view, grants, order.use.to));
      std::erase_if(records, [&](const exchange::HeldRecord& record) {
        return before.contains(record.place);
      });
    }
    std::set<SubjectTag> subjects;
    for (const exchange::HeldRecord& record : records) subjects.insert(record.row.subject);
    MC_ASSIGN(const UnixSeconds now, rules::judged_at(view, session_.clock()));
    const exchange::RecordJudge::Sources sources{view, act_.packages(), identity, now};
    auto judge =
        order.grant
            ? exchange::RecordJudge::by_grant(sources, order.grant->first, order.use, subjects)
            : exchange::RecordJudge::by_emergency(sources, act_.member(), order.emergency->first,
                                                  order.use, subjects);
    if (!judge) return std::move(judge).error();
    return exchange::judge_records(*judge, std::move(records));
  }

  /// False: there is nothing new to release.
  Result<bool> release(const Order& order) {
    auto done = try_release(order);
    if (!done) {
      entry::Denied denied;
      denied.actor = order.use.to;
      denied.asker = order.use.receiver;
      denied.object = order.basis();
      denied.purpose = order.use.purpose;
      act_.record_refusal(std::move(denied), done.error());
    }
    return done;
  }

  Result<bool> try_release(const Order& order) {
    MC_ASSIGN(const crypto::Secret* identity, act_.identity());
    exchange::Passed passed;
    Draft draft;
    MC_TRY(act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      return act_.vault()->read([&]() -> Status {
        MC_ASSIGN(passed, choose(order, view, *identity));
        MC_TRY(check_passed(order, passed));
        MC_ASSIGN(draft.contents, exchange::release_contents(view, passed.records));
        return {};
      });
    }));
    if (passed.records.empty()) return false;
    entry::Release body;
    if (order.grant) body.grant = order.grant->first;
    if (order.emergency) body.emergency = order.emergency->first;
    body.to = order.use.to;
    MC_ASSIGN(body.person, act_.person());
    body.receiver = order.use.receiver;
    body.purpose = order.use.purpose;
    body.disclosure = order.disclosure;
    body.records = exchange::sets_of(passed.records);
    body.standing = order.is_standing;
    for (const entry::RecordSet& set : body.records)
      act_.note_input(std::to_string(set.entry.get()) + ":" + set.rows.text());
    draft.what =
        "released " + counted(passed.records.size(), "record") + " to " + quote(order.use.to.get());
    if (passed.withheld > 0)
      session_.tell(std::to_string(passed.withheld) + " withheld: " + passed.why->message);
    draft.body = std::move(body);
    draft.must_read = {order.use.to};
    draft.author_reads = false;
    std::vector<Draft> drafts;
    drafts.push_back(std::move(draft));
    act_.renew_id();
    MC_ASSIGN(const int status, act_.finish(std::move(drafts)));
    return status == 0;
  }

  /// Leaves what goes into one package; none if nothing is new.
  Status check_passed(const Order& order, exchange::Passed& passed) {
    if (passed.withheld > 0 && (order.wanted || passed.records.empty()))
      return fail(passed.why->code, passed.why->message);
    if (passed.records.empty() && !order.only_new)
      return fail(Code::grant_scope, is_passed_on(order)
                                         ? "nothing within the grant has come to this member"
                                         : "no record in this vault is within the grant");
    if (passed.records.size() <= exchange::max_released) return {};
    if (!order.is_standing)
      return fail(Code::input_too_long, std::to_string(passed.records.size()) +
                                            " records, a release has at most " +
                                            std::to_string(exchange::max_released))
          .with_hint("name the records");
    passed.records.resize(exchange::max_released);
    return {};
  }

  Session& session_;
  ActSession& act_;
  std::uint64_t released_ = 0, failed_ = 0;
};

}  // namespace

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
          {"standing", 0, ValueKind::flag, {}, "serve every standing grant with what is new"},
          {"emergencies", 0, ValueKind::flag, {}, "with --standing: every open emergency too"},
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
  Releasing releasing(session, *act);
  return standing ? releasing.standing() : releasing.one(named);
}

}  // namespace medchain::cli
