// link: records, subjects, owners and delegates (DESIGN 6; HEALTH GS-2, MR-1..3).
#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "rules/act_fields_internal.hpp"
#include "rules/scope_internal.hpp"

namespace medchain::rules {
namespace {

using entry::DelegateKind;
using entry::LinkAct;
using entry::MemberKind;

constexpr std::size_t max_owners = 16;

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }

/// Each act has its fields, and no others.
Status check_fields(const entry::Link& body) {
  using enum LinkAct;
  const FieldRule<LinkAct> rules[] = {
      {"relation", body.relation.has_value(), {relate}, {}},
      {"from", body.from.has_value(), {relate}, {}},
      {"target", body.target.has_value(), {relate}, {}},
      {"subject", body.subject.has_value(), {same, own, disown}, {delegate, undelegate}},
      {"custodian", body.custodian.has_value(), {same, own, disown}, {delegate, undelegate}},
      {"other", body.other.has_value(), {same, own, disown, delegate, undelegate}, {}},
      {"other_subject", body.other_subject.has_value(), {same}, {}},
      {"patient", body.patient.has_value(), {delegate, undelegate}, {}},
      {"kind", body.kind.has_value(), {delegate}, {}},
      {"until", body.until.has_value(), {}, {delegate}},
  };
  MC_TRY(check_act_fields<LinkAct>(body.act, rules));
  if (body.subject.has_value() != body.custodian.has_value())
    return broken("'subject' and 'custodian' come together");
  return {};
}

Result<PlacedRow> row_at(const View& view, const entry::Place& place) {
  if (place.row >= entry::max_rows)
    return refuse(Code::record_unknown, "no anchor has a row " + std::to_string(place.row));
  std::optional<PlacedRow> found;
  const auto row = static_cast<std::uint32_t>(place.row);
  MC_TRY(view.placed_rows(place.entry, entry::RowRanges::of({row}),
                          [&](std::uint32_t, const PlacedRow& placed) -> Status {
                            found = placed;
                            return {};
                          }));
  MC_ASSERT(found.has_value());  // placed_rows() fails where there is no such row
  return std::move(*found);
}

/// What was erased cannot be linked any more (DESIGN 6).
Status check_not_erased(const View& view, std::string_view field, const PlacedRow& placed) {
  MC_ASSIGN(const auto at,
            erased_at(view, placed.custodian, placed.row.record, placed.row.subject));
  if (!at) return {};
  return refuse(Code::record_erased,
                quote(field) + " was erased at entry " + std::to_string(at->get()));
}

Status relate(Judgement& judgement, const entry::Link& body) {
  MC_ASSIGN(const PlacedRow from, row_at(judgement.view, *body.from));
  MC_ASSIGN(const PlacedRow target, row_at(judgement.view, *body.target));
  if (from.custodian != judgement.header.author)
    return refuse(Code::record_foreign,
                  "'from' is a record of " + quote(from.custodian.get()) + ", not of the author");
  // Nobody supersedes another's record (DESIGN 6).
  if (*body.relation == entry::Relation::replaces && target.custodian != from.custodian)
    return refuse(Code::record_foreign, "'target' is a record of " + quote(target.custodian.get()) +
                                            ", which only its custodian replaces");
  MC_TRY(check_not_erased(judgement.view, "from", from));
  MC_TRY(check_not_erased(judgement.view, "target", target));
  if (from.row.record == target.row.record) return broken("a record is not related to itself");
  const std::string key = key_of_relation(from.row.record, *body.relation, target.row.record);
  MC_ASSIGN(const auto earlier, judgement.view.get(key));
  if (earlier) return refuse(Code::entry_state, "these are linked already, at entry " + *earlier);
  judgement.set(key, std::to_string(judgement.index().get()));
  return {};
}

/// All these must sign, the author has.
void demand(Judgement& judgement, std::vector<MemberName> members) {
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  std::erase(members, judgement.header.author);
  judgement.signers.required = std::move(members);
}

Result<std::vector<MemberName>> owners_of(const View& view, const MemberName& custodian,
                                          const SubjectTag& subject) {
  MC_ASSIGN(auto state, owners(view, custodian, subject));
  return state ? std::move(state->owners) : std::vector<MemberName>();
}

/// One subject at two members: both sign, and its patients, where there are any.
Status same(Judgement& judgement, const entry::Link& body) {
  const MemberName& custodian = *body.custodian;
  const MemberName& other = *body.other;
  if (custodian == other) return broken("same: two members are linked");
  if (judgement.header.author != custodian && judgement.header.author != other)
    return broken("same: the author is one of the two members");
  MC_TRY(check_data_custodian(judgement.view, custodian));
  MC_TRY(check_data_custodian(judgement.view, other));
  const std::string here = key_of_same(custodian, *body.subject, other, *body.other_subject);
  MC_ASSIGN(const auto earlier, judgement.view.get(here));
  if (earlier) return refuse(Code::entry_state, "these are linked already, at entry " + *earlier);
  std::vector<MemberName> signers = {custodian, other};
  for (const auto& [member, subject] :
       {std::pair(custodian, *body.subject), std::pair(other, *body.other_subject)}) {
    MC_ASSIGN(auto owned, owners_of(judgement.view, member, subject));
    MC_ASSIGN(owned, without_revoked(judgement.view, owned));
    signers.insert(signers.end(), owned.begin(), owned.end());
  }
  demand(judgement, std::move(signers));
  const std::string at = std::to_string(judgement.index().get());
  judgement.set(here, at);
  judgement.set(key_of_same(other, *body.other_subject, custodian, *body.subject), at);
  return {};
}

Status check_patient(const View& view, const MemberName& name) {
  MC_ASSIGN(const MemberState state, require_active(view, name));
  if (state.card.kind != MemberKind::patient)
    return broken(quote(name.get()) + " is not a patient member");
  return {};
}

/// Custodian, patient and who owns the subject already agree on a further owner.
Status own(Judgement& judgement, const entry::Link& body) {
  MC_TRY(check_data_custodian(judgement.view, *body.custodian));
  MC_TRY(check_patient(judgement.view, *body.other));
  if (judgement.header.author != *body.custodian && judgement.header.author != *body.other)
    return broken("own: the author is the custodian or the patient");
  MC_ASSIGN(auto owned, owners_of(judgement.view, *body.custodian, *body.subject));
  MC_ASSIGN(auto signers, without_revoked(judgement.view, owned));
  signers.insert(signers.end(), {*body.custodian, *body.other});
  demand(judgement, std::move(signers));
  const auto at = std::lower_bound(owned.begin(), owned.end(), *body.other);
  if (at != owned.end() && *at == *body.other)
    return refuse(Code::entry_state, quote(body.other->get()) + " is an owner of the subject");
  if (owned.size() >= max_owners)
    return broken("a subject has at most " + std::to_string(max_owners) + " owners");
  owned.insert(at, *body.other);
  judgement.set_state(key_of_owner(*body.custodian, *body.subject), OwnerState{std::move(owned)});
  return {};
}

Status disown(Judgement& judgement, const entry::Link& body) {
  if (judgement.header.author != *body.custodian && judgement.header.author != *body.other)
    return broken("disown: the author is the custodian or the patient");
  MC_ASSIGN(auto owned, owners_of(judgement.view, *body.custodian, *body.subject));
  const auto at = std::lower_bound(owned.begin(), owned.end(), *body.other);
  if (at == owned.end() || *at != *body.other)
    return refuse(Code::entry_state, quote(body.other->get()) + " is not an owner of the subject");
  owned.erase(at);
  // One that can act must remain (HEALTH MR-3); one that is revoked cannot agree to go.
  MC_ASSIGN(const auto left, without_revoked(judgement.view, owned));
  if (left.empty())
    return refuse(Code::owner_last, quote(body.other->get()) + " is the last owner of the subject");
  MC_ASSIGN(auto signers, without_revoked(judgement.view, {*body.other}));
  signers.push_back(*body.custodian);
  demand(judgement, std::move(signers));
  judgement.set_state(key_of_owner(*body.custodian, *body.subject), OwnerState{std::move(owned)});
  return {};
}

/// A patient names who acts for it; for a child its custodian and its guardian do.
Status check_delegator(const Judgement& judgement, const entry::Link& body, DelegateKind kind) {
  const MemberName& author = judgement.header.author;
  if (author == *body.patient) return {};
  if (kind != DelegateKind::guardian)
    return refuse(Code::not_permitted, "who acts for a patient is named by it");
  if (!body.custodian || author != *body.custodian)
    return refuse(Code::not_permitted, "a guardian is named by the patient or by its custodian");
  MC_ASSIGN(const auto owned, owners_of(judgement.view, *body.custodian, *body.subject));
  if (!std::binary_search(owned.begin(), owned.end(), *body.patient))
    return refuse(
        Code::not_permitted,
        quote(body.patient->get()) + " is not an owner of the subject at " + quote(author.get()));
  return {};
}

Status delegate_to(Judgement& judgement, const entry::Link& body) {
  MC_TRY(check_patient(judgement.view, *body.patient));
  MC_ASSIGN(const MemberState other, require_active(judgement.view, *body.other));
  static_cast<void>(other);
  if (*body.other == *body.patient) return broken("nobody acts for itself");
  if (*body.other == judgement.header.author)
    return broken("nobody names itself as who acts for a patient");
  MC_TRY(check_delegator(judgement, body, *body.kind));
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  if (body.until && *body.until <= now)
    return broken("'until': expected after log time " + format_time(now) + ", got " +
                  format_time(*body.until));
  demand(judgement, {*body.other});
  judgement.set_state(key_of_delegate(*body.patient, *body.other),
                      DelegateState{judgement.index(), *body.kind, body.until});
  return {};
}

Status undelegate(Judgement& judgement, const entry::Link& body) {
  MC_ASSIGN(const auto state, delegate(judgement.view, *body.patient, *body.other));
  if (!state)
    return refuse(Code::entry_state,
                  quote(body.other->get()) + " does not act for " + quote(body.patient->get()));
  if (judgement.header.author != *body.other) MC_TRY(check_delegator(judgement, body, state->kind));
  judgement.changes.emplace_back(key_of_delegate(*body.patient, *body.other), std::nullopt);
  return {};
}

}  // namespace

Status judge(Judgement& judgement, const entry::Link& body) {
  MC_TRY(check_person(judgement, body.person));
  MC_TRY(check_fields(body));
  switch (body.act) {
    case LinkAct::relate:
      return relate(judgement, body);
    case LinkAct::same:
      return same(judgement, body);
    case LinkAct::own:
      return own(judgement, body);
    case LinkAct::disown:
      return disown(judgement, body);
    case LinkAct::delegate:
      return delegate_to(judgement, body);
    case LinkAct::undelegate:
      break;
  }
  return undelegate(judgement, body);
}

}  // namespace medchain::rules
