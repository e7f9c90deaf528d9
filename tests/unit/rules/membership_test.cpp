// Every act on every status by every kind of signer, and what the accepted ones leave.
#include <doctest/doctest.h>

#include "unit/rules/acts.hpp"

using namespace medchain;
using entry::MemberAct;
using entry::Role;
using rules::MemberStatus;
using test::admins;
using test::By;
using test::card_of;
using test::member_act;
using test::World;

namespace {

const By staff_key("member/s-0123456789abcdef");

/// A ledger on which "member" has the status `column`: none, active, suspended, revoked.
World world_with(int column) {
  World world;
  if (column == 0) return world;
  world.accept(world.entry(member_act(MemberAct::add, "member", card_of("member", {Role::requester})), admins));
  world.accept(world.entry(test::staff_act(MemberAct::staff_add, "member", test::vkey(staff_key)), {"member"}));
  if (column == 2) world.accept(world.entry(member_act(MemberAct::suspend, "member"), admins));
  if (column == 3) world.accept(world.entry(member_act(MemberAct::revoke, "member"), admins));
  return world;
}

entry::Body body_of(MemberAct act) {
  switch (act) {
    case MemberAct::add:
      return member_act(act, "member", card_of("member"));
    case MemberAct::update:
      return member_act(act, "member", card_of("member", {Role::payer}));
    case MemberAct::rotate:
      return member_act(act, "member", card_of(By("member", 1), {Role::requester}));
    case MemberAct::staff_add:
      return test::staff_act(act, "member", test::vkey("member/s-aaaaaaaaaaaaaaaa"));
    case MemberAct::staff_revoke:
      return test::staff_act(act, "member", test::vkey(staff_key));
    case MemberAct::suspend:
    case MemberAct::resume:
    case MemberAct::revoke:
      return member_act(act, "member");
  }
  return entry::Tick{};
}

struct Case {
  MemberAct act;
  std::string_view by;           // self, one admin, two admins (the quorum), other: a member without the role
  std::string_view expected[4];  // for none, active, suspended, revoked: an error id, or ok
};

constexpr std::string_view ok = "ok", state = "entry.state", rule = "entry.rule", unknown = "member.unknown",
                           inactive = "member.inactive", role = "member.role", exists = "member.exists",
                           quorum = "quorum.missing";

constexpr Case cases[] = {
    {MemberAct::add, "self", {unknown, exists, inactive, inactive}},
    {MemberAct::add, "admin", {quorum, exists, exists, exists}},
    {MemberAct::add, "admins", {ok, exists, exists, exists}},
    {MemberAct::add, "other", {role, exists, exists, exists}},
    {MemberAct::update, "self", {unknown, role, inactive, inactive}},
    {MemberAct::update, "admin", {unknown, quorum, quorum, state}},
    {MemberAct::update, "admins", {unknown, ok, ok, state}},
    {MemberAct::update, "other", {unknown, role, role, state}},
    {MemberAct::rotate, "self", {unknown, ok, inactive, inactive}},
    {MemberAct::rotate, "admin", {unknown, rule, rule, rule}},
    {MemberAct::rotate, "admins", {unknown, rule, rule, rule}},
    {MemberAct::rotate, "other", {unknown, rule, rule, rule}},
    {MemberAct::suspend, "self", {unknown, role, inactive, inactive}},
    {MemberAct::suspend, "admin", {unknown, quorum, state, state}},
    {MemberAct::suspend, "admins", {unknown, ok, state, state}},
    {MemberAct::suspend, "other", {unknown, role, state, state}},
    {MemberAct::resume, "self", {unknown, state, inactive, inactive}},
    {MemberAct::resume, "admin", {unknown, state, quorum, state}},
    {MemberAct::resume, "admins", {unknown, state, ok, state}},
    {MemberAct::resume, "other", {unknown, state, role, state}},
    {MemberAct::revoke, "self", {unknown, ok, inactive, inactive}},
    {MemberAct::revoke, "admin", {unknown, quorum, quorum, state}},
    {MemberAct::revoke, "admins", {unknown, ok, ok, state}},
    {MemberAct::revoke, "other", {unknown, role, role, state}},
    {MemberAct::staff_add, "self", {unknown, ok, inactive, inactive}},
    {MemberAct::staff_add, "admin", {rule, rule, rule, rule}},
    {MemberAct::staff_add, "admins", {rule, rule, rule, rule}},
    {MemberAct::staff_add, "other", {rule, rule, rule, rule}},
    {MemberAct::staff_revoke, "self", {unknown, ok, inactive, inactive}},
    {MemberAct::staff_revoke, "admin", {rule, rule, rule, rule}},
    {MemberAct::staff_revoke, "admins", {rule, rule, rule, rule}},
    {MemberAct::staff_revoke, "other", {rule, rule, rule, rule}},
};

std::vector<By> signers(const Case& test) {
  if (test.by == "admin") return {"admin-a"};
  if (test.by == "admins") return admins;
  if (test.by == "other") return {"other"};
  if (test.act == MemberAct::rotate) return {"member", By("member", 1)};
  return {"member"};
}

}  // namespace

TEST_CASE("every membership act meets every status by every kind of signer") {
  CHECK(std::size(cases) == 4 * std::size(entry::EnumWords<MemberAct>::words));
  for (const Case& test : cases) {
    for (int column = 0; column < 4; ++column) {
      World world = world_with(column);
      CAPTURE(entry::word_of(test.act));
      CAPTURE(test.by);
      CAPTURE(column);
      const auto changes = world.judge(world.entry(body_of(test.act), signers(test)));
      const std::string_view got = changes ? ok : info(changes.error().code).id;
      CAPTURE((changes ? "" : changes.error().message));
      CHECK(got == test.expected[column]);
    }
  }
}

TEST_CASE("accepted acts leave the status, the card and the index of the change") {
  World world = world_with(1);
  const auto check = [&](MemberStatus status, EntryIndex since) {
    const auto now = test::state_of(world, "member");
    CHECK(now.status == status);
    CHECK(now.since == since);
  };
  check(MemberStatus::active, EntryIndex(1));  // a staff key does not change its member
  check(MemberStatus::suspended, world.accept(world.entry(member_act(MemberAct::suspend, "member"), admins)));
  const auto updated = world.accept(world.entry(member_act(MemberAct::update, "member", card_of("member", {Role::payer})), admins));
  check(MemberStatus::suspended, updated);
  CHECK(entry::has_role(test::state_of(world, "member").card, Role::payer));
  check(MemberStatus::active, world.accept(world.entry(member_act(MemberAct::resume, "member"), admins)));
  CHECK_FALSE(test::key_state(world, "member").until);
  const auto ended = world.accept(world.entry(member_act(MemberAct::revoke, "member"), admins));
  check(MemberStatus::revoked, ended);
  CHECK(test::key_state(world, "member").until == ended);
}

TEST_CASE("the fields of a member entry are those of its act") {
  World world = world_with(1);
  const auto refused = [&](const entry::Member& body, std::string_view piece) {
    world.refused(world.entry(body, admins), Code::entry_rule, piece);
  };
  for (const MemberAct act : {MemberAct::add, MemberAct::update, MemberAct::rotate})
    refused(member_act(act, "member"), std::string(entry::word_of(act)) + " needs a card");
  for (const MemberAct act : {MemberAct::suspend, MemberAct::resume, MemberAct::revoke, MemberAct::staff_add})
    refused(member_act(act, "member", card_of("member")), std::string(entry::word_of(act)) + " takes no card");
  refused(member_act(MemberAct::staff_add, "member"), "staff-add needs a staff key");
  refused(member_act(MemberAct::staff_revoke, "member"), "staff-revoke needs a staff key");
  auto body = member_act(MemberAct::suspend, "member");
  body.staff = test::vkey(staff_key);
  refused(body, "suspend takes no staff key");
  body = member_act(MemberAct::resume, "member");
  body.reason = test::word("late-fees");
  refused(body, "resume takes no reason");
  body.act = MemberAct::revoke;
  CHECK(world.judge(world.entry(body, admins)));
  refused(member_act(MemberAct::add, "new", card_of("newer")), "the card is of another member");
  auto card = card_of("new");
  card.roles = {Role::payer, Role::auditor};
  world.refused(world.entry(member_act(MemberAct::add, "new", card), admins), Code::entry_invalid, "roles must be ascending");
}

TEST_CASE("the name of a revoked member is never used again") {
  World world = world_with(3);
  world.refused(world.entry(member_act(MemberAct::add, "member", card_of(By("member", 5))), admins), Code::member_exists,
                "names are never used again");
}

TEST_CASE("the ledger keeps as many admins as the policy demands, and a clock") {
  World world(2);
  world.accept(world.entry(member_act(MemberAct::revoke, "admin-c"), admins));
  const std::string_view piece = "this would leave 1 admins, the policy needs 2";
  const auto refused = [&](const entry::Member& body, const std::vector<By>& by) {
    world.refused(world.entry(body, by), Code::member_last_admin, piece);
  };
  refused(member_act(MemberAct::revoke, "admin-b"), admins);
  refused(member_act(MemberAct::suspend, "admin-b"), admins);
  refused(member_act(MemberAct::update, "admin-b", card_of("admin-b")), admins);
  // Not even on its own wish.
  refused(member_act(MemberAct::revoke, "admin-b"), {"admin-b"});
  const auto no_clock = [&](const entry::Member& body, const std::vector<By>& by) {
    world.refused(world.entry(body, by), Code::entry_rule, "without a clock");
  };
  no_clock(member_act(MemberAct::revoke, "clock"), admins);
  no_clock(member_act(MemberAct::suspend, "clock"), admins);
  no_clock(member_act(MemberAct::revoke, "clock"), {"clock"});
  no_clock(member_act(MemberAct::update, "clock", card_of("clock", {}, entry::MemberKind::service)), admins);
  // A second clock frees the first.
  world.accept(world.entry(member_act(MemberAct::add, "clock-2", card_of("clock-2", {Role::clock})), admins));
  world.accept(world.entry(member_act(MemberAct::revoke, "clock"), admins));
}

TEST_CASE("suspended admins do not count among those that remain") {
  World world(1);
  const std::vector<By> one = {"admin-a"};
  world.accept(world.entry(member_act(MemberAct::suspend, "admin-b"), one));
  world.accept(world.entry(member_act(MemberAct::suspend, "admin-c"), one));
  world.refused(world.entry(member_act(MemberAct::revoke, "admin-a"), one), Code::member_last_admin, "0 admins");
  world.refused(world.entry(member_act(MemberAct::suspend, "admin-a"), one), Code::member_last_admin, "0 admins");
  world.accept(world.entry(member_act(MemberAct::resume, "admin-b"), one));
  world.accept(world.entry(member_act(MemberAct::revoke, "admin-a"), one));
}
