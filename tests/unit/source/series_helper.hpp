// What the tests of series share: draining a reader over text, zones of their own.
#pragma once

#include "base/parse.hpp"
#include "source/series.hpp"
#include "unit/source/helper.hpp"

namespace test {

struct Series {
  std::vector<Reading> readings;
  std::vector<std::string> problems;  ///< `PLACE: message`
  std::vector<Code> codes;
  std::optional<Error> error;
  SeriesCounts counts;

  /// `2026-11-23T08:00:00Z 5.6 mmol/L sensor`
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const Reading& each : readings)
      lines.push_back(format_time(each.time) + " " + each.value + " " +
                      std::string(unit_name(each.unit)) + " " +
                      std::string(method_name(each.method)));
    return lines;
  }
  std::vector<std::string> times() const {
    std::vector<std::string> times;
    for (const Reading& each : readings) times.push_back(format_time(each.time));
    return times;
  }
};

inline Series drain_series(SeriesReader& reader) {
  Series series;
  for (;;) {
    auto item = reader.next();
    if (!item) {
      series.error = item.error();
      // What is broken stays ended: asking again gives no more rows.
      const auto again = reader.next();
      if (again && *again) std::abort();
      break;
    }
    if (!*item) break;
    if ((*item)->reading.has_value() == (*item)->problem.has_value()) std::abort();
    if ((*item)->reading) {
      series.readings.push_back(*(*item)->reading);
    } else {
      series.problems.push_back((*item)->place + ": " + (*item)->problem->message);
      series.codes.push_back((*item)->problem->code);
    }
  }
  series.counts = reader.counts();
  return series;
}

inline Series read_csv(std::string_view text, const SeriesOptions& options = {}) {
  const File file = descriptor_of(text);
  return drain_series(*read_series_csv(file.fd(), "in.csv", options));
}
inline Series read_lines(std::string_view text, const SeriesOptions& options = {}) {
  const File file = descriptor_of(text);
  return drain_series(*read_series_ndjson(file.fd(), "in.ndjson", options));
}

inline UnixSeconds at(std::string_view text) { return parse_time_strict(text).value(); }

/// Summer time as in Berlin in 2025, by a table of our own: it does not depend on the system's
/// data.
inline Zone berlin_2025() {
  return Zone::of_periods({{UnixSeconds(-86400), 3600},
                           {at("2025-03-30T01:00:00Z"), 7200},
                           {at("2025-10-26T01:00:00Z"), 3600}},
                          Zone::last_known);
}

inline SeriesOptions in_zone(Zone zone) {
  SeriesOptions options;
  options.zone = std::move(zone);
  return options;
}
inline SeriesOptions in_utc() { return in_zone(Zone::fixed(0)); }

inline Reading reading(std::string_view time, std::string_view value, Unit unit = Unit::mg_dl,
                       Method method = Method::sensor) {
  return {at(time), method, unit, std::string(value)};
}

}  // namespace test
