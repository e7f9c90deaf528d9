// accept: a prescription is redeemed by its token and read; show: it is read again.
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/act_session.hpp"
#include "cli/own_side.hpp"
#include "cli/rx_acts.hpp"
#include "cli/rx_find.hpp"
#include "cli/rx_order.hpp"
#include "cli/text_input.hpp"
#include "cli/workspace.hpp"
#include "crypto/sha256.hpp"
#include "entry/message.hpp"
#include "exchange/open_terms.hpp"
#include "exchange/redeem_token.hpp"
#include "rules/apply.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::cli {
namespace {

/// The issue with this token, by the ledger.
Result<RxFound> find_by_token(const ledger::Snapshot& view, const RedeemKey& key) {
  MC_ASSIGN(const auto text, view.get(rules::key_of_redeem(key)));
  if (!text)
    return fail(Code::entry_missing, "no prescription on this ledger has this redeem token");
  return find_prescription(view, *text);
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

/// The document, once it is known to be the one that was issued.
Result<entry::RxDocument> checked(const std::optional<exchange::OpenedDocument>& opened,
                                  const rules::PrescriptionState& state) {
  if (!opened) return fail(Code::package_invalid, "the prescription has no document");
  MC_ASSIGN(auto document, entry::parse_rx_document(opened->text));
  MC_TRY(check_counts(document, *state.body.quantities));
  MC_TRY(check_signature(document, opened->signature));
  return document;
}

Status print(Session& session, const entry::RxDocument& document) {
  if (document.signature) session.tell("a physician's signature is present, not validated");
  return session.out().line(entry::encode_message(entry::RxDocument::type, document));
}

/// Who holds it, or dispensed it last, reads it again; nobody else does.
Status check_holder(const ledger::Snapshot& view, const RxFound& found,
                    const std::optional<MemberName>& me) {
  MC_ASSIGN(const UnixSeconds now, rules::log_time(view));
  MC_ASSIGN(const entry::Policy policy, rules::policy(view));
  const rules::RxStanding standing = rules::rx_standing(found.state, policy, now);
  if (standing == rules::RxStanding::cancelled)
    return fail(Code::prescription_over, "the prescription was cancelled");
  if (!found.state.holder)
    return fail(Code::entry_state, "nobody holds the prescription").with_hint("accept it first");
  if (found.state.holder == me) return {};
  return fail(Code::prescription_held,
              "the prescription is held by " + quote(found.state.holder->get()));
}

Status show_to_holder(Session& session, const ledger::Snapshot& view, const OwnSide& own,
                      const std::string& token_file) {
  MC_ASSIGN(auto token, exchange::RedeemToken::load(token_file));
  MC_ASSIGN(const RxFound found, find_by_token(view, token.key()));
  MC_TRY(check_holder(view, found, own.member()));
  MC_ASSIGN(const entry::Entry issue, view.entry(found.state.index));
  MC_ASSIGN(const auto opened, exchange::open_document(own.packages(), token.identity(), issue));
  MC_ASSIGN(const auto document, checked(opened, found.state));
  return print(session, document);
}

/// A note that somebody sealed to the prescriber.
Status print_note(Session& session, EntryIndex index, const entry::Entry& entry,
                  const exchange::OpenedDocument& opened) {
  MC_ASSIGN(const auto note, entry::parse_rx_note(opened.text));
  const auto& body = std::get<entry::Prescription>(entry.statement.body);
  json::Object line = message(entry::RxNote::type);
  line.set("entry", index.get()).set("act", entry::word_of(body.act));
  line.set("author", entry.statement.header.author.get());
  line.set("time", format_time(entry.statement.header.time));
  entry::Encoder encoder(line);
  entry::RxNote::fields(note, encoder);
  return session.out().line(line);
}

/// What came back, one by one: a note that cannot be read hides no other, and makes the status 1.
Result<int> print_notes(Session& session, const ledger::Snapshot& view, const OwnSide& own,
                        const EntryHash& prescription) {
  int status = 0;
  MC_ASSIGN(const auto steps, rules::steps_of(view, prescription));
  for (const auto& [index, step] : steps) {
    MC_ASSIGN(const entry::Entry entry, view.entry(index));
    const auto* body = std::get_if<entry::Prescription>(&entry.statement.body);
    if (body == nullptr || !body->document) continue;
    auto note = own.document(entry);
    Status printed = note ? Status() : Status(std::move(note).error());
    if (printed && *note) printed = print_note(session, index, entry, **note);
    if (printed) continue;
    if (printed.error().code == Code::output_failed) return printed.error();
    session.report(Error(printed.error()).context("entry " + std::to_string(index.get())));
    status = 1;
  }
  return status;
}

Result<int> show_to_prescriber(Session& session, const ledger::Snapshot& view, const OwnSide& own) {
  MC_ASSIGN(const RxFound found, find_prescription(view, session.operands().front()));
  if (own.member() != found.state.author)
    return fail(Code::not_permitted, "it was prescribed by " + quote(found.state.author.get()))
        .with_hint("who holds it reads it with '--token-file'");
  MC_ASSIGN(const entry::Entry issue, view.entry(found.state.index));
  MC_ASSIGN(const auto opened, own.document(issue));
  MC_ASSIGN(const auto document, checked(opened, found.state));
  MC_TRY(print(session, document));
  return print_notes(session, view, own, found.hash);
}

}  // namespace

Result<int> rx_accept(Session& session) {
  MC_ASSIGN(const std::string path, session.required("token-file"));
  MC_ASSIGN(auto token, exchange::RedeemToken::load(path));
  MC_ASSIGN(const auto act, ActSession::begin(session));
  act->note_input(to_hex(token.key().bytes));
  std::optional<RxFound> found;
  std::optional<entry::Entry> issue;
  MC_TRY(act->ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(found, find_by_token(view, token.key()));
    MC_ASSIGN(issue, view.entry(found->state.index));
    return {};
  }));
  MC_ASSIGN(const auto opened, exchange::open_document(act->packages(), token.identity(), *issue));
  MC_ASSIGN(const auto document, checked(opened, found->state));
  MC_TRY(compare_shown(session, document));
  entry::Prescription body;
  body.act = entry::RxAct::accept;
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
  MC_ASSIGN(const int status, finish_rx(*act, std::move(draft)));
  // Who is not known to hold it is not shown it.
  if (session.has("emit") || session.dry_run()) return status;
  MC_TRY(print(session, document));
  return status;
}

Result<int> rx_show(Session& session) {
  const auto token_file = session.setting("token-file");
  if (token_file.has_value() == !session.operands().empty())
    return fail(Code::usage, "expected PRESCRIPTION, of who prescribed it, or '--token-file'");
  ledger::OpenOptions options;
  options.random_access = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, options));
  MC_ASSIGN(const OwnSide own, OwnSide::open(session, *ledger));
  int status = 0;
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    if (token_file) return show_to_holder(session, view, own, *token_file);
    MC_ASSIGN(status, show_to_prescriber(session, view, own));
    return {};
  }));
  return status;
}

Verb rx_show_verb() {
  Verb verb;
  verb.name = "show";
  verb.operands = "[PRESCRIPTION]";
  verb.summary = "read a prescription again, and what came back";
  verb.options = {{"token-file", 0, ValueKind::file, "FILE", "the redeem token, of who holds it"}};
  verb.common = {"ledger", "key", "vault", "packages", "output"};
  verb.formats = "json";
  verb.operand_kind = ValueKind::text;
  verb.max_operands = 1;
  verb.also_opens = own_side_opens;
  verb.secret_output = true;
  verb.run = rx_show;
  return verb;
}

}  // namespace medchain::cli
