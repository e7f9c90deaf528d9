#include "cli/refer_share.hpp"

#include "base/file.hpp"
#include "cli/basis_options.hpp"
#include "cli/copy_digest.hpp"
#include "cli/entry_operand.hpp"
#include "cli/own_records.hpp"
#include "cli/refer_acts.hpp"
#include "cli/text_input.hpp"
#include "exchange/held_records.hpp"

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
  if (!names.empty()) {
    if (act.vault() == nullptr) return fail(Code::vault_missing, "there is no vault");
    MC_ASSIGN(const auto records, named_records(act.session(), names));
    MC_TRY(act.vault()->read([&]() -> Status {
      for (const NamedRecord& record : records) {
        MC_ASSIGN(const std::uint64_t number, find_own_record(*act.vault(), record));
        MC_ASSIGN(const auto place, place_of(*act.vault(), number, record.name));
        places.push_back({place.entry, entry::RowRanges::of({place.row})});
      }
      return {};
    }));
  }
  if (receipts) {
    act.note_input(receipts->digest);
    places.insert(places.end(), receipts->places.begin(), receipts->places.end());
  }
  return joined(places);
}

/// Copies of one's own are read again: what is referred can be released.  Records of others are for
/// the ledger to refuse.
Status check_whole(ActSession& act, const std::vector<entry::RecordSet>& places) {
  vault::Vault* const vault = act.vault();
  if (vault == nullptr) return {};
  return vault->read([&]() -> Status {
    MC_ASSIGN(const auto numbers, exchange::versions_at(*vault, places));
    for (const std::uint64_t number : numbers) {
      MC_ASSIGN(const vault::Version version, vault->version(number));
      const bool canonical = (version.flags & entry::Row::flag_canonical_json) != 0;
      const auto digest = digest_of_copy(*vault, number, canonical);
      if (digest && *digest == version.digest) continue;
      MC_ASSIGN(const vault::Batch batch, vault->batch(version.batch));
      const ledger::RowPlace place{batch.entry, static_cast<std::uint32_t>(number - batch.first)};
      const std::string at = "record " + to_text(place);
      if (!digest)
        return Error(digest.error()).context(at).with_hint("'medchain-vault put' keeps copies");
      return fail(Code::copy_damaged, at + ": its copy is not what was anchored")
          .with_hint("'medchain-vault check' tells what else is damaged");
    }
    return {};
  });
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
                "Observation/9, a file, ENTRY:ROWS, or '-' for receipts on stdin"};
  record.repeat = true;
  std::vector<Option> options = {
      record,
      {"source", 0, ValueKind::text, "NAME", "system that gave the ids, as they were anchored"},
      {"no-require-summary", 0, ValueKind::flag, {}, "take receipts without a summary"},
      {"purpose", 0, ValueKind::text, "CODE", "why: an HL7 PurposeOfUse code (default: TREAT)"},
      {"until", 0, ValueKind::time, "TIME", "log time at which access ends (default: 90d)"},
      {"onward", 0, ValueKind::number, "N", "how often it may be passed on (default: 0)"}};
  const std::vector<Option> basis = basis_options();
  options.insert(options.end(), basis.begin(), basis.end());
  return options;
}

void share_opens(const Session& session, Places& places) {
  act_opens_scratch(session, places);
  for (const std::string& name : session.arguments().all("record"))
    if (file_exists(name)) places.add(name, Access::read);
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
  MC_TRY(check_whole(act, share.records));
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
