// What a FHIR resource says that it is, against what it has: the profiles it claims, by the type
// they are for, and elements that must be there.  No terminology, no invariants, and of elements
// nothing but that they are there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/foreign.hpp"
#include "source/format_check.hpp"

namespace medchain::source {

/// From data, for a line of a report: clipped.
std::string shown(std::string_view text);

/// The type that a profile is for, where its canonical address says it: of FHIR itself, US Core,
/// IPS, UK Core and NHS Digital, JP Core, or with nothing but the type as its name.  Empty: not
/// known.
std::string_view type_of_profile(std::string_view canonical);

/// Where something stands in a record; its words are made only for what is told.
class Place {
 public:
  Place() = default;  ///< the record itself
  explicit Place(const json::Node& node, std::string_view below = {})
      : node_(&node), below_(below) {}
  explicit Place(std::string_view words) : below_(words) {}
  std::string text() const;

 private:
  const json::Node* node_ = nullptr;
  std::string_view below_;
};

struct ResourceFacts {
  std::string type;
  std::vector<std::string> profiles;
  std::vector<std::string> elements;  ///< names, those of primitive extensions (`_status`) too
  bool is_subset = false;             ///< it says that elements were left out
  Place at;
};

void check_resource(const ResourceFacts& resource, const Profiles& profiles, Checked& checked);
/// A resource and those in it: contained ones, and entries of Bundles, as deep as JSON may be
/// nested.
void check_resources(const json::Node& node, const Profiles& profiles, Checked& checked);
/// Inline data with a media type, wherever they stand, and documents that a DocumentReference says
/// a format of.
void check_attachments(const json::Node& node, Checked& checked);

/// A CDA document, as far as its outline is known.
struct XmlOutline;
void check_document(const XmlOutline& outline, const Place& at, Checked& checked);

}  // namespace medchain::source
