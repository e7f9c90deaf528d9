#include "cli/audit_case.hpp"

#include <algorithm>
#include <set>

#include "audit/event.hpp"
#include "audit/tags.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/audit_rows.hpp"
#include "cli/audit_side.hpp"
#include "cli/close_case.hpp"
#include "cli/entry_operand.hpp"
#include "cli/own_records.hpp"
#include "cli/places.hpp"
#include "entry/encoder.hpp"
#include "rules/sharing_view.hpp"
#include "source/source.hpp"

namespace medchain::cli {
namespace {

/// A subject of one member's: what an opening names.
using Named = std::pair<MemberName, SubjectTag>;

/// Subjects of these records.
Status add_subjects(const ledger::Snapshot& view, const entry::RecordSet& set,
                    std::set<Named>& named) {
  return view.placed_rows(set.entry, set.rows,
                          [&](std::uint32_t, const rules::PlacedRow& placed) -> Status {
                            named.emplace(placed.custodian, placed.row.subject);
                            return {};
                          });
}

/// Of an entry by its index, or of an act by its hash.
Result<EntryIndex> index_of(const ledger::Snapshot& view, std::string_view text) {
  MC_ASSIGN(const EntryHash hash, find_entry(view, text));
  if (const auto index = parse_u64(text)) return EntryIndex(*index);
  MC_ASSIGN(const auto act, audit::find_act(view, hash));
  if (act) return act->index;
  return fail(Code::usage, "the entry of this hash is no act: name it by its index");
}

/// Subjects that an entry is about: of the records it names, or by tag of its author.
Result<std::set<Named>> subjects_of(const ledger::Snapshot& view, std::string_view text) {
  std::set<Named> named;
  if (const auto place = parse_place(text)) {
    MC_TRY(add_subjects(view, {place->entry, entry::RowRanges::of({place->row})}, named));
    return named;
  }
  MC_ASSIGN(const EntryIndex index, index_of(view, text));
  MC_ASSIGN(const entry::Entry entry, view.entry(index));
  MC_ASSIGN(const audit::Event event, audit::event_of(view, index, entry, UnixSeconds()));
  for (const entry::RecordSet& set : event.places) MC_TRY(add_subjects(view, set, named));
  for (const SubjectTag& tag : event.subjects) {
    MC_ASSIGN(const auto known, audit::tags_of_tag(view, tag));
    named.emplace(known.front().member.value_or(event.author), tag);
  }
  return named;
}

Result<Named> find_subject(Session& session, const ledger::Snapshot& view,
                           const std::optional<SubjectTag>& tag) {
  if (tag) {
    MC_ASSIGN(const auto known, audit::tags_of_tag(view, *tag));
    if (!known.front().member)
      return fail(Code::record_unknown, "no record of a subject with this tag is on the ledger");
    return Named(*known.front().member, *tag);
  }
  const std::string& operand = session.operands().front();
  MC_ASSIGN(const auto named, subjects_of(view, operand));
  if (named.empty())
    return fail(Code::record_unknown, "entry " + quote(operand) + " names no subject and no record")
        .with_hint("name another entry, or a record as ENTRY:ROW");
  if (named.size() > 1)
    return fail(Code::usage, "entry " + quote(operand) + " is about " +
                                 counted(named.size(), "subject") + "; a case opens one")
        .with_hint("name one of its records as ENTRY:ROW");
  return *named.begin();
}

Result<int> open_case(DataAct& act, const std::optional<SubjectTag>& tag,
                      const std::optional<Digest>& document) {
  Session& session = act.session();
  entry::Case body;
  body.of = entry::CaseOf::opening;
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const Named named, find_subject(session, view, tag));
    body.custodian = named.first;
    body.subjects = {named.second};
    return {};
  }));
  MC_ASSIGN(const std::string reason, session.required("reason"));
  MC_ASSIGN(body.reason, word_option("reason", reason));
  MC_ASSIGN(body.until, session.time("until"));
  MC_ASSIGN(body.person, act.person());
  if (document) {
    MC_ASSIGN(body.document, act.commit_document(*document));
  }
  const SubjectTag subject = body.subjects.front();
  MC_ASSIGN(const int status, act.finish(std::move(body), "opening of the matter of a subject"));
  // Tags are given to who has put on record that it asked.
  if (session.dry_run() || session.has("emit")) return status;
  MC_TRY(act.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(const auto tags, audit::tags_of_tag(view, subject));
    MC_ASSIGN(const json::Object line, coverage_line(view, tags));
    return session.out().line(line);
  }));
  return status;
}

Result<int> run(Session& session) {
  const auto closes = session.arguments().value("close");
  MC_ASSIGN(const auto tag, subject_tag_option(session));
  if (session.operands().size() + tag.has_value() + closes.has_value() != 1)
    return fail(Code::usage, "expected ENTRY or ENTRY:ROW, or '--subject-tag', or '--close'");
  if (closes && session.has("until"))
    return fail(Code::usage, "option '--until' does not go with '--close'");
  std::optional<Digest> document;
  if (const auto path = session.setting("document")) {
    MC_ASSIGN(document, source::read_digest({*path, "", 0, 0, 0, false}));
  }
  MC_ASSIGN(const auto act, DataAct::begin(session, true));
  return closes ? close_case(*act, *closes, document) : open_case(*act, tag, document);
}

}  // namespace

Verb case_verb() {
  Verb verb;
  verb.name = "case";
  verb.operands = "[ENTRY]";
  verb.summary = "open the matter of one subject, as an auditor, and be given its tags; or end it";
  verb.options = {{"subject-tag", 0, ValueKind::text, "TAG", "the subject, instead of ENTRY"},
                  {"reason", 0, ValueKind::text, "CODE", "a reason code"},
                  {"until", 0, ValueKind::time, "TIME", "log time at which it ends by itself"},
                  {"document", 0, ValueKind::file, "FILE", "the order; its commitment is kept"},
                  {"close", 0, ValueKind::text, "CASE", "end the case of this entry"}};
  for (const Option& option : person_options()) verb.options.push_back(option);
  verb.common = data_act_common();
  verb.max_operands = 1;
  verb.formats = "json";
  verb.appends = true;
  verb.writes = {"ledger", "host", "vault"};
  verb.signs = true;
  verb.also_opens = make_vault_opens;
  verb.run = run;
  return verb;
}

}  // namespace medchain::cli
