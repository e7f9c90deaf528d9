// Days: the readings of one series on one UTC day as one record, in one canonical form.  A day is a
// set of readings: whatever is late, out of order or comes twice, the same readings give the same
// bytes, and nothing that was in a day is ever dropped from it.  Pure; no clock, no zone.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "source/series.hpp"

namespace medchain::source {

using DayNumber = Strong<struct DayNumberTag, std::int64_t>;  ///< days since 1970-01-01 UTC

constexpr std::size_t max_series_name = 128;       ///< bytes
constexpr std::size_t max_day_readings = 100'000;  ///< more than one in a second

DayNumber day_of(UnixSeconds time);
std::string format_day(DayNumber day);  ///< `2026-11-23`
/// 1 to 128 bytes of UTF-8 without control characters.  Fails with input_invalid.
Status check_series_name(std::string_view name);

struct DayDocument {
  std::string series;   ///< the name its owner gave it
  std::string profile;  ///< `glucose`
  DayNumber day;
  std::vector<Reading> readings;  ///< ascending, none twice, all of this day; not empty
  bool operator==(const DayDocument&) const = default;
};

/// `{"schema":"medchain/1","type":"series-day","series":"...","profile":"glucose","day":"2026-11-23",
/// "count":N,"readings":[{"time":...,"value":...,"unit":...,"method":...},...]}` without a line
/// end. Precondition: as the members of DayDocument say.
std::string write_day(const DayDocument& day);
/// The same back, and nothing else: what would not be written in exactly these bytes is refused
/// with input_invalid, saying what and where.
Result<DayDocument> parse_day(std::string_view text);

/// Readings in any order to days, ascending.  Fails with input_invalid for a name that is none, and
/// with input_too_long naming the day for more than max_day_readings.
Result<std::vector<DayDocument>> to_days(std::string_view series, std::vector<Reading> readings);

struct Merged {
  DayDocument day;
  std::size_t added = 0;       ///< readings that were not there; 0: the old version stands
  std::size_t duplicates = 0;  ///< that were there: same time, method, unit and text of the value
  bool changed() const { return added > 0; }
};
/// The union of both.  Fails with input_conflict if they are not of one series, profile and day,
/// and with input_too_long over max_day_readings.
Result<Merged> merge_days(const DayDocument& old, const DayDocument& late);

/// Readings of one time and method that do not agree().  All are kept and none is preferred: which
/// one is right the device knows, not we.  An item has the first reading of such a time.
struct Conflict {
  Reading first;
  std::size_t count = 0;  ///< readings of that time and method
};
std::vector<Conflict> conflicts(const DayDocument& day);

struct GapRule {
  std::int64_t interval = 300;  ///< seconds from one reading to the next; above 0
  /// More than `interval + tolerance` is a gap; half the interval if not given.
  std::optional<std::int64_t> tolerance;
  Method method = Method::sensor;
  /// The period that should be covered: then a late beginning and an early end are gaps too.
  std::optional<UnixSeconds> from, until;
};
struct Gap {
  UnixSeconds after;          ///< the last reading in front of it, or `from`
  UnixSeconds before;         ///< the first behind it, or `until`
  std::uint64_t missing = 0;  ///< readings that would have fitted, at least 1
  bool operator==(const Gap&) const = default;
};
/// Holes in days of one series, which may have whole days missing.  Readings outside of the period
/// are not looked at.  Fails with input_invalid for days that are not ascending or a rule that
/// cannot be.
Result<std::vector<Gap>> gaps(std::span<const DayDocument> days, const GapRule& rule);

}  // namespace medchain::source
