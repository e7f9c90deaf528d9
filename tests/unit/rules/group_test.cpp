#include <doctest/doctest.h>

#include "unit/rules/acts.hpp"

using namespace medchain;
using entry::GroupAct;
using test::By;
using test::group_act;
using test::World;

namespace {

std::vector<std::string> members_of(const World& world, std::string_view group) {
  const auto state = rules::group(world.view, test::name(group));
  REQUIRE(state);
  REQUIRE(*state);
  std::vector<std::string> names;
  for (const auto& name : (*state)->members) names.push_back(name.get());
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a group is made, joined, left and dissolved by its owner") {
  World world;
  const auto act = [&](const entry::Group& body, const By& by = "hosp-a") { return world.entry(body, {by}); };
  world.accept(act(group_act(GroupAct::create, "team", {"hosp-a", "hosp-b"})));
  CHECK(members_of(world, "team") == Names{"hosp-a", "hosp-b"});
  world.accept(act(group_act(GroupAct::join, "team", {"clock", "other"})));
  CHECK(members_of(world, "team") == Names{"clock", "hosp-a", "hosp-b", "other"});
  world.accept(act(group_act(GroupAct::leave, "team", {"hosp-a", "other"})));
  CHECK(members_of(world, "team") == Names{"clock", "hosp-b"});
  // The owner need not be in it to change it.
  world.accept(act(group_act(GroupAct::dissolve, "team")));
  const auto all = rules::groups(world.view);
  REQUIRE(all);
  REQUIRE(all->size() == 1);
  CHECK(all->front().first == "team");
  CHECK(all->front().second.dissolved);
  CHECK(all->front().second.owner == test::name("hosp-a"));
  CHECK(members_of(world, "team").empty());
}

TEST_CASE("only the owner changes a group; a member leaves by itself") {
  World world;
  world.accept(world.entry(group_act(GroupAct::create, "team", {"hosp-a", "hosp-b", "other"}), {"hosp-a"}));
  const auto refused = [&](const entry::Group& body, const std::vector<By>& by) {
    world.refused(world.entry(body, by), Code::member_role, "only 'hosp-a' changes the group 'team'");
  };
  for (const char* who : {"hosp-b", "admin-a", "clock"}) {
    refused(group_act(GroupAct::join, "team", {"clock"}), {who});
    refused(group_act(GroupAct::leave, "team", {"other"}), {who});
    refused(group_act(GroupAct::dissolve, "team"), {who});
  }
  refused(group_act(GroupAct::leave, "team", {"hosp-b", "other"}), {"hosp-b"});
  refused(group_act(GroupAct::join, "team", {"admin-b"}), {"admin-b"});
  world.accept(world.entry(group_act(GroupAct::leave, "team", {"hosp-b"}), {"hosp-b"}));
  CHECK(members_of(world, "team") == Names{"hosp-a", "other"});
  world.refused(world.entry(group_act(GroupAct::leave, "team", {"hosp-b"}), {"hosp-b"}), Code::entry_state,
                "'hosp-b' is not in the group");
}

TEST_CASE("acts on groups meet the state they need") {
  World world;
  const auto refused = [&](const entry::Group& body, std::string_view piece) {
    world.refused(world.entry(body, {"hosp-a"}), Code::entry_state, piece);
  };
  for (const GroupAct act : {GroupAct::join, GroupAct::leave}) refused(group_act(act, "team", {"hosp-a"}), "there is no group 'team'");
  refused(group_act(GroupAct::dissolve, "team"), "there is no group 'team'");
  world.accept(world.entry(group_act(GroupAct::create, "team", {"hosp-a"}), {"hosp-a"}));
  refused(group_act(GroupAct::create, "team", {"hosp-a"}), "the group 'team' exists already");
  world.refused(world.entry(group_act(GroupAct::create, "team", {"hosp-b"}), {"hosp-b"}), Code::entry_state, "exists already");
  refused(group_act(GroupAct::join, "team", {"hosp-a"}), "'hosp-a' is in the group already");
  refused(group_act(GroupAct::leave, "team", {"hosp-b"}), "'hosp-b' is not in the group");
  world.accept(world.entry(group_act(GroupAct::dissolve, "team"), {"hosp-a"}));
  for (const GroupAct act : {GroupAct::join, GroupAct::leave}) refused(group_act(act, "team", {"hosp-a"}), "there is no group 'team'");
  refused(group_act(GroupAct::dissolve, "team"), "there is no group 'team'");
  refused(group_act(GroupAct::create, "team", {"hosp-a"}), "the group 'team' exists already");
}

TEST_CASE("a group entry lists members where its act needs them, ascending and each once") {
  World world;
  const auto refused = [&](const entry::Group& body, std::string_view piece) {
    world.refused(world.entry(body, {"hosp-a"}), Code::entry_rule, piece);
  };
  refused(group_act(GroupAct::create, "team"), "create needs members");
  refused(group_act(GroupAct::join, "team"), "join needs members");
  refused(group_act(GroupAct::leave, "team"), "leave needs members");
  refused(group_act(GroupAct::dissolve, "team", {"hosp-a"}), "dissolve takes no members");
  refused(group_act(GroupAct::create, "team", {"hosp-b", "hosp-a"}), "members of a group must ascend");
  refused(group_act(GroupAct::create, "team", {"hosp-a", "hosp-a"}), "members of a group must ascend, each once");
}

TEST_CASE("who joins is an active member; who leaves need not be") {
  World world;
  world.refused(world.entry(group_act(GroupAct::create, "team", {"nobody"}), {"hosp-a"}), Code::member_unknown,
                "'nobody' is not a member");
  world.accept(world.entry(group_act(GroupAct::create, "team", {"hosp-a", "other"}), {"hosp-a"}));
  world.accept(world.entry(test::member_act(entry::MemberAct::suspend, "hosp-b"), test::admins));
  world.refused(world.entry(group_act(GroupAct::join, "team", {"hosp-b"}), {"hosp-a"}), Code::member_inactive,
                "'hosp-b' is suspended");
  world.accept(world.entry(test::member_act(entry::MemberAct::revoke, "other"), test::admins));
  world.accept(world.entry(group_act(GroupAct::leave, "team", {"other"}), {"hosp-a"}));
}
