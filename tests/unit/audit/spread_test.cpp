#include "audit/spread.hpp"

#include <doctest/doctest.h>

namespace medchain::audit {
namespace {

TEST_CASE("the spread of counted numbers") {
  const auto check = [](const std::map<std::int64_t, std::uint64_t>& counted, std::int64_t median,
                        std::int64_t deviation) {
    const Spread spread = spread_of(counted);
    CHECK(spread.median == median);
    CHECK(spread.deviation == deviation);
  };
  SUBCASE("of one, of two") {
    check({{7, 1}}, 7, 0);
    check({{1, 1}, {9, 1}}, 1, 0);
  }
  SUBCASE("is not moved by a wild one") {
    check({{1, 1}, {2, 1}, {3, 1}, {4, 1}, {1'000'000, 1}}, 3, 1);
  }
  SUBCASE("counts what is there several times, below zero too") {
    check({{-300, 9}, {0, 2}}, -300, 0);
    check({{-10, 2}, {0, 1}, {10, 2}}, 0, 10);
  }
}

}  // namespace
}  // namespace medchain::audit
