#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>
#include <utility>

#include "base/byte_order_mark.hpp"
#include "json/record_scanner.hpp"
#include "source/lines_internal.hpp"

namespace medchain::source {

void PaddedBuffer::grow(std::size_t capacity) {
  if (capacity <= capacity_) return;
  constexpr std::size_t padding = json::RecordScanner::padding;
  char* block = static_cast<char*>(std::realloc(data_.get(), capacity + padding));
  if (block == nullptr) throw std::bad_alloc();
  (void)data_.release();
  data_.reset(block);
  capacity_ = capacity;
}

Error fail_system(Code code, std::string_view what, int error_number) {
  if (error_number == ENOMEM) return out_of_memory(what);
  std::string reason = std::generic_category().message(error_number);
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (!reason.empty() && is_upper(reason[0]) && !(reason.size() > 1 && is_upper(reason[1])))
    reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
  return fail(code, "cannot " + std::string(what) + ": " + reason);
}

bool is_stopped(int stop_fd) {
  pollfd wait{stop_fd, POLLIN, 0};
  return stop_fd >= 0 && ::poll(&wait, 1, 0) > 0;
}

Result<std::size_t> read_some(int fd, char* to, std::size_t count, int stop_fd) {
  for (;;) {
    if (stop_fd >= 0) {
      pollfd wait[] = {{fd, POLLIN, 0}, {stop_fd, POLLIN, 0}};
      const int ready = ::poll(wait, 2, -1);
      if (ready < 0 && errno == EINTR) continue;
      if (ready > 0 && wait[1].revents != 0) return fail(Code::interrupted, "stopped by a signal");
    }
    const ssize_t got = ::read(fd, to, count);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd wait{fd, POLLIN, 0};
      (void)::poll(&wait, 1, -1);
      continue;
    }
    return fail_system(Code::input_unreadable, "read", errno);
  }
}

Result<std::size_t> read_some_at(int fd, std::uint64_t offset, char* to, std::size_t count) {
  for (;;) {
    const ssize_t got = ::pread(fd, to, count, static_cast<off_t>(offset));
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return fail_system(Code::input_unreadable, "read", errno);
  }
}

Lines::Lines(int fd, char separator, std::size_t limit, std::size_t buffer_size,
             std::uint64_t first_number, std::uint64_t first_offset, int stop_fd,
             std::unique_ptr<ByteInput> input)
    : fd_(fd),
      stop_fd_(stop_fd),
      input_(std::move(input)),
      separator_(separator),
      limit_(limit),
      buffer_(buffer_size),
      number_(first_number),
      offset_(first_offset) {}

Line Lines::take(std::size_t size, bool ended) {
  Line line;
  line.text = {buffer_.data() + begin_, size};
  line.number = number_++;
  line.offset = offset_;
  line.ended = ended;
  const std::size_t used = size + (ended ? 1 : 0);
  begin_ += used;
  offset_ += used;
  return line;
}

/// Makes room and reads once.  False at the end of the input.
Result<bool> Lines::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.capacity()) buffer_.grow(std::min(buffer_.capacity() * 2, limit_ + 2));
  char* const to = buffer_.data() + end_;
  const std::size_t space = buffer_.capacity() - end_;
  MC_ASSIGN(const std::size_t got,
            input_ ? input_->read(to, space) : read_some(fd_, to, space, stop_fd_));
  end_ += got;
  bytes_read_ += got;
  return got > 0;
}

Result<std::optional<Line>> Lines::next() {
  if (skipping_) {
    MC_ASSIGN(Line line, skip_long_line());
    return std::optional<Line>(line);
  }
  std::size_t searched = 0;  // bytes behind begin_ that hold no separator
  for (;;) {
    const char* from = buffer_.data() + begin_ + searched;
    const std::size_t left = end_ - begin_ - searched;
    if (const void* found = left == 0 ? nullptr : std::memchr(from, separator_, left)) {
      const auto size =
          static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data()) - begin_;
      Line line = take(size, true);
      if (size > limit_) {
        line.too_long = true;
        line.text = {};
      }
      return std::optional<Line>(line);
    }
    searched = end_ - begin_;
    if (searched > limit_) {
      MC_ASSIGN(Line line, skip_long_line());
      return std::optional<Line>(line);
    }
    MC_ASSIGN(const bool more, fill());
    if (more) continue;
    if (searched == 0) return std::optional<Line>();
    return std::optional<Line>(take(searched, false));
  }
}

Result<Line> Lines::skip_long_line() {
  if (!skipping_) {
    skipping_ = take(end_ - begin_, false);
    skipping_->text = {};
    skipping_->too_long = true;
  }
  for (;;) {
    begin_ = end_ = 0;
    MC_ASSIGN(const bool more, fill());
    if (!more) return *std::exchange(skipping_, std::nullopt);
    if (const void* found = std::memchr(buffer_.data(), separator_, end_)) {
      begin_ = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data()) + 1;
      offset_ += begin_;
      skipping_->ended = true;
      return *std::exchange(skipping_, std::nullopt);
    }
    offset_ += end_;
  }
}

bool strip_line_ends(Line& line) {
  if (line.ended && !line.text.empty() && line.text.back() == '\r') line.text.remove_suffix(1);
  if (line.offset != 0 || !line.text.starts_with(byte_order_mark)) return false;
  line.text.remove_prefix(byte_order_mark.size());
  line.offset += byte_order_mark.size();
  return true;
}

}  // namespace medchain::source
