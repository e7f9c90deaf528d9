// What a grant may ask of a FHIR resource: codes, labels, who made it, what it belongs to.
#include <algorithm>
#include <functional>

#include "base/text.hpp"
#include "json/record_scanner_internal.hpp"

namespace medchain::json {
namespace {

using simdjson::dom::element;

void for_member(const element& value, std::string_view name,
                const std::function<void(const element&)>& visit) {
  if (const auto member = member_of(value, name)) for_each(*member, visit);
}

void add(std::vector<std::string>& list, std::string text) {
  if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end())
    list.push_back(std::move(text));
}

void add_concept(std::vector<std::string>& codes, const element& value) {
  for_member(value, "coding", [&codes](const element& coding) {
    const std::string_view code = member_string(coding, "code");
    if (code.empty()) return;
    const std::string_view system = member_string(coding, "system");
    add(codes, system.empty() ? std::string(code) : std::string(system) + "|" + std::string(code));
  });
}

/// `Type/id` at the end of a reference, without a version; empty if there is none.
std::string_view short_reference(std::string_view reference) {
  if (const std::size_t at = reference.find("/_history/"); at != reference.npos)
    reference = reference.substr(0, at);
  const std::size_t id = reference.rfind('/');
  if (id == reference.npos || id == 0 || id + 1 == reference.size()) return {};
  const std::size_t before = reference.rfind('/', id - 1);
  const std::size_t type = before == reference.npos ? 0 : before + 1;
  const bool is_type = id > type && reference[type] >= 'A' && reference[type] <= 'Z';
  return is_type ? reference.substr(type) : std::string_view();
}

void add_reference(std::vector<std::string>& list, const element& value) {
  const std::string_view reference = member_string(value, "reference");
  if (reference.starts_with('#')) return;
  add(list, std::string(reference));
  add(list, std::string(short_reference(reference)));
}

}  // namespace

Result<std::optional<FhirFacts>> RecordScanner::scan_facts(std::string_view text) {
  MC_ASSIGN(const FhirFields fields, scan_fhir(text));
  if (fields.resource_type.empty()) return std::optional<FhirFacts>();
  FhirFacts facts;
  facts.date = fields.date;
  MC_ASSIGN(const element root, impl_->parse(text));
  for (const std::string_view name : {"code", "vaccineCode", "medicationCodeableConcept", "type"})
    for_member(root, name, [&](const element& value) { add_concept(facts.codes, value); });
  if (const auto meta = member_of(root, "meta"))
    for_each_label(*meta, [&](std::string_view code) { add(facts.labels, std::string(code)); });
  for (const std::string_view name :
       {"author", "performer", "recorder", "asserter", "requester", "informationSource"})
    for_member(root, name, [&](const element& value) {
      add_reference(facts.authors, value);
      for_member(value, "actor", [&](const element& who) { add_reference(facts.authors, who); });
      for_member(value, "agent", [&](const element& who) { add_reference(facts.authors, who); });
    });
  for (const std::string_view name : {"encounter", "context", "episodeOfCare", "basedOn", "partOf"})
    for_member(root, name, [&](const element& value) {
      add_reference(facts.related, value);
      for (const std::string_view inner : {"encounter", "related"})
        for_member(value, inner, [&](const element& what) { add_reference(facts.related, what); });
    });
  return std::optional<FhirFacts>(std::move(facts));
}

}  // namespace medchain::json
