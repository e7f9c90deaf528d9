#include <doctest/doctest.h>

#include <vector>

#include "cli/thresholds_file.hpp"
#include "unit/note/keys.hpp"

using namespace medchain;
using audit::Thresholds;
using cli::parse_thresholds;

namespace {

struct Number {
  const char* key;
  std::uint64_t Thresholds::*into;
  std::uint64_t least;  ///< of a count
};
const std::vector<Number> counts = {{"volume-minimum", &Thresholds::volume_minimum, 1},
                                    {"volume-peers", &Thresholds::volume_peers, 2},
                                    {"volume-factor", &Thresholds::volume_factor, 1},
                                    {"volume-deviations", &Thresholds::volume_deviations, 0},
                                    {"off-hours-acts", &Thresholds::off_hours_acts, 1},
                                    {"emergencies", &Thresholds::emergencies, 1},
                                    {"refusals", &Thresholds::refusals, 1},
                                    {"clock-entries", &Thresholds::clock_entries, 1},
                                    {"clock-days", &Thresholds::clock_days, 1}};
const std::vector<Number> durations = {{"emergency-span", &Thresholds::emergency_span, 0},
                                       {"refusal-span", &Thresholds::refusal_span, 0},
                                       {"review-within", &Thresholds::review_within, 0},
                                       {"notice-within", &Thresholds::notice_within, 0},
                                       {"attest-within", &Thresholds::attest_within, 0},
                                       {"release-within", &Thresholds::release_within, 0},
                                       {"use-grace", &Thresholds::use_grace, 0},
                                       {"anchor-within", &Thresholds::anchor_within, 0},
                                       {"clock-drift", &Thresholds::clock_drift, 0}};
const std::vector<Number> clocks = {{"work-begin", &Thresholds::work_begin, 0},
                                    {"work-end", &Thresholds::work_end, 0}};

Thresholds parsed(const std::string& text) {
  const auto thresholds = parse_thresholds(text, "t.yaml");
  REQUIRE_MESSAGE(thresholds, (thresholds ? "" : thresholds.error().message));
  return *thresholds;
}
/// Whether all others have their defaults.
bool is_alone(const Thresholds& thresholds, std::uint64_t Thresholds::*changed) {
  const Thresholds defaults;
  bool same = thresholds.weekends == defaults.weekends;
  for (const auto& group : {counts, durations, clocks})
    for (const Number& one : group)
      same = same && (one.into == changed || thresholds.*one.into == defaults.*one.into);
  return same;
}
void check_number(const Number& one, const std::string& text, std::uint64_t expected) {
  CAPTURE(one.key);
  const Thresholds thresholds = parsed(std::string(one.key) + ": " + text + "\n");
  CHECK(thresholds.*one.into == expected);
  CHECK(is_alone(thresholds, one.into));
}
void check_refused(const std::string& text, std::string_view piece) {
  CAPTURE(text);
  test::check_refused(parse_thresholds(text, "t.yaml"), Code::config_invalid, piece);
}
void check_value_refused(const std::string& key, const std::string& value,
                         const std::string& expected) {
  check_refused("# first\n" + key + ": " + value + "\n",
                "t.yaml:2: '" + key + "': expected " + expected);
}

}  // namespace

TEST_CASE("what is left out keeps its default, also in a file without a line") {
  for (const char* text : {"", "\n", "# nothing\n", "---\n"})
    CHECK(is_alone(parsed(text), nullptr));
}

TEST_CASE("a count is from the least that means something to a million") {
  for (const Number& one : counts) {
    check_number(one, std::to_string(one.least), one.least);
    check_number(one, "1000000", 1'000'000);
    const std::string expected = "a number from " + std::to_string(one.least) + " to 1000000, got ";
    if (one.least > 0) check_value_refused(one.key, std::to_string(one.least - 1), expected);
    for (const char* bad : {"1000001", "-1", "007", "1.5", "0x10", "1e3", "''", "5d", "~", "many",
                            "18446744073709551617", "[1]", "{a: 1}"})
      check_value_refused(one.key, bad, expected);
  }
}

TEST_CASE("a duration has a unit and is up to a hundred years") {
  for (const Number& one : durations) {
    check_number(one, "0s", 0);
    check_number(one, "90m", 5'400);
    check_number(one, "36500d", 36'500ULL * 86'400);
    for (const char* bad :
         {"36501d", "7", "-7d", "7 d", "1h30m", "7w", "999999999999999999d", "''", "true", "[7d]"})
      check_value_refused(one.key, bad, "a duration such as 7d, at most 36500d, got ");
  }
}

TEST_CASE("a time of day is two digits, a colon and two digits, in order") {
  check_number(clocks[0], "\"00:00\"", 0);
  check_number(clocks[0], "\"09:30\"", 34'200);
  check_number(clocks[1], "\"24:00\"", 86'400);
  const std::string expected = "a time of day from 00:00 to 24:00, got ";
  for (const Number& one : clocks)
    for (const char* bad : {"\"24:01\"", "\"25:00\"", "\"9:30\"", "\"09:60\"", "\"09-30\"",
                            "\"-1:00\"", "\"09:30:00\"", "9", "''", "[\"09:30\"]"})
      check_value_refused(one.key, bad, expected);
  CHECK(parsed("work-begin: \"09:00\"\nwork-end: \"09:00\"\n").work_end == 9 * 3'600);
  check_refused("work-end: \"08:00\"\nwork-begin: \"09:00\"\n",
                "t.yaml:1: 'work-end': expected a time after 'work-begin'");
  check_refused("\nwork-begin: \"21:00\"\n", "'work-end': expected a time after 'work-begin'");
}

TEST_CASE("weekends are worked or not") {
  CHECK(parsed("weekends: true\n").weekends);
  CHECK_FALSE(parsed("weekends: false\n").weekends);
  for (const char* bad : {"yes", "True", "1", "''", "[true]"})
    check_value_refused("weekends", bad, "true or false, got ");
}

TEST_CASE("a key that is not known, or is there twice, is refused with its line") {
  check_refused("refusals: 1\nrefusal: 2\n", "t.yaml:2: unknown key 'refusal'");
  check_refused("volume_minimum: 1\n", "t.yaml:1: unknown key 'volume_minimum'");
  check_refused("refusals: 1\nuse-grace: 1h\nrefusals: 1\n", "t.yaml:3");
  check_refused("a\x1b]0;x: 1\n", "t.yaml:1");
  const auto refused = parse_thresholds("a\x1b]0;x: 1\n", "t.yaml");
  CHECK(refused.error().message.find('\x1b') == std::string::npos);
}

TEST_CASE("what is no map of keys to values is refused") {
  check_refused("- refusals: 1\n", "t.yaml:1: expected 'key: value' lines");
  check_refused("refusals\n", "expected 'key: value' lines");
  for (const std::string& bad :
       {std::string("\x7f\x45\x4c\x46\x02\x01\0\0", 8), std::string("\0", 1),
        std::string("\xff\xfe\x00r", 4), std::string("a: &x 1\nb: *x\n"),
        std::string("refusals: 1\n---\nrefusals: 2\n"), std::string("refusals: !!int 1\n"),
        std::string("refusals: [1\n"), std::string(100'000, '[')})
    check_refused(bad, "t.yaml");
}
