// Grants as FHIR Consents, after IHE PCF where that has a place for what they say.
#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "cli/audit_events.hpp"
#include "cli/audit_fhir.hpp"
#include "cli/refer_fhir.hpp"

namespace medchain::cli {
namespace {

using json::Array, json::Object;
using report::fhir::coding, report::fhir::concept_of, report::fhir::extension,
    report::fhir::refers_to, report::fhir::set_unless_empty;

constexpr std::string_view receiver_system =
    "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";

std::string_view consent_status(std::string_view state) {
  if (state == "active") return "active";
  return state == "pending" ? "proposed" : "inactive";
}

Array actors_of(const entry::Actors& actors) {
  Array all;
  const auto add = [&](std::string_view system, std::string value) {
    Object made;
    made.set("role", concept_of(coding(receiver_system, "IRCP")))
        .set("reference", refers_to(system, std::move(value)));
    all.emplace_back(std::move(made));
  };
  for (const MemberName& name : actors.members) add(fhir::member, name.get());
  for (const MemberName& name : actors.groups) add(fhir::group, name.get());
  for (const entry::Role role : actors.roles) add(fhir::role, std::string(entry::word_of(role)));
  for (const PersonTag& person : actors.persons) add(fhir::person, to_text(person));
  return all;
}

Array codings_of(std::string_view system, const std::vector<entry::Word>& words) {
  Array all;
  for (const entry::Word& word : words) all.emplace_back(coding(system, word.get()));
  return all;
}

Object period_of(const std::optional<UnixSeconds>& from, const std::optional<UnixSeconds>& until) {
  Object period;
  if (from) period.set("start", format_time(*from));
  if (until) period.set("end", format_time(*until));
  return period;
}

Array data_of(const std::vector<entry::RecordSet>& sets) {
  Array all;
  for (const entry::RecordSet& set : sets) {
    Object made;
    made.set("meaning", "instance").set("reference", refers_to(fhir::rows, rows_text(set)));
    all.emplace_back(std::move(made));
  }
  return all;
}

/// What a provision and an exception have in common.
Object provision_of(entry::Provision provision, const std::optional<UnixSeconds>& from,
                    const std::optional<UnixSeconds>& until, const entry::Actors& actors,
                    const std::vector<entry::Word>& purposes, const std::vector<entry::Word>& types,
                    const std::vector<entry::RecordSet>& records, Array limits) {
  Object made;
  // Who does not know them must not take the provision for wider than it is.
  set_unless_empty(made, "modifierExtension", std::move(limits));
  made.set("type", entry::word_of(provision));
  Object period = period_of(from, until);
  if (!period.members().empty()) made.set("period", std::move(period));
  set_unless_empty(made, "actor", actors_of(actors));
  set_unless_empty(made, "purpose", codings_of(fhir::purposes, purposes));
  set_unless_empty(made, "class", codings_of(fhir::resource_types, types));
  set_unless_empty(made, "data", data_of(records));
  return made;
}

Array limits_of(const entry::Grant& grant) {
  const entry::Scope& scope = grant.scope;
  Array all;
  const auto add = [&](std::string_view name, std::string value) {
    all.emplace_back(
        extension("urn:medchain:" + std::string(name), "valueString", std::move(value)));
  };
  if (!scope.actions.empty()) add("actions", words_text(scope.actions));
  if (scope.uses) add("uses", std::to_string(*scope.uses));
  if (scope.frequency)
    add("frequency", std::to_string(scope.frequency->uses) + " in " +
                         std::to_string(scope.frequency->seconds) + "s");
  if (scope.onward > 0) add("onward", std::to_string(scope.onward));
  if (scope.territories) add("territories", words_text(*scope.territories));
  if (scope.erase_at) add("erase-at", format_time(*scope.erase_at));
  if (grant.more) add("conditions", "sealed");
  return all;
}

Object performer_of(const entry::Grant& grant, const std::optional<SubjectTag>& about) {
  if (grant.basis.by == entry::ConsentBy::custodian)
    return refers_to(fhir::member, grant.custodian.get());
  if (grant.basis.by == entry::ConsentBy::subject && about) return fhir::patient(*about);
  Object made;
  return std::move(made.set("display", entry::word_of(grant.basis.by)));
}

bool is_uri(std::string_view text) {
  return text.find(':') != std::string_view::npos &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

}  // namespace

namespace fhir {
Object patient(const SubjectTag& tag) {
  Object made = refers_to(fhir::subject, to_text(tag));
  return std::move(made.set("type", "Patient"));
}
}  // namespace fhir

std::string rows_text(const entry::RecordSet& set) {
  return std::to_string(set.entry.get()) + ":" + set.rows.text();
}

json::Object fhir_consent(const std::string& id, const EntryHash& hash, std::string_view status,
                          UnixSeconds given, const entry::Grant& grant,
                          const std::optional<SubjectTag>& subject,
                          const std::vector<entry::RecordSet>& records) {
  const entry::Scope& scope = grant.scope;
  Object made;
  made.set("resourceType", "Consent")
      .set("id", id)
      .set("extension", Array{extension(fhir::state, "valueCode", status)})
      .set("identifier", Array{report::fhir::identifier(fhir::entry, to_text(hash))})
      .set("status", consent_status(status))
      .set("scope", concept_of(coding("http://terminology.hl7.org/CodeSystem/consentscope",
                                      "patient-privacy")))
      .set("category", Array{concept_of(coding("http://loinc.org", "59284-0"))});
  if (subject) made.set("patient", fhir::patient(*subject));
  made.set("dateTime", format_time(given))
      .set("performer", Array{performer_of(grant, subject)})
      .set("organization", Array{refers_to(fhir::member, grant.custodian.get())})
      .set("sourceReference", refers_to(fhir::entry, to_text(hash)));
  Object policy, rule;
  const std::string text = report::fhir::clean_text(entry::text_of(grant.basis.policy));
  if (is_uri(text))
    made.set("policy", Array{std::move(policy.set("uri", text))});
  else
    made.set("policyRule", std::move(rule.set("text", text)));
  Object provision = provision_of(grant.provision, scope.from, scope.until, scope.actors,
                                  scope.purposes, scope.types, records, limits_of(grant));
  Array exceptions;
  for (const entry::Exception& one : grant.exceptions) {
    Array limits;
    if (one.more)
      limits.emplace_back(extension("urn:medchain:conditions", "valueString", "sealed"));
    exceptions.emplace_back(provision_of(one.provision, one.from, one.until, one.actors,
                                         one.purposes, one.types, one.records, std::move(limits)));
  }
  set_unless_empty(provision, "provision", std::move(exceptions));
  made.set("provision", std::move(provision));
  return made;
}

}  // namespace medchain::cli
