// Directories that a run makes, gone again if it fails.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace medchain::cli {

class MadeDirectories {
 public:
  MadeDirectories() = default;
  MadeDirectories(const MadeDirectories&) = delete;
  MadeDirectories& operator=(const MadeDirectories&) = delete;
  /// Removes what was added, unless keep() was called: a directory that was not there with all that
  /// is in it, the content of one that was there and empty, and of the parents made those that are
  /// empty.
  ~MadeDirectories();

  /// Makes the parents of `path`, which itself is about to be made or filled.  One that has
  /// something in it is left alone.  Fails with storage_failed.
  Status add(const std::string& path);
  void keep() { keep_ = true; }

 private:
  std::vector<std::string> parents_;  // the outermost first
  std::vector<std::string> whole_, content_;
  bool keep_ = false;
};

}  // namespace medchain::cli
