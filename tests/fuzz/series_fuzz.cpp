// Series: the first byte chooses.  CSV exports and NDJSON streams: counts add up, what is read is a
// value, days hold every reading once, are written and read back to the same bytes, and do not
// depend on order or portions.  Day documents: what is taken is exactly what would be written.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "base/file.hpp"
#include "fuzz/require.hpp"
#include "source/series_days.hpp"

using namespace medchain;
using namespace medchain::source;

namespace {

/// A zone with an hour left out and one shown twice; nothing of the system is looked at.
Zone zone_with_summer() {
  return Zone::of_periods({{UnixSeconds(-86400), 3600},
                           {UnixSeconds(1'743'296'400), 7200},
                           {UnixSeconds(1'761'440'400), 3600}},
                          Zone::last_known);
}

std::vector<Reading> read(bool csv, std::string_view text, const SeriesOptions& options) {
  const File file(::memfd_create("fuzz", MFD_CLOEXEC));
  require(write_all(file.fd(), text, "memfd").ok());
  ::lseek(file.fd(), 0, SEEK_SET);
  const auto reader = csv ? read_series_csv(file.fd(), "fuzz", options)
                          : read_series_ndjson(file.fd(), "fuzz", options);
  std::vector<Reading> readings;
  std::uint64_t problems = 0, line = 0;
  for (;;) {
    auto item = reader->next();
    if (!item) {
      require(csv && !item.error().message.empty());
      break;
    }
    if (!*item) break;
    require((*item)->reading.has_value() != (*item)->problem.has_value());
    require((*item)->line > line);
    line = (*item)->line;
    if ((*item)->problem) {
      ++problems;
      continue;
    }
    Reading& reading = *(*item)->reading;
    require(is_value(reading.value) && agree(reading, reading));
    require(reading.time >= first_reading_time && reading.time <= last_reading_time);
    readings.push_back(std::move(reading));
  }
  const SeriesCounts& counts = reader->counts();
  require(counts.readings == readings.size() && counts.problems == problems);
  const auto skipped =
      std::accumulate(counts.skipped.begin(), counts.skipped.end(), std::uint64_t{});
  const auto lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  require(counts.readings + counts.problems + skipped <= lines);
  return readings;
}

void check_days(const std::vector<Reading>& readings) {
  const auto days = to_days("s", readings);
  require(days.ok());
  std::size_t total = 0;
  for (const DayDocument& day : *days) {
    total += day.readings.size();
    const std::string text = write_day(day);
    const auto again = parse_day(text);
    require(again.ok() && *again == day);
    require(conflicts(day).size() <= day.readings.size());

    // In two portions, the later one first.
    const auto half = static_cast<std::ptrdiff_t>(day.readings.size() / 2);
    if (half == 0) continue;
    DayDocument first = day, second = day;
    first.readings.erase(first.readings.begin() + half, first.readings.end());
    second.readings.erase(second.readings.begin(), second.readings.begin() + half);
    const auto merged = merge_days(second, first);
    require(merged.ok() && merged->changed() && write_day(merged->day) == text);
    require(!merge_days(merged->day, first)->changed());
  }
  std::vector<Reading> distinct = readings;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  require(total == distinct.size());
  const auto found = gaps(*days, {.interval = 300,
                                  .tolerance = {},
                                  .method = Method::sensor,
                                  .from = first_reading_time,
                                  .until = last_reading_time});
  require(found.ok());
  for (const Gap& gap : *found) require(gap.after < gap.before && gap.missing > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 100'000) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  SeriesOptions options;
  switch (data[0]) {
    case 'd': {
      const auto day = parse_day(text);
      if (day) require(write_day(*day) == text);
      return 0;
    }
    case 'j':
      check_days(read(false, text, options));
      return 0;
    case 'm':
      options.date_order = DateOrder::month_first;
      options.unit = Unit::mmol_l;
      [[fallthrough]];
    case 'z':
      options.zone = zone_with_summer();
      [[fallthrough]];
    default:
      check_days(read(true, text, options));
      return 0;
  }
}
