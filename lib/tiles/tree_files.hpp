// The files of a static tree while it is published.  What is there is never changed: a file comes
// into being whole, under its name, and the checkpoint is replaced last.  One run at a time.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/file.hpp"
#include "base/result.hpp"

namespace medchain::tiles {

class TreeFiles {
 public:
  /// Makes the directory if it is not there (not its parents) and locks it.  Fails with
  /// lock_timeout when another run has not ended after `wait`, with usage for the directory of a
  /// ledger or vault, with storage_failed.
  static Result<TreeFiles> open(const std::string& directory, std::chrono::milliseconds wait);

  const std::string& directory() const { return directory_; }
  /// Nothing if it is not there.  Fails with storage_failed, input_too_long.
  Result<std::optional<std::string>> read(std::string_view name, std::size_t limit) const;

  /// Makes a file, its bytes synced before it has its name.  One that is there with these bytes is
  /// fine; with others it fails with entry_foreign.  Fails with storage_failed, and then leaves
  /// nothing of it.
  Status put(const std::string& name, std::string_view bytes);
  /// The names of all that was put are durable.
  Status sync();
  /// Replaces a file, durably.
  Status replace(std::string_view name, std::string_view bytes);
  /// Removes what is partial of `name`, which itself is there.  The number of files.
  Result<std::uint64_t> remove_partials(const std::string& name);

  std::uint64_t files() const { return files_; }  ///< that were made by put()

 private:
  TreeFiles() = default;
  std::string path_of(std::string_view name) const;
  Status make_parents(const std::string& name);
  Status write_unfinished(std::string_view bytes);
  void drop_unfinished();

  std::string directory_;
  File lock_;                      ///< the directory itself
  std::set<std::string> known_;    ///< directories that are there, made or found
  std::set<std::string> changed_;  ///< directories with new names, for sync()
  std::uint64_t files_ = 0;
};

}  // namespace medchain::tiles
