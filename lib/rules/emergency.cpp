// emergency and review: break-glass, and who judges it afterwards (DESIGN 9; HEALTH 3.6).
#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "rules/scope_internal.hpp"
#include "rules/typed_internal.hpp"

namespace medchain::rules {
namespace {

constexpr std::uint64_t default_longest = 4 * 3'600;

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }

/// Who is told at once: the custodian, for its privacy officer, and the patient (HEALTH B-3).
Status check_notified(const Judgement& judgement, const entry::Emergency& body) {
  const MemberName& author = judgement.header.author;
  MC_TRY(check_members(judgement.view, "notify", body.notify, author));
  const auto is_told = [&](const MemberName& name) {
    return std::binary_search(body.notify.begin(), body.notify.end(), name);
  };
  if (!is_told(body.custodian))
    return broken("'notify': the custodian is told, for its privacy officer");
  MC_ASSIGN(const auto patients, patients_of(judgement.view, author, body.subject, body.custodian));
  for (const MemberName& patient : patients)
    if (!is_told(patient))
      return broken("'notify': the patient " + quote(patient.get()) + " is told");
  return {};
}

}  // namespace

std::uint64_t longest_emergency(const entry::Policy& policy) {
  return policy.max_emergency.value_or(default_longest);
}

Result<std::vector<SubjectTag>> same_subjects(const View& view, const MemberName& member,
                                              const SubjectTag& subject, const MemberName& other) {
  std::vector<SubjectTag> subjects;
  const std::string prefix =
      "same/" + member.get() + "/" + to_hex(subject.view()) + "/" + other.get() + "/";
  MC_TRY(view.scan(prefix, [&](std::string_view key, std::string_view) -> Status {
    MC_ASSIGN(const auto there, hash_at_end<SubjectTag>(key, prefix.size()));
    subjects.push_back(there);
    return {};
  }));
  return subjects;
}

Result<std::vector<MemberName>> patients_of(const View& view, const MemberName& author,
                                            const SubjectTag& subject,
                                            const MemberName& custodian) {
  std::vector<MemberName> patients;
  const auto add = [&](const MemberName& at, const SubjectTag& tag) -> Status {
    MC_ASSIGN(const auto state, owners(view, at, tag));
    if (!state) return {};
    MC_ASSIGN(const auto owned, without_revoked(view, state->owners));
    patients.insert(patients.end(), owned.begin(), owned.end());
    return {};
  };
  MC_TRY(add(author, subject));
  MC_ASSIGN(const auto there, same_subjects(view, author, subject, custodian));
  for (const SubjectTag& tag : there) MC_TRY(add(custodian, tag));
  return patients;
}

Status judge(Judgement& judgement, const entry::Emergency& body) {
  MC_TRY(check_person(judgement, body.person));
  const MemberName& author = judgement.header.author;
  if (!body.person) return refuse(Code::person_missing, "an emergency names the person");
  if (!entry::has_role(judgement.author.card, entry::Role::requester))
    return refuse(Code::member_role, quote(author.get()) + " has not the role requester");
  if (body.custodian == author) return broken("nobody breaks its own glass");
  MC_TRY(check_data_custodian(judgement.view, body.custodian));
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  const std::uint64_t longest = longest_emergency(judgement.policy);
  if (body.until <= now || body.until.get() > now.get() + static_cast<std::int64_t>(longest))
    return broken("'until': expected within " +
                  format_duration(static_cast<std::int64_t>(longest)) + " after log time " +
                  format_time(now) + ", got " + format_time(body.until));
  MC_TRY(check_notified(judgement, body));
  MC_TRY(check_package(judgement.view, body.terms, body.package, &body.custodian));
  const EntryHash own = own_hash(judgement);
  judgement.set_state(
      key_of_emergency(own),
      EmergencyState{judgement.index(), author, body, is_signed_by_person(judgement), std::nullopt,
                     0, std::nullopt, std::nullopt, 0});
  // The entry is its own notice: who is to be told is told at once (HEALTH B-3).
  entry::Notice notice;
  notice.of = entry::NoticeOf::emergency;
  notice.about = own;
  notice.to = body.notify;
  judgement.set_state(key_of_notice(own), NoticeState{judgement.index(), author, notice, {}, {}});
  return {};
}

Status judge(Judgement& judgement, const entry::Review& body) {
  MC_TRY(check_person(judgement, body.person));
  const MemberName& author = judgement.header.author;
  MC_ASSIGN(auto state, emergency(judgement.view, body.emergency));
  if (!state)
    return refuse(Code::entry_missing,
                  to_text(body.emergency) + " is not an emergency on this ledger");
  if (author != state->author && author != state->body.custodian &&
      !entry::has_role(judgement.author.card, entry::Role::auditor))
    return refuse(Code::not_permitted, "an emergency is reviewed by " + quote(state->author.get()) +
                                           ", " + quote(state->body.custodian.get()) +
                                           " or an auditor");
  if (!body.person) return refuse(Code::person_missing, "a review names the person");
  const MemberName& other = author == state->author ? state->body.custodian : state->author;
  MC_TRY(check_package(judgement.view, body.terms, body.package, &other));
  if (author == state->author && body.person == state->body.person)
    return refuse(Code::review_self, "who broke the glass does not review it");
  if (state->is_reviewed())
    return refuse(Code::entry_state, "the emergency was reviewed by " + to_text(*state->review));
  state->review = own_hash(judgement);
  state->outcome = body.outcome;
  state->reviewed = state->releases;
  judgement.set_state(key_of_emergency(body.emergency), *state);
  return {};
}

}  // namespace medchain::rules
