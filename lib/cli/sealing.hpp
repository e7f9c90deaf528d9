// Sealing (CLI.md 12): what this process can no longer do, whatever a hostile file makes of it.
// Both functions act on the whole process and cannot be undone.  A kernel that lacks something is
// not an error: what is lacking is said.  Which places a run needs is in places.hpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace medchain::cli {

/// What stays possible in a place.  A directory stands for everything beneath it.
enum class Access {
  list,     ///< directories are listed
  read,     ///< files are read, directories listed
  update,   ///< read, and files that are there are written
  rename,   ///< files are made, renamed and removed, none is opened again
  replace,  ///< update and rename
  make,     ///< replace, directories are made and removed, files moved between them
};
std::string_view to_text(Access access);

struct Place {
  std::string path;
  Access access;
  bool operator==(const Place&) const = default;
};

/// The places of a run.  Links are followed when the process is sealed, and what a path means then
/// is what it may open, whatever is put there later.  A path that is not there is no place.
class Places {
 public:
  void add(std::string path, Access access) { places_.push_back({std::move(path), access}); }
  void add(const Places& more) {
    places_.insert(places_.end(), more.places_.begin(), more.places_.end());
  }
  /// What is or will be a directory: where it is not there yet, the nearest one above it in which
  /// it can be made.
  void add_new(std::string path, Access access);
  /// What a link in a place that is allowed leads to.  Nothing for what is no link: a rule keeps a
  /// file that is replaced or removed on the disk until the process has ended.
  void add_if_link(std::string path, Access access);
  /// A directory, and what the links in it lead to.
  void add_linked(const std::string& directory, Access access);
  const std::vector<Place>& list() const { return places_; }

 private:
  std::vector<Place> places_;
};

/// No new privileges by execve(2), no core dump, no tracing by other processes of this user.
/// Returns what failed, in words, or nothing.
std::string harden_process();

/// The newest Landlock that is made use of.
constexpr int newest_landlock = 6;

struct Sealed {
  int landlock = 0;     ///< version of the kernel's Landlock that is used; 0: none
  std::string lacking;  ///< what is not sealed for want of the kernel, in words, or empty
};
/// From here on only what is open, and `places`, can be reached: no other file, no TCP, no signal
/// to others, no program to run.  Only the calling thread and what it starts are sealed: call it
/// while there is one.  May be called again, and then narrows.  Precondition: harden_process().
/// `newest` is for tests: an older Landlock than the kernel has.
Sealed seal_process(const Places& places, int newest = newest_landlock);

}  // namespace medchain::cli
