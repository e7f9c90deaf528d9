// request and answer: what is asked, of whom, until when; one answer and no more.
#include <doctest/doctest.h>

#include "unit/rules/sharing_acts.hpp"

using namespace medchain;
using test::Sharing;

namespace {

constexpr std::int64_t year = 366 * test::day;

template <class Change>
entry::Request changed(Change change) {
  entry::Request body = test::request();
  change(body);
  return body;
}
entry::Answer answer(const EntryHash& request) {
  entry::Answer body;
  body.request = request;
  body.reason = test::word("not-now");
  return body;
}

}  // namespace

TEST_CASE("a request is kept as it was asked, until somebody answers it") {
  Sharing world;
  const auto body = test::with_terms(test::request(), {"hosp-a"});
  const EntryHash hash = world.put(body, {"req-a"});
  const auto state = world.request_state(hash);
  CHECK(state.index == EntryIndex(world.size - 1));
  CHECK(state.author == test::name("req-a"));
  CHECK(state.body.scope == body.scope);
  CHECK(state.body.terms == body.terms);
  CHECK_FALSE(state.answer);
}

TEST_CASE("requesters and patients ask, for a stated person, nobody else") {
  Sharing world;
  world.no(test::request(), "hosp-b", Code::member_role, "'hosp-b' has not the role requester");
  world.no(test::request(), "reg", Code::member_role, "'reg' has not the role requester");
  world.refused(world.entry(test::request(), {"req-a"}), Code::person_missing,
                "a request entry of an institution names the person who acts");
  auto body = test::request();
  body.scope.actors.members = test::names({test::ben});
  CHECK(world.may(body, {test::ben}));
  body.person = test::person("ben");
  world.no(body, test::ben, Code::entry_rule, "patients and devices name no person");
}

TEST_CASE("a request is to an active custodian other than the author") {
  Sharing world;
  const auto to = [](const char* whom) {
    return changed([&](auto& body) { body.custodian = test::name(whom); });
  };
  world.no(to("req-a"), "req-a", Code::entry_rule, "nobody asks itself");
  world.no(to("reg"), "req-a", Code::member_role, "'reg' has not the role custodian");
  world.no(to("nobody"), "req-a", Code::member_unknown, "'nobody' is not a member");
  world.accept(world.entry(test::member_act(entry::MemberAct::suspend, "hosp-b"), test::admins));
  world.no(to("hosp-b"), "req-a", Code::member_inactive, "'hosp-b' is suspended");
}

TEST_CASE("a request says for whom, why and until when") {
  Sharing world;
  const auto no = [&](auto change, Code code, std::string_view piece) {
    world.no(changed(change), "req-a", code, piece);
  };
  no([](auto& r) { r.scope.actors = {}; }, Code::entry_rule, "a request says for whom, 'actors'");
  no(
      [](auto& r) {
        r.scope.actors = {{}, {}, {}, {test::person("x")}};
      },
      Code::entry_rule, "a request says for whom");
  no([](auto& r) { r.scope.purposes = {}; }, Code::entry_rule, "a request names its purposes");
  no([](auto& r) { r.scope.until.reset(); }, Code::entry_rule, "a request says until when");
  no([](auto& r) { r.scope.until = test::after(0); }, Code::entry_rule,
     "'until': expected after log time");
  no([](auto& r) { r.scope.erase_at = test::after(0); }, Code::entry_rule,
     "'erase_at': expected after log time");
  CHECK(world.may(changed([](auto& r) { r.scope.until = test::after(1); }), {"req-a"}));
}

TEST_CASE("a request expires within a year") {
  Sharing world;
  const auto expires = [](std::int64_t seconds) {
    return changed([&](auto& body) { body.expires = test::after(seconds); });
  };
  for (const std::int64_t seconds : {std::int64_t{0}, std::int64_t{-1}, year + 1})
    world.no(expires(seconds), "req-a", Code::entry_rule,
             "'expires': expected within 366 days after log time");
  for (const std::int64_t seconds : {std::int64_t{1}, year})
    CHECK(world.may(expires(seconds), {"req-a"}));
}

TEST_CASE("every list of a scope ascends and has at most 64 items") {
  Sharing world;
  const auto check = [&](std::string_view field, auto member, auto make) {
    CAPTURE(field);
    const auto with = [&](std::size_t count) {
      return changed([&](auto& body) {
        auto& list = member(body.scope);
        list.clear();
        for (std::size_t i = 0; i < count; ++i) list.push_back(make(i));
        std::sort(list.begin(), list.end());
      });
    };
    const std::string quoted = "'" + std::string(field) + "'";
    if (field == "actors.members")
      world.no(with(64), "req-a", Code::member_unknown, "is not a member");
    else if (field == "actors.groups")
      world.no(with(64), "req-a", Code::entry_state, "there is no group");
    else
      CHECK(world.may(with(64), {"req-a"}));
    world.no(with(65), "req-a", Code::entry_rule, quoted + ": at most 64, got 65");
    auto twice = with(1);
    member(twice.scope).push_back(make(0));
    world.no(twice, "req-a", Code::entry_rule, quoted + " must ascend, each once");
    auto descending = with(2);
    std::swap(member(descending.scope)[0], member(descending.scope)[1]);
    world.no(descending, "req-a", Code::entry_rule, quoted + " must ascend, each once");
  };
  const auto named = [](std::size_t i) { return test::name("m" + std::to_string(i)); };
  const auto worded = [](std::size_t i) { return test::word("W" + std::to_string(i)); };
  check(
      "actors.members", [](auto& s) -> auto& { return s.actors.members; }, named);
  check(
      "actors.groups", [](auto& s) -> auto& { return s.actors.groups; }, named);
  check(
      "actors.persons", [](auto& s) -> auto& { return s.actors.persons; },
      [](std::size_t i) { return test::person(std::to_string(i)); });
  check(
      "purposes", [](auto& s) -> auto& { return s.purposes; }, worded);
  check(
      "types", [](auto& s) -> auto& { return s.types; }, worded);
  check(
      "subjects", [](auto& s) -> auto& { return s.subjects; },
      [](std::size_t i) { return test::subject(std::to_string(i)); });
  const auto no = [&](auto change, std::string_view piece) {
    world.no(changed(change), "req-a", Code::entry_rule, piece);
  };
  using entry::Role;
  no(
      [](auto& r) {
        r.scope.actors.roles = {Role::payer, Role::admin};
      },
      "'actors.roles' must ascend, each once");
  no(
      [](auto& r) {
        r.scope.actions = test::words({"read", "copy"});
      },
      "'actions' must ascend, each once");
  no([](auto& r) { r.scope.actions = test::words({"delete"}); },
     "'actions': expected copy, derive, read or store, got 'delete'");
  CHECK(world.may(changed([](auto& r) {
                    r.scope.actions = test::words({"copy", "derive", "read", "store"});
                  }),
                  {"req-a"}));
}

TEST_CASE("numbers of a scope are within their limits") {
  Sharing world;
  const auto no = [&](auto change, std::string_view piece) {
    world.no(changed(change), "req-a", Code::entry_rule, piece);
  };
  const auto yes = [&](auto change) { CHECK(world.may(changed(change), {"req-a"})); };
  no([](auto& r) { r.scope.uses = 0; }, "'uses': at least 1");
  yes([](auto& r) { r.scope.uses = 1; });
  no([](auto& r) { r.scope.from = r.scope.until; }, "'until' must be later than 'from'");
  yes([](auto& r) { r.scope.from = UnixSeconds(r.scope.until->get() - 1); });
  no([](auto& r) { r.scope.onward = 9; }, "'onward': at most 8");
  yes([](auto& r) { r.scope.onward = 8; });
  const std::uint64_t span = year;
  using entry::Frequency;
  for (const Frequency& bad :
       {Frequency{0, 1}, Frequency{1, 0}, Frequency{1'001, 1}, Frequency{1, span + 1}})
    no([&](auto& r) { r.scope.frequency = bad; }, "'frequency': 1 to 1000 uses in 1 second to 366");
  for (const Frequency& good : {Frequency{1, 1}, Frequency{1'000, span}})
    yes([&](auto& r) { r.scope.frequency = good; });
}

TEST_CASE("records that are asked for are on the ledger and the custodian's") {
  Sharing world;
  const auto no = [&](std::vector<entry::RecordSet> records, Code code, std::string_view piece) {
    world.no(changed([&](auto& body) { body.scope.records = records; }), "req-a", code, piece);
  };
  no(test::at(2, {0}), Code::record_foreign, "entry 2 row 0 belongs to 'hosp-b'");
  no(test::at(1, {4}), Code::record_unknown, "no row 4");
  no(test::at(3, {0}), Code::record_unknown, "entry 3 is no anchor");
  auto twice = test::at(1, {0});
  twice.push_back(test::at(1, {1}).front());
  no(twice, Code::entry_rule, "'records' must ascend by entry, each once");
  CHECK(world.may(changed([](auto& r) { r.scope.records = test::at(1, {0, 1, 3}); }), {"req-a"}));
}

TEST_CASE("terms come in a package that the custodian can open") {
  Sharing world;
  const auto no = [&](entry::Request body, Code code, std::string_view piece) {
    world.no(std::move(body), "req-a", code, piece);
  };
  const auto whole = test::with_terms(test::request(), {"hosp-a", "req-a"});
  CHECK(world.may(whole, {"req-a"}));
  auto body = whole;
  body.package.reset();
  no(body, Code::entry_rule, "terms and the package that opens them come together");
  body = whole;
  body.terms.reset();
  no(body, Code::entry_rule, "terms and the package that opens them come together");
  body = whole;
  body.package->bytes = 0;
  no(body, Code::entry_rule, "a package has bytes and receivers");
  no(test::with_terms(test::request(), {}), Code::entry_rule, "a package has bytes and receivers");
  no(test::with_terms(test::request(), {"req-a"}), Code::entry_rule,
     "the package is not sealed to 'hosp-a'");
  no(test::with_terms(test::request(), {"req-a", "hosp-a"}), Code::entry_rule,
     "'package.to' must ascend, each once");
  no(test::with_terms(test::request(), {"hosp-a", "other"}), Code::entry_rule,
     "'other' has no seal key, no package can be for it");
  no(test::with_terms(test::request(), {"hosp-a", "nobody"}), Code::member_unknown,
     "'nobody' is not a member");
}

TEST_CASE("only who was asked refuses a request, once") {
  Sharing world;
  const EntryHash asked = world.put(test::request(), {"req-a"});
  const EntryHash nothing = test::hash_of<EntryHash>("nothing");
  world.no(answer(nothing), "hosp-a", Code::entry_missing, "is not a request on this ledger");
  world.no(answer(asked), "hosp-b", Code::member_role, "the request is to 'hosp-a'");
  world.no(answer(asked), "req-a", Code::member_role, "the request is to 'hosp-a'");
  world.no(answer(asked), test::ann, Code::member_role, "the request is to 'hosp-a'");
  world.refused(world.entry(answer(asked), {"hosp-a"}), Code::person_missing,
                "entry of an institution names the person who acts");
  world.no(test::with_terms(answer(asked), {"hosp-b"}), "hosp-a", Code::entry_rule,
           "the package is not sealed to 'req-a'");
  const EntryHash refusal = world.put(test::with_terms(answer(asked), {"req-a"}), {"hosp-a"});
  CHECK(world.request_state(asked).answer == refusal);
  world.no(answer(asked), "hosp-a", Code::request_answered,
           "the request of entry 4 was answered by");
  auto grant = test::permit();
  grant.request = asked;
  world.no(grant, "hosp-a", Code::request_answered, "was answered by");
  // An answer after the end is a second answer all the same.
  world.tick(test::after(15 * test::day));
  world.no(answer(asked), "hosp-a", Code::request_answered, "was answered by");
}

TEST_CASE("an answer comes before the request expires, to the second") {
  Sharing world;
  const EntryHash asked = world.put(test::request(), {"req-a"});
  auto grant = test::permit();
  grant.request = asked;
  world.tick(test::after(14 * test::day - 1));
  CHECK(world.may(answer(asked), {"hosp-a"}));
  CHECK(world.may(grant, {"hosp-a"}));
  world.tick(test::after(14 * test::day));
  world.no(answer(asked), "hosp-a", Code::request_expired, "the request expired 2027-01-29");
  world.no(grant, "hosp-a", Code::request_expired, "the request expired");
}
