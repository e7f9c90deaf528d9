#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>

#include "base/file.hpp"
#include "crypto/sha256.hpp"
#include "json/record_scanner.hpp"
#include "source/ndjson_internal.hpp"
#include "source/rereader.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t chunk_size = 256 * 1024;

/// What comes next of a file: up to `count` bytes, 0 at the end.
using Next = std::function<Result<std::size_t>(char* to, std::size_t count)>;

Next reading(int fd, const std::string& path, std::uint64_t offset) {
  return [fd, &path, offset](char* to, std::size_t count) mutable -> Result<std::size_t> {
    for (;;) {
      const ssize_t got = pread(fd, to, count, static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fail_errno(Code::input_unreadable, "read", path, errno);
      offset += static_cast<std::uint64_t>(got);
      return static_cast<std::size_t>(got);
    }
  };
}

Result<Reread> digest_of(const Next& next, std::uint64_t size, std::size_t most) {
  crypto::Sha256 hash;
  Reread found;
  found.complete = size <= most;
  std::string buffer(std::min<std::uint64_t>(size, chunk_size), '\0');
  while (size > 0) {
    const std::size_t want = static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer.size()));
    MC_ASSIGN(const std::size_t got, next(buffer.data(), want));
    if (got == 0) return fail(Code::input_changed, "the file ends before the record does");
    const std::string_view part = std::string_view(buffer).substr(0, got);
    hash.update(part);
    found.text += part.substr(0, most - found.text.size());
    size -= got;
  }
  found.digest = Digest(hash.finish());
  return found;
}

/// The line that comes next, or all there is, as one JSON value in its canonical form.
Result<Reread> digest_of_canonical(const Next& next, bool is_line, std::size_t most) {
  std::string text;
  while (text.size() < max_record_line) {
    const std::size_t done = text.size();
    text.resize(std::min(done + chunk_size, max_record_line));
    MC_ASSIGN(const std::size_t got, next(text.data() + done, text.size() - done));
    text.resize(done + got);
    if (got == 0 || (is_line && text.find('\n', done) != std::string::npos)) break;
  }
  std::string_view value = text;
  if (is_line) value = value.substr(0, value.find('\n'));
  if (value.starts_with("\xef\xbb\xbf")) value.remove_prefix(3);
  auto canonical = json::canonical_json(value);
  if (!canonical)
    return fail(Code::input_changed,
                "is not one JSON value any more: " + canonical.error().message);
  return Reread{Digest(crypto::sha256(as_bytes(*canonical))), std::string(value.substr(0, most)),
                value.size() <= most};
}

Error other_size(std::string_view now, std::uint64_t anchored) {
  return fail(Code::input_changed,
              "is " + std::string(now) + " bytes, " + std::to_string(anchored) + " were anchored");
}

}  // namespace

Result<Digest> read_digest(const Locator& locator) {
  MC_ASSIGN(const Reread found, reread(locator, 0));
  return found.digest;
}

Result<Reread> reread(const Locator& locator, std::size_t most) {
  return Rereader().reread(locator, most);
}

struct Rereader::Stream {
  std::string path;
  File file;
  FileState state;
  std::unique_ptr<Inflater> inflater;
  std::uint64_t position = 0;

  Result<std::size_t> read(char* to, std::size_t count) {
    MC_ASSIGN(const std::size_t got, inflater->read(to, count));
    position += got;
    return got;
  }
};

Rereader::Rereader() = default;
Rereader::~Rereader() = default;

Result<Reread> Rereader::reread(const Locator& locator, std::size_t most) {
  // O_NONBLOCK: what was a file may be a fifo now, and must not make us wait.
  MC_ASSIGN(File file,
            open_file(locator.path, O_RDONLY | O_NONBLOCK | O_NOCTTY, Code::input_unreadable));
  struct stat info {};
  if (fstat(file.fd(), &info) != 0)
    return fail_errno(Code::input_unreadable, "look at", locator.path, errno);
  if (!S_ISREG(info.st_mode)) return fail(Code::input_changed, "is not a regular file any more");
  const auto size_now = static_cast<std::uint64_t>(info.st_size);
  const bool is_part = is_part_of_file(locator), has_size = locator.size > 0;

  const Compression kind = compression_of(locator.path);
  // What was anchored as it is has the size of the file.
  if (kind != Compression::none && (is_part || locator.canonical || has_size) &&
      (is_part || size_now != locator.size)) {
    MC_ASSIGN(const bool is_stream, begins_as(file.fd(), kind));
    const FileState state = FileState::of(info);
    if (is_stream && !(stream_ && stream_->path == locator.path && stream_->state == state &&
                       stream_->position <= locator.offset)) {
      const int fd = file.fd();
      stream_.reset(new Stream{locator.path, std::move(file), state, Inflater::open(fd, kind)});
    }
    if (is_stream) {
      auto found = reread_inflated(locator, most);
      if (!found) stream_.reset();
      return found;
    }
  }
  const Next next = reading(file.fd(), locator.path, locator.offset);
  if (locator.canonical) return digest_of_canonical(next, locator.line > 0, most);
  if (is_part) return digest_of(next, locator.size, most);
  if (has_size && size_now != locator.size)
    return other_size(std::to_string(size_now), locator.size);
  return digest_of(next, size_now, most);
}

Result<Reread> Rereader::reread_inflated(const Locator& locator, std::size_t most) {
  std::string skipped(chunk_size, '\0');
  while (stream_->position < locator.offset) {
    const std::uint64_t left = locator.offset - stream_->position;
    MC_ASSIGN(const std::size_t got,
              stream_->read(skipped.data(),
                            static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk_size))));
    if (got == 0) return fail(Code::input_changed, "the file ends before the record does");
  }
  const Next next = [this](char* to, std::size_t count) { return stream_->read(to, count); };
  if (locator.canonical) return digest_of_canonical(next, locator.line > 0, most);
  MC_ASSIGN(Reread found, digest_of(next, locator.size, most));
  if (is_part_of_file(locator)) return found;
  MC_ASSIGN(const std::size_t more, next(skipped.data(), 1));
  if (more > 0) return other_size("more than " + std::to_string(locator.size), locator.size);
  return found;
}

}  // namespace medchain::source
