// Terms: what is read is in its one spelling and means the same when read again.
#include <cstdint>
#include <string_view>

#include "entry/terms.hpp"
#include "fuzz/require.hpp"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto terms = entry::parse_terms(text);
  if (!terms) {
    require(terms.error().code == Code::entry_invalid);
    return 0;
  }
  require(entry::format_terms(*terms) == text);
  const auto again = entry::parse_terms(text);
  require(again.ok() && *again == *terms);
  return 0;
}
