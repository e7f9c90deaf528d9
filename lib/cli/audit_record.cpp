// record: the whole life of a record, as a tree: its versions, what covers it, who got it, who used
// it, its end.
#include <algorithm>

#include "audit/history.hpp"
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/audit_acts.hpp"
#include "cli/audit_events.hpp"
#include "cli/audit_fhir.hpp"
#include "cli/audit_side.hpp"
#include "cli/own_records.hpp"
#include "cli/places.hpp"
#include "report/tree.hpp"

namespace medchain::cli {
namespace {

json::Object life_line(const audit::Life& life, const std::optional<std::string>& name) {
  json::Object line = message("life");
  if (name) line.set("record", *name);
  line.set("record_tag", to_text(life.tag))
      .set("subject_tag", to_text(life.subject))
      .set("custodian", life.custodian.get())
      .set("resource", life.type.get())
      .set("state", life.erased ? "erased" : "anchored");
  json::Array versions;
  for (const audit::Life::Version& version : life.versions) {
    json::Object one;
    one.set("entry", version.place.entry.get())
        .set("row", static_cast<std::uint64_t>(version.place.row))
        .set("logged", format_time(version.logged))
        .set("commitment", to_text(version.commitment));
    versions.emplace_back(std::move(one));
  }
  line.set("versions", std::move(versions));
  if (life.erased) line.set("erased", life.erased->get());
  return line;
}

/// `entry 7, 2025-03-01T09:00:00Z: release by hosp-b with hosp-r for HRESCH, enforced, ...`
std::string text_of(const audit::Reached& reached) {
  const audit::Event& event = reached.event;
  std::string text = "entry " + std::to_string(event.index.get()) + ", " +
                     format_time(event.logged) + ": " + act_text(event) + " by " +
                     event.author.get();
  if (!event.members.empty()) text += " with " + names_text(event.members);
  if (!event.purposes.empty()) text += " for " + words_text(event.purposes);
  if (event.outcome != audit::Outcome::done) text += ", " + outcome_text(event);
  if (event.strength) text += ", " + std::string(entry::word_of(*event.strength));
  if (const std::string person = person_text(event); !person.empty()) text += ", person " + person;
  if (reached.reach == audit::Reach::general) text += ", names no record";
  return text;
}

std::string tone_of(const audit::Event& event) {
  if (event.outcome != audit::Outcome::done) return "bad";
  const bool ends = event.kind == entry::Erase::type || event.kind == entry::Revoke::type;
  if (ends) return "bad";
  return event.strength ? "good" : "";
}

std::vector<report::TreeNode> tree_of(const audit::Life& life, const std::string& title) {
  std::vector<report::TreeNode> nodes = {{std::nullopt, title, ""}};
  const auto parents = audit::parents_of(life.events);
  std::size_t version = 0;
  for (std::size_t i = 0; i < life.events.size(); ++i) {
    const audit::Reached& reached = life.events[i];
    std::string text = text_of(reached);
    if (reached.event.kind == entry::Anchor::type)
      text += ", version " + std::to_string(++version) + " of the record";
    nodes.push_back({parents[i] ? *parents[i] + 1 : 0, std::move(text), tone_of(reached.event)});
  }
  return nodes;
}

Status print(Session& session, const audit::Life& life, const std::optional<std::string>& name) {
  const std::string format = session.format();
  if (format == "json") {
    MC_TRY(session.out().line(life_line(life, name)));
    for (const audit::Reached& reached : life.events)
      MC_TRY(session.out().line(
          event_line(reached.event)
              .set("reach", reached.reach == audit::Reach::named ? "named" : "general")));
    return session.out().line(
        message("summary").set("count", std::uint64_t{life.events.size()}).set("complete", true));
  }
  const std::string title = (name ? *name : "record " + short_tag(life.tag.view())) + ", " +
                            life.type.get() + " of " + life.custodian.get() + ", " +
                            counted(life.versions.size(), "version") +
                            (life.erased ? ", erased" : "");
  const auto nodes = tree_of(life, title);
  if (format == "dot") return session.out().write(report::tree_dot(nodes, title));
  if (format == "svg") return session.out().write(report::tree_svg(nodes, title));
  return session.out().write(report::tree_text(nodes));
}

/// What is in its entries beside it is not shown.
Status print_fhir(Session& session, const ledger::Snapshot& view, const audit::Life& life) {
  audit::Shown shown;
  shown.subject = [&](const SubjectTag& tag) { return tag == life.subject; };
  shown.row = [&](const ledger::RowPlace& place) {
    return std::any_of(life.versions.begin(), life.versions.end(),
                       [&](const auto& version) { return version.place == place; });
  };
  AuditFhir fhir(session, std::move(shown));
  MC_TRY(fhir.begin(view));
  for (const audit::Reached& reached : life.events)
    MC_TRY(fhir.add(view, reached.event, reached.body));
  return fhir.finish();
}

}  // namespace

std::vector<Option> audit_life_options() {
  auto options = audit_record_options();
  options.erase(options.begin());  // the operand is the record
  return options;
}

Result<int> audit_life(Session& session) {
  const auto& operands = session.operands();
  const auto operand = operands.empty() ? std::nullopt : std::optional(operands.front());
  MC_ASSIGN(const auto record, audit_record(session, operand));
  if (!record) return fail(Code::usage, "expected a record, or '--record-tag'");
  MC_ASSIGN(auto side, AuditSide::open(session, record->named.has_value(), true));
  session.seal({});
  audit::Life life;
  MC_TRY(side.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_TRY(side.check(view));
    MC_ASSIGN(const RecordTag tag, side.tag_of(view, *record));
    MC_ASSIGN(life, audit::life_of(view, tag, going_on(session)));
    return is_fhir(session.format()) ? print_fhir(session, view, life)
                                     : print(session, life, operand);
  }));
  return 0;
}

}  // namespace medchain::cli
