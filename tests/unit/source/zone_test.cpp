#include <doctest/doctest.h>

#include "unit/source/series_helper.hpp"

using namespace test;

namespace {

LocalSeconds local(std::string_view text) {
  return LocalSeconds(at(std::string(text) + "Z").get());
}

std::vector<std::string> instants(const Zone& zone, std::string_view text) {
  std::vector<std::string> found;
  for (const UnixSeconds each : zone.instants_of(local(text))) found.push_back(format_time(each));
  return found;
}

using Times = std::vector<std::string>;

}  // namespace

TEST_CASE("fixed offsets are read and nothing else of that form") {
  for (const auto& [text, offset] :
       std::vector<std::pair<std::string, std::int64_t>>{{"UTC", 0},
                                                         {"Z", 0},
                                                         {"+00:00", 0},
                                                         {"+02:00", 7200},
                                                         {"-05:30", -19800},
                                                         {"+14:00", 50400},
                                                         {"-14:00", -50400}}) {
    const auto& shown = text;  // clang 14 captures no structured binding
    INFO(shown);
    const auto zone = Zone::parse(text);
    REQUIRE(zone.ok());
    CHECK(zone->periods().size() == 1);
    CHECK(zone->periods()[0].offset == offset);
  }
  for (const std::string text :
       {"", "+2:00", "+0200", "+02:60", "+14:01", "-15:00", "+a0:00", "02:00", "+02:00 ", "utc"})
    CHECK(Zone::parse(text).error().code == Code::usage);
}

TEST_CASE("names that are no zones are refused, whatever they look like") {
  for (const std::string text :
       {"Nowhere/City", "../../etc/passwd", "/etc/localtime", "Europe/Berlin\n", "Europe/Berl\0in",
        "Europe/", "Europe", "zone.tab", "tzdata.zi", "CEST", "EST5EDT,M3.2.0,M11.1.0",
        "\xc3\xa4/b"}) {
    INFO(text);
    const auto zone = Zone::parse(text);
    REQUIRE(!zone.ok());
    CHECK(zone.error().code == Code::usage);
    CHECK(contains(zone.error().hint, "Europe/Berlin"));
  }
  CHECK(!Zone::parse(std::string(1000, 'a')).ok());
}

TEST_CASE("the hour left out has no instant and the hour shown twice has two") {
  const Zone zone = berlin_2025();
  CHECK(instants(zone, "2025-03-30T01:59:59") == Times{"2025-03-30T00:59:59Z"});
  CHECK(instants(zone, "2025-03-30T02:00:00").empty());
  CHECK(instants(zone, "2025-03-30T02:59:59").empty());
  CHECK(instants(zone, "2025-03-30T03:00:00") == Times{"2025-03-30T01:00:00Z"});
  CHECK(instants(zone, "2025-10-26T01:59:59") == Times{"2025-10-25T23:59:59Z"});
  CHECK(instants(zone, "2025-10-26T02:00:00") ==
        Times{"2025-10-26T00:00:00Z", "2025-10-26T01:00:00Z"});
  CHECK(instants(zone, "2025-10-26T02:59:59") ==
        Times{"2025-10-26T00:59:59Z", "2025-10-26T01:59:59Z"});
  CHECK(instants(zone, "2025-10-26T03:00:00") == Times{"2025-10-26T02:00:00Z"});
  CHECK(instants(zone, "1970-01-01T00:00:00") == Times{"1969-12-31T23:00:00Z"});
}

TEST_CASE("what a zone covers") {
  CHECK(berlin_2025().covers(local("2037-12-31T23:59:59")));
  CHECK(!berlin_2025().covers(local("2038-01-01T00:00:00")));
  CHECK(!berlin_2025().covers(local("1969-12-31T23:59:59")));
  CHECK(Zone::fixed(0).covers(local("9999-12-31T23:59:59")));
}

TEST_CASE("the system's zones: changes that are history") {
  const Zone berlin = Zone::parse("Europe/Berlin").value();
  for (const std::string text :
       {"2025-03-30T01:59:59", "2025-03-30T02:30:00", "2025-03-30T03:00:00", "2025-10-26T02:30:00",
        "2025-07-01T12:00:00"})
    CHECK(instants(berlin, text) == instants(berlin_2025(), text));
  const Zone new_york = Zone::parse("America/New_York").value();
  CHECK(instants(new_york, "2021-03-14T02:30:00").empty());
  CHECK(instants(new_york, "2021-11-07T01:30:00") ==
        Times{"2021-11-07T05:30:00Z", "2021-11-07T06:30:00Z"});
  const Zone shanghai = Zone::parse("Asia/Shanghai").value();
  CHECK(instants(shanghai, "2026-11-23T08:00:00") == Times{"2026-11-23T00:00:00Z"});
  // Half an hour, at Lord Howe; a whole day left out, in Samoa.
  CHECK(instants(Zone::parse("Australia/Lord_Howe").value(), "2021-04-04T01:45:00") ==
        Times{"2021-04-03T14:45:00Z", "2021-04-03T15:15:00Z"});
  CHECK(instants(Zone::parse("Pacific/Apia").value(), "2011-12-30T12:00:00").empty());
  CHECK(instants(Zone::parse("Asia/Kathmandu").value(), "2024-01-01T05:45:00") ==
        Times{"2024-01-01T00:00:00Z"});
}

TEST_CASE("every change of a zone agrees with the one in front: there and back is the same") {
  for (const std::string name : {"Europe/Berlin", "America/New_York", "Asia/Shanghai",
                                 "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"}) {
    INFO(name);
    const Zone zone = Zone::parse(name).value();
    REQUIRE(zone.periods().size() > 1);
    for (std::size_t i = 0; i < zone.periods().size(); ++i) {
      for (const std::int64_t delta : {-7200, -1800, -1, 0, 1, 1800, 7200}) {
        const std::int64_t instant = zone.periods()[i].begin.get() + delta;
        // The slow way: the last period that has begun.
        std::int64_t offset = zone.periods()[0].offset;
        for (const Zone::Period& each : zone.periods())
          if (each.begin.get() <= instant) offset = each.offset;
        const auto found = zone.instants_of(LocalSeconds(instant + offset));
        CHECK(std::find(found.begin(), found.end(), UnixSeconds(instant)) != found.end());
        CHECK(found.size() <= 2);
        CHECK(std::is_sorted(found.begin(), found.end()));
      }
    }
  }
}
