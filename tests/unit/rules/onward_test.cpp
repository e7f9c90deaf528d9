// release by a grant that passes another on, and for an emergency; replay.
#include <doctest/doctest.h>

#include "unit/rules/sharing_acts.hpp"

using namespace medchain;
using entry::ConsentBy;
using entry::Provision;
using test::ann;
using test::at;
using test::names;
using test::person;
using test::Sharing;
using test::subject;
using test::word;
using test::words;

namespace {

/// hosp-a to req-a, which passes on to req-b, which passes on to hosp-b.
struct Chain : Sharing {
  explicit Chain(
      const std::function<void(entry::Grant&)>& change_first = [](auto&) {},
      const std::function<void(entry::Grant&)>& change_second = [](auto&) {}) {
    entry::Grant body = test::permit();
    body.scope.onward = 2;
    change_first(body);
    first = put(body, {"hosp-a"});
    body = test::passed_on(first);
    body.scope.onward = 1;
    body.scope.uses = grant_state(first).body.scope.uses;
    body.scope.frequency = grant_state(first).body.scope.frequency;
    change_second(body);
    second = put(body, {"req-a"});
    body.parent = second;
    body.scope.onward = 0;
    body.scope.actors.members = names({"hosp-b"});
    body.exceptions = {};
    third = put(body, {"req-b"});
  }
  entry::Release to_third(std::vector<std::uint32_t> rows = {0}) const {
    return test::release(third, std::move(rows), "hosp-b");
  }
  EntryHash first, second, third;
};

/// req-a breaks the glass at hosp-a for an hour.
entry::Emergency emergency() {
  entry::Emergency body;
  body.custodian = test::name("hosp-a");
  body.person = person("dr-1");
  body.subject = subject("ann at req-a");
  body.reason = word("unconscious");
  body.until = test::after(3'600);
  body.notify = names({"hosp-a"});
  body.terms = test::commitment("terms");
  body.package = test::package({"hosp-a"});
  return body;
}

entry::Release for_emergency(const EntryHash& hash, std::vector<std::uint32_t> rows = {0}) {
  entry::Release body = test::release(EntryHash(), std::move(rows));
  body.grant.reset();
  body.emergency = hash;
  body.purpose = word("ETREAT");
  body.receiver = person("dr-1");
  return body;
}

/// Remembers what it accepted.
struct Recorded : Sharing {
  template <class Body>
  EntryHash keep(Body body, const char* by) {
    entries.push_back(made(std::move(body), {by}));
    accept(entries.back());
    return entry::entry_hash(entries.back().bytes);
  }
  std::vector<entry::Entry> entries;
};

}  // namespace

TEST_CASE("the custodian releases, or who passes on, and every grant above counts it") {
  Chain world([](auto& g) { g.scope.uses = 3; });
  world.put(world.to_third(), {"req-b"});
  world.put(world.to_third(), {"hosp-a"});
  for (const EntryHash& grant : {world.first, world.second, world.third})
    CHECK(world.grant_state(grant).uses == 2);
  for (const char* by : {"req-a", "reg"})
    world.no(world.to_third(), by, Code::not_permitted, "only 'hosp-a' releases by this grant");
  // The third use is taken above: nothing is left below.
  world.put(test::release(world.first), {"hosp-a"});
  CHECK(world.grant_state(world.third).uses == 2);
  world.no(world.to_third(), "req-b", Code::grant_used_up, "passed on from entry 4: all 3 uses");
}

TEST_CASE("a frequency above limits what is below") {
  Chain world([](auto& g) { g.scope.frequency = entry::Frequency{1, 100}; });
  world.put(test::release(world.second, {0}, "req-b"), {"req-a"});
  world.no(world.to_third(), "req-b", Code::grant_too_often, "passed on from entry 5");
  world.tick(test::after(100));
  CHECK(world.may(world.to_third(), {"req-b"}));
}

TEST_CASE("what ends above ends below") {
  const auto ended = [](auto end, Code code, std::string_view piece) {
    Chain world;
    CHECK(world.may(world.to_third(), {"req-b"}));
    end(world);
    for (const char* by : {"req-b", "hosp-a"}) world.no(world.to_third(), by, code, piece);
  };
  ended([](Chain& w) { w.put(test::revoke(w.first), {"hosp-a"}); }, Code::grant_revoked,
        "passed on from entry 4: the grant is revoked since entry 7");
  ended([](Chain& w) { w.put(test::revoke(w.second), {"req-a"}); }, Code::grant_revoked,
        "passed on from entry 5: the grant is revoked since entry 7");
  ended([](Chain& w) { w.put(test::revoke(w.second), {"hosp-a"}); }, Code::grant_revoked,
        "passed on from entry 5");
  ended([](Chain& w) { w.put(test::revoke(w.first, entry::RevokeAct::suspend), {"hosp-a"}); },
        Code::grant_suspended, "passed on from entry 4: the grant is suspended");
  ended(
      [](Chain& w) {
        entry::Grant next = test::permit();
        next.amends = w.first;
        w.put(next, {"hosp-a"});
      },
      Code::grant_revoked, "passed on from entry 4: the grant is replaced by another");
  ended(
      [](Chain& w) {
        w.accept(w.entry(test::member_act(entry::MemberAct::suspend, "req-a"), test::admins));
      },
      Code::member_inactive, "'req-a' is suspended since entry 7");
}

TEST_CASE("every grant above must permit each record to who passed it on") {
  Chain limited(
      [](auto& g) {
        g.scope.records = at(1, {0, 1});
        g.exceptions = {test::exception(Provision::deny)};
        g.exceptions[0].records = at(1, {1});
      },
      [](auto& g) {
        g.scope.records = at(1, {0, 1});
      });
  CHECK(limited.may(limited.to_third({0}), {"req-b"}));
  limited.no(limited.to_third({0, 1}), "req-b", Code::not_permitted,
             "entry 1 row 1: entry 4, exception 1 denies it");
  limited.no(limited.to_third({2}), "req-b", Code::grant_scope, "not among those it names");
  Chain middle([](auto&) {},
               [](auto& g) {
                 g.exceptions = {test::exception(Provision::deny)};
                 g.exceptions[0].types = words({"DiagnosticReport"});
               });
  middle.no(middle.to_third({2}), "hosp-a", Code::not_permitted,
            "entry 1 row 2: entry 5, exception 1 denies it");
  // Who passed on has left the group that the first grant was for.
  Sharing world;
  world.group("team", {"req-a"});
  entry::Grant body = test::permit();
  body.scope.actors.members = {};
  body.scope.actors.groups = names({"team"});
  body.scope.onward = 1;
  const EntryHash child = world.put(test::passed_on(world.put(body, {"hosp-a"})), {"req-a"});
  const auto release = test::release(child, {0}, "req-b");
  CHECK(world.may(release, {"req-a"}));
  world.accept(world.entry(test::group_act(entry::GroupAct::leave, "team", {"req-a"}), {"req-a"}));
  world.no(release, "req-a", Code::grant_actor, "entry 5: it is not for 'req-a'");
}

TEST_CASE("a dissent against anybody on the way stops it") {
  for (const char* whom : {"req-a", "req-b", "hosp-b"}) {
    CAPTURE(whom);
    Chain world;
    entry::Grant against = test::by(test::dissent(), ConsentBy::subject);
    against.scope.actors.members = names({whom});
    world.put(against, {ann});
    for (const char* by : {"req-b", "hosp-a"})
      world.no(world.to_third(), by, Code::not_permitted, "entry 1 row 0: entry 7 denies it");
    CHECK(world.may(world.to_third({3}), {"req-b"}));
  }
  // Not against somebody who has nothing to do with it.
  Chain world;
  entry::Grant against = test::by(test::dissent(), ConsentBy::subject);
  against.scope.actors.members = names({"reg"});
  world.put(against, {ann});
  CHECK(world.may(world.to_third(), {"req-b"}));
}

TEST_CASE("the patient's own grant may be passed on, another's does not become hers by that") {
  Sharing world;
  world.amend_policy([](auto& policy) { policy.patient_grant = words({"TREAT"}); });
  entry::Grant own = test::permit();
  own.scope.subjects = {subject("ann")};
  own.scope.onward = 1;
  const auto below = [&](const EntryHash& parent) {
    entry::Grant body = test::passed_on(parent);
    body.scope.subjects = {subject("ann")};
    return test::release(world.put(body, {"req-a"}), {0}, "req-b");
  };
  CHECK(world.may(below(world.put(test::by(own, ConsentBy::subject), {ann})), {"req-a"}));
  world.no(below(world.put(own, {"hosp-a"})), "req-a", Code::grant_owner, "was given by 'hosp-a'");
}

TEST_CASE("an emergency releases records of one subject to who stated it, until it ends") {
  Sharing world;
  const EntryHash hash = world.put(emergency(), {"req-a"});
  const auto no = [&](auto change, Code code, std::string_view piece, const char* by = "hosp-a") {
    entry::Release body = for_emergency(hash);
    change(body);
    world.no(body, by, code, piece);
  };
  const auto same = [](auto&) {};
  CHECK(world.may(for_emergency(hash, {0, 1, 2}), {"hosp-a"}));
  no([](auto& r) { r.emergency = test::hash_of<EntryHash>("x"); }, Code::entry_missing,
     "is not an emergency on this ledger");
  no(same, Code::not_permitted, "the emergency asks 'hosp-a'", "hosp-b");
  no([](auto& r) { r.to = test::name("req-b"), r.package.to = names({"req-b"}); },
     Code::grant_person, "a release for an emergency is for the person who stated it");
  no([](auto& r) { r.receiver = person("dr-2"); }, Code::grant_person, "for the person who stated");
  no([](auto& r) { r.receiver.reset(); }, Code::grant_person, "for the person who stated it");
  no([](auto& r) { r.purpose = word("TREAT"); }, Code::grant_purpose,
     "the purpose of an emergency is ETREAT or BTG, got 'TREAT'");
  no([](auto& r) { r.records = at(1, {0, 3}); }, Code::grant_scope, "is about one subject");
  no([](auto& r) { r.records = at(2, {0}); }, Code::record_foreign, "belongs to 'hosp-b'");
  const EntryHash release = world.put(for_emergency(hash), {"hosp-a"});
  CHECK(world.release_state(release).emergency == hash);
  const auto state = rules::emergency(world.view, hash);
  REQUIRE(state);
  CHECK((*state)->subject == subject("ann"));
  CHECK((*state)->releases == 1);
  no([](auto& r) { r.records = at(1, {3}); }, Code::grant_scope, "is about one subject");
  CHECK(world.may(for_emergency(hash, {1}), {"hosp-a"}));
  world.tick(test::after(3'599));
  CHECK(world.may(for_emergency(hash), {"hosp-a"}));
  world.tick(test::after(3'600));
  no(same, Code::emergency_over,
     "the emergency ended 2027-01-15T09:00:00Z, log time is 2027-01-15T09:00:00Z");
}

TEST_CASE("an emergency needs no permit and obeys a dissent that reaches it") {
  const auto forbidden = [](auto change, const char* purpose) {
    Sharing world;
    entry::Grant against = test::by(test::dissent(), ConsentBy::subject);
    change(against);
    world.put(against, {ann});
    const EntryHash hash = world.put(emergency(), {"req-a"});
    entry::Release body = for_emergency(hash);
    body.purpose = word(purpose);
    const auto judged = world.judge(world.made(body, {"hosp-a"}));
    if (!judged) test::check_refused(judged, Code::emergency_forbidden, "row 0: entry 4 denies it");
    return !judged.ok();
  };
  for (const char* purpose : {"BTG", "ETREAT"}) {
    CHECK(forbidden([](auto&) {}, purpose));
    CHECK_FALSE(forbidden([](auto& g) { g.scope.purposes = words({"TREAT"}); }, purpose));
    CHECK(forbidden([&](auto& g) { g.scope.purposes = words({purpose}); }, purpose));
    CHECK_FALSE(forbidden([](auto& g) { g.scope.actors.members = names({"req-b"}); }, purpose));
    const auto glass = [](auto& g) {
      g.exceptions = {test::exception(Provision::permit)};
      g.exceptions[0].purposes = words({"BTG"});
    };
    CHECK(forbidden(glass, purpose) == (std::string_view(purpose) == "ETREAT"));
  }
  CHECK(forbidden([](auto& g) { g.scope.actors.persons = {person("dr-1")}; }, "BTG"));
  CHECK_FALSE(forbidden([](auto& g) { g.scope.actors.persons = {person("dr-2")}; }, "BTG"));
}

TEST_CASE("the same entries give the same state") {
  Recorded world;
  entry::Grant body = test::permit();
  body.request = world.keep(test::request(), "req-a");
  body.scope.uses = 5;
  body.scope.frequency = entry::Frequency{3, 100};
  body.amends = world.keep(body, "hosp-a");
  world.keep(test::release(*body.amends), "hosp-a");
  body.request = world.grant_state(*body.amends).body.request;
  const EntryHash grant = world.keep(body, "hosp-a");
  const EntryHash release = world.keep(test::release(grant, {0, 2}), "hosp-a");
  world.keep(test::use(release), "req-a");
  world.keep(for_emergency(world.keep(emergency(), "req-a")), "hosp-a");
  world.keep(test::revoke(grant, entry::RevokeAct::suspend), "hosp-a");
  world.keep(test::by(test::dissent(), ConsentBy::subject), ann);
  Sharing again;
  CHECK(again.view.state.values() != world.view.state.values());
  for (const entry::Entry& one : world.entries) again.accept(one);
  CHECK(again.view.state.values() == world.view.state.values());
  CHECK(again.grant_state(grant).uses == 2);
}
