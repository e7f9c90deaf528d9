#include "exchange/record_judge.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "exchange/open_terms.hpp"

namespace medchain::exchange {

Result<rules::Provided> RecordJudge::provided(const Sources& sources, const EntryHash& hash,
                                              rules::GrantState state, UnixSeconds now,
                                              bool is_far_up) {
  Known& known = known_->emplace_back(Known{hash, std::move(state), std::nullopt});
  if (known.state.body.terms) {
    MC_ASSIGN(const entry::Entry entry, sources.view.entry(known.state.index));
    auto terms = open_terms(sources.packages, sources.identity, entry);
    // Sealed to those who it was given to: a grant that was passed on is never wider.
    const bool is_closed = !terms && is_far_up && terms.error().code == Code::age_wrong_key;
    if (!terms && !is_closed)
      return std::move(terms).error().context("the terms of the grant at entry " +
                                              std::to_string(known.state.index.get()));
    if (terms) known.terms = std::move(*terms);
  }
  if (known.terms) asks_for_facts_ = asks_for_facts_ || known.terms->has_conditions();
  MC_ASSIGN(rules::Provided one, rules::provided(sources.view, known.hash, known.state, now));
  if (known.terms) one.terms = &*known.terms;
  return one;
}

Status RecordJudge::add_others(const Sources& sources, const MemberName& custodian,
                               const std::set<SubjectTag>& subjects, UnixSeconds now,
                               Level& level) {
  MC_ASSIGN(const auto about,
            rules::grants_about(sources.view, custodian, level.question, subjects));
  for (const auto& [hash, state] : about) {
    if (hash == level.grant.hash) continue;
    const auto denies = [](const entry::Exception& exception) {
      return exception.provision == entry::Provision::deny;
    };
    if (state.body.provision != entry::Provision::deny &&
        std::none_of(state.body.exceptions.begin(), state.body.exceptions.end(), denies))
      continue;
    MC_ASSIGN(auto one, provided(sources, hash, state, now, false));
    one.unusable = fail(Code::not_permitted, "another grant is used");
    level.against.push_back(std::move(one));
  }
  return {};
}

Result<RecordJudge> RecordJudge::by_grant(const Sources& sources, const EntryHash& grant,
                                          const Use& use, const std::set<SubjectTag>& subjects) {
  RecordJudge judge;
  const UnixSeconds now = sources.now;
  MC_ASSIGN(rules::Question question,
            rules::question_of(sources.view, use.to, use.receiver, use.purpose, now));
  question.anybody = !use.receiver;
  std::optional<EntryHash> next = grant;
  while (next) {
    MC_ASSIGN(auto state, rules::grant(sources.view, *next));
    if (!state) return fail(Code::entry_missing, to_text(*next) + " is not a grant on this ledger");
    const EntryHash hash = *next;
    const MemberName author = state->author;
    next = state->body.parent;
    Level level;
    level.question = question;
    const bool is_far_up = judge.levels_.size() > 1;
    MC_ASSIGN(level.grant, judge.provided(sources, hash, std::move(*state), now, is_far_up));
    level.against.push_back(level.grant);
    MC_TRY(judge.add_others(sources, judge.known_->front().state.body.custodian, subjects, now,
                            level));
    judge.levels_.push_back(std::move(level));
    if (next) {
      MC_ASSIGN(question, rules::question_of(sources.view, author, std::nullopt, use.purpose, now));
    }
  }
  return judge;
}

Result<RecordJudge> RecordJudge::by_emergency(const Sources& sources, const MemberName& custodian,
                                              const EntryHash& emergency, const Use& use,
                                              const std::set<SubjectTag>& subjects) {
  RecordJudge judge;
  const UnixSeconds now = sources.now;
  Level level;
  MC_ASSIGN(level.question,
            rules::question_of(sources.view, use.to, use.receiver, use.purpose, now));
  level.question.anybody = !use.receiver;
  judge.is_emergency_ = true;
  level.grant.hash = emergency;
  level.grant.grant = &judge.known_->emplace_back(Known{emergency, {}, std::nullopt}).state;
  level.against.push_back(level.grant);
  MC_TRY(judge.add_others(sources, custodian, subjects, now, level));
  judge.levels_.push_back(std::move(level));
  return judge;
}

Status RecordJudge::judge(const rules::Resource& resource) const {
  for (const Level& level : levels_) {
    const auto alone = rules::decide(std::span(&level.grant, 1), level.question, resource);
    if (!alone.permit) return fail(alone.code, alone.why);
    const Code against = is_emergency_ ? Code::emergency_forbidden : Code::not_permitted;
    if (const auto dissent = rules::find_dissent(level.against, level.question, resource))
      return fail(is_emergency_ ? against : dissent->code, dissent->why);
    const auto together = rules::decide(level.against, level.question, resource);
    if (!together.permit) return fail(against, together.why);
    if (!together.filters.empty())
      return fail(Code::grant_scope, "not known of this record: " + together.filters.front().text);
  }
  return {};
}

}  // namespace medchain::exchange
