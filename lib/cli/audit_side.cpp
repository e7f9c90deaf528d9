#include "cli/audit_side.hpp"

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/audit_fhir.hpp"
#include "cli/own_records.hpp"
#include "cli/text_input.hpp"
#include "entry/codec.hpp"
#include "vault/persons.hpp"

namespace medchain::cli {
namespace {

template <class Tag>
Result<std::optional<Tag>> tag_option(const Session& session, std::string_view option) {
  const auto text = session.setting(option);
  if (!text) return std::optional<Tag>();
  const bool has_prefix = text->starts_with("sha256:");
  auto tag = parse_hash<Tag>(has_prefix ? *text : "sha256:" + *text);
  if (!tag)
    return fail(Code::usage, "option '--" + std::string(option) + "': " + tag.error().message);
  return std::optional(*tag);
}

std::string listed_names(const std::vector<MemberName>& names) {
  std::vector<std::string> texts;
  for (const MemberName& name : names) texts.push_back(quote(name.get()));
  return join(texts, ", ");
}

}  // namespace

std::vector<Option> audit_person_options() {
  return {{"person", 0, ValueKind::text, "ID", "of this person of yours, whom your vault knows"},
          {"person-tag", 0, ValueKind::text, "HEX", "of the person with this tag; no vault"}};
}

Result<std::optional<PersonTag>> person_tag_option(const Session& session) {
  if (session.arguments().value("person") && session.arguments().value("person-tag"))
    return fail(Code::usage, "option '--person-tag' takes the place of '--person'");
  return tag_option<PersonTag>(session, "person-tag");
}

std::vector<Option> audit_subject_options() {
  return {{"subject", 0, ValueKind::text, "ID", "about this subject, which your vault knows"},
          {"subject-file", 0, ValueKind::file, "FILE",
           "the same, the first line of a file or, with -, of standard input"},
          {"subject-tag", 0, ValueKind::text, "HEX", "about the subject with this tag; no vault"}};
}

std::vector<Option> audit_record_options() {
  return {{"record", 0, ValueKind::text, "RECORD",
           "about this record: TYPE/ID, a file, a digest, or ENTRY:ROW"},
          {"record-tag", 0, ValueKind::text, "HEX", "about the record with this tag; no vault"},
          {"source", 0, ValueKind::text, "NAME", "system that gave the id, as it was anchored"}};
}

std::vector<Option> audit_period_options() {
  return {{"since", 0, ValueKind::time, "TIME", "from this log time on, or so long ago (24h)"},
          {"until", 0, ValueKind::time, "TIME", "before this log time"}};
}

Result<AuditPeriod> audit_period(Session& session) {
  AuditPeriod period;
  MC_ASSIGN(period.since, session.time("since"));
  MC_ASSIGN(period.until, session.time("until"));
  if (period.since && period.until && *period.until <= *period.since)
    return fail(Code::usage, "option '--until': expected a time after that of '--since'");
  return period;
}

Result<std::optional<SubjectTag>> subject_tag_option(const Session& session) {
  return tag_option<SubjectTag>(session, "subject-tag");
}

Result<std::optional<NamedSubject>> audit_subject(Session& session) {
  NamedSubject subject;
  MC_ASSIGN(subject.name, subject_option(session));
  MC_ASSIGN(subject.tag, subject_tag_option(session));
  const Verb& verb = *session.arguments().verb;
  if (verb.operands.find("SUBJECT") != std::string_view::npos && !session.operands().empty()) {
    if (subject.name)
      return fail(Code::usage, "the operand and '--subject-file' name a subject: give one of them");
    subject.name = session.operands().front();
  }
  if (subject.name && subject.tag)
    return fail(Code::usage, "option '--subject-tag' takes the place of the subject's name");
  if (!subject.name && !subject.tag) return std::optional<NamedSubject>();
  return std::optional(std::move(subject));
}

Result<std::optional<MeantRecord>> audit_record(Session& session,
                                                const std::optional<std::string>& operand) {
  MeantRecord record;
  MC_ASSIGN(record.tag, tag_option<RecordTag>(session, "record-tag"));
  if (operand && record.tag)
    return fail(Code::usage, "option '--record-tag' takes the place of the record's name");
  if (operand) {
    record.place = parse_place(*operand);
    if (!record.place) {
      MC_ASSIGN(auto named, named_records(session, std::span(&*operand, 1)));
      record.named = std::move(named.front());
    }
  }
  if (!operand && !record.tag) return std::optional<MeantRecord>();
  return std::optional(std::move(record));
}

Result<AuditSide> AuditSide::open(Session& session, bool needs_vault, bool walks) {
  AuditSide side;
  ledger::OpenOptions options;
  options.random_access = !walks;
  MC_ASSIGN(side.ledger_, open_ledger(session, options));
  if (!needs_vault) return side;
  if (!session.setting("vault"))
    return fail(Code::usage,
                "without a vault nothing is known of names: option '--vault' is missing")
        .with_hint("name a tag, with '--subject-tag' or '--record-tag', or a record as ENTRY:ROW");
  MC_ASSIGN(side.vault_, open_vault(session, {}));
  return side;
}

Status AuditSide::check(const ledger::Snapshot& view) const {
  return vault_ ? check_same_ledger(*vault_, view) : Status();
}

Result<std::vector<audit::KnownTag>> AuditSide::tags_of(const ledger::Snapshot& view,
                                                        const NamedSubject& subject) const {
  if (subject.tag) return audit::tags_of_tag(view, *subject.tag);
  MC_ASSERT(vault_ != nullptr);
  return audit::tags_of_subject(*vault_, view, *subject.name);
}

Result<PersonTag> AuditSide::person_tag(const std::string& person, crypto::Random& random) const {
  MC_ASSERT(vault_ != nullptr);
  MC_ASSIGN(const auto tag, vault::Persons(*vault_).tag(person, random));
  if (!tag)
    return fail(Code::record_unknown, "the vault has no key for persons: none was ever named");
  return *tag;
}

Result<RecordTag> AuditSide::tag_of(const ledger::Snapshot& view, const MeantRecord& record) const {
  if (record.tag) {
    MC_ASSIGN(const auto places, view.find_record(*record.tag));
    if (places.empty())
      return fail(Code::record_unknown, "no record with this tag is on the ledger");
    return *record.tag;
  }
  ledger::RowPlace place;
  if (record.place) {
    place = *record.place;
  } else {
    MC_ASSERT(vault_ != nullptr);
    MC_TRY(vault_->read([&]() -> Status {
      MC_ASSIGN(const std::uint64_t number, find_own_record(*vault_, *record.named));
      MC_ASSIGN(place, audit::place_of_version(*vault_, view, number));
      return {};
    }));
  }
  RecordTag tag;
  MC_TRY(view.placed_rows(place.entry, entry::RowRanges::of({place.row}),
                          [&](std::uint32_t, const rules::PlacedRow& placed) -> Status {
                            tag = placed.row.record;
                            return {};
                          }));
  return tag;
}

Result<std::string> coverage_text(const rules::View& view,
                                  const std::vector<audit::KnownTag>& tags) {
  std::vector<std::string> parts;
  for (const audit::KnownTag& tag : tags)
    parts.push_back((tag.member ? quote(tag.member->get()) : "an unknown member") + " (" +
                    std::string(entry::word_of(tag.origin)) + ")");
  std::string text = "covers tags of " + join(parts, ", ");
  MC_ASSIGN(const auto others, audit::uncovered(view, tags));
  if (!others.empty())
    text += "; what the subject is called at " + listed_names(others) + " is not known here";
  return text;
}

Result<json::Object> coverage_line(const ledger::Snapshot& view,
                                   const std::vector<audit::KnownTag>& tags) {
  MC_ASSIGN(const UnixSeconds log_time, rules::log_time(view));
  MC_ASSIGN(const TreeSize size, view.size());
  MC_ASSIGN(const std::string origin, rules::origin(view));
  MC_ASSIGN(const auto others, audit::uncovered(view, tags));
  json::Object line = message("coverage");
  line.set("ledger", origin).set("entries", size.get()).set("log_time", format_time(log_time));
  json::Array array;
  for (const audit::KnownTag& tag : tags) {
    json::Object one;
    if (tag.member) one.set("member", tag.member->get());
    one.set("subject_tag", to_text(tag.tag)).set("origin", entry::word_of(tag.origin));
    array.emplace_back(std::move(one));
  }
  return line.set("tags", std::move(array)).set("uncovered", entry::encode_value(others));
}

Status write_coverage(Session& session, AuditRows& rows, const ledger::Snapshot& view,
                      const std::vector<audit::KnownTag>& tags) {
  MC_ASSIGN(const UnixSeconds log_time, rules::log_time(view));
  MC_ASSIGN(const TreeSize size, view.size());
  MC_ASSIGN(const std::string text, coverage_text(view, tags));
  MC_ASSIGN(const json::Object line, coverage_line(view, tags));
  if (session.format() == "csv" || is_fhir(session.format())) session.tell(text);
  return rows.head("As of " + format_time(log_time) + ", " + counted(size.get(), "entry") + ": " +
                       escape_for_terminal(text) + ".\n\n",
                   line);
}

}  // namespace medchain::cli
