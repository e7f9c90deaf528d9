#include "cli/scope_options.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/entry_operand.hpp"
#include "cli/text_input.hpp"
#include "entry/row.hpp"
#include "rules/sharing_view.hpp"

namespace medchain::cli {
namespace {

constexpr std::uint64_t max_count = (std::uint64_t{1} << 53) - 1;

Error wrong(std::string_view option, const std::string& message) {
  return fail(Code::usage, "option '--" + std::string(option) + "': " + message);
}

Result<std::vector<entry::Word>> words(const Session& session, std::string_view option) {
  std::vector<entry::Word> all;
  for (const std::string& text : session.arguments().all(option)) {
    MC_ASSIGN(auto word, word_option(option, text));
    all.push_back(std::move(word));
  }
  sort_unique(all);
  return all;
}

Result<std::vector<entry::Territory>> territories(const Session& session) {
  std::vector<entry::Territory> all;
  for (const std::string& text : session.arguments().all("territory")) {
    auto one = entry::Territory::parse(text);
    if (!one) return wrong("territory", one.error().message);
    all.push_back(std::move(*one));
  }
  sort_unique(all);
  return all;
}

std::vector<std::string> texts(const Session& session, std::string_view option) {
  std::vector<std::string> all = session.arguments().all(option);
  sort_unique(all);
  return all;
}

Status add_actor(ActSession& act, const std::string& text, entry::Actors& actors) {
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  const std::string name = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (kind == "member" || kind == "group") {
    MC_ASSIGN(auto parsed, member_option("actor", name));
    (kind == "member" ? actors.members : actors.groups).push_back(std::move(parsed));
    return {};
  }
  if (kind == "role") {
    auto role = entry::parse_word<entry::Role>(name);
    if (!role) return wrong("actor", role.error().message);
    actors.roles.push_back(*role);
    return {};
  }
  if (kind == "person" && !name.empty()) {
    // A tag is what a custodian knows of the persons of others.
    if (const auto tag = parse_hash<PersonTag>(name)) {
      actors.persons.push_back(*tag);
      return {};
    }
    MC_ASSIGN(const PersonTag tag, act.person_of(name));
    actors.persons.push_back(tag);
    return {};
  }
  return wrong("actor", "expected member:NAME, group:NAME, role:ROLE or person:ID");
}

Result<entry::Frequency> parse_frequency(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto uses = parse_u64(text.substr(0, slash), 1, max_count);
  const auto seconds = slash == text.npos ? Result<std::int64_t>(fail(Code::usage, ""))
                                          : parse_duration(text.substr(slash + 1));
  if (!uses || !seconds || *seconds <= 0)
    return wrong("frequency", "expected USES/DURATION, such as 3/24h, got " + quote(text));
  return entry::Frequency{*uses, static_cast<std::uint64_t>(*seconds)};
}

Status read_actors(ActSession& act, entry::Actors& actors) {
  const Arguments& arguments = act.session().arguments();
  for (const std::string& text : arguments.all("actor")) MC_TRY(add_actor(act, text, actors));
  for (const std::string& text : arguments.all("to")) {
    MC_ASSIGN(auto name, member_option("to", text));
    actors.members.push_back(std::move(name));
  }
  sort_unique(actors.members);
  sort_unique(actors.groups);
  sort_unique(actors.roles);
  sort_unique(actors.persons);
  return {};
}

Status read_records(ActSession& act, const std::optional<ReceiptInput>& receipts,
                    TypedScope& typed) {
  for (const std::string& text : act.session().arguments().all("record")) {
    if (text == "-") continue;
    MC_ASSIGN(auto place, parse_rows(text));
    if (place)
      typed.places.push_back(std::move(*place));
    else
      typed.record_names.push_back(text);
  }
  sort_unique(typed.record_names);
  if (receipts) {
    act.note_input(receipts->digest);
    typed.places.insert(typed.places.end(), receipts->places.begin(), receipts->places.end());
  }
  typed.places = joined(typed.places);
  return {};
}

Status read_words(ActSession& act, TypedScope& typed) {
  Session& session = act.session();
  MC_ASSIGN(typed.text, read_text_option(session, "text-file"));
  MC_ASSIGN(typed.justification, read_text_option(session, "justification-file"));
  typed.contact = session.arguments().value("contact");
  typed.subjects = session.arguments().all("subject");
  MC_ASSIGN(const auto more, read_lines_option(session, "subject-file"));
  typed.subjects.insert(typed.subjects.end(), more.begin(), more.end());
  sort_unique(typed.subjects);
  for (const std::string& identifier : typed.subjects) {
    if (!is_utf8(identifier)) return wrong("subject", "expected UTF-8");
    act.note_input(identifier);
  }
  for (const std::string& text : session.arguments().all("subject-tag")) {
    const auto tag = parse_hash<SubjectTag>(text);
    if (!tag) return wrong("subject-tag", tag.error().message);
    typed.tags.push_back(*tag);
  }
  sort_unique(typed.tags);
  if (!typed.tags.empty() && !typed.subjects.empty())
    return fail(Code::usage, "option '--subject-tag' takes the place of '--subject'");
  for (const auto* text : {&typed.text, &typed.justification}) act.note_input(text->value_or(""));
  return {};
}

}  // namespace

std::vector<Option> scope_options() {
  const auto many = [](std::string_view name, std::string_view value, std::string_view help) {
    Option option{name, 0, ValueKind::text, value, help};
    option.repeat = true;
    return option;
  };
  return {many("purpose", "CODE", "why: an HL7 PurposeOfUse code"),
          many("actor", "KIND:NAME", "who: member:, group:, role: or person:"),
          many("type", "WORD", "type of records"),
          many("code", "CODE", "clinical code of records; sealed"),
          many("label", "LABEL", "security label of records; sealed"),
          many("subject", "ID", "whom the records are about; sealed"),
          {"subject-file", 0, ValueKind::file, "FILE", "the same, one in a line; '-' is stdin"},
          many("subject-tag", "TAG", "the same by the custodian's tag, which is in clear"),
          many("record", "RECORD", "Observation/9, ENTRY:ROWS, or '-' for receipts on stdin"),
          many("author", "REF", "who made the records; sealed"),
          many("related", "REF", "encounter or care plan of the records; sealed"),
          {"data-from", 0, ValueKind::time, "TIME", "first date of records; sealed"},
          {"data-until", 0, ValueKind::time, "TIME", "date of records at which it ends; sealed"},
          many("action", "WORD", "read, copy, store or derive (default: read)"),
          {"start", 0, ValueKind::time, "TIME", "log time from which it holds"},
          {"until", 0, ValueKind::time, "TIME", "log time at which it ends"},
          {"uses", 0, ValueKind::number, "N", "releases in all"},
          {"frequency", 0, ValueKind::text, "N/DURATION", "releases in any such span: 3/24h"},
          many("territory", "TERRITORY", "where receivers must be: CN, CN-GX (ISO 3166)"),
          {"erase-at", 0, ValueKind::time, "TIME", "when what was received must be erased"},
          {"onward", 0, ValueKind::number, "N", "how often it may be passed on (default: 0)"},
          {"text-file", 0, ValueKind::file, "FILE", "the reason in words; sealed; '-' is stdin"},
          {"justification-file", 0, ValueKind::file, "FILE", "why all of it is needed; sealed"},
          {"contact", 0, ValueKind::text, "TEXT", "who answers questions; sealed"}};
}

Result<TypedScope> read_scope(ActSession& act, const std::optional<ReceiptInput>& receipts) {
  Session& session = act.session();
  TypedScope typed;
  MC_TRY(read_actors(act, typed.actors));
  MC_ASSIGN(typed.purposes, words(session, "purpose"));
  MC_ASSIGN(typed.actions, words(session, "action"));
  MC_ASSIGN(typed.types, words(session, "type"));
  MC_ASSIGN(typed.territories, territories(session));
  typed.conditions.codes = texts(session, "code");
  typed.conditions.labels = texts(session, "label");
  typed.conditions.authors = texts(session, "author");
  typed.conditions.related = texts(session, "related");
  MC_ASSIGN(typed.conditions.data_from, session.time("data-from"));
  MC_ASSIGN(typed.conditions.data_until, session.time("data-until"));
  MC_ASSIGN(typed.start, session.time("start"));
  MC_ASSIGN(typed.until, session.time("until"));
  MC_ASSIGN(typed.erase_at, session.time("erase-at"));
  MC_ASSIGN(typed.uses, session.number("uses", 1, max_count));
  MC_ASSIGN(typed.onward, session.number("onward", 0, 8));
  if (const auto text = session.arguments().value("frequency")) {
    MC_ASSIGN(typed.frequency, parse_frequency(*text));
  }
  MC_TRY(read_words(act, typed));
  MC_TRY(read_records(act, receipts, typed));
  return typed;
}

void apply_typed(const TypedScope& typed, entry::Scope& scope) {
  if (typed.has_actors()) {
    const std::vector<PersonTag> persons = scope.actors.persons;
    scope.actors = typed.actors;
    if (scope.actors.persons.empty()) scope.actors.persons = persons;
  }
  const auto replace = [](const auto& with, auto& what) {
    if (!with.empty()) what = with;
  };
  replace(typed.purposes, scope.purposes);
  replace(typed.actions, scope.actions);
  replace(typed.types, scope.types);
  replace(typed.tags, scope.subjects);
  replace(typed.places, scope.records);
  if (typed.start) scope.from = typed.start;
  if (typed.until) scope.until = typed.until;
  if (!typed.territories.empty()) scope.territories = typed.territories;
  if (typed.erase_at) scope.erase_at = typed.erase_at;
  if (typed.uses) scope.uses = typed.uses;
  if (typed.frequency) scope.frequency = typed.frequency;
  if (typed.onward) scope.onward = *typed.onward;
}

void apply_typed(const TypedScope& typed, entry::Terms& terms) {
  const entry::Conditions& from = typed.conditions;
  entry::Conditions& into = terms.conditions;
  if (!from.codes.empty()) into.codes = from.codes;
  if (!from.labels.empty()) into.labels = from.labels;
  if (!from.authors.empty()) into.authors = from.authors;
  if (!from.related.empty()) into.related = from.related;
  if (from.data_from) into.data_from = from.data_from;
  if (from.data_until) into.data_until = from.data_until;
  if (!typed.subjects.empty()) terms.subjects = typed.subjects;
  if (typed.text) terms.text = typed.text;
  if (typed.justification) terms.justification = typed.justification;
  if (typed.contact) terms.contact = typed.contact;
}

Status check_conditions_within(const entry::Conditions& inner, const entry::Conditions& outer,
                               std::string_view outer_name) {
  const auto wider = [&](std::string_view field) {
    return fail(Code::grant_wider,
                "'" + std::string(field) + "' is wider than that of " + std::string(outer_name));
  };
  const auto lists = [&](std::string_view field, std::vector<std::string> a,
                         std::vector<std::string> b) -> Status {
    sort_unique(a);
    sort_unique(b);
    if (b.empty()) return {};
    if (a.empty() || !std::includes(b.begin(), b.end(), a.begin(), a.end())) return wider(field);
    return {};
  };
  MC_TRY(lists("code", inner.codes, outer.codes));
  MC_TRY(lists("label", inner.labels, outer.labels));
  MC_TRY(lists("author", inner.authors, outer.authors));
  MC_TRY(lists("related", inner.related, outer.related));
  MC_TRY(lists("record", inner.records, outer.records));
  if (outer.data_from && (!inner.data_from || *inner.data_from < *outer.data_from))
    return wider("data-from");
  if (outer.data_until && (!inner.data_until || *inner.data_until > *outer.data_until))
    return wider("data-until");
  return {};
}

Result<std::optional<entry::RecordSet>> parse_rows(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos || colon == 0 ||
      text.substr(0, colon).find_first_not_of("0123456789") != text.npos)
    return std::optional<entry::RecordSet>();
  const auto index = parse_u64(text.substr(0, colon), 0, max_count);
  if (!index) return wrong("record", index.error().message);
  auto rows = entry::RowRanges::parse(text.substr(colon + 1));
  if (!rows) return wrong("record", rows.error().message);
  return std::optional(entry::RecordSet{EntryIndex(*index), std::move(*rows)});
}

std::vector<entry::RecordSet> joined(const std::vector<entry::RecordSet>& places) {
  std::map<EntryIndex, std::vector<std::uint32_t>> rows;
  for (const entry::RecordSet& set : places)
    for (const entry::RowRanges::Range& range : set.rows.ranges())
      for (std::uint32_t row = range.first; row <= range.last; ++row)
        rows[set.entry].push_back(row);
  std::vector<entry::RecordSet> all;
  for (auto& [index, each] : rows) all.push_back({index, entry::RowRanges::of(std::move(each))});
  return all;
}

Result<std::vector<entry::RecordSet>> places_of_records(vault::Vault& vault,
                                                        const std::vector<std::string>& names) {
  std::vector<entry::RecordSet> places;
  MC_TRY(vault.read([&]() -> Status {
    for (const std::string& name : names) {
      const std::size_t slash = name.find('/');
      if (slash == std::string::npos || slash == 0 || slash + 1 == name.size())
        return wrong("record", "expected TYPE/ID or ENTRY:ROWS");
      MC_ASSIGN(const auto latest,
                vault.find(vault::record_key("", name.substr(0, slash), name.substr(slash + 1))));
      if (!latest)
        return fail(Code::record_unknown, "a record that '--record' names is not in this vault");
      MC_ASSIGN(const vault::Batch batch, vault.batch(latest->batch));
      if (batch.state != vault::BatchState::anchored)
        return fail(Code::record_unknown,
                    "a record that '--record' names is not known to be on the ledger")
            .with_hint("run medchain-anchor again: it completes what was interrupted");
      places.push_back(
          {batch.entry,
           entry::RowRanges::of({static_cast<std::uint32_t>(latest->number - batch.first)})});
    }
    return {};
  }));
  return places;
}

Result<std::vector<SubjectTag>> tags_of_subjects(vault::Vault& vault,
                                                 const std::vector<std::string>& identifiers) {
  std::vector<SubjectTag> tags;
  std::size_t unknown = 0;
  MC_TRY(vault.read([&]() -> Status {
    for (const std::string& identifier : identifiers) {
      MC_ASSIGN(const auto subject, vault.find_subject(identifier));
      if (!subject || vault::is_erased(subject->k))
        ++unknown;
      else
        tags.push_back(subject->tag);
    }
    return {};
  }));
  if (unknown > 0)
    return fail(Code::record_unknown, std::to_string(unknown) + " of " +
                                          std::to_string(identifiers.size()) +
                                          " subjects are not known to this vault");
  sort_unique(tags);
  return tags;
}

}  // namespace medchain::cli
