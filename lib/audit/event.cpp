#include "audit/event.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "json/value.hpp"

namespace medchain::audit {
namespace {

constexpr std::string_view before_kind = "{\"schema\":\"medchain/1\",\"type\":\"";

std::uint64_t count_of(const std::vector<entry::RecordSet>& sets) {
  std::uint64_t count = 0;
  for (const entry::RecordSet& set : sets) count += set.rows.count();
  return count;
}

/// Fills the event with what each kind says.
class Reading {
 public:
  Reading(const rules::View& view, Event& event) : view_(view), event_(event) {}

  Status operator()(const entry::Genesis&) { return {}; }
  Status operator()(const entry::PolicyChange&) { return {}; }
  Status operator()(const entry::Tick&) { return {}; }
  Status operator()(const entry::Member& body) {
    event_.act = entry::word_of(body.act);
    return with(body.member);
  }
  Status operator()(const entry::Group& body) {
    event_.act = entry::word_of(body.act);
    return with(body.members);
  }
  Status operator()(const entry::Anchor& body) {
    event_.count = body.count;
    return with(body.custodian);
  }
  Status operator()(const entry::Erase& body) {
    event_.count = body.records.size();
    event_.subjects = body.subjects;
    event_.problem = body.basis;
    return with(body.custodian);
  }
  Status operator()(const entry::Request& body) {
    take(body.scope);
    return with(body.custodian);
  }
  Status operator()(const entry::Grant& body) {
    event_.act = entry::word_of(body.provision);
    take(body.scope);
    MC_TRY(about(body.request ? body.request : body.amends ? body.amends : body.parent, {}));
    MC_TRY(with(body.scope.actors.members));
    return with(body.custodian);
  }
  Status operator()(const entry::Answer& body) {
    event_.outcome = Outcome::denied;
    event_.problem = body.reason;
    return about(body.request, {"request"});
  }
  Status operator()(const entry::Revoke& body) {
    event_.act = entry::word_of(body.act);
    event_.problem = body.reason;
    return about(body.grant, {"grant"});
  }
  Status operator()(const entry::Release& body) {
    event_.strength = Strength::enforced;
    event_.purposes = {body.purpose};
    event_.other = body.receiver;
    event_.disclosure = entry::word_of(body.disclosure);
    take(body.records);
    MC_TRY(about(body.grant ? body.grant : body.emergency, {"grant", "emergency"}));
    return with(body.to);
  }
  Status operator()(const entry::Use& body) {
    event_.act = entry::word_of(body.outcome);
    event_.strength = Strength::declared;
    event_.purposes = {body.purpose};
    if (body.outcome == entry::UseOutcome::failed) event_.outcome = Outcome::failed;
    event_.problem = body.problem;
    event_.count = body.records;
    return about(body.release, {"release"});
  }
  Status operator()(const entry::Denied& body) {
    // The refuser's word where the refused statement is not shown.
    event_.act = body.refused ? "proven" : "unproven";
    event_.outcome = Outcome::denied;
    event_.problem = body.rule;
    event_.other = body.asker;
    if (body.purpose) event_.purposes = {*body.purpose};
    MC_TRY(about(body.object, {}));
    return with(body.actor);
  }
  Status operator()(const entry::Emergency& body) {
    event_.subjects = {body.subject};
    event_.problem = body.reason;
    MC_TRY(with(body.notify));
    return with(body.custodian);
  }
  Status operator()(const entry::Review& body) {
    event_.act = entry::word_of(body.outcome);
    event_.problem = body.reason;
    return about(body.emergency, {"emergency"});
  }
  Status operator()(const entry::Notice& body) {
    event_.act = entry::word_of(body.of);
    MC_TRY(about(body.about, {}));
    return with(body.to);
  }
  Status operator()(const entry::Attest& body) {
    event_.act = entry::word_of(body.to);
    return about(body.about, {});
  }
  Status operator()(const entry::Case& body) {
    event_.act = entry::word_of(body.of);
    event_.subjects = body.subjects;
    event_.problem = body.reason;
    take(body.records);
    MC_TRY(about(body.closes, {"case"}));
    return with(body.custodian);
  }
  Status operator()(const entry::Link& body) {
    event_.act = entry::word_of(body.act);
    for (const auto& place : {body.from, body.target})
      if (place)
        event_.places.push_back(
            {place->entry, entry::RowRanges::of({static_cast<std::uint32_t>(place->row)})});
    event_.count = event_.places.size();
    for (const auto& subject : {body.subject, body.other_subject})
      if (subject) event_.subjects.push_back(*subject);
    for (const auto& member : {body.custodian, body.other, body.patient})
      if (member) MC_TRY(with(*member));
    return {};
  }
  Status operator()(const entry::Referral& body) {
    event_.act = entry::word_of(body.act);
    if (body.order) {
      event_.subjects = {body.order->subject};
      MC_TRY(with(body.order->to));
    }
    if (body.share) {
      event_.purposes = {body.share->purpose};
      take(body.share->records);
    }
    return about(body.referral, {"referral"});
  }
  Status operator()(const entry::Prescription& body) {
    event_.act = entry::word_of(body.act);
    if (body.subject) event_.subjects = {*body.subject};
    if (body.pharmacy) MC_TRY(with(*body.pharmacy));
    return about(body.prescription, {"prescription"});
  }

 private:
  Status with(const MemberName& member) {
    if (member != event_.author) event_.members.push_back(member);
    return {};
  }
  Status with(const std::vector<MemberName>& members) {
    for (const MemberName& member : members) MC_TRY(with(member));
    return {};
  }
  void take(const std::vector<entry::RecordSet>& records) {
    event_.places = records;
    event_.count = count_of(records);
  }
  void take(const entry::Scope& scope) {
    event_.purposes = scope.purposes;
    event_.subjects = scope.subjects;
    take(scope.records);
  }
  Status about(const std::optional<EntryHash>& hash,
               std::initializer_list<std::string_view> kinds) {
    if (!hash) return {};
    event_.about = hash;
    MC_ASSIGN(const auto act,
              kinds.size() == 0 ? find_act(view_, *hash) : find_act(view_, *hash, kinds));
    if (!act) return {};
    event_.about_index = act->index;
    return with(act->author);
  }

  const rules::View& view_;
  Event& event_;
};

std::optional<PersonTag> person_in(const entry::Body& body) {
  return std::visit(
      [](const auto& of) -> std::optional<PersonTag> {
        if constexpr (requires { of.person; }) return of.person;
        return std::nullopt;
      },
      body);
}

/// A staff key of the author signed too.
std::optional<std::string> staff_in(const entry::Entry& entry) {
  const std::string prefix = entry.statement.header.author.get() + "/";
  for (const note::SignatureLine& line : entry.signatures)
    if (line.name.starts_with(prefix)) return line.name;
  return std::nullopt;
}

}  // namespace

Result<Event> event_of(const rules::View& view, EntryIndex index, const entry::Entry& entry,
                       UnixSeconds logged) {
  Event event;
  event.index = index;
  event.hash = entry::entry_hash(entry.bytes);
  event.logged = logged;
  event.time = entry.statement.header.time;
  event.kind = entry::type_of(entry.statement.body);
  event.author = entry.statement.header.author;
  event.person = person_in(entry.statement.body);
  event.staff = staff_in(entry);
  MC_TRY(std::visit(Reading(view, event), entry.statement.body));
  std::sort(event.members.begin(), event.members.end());
  event.members.erase(std::unique(event.members.begin(), event.members.end()), event.members.end());
  return event;
}

std::string_view kind_of(std::string_view bytes) {
  if (!bytes.starts_with(before_kind)) return {};
  bytes.remove_prefix(before_kind.size());
  return bytes.substr(0, bytes.find('"'));
}

Result<std::optional<Act>> find_act(const rules::View& view, const EntryHash& hash,
                                    std::initializer_list<std::string_view> kinds) {
  for (const std::string_view kind : kinds) {
    const std::string key = std::string(kind) + "/" + to_hex(hash.view());
    MC_ASSIGN(const auto value, view.get(key));
    if (!value) continue;
    const auto damaged = [&] {
      return fail(Code::store_damaged, "state '" + key + "' is damaged");
    };
    const auto state = json::parse_object(*value);
    if (!state) return damaged();
    const json::Value* index = state->find("index");
    const json::Value* author = state->find("author");
    if (index == nullptr || index->integer() == nullptr || author == nullptr ||
        author->string() == nullptr)
      return damaged();
    auto name = MemberName::parse(*author->string());
    if (!name) return damaged();
    return std::optional(
        Act{EntryIndex(static_cast<std::uint64_t>(*index->integer())), std::move(*name)});
  }
  return std::optional<Act>();
}

Result<std::optional<Act>> find_act(const rules::View& view, const EntryHash& hash) {
  return find_act(view, hash,
                  {"grant", "release", "request", "emergency", "referral", "prescription", "notice",
                   "case", "erasure"});
}

}  // namespace medchain::audit
