// Inputs that are readings: exports and streams one behind the other.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "cli/session.hpp"
#include "source/series.hpp"

namespace medchain::cli {

struct SeriesTotals {
  std::array<std::uint64_t, source::skipped_kinds> skipped{};
  std::uint64_t repeated_hour = 0;
  std::uint64_t all_skipped() const;
};

class SeriesInputs {
 public:
  /// `-` is standard input.  Of each input its first byte says what it is: `{` begins NDJSON, all
  /// else is CSV; with `only_ndjson` nothing is looked at.  Fails with usage for a terminal.
  static Result<SeriesInputs> open(Session& session, std::vector<std::string> names,
                                   source::SeriesOptions options, bool only_ndjson);
  /// Nothing behind the last.  An input that cannot be read, or whose header or quoting is broken,
  /// is a problem.  Fails with interrupted, and goes on where it was when it is called again.
  Result<std::optional<source::SeriesItem>> next();
  std::uint64_t bytes_read() const;
  SeriesTotals totals() const;

 private:
  Result<bool> open_next();
  Result<bool> is_json(int fd) const;
  void close();

  std::vector<std::string> names_;
  source::SeriesOptions options_;
  bool only_ndjson_ = false;
  int standard_input_ = -1;
  std::size_t next_ = 0;
  File file_;
  std::unique_ptr<source::SeriesReader> reader_;
  SeriesTotals ended_;
  std::uint64_t bytes_ended_ = 0;
};

}  // namespace medchain::cli
