// Where records come from, as FHIR Provenance.
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "cli/audit_fhir.hpp"
#include "cli/refer_fhir.hpp"

namespace medchain::cli {
namespace {

using json::Array, json::Object;
using report::fhir::coding, report::fhir::concept_of, report::fhir::extension,
    report::fhir::refers_to, report::fhir::set_unless_empty;

constexpr std::string_view data_operation =
    "http://terminology.hl7.org/CodeSystem/v3-DataOperation";
constexpr std::string_view participants =
    "http://terminology.hl7.org/CodeSystem/provenance-participant-type";

Object member(const MemberName& name) { return refers_to(fhir::member, name.get()); }

}  // namespace

json::Object fhir_provenance(const std::string& id, const audit::Event& event,
                             const audit::Concerned& each,
                             const std::map<ledger::RowPlace, ledger::RowPlace>& before) {
  Array targets, entities;
  for (const auto& [place, row] : each.rows) {
    Object target = refers_to(fhir::record, to_text(row.record));
    target.set("display", report::fhir::clean_text(row.type) + " " +
                              std::to_string(place.entry.get()) + ":" + std::to_string(place.row));
    targets.emplace_back(std::move(target));
    const auto found = before.find(place);
    if (found == before.end()) continue;
    Object revised;
    revised.set("role", "revision")
        .set("what", refers_to(fhir::rows, std::to_string(found->second.entry.get()) + ":" +
                                               std::to_string(found->second.row)));
    entities.emplace_back(std::move(revised));
  }
  Object made;
  made.set("resourceType", "Provenance")
      .set("id", id)
      .set("extension",
           Array{extension(fhir::entry, "valueString", to_text(event.hash)),
                 extension("urn:medchain:index", "valueString", std::to_string(event.index.get()))})
      .set("target", std::move(targets))
      .set("occurredDateTime", format_time(event.time))
      .set("recorded", format_time(event.logged))
      .set("activity", concept_of(coding(data_operation, before.empty() ? "CREATE" : "UPDATE")));
  Array agents;
  const auto add = [&](std::string_view type, const MemberName& name) {
    Object agent;
    agent.set("type", concept_of(coding(participants, type))).set("who", member(name));
    agents.emplace_back(std::move(agent));
  };
  add("custodian", *each.custodian);
  if (*each.custodian != event.author) add("enterer", event.author);
  made.set("agent", std::move(agents));
  set_unless_empty(made, "entity", std::move(entities));
  return made;
}

}  // namespace medchain::cli
