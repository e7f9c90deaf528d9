#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.hpp"
#include "crypto/sha256.hpp"
#include "json/record_scanner.hpp"
#include "source/source.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t chunk_size = 256 * 1024;

Result<Reread> digest_of(int fd, const std::string& path, std::uint64_t offset, std::uint64_t size,
                         std::size_t most) {
  crypto::Sha256 hash;
  Reread found;
  found.complete = size <= most;
  Bytes buffer(std::min<std::uint64_t>(size, chunk_size));
  while (size > 0) {
    const std::size_t want = static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer.size()));
    const ssize_t got = pread(fd, buffer.data(), want, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(Code::input_unreadable, "read", path, errno);
    if (got == 0) return fail(Code::input_changed, "the file ends before the record does");
    const ByteView part = ByteView(buffer).first(static_cast<std::size_t>(got));
    hash.update(part);
    found.text += as_text(part).substr(0, most - found.text.size());
    offset += static_cast<std::uint64_t>(got);
    size -= static_cast<std::uint64_t>(got);
  }
  found.digest = Digest(hash.finish());
  return found;
}

/// The line at the offset, or the whole file, as one JSON value in its canonical form.
Result<Reread> digest_of_canonical(int fd, const Locator& locator, std::uint64_t size_now,
                                   std::size_t most) {
  const std::uint64_t size =
      std::min<std::uint64_t>(size_now - std::min(size_now, locator.offset), max_record_line);
  std::string text(static_cast<std::size_t>(size), '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t got = pread(fd, text.data() + done, text.size() - done,
                              static_cast<off_t>(locator.offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(Code::input_unreadable, "read", locator.path, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
    if (locator.line > 0 && text.find('\n') < done) break;
  }
  std::string_view value = std::string_view(text).substr(0, done);
  if (locator.line > 0) value = value.substr(0, value.find('\n'));
  if (value.starts_with("\xef\xbb\xbf")) value.remove_prefix(3);
  auto canonical = json::canonical_json(value);
  if (!canonical)
    return fail(Code::input_changed,
                "is not one JSON value any more: " + canonical.error().message);
  return Reread{Digest(crypto::sha256(as_bytes(*canonical))), std::string(value.substr(0, most)),
                value.size() <= most};
}

}  // namespace

Result<Digest> read_digest(const Locator& locator) {
  MC_ASSIGN(const Reread found, reread(locator, 0));
  return found.digest;
}

Result<Reread> reread(const Locator& locator, std::size_t most) {
  // O_NONBLOCK: what was a file may be a fifo now, and must not make us wait.
  MC_ASSIGN(const File file,
            open_file(locator.path, O_RDONLY | O_NONBLOCK | O_NOCTTY, Code::input_unreadable));
  struct stat info {};
  if (fstat(file.fd(), &info) != 0)
    return fail_errno(Code::input_unreadable, "look at", locator.path, errno);
  if (!S_ISREG(info.st_mode)) return fail(Code::input_changed, "is not a regular file any more");
  const auto size_now = static_cast<std::uint64_t>(info.st_size);
  if (locator.canonical) return digest_of_canonical(file.fd(), locator, size_now, most);
  if (is_part_of_file(locator))
    return digest_of(file.fd(), locator.path, locator.offset, locator.size, most);
  if (locator.size > 0 && size_now != locator.size)
    return fail(Code::input_changed, "is " + std::to_string(size_now) + " bytes, " +
                                         std::to_string(locator.size) + " were anchored");
  return digest_of(file.fd(), locator.path, 0, size_now, most);
}

}  // namespace medchain::source
