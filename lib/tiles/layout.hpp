// The static tree of a ledger (medchain-ledger(5)): what a C2SP tile tree has, and the manifests.
//   checkpoint                          the newest one that is published
//   tile/LEVEL/NAME                     hashes
//   tile/entries/NAME                   bundles of entries
//   manifests/bundle/NAME               rows of the small manifests of a bundle of entries
//   manifests/entry/NAME                rows of one large manifest
// NAME is a number in tlog-tiles' groups of three digits, with `.p/W` for what is partial.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/types.hpp"
#include "entry/entry.hpp"
#include "entry/row.hpp"
#include "merkle/tile.hpp"

namespace medchain::tiles {

/// Manifests of so many rows stand together, by bundle: a file for each would be mostly air. With
/// it no file of manifests has more than 819,200 bytes.
constexpr std::size_t max_small_manifest = 32;
static_assert(max_small_manifest * merkle::tile_width == entry::max_rows);

constexpr std::string_view checkpoint_path = "checkpoint";
std::string bundle_path(std::uint64_t index, std::uint64_t width);
std::string small_manifests_path(std::uint64_t index, std::uint64_t width);
std::string large_manifest_path(EntryIndex entry);

constexpr std::size_t max_bundle_size = merkle::tile_width * (2 + entry::max_entry_size);
constexpr std::size_t max_manifest_file_size = entry::max_rows * entry::Row::size;

/// Appends u16 length || entry.  Precondition: at most entry::max_entry_size bytes.
void add_to_bundle(std::string_view entry, std::string& bundle);
/// The first `width` entries of a bundle, which may have more, whole, if it is `longer` than asked
/// for.  Fails with store_damaged.
Result<std::vector<std::string>> parse_bundle(std::string_view bytes, std::uint64_t width,
                                              bool longer);
/// The first `width` hashes of a tile, as above.
Result<std::vector<TreeHash>> parse_tile(std::string_view bytes, std::uint64_t width, bool longer);

void add_rows(const std::vector<entry::Row>& rows, std::string& bytes);
/// Precondition: `bytes` is a multiple of a row.
std::vector<entry::Row> parse_rows(std::string_view bytes);

}  // namespace medchain::tiles
