// issue: a prescription, sealed to the redeem token that the patient gets.
#include "base/file.hpp"
#include "cli/act_session.hpp"
#include "cli/entry_operand.hpp"
#include "cli/rx_acts.hpp"
#include "cli/rx_windows.hpp"
#include "cli/text_input.hpp"
#include "entry/message.hpp"
#include "entry/rx_document.hpp"
#include "exchange/redeem_token.hpp"
#include "rules/apply.hpp"
#include "vault/subjects.hpp"

namespace medchain::cli {
namespace {

/// As a person wrote it, in any order and spacing.
Result<entry::RxDocument> read_document(Session& session) {
  MC_ASSIGN(const auto text, read_text_option(session, "document"));
  if (!text) return fail(Code::usage, "option '--document' is needed");
  MC_ASSIGN(const auto written,
            entry::decode_message<entry::RxDocument>(entry::RxDocument::type, *text));
  return entry::parse_rx_document(entry::format_rx(written));
}

/// The file of a run that was cut short is used again: it may be that of an entry.
Result<exchange::RedeemToken> token_in(Session& session, const std::string& path) {
  if (file_exists(path)) return exchange::RedeemToken::load(path);
  auto token = exchange::RedeemToken::generate(session.random());
  if (session.dry_run()) return token;
  const crypto::Secret text = token.text();
  const std::string_view line(reinterpret_cast<const char*>(text.view().data()), text.size());
  MC_TRY(create_file_exclusive(path, line, 0600, Code::key_missing));
  return token;
}

template <class E>
Result<E> word_or(const Session& session, std::string_view option, E otherwise) {
  const auto text = session.setting(option);
  if (!text) return otherwise;
  return entry::parse_word<E>(*text);
}

/// When each part may be accepted, as log time will be.
Result<std::vector<entry::RxPart>> windows(Session& session, ActSession& act) {
  std::vector<entry::RxPart> parts;
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const UnixSeconds now, rules::judged_at(view, session.clock()));
    MC_ASSIGN(const entry::Policy policy, rules::policy(view));
    MC_ASSIGN(parts, rx_windows(session, policy, now, std::nullopt));
    return {};
  }));
  return parts;
}

}  // namespace

Result<int> rx_issue(Session& session) {
  MC_ASSIGN(const std::string path, session.required("token-file"));
  MC_ASSIGN(const auto subject, subject_option(session));
  if (!subject) return fail(Code::usage, "option '--subject' is needed");
  MC_ASSIGN(const auto document, read_document(session));
  MC_ASSIGN(const auto act, ActSession::begin(session));
  const std::string text = entry::format_rx(document);
  act->note_input(text);
  act->note_input(*subject);
  entry::Prescription body;
  MC_ASSIGN(body.person, act->person());
  MC_ASSIGN(body.rx_class, word_or(session, "class", entry::RxClass::ordinary));
  MC_ASSIGN(body.mode, word_or(session, "mode", entry::RxMode::pharmacy));
  body.controlled = session.has("controlled");
  if (const auto pharmacy = session.setting("pharmacy")) {
    MC_ASSIGN(body.pharmacy, member_option("pharmacy", *pharmacy));
  }
  MC_ASSIGN(const auto days, session.number("days", 1, 731));
  body.days = days.value_or(1);
  MC_ASSIGN(body.parts, windows(session, *act));
  body.quantities = entry::quantities_of(document);
  // A dry run makes neither vault nor key: any tag is judged alike.
  std::optional<vault::Subject> known;
  if (act->vault() != nullptr) {
    MC_ASSIGN(known, vault::Subjects(*act->vault()).find_or_make(*subject, session.random()));
  }
  body.subject = known ? known->tag : SubjectTag();
  MC_ASSIGN(const auto token, token_in(session, path));
  body.token = token.key();
  Draft draft;
  draft.body = std::move(body);
  draft.contents.document = exchange::seal_document(text, session.random());
  draft.contents.bearers = {crypto::recipient_of(token.identity())};
  draft.what = "issued a prescription, the redeem token is in " + path;
  std::vector<Draft> drafts;
  drafts.push_back(std::move(draft));
  return act->finish(std::move(drafts));
}

std::vector<Option> issue_options() {
  std::vector<Option> options = {
      {"document", 0, ValueKind::file, "FILE", "what is prescribed, as JSON; '-' is stdin"},
      {"token-file", 0, ValueKind::text, "FILE", "where the redeem token goes"},
      {"subject", 0, ValueKind::text, "ID", "for whom, as the vault knows them"},
      {"subject-file", 0, ValueKind::file, "FILE", "the same, from a file"},
      {"class", 0, ValueKind::words, "CLASS", "class", {}, "ordinary|emergency|long-term"},
      {"controlled", 0, ValueKind::flag, {}, "a drug is under special control"},
      {"mode",
       0,
       ValueKind::words,
       "MODE",
       "how the patient means to get it",
       {},
       "in-house|pharmacy|home-delivery"},
      {"pharmacy", 0, ValueKind::text, "MEMBER", "who alone may accept it"},
      {"days", 0, ValueKind::number, "N", "days of supply of each part (default: 1)"}};
  const std::vector<Option> windows = rx_window_options();
  options.insert(options.end(), windows.begin(), windows.end());
  return options;
}

void issue_opens(const Session& session, Places& places) {
  act_opens(session, places);
  if (const auto path = session.setting("token-file"))
    places.add_new(parent_directory(*path), Access::make);
}

}  // namespace medchain::cli
