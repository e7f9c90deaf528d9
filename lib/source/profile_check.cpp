#include <algorithm>

#include "base/text.hpp"
#include "source/fhir_types.hpp"
#include "source/profile_check_internal.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t max_shown = 200;     ///< bytes of a text from data
constexpr std::size_t max_profiles = 32;   ///< of one resource
constexpr std::size_t max_required = 200;  ///< elements of one profile

std::string string_in(const json::Node& node, std::string_view name) {
  const auto member = node.member(name);
  return member ? member->string().value_or(std::string()) : std::string();
}

std::vector<json::Node> items_in(const json::Node& node, std::string_view name) {
  const auto member = node.member(name);
  return member ? member->items() : std::vector<json::Node>();
}

/// `medication[x]` is there as medicationReference; in R5, where it is no choice any more, as
/// medication.
bool has_element(const ResourceFacts& resource, std::string_view name) {
  const bool is_choice = name.ends_with("[x]");
  if (is_choice) name.remove_suffix(3);
  return std::any_of(resource.elements.begin(), resource.elements.end(),
                     [&](std::string_view element) {
                       if (element.starts_with('_')) element.remove_prefix(1);
                       if (!element.starts_with(name)) return false;
                       const std::string_view rest = element.substr(name.size());
                       return rest.empty() || (is_choice && rest[0] >= 'A' && rest[0] <= 'Z');
                     });
}

void check_required(const ResourceFacts& resource, std::string_view name, MismatchKind kind,
                    const std::string& by, Checked& checked) {
  if (name.empty() || has_element(resource, name)) return;
  checked.add(kind, by, "no element '" + shown(name) + "'", resource.at);
}

ResourceFacts facts_of(const json::Node& node) {
  ResourceFacts facts;
  facts.type = string_in(node, "resourceType");
  facts.elements = node.names();
  facts.at = Place(node);
  if (const auto meta = node.member("meta")) {
    for (const json::Node& profile : items_in(*meta, "profile"))
      if (auto address = profile.string(); address && facts.profiles.size() < max_profiles)
        facts.profiles.push_back(*std::move(address));
    for (const json::Node& tag : items_in(*meta, "tag"))
      facts.is_subset |= string_in(tag, "code") == "SUBSETTED";
  }
  return facts;
}

}  // namespace

std::string Place::text() const {
  return shown((node_ == nullptr ? "" : node_->pointer()) + std::string(below_));
}

void Checked::add(MismatchKind kind, std::string declared, std::string found, const Place& at) {
  if (mismatches.size() < max_mismatches)
    mismatches.push_back({kind, std::move(declared), std::move(found), at.text()});
  else
    ++more;
}

std::string shown(std::string_view text) {
  if (text.size() <= max_shown) return std::string(text);
  std::size_t end = max_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

void check_resource(const ResourceFacts& resource, const Profiles& profiles, Checked& checked) {
  for (const std::string& address : resource.profiles) {
    const Profiles::Needs* const needs = profiles.find(address);
    const std::string_view type = needs == nullptr ? type_of_profile(address) : needs->type;
    if (!type.empty() && type != resource.type)
      checked.add(MismatchKind::other_profile, shown(address) + ", of " + std::string(type),
                  "FHIR " + shown(resource.type), resource.at);
    else if (needs != nullptr && !resource.is_subset)
      for (const std::string& name : needs->required)
        check_required(resource, name, MismatchKind::lacking_of_profile, shown(address), checked);
  }
  const FhirType* const type = find_fhir_type(resource.type);
  if (type == nullptr || resource.is_subset) return;
  for (const std::string_view name : split(type->required, ' '))
    check_required(resource, name, MismatchKind::lacking_element, "FHIR " + resource.type, checked);
}

void check_resources(const json::Node& node, const Profiles& profiles, Checked& checked) {
  const ResourceFacts facts = facts_of(node);
  if (facts.type.empty()) return;
  check_resource(facts, profiles, checked);
  for (const json::Node& inner : items_in(node, "contained"))
    check_resources(inner, profiles, checked);
  if (facts.type != "Bundle") return;
  for (const json::Node& entry : items_in(node, "entry"))
    if (const auto inner = entry.member("resource")) check_resources(*inner, profiles, checked);
}

void Profiles::add(std::string text) {
  const auto node = json::parse_foreign(std::move(text));
  if (!node || string_in(*node, "resourceType") != "StructureDefinition" ||
      string_in(*node, "kind") != "resource")
    return;
  std::string address = string_in(*node, "url");
  Needs needs;
  needs.type = string_in(*node, "type");
  if (address.empty() || find_fhir_type(needs.type) == nullptr) return;
  const std::string below = needs.type + ".";
  for (const std::string_view view : {"snapshot", "differential"}) {
    const auto elements = node->member(view);
    if (!elements) continue;
    for (const json::Node& element : items_in(*elements, "element")) {
      const std::string path = string_in(element, "path");
      const auto least = element.member("min");
      // A slice that must be there is told by its own element alone.
      if (!path.starts_with(below) || path.find('.', below.size()) != std::string::npos || !least ||
          least->number().value_or("0") == "0" || element.member("sliceName"))
        continue;
      std::string name = path.substr(below.size());
      if (needs.required.size() >= max_required) break;
      if (std::find(needs.required.begin(), needs.required.end(), name) == needs.required.end())
        needs.required.push_back(std::move(name));
    }
  }
  needs_.insert_or_assign(std::move(address), std::move(needs));
}

const Profiles::Needs* Profiles::find(std::string_view canonical) const {
  const auto known = needs_.find(canonical.substr(0, canonical.find('|')));
  return known == needs_.end() ? nullptr : &known->second;
}

}  // namespace medchain::source
