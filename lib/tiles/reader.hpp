// Reading a static tree, whoever published it: everything in it is hostile.  Fetching is a
// function, so that a tree may be a directory or behind a web server.  A file that a checkpoint
// calls for and that is not there is entry_missing, one that breaks its format store_damaged; the
// error names it. That its bytes are those which the checkpoint signs is for who reads.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tiles/layout.hpp"

namespace medchain::tiles {

/// The file of this name, at most `limit` bytes; nothing if there is none.  Fails with
/// input_unreadable, input_too_long.
using Fetch =
    std::function<Result<std::optional<std::string>>(const std::string& name, std::size_t limit)>;

/// Of a directory.
Fetch fetch_from(std::string directory);

class Reader {
 public:
  explicit Reader(Fetch fetch) : fetch_(std::move(fetch)) {}

  /// Fails with ledger_missing: there is no tree.
  Result<std::string> checkpoint() const;
  /// Entries of bundle `index`, the first `width` of it.
  Result<std::vector<std::string>> bundle(std::uint64_t index, std::uint64_t width) const;
  Result<std::vector<TreeHash>> tile(const merkle::Tile& tile) const;
  /// Rows of all small manifests of the first `width` entries of bundle `index`, of which there are
  /// `count`; not asked for where there are none.
  Result<std::vector<entry::Row>> small_manifests(std::uint64_t index, std::uint64_t width,
                                                  std::uint64_t count) const;
  Result<std::vector<entry::Row>> large_manifest(EntryIndex entry, std::uint64_t count) const;

 private:
  struct File {
    std::string name;
    std::string bytes;
    bool is_full = false;  ///< where a partial one was asked for: it was removed since
  };
  Result<File> fetch(const std::string& full, const std::string& partial, std::size_t limit) const;
  /// The first `count` rows of a file that may have more if it is full.
  static Result<std::vector<entry::Row>> rows_of(const File& file, std::uint64_t count);

  Fetch fetch_;
};

}  // namespace medchain::tiles
