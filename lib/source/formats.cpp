#include "source/formats.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/byte_order_mark.hpp"
#include "base/text.hpp"
#include "source/identify.hpp"

namespace medchain::source {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t looked_at = 4096;  ///< bytes, for what is no format of its own
constexpr std::size_t max_word = 128;    ///< bytes of a media type or the end of a name

struct Magic {
  std::string_view bytes;
  Format format;
};
constexpr Magic magics[] = {
    {"%PDF-"sv, Format::pdf},
    {"\x89PNG\r\n\x1a\n"sv, Format::png},
    {"\xff\xd8\xff"sv, Format::jpeg},
    {"GIF87a"sv, Format::gif},
    {"GIF89a"sv, Format::gif},
    {"II*\0"sv, Format::tiff},
    {"MM\0*"sv, Format::tiff},
    {"II+\0\x08\0\0\0"sv, Format::tiff},
    {"MM\0+\0\x08\0\0"sv, Format::tiff},
    {"{\\rtf"sv, Format::rtf},
    {"PK\x03\x04"sv, Format::zip},
    {"PK\x05\x06"sv, Format::zip},
    {"\x1f\x8b\x08"sv, Format::gzip},
    {"\xfd"
     "7zXZ\0"sv,
     Format::xz},
    {"7z\xbc\xaf\x27\x1c"sv, Format::seven_zip},
    {"Rar!\x1a\x07"sv, Format::rar},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, Format::ole},
    {"age-encryption.org/v1\n"sv, Format::age},
};

constexpr std::pair<std::string_view, Format> extensions[] = {
    {"csv", Format::csv},      {"tsv", Format::csv},      {"json", Format::json},
    {"ndjson", Format::lines}, {"jsonl", Format::lines},  {"xml", Format::xml},
    {"hl7", Format::hl7v2},    {"dcm", Format::dicom},    {"dicom", Format::dicom},
    {"pdf", Format::pdf},      {"png", Format::png},      {"jpg", Format::jpeg},
    {"jpeg", Format::jpeg},    {"gif", Format::gif},      {"tif", Format::tiff},
    {"tiff", Format::tiff},    {"webp", Format::webp},    {"rtf", Format::rtf},
    {"zip", Format::zip},      {"docx", Format::zip},     {"xlsx", Format::zip},
    {"pptx", Format::zip},     {"odt", Format::zip},      {"ods", Format::zip},
    {"gz", Format::gzip},      {"tgz", Format::gzip},     {"bz2", Format::bzip2},
    {"xz", Format::xz},        {"7z", Format::seven_zip}, {"age", Format::age},
    {"txt", Format::text},     {"md", Format::text},
};

constexpr std::pair<std::string_view, Format> media_types[] = {
    {"application/pdf", Format::pdf},
    {"image/png", Format::png},
    {"image/jpeg", Format::jpeg},
    {"image/gif", Format::gif},
    {"image/tiff", Format::tiff},
    {"image/webp", Format::webp},
    {"application/dicom", Format::dicom},
    {"application/json", Format::json},
    {"application/fhir+json", Format::json},
    {"application/xml", Format::xml},
    {"application/fhir+xml", Format::xml},
    {"text/xml", Format::xml},
    {"application/rtf", Format::rtf},
    {"text/rtf", Format::rtf},
    {"application/zip", Format::zip},
    {"application/gzip", Format::gzip},
    {"text/plain", Format::text},
    {"text/html", Format::text},
    {"text/csv", Format::text},
};

/// NULs at odd places only, or at even ones: letters of UTF-16 without a mark.
bool can_be_utf16(std::string_view text) {
  std::size_t nuls[2] = {};
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\0') ++nuls[i % 2];
  return (nuls[0] == 0) != (nuls[1] == 0);
}

bool can_be_text(std::string_view head) {
  const std::string_view text = head.substr(0, looked_at);
  return text.find('\0') == std::string_view::npos || has_utf16_mark(text) || can_be_utf16(text);
}

bool begins_xml(std::string_view head) {
  if (has_utf16_mark(head)) head.remove_prefix(2);
  head = without_mark(head).substr(0, 64);
  // In UTF-16 a letter has a NUL in front of it or behind.
  const std::size_t at = head.find_first_not_of(" \t\r\n\0"sv);
  if (at == std::string_view::npos || head[at] != '<') return false;
  const std::size_t next = head.find_first_not_of('\0', at + 1);
  if (next == std::string_view::npos) return false;
  const char c = head[next];
  return c == '?' || c == '!' || c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string_view after_last(std::string_view text, char c) {
  const std::size_t at = text.rfind(c);
  return at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
}

}  // namespace

std::string_view to_text(Format format) {
  switch (format) {
    case Format::empty:
      return "nothing";
    case Format::binary:
      return "binary data";
    case Format::text:
      return "text";
    case Format::csv:
      return "CSV";
    case Format::json:
      return "JSON";
    case Format::lines:
      return "lines of JSON";
    case Format::xml:
      return "XML";
    case Format::hl7v2:
      return "HL7 v2";
    case Format::dicom:
      return "DICOM";
    case Format::pdf:
      return "PDF";
    case Format::png:
      return "PNG";
    case Format::jpeg:
      return "JPEG";
    case Format::gif:
      return "GIF";
    case Format::tiff:
      return "TIFF";
    case Format::webp:
      return "WebP";
    case Format::rtf:
      return "RTF";
    case Format::zip:
      return "zip";
    case Format::gzip:
      return "gzip";
    case Format::bzip2:
      return "bzip2";
    case Format::xz:
      return "xz";
    case Format::seven_zip:
      return "7z";
    case Format::rar:
      return "RAR";
    case Format::ole:
      return "an OLE document";
    case Format::age:
      return "a sealed file (age)";
  }
  return "";
}

Format format_of(std::string_view head) {
  if (head.empty()) return Format::empty;
  for (const Magic& magic : magics)
    if (head.starts_with(magic.bytes)) return magic.format;
  const auto has_at = [&](std::size_t at, std::string_view bytes) {
    return head.size() >= at && head.substr(at).starts_with(bytes);
  };
  if (head.starts_with("BZh") && has_at(4, "1AY&SY")) return Format::bzip2;
  if (head.starts_with("RIFF") && has_at(8, "WEBP")) return Format::webp;
  if (looks_like_dicom(as_bytes(head))) return Format::dicom;
  if (looks_like_hl7v2(as_bytes(head))) return Format::hl7v2;
  if (begins_xml(head)) return Format::xml;
  const std::string_view text = without_mark(head);
  const std::size_t at = text.find_first_not_of(" \t\r\n");
  if (!can_be_text(head)) return Format::binary;
  return at != std::string_view::npos && (text[at] == '{' || text[at] == '[') ? Format::json
                                                                              : Format::text;
}

bool is_specific(Format format) {
  // Notes begin with a bracket, too.
  constexpr std::array unspecific = {Format::empty, Format::binary, Format::text,
                                     Format::csv,   Format::lines,  Format::json};
  return std::find(unspecific.begin(), unspecific.end(), format) == unspecific.end();
}

bool can_be(Format format, std::string_view head) {
  const Format found = format_of(head);
  if (found == format) return true;
  constexpr std::array kinds_of_text = {Format::empty, Format::text, Format::json, Format::xml,
                                        Format::hl7v2, Format::rtf,  Format::age};
  if (format == Format::text || format == Format::csv)
    return std::find(kinds_of_text.begin(), kinds_of_text.end(), found) != kinds_of_text.end();
  if (format == Format::lines) return found == Format::empty || found == Format::json;
  if (format == Format::hl7v2) return found == Format::xml;  // of HL7 version 3
  // Readers take what has other bytes in front (ISO 32000-1 annex H, note 13).
  if (format == Format::pdf) return head.substr(0, 1024).find("%PDF-") != std::string_view::npos;
  if (format == Format::zip)
    return head.substr(0, looked_at).find("PK\x03\x04") != std::string_view::npos;
  return false;
}

std::optional<Format> declared_by_name(std::string_view name) {
  if (const std::size_t at = name.rfind('/'); at != std::string_view::npos)
    name.remove_prefix(at + 1);
  const std::string_view end = after_last(name, '.');
  // `.csv` alone is a hidden file.
  if (end.empty() || end.size() > max_word || end.size() + 1 == name.size()) return std::nullopt;
  const std::string word = to_lower_ascii(end);
  for (const auto& [extension, format] : extensions)
    if (extension == word) return format;
  return std::nullopt;
}

MediaType parse_media_type(std::string_view text) {
  MediaType type;
  bool is_first = true;
  for (const std::string_view part : split(text.substr(0, max_word), ';')) {
    const std::string_view word = trim_ascii(part);
    if (std::exchange(is_first, false)) {
      const std::string name = to_lower_ascii(word);
      for (const auto& [media, format] : media_types)
        if (media == name) type.format = format;
      continue;
    }
    const std::size_t equals = word.find('=');
    if (to_lower_ascii(trim_ascii(word.substr(0, equals))) != "charset" ||
        equals == std::string_view::npos)
      continue;
    type.charset = trim_ascii(word.substr(equals + 1));
    if (type.charset.size() >= 2 && type.charset.front() == '"' && type.charset.back() == '"')
      type.charset = type.charset.substr(1, type.charset.size() - 2);
  }
  return type;
}

}  // namespace medchain::source
