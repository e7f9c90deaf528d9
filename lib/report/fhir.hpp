// Pieces of FHIR R4 (4.0.1) resources, and the resources in which others read an audit: AuditEvent,
// Provenance, Consent, and a Bundle that is written as it comes.  What they say is up to who calls.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.hpp"

namespace medchain::report::fhir {

json::Object identifier(std::string_view system, std::string value);
/// A reference by identifier alone.
json::Object refers_to(std::string_view system, std::string value);
json::Object coding(std::string_view system, std::string_view code);
/// A CodeableConcept.
json::Object concept_of(json::Object coding);
/// `{"url":URL,NAME:VALUE}`, NAME as valueString.
json::Object extension(std::string_view url, std::string name, json::Value value);
void set_unless_empty(json::Object& object, std::string name, json::Array array);
/// FHIR's string has no control characters but white space.
std::string clean_text(std::string text);

struct Agent {
  json::Object type;  ///< a coding
  json::Object who;   ///< a reference
  bool requestor = false;
  std::string network;  ///< a URI; empty: none
};
struct Entity {
  json::Object type;  ///< a coding
  std::string role;   ///< code of object-role; empty: none
  json::Object what;  ///< a reference
};
struct AuditEvent {
  std::string id, profile;  ///< profile: empty if it follows none
  json::Array extensions;
  json::Object type;  ///< a coding
  json::Array subtypes;
  std::string_view action;
  std::string start, recorded;  ///< times; start: the author's word
  std::string_view outcome;
  std::string outcome_text;
  json::Array purposes;  ///< concepts
  std::vector<Agent> agents;
  std::string site;
  json::Object observer;         ///< a reference
  std::string_view source_type;  ///< code of security-source-type
  std::vector<Entity> entities;
};
json::Object audit_event(const AuditEvent& event);

/// A Bundle of type collection in parts: its head, each of its entries, its end.  FHIR knows no
/// empty array.
std::string bundle_begin(std::string_view id, std::string_view timestamp);
std::string bundle_entry(bool first, std::string_view full_url, const json::Object& resource);
std::string bundle_end(bool empty);

}  // namespace medchain::report::fhir
