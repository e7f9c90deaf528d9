// Which type a profile is for, by its canonical address alone.
#include <algorithm>
#include <array>

#include "source/fhir_types.hpp"
#include "source/profile_check_internal.hpp"

namespace medchain::source {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

/// Of http://hl7.org/fhir/StructureDefinition/, beside those that are named as their type.
constexpr Named vital_signs[] = {
    {"vitalsigns", "Observation"}, {"vitalspanel", "Observation"}, {"bmi", "Observation"},
    {"bodyheight", "Observation"}, {"bodytemp", "Observation"},    {"bodyweight", "Observation"},
    {"bp", "Observation"},         {"headcircum", "Observation"},  {"heartrate", "Observation"},
    {"oxygensat", "Observation"},  {"resprate", "Observation"},
};

/// Behind `us-core-`, of versions 1 to 8.
constexpr Named us_core[] = {
    {"adi-documentreference", "DocumentReference"},
    {"allergyintolerance", "AllergyIntolerance"},
    {"average-blood-pressure", "Observation"},
    {"blood-pressure", "Observation"},
    {"bmi", "Observation"},
    {"body-height", "Observation"},
    {"body-temperature", "Observation"},
    {"body-weight", "Observation"},
    {"care-experience-preference", "Observation"},
    {"careplan", "CarePlan"},
    {"careteam", "CareTeam"},
    {"condition", "Condition"},
    {"condition-encounter-diagnosis", "Condition"},
    {"condition-problems-health-concerns", "Condition"},
    {"coverage", "Coverage"},
    {"device", "Device"},
    {"diagnosticreport-lab", "DiagnosticReport"},
    {"diagnosticreport-note", "DiagnosticReport"},
    {"documentreference", "DocumentReference"},
    {"encounter", "Encounter"},
    {"goal", "Goal"},
    {"head-circumference", "Observation"},
    {"heart-rate", "Observation"},
    {"immunization", "Immunization"},
    {"implantable-device", "Device"},
    {"location", "Location"},
    {"medication", "Medication"},
    {"medicationdispense", "MedicationDispense"},
    {"medicationrequest", "MedicationRequest"},
    {"observation-clinical-result", "Observation"},
    {"observation-lab", "Observation"},
    {"observation-occupation", "Observation"},
    {"observation-pregnancyintent", "Observation"},
    {"observation-pregnancystatus", "Observation"},
    {"observation-screening-assessment", "Observation"},
    {"observation-sexual-orientation", "Observation"},
    {"organization", "Organization"},
    {"patient", "Patient"},
    {"practitioner", "Practitioner"},
    {"practitionerrole", "PractitionerRole"},
    {"procedure", "Procedure"},
    {"provenance", "Provenance"},
    {"pulse-oximetry", "Observation"},
    {"questionnaireresponse", "QuestionnaireResponse"},
    {"relatedperson", "RelatedPerson"},
    {"respiratory-rate", "Observation"},
    {"servicerequest", "ServiceRequest"},
    {"simple-observation", "Observation"},
    {"smokingstatus", "Observation"},
    {"specimen", "Specimen"},
    {"treatment-intervention-preference", "Observation"},
    {"vital-signs", "Observation"},
};

template <std::size_t size>
std::string_view look_up(const Named (&table)[size], std::string_view name) {
  const auto* const at = std::find_if(std::begin(table), std::end(table),
                                      [&](const auto& e) { return e.first == name; });
  return at == std::end(table) ? std::string_view() : at->second;
}

std::string_view type_named(std::string_view name) {
  const FhirType* const type = find_fhir_type(name);
  return type == nullptr ? std::string_view() : type->name;
}

/// Nothing if the text does not begin so.
bool take(std::string_view prefix, std::string_view& text) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string_view type_of_profile(std::string_view canonical) {
  std::string_view name = canonical.substr(0, canonical.find('|'));
  if (take("http://hl7.org/fhir/StructureDefinition/", name)) {
    const std::string_view type = type_named(name);
    return type.empty() ? look_up(vital_signs, name) : type;
  }
  if (take("http://hl7.org/fhir/us/core/StructureDefinition/us-core-", name))
    return look_up(us_core, name);
  if (take("http://hl7.org/fhir/uv/ips/StructureDefinition/", name))
    return name.ends_with("-uv-ips") ? type_named(name.substr(0, name.find('-')))
                                     : std::string_view();
  if (take("https://fhir.hl7.org.uk/StructureDefinition/UKCore-", name) ||
      take("https://fhir.nhs.uk/StructureDefinition/NHSDigital-", name))
    return type_named(name.substr(0, name.find('-')));
  if (take("http://jpfhir.jp/fhir/core/StructureDefinition/JP_", name))
    return type_named(name.substr(0, name.find('_')));
  constexpr std::string_view part = "/StructureDefinition/";
  const std::size_t at = name.rfind(part);
  return at == std::string_view::npos ? std::string_view()
                                      : type_named(name.substr(at + part.size()));
}

}  // namespace medchain::source
