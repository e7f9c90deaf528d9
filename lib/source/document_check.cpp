// CDA documents: what must be in each (CDA R2, POCD_HD000040), and what the templates of C-CDA that
// a document claims ask for, as far as it is certain for all of their releases.
#include <algorithm>

#include "source/profile_check_internal.hpp"
#include "source/xml_outline.hpp"

namespace medchain::source {
namespace {

constexpr std::string_view required[] = {
    "typeId",       "id",     "code",      "effectiveTime", "confidentialityCode",
    "recordTarget", "author", "custodian", "component"};

constexpr std::string_view us_realm_header = "2.16.840.1.113883.10.20.22.1.1";
constexpr std::string_view continuity_of_care = "2.16.840.1.113883.10.20.22.1.2";
constexpr std::string_view unstructured = "2.16.840.1.113883.10.20.22.1.10";
/// Kinds of documents that must claim the header's template as well.
constexpr std::string_view with_header[] = {
    continuity_of_care,
    "2.16.840.1.113883.10.20.22.1.3",  // history and physical
    "2.16.840.1.113883.10.20.22.1.4",  // consultation note
    "2.16.840.1.113883.10.20.22.1.6",  // procedure note
    "2.16.840.1.113883.10.20.22.1.7",  // operative note
    "2.16.840.1.113883.10.20.22.1.8",  // discharge summary
    "2.16.840.1.113883.10.20.22.1.9",  // progress note
    unstructured,
};

}  // namespace

void check_document(const XmlOutline& outline, const Place& at, Checked& checked) {
  // Of one that broke, what is missing may stand behind the break.
  if (outline.state != XmlState::well_formed) return;
  for (const std::string_view name : required)
    if (!outline.children.contains(std::string(name)))
      checked.add(MismatchKind::lacking_of_document, "CDA",
                  "no element '" + std::string(name) + "'", at);
  const auto claims = [&](std::string_view root) {
    return std::find(outline.templates.begin(), outline.templates.end(), root) !=
           outline.templates.end();
  };
  for (const std::string_view root : with_header)
    if (claims(root) && !claims(us_realm_header)) {
      checked.add(MismatchKind::lacking_template, "template " + std::string(root),
                  "no template " + std::string(us_realm_header), at);
      break;
    }
  if (claims(continuity_of_care) && outline.code != "34133-9")
    checked.add(MismatchKind::lacking_of_document,
                "template " + std::string(continuity_of_care) + ", code 34133-9",
                outline.code.empty() ? "no code" : "code " + shown(outline.code), at);
  if (claims(unstructured) && !outline.has_other_body)
    checked.add(MismatchKind::lacking_of_document, "template " + std::string(unstructured),
                "no nonXMLBody", at);
}

}  // namespace medchain::source
