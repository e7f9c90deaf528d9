// Exports of real devices, published by others, and those of our own generator: where they are
// there.
#include <doctest/doctest.h>
#include <fcntl.h>

#include <map>

#include "source/series_days.hpp"
#include "unit/source/series_helper.hpp"

using namespace test;

namespace {

std::optional<Series> read_sample(const std::string& name, const SeriesOptions& options) {
  const auto shared = shared_folder();
  if (!shared || !std::filesystem::exists(*shared / "data/dev/cgm" / name)) {
    MESSAGE("no shared folder");
    return std::nullopt;
  }
  return read_csv(read_all(*shared / "data/dev/cgm" / name), options);
}

/// What the generator prints for these arguments; nothing where it was not built.
std::optional<std::string> generated(const std::string& arguments) {
  const char* program = std::getenv("MEDCHAIN_TESTDATA");
  if (program == nullptr || *program == '\0') {
    MESSAGE("no generator");
    return std::nullopt;
  }
  std::FILE* pipe = ::popen((std::string(program) + " cgm " + arguments).c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  char buffer[4096];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    text.append(buffer, got);
  REQUIRE(::pclose(pipe) == 0);
  return text;
}

}  // namespace

TEST_CASE("a real Dexcom export: every EGV row is a reading") {
  const auto series =
      read_sample("dexcom_g6_export.csv", in_zone(Zone::parse("America/New_York").value()));
  if (!series) return;
  CHECK(!series->error);
  CHECK(series->problems.empty());
  CHECK(series->counts.byte_order_mark);
  CHECK(series->readings.size() == 2148);
  CHECK(series->counts.of(Skipped::alert) == 7);
  CHECK(series->counts.of(Skipped::details) == 4);
  CHECK(series->lines().front() == "2016-10-24T15:24:17Z 103 mg/dL sensor");
  CHECK(series->times().back() == "2016-11-01T13:19:02Z");
  const auto all = to_days("dexcom", series->readings).value();
  CHECK(all.size() == 9);
  std::size_t total = 0;
  for (const DayDocument& each : all) {
    CHECK(parse_day(write_day(each)).value() == each);
    CHECK(conflicts(each).empty());
    total += each.readings.size();
  }
  CHECK(total == 2148);
}

TEST_CASE("a real Libre export: historic and scanned readings, notes of other kinds skipped") {
  SeriesOptions options = in_zone(Zone::parse("America/New_York").value());
  options.date_order = DateOrder::month_first;
  const auto series = read_sample("freestyle_libre_export.csv", options);
  if (!series) return;
  CHECK(!series->error);
  std::map<Method, std::size_t> by_method;
  for (const Reading& each : series->readings) ++by_method[each.method];
  CHECK(by_method[Method::sensor] == 4306);
  CHECK(by_method[Method::scan] == 904);
  CHECK(series->counts.of(Skipped::note) == 50);
  CHECK(series->problems.empty());
  const auto all = to_days("libre", series->readings).value();
  std::size_t total = 0, contradictions = 0;
  for (const DayDocument& each : all) {
    total += each.readings.size();
    contradictions += conflicts(each).size();
  }
  // As the phone's clock was put back, four quarters of an hour stand twice with different values;
  // two of the scans stand twice with the same.
  CHECK(series->readings.size() == 5210);
  CHECK(total == 5208);
  CHECK(contradictions == 4);
  CHECK(all.size() == 48);
  GapRule rule;
  rule.interval = 900;
  CHECK(gaps(all, rule).value().size() == 28);
}

TEST_CASE("one generated series in every layout gives the same days") {
  const auto dexcom = generated("--days 20 --seed 5");
  if (!dexcom) return;
  const Series reference = read_csv(*dexcom, in_utc());
  CHECK(!reference.error);
  CHECK(reference.problems.empty());
  CHECK(reference.readings.size() > 4000);
  const auto days = to_days("s", reference.readings).value();
  CHECK(days.size() == 20);
  const std::vector<std::pair<std::string, bool>> layouts = {
      {"table", true}, {"ndjson", false}, {"fhir", false}};
  for (const auto& [layout, is_csv] : layouts) {
    const std::string& shown = layout;  // clang 14 captures no structured binding
    INFO(shown);
    const std::string text = *generated("--days 20 --seed 5 --layout " + layout);
    const Series series = is_csv ? read_csv(text, {}) : read_lines(text);
    CHECK(!series.error);
    CHECK(series.problems == std::vector<std::string>{});
    auto wanted = reference.readings;
    // FHIR has no words for it, but a number and a comparator.
    for (Reading& each : wanted)
      if (layout == "fhir" && (each.value == "low" || each.value == "high"))
        each.value = each.value == "low" ? "<40" : ">400";
    CHECK(to_days("s", series.readings).value() == to_days("s", wanted).value());
  }
}

TEST_CASE("a generated Libre export: shuffled sections, notes with quotes and line ends") {
  const auto text = generated("--days 20 --seed 5 --layout libre --unit mmol/L");
  if (!text) return;
  SeriesOptions options = in_utc();
  options.date_order = DateOrder::day_first;
  const Series series = read_csv(*text, options);
  CHECK(!series.error);
  CHECK(series.problems == std::vector<std::string>{});
  CHECK(series.counts.of(Skipped::note) > 0);
  CHECK(series.counts.of(Skipped::food) > 0);
  std::map<Method, std::size_t> by_method;
  for (const Reading& each : series.readings) {
    ++by_method[each.method];
    CHECK(each.unit == Unit::mmol_l);
  }
  CHECK(by_method[Method::sensor] > 1000);
  CHECK(by_method[Method::scan] > 10);
  CHECK(to_days("s", series.readings).value().size() == 20);
}
