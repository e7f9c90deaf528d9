// Our own JSON: what is accepted comes back from what is written, and is written the same again.
// What is read the fast way is what the exact parser reads.
#include <cstddef>
#include <cstdint>

#include "base/text.hpp"
#include "json/usual_value_internal.hpp"

namespace json = medchain::json;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = json::parse(text);
  const auto object = json::parse_object(text);
  const auto exact = json::parse_exactly(text);
  if (exact.ok() != value.ok() || (value && *exact != *value)) __builtin_trap();
  if (!value) {
    if (object || value.error().code != medchain::Code::input_invalid ||
        !medchain::is_utf8(value.error().message))
      __builtin_trap();
    return 0;
  }
  if (object.ok() != (value->object() != nullptr)) __builtin_trap();
  const std::string written = json::write(*value);
  if (!medchain::is_utf8(written)) __builtin_trap();
  const auto again = json::parse(written);
  if (!again || *again != *value || json::write(*again) != written) __builtin_trap();
  if (object && json::write(*object) != written) __builtin_trap();
  return 0;
}
