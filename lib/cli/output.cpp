#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>

#include "cli/output_internal.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;

bool is_same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

Status check_not_an_input(const std::string& path, const struct stat& target,
                          std::span<const std::string> inputs) {
  const auto same = [&](std::string_view input) {
    return fail(Code::usage,
                "option '--output': " + quote(path) + " is also the input " + std::string(input));
  };
  struct stat other = {};
  for (const std::string& input : inputs)
    if (input != "-" && stat(input.c_str(), &other) == 0 && is_same_file(target, other))
      return same(quote(input));
  if (fstat(STDIN_FILENO, &other) == 0 && is_same_file(target, other))
    return same("on standard input");
  return {};
}

/// The file a link leads to, so that the link survives.
std::string without_links(const std::string& path) {
  char* resolved = realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return path;
  std::string result = resolved;
  std::free(resolved);
  return result;
}

/// `DIR/.NAME.PID-N.tmp`, new.
Result<File> create_beside(const std::string& target, std::string& created) {
  const std::size_t slash = target.rfind('/');
  const std::size_t name_at = slash == std::string::npos ? 0 : slash + 1;
  // Room for the rest of the name within NAME_MAX.
  const std::string name = target.substr(name_at, NAME_MAX - 32);
  for (int attempt = 0;; ++attempt) {
    created = target.substr(0, name_at) + "." + name + "." + std::to_string(getpid()) + "-" +
              std::to_string(attempt) + ".tmp";
    const int fd = open(created.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd >= 0) return File(fd);
    if (errno != EEXIST || attempt == 100)
      return fail_errno(Code::output_failed, "create", target, errno);
  }
}

}  // namespace

Status Output::line(const json::Object& object) { return write(json::write(object) + "\n"); }

std::unique_ptr<StreamOutput> StreamOutput::to_descriptor(int fd, std::string name) {
  return std::unique_ptr<StreamOutput>(new StreamOutput(fd, std::move(name)));
}

Result<std::unique_ptr<StreamOutput>> StreamOutput::to_file(const std::string& path,
                                                            std::span<const std::string> inputs,
                                                            bool only_own) {
  struct stat there = {};
  const bool exists = stat(path.c_str(), &there) == 0;
  if (exists && S_ISREG(there.st_mode)) MC_TRY(check_not_an_input(path, there, inputs));
  // A rename would pass over the write protection that a redirection respects.
  if (exists && faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0)
    return fail_errno(Code::output_failed, "write", path, errno);
  std::unique_ptr<StreamOutput> output = to_descriptor(-1, path);
  if (exists && !S_ISREG(there.st_mode)) {
    MC_ASSIGN(output->owned_, open_file(path, O_WRONLY | O_NOCTTY, Code::output_failed));
  } else {
    output->target_ = exists ? without_links(path) : path;
    std::string created;
    MC_ASSIGN(output->owned_, create_beside(output->target_, created));
    output->temporary_ = std::move(created);
    if ((exists || only_own) &&
        fchmod(output->owned_.fd(), only_own ? 0600 : there.st_mode & 0777) != 0)
      return fail_errno(Code::output_failed, "set the mode of", path, errno);
  }
  output->fd_ = output->owned_.fd();
  return output;
}

std::optional<std::string> StreamOutput::directory() const {
  if (temporary_.empty()) return std::nullopt;
  return parent_directory(target_);
}

StreamOutput::~StreamOutput() {
  if (!temporary_.empty() && !finished_) unlink(temporary_.c_str());
}

Status StreamOutput::failed(Error error) {
  failure_ = error;
  return error;
}

Status StreamOutput::write(std::string_view bytes) {
  if (failure_) return *failure_;
  MC_ASSERT(!finished_);
  if (buffer_.size() + bytes.size() > buffer_size) MC_TRY(flush());
  if (bytes.size() <= buffer_size) {
    buffer_ += bytes;
    return {};
  }
  if (before_write_) before_write_();
  if (auto status = write_all(fd_, bytes, name_); !status) return failed(std::move(status).error());
  return {};
}

Status StreamOutput::flush() {
  if (failure_) return *failure_;
  if (buffer_.empty()) return {};
  if (before_write_) before_write_();
  auto status = write_all(fd_, buffer_, name_);
  buffer_.clear();
  if (!status) return failed(std::move(status).error());
  return {};
}

/// Some file systems tell a failed write only at close.
Status StreamOutput::close_checked() {
  const int fd = owned_.is_open() ? owned_.release() : dup(fd_);
  if (fd < 0 || close(fd) != 0)
    return failed(fail_errno(Code::output_failed, "close", name_, errno));
  return {};
}

Status StreamOutput::finish() {
  if (finished_) return {};
  MC_TRY(flush());
  if (temporary_.empty()) {
    finished_ = true;
    return close_checked();
  }
  if (fsync(fd_) != 0) return failed(fail_errno(Code::output_failed, "sync", target_, errno));
  MC_TRY(close_checked());
  if (rename(temporary_.c_str(), target_.c_str()) != 0)
    return failed(fail_errno(Code::output_failed, "rename to", target_, errno));
  finished_ = true;
  return sync_directory(parent_directory(target_));
}

}  // namespace medchain::cli
