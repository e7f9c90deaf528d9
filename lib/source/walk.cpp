#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/text.hpp"
#include "source/file_content_internal.hpp"
#include "source/walk_internal.hpp"

namespace medchain::source {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

std::string child(const std::string& directory, const std::string& name) {
  return directory.ends_with('/') ? directory + name : directory + "/" + name;
}

/// Whether a directory behind the part that was named is a link.
bool leads_over_link(const Found& found) {
  struct stat status;
  for (std::size_t end = found.path.find('/', found.named + 1); end != std::string::npos;
       end = found.path.find('/', end + 1))
    if (::lstat(found.path.substr(0, end).c_str(), &status) == 0 && S_ISLNK(status.st_mode))
      return true;
  return false;
}

}  // namespace

Result<std::optional<Found>> Walker::next() {
  for (;;) {
    Found found;
    if (!stack_.empty()) {
      if (stack_.back().entries.empty()) {
        stack_.pop_back();
      } else if (take_entry(found)) {
        return std::optional<Found>(std::move(found));
      }
      continue;
    }
    MC_ASSIGN(auto named, names_());
    if (!named) return std::optional<Found>();
    if (named->problem) return named;
    named_ = named->named;
    struct stat status;
    const auto look = named->follow_links ? ::stat : ::lstat;
    if (!named->follow_links && leads_over_link(*named)) {
      named->problem =
          fail(Code::input_changed, "a symbolic link has taken the place of its directory");
    } else if (look(named->path.c_str(), &status) != 0) {
      named->problem = fail_system(Code::input_unreadable, "read the file", errno);
      if (named->is_listed && named->path.find('\n') != std::string::npos)
        named->problem->hint = nul_hint;
    } else if (S_ISDIR(status.st_mode) && !enter(*named)) {
      continue;
    }
    return named;
  }
}

/// The next entry of the innermost directory; false if it was a directory that was entered, or
/// nothing to give.
bool Walker::take_entry(Found& found) {
  Frame& frame = stack_.back();
  const Entry entry = std::move(frame.entries.back());
  frame.entries.pop_back();
  found.path = child(frame.path, entry.name);
  found.place = escape_for_terminal(found.path);
  found.named = named_;
  found.follow_links = follow_links_;

  if (entry.kind == DT_REG) return true;  // FileContent looks again
  struct stat status;
  if (::lstat(found.path.c_str(), &status) != 0) {
    found.problem =
        errno == ENOENT
            ? fail(Code::input_changed, "the file was removed while its directory was being read")
            : fail_system(Code::input_unreadable, "read the file", errno);
    return true;
  }
  if (S_ISLNK(status.st_mode)) {
    if (!follow_links_) {
      notices_.count(Notice::link_not_followed, found.place);
      return false;
    }
    if (::stat(found.path.c_str(), &status) != 0) {
      found.problem = fail_system(Code::input_unreadable, "follow the symbolic link", errno);
      return true;
    }
  }
  if (S_ISDIR(status.st_mode)) return enter(found);
  if (!S_ISREG(status.st_mode)) found.problem = not_a_file(status.st_mode);
  return true;
}

/// Lists the directory and puts it on the stack.  False if that is all; true if `found` has got a
/// problem to tell.
bool Walker::enter(Found& found) {
  const int flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC |
                    (found.follow_links ? 0 : O_NOFOLLOW);
  File opened(::open(found.path.c_str(), flags));
  struct stat status;
  if (!opened.is_open() || ::fstat(opened.fd(), &status) != 0) {
    found.problem = fail_system(Code::input_unreadable, "open the directory", errno);
    return true;
  }
  Frame frame{found.path, {}, {status.st_dev, status.st_ino}};
  const auto is_frame = [&frame](const Frame& other) { return other.identity == frame.identity; };
  if (std::any_of(stack_.begin(), stack_.end(), is_frame)) {
    found.problem =
        fail(Code::input_unreadable, "a loop: the directory is one of those that lead to it");
    return true;
  }
  if (!seen_.insert(frame.identity).second) {
    notices_.count(Notice::directory_again, found.place);
    return false;
  }

  const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(opened.fd()));
  if (directory) (void)opened.release();
  for (;;) {
    errno = 0;
    const dirent* entry = directory ? ::readdir(directory.get()) : nullptr;
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") frame.entries.push_back({std::string(name), entry->d_type});
  }
  if (errno != 0 || !directory) {
    found.problem = fail_system(Code::input_unreadable, "read the directory", errno);
    return true;
  }
  // std::string compares as unsigned char: byte order, in every locale.
  std::sort(frame.entries.begin(), frame.entries.end(),
            [](const Entry& a, const Entry& b) { return a.name > b.name; });
  stack_.push_back(std::move(frame));
  return false;
}

}  // namespace medchain::source
