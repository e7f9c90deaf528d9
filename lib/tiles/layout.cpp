#include "tiles/layout.hpp"

namespace medchain::tiles {

namespace {

Error damaged(std::string message) { return fail(Code::store_damaged, std::move(message)); }

}  // namespace

std::string bundle_path(std::uint64_t index, std::uint64_t width) {
  return "tile/entries/" + merkle::tile_name(index, width);
}

std::string small_manifests_path(std::uint64_t index, std::uint64_t width) {
  return "manifests/bundle/" + merkle::tile_name(index, width);
}

std::string large_manifest_path(EntryIndex entry) {
  return "manifests/entry/" + merkle::tile_name(entry.get(), merkle::tile_width);
}

void add_to_bundle(std::string_view entry, std::string& bundle) {
  MC_ASSERT(entry.size() <= entry::max_entry_size);
  append_be(static_cast<std::uint16_t>(entry.size()), bundle);
  bundle += entry;
}

Result<std::vector<std::string>> parse_bundle(std::string_view bytes, std::uint64_t width,
                                              bool longer) {
  std::vector<std::string> entries;
  while (!bytes.empty()) {
    const std::string number = "entry " + std::to_string(entries.size()) + " of the bundle";
    if (entries.size() == (longer ? merkle::tile_width : width))
      return damaged("there are bytes behind its " + std::to_string(entries.size()) + " entries");
    if (bytes.size() < 2) return damaged(number + " is cut");
    const std::size_t size = load_be<std::uint16_t>(as_bytes(bytes));
    bytes.remove_prefix(2);
    if (size == 0) return damaged(number + " is empty");
    if (bytes.size() < size) return damaged(number + " is cut");
    entries.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  const std::uint64_t expected = longer ? merkle::tile_width : width;
  if (entries.size() != expected)
    return damaged("expected " + std::to_string(expected) + " entries, got " +
                   std::to_string(entries.size()));
  entries.resize(width);
  return entries;
}

Result<std::vector<TreeHash>> parse_tile(std::string_view bytes, std::uint64_t width, bool longer) {
  const std::uint64_t expected = (longer ? merkle::tile_width : width) * TreeHash::size;
  if (bytes.size() != expected)
    return damaged("expected " + std::to_string(expected) + " bytes, got " +
                   std::to_string(bytes.size()));
  std::vector<TreeHash> hashes;
  hashes.reserve(width);
  for (std::size_t i = 0; i < width; ++i)
    hashes.push_back(
        TreeHash::from_view(as_bytes(bytes.substr(i * TreeHash::size, TreeHash::size))));
  return hashes;
}

void add_rows(const std::vector<entry::Row>& rows, std::string& bytes) {
  ByteArray<entry::Row::size> row_bytes;
  for (const entry::Row& row : rows) {
    row.put(row_bytes);
    bytes += as_text(row_bytes);
  }
}

std::vector<entry::Row> parse_rows(std::string_view bytes) {
  MC_ASSERT(bytes.size() % entry::Row::size == 0);
  std::vector<entry::Row> rows;
  rows.reserve(bytes.size() / entry::Row::size);
  for (std::size_t at = 0; at < bytes.size(); at += entry::Row::size)
    rows.push_back(entry::Row::get(as_bytes(bytes.substr(at, entry::Row::size))));
  return rows;
}

}  // namespace medchain::tiles
