#include "entry/row_ranges.hpp"

#include <algorithm>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "entry/row.hpp"

namespace medchain::entry {

RowRanges RowRanges::of(std::vector<std::uint32_t> rows) {
  MC_ASSERT(!rows.empty());
  std::sort(rows.begin(), rows.end());
  RowRanges made;
  for (const std::uint32_t row : rows) {
    MC_ASSERT(row < max_rows);
    if (!made.ranges_.empty() && row <= made.ranges_.back().last + 1)
      made.ranges_.back().last = row;
    else
      made.ranges_.push_back({row, row});
  }
  return made;
}

Result<RowRanges> RowRanges::parse(std::string_view text) {
  RowRanges made;
  for (const std::string_view part : split(text, ',')) {
    const std::size_t dash = part.find('-');
    MC_ASSIGN(const std::uint64_t first, parse_u64(part.substr(0, dash), 0, max_rows - 1));
    std::uint64_t last = first;
    if (dash != part.npos) {
      MC_ASSIGN(last, parse_u64(part.substr(dash + 1), 0, max_rows - 1));
      if (last <= first)
        return fail(Code::input_invalid,
                    "range " + quote(part) + ": the second row must be after the first");
    }
    if (!made.ranges_.empty() && first <= made.ranges_.back().last + std::uint64_t{1})
      return fail(Code::input_invalid, "ranges must ascend and not touch, got " + quote(text));
    made.ranges_.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last)});
  }
  return made;
}

std::string RowRanges::text() const {
  std::string out;
  for (const Range& range : ranges_) {
    if (!out.empty()) out += ',';
    out += std::to_string(range.first);
    if (range.last != range.first) out += "-" + std::to_string(range.last);
  }
  return out;
}

std::uint64_t RowRanges::count() const {
  std::uint64_t rows = 0;
  for (const Range& range : ranges_) rows += range.last - range.first + std::uint64_t{1};
  return rows;
}

bool RowRanges::contains(std::uint32_t row) const {
  const auto after =
      std::upper_bound(ranges_.begin(), ranges_.end(), row,
                       [](std::uint32_t value, const Range& range) { return value < range.first; });
  return after != ranges_.begin() && row <= std::prev(after)->last;
}

}  // namespace medchain::entry
