#include "cli/releasing.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/entry_operand.hpp"
#include "cli/places.hpp"
#include "rules/apply.hpp"

namespace medchain::cli {

using entry::Disclosure;

Disclosure disclosure_for(const entry::Word& word) {
  const std::string_view purpose = word.get();
  if (purpose == "TREAT" || purpose == "ETREAT" || purpose == "BTG") return Disclosure::treatment;
  if (purpose == "HPAYMT") return Disclosure::payment;
  if (purpose == "HOPERAT") return Disclosure::operations;
  if (purpose == "HRESCH") return Disclosure::research;
  if (purpose == "PUBHLTH") return Disclosure::public_health;
  if (purpose == "PATRQT") return Disclosure::individual;
  return Disclosure::other;
}

Result<std::set<MemberName>> Releasing::receivers_of(const entry::Actors& actors) {
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

Status Releasing::serve(const std::string& what, const std::function<Result<bool>()>& work) {
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

Status Releasing::choose_use(ReleaseOrder& order) {
  const entry::Scope& scope = order.scope;
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
  order.disclosure = disclosure_for(order.use.purpose);
  if (const auto word = session_.setting("disclosure")) {
    MC_ASSIGN(order.disclosure, entry::parse_word<Disclosure>(*word));
  }
  return {};
}

Status Releasing::find_wanted(const std::vector<NamedRecord>& named, ReleaseOrder& order) {
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
bool Releasing::is_passed_on(const ReleaseOrder& order) const {
  return order.grant && order.grant->second.body.custodian != act_.member();
}

Result<std::vector<exchange::HeldRecord>> Releasing::look_up(const ReleaseOrder& order,
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
Result<exchange::Passed> Releasing::choose(const ReleaseOrder& order, const ledger::Snapshot& view,
                                           const crypto::Secret& identity) {
  MC_ASSIGN(auto records, look_up(order, view, identity));
  if (order.only_new) {
    MC_ASSIGN(const auto grants, exchange::with_replaced(view, order.basis()));
    MC_ASSIGN(const auto before, exchange::released_so_far(view, grants, order.use.to));
    std::erase_if(
        records, [&](const exchange::HeldRecord& record) { return before.contains(record.place); });
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

Result<bool> Releasing::release(const ReleaseOrder& order) {
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

Result<bool> Releasing::try_release(const ReleaseOrder& order) {
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
Status Releasing::check_passed(const ReleaseOrder& order, exchange::Passed& passed) const {
  if (passed.withheld > 0 && (order.wanted || passed.records.empty()))
    return fail(passed.why->code, passed.why->message);
  if (passed.records.empty() && !order.only_new)
    return fail(Code::grant_scope, is_passed_on(order)
                                       ? "nothing within the grant has come to this member"
                                       : "no record in this vault is within the grant");
  if (passed.records.size() <= exchange::max_released) return {};
  if (!order.in_parts)
    return fail(Code::input_too_long, std::to_string(passed.records.size()) +
                                          " records, a release has at most " +
                                          std::to_string(exchange::max_released))
        .with_hint("name the records");
  passed.records.resize(exchange::max_released);
  return {};
}

Result<bool> Releasing::release_new(ReleaseOrder order) {
  order.only_new = order.in_parts = true;
  bool any = false;
  for (;;) {
    MC_ASSIGN(const bool done, release(order));
    // What was given away is not seen on the ledger yet, and would be given away again.
    if (!done || session_.dry_run() || session_.has("emit")) return any || done;
    any = true;
  }
}

}  // namespace medchain::cli
