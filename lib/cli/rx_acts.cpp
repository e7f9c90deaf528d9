// What happens to a prescription that was issued, and who is told of it.
#include "cli/rx_acts.hpp"

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/act_session.hpp"
#include "cli/entry_operand.hpp"
#include "cli/rx_find.hpp"
#include "cli/text_input.hpp"
#include "entry/message.hpp"
#include "entry/rx_document.hpp"
#include "rules/apply.hpp"

namespace medchain::cli {
namespace {

using entry::RxAct;

Result<std::optional<entry::RxNote>> read_note(Session& session) {
  MC_ASSIGN(const auto text, read_text_option(session, "document"));
  if (!text) return std::optional<entry::RxNote>();
  MC_ASSIGN(const auto written, entry::decode_message<entry::RxNote>(entry::RxNote::type, *text));
  MC_ASSIGN(auto note, entry::parse_rx_note(entry::format_rx(written)));
  return std::optional(std::move(note));
}

/// One act on the prescription that the operand names; `fill` adds what is its own.
template <class Fill>
Result<int> act_on(Session& session, RxAct kind, const std::string& done, const Fill& fill) {
  MC_ASSIGN(const auto note, read_note(session));
  MC_ASSIGN(const auto act, ActSession::begin(session));
  entry::Prescription body;
  body.act = kind;
  MC_ASSIGN(body.person, act->person());
  Draft draft;
  std::optional<RxFound> found;
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(found, find_prescription(view, session.operands().front()));
    return {};
  }));
  body.prescription = found->hash;
  MC_TRY(fill(*act, body, note, found->state));
  if (note) {
    const std::string text = entry::format_rx(*note);
    act->note_input(text);
    draft.contents.document = exchange::seal_document(text, session.random());
    if (found->state.author != act->member()) draft.must_read = {found->state.author};
  }
  draft.what = done + " the prescription of " + index_range(found->state.index, found->state.index);
  draft.body = std::move(body);
  return finish_rx(*act, std::move(draft));
}

using Note = std::optional<entry::RxNote>;

Status nothing_more(ActSession&, entry::Prescription&, const Note&,
                    const rules::PrescriptionState&) {
  return {};
}

/// A hold that has lapsed is none.
Result<bool> is_held_by_another(ActSession& act, const rules::PrescriptionState& state) {
  rules::RxStanding standing{};
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const entry::Policy policy, rules::policy(view));
    MC_ASSIGN(const UnixSeconds now, rules::judged_at(view, act.session().clock()));
    standing = rules::rx_standing(state, policy, now);
    return {};
  }));
  return standing == rules::RxStanding::held && state.holder != act.member();
}

/// As late as the policy lets an extension end.
Result<UnixSeconds> latest_extension(ActSession& act, const rules::PrescriptionState& state) {
  std::optional<entry::Policy> policy;
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(policy, rules::policy(view));
    return {};
  }));
  if (!policy->prescription || !policy->prescription->extended_days)
    return fail(Code::usage, "option '--until' is needed: the policy sets extensions no end");
  return rules::end_of_days(policy->zone, state.issued_at, *policy->prescription->extended_days);
}

/// The one that is open.  Where all are claimed it is the newest: the ledger says when.
Result<EntryHash> only_open_receipt(const rules::PrescriptionState& state) {
  if (state.receipts.empty())
    return fail(Code::entry_state, "nothing was dispensed that can be claimed");
  std::vector<std::string> open;
  EntryHash found = state.receipts.back().ended_by;
  for (const rules::RxReceipt& receipt : state.receipts) {
    if (receipt.claimed) continue;
    found = receipt.ended_by;
    open.push_back(to_text(receipt.ended_by) + " of " + quote(receipt.dispenser.get()));
  }
  if (open.size() <= 1) return found;
  return fail(Code::usage, "option '--receipt' is needed, these are open: " + join(open, ", "));
}

/// The receipt that --receipt names, as entries are named, or the only open one.
Result<EntryHash> receipt_of_claim(ActSession& act, const rules::PrescriptionState& state) {
  const auto named = act.session().setting("receipt");
  if (!named) return only_open_receipt(state);
  std::optional<EntryHash> hash;
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(hash, find_entry(view, *named));
    return {};
  }));
  return *hash;
}

}  // namespace

Result<int> rx_approve(Session& session) {
  return act_on(session, RxAct::review, session.has("refuse") ? "refused" : "approved",
                [&](ActSession&, entry::Prescription& body, const Note&, const auto&) -> Status {
                  body.verdict =
                      session.has("refuse") ? entry::RxVerdict::refused : entry::RxVerdict::passed;
                  return {};
                });
}
Result<int> rx_return(Session& session) {
  return act_on(
      session, RxAct::give_back, "returned",
      [](ActSession&, entry::Prescription& body, const Note& note, const auto& state) -> Status {
        if (!note || note->products.empty()) return {};
        MC_ASSIGN(body.quantities, entry::quantities_of(*note, state.body.quantities->size()));
        return {};
      });
}
Result<int> rx_dispense(Session& session) {
  return act_on(
      session, RxAct::dispense, "dispensed",
      [](ActSession&, entry::Prescription& body, const Note& note, const auto& state) -> Status {
        if (!note) return fail(Code::usage, "option '--document' is needed");
        MC_ASSIGN(body.quantities, entry::quantities_of(*note, state.body.quantities->size()));
        return {};
      });
}
Result<int> rx_deliver(Session& session) {
  MC_ASSIGN(const std::string word, session.required("step"));
  MC_ASSIGN(const auto step, entry::parse_word<entry::RxStep>(word));
  return act_on(session, RxAct::deliver, word + ":",
                [&](ActSession&, entry::Prescription& body, const Note&, const auto&) -> Status {
                  body.step = step;
                  return {};
                });
}
Result<int> rx_close(Session& session) {
  return act_on(session, RxAct::close, "closed", nothing_more);
}
Result<int> rx_cancel(Session& session) {
  std::string done = "cancelled";
  return act_on(session, RxAct::cancel, done,
                [&](ActSession& act, entry::Prescription&, const Note&,
                    const rules::PrescriptionState& state) -> Status {
                  MC_ASSIGN(const bool only_marks, is_held_by_another(act, state));
                  if (only_marks)
                    done = "marked, to be cancelled when " + quote(state.holder->get()) +
                           " returns it:";
                  return {};
                });
}
Result<int> rx_extend(Session& session) {
  return act_on(session, RxAct::extend, "extended",
                [&](ActSession& act, entry::Prescription& body, const Note& note,
                    const auto& state) -> Status {
                  if (!note) return fail(Code::usage, "option '--document' is needed: the reason");
                  MC_ASSIGN(body.until, session.time("until"));
                  if (body.until) return {};
                  MC_ASSIGN(body.until, latest_extension(act, state));
                  return {};
                });
}
Result<int> rx_claim(Session& session) {
  return act_on(session, RxAct::claim, "claimed",
                [&](ActSession& act, entry::Prescription& body, const Note&,
                    const rules::PrescriptionState& state) -> Status {
                  auto receipt = receipt_of_claim(act, state);
                  // There is nothing the ledger could be asked about.
                  if (!receipt && state.receipts.empty())
                    record_rx_refusal(act, body, receipt.error());
                  if (!receipt) return std::move(receipt).error();
                  body.receipt = *receipt;
                  return {};
                });
}

}  // namespace medchain::cli
