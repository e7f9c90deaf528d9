#include "rules/view.hpp"

#include <doctest/doctest.h>

#include "base/encoding.hpp"
#include "rules/about.hpp"
#include "unit/rules/acts.hpp"

using namespace medchain;
using rules::MapView;
using test::check_refused;

TEST_CASE("a map view gets, scans a prefix in key order and erases") {
  MapView view;
  view.apply({{"b/1", "one"}, {"b/2", "two"}, {"a", "x"}, {"c", "y"}, {"b", "z"}, {"b/1", "uno"}});
  CHECK(**view.get("b/1") == "uno");
  CHECK_FALSE(*view.get("b/3"));
  std::string seen;
  const auto collect = [&](std::string_view key, std::string_view value) -> Status {
    seen += std::string(key) + "=" + std::string(value) + " ";
    return {};
  };
  CHECK(view.scan("b/", collect));
  CHECK(seen == "b/1=uno b/2=two ");
  view.apply({{"b/1", std::nullopt}, {"never", std::nullopt}});
  seen.clear();
  CHECK(view.scan("", collect));
  CHECK(seen == "a=x b=z b/2=two c=y ");
  check_refused(view.scan("", [](auto, auto) -> Status { return fail(Code::interrupted, "enough"); }), Code::interrupted, "enough");
}

TEST_CASE("keys of the state are those that medchain-ledger(5) shows, and short enough for every store") {
  const auto name = test::name(std::string(64, 'm'));
  const auto tag = test::hash_of<RecordTag>("x");
  CHECK(rules::key_of_member(test::name("hosp-a")) == "member/hosp-a");
  CHECK(rules::key_of_group(test::name("team")) == "group/team");
  CHECK(rules::key_of_key("hosp-a/s-0123456789abcdef", note::KeyId(0x0a)) == "key/hosp-a/s-0123456789abcdef/0000000a");
  CHECK(rules::key_of_key_use({}) == "keyuse/" + std::string(64, '0'));
  CHECK(rules::key_of_statement(test::name("hosp-a"), {}) == "id/hosp-a/" + std::string(32, '0'));
  CHECK(rules::key_of_root({}) == "root/" + std::string(64, '0'));
  CHECK(rules::key_of_erased(test::name("hosp-a"), RecordTag()) == "erased/hosp-a/record/" + std::string(64, '0'));
  CHECK(rules::key_of_erased(test::name("hosp-a"), SubjectTag()) == "erased/hosp-a/subject/" + std::string(64, '0'));
  CHECK(rules::key_about(test::hash_of<SubjectTag>("x")) == "about/" + to_hex(test::hash_of<SubjectTag>("x").view()).substr(0, 16));
  CHECK(rules::key_about(EntryHash()) == "about/" + std::string(16, '0'));
  CHECK(rules::key_about_anchor(EntryIndex(12)) == "about/e:12");
  CHECK(rules::key_about_row(EntryIndex(12), 3) == "about/e:12:3");
  CHECK(rules::key_about_custodian(test::name("hosp-a")) == "about/c:hosp-a");
  CHECK(rules::key_about_patient(test::name("ann")) == "about/p:ann");
  CHECK(rules::key_of_erased(name, tag).size() < 511);  // what LMDB takes
}

TEST_CASE("values that do not decode are damage, and say where") {
  MapView view;
  view.apply({{"member/hosp-a", "{}"},
              {"group/team", "[]"},
              {"key/hosp-a/00000001", "x"},
              {"id/hosp-a/" + std::string(32, '0'), R"({"index":1})"},
              {"root/" + std::string(64, '0'), "01"},
              {"erasures", "-1"}});
  const auto damaged = [](const auto& result, std::string_view piece) { check_refused(result, Code::store_damaged, piece); };
  damaged(rules::member(view, test::name("hosp-a")), "state 'member/hosp-a': field 'card' is missing");
  damaged(rules::group(view, test::name("team")), "state 'group/team'");
  damaged(rules::key(view, "hosp-a", note::KeyId(1)), "state 'key/hosp-a/00000001'");
  damaged(rules::statement(view, test::name("hosp-a"), {}), "field 'statement' is missing");
  damaged(rules::manifest_at(view, {}), "state 'root/");
  damaged(rules::erasures(view), "state 'erasures'");
  damaged(rules::members(view), "state 'member/hosp-a'");
  damaged(rules::groups(view), "state 'group/team'");
  CHECK_FALSE(*rules::member(view, test::name("hosp-b")));
}

TEST_CASE("members are listed in name order, with those that are gone") {
  test::World world;
  world.accept(world.entry(test::member_act(entry::MemberAct::revoke, "other"), test::admins));
  world.accept(world.entry(test::member_act(entry::MemberAct::add, "b-new", test::card_of("b-new")), test::admins));
  const auto all = rules::members(world.view);
  REQUIRE(all);
  std::string names;
  for (const auto& state : *all) names += state.card.name.get() + " ";
  CHECK(names == "admin-a admin-b admin-c b-new clock hosp-a hosp-b other "
                 "p-00000000000000a1 p-00000000000000a2 reg req-a req-b ");
}
