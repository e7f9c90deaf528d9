#include "entry/row_ranges.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>

#include "entry/row.hpp"
#include "unit/note/keys.hpp"

using namespace medchain;
using entry::RowRanges;
using test::check_refused;

namespace {

std::string text_of(std::vector<std::uint32_t> rows) {
  return RowRanges::of(std::move(rows)).text();
}

/// The spelling, from the words of the header alone.
std::string slow_text(const std::set<std::uint32_t>& rows) {
  std::string text;
  for (auto at = rows.begin(); at != rows.end();) {
    const std::uint32_t first = *at;
    std::uint32_t last = first;
    while (++at != rows.end() && *at == last + 1) last = *at;
    if (!text.empty()) text += ",";
    text += std::to_string(first);
    if (last > first) text += "-" + std::to_string(last);
  }
  return text;
}

}  // namespace

TEST_CASE("rows in any order, doubles too, have one spelling") {
  CHECK(text_of({0}) == "0");
  CHECK(text_of({0, 1}) == "0-1");
  CHECK(text_of({1, 0, 1, 0}) == "0-1");
  CHECK(text_of({0, 2}) == "0,2");
  CHECK(text_of({5, 3, 4, 9, 0}) == "0,3-5,9");
  CHECK(text_of({8'191, 8'190, 105, 7}) == "7,105,8190-8191");
  std::vector<std::uint32_t> all(entry::max_rows);
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  CHECK(text_of(all) == "0-8191");
}

TEST_CASE("what is read is counted, found and written as it stood") {
  const struct {
    const char* text;
    std::uint64_t count;
    std::vector<RowRanges::Range> ranges;
  } table[] = {
      {"0", 1, {{0, 0}}},
      {"8191", 1, {{8'191, 8'191}}},
      {"0-1", 2, {{0, 1}}},
      {"0-8191", 8'192, {{0, 8'191}}},
      {"0-99,105", 101, {{0, 99}, {105, 105}}},
      {"0,2,4-5,8191", 5, {{0, 0}, {2, 2}, {4, 5}, {8'191, 8'191}}},
  };
  for (const auto& row : table) {
    CAPTURE(row.text);
    const auto parsed = RowRanges::parse(row.text);
    REQUIRE(parsed);
    CHECK(parsed->ranges() == row.ranges);
    CHECK(parsed->count() == row.count);
    CHECK(parsed->text() == row.text);
    std::uint64_t found = 0;
    for (std::uint32_t i = 0; i <= entry::max_rows; ++i) found += parsed->contains(i) ? 1U : 0U;
    CHECK(found == row.count);
  }
  CHECK_FALSE(RowRanges::parse("0-99,105")->contains(100));
  CHECK_FALSE(RowRanges::parse("0-99,105")->contains(UINT32_MAX));
  CHECK_FALSE(RowRanges().contains(0));
  CHECK(RowRanges().text().empty());
}

TEST_CASE("every other spelling is refused") {
  const struct {
    const char* text;
    const char* piece;
  } table[] = {
      {"8192", "8191"},
      {"0-8192", "8191"},
      {"8192-8193", "8191"},
      {"4294967296", "8191"},
      {"18446744073709551616", ""},
      {"1-1", "range '1-1': the second row must be after the first"},
      {"2-1", "range '2-1': the second row must be after the first"},
      {"0-3,3-4", "ranges must ascend and not touch, got '0-3,3-4'"},
      {"0-3,4", "ranges must ascend and not touch"},
      {"0,1", "ranges must ascend and not touch"},
      {"3,1", "ranges must ascend and not touch"},
      {"3,3", "ranges must ascend and not touch"},
      {"0-9,5", "ranges must ascend and not touch"},
      {"8191,0", "ranges must ascend and not touch"},
      {"", ""},
      {",", ""},
      {"0,", ""},
      {",0", ""},
      {"0,,2", ""},
      {"-", ""},
      {"-1", ""},
      {"1-", ""},
      {"1--2", ""},
      {"1-2-3", ""},
      {"0-1 ", ""},
      {" 0", ""},
      {"0 -1", ""},
      {"0, 2", ""},
      {"+1", ""},
      {"00", ""},
      {"01", ""},
      {"0-01", ""},
      {"0x1", ""},
      {"1.0", ""},
      {"1;2", ""},
      {"\xd9\xa1", ""},
  };
  for (const auto& row : table) {
    CAPTURE(row.text);
    check_refused(RowRanges::parse(row.text), Code::input_invalid, row.piece);
  }
  check_refused(RowRanges::parse(std::string_view("0\0", 2)), Code::input_invalid, "");
}

TEST_CASE("random sets are spelt, read and found as sets are") {
  const std::uint64_t seed = 20'261'125;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 2'000; ++round) {
    const std::uint64_t limit = round % 3 == 0 ? 8 : round % 3 == 1 ? 300 : entry::max_rows;
    std::vector<std::uint32_t> rows(1 + random() % 60);
    for (auto& row : rows) row = static_cast<std::uint32_t>(random() % limit);
    const std::set<std::uint32_t> set(rows.begin(), rows.end());
    const RowRanges made = RowRanges::of(rows);
    REQUIRE(made.text() == slow_text(set));
    REQUIRE(made.count() == set.size());
    const auto again = RowRanges::parse(made.text());
    REQUIRE(again);
    REQUIRE(*again == made);
    bool same = true;
    for (std::uint32_t row = 0; row <= limit; ++row)
      same = same && made.contains(row) == set.contains(row);
    REQUIRE(same);
  }
}

TEST_CASE("random text is refused, or is the one spelling") {
  const std::uint64_t seed = 20'261'126;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const std::string alphabet = "0123456789,,--";
  int accepted = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text(1 + random() % 8, ' ');
    for (char& c : text) c = alphabet[random() % alphabet.size()];
    const auto parsed = RowRanges::parse(text);
    if (!parsed) continue;
    ++accepted;
    REQUIRE(parsed->text() == text);
    std::set<std::uint32_t> rows;
    for (const auto& range : parsed->ranges())
      for (std::uint32_t row = range.first; row <= range.last; ++row) rows.insert(row);
    REQUIRE(slow_text(rows) == text);
  }
  CHECK(accepted > 1'000);
}
