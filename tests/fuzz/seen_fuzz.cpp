// What verifiers read of earlier runs: the file of what was seen, and receipts with openings.
#include <cstdint>
#include <string_view>

#include "entry/row.hpp"
#include "fuzz/require.hpp"
#include "verify/record_check.hpp"
#include "verify/seen.hpp"

using namespace medchain::verify;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto seen = parse_seen(text)) {
    const std::string canonical = format_seen(*seen);
    const auto again = parse_seen(canonical);
    require(again.ok() && format_seen(*again) == canonical);
    require(open_checkpoint(again->checkpoint, again->log).ok());
  }
  if (const auto opening = parse_opening(text); opening && *opening)
    require((*opening)->place.row < medchain::entry::max_rows);
  return 0;
}
