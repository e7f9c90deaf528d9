#include "cli/grant_states.hpp"

#include "rules/index_values.hpp"

namespace medchain::cli {
namespace {

/// As far as the ledger shows: conditions in the terms are not compared, and subjects that the
/// request could not name by tag are no narrowing.
bool is_narrower(const entry::Grant& grant, const entry::Request& request) {
  entry::Scope given = grant.scope;
  if (request.scope.subjects.empty()) given.subjects.clear();
  return given != request.scope || !grant.exceptions.empty();
}

}  // namespace

Result<std::string_view> request_state(const rules::View& view, const rules::RequestState& state,
                                       UnixSeconds now) {
  using Word = std::string_view;
  if (!state.answer) return Word(now >= state.body.expires ? "expired" : "requested");
  MC_ASSIGN(const auto grant, rules::grant(view, *state.answer));
  if (!grant) return Word("denied");
  return Word(is_narrower(grant->body, state.body) ? "narrowed" : "granted");
}

std::string_view grant_state(const rules::GrantState& state, UnixSeconds now) {
  switch (state.status) {
    case rules::GrantStatus::active:
      break;
    case rules::GrantStatus::suspended:
      return "suspended";
    case rules::GrantStatus::revoked:
      return "revoked";
    case rules::GrantStatus::amended:
      return "replaced";
    case rules::GrantStatus::pending:
      return "pending";
    case rules::GrantStatus::ended:
      return "ended";
  }
  const entry::Scope& scope = state.body.scope;
  if (scope.until && now >= *scope.until) return "expired";
  if (scope.uses && state.uses >= *scope.uses) return "exhausted";
  return "active";
}

std::string_view emergency_state(const rules::EmergencyState& state, UnixSeconds now) {
  const bool is_over =
      now >= state.body.until || state.outcome == entry::ReviewOutcome::unjustified;
  return is_over ? "expired" : "active";
}

std::string_view review_state(const rules::EmergencyState& state) {
  if (state.outcome == entry::ReviewOutcome::escalated) return "escalated";
  if (!state.is_reviewed()) return "awaiting-review";
  return entry::word_of(*state.outcome);
}

Result<std::string_view> erasure_state(const rules::View& view, const EntryHash& hash,
                                       const rules::GrantState& state, UnixSeconds now) {
  using Word = std::string_view;
  if (!state.body.scope.erase_at) return Word();
  std::size_t received = 0, attested = 0;
  MC_TRY(rules::for_each_receiver(view, hash, [&](const MemberName& member, EntryIndex) -> Status {
    MC_ASSIGN(const auto says, view.get(rules::key_of_attested(hash, member)));
    ++received;
    attested += says.has_value();
    return {};
  }));
  if (received == 0) return Word();
  if (attested == received) return Word("erasure-attested");
  return Word(now >= *state.body.scope.erase_at ? "erasure-overdue" : "erasure-due");
}

}  // namespace medchain::cli
