#include "cli/sender_tag.hpp"

#include "cli/text_input.hpp"
#include "rules/sharing_view.hpp"
#include "vault/received_tags.hpp"
#include "vault/subjects.hpp"

namespace medchain::cli {

Status SenderTag::keep() {
  MC_ASSIGN(auto identifier, subject_option(act_.session()));
  if (!identifier) {
    MC_ASSIGN(identifier, told_identifier());
    if (!identifier) return {};
  }
  MC_ASSIGN(const auto subject,
            vault::Subjects(vault()).find_or_make(*identifier, act_.session().random()));
  vault::ReceivedTags tags(vault());
  MC_TRY(vault().read([&]() -> Status {
    MC_ASSIGN(before_, tags.find(referral_.author, referral_.order.subject));
    return {};
  }));
  MC_TRY(tags.keep(referral_.author, referral_.order.subject, *subject));
  is_kept_ = true;
  return {};
}

Status SenderTag::undo() {
  if (!is_kept_) return {};
  return vault::ReceivedTags(vault()).restore(referral_.author, referral_.order.subject, before_);
}

/// What the words of the referral name; nothing where they name nobody, or are not for us.
Result<std::optional<std::string>> SenderTag::told_identifier() {
  if (referral_.author == act_.member()) return std::optional<std::string>();
  auto terms = act_.open_terms(referral_.index);
  if (!terms) {
    problem_ = std::move(terms).error();
    return std::optional<std::string>();
  }
  if (!*terms || (*terms)->subjects.empty()) return std::optional<std::string>();
  std::string identifier = (*terms)->subjects.front();
  MC_ASSIGN(const bool is_doubtful, may_be_other(identifier));
  if (is_doubtful)
    return fail(Code::usage,
                "the sender's identifier of the subject is also that of somebody here, who may be "
                "another person")
        .with_hint("say who it is with '--subject-file'");
  return std::optional(std::move(identifier));
}

/// It is known here, but neither kept for this very tag nor what a referral of ours was about that
/// this one answers.
Result<bool> SenderTag::may_be_other(const std::string& identifier) {
  std::optional<SubjectTag> ours;
  if (referral_.order.based_on) {
    MC_TRY(act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const auto basis, rules::referral(view, *referral_.order.based_on));
      if (basis && basis->author == act_.member()) ours = basis->order.subject;
      return {};
    }));
  }
  bool may_be = false;
  MC_TRY(vault().read([&]() -> Status {
    MC_ASSIGN(const auto known, vault().find_subject(identifier));
    MC_ASSIGN(const auto kept,
              vault::ReceivedTags(vault()).find(referral_.author, referral_.order.subject));
    may_be = known && known->tag != ours && kept != known->number;
    return {};
  }));
  return may_be;
}

}  // namespace medchain::cli
