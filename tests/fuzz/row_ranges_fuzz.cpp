// Row ranges: what is read is in its one spelling, and has the rows that it says.
#include <cstdint>
#include <string_view>

#include "entry/row.hpp"
#include "entry/row_ranges.hpp"
#include "fuzz/require.hpp"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = entry::RowRanges::parse(text);
  if (!parsed) {
    require(parsed.error().code == Code::input_invalid);
    return 0;
  }
  require(parsed->text() == text);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < entry::max_rows; ++row)
    if (parsed->contains(row)) rows.push_back(row);
  require(!rows.empty() && rows.size() == parsed->count());
  require(entry::RowRanges::of(std::move(rows)) == *parsed);
  return 0;
}
