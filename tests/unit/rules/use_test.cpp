// use: the receiver's word on what it opened.
#include <doctest/doctest.h>

#include "unit/rules/sharing_acts.hpp"

using namespace medchain;
using entry::UseOutcome;
using test::person;
using test::Sharing;
using test::word;

namespace {

struct Released : Sharing {
  EntryHash grant = put(test::permit(), {"hosp-a"});
  EntryHash release = put(test::release(grant, {0, 1}), {"hosp-a"});
};

entry::Use failed(const EntryHash& release) {
  entry::Use body = test::use(release);
  body.outcome = UseOutcome::failed;
  body.problem = word("package.damaged");
  body.records = 0;
  return body;
}

}  // namespace

TEST_CASE("uses of a release are counted, those that failed apart") {
  Released world;
  world.put(failed(world.release), {"req-a"});
  world.put(test::use(world.release), {"req-a"});
  entry::Use all = test::use(world.release);
  all.records = 2;
  world.put(all, {"req-a"});
  const auto state = world.release_state(world.release);
  CHECK(state.opened == 2);
  CHECK(state.failed == 1);
  CHECK(state.records == 2);
  CHECK(world.grant_state(world.grant).uses == 1);  // the release is what counts
}

TEST_CASE("a use is of a release to its author, for the purpose it was released for") {
  Released world;
  world.no(test::use(test::hash_of<EntryHash>("nothing")), "req-a", Code::entry_missing,
           "is not a release on this ledger");
  world.no(test::use(world.grant), "req-a", Code::entry_missing, "is not a release");
  for (const char* by : {"req-b", "hosp-a", test::ann})
    world.no(test::use(world.release), by, Code::not_permitted, "the release is to 'req-a'");
  entry::Use body = test::use(world.release);
  body.purpose = word("HRESCH");
  world.no(body, "req-a", Code::grant_purpose, "released for purpose 'TREAT', got 'HRESCH'");
  world.refused(world.entry(test::use(world.release), {"req-a"}), Code::person_missing,
                "entry of an institution names the person who acts");
}

TEST_CASE("a use says what it opened or why it could not") {
  Released world;
  const auto no = [&](entry::Use body, std::string_view piece) {
    world.no(std::move(body), "req-a", Code::entry_rule, piece);
  };
  entry::Use body = test::use(world.release);
  body.records = 0;
  no(body, "a use opened a record");
  body.records = 3;
  no(body, "'records': at most the 2 of the release");
  body = test::use(world.release);
  body.problem = word("package.damaged");
  no(body, "a use that failed names its problem, one that did not has none");
  body = failed(world.release);
  body.problem.reset();
  no(body, "a use that failed names its problem");
  body = failed(world.release);
  body.records = 1;
  no(body, "a use that failed opened no record");
}

TEST_CASE("what is released for a person is used by that person") {
  Released world;
  entry::Release named = test::release(world.grant);
  named.receiver = person("dr-1");
  entry::Use body = test::use(world.put(named, {"hosp-a"}));
  body.person = person("dr-2");
  world.no(body, "req-a", Code::grant_person, "the release is for another person");
  body.person = person("dr-1");
  CHECK(world.may(body, {"req-a"}));
  // Released for nobody in particular: anybody there.
  body.release = world.release;
  CHECK(world.may(body, {"req-a"}));
}

TEST_CASE("what was released is used after the grant has ended, and said so") {
  Released world;
  world.put(test::revoke(world.grant), {"hosp-a"});
  world.tick(test::after(91 * test::day));
  CHECK(world.may(test::use(world.release), {"req-a"}));
}

TEST_CASE("a patient that got its records names no person") {
  Released world;
  entry::Grant own = test::permit();
  own.scope.actors.members = test::names({test::ann});
  own.scope.subjects = {test::subject("ann")};
  const EntryHash grant = world.put(own, {"hosp-a"});
  const EntryHash release = world.put(test::release(grant, {0}, test::ann), {"hosp-a"});
  entry::Use body = test::use(release);
  CHECK(world.may(body, {test::ann}));
  body.person = person("ann");
  world.no(body, test::ann, Code::entry_rule, "patients and devices name no person");
}
