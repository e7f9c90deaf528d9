#include "merkle/tile.hpp"

#include <doctest/doctest.h>

#include "unit/merkle/reference.hpp"

using namespace medchain;
using namespace medchain::merkle;
namespace rfc = test::rfc6962;

namespace {

/// The tiles of a tree as tlog-tiles defines them, straight from the leaves.
std::vector<TreeHash> slow_tile(std::span<const TreeHash> leaves, const Tile& tile) {
  std::size_t below = 1;
  for (unsigned i = 0; i < tile.level; ++i) below *= 256;
  std::vector<TreeHash> hashes;
  for (std::size_t i = 0; i < tile.width; ++i)
    hashes.push_back(rfc::mth(leaves.subspan((tile.index * 256 + i) * below, below)));
  return hashes;
}

std::vector<TreeHash> stored(std::span<const TreeHash> leaves) {
  std::vector<TreeHash> hashes;
  for (std::size_t i = 0; i < leaves.size(); ++i)
    for (const TreeHash& hash : hashes_for_leaf(i, leaves[i], read_from(hashes)).value())
      hashes.push_back(hash);
  return hashes;
}

}  // namespace

TEST_CASE("a tile's number is spelled in groups of three digits") {
  CHECK(tile_name(0, 256) == "000");
  CHECK(tile_name(7, 256) == "007");
  CHECK(tile_name(999, 256) == "999");
  CHECK(tile_name(1000, 256) == "x001/000");
  CHECK(tile_name(1234067, 256) == "x001/x234/067");
  CHECK(tile_name(1'000'000'000, 256) == "x001/x000/x000/000");
  CHECK(tile_name(273, 112) == "273.p/112");
  CHECK(tile_path({0, 1234067, 1}) == "tile/0/x001/x234/067.p/1");
  CHECK(tile_path({2, 0, 256}) == "tile/2/000");
}

TEST_CASE("the tiles of a size are those of tlog-tiles") {
  // The example of the specification.
  CHECK(tile_levels(70'000) == 3);
  CHECK(full_tiles(0, 70'000) == 273);
  CHECK(partial_width(0, 70'000) == 112);
  CHECK(full_tiles(1, 70'000) == 1);
  CHECK(partial_width(1, 70'000) == 17);
  CHECK(full_tiles(2, 70'000) == 0);
  CHECK(partial_width(2, 70'000) == 1);
  CHECK(partial_width(3, 70'000) == 0);

  CHECK(tile_levels(0) == 0);
  CHECK(tile_levels(1) == 1);
  CHECK(tile_levels(255) == 1);
  CHECK(partial_width(0, 255) == 255);
  CHECK(tile_levels(256) == 2);
  CHECK(full_tiles(0, 256) == 1);
  CHECK(partial_width(0, 256) == 0);
  CHECK(partial_width(1, 256) == 1);
  CHECK(tile_levels(65'535) == 2);
  CHECK(tile_levels(65'536) == 3);
  CHECK(partial_width(1, 65'536) == 0);
  CHECK(partial_width(2, 65'536) == 1);
  // No shift is wider than the number.
  CHECK(full_tiles(7, UINT64_MAX) == 0);
  CHECK(full_tiles(63, UINT64_MAX) == 0);
  CHECK(partial_width(7, UINT64_MAX) == 255);
  CHECK(partial_width(8, UINT64_MAX) == 0);
  CHECK(tile_levels(UINT64_MAX) == 8);
}

TEST_CASE("the place of a stored hash tells level and number of its subtree") {
  std::uint64_t place = 0;
  for (std::uint64_t leaf = 0; leaf < 3'000; ++leaf)
    for (unsigned level = 0; place < stored_count(leaf + 1); ++level, ++place) {
      const Subtree expected{level, leaf >> level};
      REQUIRE(subtree_at(place) == expected);
      REQUIRE(stored_index(level, expected.n) == place);
    }
  for (const std::uint64_t n : {std::uint64_t{1} << 40, (std::uint64_t{1} << 52) - 1})
    for (const unsigned level : {0u, 1u, 7u, 8u})
      CHECK(subtree_at(stored_index(level, n)) == Subtree{level, n});
}

TEST_CASE("stored hashes and proofs follow from the tiles") {
  const std::vector<TreeHash> all = rfc::leaves(66'000);
  const std::vector<TreeHash> hashes = stored(all);
  for (const std::uint64_t size :
       {1u, 2u, 255u, 256u, 257u, 511u, 600u, 65'536u, 65'537u, 66'000u}) {
    CAPTURE(size);
    const std::span<const TreeHash> leaves = std::span(all).first(size);
    std::size_t tiles = 0;
    const TileReader tile_reader = [&](const Tile& tile) -> Result<std::vector<TreeHash>> {
      const bool is_full = tile.index < full_tiles(tile.level, size);
      CHECK(tile.width == (is_full ? tile_width : partial_width(tile.level, size)));
      ++tiles;
      return slow_tile(leaves, tile);
    };
    const HashReader from_tiles = read_from_tiles(size, tile_reader);
    const HashReader from_memory = read_from(hashes);
    CHECK(tree_root(size, from_tiles).value() == tree_root(size, from_memory).value());
    for (const std::uint64_t at : {std::uint64_t{0}, size / 3, size - 1})
      CHECK(prove_inclusion(at, size, from_tiles).value() ==
            prove_inclusion(at, size, from_memory).value());
    for (const std::uint64_t before : {std::uint64_t{1}, size / 2 + 1, size})
      CHECK(prove_consistency(before, size, from_tiles).value() ==
            prove_consistency(before, size, from_memory).value());
    CHECK(tiles > 0);
    // What lies beyond the tree is not there.
    const std::uint64_t beyond = stored_index(0, size);
    CHECK(from_tiles(std::span(&beyond, 1)).error().code == Code::internal);
  }
}

TEST_CASE("a tile's hashes have their places among the stored hashes") {
  const std::vector<TreeHash> leaves = rfc::leaves(1'000);
  const std::vector<TreeHash> hashes = stored(leaves);
  for (const Tile& tile : {Tile{0, 0, 256}, Tile{0, 3, 232}, Tile{1, 0, 3}})
    CHECK(read_from(hashes)(stored_places(tile)).value() == slow_tile(leaves, tile));
}

TEST_CASE("what the tiles' storage says is what the reader says") {
  const HashReader reader =
      read_from_tiles(300, [](const Tile& tile) -> Result<std::vector<TreeHash>> {
        return fail(Code::store_damaged, tile_path(tile) + " is missing");
      });
  const std::uint64_t place = stored_index(0, 299);
  const auto read = reader(std::span(&place, 1));
  REQUIRE(!read);
  CHECK(read.error().code == Code::store_damaged);
  CHECK(read.error().message == "tile/0/001.p/44 is missing");
}
