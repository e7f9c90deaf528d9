#include <doctest/doctest.h>

#include "unit/rules/acts.hpp"

using namespace medchain;
using entry::Role;
using test::anchor_of;
using test::By;
using test::row;
using test::Manifest;
using test::rows;
using test::World;

namespace {

/// Accepts an anchor of these rows by hosp-a.
EntryIndex anchored(World& world, const Manifest& all, const char* custodian = "hosp-a") {
  return world.accept(world.entry(anchor_of(all, custodian), {custodian}), all);
}

template <class Change>
void refused(World& world, const Manifest& all, Change change, Code code, std::string_view piece) {
  auto body = anchor_of(all);
  change(body);
  world.refused(world.entry(body, {"hosp-a"}), code, piece, all);
}

}  // namespace

TEST_CASE("an anchor leaves the place of its root") {
  World world;
  const auto all = rows(3);
  const auto index = anchored(world, all);
  CHECK(*rules::manifest_at(world.view, entry::manifest_root(all)) == index);
  CHECK_FALSE(*rules::manifest_at(world.view, entry::manifest_root(rows(2))));
}

TEST_CASE("an anchor has as many rows as it says, 1 to 8192, and their root") {
  World world;
  const auto all = rows(3);
  refused(world, all, [](auto& body) { body.count = 2; }, Code::entry_rule, "the entry says 2 rows, its manifest has 3");
  refused(world, all, [](auto& body) { body.count = 4; }, Code::entry_rule, "the entry says 4 rows, its manifest has 3");
  refused(world, all, [](auto& body) { body.count = 0; }, Code::entry_rule, "an anchor has 1 to 8192 rows, got 0");
  refused(world, all, [](auto& body) { body.root.bytes[0] ^= std::byte{1}; }, Code::entry_rule,
          "does not have the root that the entry states");
  refused(world, {}, [](auto&) {}, Code::entry_rule, "an anchor has 1 to 8192 rows, got 0");
  auto swapped = all;
  std::swap(swapped[0], swapped[1]);
  world.refused(world.entry(anchor_of(all), {"hosp-a"}), Code::entry_rule, "does not have the root", swapped);

  const auto most = rows(entry::max_rows);
  CHECK(world.judge(world.entry(anchor_of(most), {"hosp-a"}), most));
  const auto more = rows(entry::max_rows + 1);
  refused(world, more, [](auto&) {}, Code::entry_rule, "an anchor has 1 to 8192 rows, got 8193");
  refused(world, more, [](auto& body) { body.count = entry::max_rows; }, Code::entry_rule, "its manifest has 8193");
}

TEST_CASE("types ascend, each is used, and rows point to them") {
  World world;
  Manifest all = rows(3);
  all[1].type = 1;
  const auto types = [](std::initializer_list<const char*> words) {
    return [words](auto& body) {
      body.types.clear();
      for (const char* one : words) body.types.push_back(test::word(one));
    };
  };
  const auto judged = [&](std::initializer_list<const char*> words) {
    auto body = anchor_of(all);
    types(words)(body);
    return world.judge(world.entry(body, {"hosp-a"}), all);
  };
  CHECK(judged({"Condition", "Observation"}));
  refused(world, all, types({}), Code::entry_rule, "types must ascend, each once, at least one");
  refused(world, all, types({"Observation", "Condition"}), Code::entry_rule, "types must ascend");
  refused(world, all, types({"Observation", "Observation"}), Code::entry_rule, "types must ascend, each once");
  refused(world, all, types({"Observation"}), Code::entry_rule, "row 1: no such type");
  refused(world, all, types({"A", "B", "C"}), Code::entry_rule, "a type that no row has");
  all[2].type = 0xffff;
  refused(world, all, types({"A", "B"}), Code::entry_rule, "row 2: no such type");
}

TEST_CASE("unknown flags are refused, each of them") {
  World world;
  for (unsigned bit = 0; bit < 16; ++bit) {
    Manifest all = rows(2);
    all[1].flags = static_cast<std::uint16_t>(1u << bit);
    const auto judged = world.judge(world.entry(anchor_of(all), {"hosp-a"}), all);
    if (bit == 0)
      CHECK(judged);
    else
      test::check_refused(judged, Code::entry_rule, "row 1: unknown flags");
  }
}

TEST_CASE("a record is there once in a batch") {
  World world;
  Manifest all = rows(4);
  all[3] = row("record0", "subject", 2);
  refused(world, all, [](auto&) {}, Code::entry_rule, "a record is there twice");
  all[3] = all[0];
  refused(world, all, [](auto&) {}, Code::entry_rule, "a record is there twice");
}

TEST_CASE("a new version supersedes; the same row again is refused") {
  World world;
  anchored(world, rows(2));
  // Another batch with the same row in it.
  Manifest again = {row("new"), row("record1")};
  refused(world, again, [](auto&) {}, Code::record_replayed, "row 1: the same row is on the ledger already (entry 1 row 1)");
  again[1] = row("record1", "subject", 2);
  anchored(world, again);
  // Compared with the newest version, not the first.
  refused(world, {row("record1", "subject", 2)}, [](auto&) {}, Code::record_replayed, "(entry 2 row 1)");
  anchored(world, {row("record1", "subject", 3)});
}

TEST_CASE("the same manifest again is refused as such, whoever brings it") {
  World world;
  const auto all = rows(2);
  anchored(world, all);
  refused(world, all, [](auto&) {}, Code::record_replayed, "this manifest is on the ledger already, at entry 1");
  world.refused(world.entry(anchor_of(all, "hosp-b"), {"hosp-b"}), Code::record_replayed, "this manifest is on the ledger already",
                all);
}

TEST_CASE("nobody supersedes another's record") {
  World world;
  anchored(world, rows(2));
  for (const int version : {1, 2}) {
    const Manifest stolen = {row("mine"), row("record1", "subject", version)};
    world.refused(world.entry(anchor_of(stolen, "hosp-b"), {"hosp-b"}), Code::record_foreign,
                  "row 1: the record belongs to 'hosp-a' (entry 1 row 1)", stolen);
  }
}

TEST_CASE("a version of a record has the subject of the one before") {
  World world;
  anchored(world, rows(2));
  refused(world, {row("record0", "somebody else", 2)}, [](auto&) {}, Code::entry_rule,
          "row 0: the record has another subject than its version at entry 1 row 0");
}

TEST_CASE("the author is the custodian, or the custodian signs too") {
  World world;
  const auto all = rows(1);
  world.refused(world.entry(anchor_of(all), {"other"}), Code::signature_missing, "the signature of 'hosp-a' is missing", all);
  world.refused(world.entry(anchor_of(all), {"hosp-b"}), Code::signature_missing, "the signature of 'hosp-a' is missing", all);
  world.refused(world.entry(anchor_of(all), {"hosp-a", "other"}), Code::signature_superfluous, "no rule calls for", all);
  world.refused(world.entry(anchor_of(all), {"other", "hosp-a", "hosp-b"}), Code::signature_superfluous, "no rule calls for", all);
  world.refused(world.entry(anchor_of(all), {"other", "admin-a"}), Code::signature_superfluous, "no rule calls for", all);
  world.accept(world.entry(anchor_of(all), {"other", "hosp-a"}), all);
  CHECK(world.view.anchors.back().custodian == test::name("hosp-a"));
}

TEST_CASE("the custodian is an active member with that role") {
  World world;
  const auto all = rows(1);
  world.refused(world.entry(anchor_of(all, "other"), {"other"}), Code::member_role, "'other' has not the role custodian", all);
  world.refused(world.entry(anchor_of(all, "admin-a"), {"hosp-a", "admin-a"}), Code::member_role, "'admin-a' has not the role", all);
  world.refused(world.entry(anchor_of(all, "nobody"), {"hosp-a"}), Code::member_unknown, "'nobody' is not a member", all);
  world.accept(world.entry(test::member_act(entry::MemberAct::suspend, "hosp-a"), test::admins));
  world.refused(world.entry(anchor_of(all), {"other", "hosp-a"}), Code::member_inactive, "'hosp-a' is suspended", all);
  world.refused(world.entry(anchor_of(all), {"hosp-a"}), Code::member_inactive, "'hosp-a' is suspended", all);
}

TEST_CASE("judge_row tells foreign, replayed and changed subject apart, in this order") {
  const auto custodian = test::name("hosp-a");
  const entry::Row one = row("record");
  rules::PreviousRow previous{EntryIndex(7), 3, custodian, one.subject, row("record", "subject", 2).commitment};
  CHECK(rules::judge_row(custodian, one, previous));
  previous.commitment = one.commitment;
  test::check_refused(rules::judge_row(custodian, one, previous), Code::record_replayed, "(entry 7 row 3)");
  test::check_refused(rules::judge_row(test::name("hosp-b"), one, previous), Code::record_foreign, "belongs to 'hosp-a'");
  previous.commitment = row("record", "subject", 2).commitment;
  previous.subject = row("record", "other").subject;
  test::check_refused(rules::judge_row(custodian, one, previous), Code::entry_rule, "another subject");
}
