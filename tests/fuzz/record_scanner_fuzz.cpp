// JSON of others: simdjson and our tokenizer (behind canonical_json) accept the same texts; fields
// are well-formed text.
#include <cstddef>
#include <cstdint>

#include "base/text.hpp"
#include "json/record_scanner.hpp"

using medchain::json::RecordScanner;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string padded(reinterpret_cast<const char*>(data), size);
  padded.append(RecordScanner::padding, '"');
  const std::string_view text = std::string_view(padded).substr(0, size);
  static RecordScanner scanner;  // as tools do: one for many records
  const auto fields = scanner.scan_fhir(text);
  const auto canonical = medchain::json::canonical_json(text);
  if (fields) {
    for (const std::string_view field : {fields->resource_type, fields->id, fields->subject,
                                         fields->date, fields->code, fields->last_updated})
      if (!medchain::is_utf8(field)) __builtin_trap();
    if (fields->labels && !medchain::is_utf8(*fields->labels)) __builtin_trap();
    if (!canonical && canonical.error().message.find("duplicate key") == std::string::npos)
      __builtin_trap();
  } else if (canonical || canonical.error().message != fields.error().message) {
    __builtin_trap();
  }
  const auto found = scanner.scan_pointers(text, {"", "/id", "/a/0/b~1c", "/0", "/n"});
  if (found.ok() != fields.ok()) __builtin_trap();
  if (found)
    for (const auto& one : *found)
      if (one && !medchain::is_utf8(*one)) __builtin_trap();
  return 0;
}
