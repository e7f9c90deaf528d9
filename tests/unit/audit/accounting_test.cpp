#include "audit/accounting.hpp"

#include <doctest/doctest.h>

#include "base/parse.hpp"

using namespace medchain;

TEST_CASE("so many years before is the same day of that year") {
  const auto before = [](const char* time, std::int64_t years) {
    return format_time(audit::years_before(*parse_time_strict(time), years));
  };
  CHECK(before("2025-05-02T09:00:00Z", 6) == "2019-05-02T09:00:00Z");
  CHECK(before("2024-02-29T23:59:59Z", 4) == "2020-02-29T23:59:59Z");
  CHECK(before("2024-02-29T23:59:59Z", 6) == "2018-02-28T23:59:59Z");
  CHECK(before("0003-01-01T00:00:00Z", 6) == "0001-01-01T00:00:00Z");
}

TEST_CASE("ten words are the eight classes that 164.528(a)(1) excludes by what they are") {
  std::size_t excluded = 0;
  for (const std::string_view word : entry::EnumWords<entry::Disclosure>::words)
    excluded += audit::is_excluded_class(*entry::parse_word<entry::Disclosure>(word));
  CHECK(excluded == 10);
  CHECK_FALSE(audit::is_excluded_class(entry::Disclosure::oversight));
  CHECK_FALSE(audit::is_excluded_class(entry::Disclosure::research));
}
