// Times and durations: what is accepted is written in the one form, and that form is read as the
// same moment.
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/parse.hpp"

using namespace medchain;

namespace {

void expect(bool condition) {
  if (!condition) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto time = parse_time_strict(text)) {
    expect(format_time(*time) == text);
    expect(parse_time(text).ok() && *parse_time(text) == *time);
  }
  if (const auto time = parse_time(text)) {
    const auto again = parse_time_strict(format_time(*time));
    expect(again.ok() && *again == *time);
  }
  if (const auto seconds = parse_duration(text)) {
    expect(*seconds >= 0);
    const auto again = parse_duration(format_duration(*seconds));
    expect(again.ok() && *again == *seconds);
  }
  if (size >= 8) {
    // Any moment of the years 0001 to 9999.
    constexpr std::int64_t first = -62135596800;
    constexpr std::uint64_t count = 315537897600;
    const auto offset = load_be<std::uint64_t>(as_bytes(text)) % count;
    const UnixSeconds time(first + static_cast<std::int64_t>(offset));
    const auto again = parse_time_strict(format_time(time));
    expect(again.ok() && *again == time);
  }
  return 0;
}
