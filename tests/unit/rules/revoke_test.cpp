// revoke: who ends, suspends and resumes what, and that it holds at the next judgement.
#include <doctest/doctest.h>

#include "unit/rules/sharing_acts.hpp"

using namespace medchain;
using entry::ConsentBy;
using entry::RevokeAct;
using rules::GrantStatus;
using test::ann;
using test::ben;
using test::names;
using test::revoke;
using test::Sharing;
using test::subject;

namespace {

constexpr RevokeAct acts[] = {RevokeAct::revoke, RevokeAct::suspend};

entry::Grant about_ann(entry::Grant body = test::permit()) {
  body.scope.subjects = {subject("ann")};
  return body;
}

}  // namespace

TEST_CASE("each act fits some states of a grant and no other") {
  struct Row {
    GrantStatus from;
    RevokeAct act;
    std::optional<GrantStatus> to;
  };
  using enum RevokeAct;
  using enum GrantStatus;
  const std::vector<Row> table = {
      {active, RevokeAct::revoke, revoked},
      {active, suspend, suspended},
      {active, resume, {}},
      {suspended, RevokeAct::revoke, revoked},
      {suspended, suspend, {}},
      {suspended, resume, active},
      {revoked, RevokeAct::revoke, {}},
      {revoked, suspend, {}},
      {revoked, resume, {}},
      {amended, RevokeAct::revoke, {}},
      {amended, suspend, {}},
      {amended, resume, {}},
  };
  for (const Row& row : table) {
    CAPTURE(entry::word_of(row.from));
    CAPTURE(entry::word_of(row.act));
    Sharing world;
    const EntryHash grant = world.put(test::permit(), {"hosp-a"});
    if (row.from == suspended) world.put(test::revoke(grant, suspend), {"hosp-a"});
    if (row.from == revoked) world.put(test::revoke(grant), {"hosp-a"});
    if (row.from == amended) {
      entry::Grant next = test::permit();
      next.amends = grant;
      world.put(next, {"hosp-a"});
    }
    REQUIRE(world.grant_state(grant).status == row.from);
    if (!row.to) {
      world.no(test::revoke(grant, row.act), "hosp-a", Code::entry_state,
               "the grant is " + std::string(entry::word_of(row.from)) + " since entry");
      continue;
    }
    world.put(test::revoke(grant, row.act), {"hosp-a"});
    const auto state = world.grant_state(grant);
    CHECK(state.status == *row.to);
    CHECK(state.since == EntryIndex(world.size - 1));
    CHECK(state.changed_by == test::name("hosp-a"));
    // It holds at once.
    const auto release = test::release(grant);
    if (*row.to == active)
      CHECK(world.may(release, {"hosp-a"}));
    else if (*row.to == suspended)
      world.no(release, "hosp-a", Code::grant_suspended, "the grant is suspended since entry");
    else
      world.no(release, "hosp-a", Code::grant_revoked, "the grant is revoked since entry");
  }
}

TEST_CASE("a revocation names a grant and the person who acts") {
  Sharing world;
  world.no(revoke(test::hash_of<EntryHash>("nothing")), "hosp-a", Code::entry_missing,
           "is not a grant on this ledger");
  const EntryHash request = world.put(test::request(), {"req-a"});
  world.no(revoke(request), "hosp-a", Code::entry_missing, "is not a grant on this ledger");
  const EntryHash grant = world.put(test::permit(), {"hosp-a"});
  world.refused(world.entry(revoke(grant), {"hosp-a"}), Code::person_missing,
                "a revoke entry of an institution names the person who acts");
}

TEST_CASE("a permit is ended by its giver, the custodian and whose data it is, and by no other") {
  Sharing world;
  entry::Link guardian;
  guardian.act = entry::LinkAct::delegate;
  guardian.patient = test::name(ann);
  guardian.other = test::name("reg");
  guardian.kind = entry::DelegateKind::guardian;
  guardian.until = test::after(10);
  world.put(guardian, {ann, "reg"});
  const EntryHash plain = world.put(test::permit(), {"hosp-a"});
  const EntryHash of_custodian = world.put(about_ann(), {"hosp-a"});
  const EntryHash of_patient = world.put(test::by(about_ann(), ConsentBy::subject), {ann});
  entry::Grant two = test::permit();
  two.scope.subjects = test::sorted<SubjectTag>({subject("ann"), subject("bob")});
  const EntryHash of_two = world.put(two, {"hosp-a"});
  for (const RevokeAct act : acts) {
    const std::string refusal = "can not " + std::string(entry::word_of(act)) + " the grant of ";
    for (const EntryHash& grant : {of_custodian, of_patient, of_two})
      for (const char* by : {"hosp-a", ann, "reg"}) CHECK(world.may(revoke(grant, act), {by}));
    CHECK(world.may(revoke(plain, act), {"hosp-a"}));
    world.no(revoke(plain, act), ann, Code::not_permitted, refusal + "'hosp-a'");
    for (const EntryHash& grant : {plain, of_custodian, of_patient, of_two})
      for (const char* by : {"hosp-b", "req-b", "admin-a", ben})
        world.no(revoke(grant, act), by, Code::not_permitted, refusal);
  }
  world.tick(test::after(10));
  world.no(revoke(of_custodian), "reg", Code::not_permitted, "'reg' can not revoke the grant");
}

TEST_CASE("the only receiver ends what is for it, but does not suspend it") {
  Sharing world;
  world.group("team", {"req-b"});
  const EntryHash one = world.put(test::permit(), {"hosp-a"});
  CHECK(world.may(revoke(one), {"req-a"}));
  world.no(revoke(one, RevokeAct::suspend), "req-a", Code::not_permitted, "can not suspend");
  const auto with = [&](auto change) {
    entry::Grant body = test::permit();
    change(body.scope.actors);
    return world.put(body, {"hosp-a"});
  };
  for (const EntryHash& many :
       {with([](auto& a) {
          a.members = names({"req-a", "req-b"});
        }),
        with([](auto& a) { a.groups = names({"team"}); }),
        with([](auto& a) { a.roles = {entry::Role::payer}; }), with([](auto& a) { a = {}; })})
    world.no(revoke(many), "req-a", Code::not_permitted, "'req-a' can not revoke the grant");
}

TEST_CASE("a dissent is not lifted by the custodian or by whom it is against") {
  Sharing world;
  world.put(test::owned(ben, "ann"), {"hosp-a", ann, ben});
  entry::Grant body = test::by(test::dissent(), ConsentBy::subject);
  body.scope.actors.members = names({"req-a"});
  const EntryHash own = world.put(body, {ann});
  for (const RevokeAct act : acts) {
    for (const char* by : {"hosp-a", "req-a", "req-b"})
      world.no(revoke(own, act), by, Code::not_permitted, "the grant of 'p-");
    CHECK(world.may(revoke(own, act), {ann}));
    CHECK(world.may(revoke(own, act), {ben}));  // an owner like her
  }
  // Recorded on paper: by who recorded it, and by the patient.
  body.basis.consent = test::commitment("paper");
  const EntryHash recorded = world.put(body, {"hosp-a"});
  CHECK(world.may(revoke(recorded), {"hosp-a"}));
  CHECK(world.may(revoke(recorded), {ann}));
  // About others too: not by one of them.
  body.scope.subjects = test::sorted<SubjectTag>({subject("ann"), subject("bob")});
  world.no(revoke(world.put(body, {"hosp-a"})), ann, Code::not_permitted, "can not revoke");
  // The custodian's own rule is the custodian's.
  body = test::dissent();
  world.no(revoke(world.put(body, {"hosp-a"})), ann, Code::not_permitted, "can not revoke");
  body.scope.subjects = {};
  world.no(revoke(world.put(body, {"hosp-a"})), ann, Code::not_permitted, "can not revoke");
}

TEST_CASE("a delegate does not lift what its patient forbade") {
  Sharing world;
  entry::Link link;
  link.act = entry::LinkAct::delegate;
  link.patient = test::name(ann);
  link.other = test::name("reg");
  link.kind = entry::DelegateKind::delegate;
  world.put(link, {ann, "reg"});
  const EntryHash own = world.put(test::by(test::dissent(), ConsentBy::subject), {ann});
  world.no(revoke(own), "reg", Code::not_permitted, "'reg' can not revoke the grant");
  const EntryHash its = world.put(test::by(test::dissent(), ConsentBy::delegate), {"reg"});
  CHECK(world.may(revoke(its), {"reg"}));
  CHECK(world.may(revoke(its), {ann}));
}

TEST_CASE("who suspended a grant resumes it, nobody else") {
  Sharing world;
  const EntryHash grant = world.put(test::by(about_ann(), ConsentBy::subject), {ann});
  world.put(revoke(grant, RevokeAct::suspend), {"hosp-a"});
  world.no(revoke(grant, RevokeAct::resume), ann, Code::not_permitted,
           "the grant was suspended by 'hosp-a', who resumes it");
  world.no(revoke(grant, RevokeAct::resume), "req-a", Code::not_permitted,
           "'req-a' can not resume the grant of 'p-");
  world.put(revoke(grant, RevokeAct::resume), {"hosp-a"});
  world.put(revoke(grant, RevokeAct::suspend), {ann});
  world.no(revoke(grant, RevokeAct::resume), "hosp-a", Code::not_permitted, "was suspended by 'p-");
  CHECK(world.may(revoke(grant), {"hosp-a"}));
  world.put(revoke(grant, RevokeAct::resume), {ann});
  CHECK(world.may(test::release(grant), {"hosp-a"}));
}
