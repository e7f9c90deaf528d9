// Reviews: by whom, how often, and what reopens an emergency.
#include <doctest/doctest.h>

#include "unit/rules/duty_acts.hpp"

using namespace medchain;
using namespace test::duty;
using entry::ReviewOutcome;

TEST_CASE("a review is kept with the emergency") {
  Duties world;
  const EntryHash hash = world.put(emergency(), {"req-a"});
  const EntryHash reviewed = world.put(review(hash), {"req-a"});
  const auto state = world.emergency_at(hash);
  CHECK(state.review == reviewed);
  CHECK(state.outcome == ReviewOutcome::justified);
  CHECK(state.is_reviewed());
}

TEST_CASE("an emergency is reviewed by who stated it, by its custodian or by an auditor") {
  Duties world;
  const EntryHash hash = world.put(emergency(), {"req-a"});
  for (const char* by : {"req-a", "hosp-a", "reg"}) CHECK(world.may(review(hash), {by}));
  for (const char* by : {"req-b", "hosp-b", "other", "admin-a"})
    world.no(review(hash), {by}, Code::not_permitted,
             "an emergency is reviewed by 'req-a', 'hosp-a' or an auditor");
  world.no(with(review(hash), [](auto& r) { r.person.reset(); }), {ann}, Code::not_permitted,
           "an emergency is reviewed by");
  world.no(review(test::hash_of<EntryHash>("none")), {"hosp-a"}, Code::entry_missing,
           "is not an emergency on this ledger");
  // An entry that is none.
  const EntryHash held = world.put(case_of(entry::CaseOf::hold), {"hosp-a"});
  world.no(review(held), {"hosp-a"}, Code::entry_missing, "is not an emergency on this ledger");
}

TEST_CASE("nobody reviews an emergency of one's own") {
  Duties world;
  const EntryHash hash = world.put(emergency(), {"req-a"});
  const auto by_dr = with(review(hash), [](auto& r) { r.person = person("dr"); });
  world.no(by_dr, {"req-a"}, Code::review_self, "who broke the glass does not review it");
  // Person tags are of their member: the same tag at another is another person.
  CHECK(world.may(by_dr, {"hosp-a"}));
  CHECK(world.may(by_dr, {"reg"}));
}

TEST_CASE("a review names the person") {
  Duties world;
  const EntryHash hash = world.put(emergency(), {"req-a"});
  const auto nobody = with(review(hash), [](auto& r) { r.person.reset(); });
  world.refused(world.entry(nobody, {"hosp-a"}), Code::person_missing,
                "a review entry of an institution names the person");
  world.change_member(
      entry::MemberAct::add, "p-00000000000000a3",
      test::card_of("p-00000000000000a3", {entry::Role::auditor}, entry::MemberKind::patient));
  world.no(nobody, {"p-00000000000000a3"}, Code::person_missing, "a review names the person");
}

TEST_CASE("one review decides, an escalated one waits for another") {
  Duties world;
  const EntryHash hash = world.put(emergency(), {"req-a"});
  const EntryHash first = world.put(review(hash, ReviewOutcome::escalated), {"req-a"});
  CHECK_FALSE(world.emergency_at(hash).is_reviewed());
  CHECK(world.emergency_at(hash).review == first);
  world.put(review(hash, ReviewOutcome::escalated), {"hosp-a"});
  const EntryHash last = world.put(review(hash, ReviewOutcome::unjustified), {"reg"});
  CHECK(world.emergency_at(hash).is_reviewed());
  CHECK(world.emergency_at(hash).outcome == ReviewOutcome::unjustified);
  for (const ReviewOutcome outcome :
       {ReviewOutcome::justified, ReviewOutcome::unjustified, ReviewOutcome::escalated})
    world.no(review(hash, outcome), {"hosp-a"}, Code::entry_state,
             "the emergency was reviewed by " + to_text(last));
}

TEST_CASE("what is released after a review is reviewed too") {
  Duties world;
  const EntryHash hash = world.put(emergency(), {"req-a"});
  world.put(review(hash), {"req-a"});
  world.no(review(hash), {"hosp-a"}, Code::entry_state, "the emergency was reviewed by");
  world.put(rescue(hash), {"hosp-a"});
  CHECK_FALSE(world.emergency_at(hash).is_reviewed());
  world.put(review(hash, ReviewOutcome::unjustified), {"hosp-a"});
  CHECK(world.emergency_at(hash).is_reviewed());
  CHECK(world.emergency_at(hash).reviewed == 1);
  world.no(review(hash), {"reg"}, Code::entry_state, "the emergency was reviewed by");
}

TEST_CASE("what was judged unjustified releases nothing more") {
  Duties world;
  const EntryHash hash = world.put(emergency(), {"req-a"});
  const EntryHash escalated = world.put(review(hash, ReviewOutcome::escalated), {"req-a"});
  CHECK(world.emergency_at(hash).review == escalated);
  CHECK(world.may(rescue(hash), {"hosp-a"}));
  const EntryHash last = world.put(review(hash, ReviewOutcome::unjustified), {"reg"});
  world.no(rescue(hash), {"hosp-a"}, Code::emergency_over,
           "the emergency was judged unjustified by " + to_text(last));
}

TEST_CASE("words of a review are sealed to the other side") {
  Duties world;
  const EntryHash hash = world.put(emergency(), {"req-a"});
  const auto to = [&](std::initializer_list<const char*> readers) {
    return with(review(hash), [&](auto& r) {
      r.terms = test::commitment("words");
      r.package = test::package(readers);
    });
  };
  world.no(with(to({"hosp-a"}), [](auto& r) { r.package.reset(); }), {"req-a"}, Code::entry_rule,
           "terms and the package that opens them come together");
  world.no(to({"req-a"}), {"req-a"}, Code::entry_rule, "the package is not sealed to 'hosp-a'");
  world.no(to({"hosp-a"}), {"hosp-a"}, Code::entry_rule, "the package is not sealed to 'req-a'");
  world.no(to({"hosp-a"}), {"reg"}, Code::entry_rule, "the package is not sealed to 'req-a'");
  CHECK(world.may(to({"hosp-a"}), {"req-a"}));
  CHECK(world.may(to({"req-a"}), {"hosp-a"}));
  CHECK(world.may(to({"hosp-a", "req-a"}), {"reg"}));
}
