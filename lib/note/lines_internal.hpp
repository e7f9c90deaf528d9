// What the parsers of this library share: taking lines, and errors that say where.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"

namespace medchain::note {

/// Takes lines that end in LF from a text that outlives it.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  /// The next line without its LF; nothing at the end and where the last LF is missing (rest()
  /// tells).
  std::optional<std::string_view> next() {
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    ++number_;
    return line;
  }
  std::string_view rest() const { return rest_; }
  /// Of the line taken last, counted from 1.
  std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

/// `WHAT, line N: RULE`.
inline Error fail_at_line(Code code, std::string_view what, std::size_t line,
                          std::string_view rule) {
  return fail(code,
              std::string(what) + ", line " + std::to_string(line) + ": " + std::string(rule));
}

/// The same error under the code of the format that holds the value.
inline Error with_code(Error error, Code code) {
  error.code = code;
  return error;
}

}  // namespace medchain::note
