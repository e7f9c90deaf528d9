#include "source/format_check.hpp"

#include <algorithm>

#include "base/byte_order_mark.hpp"
#include "base/text.hpp"
#include "source/charsets.hpp"
#include "source/csv_widths.hpp"
#include "source/fhir_types.hpp"
#include "source/formats.hpp"
#include "source/profile_check_internal.hpp"
#include "source/xml_outline.hpp"

namespace medchain::source {
namespace {

constexpr std::string_view hl7_namespace = "urn:hl7-org:v3";
constexpr std::string_view fhir_namespace = "http://hl7.org/fhir";
/// Members and items of JSON that is looked at as a tree: what a tree takes is bounded by them.
constexpr std::ptrdiff_t max_nodes = 500'000;

/// A first line that is an object, and another one behind it.
bool looks_like_lines(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return false;
  const std::string_view first = trim_ascii(text.substr(0, end));
  return first.starts_with('{') && first.ends_with('}') &&
         trim_ascii(text.substr(end).substr(0, 4096)).starts_with('{');
}

/// The scanner's limit is no rule of JSON.
bool is_nested_deep(std::string_view text) {
  constexpr int deepest = 512;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\')
      ++i;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == '[' || c == '{') && ++depth > deepest)
      return true;
    else if (!quoted && (c == ']' || c == '}'))
      --depth;
  }
  return false;
}

class Check {
 public:
  Check(const Declared& declared, std::string_view text, bool complete,
        json::RecordScanner& scanner, const Profiles& profiles)
      : declared_(declared),
        text_(text),
        complete_(complete),
        scanner_(scanner),
        profiles_(profiles),
        found_(format_of(text)),
        by_name_(declared_by_name(declared.name)),
        is_fhir_type_(find_fhir_type(declared.type) != nullptr) {}

  Checked run() {
    if (by_name_ && !can_be(*by_name_, text_)) tell_format(to_text(*by_name_));
    if (found_ == Format::json)
      check_json();
    else if (found_ == Format::xml)
      check_xml();
    else if (found_ == Format::hl7v2)
      check_message();
    check_type();
    if (by_name_ == Format::csv || by_name_ == Format::text) check_text();
    return std::move(out_);
  }

 private:
  bool is_json_declared() const {
    return declared_.is_json || declared_.type == "JSON" || by_name_ == Format::json ||
           is_fhir_type_;
  }

  void tell(MismatchKind kind, std::string_view declared, std::string found,
            const Place& at = Place()) {
    out_.add(kind, std::string(declared), std::move(found), at);
  }

  /// Once: two declarations of a record may mean the same.
  void tell_format(std::string_view declared) {
    if (std::exchange(format_told_, true)) return;
    tell(is_specific(found_) ? MismatchKind::other_format : MismatchKind::unlike_format, declared,
         std::string(to_text(found_)));
  }

  void check_type() {
    if (declared_.type == "DICOM" && found_ != Format::dicom) tell_format("DICOM");
    if (declared_.type == "HL7v2" && found_ != Format::hl7v2) tell_format("HL7 v2");
    if (declared_.type == "CDA" && found_ != Format::xml) tell_format("CDA");
    // A value of JSON that is neither object nor array begins as it likes.
    if (found_ == Format::json) return;
    const bool is_json = declared_.is_json || declared_.type == "JSON";
    if (is_json && !(complete_ && scanner_.scan_fhir(without_mark(text_)))) tell_format("JSON");
    if (is_fhir_type_ && !is_fhir_xml_) tell_no_fhir();
  }

  void tell_no_fhir() {
    if (std::exchange(format_told_, true)) return;
    // Where the file's name or its beginning say what it is, the type was meant as a class.
    const bool is_class = is_specific(found_) || (by_name_ && *by_name_ != Format::json);
    tell(is_class ? MismatchKind::class_only : MismatchKind::not_fhir,
         "FHIR " + std::string(declared_.type), std::string(to_text(found_)));
  }

  // JSON.

  void check_json() {
    if (!complete_) {
      out_.partly = true;
      return;
    }
    const std::string_view value = without_mark(text_);
    const bool may_be_lines = by_name_ == Format::lines || by_name_ == Format::json;
    if (may_be_lines && looks_like_lines(value)) return check_lines(value);
    const auto fields = scanner_.scan_fhir(value);
    if (!fields) return tell_broken_json(fields.error(), Place());
    const std::string type(fields->resource_type);
    if (type.empty()) {
      if (is_fhir_type_ && !is_day_of_series(value))
        tell(MismatchKind::not_fhir, "FHIR " + std::string(declared_.type),
             "JSON without a resourceType");
      return;
    }
    if (is_fhir_type_ && type != declared_.type)
      tell(MismatchKind::other_resource, "FHIR " + std::string(declared_.type),
           "FHIR " + shown(type));
    if (std::count(value.begin(), value.end(), ',') > max_nodes) {
      out_.partly = true;
      return;
    }
    // A name that stands twice makes a tree ambiguous, and the scanner does not mind.
    const auto node = json::parse_foreign(std::string(value));
    if (!node) return;
    check_resources(*node, profiles_, out_);
    check_attachments(*node, out_);
  }

  void tell_broken_json(const Error& error, const Place& at) {
    if (!is_json_declared() && by_name_ != Format::lines) return;
    if (error.code == Code::input_too_long || is_nested_deep(text_)) {
      out_.partly = true;
      return;
    }
    if (auto found = refute(Charset::utf8, text_, true);
        found && error.code == Code::input_encoding)
      tell(MismatchKind::other_charset, "JSON, UTF-8", *std::move(found));
    else
      tell(MismatchKind::broken_format, "JSON", error.message, at);
    format_told_ = true;
  }

  /// The days that medchain-vault makes of readings are of the type that searches know them by.
  bool is_day_of_series(std::string_view value) {
    const auto found = scanner_.scan_pointers(value, {"/schema", "/type"});
    return found && (*found)[0] == "medchain/1" && (*found)[1] == "series-day";
  }

  void check_lines(std::string_view text) {
    for (std::uint64_t number = 1; !text.empty(); ++number) {
      const std::size_t end = text.find('\n');
      const std::string_view line = trim_ascii(text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      if (line.empty()) continue;
      const auto fields = scanner_.scan_fhir(line);
      if (fields) continue;
      // One is enough: what follows a break is often of its own making.
      return tell_broken_json(fields.error(), Place("line " + std::to_string(number)));
    }
  }

  // XML.

  void check_xml() {
    const XmlOutline outline = outline_xml(text_, complete_);
    out_.partly = !complete_ || outline.state == XmlState::unknown;
    const bool is_declared = by_name_ == Format::xml || declared_.type == "CDA";
    is_fhir_xml_ = outline.name_space == fhir_namespace;
    const bool is_cda = outline.name_space == hl7_namespace && outline.root == "ClinicalDocument";
    const bool charset_fits = check_xml_charset(outline, is_declared);
    if (outline.state == XmlState::broken && charset_fits &&
        (is_declared || is_fhir_xml_ || is_cda))
      tell(MismatchKind::broken_format, "XML", outline.problem);
    if (declared_.type == "CDA" && !is_cda && !outline.root.empty())
      tell(MismatchKind::other_format, "CDA", "XML with root '" + shown(outline.root) + "'");
    if (is_cda) check_document(outline, Place(), out_);
    if (is_fhir_xml_) check_fhir_xml(outline);
  }

  bool check_xml_charset(const XmlOutline& outline, bool is_declared) {
    if (has_utf16_mark(text_) || text_.substr(0, 4).find('\0') != std::string_view::npos)
      return true;
    const auto charset = outline.encoding.empty() ? Charset::utf8 : charset_of(outline.encoding);
    if (!charset || (outline.encoding.empty() && !is_declared)) return true;
    auto found = refute(*charset, text_, complete_);
    if (!found) return true;
    tell(MismatchKind::other_charset,
         "XML, " + (outline.encoding.empty() ? "UTF-8" : shown(outline.encoding)),
         *std::move(found));
    return false;
  }

  void check_fhir_xml(const XmlOutline& outline) {
    if (is_fhir_type_ && outline.root != declared_.type)
      tell(MismatchKind::other_resource, "FHIR " + std::string(declared_.type),
           "FHIR " + shown(outline.root));
    if (outline.state != XmlState::well_formed) return;
    ResourceFacts facts;
    facts.type = outline.root;
    facts.profiles = outline.profiles;
    facts.elements.assign(outline.children.begin(), outline.children.end());
    facts.is_subset = outline.is_subset;
    check_resource(facts, profiles_, out_);
  }

  // Text.

  void check_message() {
    // MSH-18 is the 18th field, the separator itself being the first (HL7 v2.5 section 2.15.9).
    constexpr std::size_t charset_field = 17;
    if (!text_.starts_with("MSH")) return;
    out_.partly = !complete_;
    const std::string_view header = text_.substr(0, text_.find_first_of("\r\n"));
    const auto fields = split(header.substr(0, 4096), header[3]);
    if (fields.size() <= charset_field) return;
    const std::string_view declared = fields[charset_field];
    // Several are switched between by escapes.
    const auto charset = charset_of(declared);
    if (!charset) return;
    std::size_t end = std::min(text_.find("\rMSH"), text_.find("\nMSH"));
    const bool is_all = complete_ || end != std::string_view::npos;
    if (auto found = refute(*charset, text_.substr(0, end), is_all))
      tell(MismatchKind::other_charset, "HL7 v2, " + shown(declared), *std::move(found));
  }

  void check_text() {
    if (format_told_ || !can_be(*by_name_, text_) || has_utf16_mark(text_)) return;
    out_.partly |= !complete_;
    if (text_.starts_with(byte_order_mark))
      if (auto found = refute(Charset::utf8, text_, complete_))
        tell(MismatchKind::other_charset, "UTF-8 (byte order mark)", *std::move(found));
    if (by_name_ != Format::csv || text_.find('\0') != std::string_view::npos) return;
    const auto uneven = find_uneven_rows(without_mark(text_), complete_);
    if (!uneven) return;
    tell(MismatchKind::uneven_rows, "CSV of " + counted(uneven->usual, "column"),
         counted(uneven->columns, "column") +
             (uneven->rows > 1 ? ", and " + counted(uneven->rows - 1, "row") + " more that differ"
                               : ""),
         Place("line " + std::to_string(uneven->line)));
  }

  const Declared& declared_;
  std::string_view text_;
  bool complete_;
  json::RecordScanner& scanner_;
  const Profiles& profiles_;
  Format found_;
  std::optional<Format> by_name_;
  bool is_fhir_type_;
  bool is_fhir_xml_ = false, format_told_ = false;
  Checked out_;
};

}  // namespace

Checked FormatChecker::check(const Declared& declared, std::string_view text, bool complete) {
  return Check(declared, text, complete, scanner_, profiles_).run();
}

}  // namespace medchain::source
