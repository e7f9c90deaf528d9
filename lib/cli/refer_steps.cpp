// The steps of a referral: accepted, declined, scheduled, completed, cancelled; opinions, and the
// end of a consultation.
#include "base/encoding.hpp"
#include "cli/documents.hpp"
#include "cli/entry_operand.hpp"
#include "cli/refer_acts.hpp"
#include "cli/refer_share.hpp"
#include "cli/sender_tag.hpp"
#include "cli/text_input.hpp"

namespace medchain::cli {
namespace {

using entry::ReferralAct;

bool needs_words(ReferralAct act) {
  return act == ReferralAct::interim_note || act == ReferralAct::complete ||
         act == ReferralAct::opinion || act == ReferralAct::close;
}

bool may_share(ReferralAct act) { return needs_words(act) && act != ReferralAct::close; }

/// Who is on the other side: the initiator, or who is asked.
std::vector<MemberName> others(const rules::ReferralState& state, const MemberName& author) {
  if (author != state.author) return {state.author};
  return state.order.to;
}

Result<int> take_step(Session& session, ReferralAct what, std::string_view done) {
  std::optional<ReceiptInput> receipts;
  if (may_share(what)) {
    MC_ASSIGN(receipts, read_receipts(session, false));
  }
  MC_ASSIGN(const auto act, ActSession::begin(session));
  entry::Referral body;
  body.act = what;
  Draft draft;
  std::optional<rules::ReferralState> state;
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(body.referral, find_entry(view, "referral", session.operands().front()));
    MC_ASSIGN(state, rules::referral(view, *body.referral));
    if (!state) return fail(Code::entry_missing, "there is no such referral on this ledger");
    draft.must_read = others(*state, act->member());
    draft.what = std::string(done) + " the referral of " + index_range(state->index, state->index);
    return {};
  }));
  MC_ASSIGN(entry::Terms terms, read_words(session));
  if (needs_words(what) && !terms.text)
    return fail(Code::usage, "option '--text-file' is needed: it says what is told");
  MC_ASSIGN(body.person, act->person());
  if (may_share(what)) {
    MC_ASSIGN(body.share, read_share(*act, receipts, std::nullopt));
  }
  act->note_input(terms.text.value_or(""));
  const EntryHash referral = *body.referral;
  draft.body = std::move(body);
  if (terms != entry::Terms{}) draft.terms = std::move(terms);
  MC_TRY(read_documents(*act, "document", draft));
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  SenderTag tag(*act, *state);
  if (what == ReferralAct::accept && !session.dry_run()) MC_TRY(tag.keep());
  auto result = act->finish(std::move(drafts));
  if (!result) {
    if (!act->done()) MC_TRY(tag.undo());
    entry::Denied denied;
    denied.actor = act->member();
    denied.object = referral;
    act->record_refusal(std::move(denied), result.error());
  }
  if (result && tag.problem())
    session.warn("the tag of the subject is not kept: " + tag.problem()->message);
  return result;
}

/// The one of these options that is given.  Fails with usage unless exactly one is.
Result<std::string_view> one_of(const Session& session, std::span<const std::string_view> options) {
  std::string_view found;
  std::string all;
  for (const std::string_view option : options) {
    all += (all.empty() ? "'--" : "', '--") + std::string(option);
    if (!session.has(option)) continue;
    if (!found.empty())
      return fail(Code::usage, "option '--" + std::string(found) + "' does not go with '--" +
                                   std::string(option) + "'");
    found = option;
  }
  if (found.empty()) return fail(Code::usage, "expected one of the options " + all + "'");
  return found;
}

}  // namespace

Result<int> refer_accept(Session& session) {
  return take_step(session, ReferralAct::accept, "accepted");
}
Result<int> refer_decline(Session& session) {
  return take_step(session, ReferralAct::decline, "declined");
}
Result<int> refer_complete(Session& session) {
  return take_step(session, ReferralAct::complete, "completed");
}
Result<int> refer_opinion(Session& session) {
  return take_step(session, ReferralAct::opinion, "gave an opinion on");
}
Result<int> refer_close(Session& session) {
  return take_step(session, ReferralAct::close, "closed");
}

Result<int> refer_update(Session& session) {
  constexpr std::string_view steps[] = {"schedule", "reschedule", "no-show", "appointment-cancel",
                                        "interim-note"};
  MC_ASSIGN(const std::string_view step, one_of(session, steps));
  MC_ASSIGN(const ReferralAct what, entry::parse_word<ReferralAct>(step));
  return take_step(session, what, "updated (" + std::string(step) + ")");
}

Result<int> refer_cancel(Session& session) {
  constexpr std::string_view steps[] = {"request", "confirm"};
  MC_ASSIGN(const std::string_view step, one_of(session, steps));
  const bool asks = step == "request";
  return take_step(session, asks ? ReferralAct::cancel_request : ReferralAct::cancel_confirm,
                   asks ? "asked to cancel" : "confirmed the cancellation of");
}

}  // namespace medchain::cli
