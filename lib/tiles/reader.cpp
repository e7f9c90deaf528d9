#include "tiles/reader.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "base/file_at.hpp"
#include "note/note.hpp"

namespace medchain::tiles {

namespace {

using merkle::tile_width;

Error damaged(const std::string& name, std::string_view what) {
  return fail(Code::store_damaged, quote(name) + ": " + std::string(what));
}

}  // namespace

Fetch fetch_from(std::string directory) {
  return [directory = std::move(directory)](
             const std::string& name, std::size_t limit) -> Result<std::optional<std::string>> {
    const std::string path = directory + "/" + name;
    // What is no regular file would be waited for, and read without an end.
    auto file = open_regular_file(path, Code::input_unreadable);
    if (!file && !file_exists(path)) return std::optional<std::string>();
    if (!file) return std::move(file).error();
    struct stat facts = {};
    if (::fstat(file->fd(), &facts) != 0)
      return fail_errno(Code::input_unreadable, "stat", path, errno);
    // One byte more than there should be: it tells a file that has grown.
    std::string bytes(std::min(static_cast<std::size_t>(facts.st_size), limit) + 1, '\0');
    MC_ASSIGN(const std::size_t size, read_at(*file, std::as_writable_bytes(std::span(bytes)), 0,
                                              path, Code::input_unreadable));
    if (size > limit)
      return fail(Code::input_too_long,
                  quote(path) + ": expected at most " + std::to_string(limit) + " bytes, got more");
    bytes.resize(size);
    return std::optional(std::move(bytes));
  };
}

Result<std::string> Reader::checkpoint() const {
  MC_ASSIGN(auto text, fetch_(std::string(checkpoint_path), note::max_note_size));
  if (!text) return fail(Code::ledger_missing, "there is no tile tree: no file 'checkpoint'");
  return std::move(*text);
}

Result<Reader::File> Reader::fetch(const std::string& full, const std::string& partial,
                                   std::size_t limit) const {
  for (const std::string* name : {&partial, &full}) {
    auto bytes = fetch_(*name, limit);
    if (!bytes && bytes.error().code == Code::input_too_long)
      return damaged(*name, "expected at most " + std::to_string(limit) + " bytes");
    if (!bytes) return std::move(bytes).error();
    // The full one stands for the partial one, which may be removed once that is there
    // (tlog-tiles).
    if (*bytes) return File{*name, std::move(**bytes), name == &full && full != partial};
  }
  return fail(Code::entry_missing, quote(partial) + " is missing");
}

Result<std::vector<std::string>> Reader::bundle(std::uint64_t index, std::uint64_t width) const {
  MC_ASSIGN(const File file,
            fetch(bundle_path(index, tile_width), bundle_path(index, width), max_bundle_size));
  auto entries = parse_bundle(file.bytes, width, file.is_full);
  if (!entries) return damaged(file.name, entries.error().message);
  return entries;
}

Result<std::vector<TreeHash>> Reader::tile(const merkle::Tile& tile) const {
  MC_ASSIGN(const File file, fetch(merkle::tile_path({tile.level, tile.index, tile_width}),
                                   merkle::tile_path(tile), tile_width * TreeHash::size));
  auto hashes = parse_tile(file.bytes, tile.width, file.is_full);
  if (!hashes) return damaged(file.name, hashes.error().message);
  return hashes;
}

Result<std::vector<entry::Row>> Reader::rows_of(const File& file, std::uint64_t count) {
  const std::uint64_t expected = count * entry::Row::size;
  const bool fits = file.is_full
                        ? file.bytes.size() >= expected && file.bytes.size() % entry::Row::size == 0
                        : file.bytes.size() == expected;
  if (!fits)
    return damaged(file.name, "expected " + std::to_string(expected) + " bytes" +
                                  (file.is_full ? " or more" : "") + ", got " +
                                  std::to_string(file.bytes.size()));
  return parse_rows(std::string_view(file.bytes).substr(0, expected));
}

Result<std::vector<entry::Row>> Reader::small_manifests(std::uint64_t index, std::uint64_t width,
                                                        std::uint64_t count) const {
  MC_ASSIGN(const File file, fetch(small_manifests_path(index, tile_width),
                                   small_manifests_path(index, width), max_manifest_file_size));
  return rows_of(file, count);
}

Result<std::vector<entry::Row>> Reader::large_manifest(EntryIndex entry,
                                                       std::uint64_t count) const {
  const std::string name = large_manifest_path(entry);
  MC_ASSIGN(const File file, fetch(name, name, max_manifest_file_size));
  return rows_of(file, count);
}

}  // namespace medchain::tiles
