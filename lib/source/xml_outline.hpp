// The outline of an XML document: root, what is right below it, and what says which profile it
// follows (CDA, FHIR).  By expat; declarations of entities are refused, as for the identity of CDA.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace medchain::source {

enum class XmlState : std::uint8_t {
  well_formed,
  broken,
  cut,      ///< the text was incomplete, and well-formed as far as it goes
  unknown,  ///< it declares entities, an encoding that expat has not, or is nested too deep
};

struct XmlOutline {
  XmlState state = XmlState::well_formed;
  std::string problem;                 ///< of what is broken: which rule, and where
  std::string encoding;                ///< as the XML declaration has it; empty: it says none
  std::string name_space, root;        ///< of the root element
  std::set<std::string> children;      ///< local names below the root, of its namespace
  std::vector<std::string> profiles;   ///< FHIR: meta/profile
  bool is_subset = false;              ///< FHIR: meta/tag says that elements were left out
  std::vector<std::string> templates;  ///< CDA: root of templateId below the root
  std::string code;                    ///< CDA: code of the document
  bool has_structured_body = false, has_other_body = false;  ///< CDA: nonXMLBody
};

/// `complete`: the text is all of the document.  What was read until it broke is told, too.  Memory
/// is bounded by the longest token.
XmlOutline outline_xml(std::string_view text, bool complete);

}  // namespace medchain::source
