// Data inside of FHIR resources, which say what they are: Attachment and Binary.
#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "source/charsets.hpp"
#include "source/formats.hpp"
#include "source/profile_check_internal.hpp"
#include "source/xml_outline.hpp"

namespace medchain::source {
namespace {

constexpr std::string_view hl7_namespace = "urn:hl7-org:v3";
/// Codes of DocumentReference.content.format for documents after C-CDA (HL7 format codes).
constexpr std::string_view consolidated_cda = "urn:hl7-org:sdwg:ccda-";
constexpr std::string_view c_cda_documents = "2.16.840.1.113883.10.20.22.1.";

std::optional<std::string> string_in(const json::Node& node, std::string_view name) {
  const auto member = node.member(name);
  return member ? member->string() : std::nullopt;
}

/// Nothing if they are no base64, in which white space is allowed.
std::optional<std::string> bytes_of(std::string text) {
  std::erase_if(text, [](char c) { return is_space_ascii(c); });
  const auto bytes = parse_base64(text);
  if (!bytes) return std::nullopt;
  return std::string(as_text(*bytes));
}

void check_media_type(std::string_view declared, std::string_view bytes, const Place& at,
                      Checked& checked) {
  const MediaType type = parse_media_type(declared);
  if (type.format && !can_be(*type.format, bytes))
    return checked.add(MismatchKind::other_attachment, shown(declared),
                       std::string(to_text(format_of(bytes))), at);
  const auto charset = charset_of(type.charset);
  // What is no text is told by its format alone.
  if (!charset || type.format != Format::text) return;
  if (auto found = refute(*charset, bytes, true))
    checked.add(MismatchKind::other_charset, shown(declared), *std::move(found), at);
}

void check_attachment(const json::Node& node, Checked& checked) {
  const auto type = string_in(node, "contentType");
  auto data = string_in(node, "data");
  if (!type || type->empty() || !data) return;
  const Place at(node, "/data");
  const auto bytes = bytes_of(*std::move(data));
  if (!bytes) return checked.add(MismatchKind::other_attachment, shown(*type), "no base64", at);
  check_media_type(*type, *bytes, at, checked);
  const auto size = node.member("size");
  const auto number = size ? size->number() : std::nullopt;
  if (!number) return;
  const auto count = parse_u64(*number);
  if (count && *count != bytes->size())
    checked.add(MismatchKind::attachment_size, counted(*count, "byte"),
                counted(bytes->size(), "byte"), at);
}

/// A document after C-CDA, as an item of DocumentReference.content says.
void check_content(const json::Node& content, Checked& checked) {
  const auto format = content.member("format");
  const auto attachment = content.member("attachment");
  if (!format || !attachment) return;
  const auto code = string_in(*format, "code");
  auto data = string_in(*attachment, "data");
  if (!code || !data || !code->starts_with(consolidated_cda)) return;
  const auto bytes = bytes_of(*std::move(data));
  if (!bytes || bytes->empty()) return;  // told as an attachment
  const Place at(*attachment, "/data");
  const XmlOutline outline = outline_xml(*bytes, true);
  if (outline.state == XmlState::unknown) return;
  if (outline.root != "ClinicalDocument" || outline.name_space != hl7_namespace)
    return checked.add(MismatchKind::other_attachment, shown(*code),
                       outline.root.empty() ? std::string(to_text(format_of(*bytes)))
                                            : "XML with root '" + shown(outline.root) + "'",
                       at);
  check_document(outline, at, checked);
  const bool has_template =
      std::any_of(outline.templates.begin(), outline.templates.end(),
                  [](const std::string& root) { return root.starts_with(c_cda_documents); });
  if (outline.state == XmlState::well_formed && !has_template)
    checked.add(MismatchKind::lacking_template, shown(*code),
                "no template " + std::string(c_cda_documents) + "*", at);
}

void walk(const json::Node& node, Checked& checked) {
  if (node.is_object()) {
    check_attachment(node, checked);
    check_content(node, checked);
  }
  for (const json::Node& child : node.children())
    if (child.is_object() || child.is_array()) walk(child, checked);
}

}  // namespace

void check_attachments(const json::Node& node, Checked& checked) { walk(node, checked); }

}  // namespace medchain::source
