// What holds for every kind: this ledger, its rules, ids, time.
#include <doctest/doctest.h>

#include "unit/rules/acts.hpp"

using namespace medchain;
using entry::GroupAct;
using test::check_refused;
using test::World;

namespace {

UnixSeconds plus(UnixSeconds time, std::int64_t seconds) { return UnixSeconds(time.get() + seconds); }

constexpr std::int64_t skew = 300, delay = 86'400;

/// A ledger that has one record, at `World::start`.
struct Aged : World {
  Aged() { accept(entry(test::anchor_of(test::rows(1, "old")), {"hosp-a"}), test::rows(1, "old")); }

  /// The verdict on an entry of `body` whose own time is off log time by `offset` seconds.
  Result<std::vector<rules::Change>> at(const entry::Body& body, const char* author, std::int64_t offset,
                                        const test::Manifest& rows = {}) {
    auto made = statement(body, author);
    made.header.time = plus(made.header.time, offset);
    return judge(sign(made, {author}), rows);
  }
};

}  // namespace

TEST_CASE("an entry of another ledger is refused, by name and by genesis") {
  World world;
  const auto body = test::group_act(GroupAct::create, "team", {"hosp-a"});
  auto statement = world.statement(body, "hosp-a");
  CHECK(world.judge(world.sign(statement, {"hosp-a"})));
  statement.header.ledger = "ledger.example/other";
  world.refused(world.sign(statement, {"hosp-a"}), Code::entry_foreign, "the entry belongs to ledger 'ledger.example/other'");
  statement = world.statement(body, "hosp-a");
  statement.header.genesis->bytes[31] ^= std::byte{1};
  world.refused(world.sign(statement, {"hosp-a"}), Code::entry_foreign, "the entry belongs to ledger 'ledger.example/main' with genesis");
  // The same founders, another id: a ledger of its own.
  World twin(3);
  CHECK(*rules::genesis(twin.view) != *rules::genesis(world.view));
  world.refused(twin.entry(body, {"hosp-a"}), Code::entry_foreign, "the entry belongs to");
}

TEST_CASE("a ledger of newer rules is not judged") {
  World world;
  world.view.state.apply({{"rules", std::to_string(entry::known_rules + 1)}});
  world.refused(world.entry(test::group_act(GroupAct::create, "team", {"hosp-a"}), {"hosp-a"}), Code::rules_newer,
                "the ledger follows rules 2, this medchain knows up to 1");
}

TEST_CASE("an id stands for one statement of its author, for ever") {
  World world;
  const auto body = test::group_act(GroupAct::create, "team", {"hosp-a"});
  const auto statement = world.statement(body, "hosp-a");
  world.accept(world.sign(statement, {"hosp-a"}));
  world.refused(world.sign(statement, {"hosp-a"}), Code::entry_id_used, "is this statement's, appended at entry 1");
  auto other = world.statement(test::group_act(GroupAct::create, "other-team", {"hosp-a"}), "hosp-a");
  other.header.id = statement.header.id;
  world.refused(world.sign(other, {"hosp-a"}), Code::entry_id_used, "is another statement's at entry 1");
  // The genesis author's id, too.
  auto early = world.statement(body, "admin-a");
  early.header.id = StatementId{};
  store_be(std::uint64_t{1}, early.header.id.bytes);
  world.refused(world.sign(early, {"admin-a"}), Code::entry_id_used, "at entry 0");
  // Another author's ids are its own.
  auto namesake = world.statement(test::group_act(GroupAct::create, "third-team", {"hosp-b"}), "hosp-b");
  namesake.header.id = statement.header.id;
  CHECK(world.judge(world.sign(namesake, {"hosp-b"})));
  // A refused entry uses no id up.
  auto late = world.statement(body, "hosp-b");
  late.header.id = statement.header.id;
  world.refused(world.sign(late, {"hosp-b"}), Code::entry_state, "exists already");
  CHECK(world.judge(world.sign(namesake, {"hosp-b"})));
}

TEST_CASE("the author is an active member") {
  World world;
  world.refused(world.entry(test::group_act(GroupAct::create, "team", {"hosp-a"}), {"stranger"}), Code::member_unknown,
                "'stranger' is not a member of this ledger");
  world.accept(world.entry(test::member_act(entry::MemberAct::suspend, "other"), test::admins));
  world.refused(world.entry(test::group_act(GroupAct::create, "team", {"hosp-a"}), {"other"}), Code::member_inactive,
                "'other' is suspended since entry 1");
}

TEST_CASE("the time of an entry is within the skew of log time, to the second") {
  Aged world;
  const auto body = test::group_act(GroupAct::create, "team", {"hosp-a"});
  for (const std::int64_t offset : {-skew, std::int64_t{0}, skew}) CHECK(world.at(body, "hosp-a", offset));
  check_refused(world.at(body, "hosp-a", -skew - 1), Code::entry_time, "is not within 5m before and 5m after log time");
  check_refused(world.at(body, "hosp-a", skew + 1), Code::entry_time, "is not within 5m before and 5m after log time");
}

TEST_CASE("anchor and erase may be late by the policy's delay and never early") {
  Aged world;
  const auto rows = test::rows(1);
  const auto anchor = test::anchor_of(rows);
  const auto erase = test::erase_of({test::row("old0").record});
  for (const std::int64_t offset : {-delay, -skew - 1, std::int64_t{0}, skew}) {
    CHECK(world.at(anchor, "hosp-a", offset, rows));
    CHECK(world.at(erase, "hosp-a", offset));
  }
  for (const std::int64_t offset : {-delay - 1, skew + 1}) {
    check_refused(world.at(anchor, "hosp-a", offset, rows), Code::entry_time, "is not within 1d before and 5m after");
    check_refused(world.at(erase, "hosp-a", offset), Code::entry_time, "is not within 1d before and 5m after");
  }
}

TEST_CASE("skew and delay are those of the policy in force") {
  Aged world;
  auto change = test::policy_act(world);
  change.policy.max_skew = 10;
  change.policy.max_delay = 20;
  world.accept(world.entry(change, test::admins));
  const auto rows = test::rows(1);
  CHECK(world.at(test::anchor_of(rows), "hosp-a", -20, rows));
  check_refused(world.at(test::anchor_of(rows), "hosp-a", -21, rows), Code::entry_time, "is not within 20s before and 10s");
  check_refused(world.at(test::anchor_of(rows), "hosp-a", 11, rows), Code::entry_time, "is not within 20s before and 10s");
}

TEST_CASE("a tick moves log time forwards, by any step, and only the clock ticks") {
  World world;
  const auto tick = [&](const char* author, std::int64_t offset) {
    auto made = world.statement(entry::Tick{}, author);
    made.header.time = plus(made.header.time, offset);
    return world.sign(made, {author});
  };
  world.refused(tick("clock", 0), Code::entry_time, "a tick must be later than log time");
  world.refused(tick("clock", -1), Code::entry_time, "a tick must be later than log time");
  world.refused(tick("admin-a", 1), Code::member_role, "'admin-a' has not the role clock");
  world.refused(tick("hosp-a", 1), Code::member_role, "'hosp-a' has not the role clock");
  world.accept(tick("clock", 1));
  CHECK(*rules::log_time(world.view) == plus(World::start, 1));
  world.accept(tick("clock", 400L * 86'400));
  CHECK(*rules::log_time(world.view) == plus(World::start, 1 + 400L * 86'400));
}

TEST_CASE("entries without a manifest are judged without one") {
  World world;
  const auto rows = test::rows(1);
  const std::string_view piece = "only anchor entries have a manifest";
  world.refused(world.entry(test::group_act(GroupAct::create, "team", {"hosp-a"}), {"hosp-a"}), Code::entry_rule, piece, rows);
  world.refused(world.entry(test::policy_act(world), test::admins), Code::entry_rule, piece, rows);
  auto tick = world.statement(entry::Tick{}, "clock");
  tick.header.time = plus(tick.header.time, 1);
  world.refused(world.sign(tick, {"clock"}), Code::entry_rule, piece, rows);
}

TEST_CASE("damaged state is told and not judged over") {
  for (const std::string key : {"origin", "genesis", "log", "rules", "time", "policy"}) {
    for (const bool is_missing : {true, false}) {
      World world;
      const auto made = world.entry(test::policy_act(world), test::admins);
      world.view.state.apply({{key, is_missing ? std::nullopt : std::optional<std::string>("\x01")}});
      CAPTURE(key);
      if (key == "origin" && !is_missing)  // any text is an origin
        world.refused(made, Code::entry_foreign, "this is");
      else
        world.refused(made, Code::store_damaged, "state '" + key + "'");
    }
  }
  World world;
  const auto made = world.entry(test::policy_act(world), test::admins);
  world.view.state.apply({{"member/admin-a", "{}"}});
  world.refused(made, Code::store_damaged, "state 'member/admin-a': field 'card' is missing");
}
