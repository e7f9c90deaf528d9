#include "report/fhir.hpp"

namespace medchain::report::fhir {
namespace {

using json::Array, json::Object;

constexpr std::string_view source_types =
    "http://terminology.hl7.org/CodeSystem/security-source-type";
constexpr std::string_view object_roles = "http://terminology.hl7.org/CodeSystem/object-role";
constexpr std::string_view network_is_uri = "5";

Object agent_object(const Agent& agent) {
  Object made;
  made.set("type", concept_of(agent.type)).set("who", agent.who).set("requestor", agent.requestor);
  if (agent.network.empty()) return made;
  Object network;
  network.set("address", agent.network).set("type", network_is_uri);
  return std::move(made.set("network", std::move(network)));
}

Object entity_object(const Entity& entity) {
  Object made;
  made.set("what", entity.what).set("type", entity.type);
  if (!entity.role.empty()) made.set("role", coding(object_roles, entity.role));
  return made;
}

}  // namespace

Object identifier(std::string_view system, std::string value) {
  Object made;
  made.set("system", system).set("value", std::move(value));
  return made;
}

Object refers_to(std::string_view system, std::string value) {
  Object made;
  made.set("identifier", identifier(system, std::move(value)));
  return made;
}

Object coding(std::string_view system, std::string_view code) {
  Object made;
  made.set("system", system).set("code", code);
  return made;
}

Object concept_of(Object coding) {
  Object made;
  made.set("coding", Array{std::move(coding)});
  return made;
}

Object extension(std::string_view url, std::string name, json::Value value) {
  Object made;
  made.set("url", url).set(std::move(name), std::move(value));
  return made;
}

void set_unless_empty(Object& object, std::string name, Array array) {
  if (!array.empty()) object.set(std::move(name), std::move(array));
}

std::string clean_text(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') c = ' ';
  return text;
}

Object audit_event(const AuditEvent& event) {
  Object made, meta, period, source;
  made.set("resourceType", "AuditEvent").set("id", event.id);
  if (!event.profile.empty())
    made.set("meta", std::move(meta.set("profile", Array{json::Value(event.profile)})));
  set_unless_empty(made, "extension", event.extensions);
  made.set("type", event.type);
  set_unless_empty(made, "subtype", event.subtypes);
  made.set("action", event.action)
      .set("period", std::move(period.set("start", event.start)))
      .set("recorded", event.recorded)
      .set("outcome", event.outcome);
  if (!event.outcome_text.empty()) made.set("outcomeDesc", event.outcome_text);
  set_unless_empty(made, "purposeOfEvent", event.purposes);
  Array agents, entities;
  for (const Agent& agent : event.agents) agents.emplace_back(agent_object(agent));
  for (const Entity& entity : event.entities) entities.emplace_back(entity_object(entity));
  source.set("site", event.site)
      .set("observer", event.observer)
      .set("type", Array{coding(source_types, event.source_type)});
  made.set("agent", std::move(agents)).set("source", std::move(source));
  set_unless_empty(made, "entity", std::move(entities));
  return made;
}

std::string bundle_begin(std::string_view id, std::string_view timestamp) {
  Object head;
  head.set("resourceType", "Bundle")
      .set("id", id)
      .set("type", "collection")
      .set("timestamp", timestamp);
  std::string text = json::write(head);
  text.pop_back();
  return text;
}

std::string bundle_entry(bool first, std::string_view full_url, const Object& resource) {
  Object entry;
  entry.set("fullUrl", full_url).set("resource", resource);
  return (first ? ",\"entry\":[\n" : ",\n") + json::write(entry);
}

std::string bundle_end(bool empty) { return empty ? "}\n" : "\n]}\n"; }

}  // namespace medchain::report::fhir
