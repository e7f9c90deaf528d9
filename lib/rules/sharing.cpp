// request, answer, grant and revoke: what is asked, allowed, forbidden and ended (DESIGN 9;
// HEALTH 4.5).
#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "rules/scope_internal.hpp"

namespace medchain::rules {
namespace {

using entry::ConsentBy;
using entry::Provision;
using entry::RevokeAct;

constexpr std::int64_t max_request_age = 366 * 86'400;
constexpr std::size_t max_exceptions = 16;

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }

/// The request, if it is to `custodian`; one without an answer has not expired.
Result<RequestState> open_request(const Judgement& judgement, const EntryHash& hash,
                                  const MemberName& custodian) {
  MC_ASSIGN(auto state, request(judgement.view, hash));
  if (!state)
    return refuse(Code::entry_missing, to_text(hash) + " is not a request on this ledger");
  if (state->body.custodian != custodian)
    return refuse(Code::member_role, "the request is to " + quote(state->body.custodian.get()));
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  if (!state->answer && now >= state->body.expires)
    return refuse(Code::request_expired, "the request expired " + format_time(state->body.expires));
  return std::move(*state);
}

Error answered(const RequestState& state) {
  return refuse(Code::request_answered, "the request of entry " +
                                            std::to_string(state.index.get()) +
                                            " was answered by " + to_text(*state.answer));
}

/// Patients who own the subject, and who acts for them now.
Status check_owner(const Judgement& judgement, const entry::Grant& body) {
  const MemberName& author = judgement.header.author;
  if (body.scope.subjects.empty())
    return refuse(Code::not_permitted, "a grant by a patient names the subjects it is about");
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  for (const SubjectTag& subject : body.scope.subjects) {
    MC_ASSIGN(const auto acts, acts_for(judgement.view, body.custodian, subject, author, now));
    if (!acts)
      return refuse(Code::not_permitted, quote(author.get()) +
                                             " is neither an owner of the subject at " +
                                             quote(body.custodian.get()) + " nor acts for one");
    if (*acts != body.basis.by)
      return broken("'basis.by': expected " + std::string(entry::word_of(*acts)) + ", got " +
                    std::string(entry::word_of(body.basis.by)));
  }
  return {};
}

/// The custodian grants what it holds, who holds a grant passes it on (check_parent), a patient
/// grants its own.
Status check_grantor(const Judgement& judgement, const entry::Grant& body) {
  const MemberName& author = judgement.header.author;
  if (!body.parent && author != body.custodian) return check_owner(judgement, body);
  if (body.basis.by != ConsentBy::custodian && !body.basis.consent)
    return refuse(Code::consent_missing, "a grant that " + quote(author.get()) +
                                             " records for the " +
                                             std::string(entry::word_of(body.basis.by)) +
                                             " carries a commitment to the signed consent");
  return {};
}

/// check_within() of a grant with its permitting exceptions, which widen what it permits.
Status check_grant_within(const entry::Grant& body, const entry::Scope& outer, WithActors actors,
                          std::string_view outer_name) {
  MC_TRY(check_within(body.scope, outer, actors, outer_name));
  for (const entry::Exception& exception : body.exceptions) {
    if (exception.provision == Provision::deny) continue;
    entry::Scope widened = body.scope;
    if (!exception.purposes.empty()) widened.purposes = exception.purposes;
    if (!exception.types.empty()) widened.types = exception.types;
    if (!exception.records.empty()) widened.records = exception.records;
    auto checked = check_within(widened, outer, WithActors::free, outer_name);
    if (!checked) return std::move(checked).error().context("a permitting exception");
  }
  return {};
}

/// The depth of a grant that passes another on.
Result<std::uint64_t> check_parent(const Judgement& judgement, const entry::Grant& body) {
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  MC_ASSIGN(const auto chain, usable_chain(judgement.view, *body.parent, now));
  const GrantState& parent = chain.front().second;
  if (parent.body.provision != Provision::permit) return broken("a dissent is not passed on");
  if (parent.body.custodian != body.custodian)
    return broken("the grant passed on is of another custodian");
  MC_ASSIGN(Question asker, question_of(judgement.view, judgement.header.author, std::nullopt,
                                        body.scope.purposes.front(), now));
  if (!is_meant(parent.body.scope.actors, asker))
    return refuse(Code::grant_actor,
                  "the grant is not for " + quote(judgement.header.author.get()));
  asker.person = body.person;
  if (!is_meant(parent.body.scope.actors, asker))
    return refuse(Code::grant_person, "the grant is not for the person who passes it on");
  if (parent.body.scope.onward == 0)
    return refuse(Code::grant_onward, "the grant may not be passed on");
  if (body.scope.onward >= parent.body.scope.onward)
    return refuse(Code::grant_onward,
                  "'onward': at most " + std::to_string(parent.body.scope.onward - 1));
  if (body.standing && !parent.body.standing)
    return refuse(Code::grant_wider,
                  "'standing': the grant that is passed on is not a standing one");
  MC_TRY(
      check_grant_within(body, parent.body.scope, WithActors::free, "the grant that is passed on"));
  return parent.depth + 1;
}

/// The grant that is replaced, marked so, and what the new one takes over from it.
Status take_over(Judgement& judgement, const entry::Grant& body, GrantState& state) {
  MC_ASSIGN(auto old, grant(judgement.view, *body.amends));
  if (!old)
    return refuse(Code::entry_missing, to_text(*body.amends) + " is not a grant on this ledger");
  if (old->referral) return broken("the grant of a referral is not amended, it ends with it");
  if (old->author != judgement.header.author || old->body.custodian != body.custodian ||
      old->body.provision != body.provision || old->body.parent != body.parent ||
      old->body.request != body.request)
    return broken(
        "a grant is amended by its author, with the same custodian, provision, request and parent");
  if (old->status == GrantStatus::revoked || old->status == GrantStatus::amended)
    return refuse(Code::grant_revoked, "the grant is " + std::string(entry::word_of(old->status)) +
                                           " since entry " + std::to_string(old->since.get()));
  state.uses = old->uses;
  state.recent = old->recent;
  // Whoever suspended it did not mean the old wording alone.
  if (old->status == GrantStatus::suspended) {
    state.status = old->status;
    state.since = old->since;
    state.changed_by = old->changed_by;
  }
  old->status = GrantStatus::amended;
  old->since = judgement.index();
  old->changed_by = judgement.header.author;
  judgement.set_state(key_of_grant(*body.amends), *old);
  return {};
}

/// All purposes that a grant permits or forbids something for; its exceptions' are among them.
std::set<entry::Word> purposes_of(const entry::Grant& body) {
  std::set<entry::Word> purposes(body.scope.purposes.begin(), body.scope.purposes.end());
  for (const entry::Exception& exception : body.exceptions)
    if (exception.provision == body.provision)
      purposes.insert(exception.purposes.begin(), exception.purposes.end());
  return purposes;
}

/// A grant is the answer of who was asked: the custodian, who passes records on, or the owners of
/// all that the request is about.
Status answer_request(Judgement& judgement, const entry::Grant& body, const EntryHash& own) {
  const MemberName& author = judgement.header.author;
  MC_ASSIGN(RequestState asked,
            open_request(judgement, *body.request, body.parent ? author : body.custodian));
  if (asked.answer && asked.answer != body.amends) return answered(asked);
  MC_TRY(check_grant_within(body, asked.body.scope, WithActors::compared, "the request"));
  if (!body.parent && author != body.custodian && asked.body.scope.subjects != body.scope.subjects)
    return refuse(Code::not_permitted, "the request is about more than the subjects that " +
                                           quote(author.get()) + " answers for");
  MC_TRY(check_package(judgement.view, body.terms, body.package, &asked.author));
  asked.answer = own;
  judgement.set_state(key_of_request(*body.request), asked);
  return {};
}

/// HEALTH C-1: what rests on consent has a consent of its own for each purpose.
Status check_consent(Judgement& judgement, const entry::Grant& body, const EntryHash& own) {
  const std::set<entry::Word> purposes = purposes_of(body);
  if (body.basis.consent) {
    const std::string consent_key = "consent/" + to_hex(body.basis.consent->view());
    MC_ASSIGN(const auto used, judgement.view.get(consent_key));
    if (used) {
      MC_ASSIGN(const auto hash, parse_hash<EntryHash>(*used));
      MC_ASSIGN(const auto other, grant(judgement.view, hash));
      if (other && purposes_of(other->body) != purposes)
        return refuse(Code::consent_bundled, "the consent is that of entry " +
                                                 std::to_string(other->index.get()) +
                                                 " for other purposes");
      if (other && other->body.custodian != body.custodian)
        return refuse(Code::consent_bundled,
                      "the consent was given to " + quote(other->body.custodian.get()));
    }
    judgement.set(consent_key, to_text(own));
  }
  if (!judgement.policy.consent || body.provision == Provision::deny) return {};
  const auto& demanded = *judgement.policy.consent;
  for (const entry::Word& purpose : purposes) {
    if (!std::binary_search(demanded.begin(), demanded.end(), purpose)) continue;
    if (!body.basis.consent && body.basis.by == ConsentBy::custodian)
      return refuse(Code::consent_missing,
                    "purpose " + quote(purpose.get()) + " rests on consent, and none is named");
    if (purposes.size() > 1)
      return refuse(Code::consent_bundled,
                    "purpose " + quote(purpose.get()) + " needs a consent of its own");
  }
  return {};
}

/// What is granted must be on the ledger, whole and the custodian's (HEALTH SOL-3).
Status check_records(const Judgement& judgement, const entry::Grant& body) {
  MC_ASSIGN(const std::uint64_t any_erased, erasures(judgement.view));
  const auto& subjects = body.scope.subjects;
  for (const entry::RecordSet& set : body.scope.records)
    MC_TRY(judgement.view.placed_rows(
        set.entry, set.rows, [&](std::uint32_t row, const PlacedRow& placed) -> Status {
          const std::string place =
              "entry " + std::to_string(set.entry.get()) + " row " + std::to_string(row);
          if (placed.custodian != body.custodian)
            return refuse(Code::record_foreign,
                          place + " belongs to " + quote(placed.custodian.get()));
          if (!subjects.empty() &&
              !std::binary_search(subjects.begin(), subjects.end(), placed.row.subject))
            return refuse(Code::record_subject, place + " is about none of the subjects");
          if (any_erased == 0) return {};
          MC_ASSIGN(const auto erased, erased_at(judgement.view, body.custodian, placed.row.record,
                                                 placed.row.subject));
          if (erased)
            return refuse(Code::record_erased,
                          place + " was erased at entry " + std::to_string(erased->get()));
          return {};
        }));
  for (const entry::Exception& exception : body.exceptions) {
    MC_ASSIGN(const auto tags, tags_of(judgement.view, body.custodian, exception.records));
    static_cast<void>(tags);
  }
  return {};
}

Status check_grant_form(const entry::Grant& body, UnixSeconds now) {
  MC_TRY(check_scope(body.scope));
  MC_TRY(check_ends(body.scope, now));
  if (body.provision == Provision::permit) {
    if (!body.scope.until) return broken("a permit has an end, 'until'");
    if (body.scope.purposes.empty()) return broken("a permit names its purposes");
  } else if (body.request || body.parent || body.scope.uses || body.scope.frequency ||
             body.scope.onward > 0 || body.standing || body.scope.erase_at ||
             body.scope.territories) {
    return broken(
        "a dissent has no request, parent, uses, frequency, onward, standing, erase_at or "
        "territories");
  }
  if (body.more && !body.terms) return broken("'more' without terms");
  if (body.exceptions.size() > max_exceptions)
    return broken("at most " + std::to_string(max_exceptions) + " exceptions");
  for (const entry::Exception& exception : body.exceptions) {
    entry::Scope alike;
    alike.actors = exception.actors;
    alike.purposes = exception.purposes;
    alike.types = exception.types;
    alike.records = exception.records;
    alike.from = exception.from;
    alike.until = exception.until;
    auto checked = check_scope(alike);
    if (!checked) return std::move(checked).error().context("exception");
    if (exception.more && !body.terms) return broken("exception: 'more' without terms");
  }
  if (!is_ascending(body.basis.legal)) return broken("'basis.legal' must ascend, each once");
  return {};
}

Status check_assessment(const Judgement& judgement, const entry::Grant& body) {
  if (!body.basis.assessment) return {};
  MC_ASSIGN(const auto found, judgement.view.get(key_of_assessment(*body.basis.assessment)));
  if (!found)
    return refuse(Code::entry_missing,
                  to_text(*body.basis.assessment) + " is not an assessment on this ledger");
  return {};
}

/// A permit is ended by who gave it, by the custodian, by any of those whose data it is, as easily
/// as it was given (HEALTH C-3), and by its only receiver (HEALTH MR-5).  A dissent only by who
/// gave it and by the patient it was recorded for.
Result<bool> may_change(const Judgement& judgement, const GrantState& state, RevokeAct act) {
  const MemberName& author = judgement.header.author;
  const entry::Grant& body = state.body;
  const bool is_permit = body.provision == Provision::permit;
  if (author == state.author || (is_permit && author == body.custodian)) return true;
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  std::size_t acted = 0, owned = 0;
  for (const SubjectTag& subject : body.scope.subjects) {
    MC_ASSIGN(const auto acts, acts_for(judgement.view, body.custodian, subject, author, now));
    if (acts) ++acted;
    if (acts == ConsentBy::subject) ++owned;
  }
  if (!is_permit)
    return owned > 0 && owned == body.scope.subjects.size() &&
           body.basis.by != ConsentBy::custodian;
  const entry::Actors& actors = body.scope.actors;
  const bool is_only_receiver = actors.members == std::vector<MemberName>{author} &&
                                actors.groups.empty() && actors.roles.empty();
  return acted > 0 || (is_only_receiver && act == RevokeAct::revoke);
}

}  // namespace

Status judge(Judgement& judgement, const entry::Request& body) {
  MC_TRY(check_person(judgement, body.person));
  const bool is_patient = judgement.author.card.kind == entry::MemberKind::patient;
  if (!is_patient && !entry::has_role(judgement.author.card, entry::Role::requester))
    return refuse(Code::member_role,
                  quote(judgement.header.author.get()) + " has not the role requester");
  if (body.custodian == judgement.header.author) return broken("nobody asks itself");
  MC_TRY(check_data_custodian(judgement.view, body.custodian));
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  MC_TRY(check_scope(body.scope));
  MC_TRY(check_ends(body.scope, now));
  MC_TRY(check_actors(judgement.view, body.scope.actors));
  if (is_everybody(body.scope.actors)) return broken("a request says for whom, 'actors'");
  if (body.scope.purposes.empty()) return broken("a request names its purposes");
  if (!body.scope.until) return broken("a request says until when, 'until'");
  if (body.expires <= now || body.expires.get() > now.get() + max_request_age)
    return broken("'expires': expected within 366 days after log time " + format_time(now));
  MC_ASSIGN(const auto tags, tags_of(judgement.view, body.custodian, body.scope.records));
  static_cast<void>(tags);
  MC_TRY(check_package(judgement.view, body.terms, body.package, &body.custodian));
  judgement.set_state(key_of_request(own_hash(judgement)),
                      RequestState{judgement.index(), judgement.header.author, body, std::nullopt});
  return {};
}

Status judge(Judgement& judgement, const entry::Answer& body) {
  MC_TRY(check_person(judgement, body.person));
  MC_ASSIGN(RequestState state, open_request(judgement, body.request, judgement.header.author));
  if (state.answer) return answered(state);
  MC_TRY(check_package(judgement.view, body.terms, body.package, &state.author));
  state.answer = own_hash(judgement);
  judgement.set_state(key_of_request(body.request), state);
  return {};
}

Status judge(Judgement& judgement, const entry::Grant& body) {
  MC_TRY(check_person(judgement, body.person));
  return give(judgement, body, GrantStatus::active, std::nullopt);
}

Status give(Judgement& judgement, const entry::Grant& body, GrantStatus status,
            const std::optional<EntryHash>& referral) {
  MC_TRY(check_data_custodian(judgement.view, body.custodian));
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  MC_TRY(check_grant_form(body, now));
  MC_TRY(check_actors(judgement.view, body.scope.actors));
  for (const entry::Exception& exception : body.exceptions)
    MC_TRY(check_actors(judgement.view, exception.actors));
  MC_TRY(check_grantor(judgement, body));
  const EntryHash own = own_hash(judgement);
  GrantState state;
  state.index = state.since = judgement.index();
  state.author = state.changed_by = judgement.header.author;
  state.body = body;
  state.status = status;
  state.referral = referral;
  // The custodian can judge by the terms that others set, and who asked can read the answer.
  const bool by_custodian = state.author == body.custodian;
  MC_TRY(check_package(judgement.view, body.terms, body.package,
                       by_custodian ? nullptr : &body.custodian));
  if (body.parent) {
    MC_ASSIGN(state.depth, check_parent(judgement, body));
    judgement.set("onward/" + to_hex(body.parent->view()) + "/" + to_hex(own.view()), "");
  }
  if (body.amends) MC_TRY(take_over(judgement, body, state));
  if (body.request) MC_TRY(answer_request(judgement, body, own));
  MC_TRY(check_consent(judgement, body, own));
  MC_TRY(check_assessment(judgement, body));
  MC_TRY(check_records(judgement, body));
  judgement.set_state(key_of_grant(own), state);
  for (const std::string& key : may_keys(body, own)) judgement.set(key, "");
  return {};
}

Status judge(Judgement& judgement, const entry::Revoke& body) {
  MC_TRY(check_person(judgement, body.person));
  const MemberName& author = judgement.header.author;
  MC_ASSIGN(auto state, grant(judgement.view, body.grant));
  if (!state)
    return refuse(Code::entry_missing, to_text(body.grant) + " is not a grant on this ledger");
  MC_ASSIGN(const bool may, may_change(judgement, *state, body.act));
  if (!may)
    return refuse(Code::not_permitted, quote(author.get()) + " can not " +
                                           std::string(entry::word_of(body.act)) +
                                           " the grant of " + quote(state->author.get()));
  const GrantStatus expected =
      body.act == RevokeAct::resume ? GrantStatus::suspended : GrantStatus::active;
  const bool fits = state->status == expected ||
                    (body.act == RevokeAct::revoke && (state->status == GrantStatus::suspended ||
                                                       state->status == GrantStatus::pending));
  if (!fits)
    return refuse(Code::entry_state, "the grant is " + std::string(entry::word_of(state->status)) +
                                         " since entry " + std::to_string(state->since.get()));
  if (body.act == RevokeAct::resume && author != state->changed_by)
    return refuse(Code::not_permitted, "the grant was suspended by " +
                                           quote(state->changed_by.get()) + ", who resumes it");
  switch (body.act) {
    case RevokeAct::revoke:
      state->status = GrantStatus::revoked;
      break;
    case RevokeAct::suspend:
      state->status = GrantStatus::suspended;
      break;
    case RevokeAct::resume:
      state->status = GrantStatus::active;
      break;
  }
  state->since = judgement.index();
  state->changed_by = author;
  judgement.set_state(key_of_grant(body.grant), *state);
  return {};
}

}  // namespace medchain::rules
