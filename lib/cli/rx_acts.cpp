// What happens to a prescription that was issued, and who is told of it.
#include "cli/rx_acts.hpp"

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/act_session.hpp"
#include "cli/entry_operand.hpp"
#include "cli/rx_order.hpp"
#include "cli/text_input.hpp"
#include "crypto/sha256.hpp"
#include "entry/message.hpp"
#include "exchange/open_terms.hpp"
#include "exchange/redeem_token.hpp"
#include "rules/apply.hpp"
#include "rules/prescription_state.hpp"

namespace medchain::cli {
namespace {

using entry::RxAct;

struct Found {
  EntryHash hash;
  rules::PrescriptionState state;
};

Result<Found> find_prescription(const ledger::Snapshot& view, std::string_view text) {
  MC_ASSIGN(const EntryHash hash, find_entry(view, "prescription", text));
  MC_ASSIGN(auto state, rules::prescription(view, hash));
  if (!state) return fail(Code::store_damaged, "a prescription is gone");
  return Found{hash, std::move(*state)};
}

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
  std::optional<Found> found;
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
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  return act->finish(std::move(drafts));
}

using Note = std::optional<entry::RxNote>;

Status nothing_more(ActSession&, entry::Prescription&, const Note&,
                    const rules::PrescriptionState&) {
  return {};
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

/// The issue with this token, by the ledger.
Result<Found> find_by_token(const ledger::Snapshot& view, const RedeemKey& key) {
  MC_ASSIGN(const auto text, view.get(rules::key_of_redeem(key)));
  if (!text)
    return fail(Code::entry_missing, "no prescription on this ledger has this redeem token");
  return find_prescription(view, *text);
}

/// What the token opens is what the entry says.
Status check_document(const entry::RxDocument& document, const rules::PrescriptionState& state) {
  const auto counts = entry::quantities_of(document);
  if (counts.size() != state.body.quantities->size())
    return fail(Code::verify_failed,
                "items: " + std::to_string(counts.size()) + " in the document, " +
                    std::to_string(state.body.quantities->size()) + " on the ledger");
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] != (*state.body.quantities)[i])
      return fail(Code::verify_failed,
                  "items[" + std::to_string(i) + "].quantity: " + std::to_string(counts[i]) +
                      " in the document, " + std::to_string((*state.body.quantities)[i]) +
                      " on the ledger");
  return {};
}

/// What the patient shows is what was issued: each field that differs is named.
Status compare_shown(Session& session, const entry::RxDocument& issued) {
  MC_ASSIGN(const auto text, read_bytes_option(session, "shown"));
  if (!text) return {};
  MC_ASSIGN(auto shown, parse_rx_order(*text));
  const auto fields = changed_fields(issued, std::move(shown.document));
  if (fields.empty()) return {};
  return fail(Code::verify_failed,
              "what is shown is not what was issued: " + escape_for_terminal(join(fields, ", ")));
}

/// The physician's signature is that which the entry commits to; whether it is good is not ours.
Status check_signature(const entry::RxDocument& document, const std::optional<Digest>& committed) {
  std::optional<Digest> found;
  if (document.signature) {
    auto bytes = parse_base64(*document.signature);
    if (!bytes) return std::move(bytes).error().context("field 'signature'");
    found = Digest(crypto::sha256(*bytes));
  }
  if (found == committed) return {};
  return fail(Code::verify_failed, "signature: it is not that which the entry commits to");
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
  return act_on(session, RxAct::cancel, "cancelled", nothing_more);
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
                  MC_ASSIGN(body.receipt, receipt_of_claim(act, state));
                  return {};
                });
}

Result<int> rx_accept(Session& session) {
  MC_ASSIGN(const std::string path, session.required("token-file"));
  MC_ASSIGN(auto token, exchange::RedeemToken::load(path));
  MC_ASSIGN(const auto act, ActSession::begin(session));
  act->note_input(to_hex(token.key().bytes));
  std::optional<Found> found;
  std::optional<entry::Entry> issue;
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(found, find_by_token(view, token.key()));
    MC_ASSIGN(issue, view.entry(found->state.index));
    return {};
  }));
  MC_ASSIGN(const auto opened, exchange::open_document(act->packages(), token.identity(), *issue));
  if (!opened) return fail(Code::package_invalid, "the prescription has no document");
  MC_ASSIGN(const auto document, entry::parse_rx_document(opened->text));
  MC_TRY(check_document(document, found->state));
  MC_TRY(check_signature(document, opened->signature));
  MC_TRY(compare_shown(session, document));
  entry::Prescription body;
  body.act = RxAct::accept;
  body.prescription = found->hash;
  MC_ASSIGN(body.person, act->person());
  Draft draft;
  draft.body = std::move(body);
  draft.what =
      "accepted the prescription of " + index_range(found->state.index, found->state.index);
  draft.complete = [&](const entry::Header& header, entry::Body& made) -> Status {
    MC_ASSIGN(
        std::get<entry::Prescription>(made).proof,
        token.prove(entry::redeem_text(*header.genesis, found->hash, header.author, header.id)));
    return {};
  };
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  MC_ASSIGN(const int status, act->finish(std::move(drafts)));
  if (document.signature) session.tell("a physician's signature is present, not validated");
  MC_TRY(session.out().line(entry::encode_message(entry::RxDocument::type, document)));
  return status;
}

}  // namespace medchain::cli
