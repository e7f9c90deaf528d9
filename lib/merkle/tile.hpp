// Tiles (c2sp.org/tlog-tiles v0.1.0): the places and names at which a static tree keeps its hashes,
// and reading a tree's stored hashes out of them.  Knows no files: whoever has the tiles gives a
// reader.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "merkle/tree.hpp"

namespace medchain::merkle {

constexpr unsigned tile_height = 8;  ///< levels of the tree from one level of tiles to the next
constexpr std::uint64_t tile_width = 256;  ///< hashes of a full tile, entries of a full bundle

/// The hashes of the complete subtrees of 256^level leaves, from number index * 256 on.
struct Tile {
  unsigned level = 0;
  std::uint64_t index = 0;
  std::uint64_t width = tile_width;  ///< 1 to 256; less than 256: partial
  bool operator==(const Tile&) const = default;
};

/// `x001/x234/067`, behind it `.p/W` if `width` is less than a full one.
std::string tile_name(std::uint64_t index, std::uint64_t width);
/// `tile/LEVEL/NAME`.
std::string tile_path(const Tile& tile);

/// Number of full tiles of this level in a tree of `size` leaves.
std::uint64_t full_tiles(unsigned level, std::uint64_t size);
/// Width of the partial tile behind them; 0: there is none.
std::uint64_t partial_width(unsigned level, std::uint64_t size);
/// Number of levels that have tiles; 0 for the empty tree.
unsigned tile_levels(std::uint64_t size);

/// Places of the tile's hashes among the stored hashes (tree.hpp).
std::vector<std::uint64_t> stored_places(const Tile& tile);

/// Level and number of the subtree whose hash has this place: the inverse of stored_index().
struct Subtree {
  unsigned level = 0;
  std::uint64_t n = 0;
  bool operator==(const Subtree&) const = default;
};
Subtree subtree_at(std::uint64_t stored_place);

/// The hashes of a tile, as many as its width says.  Fails as its storage does.
using TileReader = std::function<Result<std::vector<TreeHash>>(const Tile& tile)>;
/// Stored hashes of the tree of `size` leaves, computed from its tiles.  Fails as `reader` does.
HashReader read_from_tiles(std::uint64_t size, TileReader reader);

}  // namespace medchain::merkle
