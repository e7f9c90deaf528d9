// Lines (or NUL-ended names) of a descriptor, in bounded memory, without a copy per line.
#pragma once

#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "source/inflate_internal.hpp"

namespace medchain::source {

/// Bytes with RecordScanner::padding readable bytes behind them.  Grows by realloc, which moves a
/// big block by remapping its pages, so that a line of 64 MiB is not held twice.
class PaddedBuffer {
 public:
  explicit PaddedBuffer(std::size_t capacity) { grow(capacity); }
  char* data() const { return data_.get(); }
  std::size_t capacity() const { return capacity_; }
  /// Keeps the content.  No effect if there is as much already.
  void grow(std::size_t capacity);

 private:
  struct Free {
    void operator()(char* block) const { std::free(block); }
  };
  std::unique_ptr<char, Free> data_;
  std::size_t capacity_ = 0;
};

/// Whether `stop_fd`, which may be -1, is readable.
bool is_stopped(int stop_fd);
/// read(2) or pread(2) until there is a byte, whatever signals arrive; 0 at the end.  A descriptor
/// that does not block is waited for.  Fails with input_unreadable, and with interrupted once
/// `stop_fd` is readable.
Result<std::size_t> read_some(int fd, char* to, std::size_t count, int stop_fd = -1);
Result<std::size_t> read_some_at(int fd, std::uint64_t offset, char* to, std::size_t count);
/// `cannot WHAT: permission denied`.
Error fail_system(Code code, std::string_view what, int error_number);

struct Line {
  std::string_view
      text;  ///< without its separator, padding behind it; valid until the next call of next()
  std::uint64_t number = 0;  ///< 1-based, empty lines count
  std::uint64_t offset = 0;  ///< of its first byte
  bool ended = false;        ///< the separator was there
  bool too_long = false;     ///< over the limit: read to its end, text is empty
};

class Lines {
 public:
  /// `limit` is for the bytes before the separator.  The first line is number `first.number`, at
  /// `first.offset`.  With an input its bytes are read in place of those of `fd`.
  Lines(int fd, char separator, std::size_t limit, std::size_t buffer_size,
        std::uint64_t first_number = 1, std::uint64_t first_offset = 0, int stop_fd = -1,
        std::unique_ptr<ByteInput> input = nullptr);

  /// Nothing at the end.  Fails as read_some() or ByteInput::read(); after that it goes on where it
  /// was.
  Result<std::optional<Line>> next();
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  Result<bool> fill();
  Result<Line> skip_long_line();
  Line take(std::size_t size, bool ended);

  int fd_;
  int stop_fd_;
  std::unique_ptr<ByteInput> input_;
  char separator_;
  std::size_t limit_;
  PaddedBuffer buffer_;
  std::size_t begin_ = 0, end_ = 0;  ///< what is in the buffer and not given out
  std::uint64_t number_, offset_;    ///< of the next line
  std::uint64_t bytes_read_ = 0;
  std::optional<Line> skipping_;  ///< an over-long line whose end was not read yet
};

/// Strips one CR in front of LF, and a byte order mark from the first line; true if there was a
/// mark.
bool strip_line_ends(Line& line);

}  // namespace medchain::source
