// Entries that travel: what is read and written again is the same entry with the same rows.
#include <cstdint>
#include <string_view>

#include "cli/workspace.hpp"
#include "fuzz/require.hpp"

using namespace medchain;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto prepared = cli::parse_emitted(line);
  if (!prepared) return 0;
  const std::string canonical = json::write(cli::emitted(*prepared));
  const auto again = cli::parse_emitted(canonical);
  require(again.ok() && again->entry.bytes == prepared->entry.bytes);
  require(again->rows.size() == prepared->rows.size());
  require(json::write(cli::emitted(*again)) == canonical);
  return 0;
}
