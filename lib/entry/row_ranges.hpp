// Row ranges: which rows of one anchor entry are meant, `0-99,105`: ascending, neighbours joined,
// so that a set has one spelling.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace medchain::entry {

class RowRanges {
 public:
  struct Range {
    std::uint32_t first = 0, last = 0;  ///< both belong to it
    auto operator<=>(const Range&) const = default;
  };

  RowRanges() = default;
  /// Any order, doubles allowed.  Precondition: not empty, each below max_rows (row.hpp).
  static RowRanges of(std::vector<std::uint32_t> rows);
  /// Fails with input_invalid: empty, not ascending, touching ranges, a row of 8,192 or more.
  static Result<RowRanges> parse(std::string_view text);
  std::string text() const;

  const std::vector<Range>& ranges() const { return ranges_; }
  std::uint64_t count() const;
  bool contains(std::uint32_t row) const;
  bool operator==(const RowRanges&) const = default;

 private:
  std::vector<Range> ranges_;
};

inline std::string text_of(const RowRanges& value) { return value.text(); }

}  // namespace medchain::entry
