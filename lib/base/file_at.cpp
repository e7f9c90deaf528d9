#include "base/file_at.hpp"

#include <unistd.h>

#include <cerrno>

namespace medchain {

Result<std::size_t> read_at(const File& file, std::span<std::byte> to, std::uint64_t at,
                            const std::string& path, Code code) {
  std::size_t done = 0;
  while (done < to.size()) {
    const ssize_t got =
        ::pread(file.fd(), to.data() + done, to.size() - done, static_cast<off_t>(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(code, "read", path, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Status write_at(const File& file, ByteView bytes, std::uint64_t at, const std::string& path,
                Code code) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put = ::pwrite(file.fd(), bytes.data() + done, bytes.size() - done,
                                 static_cast<off_t>(at + done));
    if (put < 0 && errno == EINTR) continue;
    // A write of nothing says no more about its reason.
    if (put <= 0) return fail_errno(code, "write", path, put < 0 ? errno : ENOSPC);
    done += static_cast<std::size_t>(put);
  }
  return {};
}

}  // namespace medchain
