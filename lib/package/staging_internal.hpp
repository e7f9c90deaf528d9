// Staging: a private directory (0700) of one piece of work of one process, in which files grow
// until they are published.  It is locked (flock of the directory itself) as long as its process
// lives, so that what a killed process left behind can be told from work that goes on.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"

namespace medchain::package {

class Staging {
 public:
  /// A new directory PREFIX and six letters in `parent`.  Fails with storage_failed.
  static Result<Staging> create(const std::string& parent, std::string_view prefix);
  /// Those of processes that are dead, now locked by this one.  Fails with storage_failed.
  static Result<std::vector<Staging>> claim_stale(const std::string& parent,
                                                  std::string_view prefix);

  Staging(Staging&& other) noexcept = default;
  Staging& operator=(Staging&& other) noexcept;
  /// Removes the directory with all that is in it, as far as that can be done.
  ~Staging();

  const std::string& path() const { return path_; }
  std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }
  /// Leaves the directory for claim_stale().
  void keep() && { lock_.reset(); }
  /// Fails with storage_failed if something is left.
  Status remove() &&;

 private:
  Staging(std::string path, File lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;
  File lock_;
};

}  // namespace medchain::package
