// Canonical JSON is its own canonical form and says the same as what it was made of.
#include <cstddef>
#include <cstdint>

#include "json/record_scanner.hpp"

using medchain::json::canonical_json;
using medchain::json::RecordScanner;

namespace {

/// The fields and a few pointers, as text to compare.
std::string meaning(std::string text) {
  const std::size_t size = text.size();
  text.append(RecordScanner::padding, '\0');
  const std::string_view view = std::string_view(text).substr(0, size);
  static RecordScanner scanner;
  const auto fields = scanner.scan_fhir(view);
  if (!fields) __builtin_trap();
  std::string out;
  for (const std::string_view field : {fields->resource_type, fields->id, fields->subject,
                                       fields->date, fields->code, fields->last_updated})
    out.append(field).push_back('\n');
  out.append(fields->labels.value_or("-")).push_back('\n');
  const auto found = scanner.scan_pointers(view, {"", "/n", "/a/1", "/b/c"});
  if (!found) __builtin_trap();
  for (const auto& one : *found) out.append(one ? *one : "-").push_back('\n');
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto canonical = canonical_json(text);
  if (!canonical) return 0;
  const auto again = canonical_json(*canonical);
  if (!again || *again != *canonical) __builtin_trap();
  if (meaning(text) != meaning(*canonical)) __builtin_trap();
  return 0;
}
