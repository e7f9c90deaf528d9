#include "cli/refer_share.hpp"

#include "cli/basis_options.hpp"
#include "cli/entry_operand.hpp"
#include "cli/refer_acts.hpp"
#include "cli/text_input.hpp"

namespace medchain::cli {
namespace {

constexpr std::int64_t default_access = 90 * 86'400;

/// Places of the records that are named, from this member's vault.
Result<std::vector<entry::RecordSet>> places_of(ActSession& act,
                                                const std::optional<ReceiptInput>& receipts) {
  std::vector<std::string> names;
  std::vector<entry::RecordSet> places;
  for (const std::string& text : act.session().arguments().all("record")) {
    if (text == "-") continue;
    MC_ASSIGN(auto place, parse_rows(text));
    if (place)
      places.push_back(std::move(*place));
    else
      names.push_back(text);
  }
  sort_unique(names);
  if (!names.empty()) {
    if (act.vault() == nullptr) return fail(Code::vault_missing, "there is no vault");
    MC_ASSIGN(const auto found, places_of_records(*act.vault(), names));
    places.insert(places.end(), found.begin(), found.end());
  }
  if (receipts) {
    act.note_input(receipts->digest);
    places.insert(places.end(), receipts->places.begin(), receipts->places.end());
  }
  return joined(places);
}

/// The subject that the first of the records is about: a step does not name it.
Result<SubjectTag> subject_of(ActSession& act, const entry::RecordSet& set) {
  std::optional<SubjectTag> subject;
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    return view.placed_rows(set.entry, set.rows,
                            [&](std::uint32_t, const rules::PlacedRow& placed) -> Status {
                              if (!subject) subject = placed.row.subject;
                              return {};
                            });
  }));
  MC_ASSERT(subject.has_value());  // placed_rows() fails where there is no such row
  return *subject;
}

}  // namespace

std::vector<Option> share_options() {
  Option record{"record", 0, ValueKind::text, "RECORD",
                "Observation/9, ENTRY:ROWS, or '-' for receipts on stdin"};
  record.repeat = true;
  std::vector<Option> options = {
      record,
      {"no-require-summary", 0, ValueKind::flag, {}, "take receipts without a summary"},
      {"purpose", 0, ValueKind::text, "CODE", "why: an HL7 PurposeOfUse code (default: TREAT)"},
      {"until", 0, ValueKind::time, "TIME", "log time at which access ends (default: 90d)"},
      {"onward", 0, ValueKind::number, "N", "how often it may be passed on (default: 0)"}};
  const std::vector<Option> basis = basis_options();
  options.insert(options.end(), basis.begin(), basis.end());
  return options;
}

std::vector<Option> words_options() {
  return {{"text-file", 0, ValueKind::file, "FILE", "the words; sealed; '-' is stdin"},
          {"contact", 0, ValueKind::text, "TEXT", "who answers questions; sealed"}};
}

Result<std::optional<entry::Share>> read_share(ActSession& act,
                                               const std::optional<ReceiptInput>& receipts,
                                               const std::optional<SubjectTag>& subject) {
  Session& session = act.session();
  entry::Share share;
  MC_ASSIGN(share.records, places_of(act, receipts));
  if (share.records.empty()) return std::optional<entry::Share>();
  if (subject) {
    share.subject = *subject;
  } else {
    MC_ASSIGN(share.subject, subject_of(act, share.records.front()));
  }
  MC_ASSIGN(share.purpose, word_option("purpose", session.setting("purpose").value_or("TREAT")));
  MC_ASSIGN(const auto until, session.time("until"));
  share.until = until.value_or(UnixSeconds(session.now().get() + default_access));
  MC_ASSIGN(const auto onward, session.number("onward", 0, 8));
  share.onward = onward.value_or(0);
  MC_TRY(read_basis(act, share.basis));
  return std::optional(std::move(share));
}

Result<entry::Terms> read_words(Session& session) {
  entry::Terms terms;
  MC_ASSIGN(terms.text, read_text_option(session, "text-file"));
  terms.contact = session.arguments().value("contact");
  return terms;
}

}  // namespace medchain::cli
