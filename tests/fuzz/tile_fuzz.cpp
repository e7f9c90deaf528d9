// Files of a static tree: a bundle of entries or a tile of hashes that is accepted is, encoded
// again, what was read, or its beginning.  First byte: the width, less one; second: 1 if the file
// may be the full one in place of a partial one, 2 for a tile.
#include <cstdint>
#include <string_view>

#include "fuzz/require.hpp"
#include "tiles/layout.hpp"

using namespace medchain;

namespace {

void check(std::string_view again, std::string_view bytes, bool may_be_longer) {
  require(bytes.starts_with(again));
  require(may_be_longer || again.size() == bytes.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::uint64_t width = std::uint64_t{1} + data[0];
  const bool longer = (data[1] & 1) != 0;
  const bool is_tile = (data[1] & 2) != 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  std::string again;
  if (is_tile) {
    const auto hashes = tiles::parse_tile(bytes, width, longer);
    if (!hashes) return 0;
    require(hashes->size() == width);
    for (const TreeHash& hash : *hashes) again += as_text(hash.view());
  } else {
    const auto entries = tiles::parse_bundle(bytes, width, longer);
    if (!entries) {
      require(entries.error().code == Code::store_damaged);
      return 0;
    }
    require(entries->size() == width);
    for (const std::string& entry : *entries) tiles::add_to_bundle(entry, again);
  }
  check(again, bytes, longer);
  return 0;
}
