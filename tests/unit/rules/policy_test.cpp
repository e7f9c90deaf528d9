// policy entries: the policy, the rules number, and log time set back.
#include <doctest/doctest.h>

#include "unit/rules/acts.hpp"

using namespace medchain;
using entry::MemberAct;
using entry::Role;
using test::admins;
using test::By;
using test::card_of;
using test::World;

namespace {

template <class Change>
entry::PolicyChange change_of(const World& world, Change change) {
  auto body = test::policy_act(world);
  change(body);
  return body;
}

}  // namespace

TEST_CASE("k admins change the policy, as a whole") {
  World world;
  const auto body = change_of(world, [](auto& b) {
    b.policy.max_skew = 30;
    b.policy.timezone = "Asia/Shanghai";
  });
  world.refused(world.entry(body, {"hosp-a"}), Code::member_role, "a policy change needs the role admin");
  world.refused(world.entry(body, {"clock", "admin-a", "admin-b"}), Code::member_role, "a policy change needs the role admin");
  world.refused(world.entry(body, {"admin-a"}), Code::quorum_missing, "signed by 1 of the 2");
  world.accept(world.entry(body, admins));
  CHECK(*rules::policy(world.view) == body.policy);
  CHECK(*rules::log_time(world.view) == World::start);
}

TEST_CASE("a quorum is changed by the quorum in force") {
  World world(2);
  // To more than there are admins.
  world.refused(world.entry(change_of(world, [](auto& b) { b.policy.admit = 4; }), {"admin-a", "admin-b", "admin-c"}),
                Code::member_last_admin, "this would leave 3 admins, the policy needs 4");
  // Down to one: not by one.
  const auto down = change_of(world, [](auto& b) { b.policy.admit = 1; });
  world.refused(world.entry(down, {"admin-a"}), Code::quorum_missing, "signed by 1 of the 2");
  world.accept(world.entry(change_of(world, [](auto& b) { b.policy.admit = 3; }), admins));
  world.refused(world.entry(down, admins), Code::quorum_missing, "signed by 2 of the 3");
  world.accept(world.entry(down, {"admin-a", "admin-b", "admin-c"}));
  CHECK(world.judge(world.entry(test::member_act(MemberAct::add, "new", card_of("new")), {"admin-b"})));
}

TEST_CASE("a policy that breaks its own rules is refused") {
  World world;
  world.refused(world.entry(change_of(world, [](auto& b) { b.policy.admit = 0; }), admins), Code::entry_invalid, "'admit'");
  world.refused(world.entry(change_of(world, [](auto& b) { b.policy.quorum = 1; }), admins), Code::entry_invalid, "'quorum'");
  world.refused(world.entry(change_of(world, [](auto& b) { b.policy.timezone = "../etc"; }), admins), Code::entry_invalid,
                "'timezone'");
}

TEST_CASE("rules numbers never go back and never beyond what is known here") {
  World world;
  const auto with = [&](std::uint64_t number) {
    return world.entry(change_of(world, [&](auto& b) { b.rules = number; }), admins);
  };
  world.refused(with(0), Code::entry_rule, "rules numbers never go back");
  world.refused(with(entry::known_rules + 1), Code::rules_newer, "the ledger follows rules 2, this medchain knows up to 1");
  world.refused(with(entry::max_integer), Code::rules_newer, "this medchain knows up to 1");
  world.accept(with(1));
}

TEST_CASE("k admins set log time back, or forwards, and the entry is judged at that time") {
  World world;
  const std::int64_t wrong = 10 * 365 * 86'400;
  auto tick = world.statement(entry::Tick{}, "clock");
  tick.header.time = UnixSeconds(World::start.get() + wrong);
  world.accept(world.sign(tick, {"clock"}));

  const auto set = [&](std::int64_t own_offset, const std::vector<By>& by) {
    auto made = world.statement(change_of(world, [](auto& b) { b.set_time = World::start; }), by.front().name);
    made.header.time = UnixSeconds(World::start.get() + own_offset);
    return world.sign(made, by);
  };
  world.refused(set(0, {"admin-a"}), Code::quorum_missing, "signed by 1 of the 2");
  world.refused(set(301, admins), Code::entry_time, "is not within 5m before and 5m after log time");
  world.refused(set(-301, admins), Code::entry_time, "is not within 5m before and 5m after log time");
  world.refused(set(wrong, admins), Code::entry_time, "is not within 5m before and 5m after log time");
  CHECK(world.judge(set(-300, admins)));
  world.accept(set(300, admins));
  CHECK(*rules::log_time(world.view) == World::start);
  // The clock goes on from there.
  auto next = world.statement(entry::Tick{}, "clock");
  next.header.time = UnixSeconds(World::start.get() + 1);
  world.accept(world.sign(next, {"clock"}));
  // Without set_time the entry is judged at log time.
  auto late = world.statement(test::policy_act(world), "admin-a");
  late.header.time = UnixSeconds(World::start.get() + wrong);
  world.refused(world.sign(late, admins), Code::entry_time, "after log time");
}

TEST_CASE("a witness of the policy has a key of its own, whoever comes first") {
  World world;
  const auto with_witness = [&](const By& by) {
    return world.entry(change_of(world,
                                 [&](auto& b) {
                                   b.policy.witnesses = {{test::name("w"), test::witness_key("w.example", test::key_of(by))}};
                                   b.policy.quorum = 1;
                                 }),
                       admins);
  };
  world.refused(with_witness("ledger.example/main"), Code::member_key_used,
                "the key of witness 'w' is or was in use by 'ledger.example/main log'");
  world.refused(with_witness("hosp-a"), Code::member_key_used, "is or was in use by 'hosp-a sign'");
  world.accept(with_witness("w"));
  // Then no member signs with it, ...
  const std::string_view piece = "is that of witness 'w' in the policy";
  auto card = card_of("new");
  card.sign.key = test::vkey("w").key;
  world.refused(world.entry(test::member_act(MemberAct::add, "new", card), admins), Code::member_key_used, piece);
  auto rotated = card_of("hosp-a", {Role::custodian});
  rotated.sign.key = test::vkey("w").key;
  world.refused(world.entry(test::member_act(MemberAct::rotate, "hosp-a", rotated), {"hosp-a"}), Code::member_key_used, piece);
  auto staff = test::vkey("hosp-a/s-0123456789abcdef");
  staff.key = test::vkey("w").key;
  world.refused(world.entry(test::staff_act(MemberAct::staff_add, "hosp-a", staff), {"hosp-a"}), Code::member_key_used, piece);
  // ... but one may witness with it.
  card = card_of("new", {Role::witness});
  card.witness = test::witness_key("w.example", test::key_of("w"));
  world.accept(world.entry(test::member_act(MemberAct::add, "new", card), admins));
  world.accept(with_witness("w"));
}
