// Formats of files by what they begin with, and the words that declare them: file names, media
// types.  Nothing is decoded.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace medchain::source {

enum class Format : std::uint8_t {
  empty,   ///< no byte
  binary,  ///< no format known here, and no text
  text,    ///< what has no NUL in its beginning, of whatever encoding
  csv,
  json,   ///< by its beginning: `{` or `[`
  lines,  ///< NDJSON
  xml,    ///< by its beginning
  hl7v2,
  dicom,
  pdf,
  png,
  jpeg,
  gif,
  tiff,
  webp,
  rtf,
  zip,  ///< also of office documents
  gzip,
  bzip2,
  xz,
  seven_zip,
  rar,
  ole,  ///< of older office documents
  age,  ///< sealed
};
/// `PDF`, `gzip`, `binary data`: for messages.
std::string_view to_text(Format format);

/// By the first bytes.  Never csv or lines, which no byte tells from text or JSON.
Format format_of(std::string_view head);
/// Whether the bytes can be of that format, as far as their beginning tells.
bool can_be(Format format, std::string_view head);
/// Whether format_of() says more of it than that it is text or not.
bool is_specific(Format format);

/// By the end of a file's name, whatever its case; nothing where it declares none that is known.
std::optional<Format> declared_by_name(std::string_view name);

struct MediaType {
  std::optional<Format> format;
  std::string_view charset;  ///< parameter, without quotes; empty: none
};
/// `text/plain; charset=utf-8`.
MediaType parse_media_type(std::string_view text);

}  // namespace medchain::source
