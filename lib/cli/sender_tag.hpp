// SenderTag: what the sender of a referral calls its subject, kept in the vault of who accepts it
// (DESIGN 6).
#pragma once

#include <optional>
#include <string>

#include "cli/act_session.hpp"
#include "rules/referral_state.hpp"

namespace medchain::cli {

/// Kept before the acceptance is on the ledger, so that no killed run loses it.
class SenderTag {
 public:
  SenderTag(ActSession& act, rules::ReferralState referral)
      : act_(act), referral_(std::move(referral)) {}

  /// Under the identifier that this member has for the subject: --subject, or the sender's own if
  /// nobody here has it.  Fails with usage where somebody has: it may be another person.  Not for a
  /// dry run.
  Status keep();
  /// Nothing was accepted: as it was before keep().
  Status undo();
  /// Why nothing is kept, where the words that name the subject cannot be read.
  const std::optional<Error>& problem() const { return problem_; }

 private:
  vault::Vault& vault() { return *act_.vault(); }
  Result<std::optional<std::string>> told_identifier();
  Result<bool> may_be_other(const std::string& identifier);

  ActSession& act_;
  rules::ReferralState referral_;
  std::optional<std::uint64_t> before_;
  bool is_kept_ = false;
  std::optional<Error> problem_;
};

}  // namespace medchain::cli
