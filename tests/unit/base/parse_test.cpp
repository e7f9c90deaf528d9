#include "base/parse.hpp"

#include <doctest/doctest.h>

#include <cstdio>

using namespace medchain;

namespace {

constexpr std::int64_t first_second = -62135596800;
constexpr std::int64_t last_second = 253402300799;

template <class T>
void check_refused(const Result<T>& result, std::string_view piece) {
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::input_invalid);
  CAPTURE(result.error().message);
  CHECK(result.error().message.find(piece) != std::string::npos);
}

void check_time(std::string_view text, std::string_view utc) {
  CAPTURE(text);
  const auto time = parse_time(text);
  REQUIRE(time);
  CHECK(format_time(*time) == utc);
}

}  // namespace

TEST_CASE("numbers are decimal, without sign or leading zero, and in range") {
  CHECK(*parse_u64("0") == 0);
  CHECK(*parse_u64("18446744073709551615") == UINT64_MAX);
  CHECK(*parse_u64("5", 5, 5) == 5);
  for (const char* text :
       {"", "-1", "+1", " 1", "1 ", "0x10", "1e3", "1.0", "1,000", "\xd9\xa1", "abc"})
    check_refused(parse_u64(text), "expected a decimal number");
  check_refused(parse_u64(std::string_view("1\0", 2)), "expected a decimal number, got '1\\x00'");
  check_refused(parse_u64("010"), "without leading zero, got '010'");
  check_refused(parse_u64("00"), "without leading zero");
  check_refused(parse_u64("18446744073709551616"), "from 0 to 18446744073709551615");
  check_refused(parse_u64("99999999999999999999999"), "from 0 to");
  check_refused(parse_u64("4", 5, 9), "expected a number from 5 to 9, got '4'");
  check_refused(parse_u64("10", 5, 9), "expected a number from 5 to 9, got '10'");
}

TEST_CASE("every day of the years 1 to 9999 agrees with counting") {
  // The slow reference walks the calendar month by month.
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::int64_t day_number = first_second / 86400;
  std::size_t wrong = 0;
  char expected[64];
  for (int year = 1; year <= 9999; ++year) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    for (int month = 1; month <= 12; ++month) {
      const int length = lengths[month - 1] + (month == 2 && leap ? 1 : 0);
      for (const int day : {1, length}) {
        const UnixSeconds time((day_number + day - 1) * 86400 + 86399 * (day > 1));
        std::snprintf(expected, sizeof expected, "%04d-%02d-%02dT%s", year, month, day,
                      day > 1 ? "23:59:59Z" : "00:00:00Z");
        if (format_time(time) != expected) ++wrong;
        const auto parsed = parse_time_strict(expected);
        if (!parsed || *parsed != time) ++wrong;
      }
      std::snprintf(expected, sizeof expected, "%04d-%02d-%02d", year, month, length + 1);
      if (parse_time(expected)) ++wrong;
      day_number += length;
    }
  }
  CHECK(wrong == 0);
  CHECK(day_number * 86400 - 1 == last_second);
}

TEST_CASE("each second of a day is written and read") {
  std::size_t wrong = 0;
  for (std::int64_t second = -86400; second < 86400; ++second) {
    const auto parsed = parse_time_strict(format_time(UnixSeconds(second)));
    if (!parsed || parsed->get() != second) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(format_time(UnixSeconds(0)) == "1970-01-01T00:00:00Z");
  CHECK(format_time(UnixSeconds(1740821400)) == "2025-03-01T09:30:00Z");
  CHECK(format_time(UnixSeconds(first_second)) == "0001-01-01T00:00:00Z");
  CHECK(format_time(UnixSeconds(last_second)) == "9999-12-31T23:59:59Z");
}

TEST_CASE("the strict form is one spelling only") {
  for (const char* text :
       {"2025-03-01T09:30:00+00:00", "2025-03-01T09:30:00.0Z", "2025-03-01t09:30:00Z",
        "2025-03-01T09:30:00z", "2025-03-01", "2025-03-01 09:30:00Z", " 2025-03-01T09:30:00Z",
        "2025-03-01T09:30:00Z ", "2025-03-01T09:30:00", "2025-3-1T09:30:00Z", "", "T",
        "2025-03-01T09:30Z"})
    check_refused(parse_time_strict(text), "expected YYYY-MM-DDThh:mm:ssZ");
  check_refused(parse_time_strict("2016-12-31T23:59:60Z"),
                "the second is not in 0 to 59 at offset 17");
  check_refused(parse_time_strict("2025-02-29T00:00:00Z"), "the day is not in 1 to 28 at offset 8");
  check_refused(parse_time_strict("2025-13-01T00:00:00Z"), "the month is not in 1 to 12");
  check_refused(parse_time_strict("2025-00-01T00:00:00Z"), "the month is not in 1 to 12");
  check_refused(parse_time_strict("2025-01-00T00:00:00Z"), "the day is not in 1 to 31");
  check_refused(parse_time_strict("0000-01-01T00:00:00Z"), "the year is not in 1 to 9999");
  check_refused(parse_time_strict("2025-01-01T24:00:00Z"), "the hour is not in 0 to 23");
  check_refused(parse_time_strict("2025-01-01T00:60:00Z"), "the minute is not in 0 to 59");
  check_refused(parse_time_strict("2025-01-01T00:00:00Zx"),
                "expected the end of the time at offset 20");
}

TEST_CASE("RFC 3339 is read with any offset and fraction") {
  check_time("2025-03-01T09:30:00Z", "2025-03-01T09:30:00Z");
  check_time("2025-03-01t09:30:00z", "2025-03-01T09:30:00Z");
  check_time("2025-03-01", "2025-03-01T00:00:00Z");
  check_time("2025-03-01T09:30:00.999999999999Z", "2025-03-01T09:30:00Z");
  check_time("1969-12-31T23:59:59.9Z", "1969-12-31T23:59:59Z");
  check_time("2025-03-01T09:30:00+02:00", "2025-03-01T07:30:00Z");
  check_time("2025-03-01T00:30:00.5+05:45", "2025-02-28T18:45:00Z");
  check_time("2024-12-31T20:00:00-05:00", "2025-01-01T01:00:00Z");
  check_time("2025-03-01T09:30:00-00:00", "2025-03-01T09:30:00Z");
  check_time("2025-03-01T00:00:00+23:59", "2025-02-28T00:01:00Z");
  check_time("2025-03-01T00:00:00-23:59", "2025-03-01T23:59:00Z");
  check_time("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z");
  check_time("2017-01-01T00:59:60.7+01:00", "2016-12-31T23:59:59Z");
  check_time("0001-01-01T00:00:00-00:01", "0001-01-01T00:01:00Z");
}

TEST_CASE("times that are none are refused with the place") {
  check_refused(parse_time("2025-03-01T09:30:00"),
                "expected 'Z' or an offset such as '+02:00' at offset 19");
  check_refused(parse_time("2025-03-01T09:30:00.Z"), "expected digits after '.'");
  check_refused(parse_time("2025-03-01T09:30:00+24:00"),
                "the hour of the offset is not in 0 to 23");
  check_refused(parse_time("2025-03-01T09:30:00+02:60"),
                "the minute of the offset is not in 0 to 59");
  check_refused(parse_time("2025-03-01T09:30:00+0200"), "expected ':' at offset 22");
  check_refused(parse_time("2025-03-01T09:30:00+02"), "expected ':'");
  check_refused(parse_time("2025-03-01T09:30Z"), "expected ':' at offset 16");
  check_refused(parse_time("2025-03-01 09:30:00Z"), "expected 'T' at offset 10");
  check_refused(parse_time("2025-03-01T"), "expected 2 digits of the hour at offset 11");
  check_refused(parse_time("2025-03"), "expected '-' at offset 7");
  check_refused(parse_time("20250301"), "expected '-' at offset 4");
  check_refused(parse_time("-025-03-01"), "expected 4 digits of the year at offset 0");
  check_refused(parse_time("2025-03-01T09:30:00Zjunk"), "expected the end of the time");
  check_refused(parse_time("2025-03-01T12:00:60Z"), "second 60 is possible at 23:59 UTC only");
  check_refused(parse_time("2025-03-01T23:59:61Z"), "the second is not in 0 to 60");
  check_refused(parse_time("0001-01-01T00:00:00+00:01"), "not in the years 0001 to 9999");
  check_refused(parse_time("9999-12-31T23:59:59-00:01"), "not in the years 0001 to 9999");
  check_refused(parse_time(""), "time ''");
}

TEST_CASE("durations have one unit") {
  CHECK(*parse_duration("45s") == 45);
  CHECK(*parse_duration("30m") == 1800);
  CHECK(*parse_duration("12h") == 43200);
  CHECK(*parse_duration("90d") == 7776000);
  CHECK(*parse_duration("0s") == 0);
  CHECK(*parse_duration("106751991167300d") == 106751991167300 * 86400);
  CHECK(*parse_duration("9223372036854775807s") == INT64_MAX);
  for (const char* text : {"", "s", "45", "-1s", "+1s", "01s", "1.5h", "1h30m", "1 h", "1w", "1S",
                           "106751991167301d", "9223372036854775808s"})
    check_refused(parse_duration(text), "expected a duration such as 45s, 30m, 12h or 90d");
}

TEST_CASE("durations are written in the largest unit that divides") {
  CHECK(format_duration(0) == "0s");
  CHECK(format_duration(61) == "61s");
  CHECK(format_duration(129600) == "36h");
  CHECK(format_duration(7776000) == "90d");
  CHECK(format_duration(1800) == "30m");
  CHECK(format_duration(-3600) == "-1h");
  CHECK(format_duration(INT64_MIN) == "-9223372036854775808s");
  for (std::int64_t seconds = 0; seconds < 200000; seconds += 7)
    CHECK(*parse_duration(format_duration(seconds)) == seconds);
}
