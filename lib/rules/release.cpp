// release and use: one use of a grant or of an emergency, and what the receiver says of it (DESIGN
// 5, 8, 9).
#include <algorithm>

#include "rules/index_values.hpp"
#include "rules/scope_internal.hpp"
#include "rules/typed_internal.hpp"

namespace medchain::rules {
namespace {

Error broken(std::string message) { return refuse(Code::entry_rule, std::move(message)); }

struct Released {
  std::string place;
  PlacedRow placed;
};

/// The records, all of one custodian, none erased.
Result<std::vector<Released>> released_rows(const Judgement& judgement, const entry::Release& body,
                                            const MemberName& custodian) {
  if (body.records.empty()) return broken("a release names its records");
  MC_TRY(check_record_sets(body.records));
  MC_ASSIGN(const std::uint64_t any_erased, erasures(judgement.view));
  std::vector<Released> rows;
  for (const entry::RecordSet& set : body.records)
    MC_TRY(judgement.view.placed_rows(
        set.entry, set.rows, [&](std::uint32_t row, const PlacedRow& placed) -> Status {
          std::string place =
              "entry " + std::to_string(set.entry.get()) + " row " + std::to_string(row);
          if (placed.custodian != custodian)
            return refuse(Code::record_foreign,
                          place + " belongs to " + quote(placed.custodian.get()));
          if (any_erased > 0) {
            MC_ASSIGN(const auto erased,
                      erased_at(judgement.view, custodian, placed.row.record, placed.row.subject));
            if (erased)
              return refuse(Code::record_erased,
                            place + " was erased at entry " + std::to_string(erased->get()));
          }
          rows.push_back({std::move(place), placed});
          return {};
        }));
  return rows;
}

std::uint64_t record_count(const entry::Release& body) {
  std::uint64_t count = 0;
  for (const entry::RecordSet& set : body.records) count += set.rows.count();
  return count;
}

std::set<SubjectTag> subjects_of(const std::vector<Released>& rows) {
  std::set<SubjectTag> subjects;
  for (const Released& row : rows) subjects.insert(row.placed.row.subject);
  return subjects;
}

/// The patient's own grant where the policy demands it (DESIGN 9, HEALTH MR-2); it may have been
/// passed on since.
Status check_owner_granted(const Judgement& judgement, const entry::Release& body,
                           const GrantState& granted, const std::set<SubjectTag>& subjects,
                           UnixSeconds now) {
  if (!judgement.policy.patient_grant) return {};
  const auto& demanded = *judgement.policy.patient_grant;
  if (!std::binary_search(demanded.begin(), demanded.end(), body.purpose)) return {};
  for (const SubjectTag& subject : subjects) {
    MC_ASSIGN(const auto owned, owners(judgement.view, granted.body.custodian, subject));
    if (!owned || owned->owners.empty()) continue;
    MC_ASSIGN(const auto acts,
              acts_for(judgement.view, granted.body.custodian, subject, granted.author, now));
    if (!acts)
      return refuse(Code::grant_owner,
                    "for purpose " + quote(body.purpose.get()) +
                        " the policy demands the patient's own grant, this one was given by " +
                        quote(granted.author.get()));
  }
  return {};
}

/// One use more, of the grant and of all it was passed on from.
void count_use(Judgement& judgement, std::vector<std::pair<EntryHash, GrantState>>& chain,
               UnixSeconds now) {
  for (auto& [hash, state] : chain) {
    ++state.uses;
    if (const auto& frequency = state.body.scope.frequency) {
      const std::int64_t from = now.get() - static_cast<std::int64_t>(frequency->seconds);
      std::erase_if(state.recent, [&](UnixSeconds use) { return use.get() <= from; });
      state.recent.push_back(now);
    }
    judgement.set_state(key_of_grant(hash), state);
  }
}

/// A release that names no receiver is for anybody there.
Result<Question> question_for(const View& view, const entry::Release& body, UnixSeconds now) {
  MC_ASSIGN(Question question, question_of(view, body.to, body.receiver, body.purpose, now));
  question.anybody = !body.receiver;
  return question;
}

Resource resource_of(const Released& row) {
  return {row.placed.type, row.placed.row.subject, row.placed.row.record, nullptr};
}

/// A grant of the chain, and whom it must permit: the receiver, or who passed it on.
struct Level {
  Provided grant;
  Question question;
};

Result<std::vector<Level>> chain_levels(const View& view,
                                        const std::vector<std::pair<EntryHash, GrantState>>& chain,
                                        const Question& receiver, UnixSeconds now) {
  std::vector<Level> levels;
  for (const auto& [hash, state] : chain) {
    Question question = receiver;
    if (!levels.empty()) {
      MC_ASSIGN(question, question_of(view, levels.back().grant.grant->author, std::nullopt,
                                      receiver.purpose, now));
    }
    MC_ASSIGN(auto one, provided(view, hash, state, now));
    levels.push_back({std::move(one), std::move(question)});
  }
  return levels;
}

bool may_deny(const entry::Grant& grant) {
  const auto denies = [](const entry::Exception& exception) {
    return exception.provision == entry::Provision::deny;
  };
  return grant.provision == entry::Provision::deny ||
         std::any_of(grant.exceptions.begin(), grant.exceptions.end(), denies);
}

Status judge_by_grant(Judgement& judgement, const entry::Release& body, UnixSeconds now) {
  MC_ASSIGN(auto chain, usable_chain(judgement.view, *body.grant, now));
  const GrantState& granted = chain.front().second;
  const MemberName& author = judgement.header.author;
  const MemberName& custodian = granted.body.custodian;
  if (granted.body.provision != entry::Provision::permit)
    return broken("a dissent releases nothing");
  const bool passes_on = granted.depth > 0 && author == granted.author;
  if (author != custodian && !passes_on)
    return refuse(Code::not_permitted, "only " + quote(custodian.get()) +
                                           " releases by this grant, or who passes it on");
  if (body.standing && !granted.body.standing) return broken("the grant is not a standing one");
  MC_ASSIGN(const auto rows, released_rows(judgement, body, custodian));
  const auto subjects = subjects_of(rows);
  MC_TRY(check_owner_granted(judgement, body, chain.back().second, subjects, now));

  MC_ASSIGN(const Question question, question_for(judgement.view, body, now));
  MC_ASSIGN(const auto levels, chain_levels(judgement.view, chain, question, now));
  for (const Level& level : levels) {
    MC_ASSIGN(const auto about, grants_about(judgement.view, custodian, level.question, subjects));
    std::vector<Provided> others;
    for (const auto& [hash, state] : about)
      if (hash != level.grant.hash && may_deny(state.body)) {
        MC_ASSIGN(auto one, provided(judgement.view, hash, state, now));
        others.push_back(std::move(one));
      }
    for (const Released& row : rows) {
      const Resource resource = resource_of(row);
      const Decision decision = decide(std::span(&level.grant, 1), level.question, resource);
      if (!decision.permit) return refuse(decision.code, row.place + ": " + decision.why);
      if (const auto dissent = find_dissent(others, level.question, resource))
        return refuse(dissent->code, row.place + ": " + dissent->why);
    }
  }
  count_use(judgement, chain, now);
  // Who says that all was erased and gets more must say it again.
  MC_ASSIGN(const auto attested, judgement.view.get(key_of_attested(*body.grant, body.to)));
  if (attested) judgement.changes.emplace_back(key_of_attested(*body.grant, body.to), std::nullopt);
  return {};
}

/// The newest of its kind is this one; returns which one was.
Result<std::optional<EntryIndex>> note_received(Judgement& judgement, const std::string& key) {
  MC_ASSIGN(const auto previous, index_at(judgement.view, key));
  judgement.set(key, std::to_string(judgement.index().get()));
  return previous;
}

Status judge_by_emergency(Judgement& judgement, const entry::Release& body, UnixSeconds now) {
  MC_ASSIGN(auto state, emergency(judgement.view, *body.emergency));
  if (!state)
    return refuse(Code::entry_missing,
                  to_text(*body.emergency) + " is not an emergency on this ledger");
  if (judgement.header.author != state->body.custodian)
    return refuse(Code::not_permitted, "the emergency asks " + quote(state->body.custodian.get()));
  if (body.to != state->author || body.receiver != state->body.person)
    return refuse(Code::grant_person, "a release for an emergency is for the person who stated it");
  if (now >= state->body.until)
    return refuse(Code::emergency_over, "the emergency ended " + format_time(state->body.until) +
                                            ", log time is " + format_time(now));
  if (state->outcome == entry::ReviewOutcome::unjustified)
    return refuse(Code::emergency_over,
                  "the emergency was judged unjustified by " + to_text(*state->review));
  if (body.purpose.get() != "ETREAT" && body.purpose.get() != "BTG")
    return refuse(Code::grant_purpose,
                  "the purpose of an emergency is ETREAT or BTG, got " + quote(body.purpose.get()));
  MC_ASSIGN(const auto rows, released_rows(judgement, body, state->body.custodian));
  const auto subjects = subjects_of(rows);
  if (subjects.size() != 1 || (state->subject && *state->subject != *subjects.begin()))
    return refuse(Code::grant_scope, "an emergency is about one subject");
  MC_ASSIGN(const Question question, question_for(judgement.view, body, now));
  MC_ASSIGN(const auto about,
            grants_about(judgement.view, state->body.custodian, question, subjects));
  std::vector<Provided> all;
  for (const auto& [hash, known] : about) {
    MC_ASSIGN(auto one, provided(judgement.view, hash, known, now));
    all.push_back(std::move(one));
  }
  for (const Released& row : rows) {
    const Resource resource = resource_of(row);
    if (const auto dissent = find_dissent(all, question, resource))
      return refuse(Code::emergency_forbidden, row.place + ": " + dissent->why);
  }
  state->subject = *subjects.begin();
  ++state->releases;
  judgement.set_state(key_of_emergency(*body.emergency), *state);
  return {};
}

}  // namespace

Status judge(Judgement& judgement, const entry::Release& body) {
  MC_TRY(check_person(judgement, body.person));
  if (body.grant.has_value() == body.emergency.has_value())
    return broken("a release rests on a grant or on an emergency");
  if (body.to == judgement.header.author) return broken("nobody releases to itself");
  MC_TRY(check_package(judgement.view, Commitment{}, body.package, &body.to));
  if (body.package.to.size() != 1)
    return broken("the package of a release is sealed to its receiver alone");
  MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
  MC_TRY(body.grant ? judge_by_grant(judgement, body, now)
                    : judge_by_emergency(judgement, body, now));
  std::optional<EntryIndex> previous;
  if (body.grant) {
    MC_ASSIGN(previous, note_received(judgement, key_of_received(*body.grant, body.to)));
  }
  judgement.set_state(
      key_of_release(own_hash(judgement)),
      ReleaseState{judgement.index(), judgement.header.author, body.to, body.grant, body.emergency,
                   body.purpose, body.receiver, record_count(body), 0, 0, previous});
  return {};
}

Status judge(Judgement& judgement, const entry::Use& body) {
  MC_TRY(check_person(judgement, body.person));
  MC_ASSIGN(auto state, release(judgement.view, body.release));
  if (!state)
    return refuse(Code::entry_missing, to_text(body.release) + " is not a release on this ledger");
  if (judgement.header.author != state->to)
    return refuse(Code::not_permitted, "the release is to " + quote(state->to.get()));
  if (body.purpose != state->purpose)
    return refuse(Code::grant_purpose, "released for purpose " + quote(state->purpose.get()) +
                                           ", got " + quote(body.purpose.get()));
  if (state->receiver && body.person != state->receiver)
    return refuse(Code::grant_person, "the release is for another person");
  const bool failed = body.outcome == entry::UseOutcome::failed;
  if (!failed && state->grant) {
    MC_ASSIGN(const auto by, grant(judgement.view, *state->grant));
    if (!by) return broken("the release names a grant that is not there");
    MC_ASSIGN(const UnixSeconds now, log_time(judgement.view));
    MC_TRY(check_referral_use(judgement.view, *by, state->to, now));
  }
  if (body.problem.has_value() != failed)
    return broken("a use that failed names its problem, one that did not has none");
  if (failed == (body.records > 0))
    return broken(failed ? "a use that failed opened no record" : "a use opened a record");
  if (body.records > state->records)
    return broken("'records': at most the " + std::to_string(state->records) + " of the release");
  (failed ? state->failed : state->opened) += 1;
  judgement.set_state(key_of_release(body.release), *state);
  return {};
}

}  // namespace medchain::rules
