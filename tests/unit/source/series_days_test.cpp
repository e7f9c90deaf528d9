#include "source/series_days.hpp"

#include <doctest/doctest.h>

#include <random>

#include "unit/source/series_helper.hpp"

using namespace test;

namespace {

std::vector<DayDocument> days(std::vector<Reading> readings) {
  return to_days("arm", std::move(readings)).value();
}
DayDocument day(std::vector<Reading> readings) {
  const auto all = days(std::move(readings));
  REQUIRE(all.size() == 1);
  return all[0];
}

const std::string document =
    R"({"schema":"medchain/1","type":"series-day","series":"arm","profile":"glucose","day":"2026-11-23",)"
    R"("count":2,"readings":[{"time":"2026-11-23T00:00:00Z","value":"103","unit":"mg/dL","method":"sensor"},)"
    R"({"time":"2026-11-23T23:59:59Z","value":"5.60","unit":"mmol/L","method":"scan"}]})";

void check_refused(const std::string& text, std::string_view piece) {
  INFO(text.substr(0, 300));
  const auto parsed = parse_day(text);
  REQUIRE(!parsed.ok());
  CHECK(parsed.error().code == Code::input_invalid);
  INFO(parsed.error().message);
  CHECK(contains(parsed.error().message, piece));
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text = document;
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("readings become days of UTC, in one form of bytes") {
  const auto found =
      days({reading("2026-11-23T23:59:59Z", "5.60", Unit::mmol_l, Method::scan),
            reading("2026-11-24T00:00:00Z", "1"), reading("2026-11-23T00:00:00Z", "103"),
            reading("2026-11-23T00:00:00Z", "103")});
  REQUIRE(found.size() == 2);
  CHECK(write_day(found[0]) == document);
  CHECK(format_day(found[1].day) == "2026-11-24");
  CHECK(parse_day(document).value() == found[0]);
  CHECK(days({}).empty());
  CHECK(day_of(UnixSeconds(-1)).get() == -1);
  CHECK(day_of(UnixSeconds(-86400)).get() == -1);
  CHECK(format_day(day_of(last_reading_time)) == "9999-12-31");
}

TEST_CASE("the lines of a day document are a stream that is read back") {
  const DayDocument original = parse_day(document).value();
  std::string stream;
  std::string_view rest = document;
  rest.remove_prefix(rest.find('[') + 1);
  for (std::size_t end; (end = rest.find('}')) != rest.npos && rest.front() == '{';) {
    stream += std::string(rest.substr(0, end + 1)) + "\n";
    rest.remove_prefix(std::min(rest.size(), end + 2));
  }
  const Series series = read_lines(stream);
  CHECK(series.problems.empty());
  CHECK(day(series.readings) == original);
}

TEST_CASE("a document that is not in its one form is refused, with the reason") {
  check_refused("", "");
  check_refused("[]", "");
  check_refused(document.substr(0, document.size() - 1), "");
  check_refused(document + "\n", "canonical form from byte");
  check_refused(" " + document, "canonical form from byte 0");
  check_refused(replaced("\"count\"", " \"count\""), "canonical form");
  check_refused(replaced("\"arm\"", "\"\\u0061rm\""), "canonical form");
  check_refused(replaced("medchain/1", "medchain/2"), "field 'schema': expected 'medchain/1'");
  check_refused(replaced("series-day", "reading"), "field 'type': expected 'series-day'");
  check_refused(replaced("\"series\":\"arm\",", ""), "expected the string 'series' as member 3");
  check_refused(replaced("\"series\":\"arm\"", "\"series\":\"\""), "name of a series");
  check_refused(replaced("glucose", "pulse"), "field 'profile': expected 'glucose'");
  check_refused(replaced("2026-11-23\",\"count", "2026-11-31\",\"count"), "field 'day'");
  check_refused(replaced("2026-11-23\",\"count", "0000-11-23\",\"count"), "field 'day'");
  check_refused(replaced("2026-11-23\",\"count", "1969-11-23\",\"count"), "field 'day'");
  check_refused(replaced("2026-11-23\",\"count", "2026-11-24\",\"count"),
                "reading 1: it is not of this day");
  check_refused(replaced("\"count\":2", "\"count\":3"), "'count' is 3, there are 2 readings");
  check_refused(replaced("\"count\":2", "\"count\":\"2\""), "expected the integer 'count'");
  check_refused(replaced("]}", "],\"more\":1}"), "canonical form");
  check_refused(replaced("T00:00:00Z", "T24:00:00Z"), "reading 1: field 'time'");
  check_refused(replaced("T00:00:00Z", "T01:00:00+01:00"), "canonical form");
  check_refused(replaced("\"103\"", "103"), "canonical form");
  check_refused(replaced("\"103\"", "\"0103\""), "reading 1: field 'value'");
  check_refused(replaced(",\"method\":\"sensor\"", ""), "canonical form");
  check_refused(replaced("\"5.60\"", "\"5.60\",\"note\":\"x\""),
                "reading 2: field 'aaaa' is not known");
  check_refused(replaced("T00:00:00Z\",\"value\":\"103\",\"unit\":\"mg/dL\",\"method\":\"sensor\"",
                         "T23:59:59Z\",\"value\":\"5.60\",\"unit\":\"mmol/L\",\"method\":\"scan\""),
                "reading 2: it is not behind the one in front");
  const std::size_t from = document.find("[{");
  check_refused(document.substr(0, from).replace(document.find(":2,"), 3, ":0,") + "[]}",
                "expected a reading, got none");
}

TEST_CASE("names of series") {
  for (const std::string name : {"a", "left arm", "\xe8\xa1\x80\xe7\xb3\x96"})
    CHECK(check_series_name(name).ok());
  CHECK(check_series_name(std::string(max_series_name, 'x')).ok());
  for (const std::string& name : {std::string(), std::string(max_series_name + 1, 'x'),
                                  std::string("a\nb"), std::string("\xff"),
                                  std::string("\xe2\x80\xae"
                                              "x"),
                                  std::string("\0", 1)})
    CHECK(to_days(name, {reading("2026-11-23T00:00:00Z", "1")}).error().code ==
          Code::input_invalid);
}

TEST_CASE("late readings make a new version, readings that are there make none") {
  const DayDocument old =
      day({reading("2026-11-23T08:00:00Z", "100"), reading("2026-11-23T08:10:00Z", "102")});
  const auto same = merge_days(old, day({reading("2026-11-23T08:10:00Z", "102")})).value();
  CHECK(!same.changed());
  CHECK(same.duplicates == 1);
  CHECK(same.day == old);
  const auto late = merge_days(old, day({reading("2026-11-23T08:05:00Z", "101"),
                                         reading("2026-11-23T08:00:00Z", "100")}))
                        .value();
  CHECK(late.added == 1);
  CHECK(late.duplicates == 1);
  CHECK(write_day(late.day) == write_day(day({reading("2026-11-23T08:00:00Z", "100"),
                                              reading("2026-11-23T08:05:00Z", "101"),
                                              reading("2026-11-23T08:10:00Z", "102")})));
  CHECK(merge_days(old, day({reading("2026-11-24T08:00:00Z", "1")})).error().code ==
        Code::input_conflict);
  DayDocument foreign = old;
  foreign.series = "leg";
  CHECK(merge_days(old, foreign).error().code == Code::input_conflict);
}

TEST_CASE("in whatever order and portions readings come, the day is the same bytes") {
  std::mt19937 random(7);  // NOLINT fixed on purpose
  std::vector<Reading> all;
  for (int i = 0; i < 300; ++i) {
    Reading each = reading("2026-11-23T00:00:00Z", std::to_string(60 + random() % 4));
    each.time = UnixSeconds(each.time.get() + static_cast<std::int64_t>(random() % 100) * 60);
    each.method = random() % 4 == 0 ? Method::scan : Method::sensor;
    each.unit = random() % 5 == 0 ? Unit::mmol_l : Unit::mg_dl;
    all.push_back(each);
  }
  const std::string wanted = write_day(day(all));
  for (int round = 0; round < 20; ++round) {
    INFO(round);
    std::shuffle(all.begin(), all.end(), random);
    std::optional<DayDocument> merged;
    std::size_t versions = 0;
    for (std::size_t from = 0; from < all.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 60, all.size() - from);
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from);
      const DayDocument portion = day({begin, begin + static_cast<std::ptrdiff_t>(size)});
      if (!merged) {
        merged = portion;
      } else {
        const auto next = merge_days(*merged, portion).value();
        CHECK(next.changed() == (write_day(next.day) != write_day(*merged)));
        CHECK(next.added + next.duplicates == portion.readings.size());
        if (next.changed()) ++versions;
        merged = next.day;
      }
      from += size;
    }
    CHECK(write_day(*merged) == wanted);
    CHECK(versions > 0);
    CHECK(parse_day(wanted).value() == *merged);
  }
}

TEST_CASE("two values at one time are both kept and told, unless they agree") {
  const DayDocument mixed = day(
      {reading("2026-11-23T08:00:00Z", "100"), reading("2026-11-23T08:00:00Z", "120"),
       reading("2026-11-23T08:05:00Z", "103"), reading("2026-11-23T08:05:00Z", "5.7", Unit::mmol_l),
       reading("2026-11-23T08:10:00Z", "100"),
       reading("2026-11-23T08:10:00Z", "120", Unit::mg_dl, Method::scan),
       reading("2026-11-23T08:15:00Z", "low"), reading("2026-11-23T08:15:00Z", "<40"),
       reading("2026-11-23T08:15:00Z", "39")});
  CHECK(mixed.readings.size() == 9);
  const auto found = conflicts(mixed);
  REQUIRE(found.size() == 2);
  CHECK(found[0].first.time == at("2026-11-23T08:00:00Z"));
  CHECK(found[0].count == 2);
  CHECK(found[1].first.time == at("2026-11-23T08:15:00Z"));
  CHECK(found[1].count == 3);
}

TEST_CASE("a day has a limit, which is met by readings and by merging") {
  std::vector<Reading> many;
  for (std::size_t i = 0; i < max_day_readings; ++i) {
    Reading each = reading("2026-11-23T00:00:00Z", "1");
    each.time = UnixSeconds(each.time.get() + static_cast<std::int64_t>(i % 86400));
    if (i >= 86400) each.value = "2";
    many.push_back(each);
  }
  const DayDocument full = day(many);
  CHECK(full.readings.size() == max_day_readings);
  CHECK(parse_day(write_day(full)).value() == full);
  const Reading more = reading("2026-11-23T00:00:00Z", "3");
  CHECK(merge_days(full, day({more})).error().code == Code::input_too_long);
  many.push_back(more);
  const auto over = to_days("arm", many);
  CHECK(over.error().code == Code::input_too_long);
  CHECK(contains(over.error().message, "the day 2026-11-23 has more than 100000 readings"));
}

TEST_CASE("gaps: between readings, over days, at both ends of a period") {
  const auto all = days({reading("2026-11-22T23:50:00Z", "1"), reading("2026-11-22T23:55:00Z", "1"),
                         reading("2026-11-23T00:00:10Z", "1"), reading("2026-11-23T00:07:30Z", "1"),
                         reading("2026-11-23T00:20:00Z", "1"),
                         reading("2026-11-23T00:15:00Z", "1", Unit::mg_dl, Method::scan),
                         reading("2026-11-25T00:20:00Z", "1")});
  using Gaps = std::vector<Gap>;
  const Gap inner{at("2026-11-23T00:07:30Z"), at("2026-11-23T00:20:00Z"), 2};
  const Gap days_missing{at("2026-11-23T00:20:00Z"), at("2026-11-25T00:20:00Z"), 575};
  GapRule rule;
  CHECK(gaps(all, rule).value() == Gaps{inner, days_missing});
  rule.tolerance = 0;  // 5:10 and 7:20 are too long now
  CHECK(gaps(all, rule).value().size() == 4);
  CHECK(gaps(all, rule).value()[0].missing == 1);
  rule.tolerance = 86400 * 10;
  CHECK(gaps(all, rule).value().empty());

  rule = {};
  rule.from = at("2026-11-22T23:00:00Z");
  rule.until = at("2026-11-23T01:00:00Z");
  CHECK(gaps(all, rule).value() ==
        Gaps{{at("2026-11-22T23:00:00Z"), at("2026-11-22T23:50:00Z"), 9},
             inner,
             {at("2026-11-23T00:20:00Z"), at("2026-11-23T01:00:00Z"), 7}});
  CHECK(gaps({}, rule).value() == Gaps{{*rule.from, *rule.until, 23}});
  rule.method = Method::lab;
  CHECK(gaps(all, rule).value() == Gaps{{*rule.from, *rule.until, 23}});
  CHECK(gaps({}, GapRule{}).value().empty());
}

TEST_CASE("gaps that cannot be asked for") {
  const auto all =
      days({reading("2026-11-22T23:50:00Z", "1"), reading("2026-11-23T23:50:00Z", "1")});
  GapRule rule;
  for (const std::int64_t interval : {std::int64_t{0}, std::int64_t{-300}, INT64_MAX}) {
    rule.interval = interval;
    CHECK(gaps(all, rule).error().code == Code::input_invalid);
  }
  rule = {};
  rule.tolerance = -1;
  CHECK(gaps(all, rule).error().code == Code::input_invalid);
  rule = {};
  rule.from = at("2026-11-23T00:00:00Z");
  rule.until = at("2026-11-22T00:00:00Z");
  CHECK(gaps(all, rule).error().code == Code::input_invalid);
  const std::vector<DayDocument> twice = {all[1], all[0]};
  CHECK(contains(gaps(twice, {}).error().message, "expected ascending days, got 2026-11-22"));
}
