// A grant is not wider than the request that it answers or the grant that it passes on; what it
// amends it replaces.
#include <doctest/doctest.h>

#include "unit/rules/sharing_acts.hpp"

using namespace medchain;
using entry::ConsentBy;
using entry::Provision;
using test::ann;
using test::names;
using test::person;
using test::Sharing;
using test::subject;
using test::words;

namespace {

/// Everything that can be narrowed is limited here.
entry::Scope limited() {
  entry::Scope scope;
  scope.actors.members = names({"hosp-b", "req-a"});
  scope.actors.groups = names({"team", "ward"});
  scope.actors.roles = {entry::Role::auditor, entry::Role::payer};
  scope.actors.persons = test::sorted<PersonTag>({person("dr-1"), person("dr-2")});
  scope.purposes = words({"HOPERAT", "TREAT"});
  scope.actions = words({"copy", "read"});
  scope.types = words({"DiagnosticReport", "Observation"});
  scope.subjects = test::sorted<SubjectTag>({subject("ann"), subject("bob")});
  scope.records = test::at(1, {0, 1, 3});
  scope.from = test::after(0);
  scope.until = test::after(90 * test::day);
  scope.uses = 5;
  scope.frequency = entry::Frequency{2, 3'600};
  scope.onward = 2;
  scope.territories = test::territories({"CN-GX", "DE"});
  scope.erase_at = test::after(100 * test::day);
  return scope;
}

struct Step {
  const char* field;
  std::function<void(entry::Scope&)> change;
};

const std::vector<Step>& wider_actors() {
  static const std::vector<Step> all = {
      {"actors", [](auto& s) { s.actors.members.push_back(test::name("req-b")); }},
      {"actors", [](auto& s) { s.actors.groups = names({"others"}); }},
      {"actors", [](auto& s) { s.actors.roles = {entry::Role::admin}; }},
      {"actors",
       [](auto& s) {
         s.actors.members = {};
         s.actors.groups = {};
         s.actors.roles = {};
       }},
      {"actors.persons", [](auto& s) { s.actors.persons = {}; }},
      {"actors.persons", [](auto& s) { s.actors.persons = {person("dr-3")}; }},
  };
  return all;
}

/// Each is wider than limited() in one field.
const std::vector<Step>& wider() {
  static const std::vector<Step> all = {
      {"purposes",
       [](auto& s) {
         s.purposes = words({"HOPERAT", "HRESCH", "TREAT"});
       }},
      {"actions",
       [](auto& s) {
         s.actions = words({"copy", "read", "store"});
       }},
      {"types", [](auto& s) { s.types = {}; }},
      {"types", [](auto& s) { s.types = words({"Encounter"}); }},
      {"subjects", [](auto& s) { s.subjects = {}; }},
      {"subjects", [](auto& s) { s.subjects = {subject("cid")}; }},
      {"records", [](auto& s) { s.records = {}; }},
      {"records",
       [](auto& s) {
         s.records = test::at(1, {0, 1, 2, 3});
       }},
      {"records", [](auto& s) { s.records = test::at(2, {0}); }},
      {"from", [](auto& s) { s.from.reset(); }},
      {"from", [](auto& s) { s.from = test::after(-1); }},
      {"until", [](auto& s) { s.until = test::after(90 * test::day + 1); }},
      {"uses", [](auto& s) { s.uses.reset(); }},
      {"uses", [](auto& s) { s.uses = 6; }},
      {"frequency", [](auto& s) { s.frequency.reset(); }},
      {"frequency", [](auto& s) { s.frequency->uses = 3; }},
      {"frequency", [](auto& s) { s.frequency->seconds = 3'599; }},
      {"territories", [](auto& s) { s.territories.reset(); }},
      {"territories", [](auto& s) { s.territories = test::territories({"CN"}); }},
      {"territories", [](auto& s) { s.territories = test::territories({"CN-GX", "FR"}); }},
      {"erase_at", [](auto& s) { s.erase_at.reset(); }},
      {"erase_at", [](auto& s) { s.erase_at = test::after(100 * test::day + 1); }},
  };
  return all;
}

/// Each is narrower in one field.
const std::vector<Step>& narrower() {
  static const std::vector<Step> all = {
      {"same", [](auto&) {}},
      {"actors", [](auto& s) { s.actors.members = names({"req-a"}); }},
      {"groups", [](auto& s) { s.actors.groups = {}; }},
      {"roles", [](auto& s) { s.actors.roles = {entry::Role::payer}; }},
      {"persons", [](auto& s) { s.actors.persons = {person("dr-2")}; }},
      {"purposes", [](auto& s) { s.purposes = words({"TREAT"}); }},
      {"actions", [](auto& s) { s.actions = words({"copy"}); }},
      {"no action is read", [](auto& s) { s.actions = {}; }},
      {"types", [](auto& s) { s.types = words({"Observation"}); }},
      {"subjects",
       [](auto& s) {
         s.subjects = {subject("ann")};
         s.records = test::at(1, {0});
       }},
      {"records",
       [](auto& s) {
         s.records = test::at(1, {1, 3});
       }},
      {"from", [](auto& s) { s.from = test::after(1); }},
      {"until", [](auto& s) { s.until = test::after(1); }},
      {"uses", [](auto& s) { s.uses = 1; }},
      {"frequency",
       [](auto& s) {
         s.frequency = entry::Frequency{1, 3'601};
       }},
      {"onward", [](auto& s) { s.onward = 0; }},
      {"territories", [](auto& s) { s.territories = test::territories({"DE"}); }},
      {"territories", [](auto& s) { s.territories = test::territories({"CN-GX", "DE-BE"}); }},
      {"erase_at", [](auto& s) { s.erase_at = test::after(1); }},
  };
  return all;
}

/// With the groups that the scopes above name.
struct Grouped : Sharing {
  Grouped() {
    for (const char* one : {"others", "team", "ward"}) group(one, {"req-b"});
  }
};

entry::Grant with_scope(const entry::Scope& scope) {
  entry::Grant body = test::permit();
  body.scope = scope;
  return body;
}

}  // namespace

TEST_CASE("a grant that answers a request is as wide or narrower, field by field") {
  Grouped world;
  entry::Request asked = test::request();
  asked.scope = limited();
  const EntryHash request = world.put(asked, {"req-a"});
  const auto answer = [&](const Step& step) {
    entry::Grant body = with_scope(limited());
    step.change(body.scope);
    body.request = request;
    return body;
  };
  std::vector<Step> all = wider_actors();
  all.insert(all.end(), wider().begin(), wider().end());
  all.push_back({"onward", [](auto& s) { s.onward = 3; }});
  for (const Step& step : all)
    world.no(answer(step), "hosp-a", Code::grant_wider,
             "'" + std::string(step.field) + "' is wider than that of the request");
  for (const Step& step : narrower()) {
    CAPTURE(step.field);
    CHECK(world.may(answer(step), {"hosp-a"}));
  }
  const EntryHash given = world.put(answer(narrower().front()), {"hosp-a"});
  CHECK(world.request_state(request).answer == given);
  world.no(answer(narrower().back()), "hosp-a", Code::request_answered,
           "the request of entry 7 was answered by " + to_text(given));
}

TEST_CASE("what a request leaves open may be limited or not") {
  Sharing world;
  const EntryHash request = world.put(test::request(), {"req-a"});
  entry::Grant body = test::permit();
  body.request = request;
  CHECK(world.may(body, {"hosp-a"}));
  body.scope = limited();
  body.scope.actors = test::scope().actors;
  body.scope.purposes = words({"TREAT"});
  world.no(body, "hosp-a", Code::grant_wider, "'actions' is wider");  // none named is read alone
  body.scope.actions = words({"read"});
  world.no(body, "hosp-a", Code::grant_wider, "'onward' is wider");
  body.scope.onward = 0;
  CHECK(world.may(body, {"hosp-a"}));
}

TEST_CASE("a permitting exception does not reach beyond the request") {
  Sharing world;
  entry::Request asked = test::request();
  asked.scope.types = words({"DiagnosticReport", "Observation"});
  asked.scope.purposes = words({"HOPERAT", "TREAT"});
  asked.scope.records = test::at(1, {0, 1});
  const EntryHash request = world.put(asked, {"req-a"});
  const auto answer = [&](Provision provision, auto change) {
    entry::Grant body = with_scope(asked.scope);
    body.scope.types = words({"Observation"});
    body.scope.purposes = words({"TREAT"});
    body.scope.records = test::at(1, {0});
    body.request = request;
    body.exceptions = {test::exception(provision)};
    change(body.exceptions[0]);
    return body;
  };
  const auto check = [&](std::string_view field, auto inside, auto outside) {
    CHECK(world.may(answer(Provision::permit, inside), {"hosp-a"}));
    CHECK(world.may(answer(Provision::deny, outside), {"hosp-a"}));
    world.no(answer(Provision::permit, outside), "hosp-a", Code::grant_wider,
             "a permitting exception: '" + std::string(field) + "' is wider than that of the");
  };
  check(
      "purposes", [](auto& e) { e.purposes = words({"HOPERAT"}); },
      [](auto& e) { e.purposes = words({"HRESCH"}); });
  check(
      "types", [](auto& e) { e.types = words({"DiagnosticReport"}); },
      [](auto& e) { e.types = words({"Encounter"}); });
  check(
      "records", [](auto& e) { e.records = test::at(1, {1}); },
      [](auto& e) { e.records = test::at(1, {2}); });
}

TEST_CASE("a request is answered by who was asked") {
  Sharing world;
  const EntryHash request = world.put(test::request(), {"req-a"});
  entry::Grant body = test::permit();
  body.request = test::hash_of<EntryHash>("nothing");
  world.no(body, "hosp-a", Code::entry_missing, "is not a request on this ledger");
  body.request = request;
  body.custodian = test::name("hosp-b");
  world.no(body, "hosp-b", Code::member_role, "the request is to 'hosp-a'");
  // The package with its terms is for who asked.
  body.custodian = test::name("hosp-a");
  world.no(test::with_terms(body, {"req-b"}), "hosp-a", Code::entry_rule,
           "the package is not sealed to 'req-a'");
  CHECK(world.may(test::with_terms(body, {"req-a", "req-b"}), {"hosp-a"}));
}

TEST_CASE("a patient answers requests that are about nobody else") {
  Sharing world;
  const auto asked = [&](std::vector<SubjectTag> subjects) {
    entry::Request body = test::request();
    body.scope.subjects = std::move(subjects);
    return world.put(body, {"req-a"});
  };
  entry::Grant own = test::by(test::permit(), ConsentBy::subject);
  own.scope.subjects = {subject("ann")};
  for (const EntryHash& more :
       {asked({}), asked(test::sorted<SubjectTag>({subject("ann"), subject("bob")}))}) {
    own.request = more;
    world.no(own, ann, Code::not_permitted, "the request is about more than the subjects that 'p-");
  }
  own.request = asked({subject("ann")});
  const EntryHash given = world.put(own, {ann});
  CHECK(world.request_state(*own.request).answer == given);
}

TEST_CASE("a grant is passed on by who it is for, as wide or narrower, field by field") {
  Grouped world;
  const EntryHash parent = world.put(with_scope(limited()), {"hosp-a"});
  const auto child = [&](const Step& step) {
    entry::Grant body = with_scope(limited());
    body.scope.onward = 1;
    body.scope.actors = {};  // whom the next one is for is its giver's
    body.person = person("dr-1");
    body.parent = parent;
    step.change(body.scope);
    return body;
  };
  for (const Step& step : wider())
    world.no(child(step), "req-a", Code::grant_wider,
             "'" + std::string(step.field) + "' is wider than that of the grant that is passed on");
  for (const Step& step : narrower()) {
    CAPTURE(step.field);
    CHECK(world.may(child(step), {"req-a"}));
  }
  for (const Step& step : wider_actors()) CHECK(world.may(child(step), {"req-a"}));
  const EntryHash given = world.put(child(narrower().front()), {"req-a"});
  CHECK(world.grant_state(given).depth == 1);
  entry::Grant by_clerk = child(narrower().front());
  by_clerk.person = person("clerk");
  world.no(by_clerk, "req-a", Code::grant_person, "the grant is not for the person who passes it");
  CHECK(**world.view.get("onward/" + to_hex(parent.view()) + "/" + to_hex(given.view())) == "");
}

TEST_CASE("passing on is for holders, as deep as the grant says") {
  Sharing world;
  entry::Grant first = test::permit();
  first.scope.onward = 2;
  const EntryHash a = world.put(first, {"hosp-a"});
  const EntryHash none = world.put(test::permit(), {"hosp-a"});
  const EntryHash against = world.put(test::dissent(), {"hosp-a"});
  world.no(test::passed_on(test::hash_of<EntryHash>("nothing")), "req-a", Code::entry_missing,
           "is not a grant on this ledger");
  world.no(test::passed_on(none), "req-a", Code::grant_onward, "the grant may not be passed on");
  world.no(test::passed_on(against), "req-a", Code::entry_rule, "a dissent is not passed on");
  world.no(test::passed_on(a), "req-b", Code::grant_actor, "the grant is not for 'req-b'");
  auto other = test::passed_on(a);
  other.custodian = test::name("hosp-b");
  world.no(other, "req-a", Code::entry_rule, "the grant passed on is of another custodian");
  auto deep = test::passed_on(a);
  deep.scope.onward = 2;
  world.no(deep, "req-a", Code::grant_onward, "'onward': at most 1");
  deep.scope.onward = 1;
  const EntryHash b = world.put(deep, {"req-a"});
  auto third = test::passed_on(b);
  third.scope.actors.members = names({"hosp-b"});
  const EntryHash c = world.put(third, {"req-b"});
  CHECK(world.grant_state(c).depth == 2);
  world.no(test::passed_on(c), "hosp-b", Code::grant_onward, "may not be passed on");
  // What ended is not passed on, nor what rests on it.
  world.put(test::revoke(a), {"hosp-a"});
  world.no(deep, "req-a", Code::grant_revoked, "the grant is revoked since entry 9");
  world.no(third, "req-b", Code::grant_revoked, "passed on from entry 4: the grant is revoked");
}

TEST_CASE("what is passed on is not a standing order or a consent that was not given") {
  Sharing world;
  entry::Grant first = test::permit();
  first.scope.onward = 1;
  const EntryHash plain = world.put(first, {"hosp-a"});
  first.standing = true;
  const EntryHash standing = world.put(first, {"hosp-a"});
  auto body = test::passed_on(plain);
  body.standing = true;
  world.no(body, "req-a", Code::grant_wider, "'standing': the grant that is passed on is not a");
  body.parent = standing;
  CHECK(world.may(body, {"req-a"}));
  world.amend_policy([](auto& policy) { policy.consent = words({"TREAT"}); });
  auto claimed = test::by(test::passed_on(plain), ConsentBy::subject);
  world.no(claimed, "req-a", Code::consent_missing, "a grant that 'req-a' records for the subject");
  claimed.basis.consent = test::commitment("paper");
  CHECK(world.may(claimed, {"req-a"}));
  // Its terms can be read by the custodian, who may serve it.
  world.no(test::with_terms(claimed, {"req-b"}), "req-a", Code::entry_rule,
           "the package is not sealed to 'hosp-a'");
}

TEST_CASE("who passes on answers requests to itself, not those to the custodian") {
  Sharing world;
  entry::Grant first = test::permit();
  first.scope.onward = 1;
  const EntryHash parent = world.put(first, {"hosp-a"});
  entry::Request asked = test::request();
  asked.scope.actors.members = names({"req-b"});
  const EntryHash of_custodian = world.put(asked, {"req-b"});
  asked.custodian = test::name("req-a");
  const EntryHash of_holder = world.put(asked, {"req-b"});
  auto body = test::passed_on(parent);
  body.request = of_custodian;
  world.no(body, "req-a", Code::member_role, "the request is to 'hosp-a'");
  body.request = of_holder;
  CHECK(world.may(body, {"req-a"}));
}

TEST_CASE("an amendment replaces a grant of its author and takes its uses over") {
  Sharing world;
  entry::Grant body = test::permit();
  body.scope.uses = 3;
  const EntryHash old = world.put(body, {"hosp-a"});
  world.put(test::release(old), {"hosp-a"});
  world.put(test::release(old), {"hosp-a"});
  entry::Grant next = body;
  next.amends = test::hash_of<EntryHash>("nothing");
  world.no(next, "hosp-a", Code::entry_missing, "is not a grant on this ledger");
  next.amends = old;
  const auto no = [&](auto change) {
    entry::Grant other = next;
    change(other);
    world.no(other, "hosp-a", Code::entry_rule, "a grant is amended by its author, with the same");
  };
  const EntryHash request = world.put(test::request(), {"req-a"});
  no([&](auto& g) { g.request = request; });
  no([&](auto& g) {
    g = test::dissent();
    g.amends = old;
  });
  next.scope.until = test::after(200 * test::day);
  const EntryHash now = world.put(next, {"hosp-a"});
  CHECK(world.grant_state(now).uses == 2);
  const auto gone = world.grant_state(old);
  CHECK(gone.status == rules::GrantStatus::amended);
  CHECK(gone.since == world.grant_state(now).index);
  world.no(test::release(old), "hosp-a", Code::grant_revoked, "the grant is replaced by another");
  world.no(next, "hosp-a", Code::grant_revoked, "the grant is amended since entry");
  world.put(test::release(now), {"hosp-a"});
  world.no(test::release(now), "hosp-a", Code::grant_used_up,
           "all 3 uses of the grant are used up");
  world.put(test::revoke(now), {"hosp-a"});
  next.amends = now;
  world.no(next, "hosp-a", Code::grant_revoked, "the grant is revoked since entry");
}

TEST_CASE("only the author amends, for the same custodian and kind, and no other's parent") {
  Sharing world;
  entry::Grant own = test::by(test::permit(), ConsentBy::subject);
  own.scope.subjects = {subject("ann")};
  const EntryHash old = world.put(own, {ann});
  entry::Grant taken = test::permit();
  taken.amends = old;
  const auto no = [&](const entry::Grant& body) {
    world.no(body, "hosp-a", Code::entry_rule, "a grant is amended by its author, with the same");
  };
  no(taken);
  taken.amends = world.put(test::dissent(), {"hosp-a"});
  no(taken);
  entry::Grant first = test::permit();
  first.scope.onward = 1;
  const EntryHash a = world.put(first, {"hosp-a"}), b = world.put(first, {"hosp-a"});
  entry::Grant child = test::passed_on(a);
  child.amends = world.put(test::passed_on(a), {"req-a"});
  CHECK(world.may(child, {"req-a"}));
  child.parent = b;
  world.no(child, "req-a", Code::entry_rule, "with the same custodian, provision, request and");
}

TEST_CASE("an amendment answers the request that the grant before it answered, later too") {
  Sharing world;
  const EntryHash request = world.put(test::request(), {"req-a"});
  entry::Grant body = test::permit();
  body.request = request;
  body.amends = world.put(body, {"hosp-a"});
  world.tick(test::after(20 * test::day));  // the request would have expired
  const EntryHash second = world.put(body, {"hosp-a"});
  CHECK(world.request_state(request).answer == second);
  body.amends = second;
  body.scope.purposes = words({"HRESCH"});
  world.no(body, "hosp-a", Code::grant_wider, "'purposes' is wider than that of the request");
}

TEST_CASE("an amendment does not resume what was suspended") {
  Sharing world;
  entry::Grant body = test::permit();
  body.scope.subjects = {subject("ann")};
  const EntryHash old = world.put(body, {"hosp-a"});
  world.put(test::revoke(old, entry::RevokeAct::suspend), {ann});
  body.amends = old;
  const EntryHash now = world.put(body, {"hosp-a"});
  const auto state = world.grant_state(now);
  CHECK(state.status == rules::GrantStatus::suspended);
  CHECK(state.changed_by == test::name(ann));
  world.no(test::release(now), "hosp-a", Code::grant_suspended,
           "the grant is suspended since entry 5");
  world.no(test::revoke(now, entry::RevokeAct::resume), "hosp-a", Code::not_permitted,
           "the grant was suspended by 'p-");
  world.put(test::revoke(now, entry::RevokeAct::resume), {ann});
  CHECK(world.may(test::release(now), {"hosp-a"}));
}
