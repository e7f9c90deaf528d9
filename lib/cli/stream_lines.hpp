// StreamLines: standard input as lines of our own streams, at most 1 MiB each, in bounded memory.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/session.hpp"

namespace medchain::cli {

class StreamLines {
 public:
  /// Fails with usage for a terminal.
  static Result<StreamLines> open(Session& session);

  /// The next line without its LF, valid until the next call; nothing at the end.  `before_waiting`
  /// is called once before it waits for more.  Fails with input_too_long, input_truncated (the last
  /// line has no LF), input_unreadable and interrupted, and as `before_waiting` does.
  Result<std::optional<std::string_view>> next(const std::function<Status()>& before_waiting);
  /// Number of the line that next() gave last, or failed at, from 1.
  std::uint64_t number() const { return number_; }

 private:
  StreamLines(Session& session, int fd) : session_(session), fd_(fd) {}
  Result<bool> read_more();
  bool is_ready() const;
  Status wait();

  Session& session_;
  int fd_;
  std::string text_;
  std::size_t from_ = 0;      // of the next line
  std::size_t searched_ = 0;  // there is no LF from from_ to here
  std::uint64_t number_ = 0;
  bool ended_ = false;
};

}  // namespace medchain::cli
