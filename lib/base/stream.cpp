#include "base/stream.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/file.hpp"

namespace medchain {

ByteSource read_from(int fd, std::string name, Code code) {
  return [fd, name = std::move(name), code](MutableByteView space) -> Result<std::size_t> {
    for (;;) {
      const ssize_t got = ::read(fd, space.data(), space.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return fail_errno(code, "read", name, errno);
    }
  };
}

ByteSink write_to(int fd, std::string name) {
  return [fd, name = std::move(name)](ByteView bytes) -> Status {
    Status written = write_all(fd, as_text(bytes), name);
    if (!written) return fail(Code::storage_failed, written.error().message);
    return written;
  };
}

ByteSource read_from(ByteView bytes) {
  return [bytes](MutableByteView space) mutable -> Result<std::size_t> {
    const std::size_t size = std::min(bytes.size(), space.size());
    std::copy_n(bytes.begin(), size, space.begin());
    bytes = bytes.subspan(size);
    return size;
  };
}

}  // namespace medchain
