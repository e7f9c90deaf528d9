// create and consult: whom, about whom, for which service, with which records.
#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/documents.hpp"
#include "cli/entry_operand.hpp"
#include "cli/refer_acts.hpp"
#include "cli/refer_duplicates.hpp"
#include "cli/refer_fhir.hpp"
#include "cli/refer_release.hpp"
#include "cli/refer_share.hpp"
#include "cli/text_input.hpp"
#include "entry/row.hpp"
#include "vault/subjects.hpp"

namespace medchain::cli {
namespace {

class Creating {
 public:
  Creating(ActSession& act, entry::ReferralAct what, FhirOrder fhir,
           std::optional<ReceiptInput> receipts)
      : session_(act.session()), act_(act), fhir_(std::move(fhir)), receipts_(std::move(receipts)) {
    body_.act = what;
  }

  Result<int> run() {
    MC_TRY(read_receivers());
    MC_ASSIGN(entry::Terms terms, read_words(session_));
    MC_TRY(read_subject(terms));
    MC_TRY(read_options());
    MC_TRY(read_document(terms));
    MC_ASSIGN(body_.person, act_.person());
    MC_ASSIGN(body_.share, read_share(act_, receipts_, order_.subject));
    MC_TRY(attach_records(act_, body_.share, terms));
    act_.note_input(terms.text.value_or(""));
    return finish(std::move(terms));
  }

 private:
  Result<std::vector<MemberName>> names(std::string_view option) {
    std::vector<MemberName> all;
    for (const std::string& text : session_.arguments().all(option)) {
      MC_ASSIGN(auto name, member_option(option, text));
      all.push_back(std::move(name));
    }
    sort_unique(all);
    return all;
  }

  Status read_receivers() {
    MC_ASSIGN(order_.to, names("to"));
    MC_ASSIGN(order_.groups, names("group"));
    if (fhir_.to) {
      std::optional<std::string> typed;
      if (!order_.to.empty()) typed = order_.to.front().get();
      MC_ASSIGN(const auto name, agreed("to", typed, fhir_.to));
      MC_ASSIGN(const auto member, member_option("to", *name));
      order_.to = {member};
    }
    if (!order_.to.empty() || !order_.groups.empty()) return {};
    return fail(Code::usage, "option '--to' is needed").with_hint("give '--to=MEMBER'");
  }

  /// The service is keyed with the subject's key, which only this vault has.
  Status read_subject(entry::Terms& terms) {
    MC_ASSIGN(auto typed, subject_option(session_));
    MC_ASSIGN(const auto identifier, agreed("subject", std::move(typed), fhir_.subject));
    if (!identifier)
      return fail(Code::usage, "option '--subject' or '--subject-file' is needed")
          .with_hint("a file, or '--subject-file=-', keeps it out of the list of processes");
    MC_ASSIGN(const auto said, agreed("service", session_.setting("service"), fhir_.service));
    if (!said) return fail(Code::usage, "option '--service' is needed");
    const std::string& service = *said;
    if (act_.vault() == nullptr) return fail(Code::vault_missing, "there is no vault");
    MC_ASSIGN(const auto subject,
              vault::Subjects(*act_.vault()).find_or_make(*identifier, session_.random()));
    if (!subject)
      return fail(Code::record_unknown, "the vault does not know this subject")
          .with_hint("without '--dry-run' it is made known");
    order_.subject = subject->tag;
    MC_TRY(act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const GenesisHash genesis, rules::genesis(view));
      order_.service = entry::service_tag(ByteView(subject->k), genesis, service);
      return {};
    }));
    act_.note_input(*identifier);
    act_.note_input(service);
    terms.subjects = {*identifier};
    terms.service = service;
    return {};
  }

  Status read_options() {
    MC_ASSIGN(order_.urgent, flag("urgent", fhir_.urgent));
    MC_ASSIGN(with_records_, flag("with-records", fhir_.with_records));
    if (with_records_ && session_.has("emit"))
      return fail(Code::usage, "option '--with-records' does not go with '--emit'")
          .with_hint("'medchain-refer release' once the referral is on the ledger");
    // Who is consulted needs not accept.
    order_.with_records = with_records_ && body_.act == entry::ReferralAct::create;
    MC_ASSIGN(order_.valid_until, valid_until());
    return act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(order_.based_on, referral_option(view, "based-on", fhir_.based_on));
      MC_ASSIGN(order_.duplicate_of, referral_option(view, "duplicate-of", fhir_.duplicate_of));
      std::vector<std::string> passed = session_.arguments().all("passed");
      passed.insert(passed.end(), fhir_.passed.begin(), fhir_.passed.end());
      for (const std::string& text : passed) {
        MC_ASSIGN(const auto found, find_grant(view, text));
        order_.passed.push_back(found.first);
      }
      sort_unique(order_.passed);
      return {};
    });
  }

  /// A flag cannot be taken back by an option, so the document must not say otherwise.
  Result<bool> flag(std::string_view option, const std::optional<Said>& said) const {
    std::optional<std::string> typed;
    if (session_.has(option)) typed = "true";
    MC_ASSIGN(const auto word, agreed(option, typed, said));
    return word == "true";
  }

  /// A referral may be named in several ways; compared is which it is.
  Result<std::optional<EntryHash>> referral_option(const ledger::Snapshot& view,
                                                   std::string_view option,
                                                   const std::optional<Said>& said) const {
    std::optional<std::string> typed;
    if (const auto text = session_.setting(option)) {
      MC_ASSIGN(const EntryHash hash, find_entry(view, "referral", *text));
      typed = to_text(hash);
    }
    MC_ASSIGN(const auto text, agreed(option, typed, said));
    if (!text) return std::optional<EntryHash>();
    MC_ASSIGN(const EntryHash hash, find_entry(view, "referral", *text));
    return std::optional(hash);
  }

  Result<std::optional<UnixSeconds>> valid_until() {
    MC_ASSIGN(const auto time, session_.time("valid-until"));
    std::optional<std::string> typed;
    if (time) typed = format_time(*time);
    MC_ASSIGN(const auto text, agreed("valid-until", typed, fhir_.valid_until));
    if (!text) return std::optional<UnixSeconds>();
    MC_ASSIGN(const UnixSeconds end, parse_time(*text));
    return std::optional(end);
  }

  /// The document goes along as it is; words that were typed take the place of its own.
  Status read_document(entry::Terms& terms) {
    if (fhir_.document.empty()) return {};
    if (fhir_.requester && !fhir_.requester->is(act_.member().get()))
      return fail(Code::input_invalid, "the FHIR document: '" + fhir_.requester->pointer +
                                           "': expected " + quote(act_.member().get()) +
                                           ", got another member");
    act_.note_input(fhir_.document);
    terms.fhir = fhir_.document;
    if (!terms.text) terms.text = fhir_.words;
    return add_records(act_, fhir_, receipts_);
  }

  /// Who is in a group that is asked, now.
  Result<std::vector<MemberName>> group_members() {
    std::vector<MemberName> found;
    MC_TRY(act_.ledger().read([&](const ledger::Snapshot& view) -> Status {
      for (const MemberName& group : order_.groups) {
        MC_ASSIGN(const auto state, rules::group(view, group));
        if (state) found.insert(found.end(), state->members.begin(), state->members.end());
      }
      return {};
    }));
    sort_unique(found);
    return found;
  }

  Result<int> finish(entry::Terms terms) {
    Draft draft;
    draft.must_read = order_.to;
    MC_ASSIGN(draft.may_read, group_members());
    const std::size_t asked = order_.to.size() + order_.groups.size();
    draft.what = body_.act == entry::ReferralAct::create
                     ? "referred to " + quote(order_.to.front().get())
                     : "asked " + counted(asked, "party");
    body_.order = std::move(order_);
    draft.body = std::move(body_);
    draft.terms = std::move(terms);
    MC_TRY(read_documents(act_, "application", draft));
    std::vector<Draft> drafts;
    drafts.push_back(std::move(draft));
    MC_ASSIGN(const int status, act_.finish(std::move(drafts)));
    if (!with_records_ || status != 0 || !act_.done()) return status;
    auto released = release_at_once(act_, *act_.done());
    if (!released)
      return std::move(released).error().context(
          "the referral is on the ledger, its records not "
          "released");
    return released;
  }

  Session& session_;
  ActSession& act_;
  FhirOrder fhir_;
  std::optional<ReceiptInput> receipts_;
  entry::Referral body_;
  entry::Order order_;
  bool with_records_ = false;
};

Result<int> begin(Session& session, entry::ReferralAct what) {
  MC_ASSIGN(auto fhir, read_fhir_option(session));
  MC_ASSIGN(auto receipts, read_receipts(session, false));
  MC_ASSIGN(const auto act, ActSession::begin(session));
  return Creating(*act, what, std::move(fhir), std::move(receipts)).run();
}

}  // namespace

std::vector<Option> order_options() {
  const auto many = [](std::string_view name, std::string_view value, std::string_view help) {
    Option option{name, 0, ValueKind::text, value, help};
    option.repeat = true;
    return option;
  };
  return {
      {"subject", 0, ValueKind::text, "ID", "whom it is about; sealed"},
      {"subject-file", 0, ValueKind::file, "FILE", "the same, in its first line; '-' is stdin"},
      {"service", 0, ValueKind::text, "CODE", "what for: cardiology; a tag on the ledger"},
      {"urgent", 0, ValueKind::flag, {}, "it does not wait"},
      {"based-on", 0, ValueKind::text, "REFERRAL", "it answers this one, back to who referred"},
      {"duplicate-of", 0, ValueKind::text, "REFERRAL", "it doubles this one, which is open"},
      {"with-records", 0, ValueKind::flag, {}, "seal the records at once; opened when accepted"},
      document_option("application", "a document for who is asked; sealed"),
      many("passed", "GRANT", "records of others go with it, by this grant of one's own")};
}

Result<int> refer_create(Session& session) { return begin(session, entry::ReferralAct::create); }
Result<int> refer_consult(Session& session) { return begin(session, entry::ReferralAct::consult); }

}  // namespace medchain::cli
