// issue: a prescription, sealed to the redeem token that the patient gets.
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/act_session.hpp"
#include "cli/entry_operand.hpp"
#include "cli/rx_acts.hpp"
#include "cli/rx_order.hpp"
#include "cli/rx_windows.hpp"
#include "cli/text_input.hpp"
#include "entry/terms.hpp"
#include "exchange/redeem_token.hpp"
#include "rules/apply.hpp"
#include "vault/subjects.hpp"

namespace medchain::cli {
namespace {

/// The token is in its file whole or not at all, and takes no other's place.
Status write_token(const exchange::RedeemToken& token, const std::string& path) {
  const std::string partial = path + ".partial";
  const crypto::Secret text = token.text();
  MC_TRY(replace_file(partial, as_text(text.view()), 0600));
  MC_ASSIGN(const bool is_new, rename_new(partial, path));
  if (!is_new) return fail(Code::key_missing, quote(path) + " is there already");
  return sync_directory(parent_directory(path));
}

/// The file of a run that was cut short is used again: it may be that of an entry.
Result<exchange::RedeemToken> token_in(Session& session, const std::string& path) {
  if (file_exists(path)) return exchange::RedeemToken::load(path);
  auto token = exchange::RedeemToken::generate(session.random());
  if (session.dry_run()) return token;
  MC_TRY(write_token(token, path));
  // Of two runs at once the other one's may have got the name.
  return exchange::RedeemToken::load(path);
}

template <class E>
Result<E> word_or(const Session& session, std::string_view option, E otherwise) {
  const auto text = session.setting(option);
  if (!text) return otherwise;
  return entry::parse_word<E>(*text);
}

RxPlan plan_of(const exchange::RxOrder& order) {
  RxPlan plan{order.authored, order.begins, order.ends, order.repeats, 0};
  plan.interval = static_cast<std::int64_t>(order.interval_days) * 86'400;
  return plan;
}

/// When each part may be accepted, as log time will be.
Result<std::vector<entry::RxPart>> windows(Session& session, ActSession& act, const RxPlan& plan) {
  std::vector<entry::RxPart> parts;
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const UnixSeconds now, rules::judged_at(view, session.clock()));
    MC_ASSIGN(const entry::Policy policy, rules::policy(view));
    MC_ASSIGN(parts, rx_windows(session, policy, now, plan));
    return {};
  }));
  return parts;
}

Result<std::optional<MemberName>> pharmacy_of(const Session& session,
                                              const exchange::RxOrder& order) {
  const auto named = session.setting("pharmacy");
  if (!named && order.pharmacy)
    return fail(Code::input_invalid,
                "field " + quote(*order.pharmacy) + ": a pharmacy, which has another name here")
        .with_hint("name the member with '--pharmacy', or leave the field away");
  if (!named) return std::optional<MemberName>();
  MC_ASSIGN(MemberName member, member_option("pharmacy", *named));
  return std::optional(std::move(member));
}

/// The subject's tag.  A dry run makes neither vault nor key: any tag is judged alike.
Result<SubjectTag> subject_tag(Session& session, ActSession& act, const std::string& subject) {
  if (act.vault() == nullptr) return SubjectTag();
  MC_ASSIGN(const auto known,
            vault::Subjects(*act.vault()).find_or_make(subject, session.random()));
  return known ? known->tag : SubjectTag();
}

/// What the options and the document say, without token and document.
Result<entry::Prescription> body_of(Session& session, ActSession& act,
                                    const exchange::RxOrder& order) {
  entry::Prescription body;
  MC_ASSIGN(body.person, act.person());
  MC_ASSIGN(body.rx_class, word_or(session, "class", entry::RxClass::ordinary));
  MC_ASSIGN(body.mode, word_or(session, "mode", entry::RxMode::pharmacy));
  body.controlled = session.has("controlled");
  MC_ASSIGN(body.pharmacy, pharmacy_of(session, order));
  MC_ASSIGN(const auto days, session.number("days", 1, 731));
  body.days = days ? *days : order.days.value_or(1);
  MC_ASSIGN(body.parts, windows(session, act, plan_of(order)));
  body.quantities = entry::quantities_of(order.document);
  return body;
}

}  // namespace

Result<int> rx_issue(Session& session) {
  MC_ASSIGN(const std::string path, session.required("token-file"));
  MC_ASSIGN(auto subject, subject_option(session));
  MC_ASSIGN(const SignedOrder what, read_signed_order(session));
  if (!subject) subject = what.order.subject;
  if (!subject) return fail(Code::usage, "option '--subject' is needed");
  MC_ASSIGN(const auto act, ActSession::begin(session));
  const std::string text = entry::format_rx(what.order.document);
  act->note_input(text);
  act->note_input(*subject);
  MC_ASSIGN(entry::Prescription body, body_of(session, *act, what.order));
  MC_ASSIGN(body.subject, subject_tag(session, *act, *subject));
  MC_ASSIGN(const auto token, token_in(session, path));
  body.token = token.key();
  Draft draft;
  if (what.signature) {
    body.signature = entry::commit_document(what.signature->salt, what.signature->digest);
    draft.contents.values = {*what.signature};
  }
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
      {"document", 0, ValueKind::file, "FILE", "what is prescribed, ours or FHIR; '-' is stdin"},
      {"signature", 0, ValueKind::file, "FILE", "a physician's own signature over it, detached"},
      {"token-file", 0, ValueKind::text, "FILE", "where the redeem token goes"},
      {"subject", 0, ValueKind::text, "ID", "for whom (default: as FHIR says)"},
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
