// What the readers of series share: times as exports write them, headers, and messages.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "source/series.hpp"

namespace medchain::source {

/// A time as a row has it: by the wall clock, or with its own offset as an instant.
struct RowTime {
  LocalSeconds local;
  std::optional<UnixSeconds> instant;
};
/// `2026-11-23T08:00:00`, `2026/11/23 8:00`, `23.11.2026 08:00`, `11/23/26 8:00 AM`, `11-23-2026
/// 08:00 PM`; behind a date with the year first also `Z` or an offset.  Seconds and fractions may
/// be missing; years of two digits are 2000 to 2099.  Fails with input_invalid: what was expected.
Result<RowTime> parse_row_time(std::string_view text, DateOrder order);

/// The instant of a time of a row, and which of two where the clock showed it twice (SeriesCounts).
class RowClock {
 public:
  explicit RowClock(const std::optional<Zone>& zone) : zone_(zone) {}
  /// `stream` tells apart what is interleaved in one file: rows are in order within it.
  Result<UnixSeconds> instant_of(const RowTime& time, const std::string& stream);
  std::uint64_t repeated_hour() const { return repeated_hour_; }

 private:
  struct Before {
    UnixSeconds time;
    bool backwards = false;
  };
  const std::optional<Zone>& zone_;
  std::map<std::string, Before> streams_;
  std::uint64_t repeated_hour_ = 0;
};

/// `'aaa 99.9'`: letters as a, digits as 9, others as ?, cut: tells what is wrong and not what it
/// says.
std::string shape(std::string_view text);

/// A reading, or what is wrong with the line, counted.
SeriesItem item_of(const std::string& place, std::uint64_t line, Result<Reading> found,
                   SeriesCounts& counts);

enum class Family { dexcom, libre, table };

struct Column {
  std::size_t index = 0;
  std::string title;         ///< quoted, for messages
  std::optional<Unit> unit;  ///< of the header
};
struct Layout {
  Family family = Family::table;
  std::size_t columns = 0;
  Column time;
  std::optional<Column> date;                ///< then `time` holds the time of the day only
  std::optional<Column> value, scan, strip;  ///< `value` is by the sensor; Libre has all three
  std::optional<Column> kind;                ///< Dexcom's event type, Libre's record type
  std::optional<Column> unit;
  std::optional<Column> device;  ///< tells interleaved devices apart
};
/// Nothing if the row is no header.  Fails with input_invalid for one with a column twice.
Result<std::optional<Layout>> find_layout(const std::vector<std::string>& row);

/// A row of a known layout.  Nothing, and `skipped` set, if it is no reading.
Result<std::optional<Reading>> read_row(const Layout& layout, const std::vector<std::string>& row,
                                        const SeriesOptions& options, RowClock& clock,
                                        Skipped& skipped);

}  // namespace medchain::source
