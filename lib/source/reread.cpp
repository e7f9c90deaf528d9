#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/byte_order_mark.hpp"
#include "base/file.hpp"
#include "crypto/sha256.hpp"
#include "json/record_scanner.hpp"
#include "source/ndjson_internal.hpp"
#include "source/rereader.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t chunk_size = 64 * 1024;
// A CR and a byte order mark, which are no part of a record.
constexpr std::size_t line_slack = 4;

Error too_short() { return fail(Code::input_changed, "the file ends before the record does"); }

Error other_size(std::string_view now, std::uint64_t anchored) {
  return fail(Code::input_changed,
              "is " + std::string(now) + " bytes, " + std::to_string(anchored) + " were anchored");
}

/// Bytes of a file, or what was compressed in them, from a place that moves on.
class Content {
 public:
  Content(int fd, Compression kind) : fd_(fd), kind_(kind) { restart(); }

  bool is_inflated() const { return kind_ != Compression::none; }
  /// What comes next, as much as is at hand; nothing at the end.  Valid until the next call.
  Result<std::string_view> ahead() {
    if (begin_ == end_) MC_TRY(fill());
    return std::string_view(buffer_.data() + begin_, end_ - begin_);
  }
  void take(std::size_t count) { begin_ += count; }

  Status skip_to(std::uint64_t offset) {
    if (offset < start_ || (!is_inflated() && offset > start_ + end_)) restart(offset);
    while (offset > start_ + end_) {
      begin_ = end_;
      MC_ASSIGN(const std::string_view more, ahead());
      if (more.empty()) return too_short();
    }
    begin_ = static_cast<std::size_t>(offset - start_);
    return {};
  }

 private:
  void restart(std::uint64_t offset = 0) {
    begin_ = end_ = 0;
    start_ = is_inflated() ? 0 : offset;
    if (is_inflated()) inflater_ = Inflater::open(fd_, kind_);
  }

  Status fill() {
    buffer_.resize(chunk_size);
    start_ += end_;
    begin_ = end_ = 0;
    auto got = is_inflated() ? inflater_->read(buffer_.data(), chunk_size)
                             : read_some_at(fd_, start_, buffer_.data(), chunk_size);
    if (got) {
      end_ = *got;
      return {};
    }
    // It was sound when it was anchored.
    Error error = std::move(got).error();
    if (error.code == Code::input_invalid || error.code == Code::input_truncated)
      error.code = Code::input_changed;
    return error;
  }

  int fd_;
  Compression kind_;
  std::unique_ptr<Inflater> inflater_;
  std::vector<char> buffer_;
  std::uint64_t start_ = 0;          ///< of the buffer, in the content
  std::size_t begin_ = 0, end_ = 0;  ///< what is at hand, in the buffer
};

Result<Reread> digest_of(Content& content, std::uint64_t size, std::size_t most) {
  crypto::Sha256 hash;
  Reread found;
  found.complete = size <= most;
  while (size > 0) {
    MC_ASSIGN(const std::string_view ahead, content.ahead());
    if (ahead.empty()) return too_short();
    const std::string_view part =
        ahead.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(size, ahead.size())));
    hash.update(part);
    found.text += part.substr(0, most - found.text.size());
    size -= part.size();
    content.take(part.size());
  }
  found.digest = Digest(hash.finish());
  return found;
}

/// The line that comes next, or all there is.
Result<std::string> value_of(Content& content, bool is_line) {
  std::string text;
  for (;;) {
    MC_ASSIGN(const std::string_view ahead, content.ahead());
    const std::size_t end = is_line ? ahead.find('\n') : std::string_view::npos;
    const bool is_end = end != std::string_view::npos || ahead.empty();
    text += ahead.substr(0, end);
    if (text.size() > max_record_line + line_slack)
      return fail(Code::input_changed,
                  "is over " + std::to_string(max_record_line) + " bytes, which no record is");
    content.take(is_end && !ahead.empty() ? end + 1 : ahead.size());
    if (!is_end) continue;
    if (is_line && text.ends_with('\r')) text.pop_back();
    return text;
  }
}

/// As one JSON value in its canonical form.
Result<Reread> digest_of_canonical(Content& content, bool is_line, std::size_t most) {
  MC_ASSIGN(const std::string text, value_of(content, is_line));
  const std::string_view value = without_mark(text);
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
  return Rereader().reread(locator, most);
}

struct Rereader::Opened {
  std::string path;
  File file;
  FileState state;
  Content content;

  std::uint64_t size() const { return static_cast<std::uint64_t>(state.size); }
  /// All of the file as it lies on disk.
  Result<Reread> as_it_lies(std::size_t most) const {
    Content bytes(file.fd(), Compression::none);
    return digest_of(bytes, size(), most);
  }
  Result<Reread> read(const Locator& locator, std::size_t most);
  Result<Reread> read_content(const Locator& locator, std::size_t most);
};

Rereader::Rereader() = default;
Rereader::~Rereader() = default;

Result<Reread> Rereader::reread(const Locator& locator, std::size_t most) {
  MC_TRY(open(locator.path));
  auto found = opened_->read(locator, most);
  if (!found) opened_.reset();
  return found;
}

/// Anew, unless it is the file that is open.
Status Rereader::open(const std::string& path) {
  // O_NONBLOCK: what was a file may be a fifo now, and must not make us wait.
  MC_ASSIGN(File file, open_file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, Code::input_unreadable));
  struct stat info {};
  if (fstat(file.fd(), &info) != 0)
    return fail_errno(Code::input_unreadable, "look at", path, errno);
  if (!S_ISREG(info.st_mode)) return fail(Code::input_changed, "is not a regular file any more");
  const FileState state = FileState::of(info);
  if (opened_ && opened_->path == path && opened_->state == state) return {};
  // By name and beginning, as for anchoring.
  Compression kind = compression_of(path);
  if (kind != Compression::none) {
    MC_ASSIGN(const bool is_stream, begins_as(file.fd(), kind));
    if (!is_stream) kind = Compression::none;
  }
  const int fd = file.fd();
  opened_.reset(new Opened{path, std::move(file), state, Content(fd, kind)});
  return {};
}

Result<Reread> Rereader::Opened::read(const Locator& locator, std::size_t most) {
  // A compressed file was anchored as it lies, or what is in it.
  const bool is_whole = locator.line == 0 && locator.offset == 0 && !locator.canonical;
  const bool may_lie = is_whole && (locator.size == 0 || locator.size == size());
  if (!content.is_inflated() || !may_lie) return read_content(locator, most);
  MC_ASSIGN(Reread lying, as_it_lies(most));
  if (locator.size == 0 || !locator.digest || lying.digest == *locator.digest) return lying;
  auto inflated = read_content(locator, most);
  if (!inflated) return lying;
  return inflated;
}

Result<Reread> Rereader::Opened::read_content(const Locator& locator, std::size_t most) {
  const bool is_part = is_part_of_file(locator);
  if (!is_part && !locator.canonical && !content.is_inflated()) {
    if (locator.size > 0 && size() != locator.size)
      return other_size(std::to_string(size()), locator.size);
    return as_it_lies(most);
  }
  MC_TRY(content.skip_to(locator.offset));
  if (locator.canonical) return digest_of_canonical(content, locator.line > 0, most);
  MC_ASSIGN(Reread found, digest_of(content, locator.size, most));
  if (is_part) return found;
  MC_ASSIGN(const std::string_view more, content.ahead());
  if (!more.empty()) return other_size("more than " + std::to_string(locator.size), locator.size);
  return found;
}

}  // namespace medchain::source
