// Dates as records spell them, as periods.
#include <doctest/doctest.h>

#include "base/parse.hpp"
#include "cli/record_period.hpp"

using namespace medchain;

namespace {

void check(std::string_view date, std::string_view begin, std::string_view end) {
  CAPTURE(date);
  const auto period = cli::period_of(date);
  REQUIRE(period);
  CHECK(format_time(period->begin) == begin);
  CHECK(format_time(period->end) == end);
}

}  // namespace

TEST_CASE("a date is the period that it spells") {
  check("2025", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
  check("2024-12", "2024-12-01T00:00:00Z", "2025-01-01T00:00:00Z");
  check("2024-02", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z");
  check("2025-03-01", "2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z");
  check("2025-03-01T09:30:00+01:00", "2025-03-01T08:30:00Z", "2025-03-01T08:30:01Z");
  check("2025-03-01T09:30:00.5Z", "2025-03-01T09:30:00Z", "2025-03-01T09:30:01Z");
  check("2025-03-01T09:30:00", "2025-03-01T09:30:00Z", "2025-03-01T09:30:01Z");
  check("202503", "2025-03-01T00:00:00Z", "2025-04-01T00:00:00Z");
  check("20250301", "2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z");
  check("2025030109", "2025-03-01T09:00:00Z", "2025-03-01T10:00:00Z");
  check("202503010930", "2025-03-01T09:30:00Z", "2025-03-01T09:31:00Z");
  check("20250301093000", "2025-03-01T09:30:00Z", "2025-03-01T09:30:01Z");
  check("20250301093000+0800", "2025-03-01T01:30:00Z", "2025-03-01T01:30:01Z");
  check("20250301093000.123-0500", "2025-03-01T14:30:00Z", "2025-03-01T14:30:01Z");
}

TEST_CASE("what spells no date is none") {
  for (const std::string_view date :
       {"", "x", "20", "202", "20251", "2025-13", "2025-00", "202513", "2025-02-30", "20250230",
        "2025-3-1", "2025/03/01", "2025-03-01 09:30", "2025-03-01T", "20250301T0930",
        "202503010930001", "20250301093000+08", "20250301+0800", "0000", "9999-12-31T25:00:00Z",
        "2025-03-01T09:30:00+99:99", "today"}) {
    CAPTURE(date);
    CHECK_FALSE(cli::period_of(date));
  }
}
