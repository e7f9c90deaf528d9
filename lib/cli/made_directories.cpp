#include "cli/made_directories.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/file.hpp"

namespace medchain::cli {

namespace fs = std::filesystem;

MadeDirectories::~MadeDirectories() {
  if (keep_) return;
  std::error_code ignored;
  for (const std::string& path : whole_) fs::remove_all(path, ignored);
  for (const std::string& path : content_) {
    std::vector<fs::path> items;
    for (fs::directory_iterator it(path, ignored), end; !ignored && it != end;
         it.increment(ignored))
      items.push_back(it->path());
    for (const fs::path& item : items) fs::remove_all(item, ignored);
  }
  // Somebody else may have put something there meanwhile.
  for (auto path = parents_.rbegin(); path != parents_.rend(); ++path) ::rmdir(path->c_str());
}

Status MadeDirectories::add(const std::string& path) {
  std::error_code failed;
  if (file_exists(path)) {
    if (fs::is_directory(path, failed) && fs::is_empty(path, failed) && !failed)
      content_.push_back(path);
    return {};
  }
  std::vector<std::string> missing;
  for (std::string at = parent_directory(path); !file_exists(at); at = parent_directory(at))
    missing.push_back(at);
  std::reverse(missing.begin(), missing.end());
  for (const std::string& parent : missing) {
    MC_TRY(make_directory(parent, 0755, true));
    parents_.push_back(parent);
  }
  whole_.push_back(path);
  return {};
}

}  // namespace medchain::cli
