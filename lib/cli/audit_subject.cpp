// subject: who did what with the records of one subject, at all members whose tags are known.
#include "audit/access.hpp"
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "cli/audit_acts.hpp"
#include "cli/audit_events.hpp"
#include "cli/audit_fhir.hpp"
#include "cli/audit_side.hpp"
#include "cli/places.hpp"
#include "entry/encoder.hpp"

namespace medchain::cli {
namespace {

std::vector<report::Column> access_columns() {
  using report::Align;
  return {{"ENTRY", Align::right},
          {"LOG TIME"},
          {"WHAT"},
          {"BY"},
          {"PERSON"},
          {"WITH"},
          {"RECORDS"},
          {"PURPOSE"},
          {"UNDER"},
          {"OUTCOME"},
          {"STEP"}};
}

std::vector<std::string_view> access_fields() {
  auto fields = event_fields();
  fields.resize(fields.size() - 2);  // subjects and places are of others too
  for (const std::string_view more : {"reach", "resources", "ground", "ground_entry",
                                      "ground_author", "policy", "legal", "consent_by", "onward"})
    fields.push_back(more);
  return fields;
}

std::string under_text(const audit::Access& access) {
  if (!access.ground) return "";
  return std::string(entry::word_of(access.ground->kind)) + " " +
         std::to_string(access.ground->index.get());
}

std::vector<std::string> access_cells(const audit::Access& access) {
  const audit::Event& event = access.reached.event;
  return {std::to_string(event.index.get()),
          format_time(event.logged),
          act_text(event),
          event.author.get(),
          person_text(event),
          names_text(event.members),
          access.reached.reach == audit::Reach::general ? "any" : counts_text(access.resources),
          words_text(event.purposes),
          under_text(access),
          outcome_text(event),
          event.strength ? std::string(entry::word_of(*event.strength)) : ""};
}

json::Object access_line(const audit::Access& access) {
  const json::Object event = event_line(access.reached.event);
  json::Object line = message("access");
  for (const auto& [name, value] : event.members())
    if (name != "schema" && name != "type" && name != "subjects" && name != "places" &&
        name != "records")
      line.set(name, value);
  line.set("reach", access.reached.reach == audit::Reach::named ? "named" : "general");
  std::uint64_t count = 0;
  for (const auto& [type, of_type] : access.resources) count += of_type;
  line.set("records", count);
  if (!access.resources.empty()) line.set("resources", counts_value(access.resources));
  if (!access.ground) return line;
  const audit::Ground& ground = *access.ground;
  line.set("ground", entry::word_of(ground.kind))
      .set("ground_entry", ground.index.get())
      .set("ground_author", ground.author.get());
  if (ground.basis)
    line.set("policy", entry::text_of(ground.basis->policy))
        .set("legal", entry::encode_value(ground.basis->legal))
        .set("consent_by", entry::word_of(ground.basis->by));
  if (ground.depth > 0) line.set("onward", ground.depth);
  return line;
}

/// What is in its entries of others is not shown.
Status print_fhir(Session& session, const ledger::Snapshot& view, audit::Watch& watch,
                  const AuditPeriod& period) {
  audit::Shown shown;
  shown.subject = [&](const SubjectTag& tag) { return watch.subjects().contains(tag); };
  shown.row = [&](const ledger::RowPlace& place) { return watch.has(place); };
  AuditFhir fhir(session, std::move(shown));
  MC_TRY(fhir.begin(view));
  MC_TRY(audit::for_each_reached(view, watch, going_on(session),
                                 [&](const audit::Reached& reached) -> Status {
                                   if (!period.contains(reached.event.logged)) return {};
                                   return fhir.add(view, reached.event, reached.body);
                                 }));
  return fhir.finish();
}

}  // namespace

std::vector<Option> audit_access_options() {
  auto options = audit_subject_options();
  options.erase(options.begin());  // the operand is the subject
  for (const Option& option : audit_period_options()) options.push_back(option);
  return options;
}

Result<int> audit_access(Session& session) {
  MC_ASSIGN(const AuditPeriod period, audit_period(session));
  MC_ASSIGN(const auto subject, audit_subject(session));
  if (!subject) return fail(Code::usage, "expected a subject, '--subject-file' or '--subject-tag'");
  MC_ASSIGN(auto side, AuditSide::open(session, subject->name.has_value(), true));
  session.seal({});
  AuditRows rows(session, access_columns(), access_fields());
  MC_TRY(side.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_TRY(side.check(view));
    MC_ASSIGN(const auto tags, side.tags_of(view, *subject));
    MC_TRY(write_coverage(session, rows, view, tags));
    MC_ASSIGN(auto watch, audit::Watch::on_subject(view, tags));
    if (is_fhir(session.format())) return print_fhir(session, view, watch, period);
    return audit::for_each_access(view, watch, going_on(session),
                                  [&](const audit::Access& access) -> Status {
                                    if (!period.contains(access.reached.event.logged)) return {};
                                    return rows.add(access_line(access), access_cells(access));
                                  });
  }));
  if (!is_fhir(session.format())) MC_TRY(rows.finish("entry"));
  return 0;
}

}  // namespace medchain::cli
