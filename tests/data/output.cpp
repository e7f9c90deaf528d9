#include "output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace medchain::testdata {

namespace {

[[noreturn]] void fail_on(std::string_view act, const std::string& path) {
  const int code = errno;
  fail(exit_failure, "cannot " + std::string(act) + " '" + path + "': " + std::strerror(code));
}

void write_all(int descriptor, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail_on("write", name);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

void fail(int status, std::string_view message) {
  std::fprintf(stderr, "medchain-testdata: %.*s\n", static_cast<int>(message.size()),
               message.data());
  std::exit(status);
}

Sink::Sink(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {
  buffer_.reserve(flush_at + (std::size_t{64} << 10));
}

Sink::Sink(Sink&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      name_(std::move(other.name_)),
      buffer_(std::move(other.buffer_)) {}

Sink::~Sink() {
  if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
}

Sink Sink::standard_output() { return {STDOUT_FILENO, "standard output"}; }

Sink Sink::create(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) fail_on("create", path);
  return {descriptor, path};
}

void Sink::flush() {
  write_all(descriptor_, buffer_, name_);
  buffer_.clear();
}

void Sink::close() {
  flush();
  if (::close(std::exchange(descriptor_, -1)) != 0) fail_on("close", name_);
}

void write_new_file(const std::string& path, std::string_view bytes) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) fail_on("create", path);
  write_all(descriptor, bytes, path);
  if (::close(descriptor) != 0) fail_on("close", path);
}

void make_directories(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), 0777) != 0 && errno != EEXIST) fail_on("create directory", part);
    if (end == std::string::npos) return;
  }
}

}  // namespace medchain::testdata
