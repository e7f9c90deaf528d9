#include "base/file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/error.hpp"
#include "base/stop.hpp"
#include "base/text.hpp"

namespace medchain {
namespace {

/// A run that ends still writes what it has: only what may keep it from that is given up.
bool is_fifo(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 && S_ISFIFO(facts.st_mode);
}

/// Opening a FIFO waits for the other side.  A signal before the loop is seen by the question in
/// it, one during open(2) ends that call, and one between the two is sent again (MayWait).
int open_retrying(const std::string& path, int flags, mode_t mode) {
  const MayWait waiting;
  for (;;) {
    if (is_stopping() && is_fifo(path)) {
      errno = EINTR;
      return -1;
    }
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (fd >= 0 || errno != EINTR || is_stopping()) return fd;
  }
}

/// read(2) of what may be a pipe, as open_retrying().
ssize_t read_retrying(int fd, bool is_regular, char* to, std::size_t size) {
  const MayWait waiting;
  for (;;) {
    if (!is_regular && is_stopping()) {
      errno = EINTR;
      return -1;
    }
    const ssize_t got = ::read(fd, to, size);
    if (got >= 0 || errno != EINTR || is_stopping()) return got;
  }
}

/// After a call that gave up.
Error file_error(Code code, std::string_view call, const std::string& path) {
  if (errno != EINTR) return fail_errno(code, call, path, errno);
  return fail(Code::interrupted, "stopped by a signal while waiting for " + quote(path));
}

/// The whole rest of `fd`.  One allocation where the size is known beforehand, so that a secret
/// leaves no copies.
Result<std::string> read_rest(int fd, const std::string& path, std::size_t limit, Code code) {
  limit = std::min<std::size_t>(limit, SIZE_MAX / 4);
  struct stat facts {};
  std::string text;
  const bool is_regular = ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
  if (is_regular && facts.st_size > 0)
    text.reserve(std::min(static_cast<std::size_t>(facts.st_size), limit) + 1);
  std::size_t used = 0;
  for (;;) {
    // One byte more than the limit is asked for: it tells a file at the limit from a longer one.
    const std::size_t wanted = std::max<std::size_t>(text.capacity(), used + 65536);
    text.resize(std::min(text.capacity() > used ? text.capacity() : wanted, limit + 1));
    const ssize_t got = read_retrying(fd, is_regular, text.data() + used, text.size() - used);
    if (got < 0) return file_error(code, "read", path);
    used += static_cast<std::size_t>(got);
    if (got == 0) break;
    if (used > limit)
      return fail(Code::input_too_long,
                  quote(path) + ": expected at most " + std::to_string(limit) + " bytes, got more");
  }
  text.resize(used);
  return text;
}

Error write_error(std::string_view name) {
  return fail_errno(Code::output_failed, "write", name, errno);
}

/// Writes, fsyncs and closes.
Status finish_file(File file, std::string_view bytes, mode_t mode, const std::string& path,
                   Durability durability = Durability::durable) {
  // The mode of open(2) is cut by the umask, that of fchmod(2) is not.
  if (::fchmod(file.fd(), mode) != 0)
    return fail_errno(Code::storage_failed, "set the mode of", path, errno);
  if (auto written = write_all(file.fd(), bytes, path); !written)
    return fail(Code::storage_failed, written.error().message);
  if (durability == Durability::durable && ::fsync(file.fd()) != 0)
    return fail_errno(Code::storage_failed, "sync", path, errno);
  if (::close(file.release()) != 0 && errno != EINTR)
    return fail_errno(Code::storage_failed, "close", path, errno);
  return {};
}

/// A path as the user can type it in a shell.
std::string typed(const std::string& path) {
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '.' || c == '-' || c == '_' || c == '+';
    if (!plain) return quote(path);
  }
  return path;
}

Result<File> open_private(const std::string& path) {
  // O_NONBLOCK: a FIFO must be refused, not waited for.
  MC_ASSIGN(File file, open_file(path, O_RDONLY | O_NONBLOCK, Code::key_missing));
  struct stat facts {};
  if (::fstat(file.fd(), &facts) != 0) return fail_errno(Code::key_missing, "look at", path, errno);
  if (!S_ISREG(facts.st_mode))
    return fail(Code::key_unsafe, quote(path) + " is not a regular file");
  if (facts.st_uid != ::geteuid() && facts.st_uid != 0)
    return fail(Code::key_unsafe, quote(path) + " belongs to user " + std::to_string(facts.st_uid) +
                                      ", expected user " + std::to_string(::geteuid()));
  if ((facts.st_mode & 077) != 0) {
    char mode[8];
    std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(facts.st_mode & 07777));
    return fail(Code::key_unsafe,
                quote(path) + " is open to group or others: expected mode 0600, got " + mode)
        .with_hint("chmod 600 " + typed(path));
  }
  return file;
}

}  // namespace

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

void File::reset() {
  // On Linux the descriptor is gone even if close(2) reports EINTR: never try again.
  if (fd_ >= 0) ::close(release());
}

Result<File> open_file(const std::string& path, int flags, Code code, mode_t mode) {
  const int fd = open_retrying(path, flags, mode);
  if (fd < 0) return file_error(code, "open", path);
  return File(fd);
}

Result<File> open_regular_file(const std::string& path, Code code) {
  // O_NONBLOCK: to open a FIFO would wait for who writes to it.
  MC_ASSIGN(File file, open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, code));
  struct stat status = {};
  if (::fstat(file.fd(), &status) != 0) return fail_errno(code, "stat", path, errno);
  if (!S_ISREG(status.st_mode)) return fail(code, quote(path) + " is not a regular file");
  return file;
}

Result<std::string> read_file(const std::string& path, std::size_t limit, Code code) {
  MC_ASSIGN(const File file, open_file(path, O_RDONLY, code));
  return read_rest(file.fd(), path, limit, code);
}

Result<std::optional<std::string>> read_file_if_exists(const std::string& path, std::size_t limit,
                                                       Code code) {
  const int fd = open_retrying(path, O_RDONLY, 0);
  if (fd < 0 && errno == ENOENT) return std::optional<std::string>();
  if (fd < 0) return file_error(code, "open", path);
  const File file(fd);
  MC_ASSIGN(std::string text, read_rest(file.fd(), path, limit, code));
  return std::optional<std::string>(std::move(text));
}

Result<std::string> read_private_file(const std::string& path, std::size_t limit) {
  MC_ASSIGN(const File file, open_private(path));
  return read_rest(file.fd(), path, limit, Code::key_missing);
}

Status write_all(int fd, std::string_view bytes, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {  // a non-blocking pipe handed to us
      pollfd wait{fd, POLLOUT, 0};
      if (::poll(&wait, 1, -1) < 0 && errno != EINTR) return write_error(name);
    } else if (errno != EINTR) {
      return write_error(name);
    }
  }
  return {};
}

Status create_file_exclusive(const std::string& path, std::string_view bytes, mode_t mode,
                             Code code) {
  MC_ASSIGN(File file, open_file(path, O_WRONLY | O_CREAT | O_EXCL, code, 0600));
  Status status = finish_file(std::move(file), bytes, mode, path);
  if (status) status = sync_directory(parent_directory(path));
  if (!status) ::unlink(path.c_str());
  return status;
}

Status replace_file(const std::string& path, std::string_view bytes, mode_t mode,
                    Durability durability) {
  std::string temporary = path + ".XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) return fail_errno(Code::storage_failed, "create a file beside", path, errno);
  Status status = finish_file(File(fd), bytes, mode, temporary, durability);
  if (status && ::rename(temporary.c_str(), path.c_str()) != 0)
    status = fail_errno(Code::storage_failed, "replace", path, errno);
  if (!status) {
    ::unlink(temporary.c_str());
    return status;
  }
  return durability == Durability::durable ? sync_directory(parent_directory(path)) : Status();
}

Result<bool> rename_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  if (errno != EINVAL && errno != ENOSYS)
    return fail_errno(Code::storage_failed, "create", to, errno);
  // A file system without that flag: a second name, which link(2) never puts over another.
  if (::link(from.c_str(), to.c_str()) != 0) {
    if (errno == EEXIST) return false;
    return fail_errno(Code::storage_failed, "create", to, errno);
  }
  if (::unlink(from.c_str()) != 0) {
    const int error_number = errno;
    ::unlink(to.c_str());
    return fail_errno(Code::storage_failed, "rename", from, error_number);
  }
  return true;
}

Status check_private(const std::string& path) {
  MC_TRY(open_private(path));
  return {};
}

Status check_private_directory(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0)
    return fail_errno(Code::key_missing, "look at", path, errno);
  if ((facts.st_mode & 077) != 0)
    return fail(Code::key_unsafe, quote(path) + " can be entered by others")
        .with_hint("chmod 700 " + typed(path));
  return {};
}

Status sync_directory(const std::string& path) {
  MC_ASSIGN(const File directory, open_file(path, O_RDONLY | O_DIRECTORY, Code::storage_failed));
  // EINVAL: this file system has no such operation on directories.
  if (::fsync(directory.fd()) != 0 && errno != EINVAL)
    return fail_errno(Code::storage_failed, "sync", path, errno);
  return {};
}

Status make_directory(const std::string& path, mode_t mode, bool allow_existing) {
  if (::mkdir(path.c_str(), mode) == 0) {
    // Else a power cut could take the directory, with all that was synced in it.  Where names may
    // be made and not listed, there is no way to sync.
    const std::string parent = parent_directory(path);
    if (::access(parent.c_str(), R_OK) != 0) return {};
    Status synced = sync_directory(parent);
    if (!synced) ::rmdir(path.c_str());
    return synced;
  }
  const int error_number = errno;
  struct stat facts {};
  if (error_number == EEXIST && allow_existing && ::stat(path.c_str(), &facts) == 0 &&
      S_ISDIR(facts.st_mode))
    return {};
  return fail_errno(Code::storage_failed, "create directory", path, error_number);
}

bool file_exists(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0;
}

std::string parent_directory(const std::string& path) {
  std::string_view rest = path;
  while (rest.size() > 1 && rest.back() == '/') rest.remove_suffix(1);
  const std::size_t slash = rest.rfind('/');
  if (slash == std::string_view::npos) return ".";
  rest = rest.substr(0, slash);
  while (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  return rest.empty() ? "/" : std::string(rest);
}

std::string absolute_path(const std::string& path) {
  std::string full = path;
  if (!path.starts_with('/')) {
    char* here = ::getcwd(nullptr, 0);
    if (here == nullptr) return path;  // the working directory was removed: nothing better to say
    full = std::string(here) + "/" + path;
    std::free(here);
  }
  std::vector<std::string> kept;
  for (const std::string_view part : split(full, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (!kept.empty()) kept.pop_back();
    } else {
      kept.emplace_back(part);
    }
  }
  return "/" + join(kept, "/");
}

}  // namespace medchain
