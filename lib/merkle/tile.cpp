#include "merkle/tile.hpp"

#include <bit>
#include <optional>

namespace medchain::merkle {

namespace {

std::string three_digits(std::uint64_t number) {
  std::string digits = std::to_string(number);
  return std::string(3 - digits.size(), '0') + digits;
}

/// Leaves below a hash of this level, as a shift; nothing where that is more than any tree has.
std::optional<unsigned> shift_of(unsigned level) {
  const unsigned shift = level * tile_height;
  return shift < 64 ? std::optional(shift) : std::nullopt;
}

}  // namespace

std::string tile_name(std::uint64_t index, std::uint64_t width) {
  std::string name = three_digits(index % 1000);
  for (std::uint64_t rest = index / 1000; rest > 0; rest /= 1000)
    name = "x" + three_digits(rest % 1000) + "/" + name;
  if (width < tile_width) name += ".p/" + std::to_string(width);
  return name;
}

std::string tile_path(const Tile& tile) {
  return "tile/" + std::to_string(tile.level) + "/" + tile_name(tile.index, tile.width);
}

std::uint64_t full_tiles(unsigned level, std::uint64_t size) {
  const auto shift = shift_of(level + 1);
  return shift ? size >> *shift : 0;
}

std::uint64_t partial_width(unsigned level, std::uint64_t size) {
  const auto shift = shift_of(level);
  return shift ? (size >> *shift) % tile_width : 0;
}

unsigned tile_levels(std::uint64_t size) {
  return (static_cast<unsigned>(std::bit_width(size)) + tile_height - 1) / tile_height;
}

std::vector<std::uint64_t> stored_places(const Tile& tile) {
  std::vector<std::uint64_t> places(tile.width);
  for (std::uint64_t i = 0; i < tile.width; ++i)
    places[i] = stored_index(tile.level * tile_height, tile.index * tile_width + i);
  return places;
}

Subtree subtree_at(std::uint64_t stored_place) {
  // The leaf with which it was stored: the last one before which not more hashes are stored. There
  // are at most two for each leaf, so it is near the half of the place.
  std::uint64_t leaf = stored_place / 2;
  while (stored_count(leaf + 1) <= stored_place) ++leaf;
  const auto level = static_cast<unsigned>(stored_place - stored_count(leaf));
  return {level, leaf >> level};
}

HashReader read_from_tiles(std::uint64_t size, TileReader reader) {
  return [size, reader = std::move(reader)](
             std::span<const std::uint64_t> places) -> Result<std::vector<TreeHash>> {
    std::vector<TreeHash> hashes;
    Tile tile;
    std::vector<TreeHash> of_tile;
    for (const std::uint64_t place : places) {
      const Subtree subtree = subtree_at(place);
      // A tile has the hashes of every eighth level; those between follow from the ones below.
      const unsigned above = subtree.level % tile_height;
      const std::uint64_t first = subtree.n << above;
      Tile wanted{subtree.level / tile_height, first / tile_width, tile_width};
      if (wanted.index >= full_tiles(wanted.level, size))
        wanted.width = partial_width(wanted.level, size);
      const std::uint64_t at = first % tile_width;
      const std::uint64_t count = std::uint64_t{1} << above;
      if (wanted.index > full_tiles(wanted.level, size) || at + count > wanted.width)
        return fail(Code::internal, "tree hash " + std::to_string(place) + " is not in a tree of " +
                                        std::to_string(size) + " leaves");
      if (of_tile.empty() || wanted != tile) {
        MC_ASSIGN(of_tile, reader(wanted));
        MC_ASSERT(of_tile.size() == wanted.width);
        tile = wanted;
      }
      hashes.push_back(root_of(std::span(of_tile).subspan(at, count)));
    }
    return hashes;
  };
}

}  // namespace medchain::merkle
