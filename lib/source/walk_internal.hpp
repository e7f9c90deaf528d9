// From names to files: operands and lists, directories walked in byte order.  Opens directories
// only.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "source/run_internal.hpp"

namespace medchain::source {

constexpr std::string_view nul_hint = "names are separated by NUL, as 'find -print0' writes them";

struct Found {
  std::string path;           ///< as typed, or directory/name
  std::string place;          ///< escaped, for messages
  std::size_t named = 0;      ///< as of FileName
  bool follow_links = false;  ///< how it was reached
  bool is_listed = false;     ///< named in a list of names
  std::optional<Error> problem;
};

/// Gives the names one by one, nothing at the end.
using Names = std::function<Result<std::optional<Found>>()>;

class Walker {
 public:
  Walker(Names names, bool follow_links, Notices& notices)
      : names_(std::move(names)), follow_links_(follow_links), notices_(notices) {}

  /// The next thing that is not a directory, or a problem.  Fails only as `names` does.
  Result<std::optional<Found>> next();

 private:
  struct Entry {
    std::string name;
    unsigned char kind;  ///< DT_... of readdir, or DT_UNKNOWN
  };
  using Identity = std::pair<std::uint64_t, std::uint64_t>;  ///< device and inode
  struct Frame {
    std::string path;
    std::vector<Entry> entries;  ///< in descending order, taken from the back
    Identity identity;
  };
  bool take_entry(Found& found);
  bool enter(Found& found);

  Names names_;
  bool follow_links_;
  Notices& notices_;
  std::vector<Frame> stack_;
  std::size_t named_ = 0;  ///< of the path of the outermost
  std::set<Identity>
      seen_;  ///< directories, so that each is read once however many ways lead to it
};

}  // namespace medchain::source
