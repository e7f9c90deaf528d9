#include "cli/stream_lines.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "cli/emitted.hpp"

namespace medchain::cli {

Result<StreamLines> StreamLines::open(Session& session) {
  MC_ASSIGN(const int fd, session.standard_input());
  return StreamLines(session, fd);
}

Result<std::optional<std::string_view>> StreamLines::next(
    const std::function<Status()>& before_waiting) {
  ++number_;
  for (bool told = false;;) {
    const std::size_t end = text_.find('\n', searched_);
    const std::size_t size = (end == std::string::npos ? text_.size() : end) - from_;
    if (size > max_stream_line) return fail(Code::input_too_long, "a line is over 1 MiB");
    if (end != std::string::npos) {
      const std::string_view line = std::string_view(text_).substr(from_, size);
      searched_ = from_ = end + 1;
      return std::optional(line);
    }
    searched_ = text_.size();
    if (ended_ && size == 0) return std::optional<std::string_view>();
    if (ended_) return fail(Code::input_truncated, "the last line has no line feed: it may be cut");
    if (!is_ready()) {
      if (!told) MC_TRY(before_waiting());
      told = true;
      MC_TRY(wait());
    }
    MC_ASSIGN(const bool more, read_more());
    ended_ = !more;
  }
}

bool StreamLines::is_ready() const {
  pollfd input = {fd_, POLLIN, 0};
  return ::poll(&input, 1, 0) > 0;
}

Status StreamLines::wait() {
  pollfd either[] = {{fd_, POLLIN, 0}, {session_.stop_descriptor(), POLLIN, 0}};
  while (!session_.interrupted()) {
    const int ready = ::poll(either, 2, -1);
    if (ready > 0 && either[0].revents != 0) return {};
    if (ready < 0 && errno != EINTR)
      return fail_errno(Code::input_unreadable, "wait for", "standard input", errno);
  }
  return fail(Code::interrupted, "stopped by a signal");
}

/// False at the end.
Result<bool> StreamLines::read_more() {
  if (session_.interrupted()) return fail(Code::interrupted, "stopped by a signal");
  constexpr std::size_t step = std::size_t{1} << 16;
  text_.erase(0, from_);
  searched_ -= from_;
  from_ = 0;
  const std::size_t had = text_.size();
  text_.resize(had + step);
  const ssize_t got = ::read(fd_, text_.data() + had, step);
  const int error_number = errno;
  text_.resize(had + static_cast<std::size_t>(got > 0 ? got : 0));
  if (got < 0 && error_number != EINTR && error_number != EAGAIN)
    return fail_errno(Code::input_unreadable, "read", "standard input", error_number);
  return got != 0;
}

}  // namespace medchain::cli
