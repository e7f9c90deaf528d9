// What a policy allows of prescriptions, in calendar days of its time zone.
#include <doctest/doctest.h>

#include "base/parse.hpp"
#include "unit/rules/rx_world.hpp"

using namespace medchain;
using namespace test::rx;
using rules::end_of_days;
using Clocks = std::optional<std::vector<entry::ZonePeriod>>;

namespace {

UnixSeconds utc(const char* text) {
  const auto time = parse_time_strict(text);
  REQUIRE(time);
  return *time;
}
entry::UtcOffset hours(std::int64_t count) { return *entry::UtcOffset::of(count * hour); }
const Clocks shanghai = std::vector<entry::ZonePeriod>{{UnixSeconds(0), hours(8)}};
Clocks berlin() {
  return std::vector<entry::ZonePeriod>{{utc("2026-10-25T01:00:00Z"), hours(1)},
                                        {utc("2027-03-28T01:00:00Z"), hours(2)},
                                        {utc("2027-10-31T01:00:00Z"), hours(1)}};
}
entry::PrescriptionRules china() {
  entry::PrescriptionRules limits;
  limits.valid_days = 1;
  limits.extended_days = 3;
  limits.supply_days = 7;
  limits.emergency_supply_days = 3;
  limits.long_term_days = 84;
  return limits;
}

}  // namespace

TEST_CASE("days end at midnight on the policy's clocks") {
  CHECK(end_of_days(shanghai, utc("2027-01-15T15:59:59Z"), 1) == utc("2027-01-15T16:00:00Z"));
  CHECK(end_of_days(shanghai, utc("2027-01-15T16:00:00Z"), 1) == utc("2027-01-16T16:00:00Z"));
  CHECK(end_of_days(shanghai, utc("2027-01-15T08:00:00Z"), 3) == utc("2027-01-17T16:00:00Z"));
  CHECK(end_of_days(std::nullopt, utc("2027-01-15T23:59:59Z"), 1) == utc("2027-01-16T00:00:00Z"));
  CHECK(end_of_days(std::nullopt, utc("1969-12-31T12:00:00Z"), 1) == utc("1970-01-01T00:00:00Z"));
  // 23 and 25 hours.
  CHECK(end_of_days(berlin(), utc("2027-03-27T23:00:00Z"), 1) == utc("2027-03-28T22:00:00Z"));
  CHECK(end_of_days(berlin(), utc("2027-10-30T22:00:00Z"), 1) == utc("2027-10-31T23:00:00Z"));
  CHECK(end_of_days(berlin(), utc("2027-03-20T12:00:00Z"), 28) == utc("2027-04-16T22:00:00Z"));
  // Before the first period its offset holds, behind the last one that of the last.
  CHECK(end_of_days(berlin(), utc("2026-01-01T12:00:00Z"), 1) == utc("2026-01-01T23:00:00Z"));
  CHECK(end_of_days(berlin(), utc("2030-07-01T12:00:00Z"), 1) == utc("2030-07-01T23:00:00Z"));
  CHECK(end_of_days(std::vector<entry::ZonePeriod>{{UnixSeconds(0), hours(-5)}}, utc("2027-01-15T04:59:59Z"), 1) ==
        utc("2027-01-15T05:00:00Z"));
}

TEST_CASE("days end where a clock skips midnight or shows it twice") {
  // Skipped: 23:59:59 is followed by 01:00.
  const Clocks skips = std::vector<entry::ZonePeriod>{{UnixSeconds(0), hours(2)}, {utc("2027-04-22T22:00:00Z"), hours(3)}};
  CHECK(end_of_days(skips, utc("2027-04-22T12:00:00Z"), 1) == utc("2027-04-22T22:00:00Z"));
  // Twice: 00:59:59 is followed by 00:00.
  const Clocks twice = std::vector<entry::ZonePeriod>{{UnixSeconds(0), hours(3)}, {utc("2027-10-28T22:00:00Z"), hours(2)}};
  CHECK(end_of_days(twice, utc("2027-10-28T12:00:00Z"), 1) == utc("2027-10-28T21:00:00Z"));
}

TEST_CASE("valid on the day of issue in Shanghai, and at most three days with a reason") {
  // World's log time is 16:00 in Shanghai.
  RxWorld world;
  world.set_shanghai();
  world.set_rules(china());
  const auto until = [](const char* text) {
    return with(issue(), [&](auto& b) { b.parts->back().until = utc(text); });
  };
  world.no(until("2027-01-15T16:00:01Z"), {"hosp-a"}, Code::prescription_limits,
           "valid until 2027-01-15T16:00:00Z, got 2027-01-15T16:00:01Z");
  const EntryHash rx = world.put(until("2027-01-15T16:00:00Z"), {"hosp-a"});
  world.tick(utc("2027-01-15T15:59:59Z"));
  CHECK(world.judge(world.accepting(rx, "ph-a")).ok());
  const auto seconds = [](const char* text) { return utc(text).get() - test::World::start.get(); };
  world.no(extend(rx, seconds("2027-01-17T16:00:01Z")), {"hosp-a"}, Code::prescription_limits,
           "valid until 2027-01-17T16:00:00Z");
  world.no(extend(rx, seconds("2027-01-15T16:00:00Z")), {"hosp-a"}, Code::entry_rule, "'until': expected after");
  world.no(extend(rx, seconds("2027-01-16T16:00:00Z")), {"ph-a"}, Code::not_permitted, "'ph-a' can not extend");
  CHECK(world.may(extend(rx, seconds("2027-01-17T16:00:00Z")), {"hosp-a"}));
  const auto extended = world.made(extend(rx, seconds("2027-01-17T16:00:00Z")), {"hosp-a"});
  SUBCASE("over at midnight") {
    world.tick(utc("2027-01-15T16:00:00Z"));
    world.refused(world.accepting(rx, "ph-a"), Code::prescription_expired, "was valid until 2027-01-15T16:00:00Z");
    world.refused(extended, Code::prescription_expired, "was valid until 2027-01-15T16:00:00Z");
  }
  SUBCASE("extended") {
    world.accept(extended);
    world.tick(utc("2027-01-17T15:59:59Z"));
    world.accept_rx(rx, "ph-a");
    // What is held is dispensed: the day is that of redeeming.
    world.tick(utc("2027-01-17T16:00:00Z"));
    CHECK(world.may(dispense(rx, {20, 0}), {"ph-a"}));
  }
}

TEST_CASE("supply by class") {
  RxWorld world;
  world.set_rules(china());
  const auto of = [](entry::RxClass rx_class, std::uint64_t days, bool controlled = false) {
    return with(issue(), [&](auto& b) {
      b.rx_class = rx_class;
      b.days = days;
      b.controlled = controlled;
    });
  };
  using entry::RxClass;
  const struct {
    RxClass rx_class;
    const char* name;
    std::uint64_t most;
  } limits[] = {{RxClass::ordinary, "ordinary", 7}, {RxClass::emergency, "emergency", 3}, {RxClass::long_term, "long-term", 84}};
  for (const auto& limit : limits) {
    CHECK(world.may(of(limit.rx_class, limit.most), {"hosp-a"}));
    world.no(of(limit.rx_class, limit.most + 1), {"hosp-a"}, Code::prescription_limits,
             "the policy allows " + std::to_string(limit.most) + " days of supply in class " + limit.name);
  }
  CHECK(world.may(of(RxClass::ordinary, 7, true), {"hosp-a"}));
  world.no(of(RxClass::long_term, 7, true), {"hosp-a"}, Code::prescription_limits, "no drugs under special control");
}

TEST_CASE("parts and extensions are allowed by name") {
  RxWorld world;
  auto limits = china();
  limits.extended_days.reset();
  world.set_rules(limits);
  const auto parts = with(issue(), [](auto& b) {
    b.days = 3;
    b.parts = {{after(0), after(hour)}, {after(86'400), after(2 * 86'400)}};
  });
  world.no(parts, {"hosp-a"}, Code::prescription_limits, "the policy allows no prescription in parts");
  const EntryHash rx = world.put(issue(), {"hosp-a"});
  world.no(extend(rx, 2 * hour), {"hosp-a"}, Code::prescription_limits, "the policy allows no extension");
  limits.parts_days = 2;
  world.set_rules(limits);
  world.no(parts, {"hosp-a"}, Code::prescription_limits, "valid until 2027-01-17T00:00:00Z");
  limits.parts_days = 3;
  world.set_rules(limits);
  CHECK(world.may(with(parts, [](auto& b) { b.token = redeem_key("another"); }), {"hosp-a"}));
  world.no(with(parts, [](auto& b) { b.days = 4; }), {"hosp-a"}, Code::prescription_limits, "7 days of supply");
}

TEST_CASE("a policy's clocks ascend and its days are in range") {
  RxWorld world;
  const auto no = [&](auto change, const char* piece) {
    entry::PolicyChange body = policy_act(world);
    change(body.policy);
    world.refused(world.entry(body, admins), Code::entry_invalid, piece);
  };
  no([](auto& p) { p.zone.emplace(); }, "'zone' must ascend, 1 to 128 periods");
  no([](auto& p) { p.zone = berlin(); std::swap(p.zone->front(), p.zone->back()); }, "'zone' must ascend");
  no([](auto& p) { p.zone = std::vector<entry::ZonePeriod>(2); }, "'zone' must ascend");
  no([](auto& p) { p.prescription.emplace().valid_days = 0; }, "'valid_days': expected 1 to 731, got 0");
  no([](auto& p) { p.prescription.emplace().parts_days = 732; }, "'parts_days': expected 1 to 731, got 732");
  no([](auto& p) { p.prescription.emplace().hold = 59; }, "'hold': expected 60 to");
}
