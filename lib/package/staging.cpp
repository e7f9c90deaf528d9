#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "package/staging_internal.hpp"

namespace medchain::package {
namespace {

/// Held while a staging directory is made or claimed, so that nobody claims one that is there and
/// not yet locked.
Result<File> lock_parent(const std::string& parent) {
  MC_ASSIGN(File file, open_file(parent, O_RDONLY | O_DIRECTORY, Code::storage_failed));
  while (::flock(file.fd(), LOCK_EX) != 0)
    if (errno != EINTR) return fail_errno(Code::storage_failed, "lock", parent, errno);
  return file;
}

/// False: its owner lives, it belongs to another user, or somebody else has removed it.
bool lock_now(const File& directory, const std::string& path) {
  if (::flock(directory.fd(), LOCK_EX | LOCK_NB) != 0) return false;
  struct stat opened {
  }, named{};
  return ::fstat(directory.fd(), &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         opened.st_ino == named.st_ino && opened.st_dev == named.st_dev &&
         opened.st_uid == ::geteuid();
}

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;

}  // namespace

Result<Staging> Staging::create(const std::string& parent, std::string_view prefix) {
  MC_ASSIGN(const File parent_lock, lock_parent(parent));
  std::string path = parent + "/" + std::string(prefix) + "XXXXXX";
  if (::mkdtemp(path.data()) == nullptr)
    return fail_errno(Code::storage_failed, "create a directory in", parent, errno);
  ::chmod(path.c_str(), 0700);  // whatever the umask took
  auto directory = open_file(path, directory_flags, Code::storage_failed);
  if (!directory || !lock_now(*directory, path)) {
    ::rmdir(path.c_str());
    if (!directory) return std::move(directory).error();
    return fail(Code::storage_failed, "cannot lock " + quote(path));
  }
  return Staging(std::move(path), std::move(*directory));
}

Result<std::vector<Staging>> Staging::claim_stale(const std::string& parent,
                                                  std::string_view prefix) {
  MC_ASSIGN(const File parent_lock, lock_parent(parent));
  std::vector<Staging> stale;
  std::error_code failed;
  std::filesystem::directory_iterator items(parent, failed);
  for (; !failed && items != std::filesystem::directory_iterator(); items.increment(failed)) {
    const std::string name = items->path().filename().string();
    if (!name.starts_with(prefix) || name.size() != prefix.size() + 6) continue;
    std::string path = parent + "/" + name;
    auto directory = open_file(path, directory_flags, Code::storage_failed);
    if (!directory || !lock_now(*directory, path)) continue;
    stale.push_back(Staging(std::move(path), std::move(*directory)));
  }
  if (failed) {
    for (Staging& each : stale) std::move(each).keep();
    return fail_errno(Code::storage_failed, "list", parent, failed.value());
  }
  return stale;
}

Staging& Staging::operator=(Staging&& other) noexcept {
  if (this != &other) {
    if (lock_.is_open()) static_cast<void>(std::move(*this).remove());
    path_ = std::move(other.path_);
    lock_ = std::move(other.lock_);
  }
  return *this;
}

Staging::~Staging() {
  if (lock_.is_open()) static_cast<void>(std::move(*this).remove());
}

Status Staging::remove() && {
  std::error_code failed;
  std::filesystem::remove_all(path_, failed);
  lock_.reset();
  if (failed) return fail_errno(Code::storage_failed, "remove", path_, failed.value());
  return {};
}

}  // namespace medchain::package
