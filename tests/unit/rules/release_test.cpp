// release by a grant: what is counted, what is refused, and on whose word it rests.
#include <doctest/doctest.h>

#include "unit/rules/sharing_acts.hpp"

using namespace medchain;
using entry::ConsentBy;
using entry::Provision;
using rules::GrantState;
using test::ann;
using test::at;
using test::names;
using test::person;
using test::Sharing;
using test::subject;
using test::word;
using test::words;

namespace {

template <class Change>
entry::Grant permit(Change change) {
  entry::Grant body = test::permit();
  change(body);
  return body;
}
template <class Change>
entry::Release changed(entry::Release body, Change change) {
  change(body);
  return body;
}

}  // namespace

TEST_CASE("a release is kept with what it rests on, and counted") {
  Sharing world;
  const EntryHash grant = world.put(test::permit(), {"hosp-a"});
  entry::Release body = test::release(grant, {0, 1, 3});
  body.receiver = person("dr-1");
  const EntryHash hash = world.put(body, {"hosp-a"});
  const auto state = world.release_state(hash);
  CHECK(state.index == EntryIndex(5));
  CHECK(state.author == test::name("hosp-a"));
  CHECK(state.to == test::name("req-a"));
  CHECK(state.grant == grant);
  CHECK_FALSE(state.emergency);
  CHECK(state.receiver == person("dr-1"));
  CHECK(state.records == 3);
  CHECK(world.grant_state(grant).uses == 1);
  const auto received = rules::key_of_received(grant, test::name("req-a"));
  CHECK(**world.view.get(received) == "5");
  world.put(body, {"hosp-a"});
  CHECK(**world.view.get(received) == "6");
  CHECK(world.grant_state(grant).uses == 2);
}

TEST_CASE("who says that all was erased and gets more must say it again") {
  Sharing world;
  const EntryHash grant = world.put(test::permit(), {"hosp-a"});
  const auto attested = rules::key_of_attested(grant, test::name("req-a"));
  world.view.state.apply({{attested, "1"}});
  world.put(test::release(grant), {"hosp-a"});
  CHECK_FALSE(*world.view.get(attested));
}

TEST_CASE("the form of a release") {
  Sharing world;
  const EntryHash grant = world.put(test::permit(), {"hosp-a"});
  const auto no = [&](auto change, Code code, std::string_view piece) {
    world.no(changed(test::release(grant), change), "hosp-a", code, piece);
  };
  no([](auto& r) { r.grant.reset(); }, Code::entry_rule, "rests on a grant or on an emergency");
  no([](auto& r) { r.emergency = r.grant; }, Code::entry_rule, "rests on a grant or on an");
  no([](auto& r) { r.to = test::name("hosp-a"); }, Code::entry_rule, "nobody releases to itself");
  no([](auto& r) { r.package.bytes = 0; }, Code::entry_rule, "a package has bytes and receivers");
  no([](auto& r) { r.package.to = names({"req-b"}); }, Code::entry_rule, "not sealed to 'req-a'");
  no(
      [](auto& r) {
        r.package.to = names({"req-a", "req-b"});
      },
      Code::entry_rule, "the package of a release is sealed to its receiver alone");
  no([](auto& r) { r.to = test::name("other"), r.package.to = names({"other"}); }, Code::entry_rule,
     "'other' has no seal key");
  no([](auto& r) { r.to = test::name("nobody"), r.package.to = names({"nobody"}); },
     Code::member_unknown, "'nobody' is not a member");
  no([](auto& r) { r.records = {}; }, Code::entry_rule, "a release names its records");
  no([](auto& r) { r.records.push_back(r.records[0]); }, Code::entry_rule,
     "'records' must ascend by entry, each once");
  no([](auto& r) { r.standing = true; }, Code::entry_rule, "the grant is not a standing one");
  no([](auto& r) { r.grant = test::hash_of<EntryHash>("x"); }, Code::entry_missing,
     "is not a grant on this ledger");
  world.refused(world.entry(test::release(grant), {"hosp-a"}), Code::person_missing,
                "a release entry of an institution names the person who acts");
  world.no(test::release(grant), "hosp-b", Code::not_permitted,
           "only 'hosp-a' releases by this grant, or who passes it on");
  const EntryHash standing = world.put(permit([](auto& g) { g.standing = true; }), {"hosp-a"});
  for (const bool asked : {true, false})
    CHECK(world.may(changed(test::release(standing), [&](auto& r) { r.standing = !asked; }),
                    {"hosp-a"}));
  const EntryHash against = world.put(test::dissent(), {"hosp-a"});
  world.no(test::release(against), "hosp-a", Code::entry_rule, "a dissent releases nothing");
}

TEST_CASE("records that are released are on the ledger, the custodian's, and whole") {
  Sharing world;
  const EntryHash grant = world.put(test::permit(), {"hosp-a"});
  const auto no = [&](std::vector<entry::RecordSet> records, Code code, std::string_view piece) {
    world.no(changed(test::release(grant), [&](auto& r) { r.records = records; }), "hosp-a", code,
             piece);
  };
  no(at(2, {0}), Code::record_foreign, "entry 2 row 0 belongs to 'hosp-b'");
  no(at(1, {0, 4}), Code::record_unknown, "no row 4");
  no(at(3, {0}), Code::record_unknown, "entry 3 is no anchor");
  world.accept(world.entry(test::erase_of({test::row("obs1").record}), {"hosp-a"}));
  no(at(1, {0, 1}), Code::record_erased, "entry 1 row 1 was erased at entry 5");
  CHECK(world.may(test::release(grant), {"hosp-a"}));
  world.accept(world.entry(test::erase_of({}, {subject("bob")}), {"hosp-a"}));
  no(at(1, {3}), Code::record_erased, "entry 1 row 3 was erased at entry 6");
}

TEST_CASE("a grant of N uses gives N releases") {
  Sharing world;
  const EntryHash grant = world.put(permit([](auto& g) { g.scope.uses = 2; }), {"hosp-a"});
  world.put(test::release(grant), {"hosp-a"});
  // What was refused, or used, is no release.
  world.no(changed(test::release(grant), [](auto& r) { r.purpose = word("HRESCH"); }), "hosp-a",
           Code::grant_purpose, "");
  world.put(test::use(world.put(test::release(grant, {0, 1, 3}), {"hosp-a"})), {"req-a"});
  CHECK(world.grant_state(grant).uses == 2);
  world.no(test::release(grant), "hosp-a", Code::grant_used_up,
           "all 2 uses of the grant are used up");
}

TEST_CASE("a frequency is a window that moves with log time, exact at its edges") {
  Sharing world;
  const EntryHash grant = world.put(permit([](auto& g) {
                                      g.scope.frequency = entry::Frequency{2, 100};
                                    }),
                                    {"hosp-a"});
  const auto refused = [&] {
    world.no(test::release(grant), "hosp-a", Code::grant_too_often,
             "the grant allows 2 uses in 100s");
  };
  world.put(test::release(grant), {"hosp-a"});  // at 0
  world.tick(test::after(60));
  world.put(test::release(grant), {"hosp-a"});  // at 60
  refused();
  world.tick(test::after(99));
  refused();
  world.tick(test::after(100));                 // that at 0 has left the window
  world.put(test::release(grant), {"hosp-a"});  // at 100
  CHECK(world.grant_state(grant).recent == std::vector{test::after(60), test::after(100)});
  refused();
  world.tick(test::after(159));
  refused();
  world.tick(test::after(160));
  CHECK(world.may(test::release(grant), {"hosp-a"}));
  world.tick(test::after(1'000));
  world.put(test::release(grant), {"hosp-a"});
  world.put(test::release(grant), {"hosp-a"});
  refused();
  CHECK(world.grant_state(grant).recent.size() == 2);
  CHECK(world.grant_state(grant).uses == 5);
}

TEST_CASE("a grant holds from `from` to before `until`") {
  Sharing world;
  const EntryHash grant = world.put(permit([](auto& g) {
                                      g.scope.from = test::after(10);
                                      g.scope.until = test::after(20);
                                    }),
                                    {"hosp-a"});
  world.tick(test::after(9));
  world.no(test::release(grant), "hosp-a", Code::grant_not_yet,
           "the grant holds from 2027-01-15T08:00:10Z, log time is 2027-01-15T08:00:09Z");
  world.tick(test::after(10));
  CHECK(world.may(test::release(grant), {"hosp-a"}));
  world.tick(test::after(19));
  CHECK(world.may(test::release(grant), {"hosp-a"}));
  world.tick(test::after(20));
  world.no(test::release(grant), "hosp-a", Code::grant_expired,
           "the grant ended 2027-01-15T08:00:20Z, log time is 2027-01-15T08:00:20Z");
}

TEST_CASE("nothing is released when it had to be erased") {
  Sharing world;
  const EntryHash grant =
      world.put(permit([](auto& g) { g.scope.erase_at = test::after(10); }), {"hosp-a"});
  world.tick(test::after(9));
  CHECK(world.may(test::release(grant), {"hosp-a"}));
  world.tick(test::after(10));
  world.no(test::release(grant), "hosp-a", Code::grant_expired,
           "what the grant gives had to be erased by 2027-01-15T08:00:10Z");
}

TEST_CASE("each record is within the grant, for this receiver and purpose") {
  Sharing world;
  const EntryHash grant = world.put(permit([](auto& g) {
                                      g.scope.types = words({"Observation"});
                                      g.scope.subjects = {subject("ann")};
                                      g.scope.actors.persons = {person("dr-1")};
                                    }),
                                    {"hosp-a"});
  const auto good = changed(test::release(grant), [](auto& r) { r.receiver = person("dr-1"); });
  CHECK(world.may(good, {"hosp-a"}));
  const auto no = [&](auto change, Code code, std::string_view piece) {
    world.no(changed(good, change), "hosp-a", code, piece);
  };
  no([](auto& r) { r.to = test::name("req-b"), r.package.to = names({"req-b"}); },
     Code::grant_actor, "entry 1 row 0: entry 4: it is not for 'req-b'");
  no([](auto& r) { r.receiver = person("dr-2"); }, Code::grant_person, "it is not for this person");
  no([](auto& r) { r.receiver.reset(); }, Code::grant_person,
     "it names persons, the use names none");
  no([](auto& r) { r.purpose = word("HRESCH"); }, Code::grant_purpose,
     "purpose 'HRESCH' is not among TREAT");
  no(
      [](auto& r) {
        r.records = at(1, {0, 2});
      },
      Code::grant_scope,
      "entry 1 row 2: entry 4: type 'DiagnosticReport' is not among Observation");
  no(
      [](auto& r) {
        r.records = at(1, {0, 3});
      },
      Code::grant_scope, "entry 1 row 3: entry 4: it is about other subjects");
  const EntryHash one =
      world.put(permit([](auto& g) { g.scope.records = at(1, {0}); }), {"hosp-a"});
  CHECK(world.may(test::release(one, {0}), {"hosp-a"}));
  world.no(test::release(one, {0, 1}), "hosp-a", Code::grant_scope,
           "entry 1 row 1: entry 5: the record is not among those it names");
  const EntryHash copy =
      world.put(permit([](auto& g) { g.scope.actions = words({"copy"}); }), {"hosp-a"});
  world.no(test::release(copy), "hosp-a", Code::grant_scope, "action 'read' is not among copy");
}

TEST_CASE("a new version of a granted record is granted") {
  Sharing world;
  const EntryHash grant =
      world.put(permit([](auto& g) { g.scope.records = at(1, {0}); }), {"hosp-a"});
  const test::Manifest next = {test::row("obs0", "ann", 2), test::row("obs1", "ann", 2)};
  world.accept(world.entry(test::anchor_of(next), {"hosp-a"}), next);
  const auto release = [&](std::uint32_t row) {
    return changed(test::release(grant), [&](auto& r) { r.records = at(5, {row}); });
  };
  CHECK(world.may(release(0), {"hosp-a"}));
  world.no(release(1), "hosp-a", Code::grant_scope, "the record is not among those it names");
}

TEST_CASE("exceptions of the grant: what they deny and what they add") {
  Sharing world;
  const EntryHash grant = world.put(
      permit([](auto& g) {
        g.scope.types = words({"Observation"});
        g.exceptions = {test::exception(Provision::deny), test::exception(Provision::permit)};
        g.exceptions[0].records = at(1, {1});
        g.exceptions[1].types = words({"DiagnosticReport"});
        g.exceptions[1].purposes = words({"HPAYMT"});
      }),
      {"hosp-a"});
  CHECK(world.may(test::release(grant, {0, 3}), {"hosp-a"}));
  world.no(test::release(grant, {0, 1}), "hosp-a", Code::not_permitted,
           "entry 1 row 1: entry 4, exception 1 denies it");
  world.no(test::release(grant, {2}), "hosp-a", Code::grant_scope, "type 'DiagnosticReport'");
  CHECK(world.may(changed(test::release(grant, {2}), [](auto& r) { r.purpose = word("HPAYMT"); }),
                  {"hosp-a"}));
}

TEST_CASE("a dissent of the patient beats any grant, about her, from when it is there") {
  Sharing world;
  const EntryHash grant = world.put(test::permit(), {"hosp-a"});
  CHECK(world.may(test::release(grant, {0, 3}), {"hosp-a"}));
  const EntryHash against = world.put(test::by(test::dissent(), ConsentBy::subject), {ann});
  world.no(test::release(grant, {0, 3}), "hosp-a", Code::not_permitted,
           "entry 1 row 0: entry 5 denies it");
  CHECK(world.may(test::release(grant, {3}), {"hosp-a"}));
  // A newer permit does not help, her own neither.
  entry::Grant own = test::by(test::permit(), ConsentBy::subject);
  own.scope.subjects = {subject("ann")};
  world.no(test::release(world.put(own, {ann})), "hosp-a", Code::not_permitted, "entry 5 denies");
  world.put(test::revoke(against, entry::RevokeAct::suspend), {ann});
  CHECK(world.may(test::release(grant), {"hosp-a"}));
  world.put(test::revoke(against, entry::RevokeAct::resume), {ann});
  world.no(test::release(grant), "hosp-a", Code::not_permitted, "entry 5 denies it");
  world.put(test::revoke(against), {ann});
  CHECK(world.may(test::release(grant), {"hosp-a"}));
}

TEST_CASE("a dissent is for the purposes, records, members and persons that it names") {
  const auto denied = [](auto change, entry::Release body = {}) {
    Sharing world;
    const EntryHash grant = world.put(test::permit(), {"hosp-a"});
    entry::Grant against = test::by(test::dissent(), ConsentBy::subject);
    change(against);
    world.put(against, {ann});
    const auto receiver = body.receiver;
    body = test::release(grant);
    body.receiver = receiver;
    const auto judged = world.judge(world.made(body, {"hosp-a"}));
    if (!judged) test::check_refused(judged, Code::not_permitted, "denies it");
    return !judged.ok();
  };
  CHECK(denied([](auto&) {}));
  CHECK(denied([](auto& g) { g.scope.purposes = words({"HRESCH", "TREAT"}); }));
  CHECK_FALSE(denied([](auto& g) { g.scope.purposes = words({"HRESCH"}); }));
  CHECK(denied([](auto& g) { g.scope.types = words({"Observation"}); }));
  CHECK_FALSE(denied([](auto& g) { g.scope.types = words({"DiagnosticReport"}); }));
  CHECK(denied([](auto& g) { g.scope.records = at(1, {0}); }));
  CHECK_FALSE(denied([](auto& g) { g.scope.records = at(1, {1}); }));
  CHECK(denied([](auto& g) { g.scope.actors.members = names({"req-a", "req-b"}); }));
  CHECK_FALSE(denied([](auto& g) { g.scope.actors.members = names({"req-b"}); }));
  CHECK(denied([](auto& g) { g.scope.actors.roles = {entry::Role::requester}; }));
  CHECK_FALSE(denied([](auto& g) { g.scope.actors.roles = {entry::Role::payer}; }));
  CHECK_FALSE(denied([](auto& g) { g.scope.from = test::after(1); }));
  // What the terms say is the custodian's to judge.
  CHECK_FALSE(denied([](auto& g) {
    g = test::with_terms(g, {"hosp-a"});
    g.more = true;
  }));
  // Against one doctor: another is not meant, and who names nobody might hand it to her.
  const auto against_one = [](auto& g) { g.scope.actors.persons = {person("dr-1")}; };
  entry::Release named;
  named.receiver = person("dr-1");
  CHECK(denied(against_one, named));
  named.receiver = person("dr-2");
  CHECK_FALSE(denied(against_one, named));
  CHECK(denied(against_one));
}

TEST_CASE("a dissent against a group is against who is in it now") {
  Sharing world;
  world.group("team", {"req-a"});
  const EntryHash grant = world.put(test::permit(), {"hosp-a"});
  entry::Grant against = test::by(test::dissent(), ConsentBy::subject);
  against.scope.actors.groups = names({"team"});
  world.put(against, {ann});
  world.no(test::release(grant), "hosp-a", Code::not_permitted, "entry 6 denies it");
  world.accept(world.entry(test::group_act(entry::GroupAct::leave, "team", {"req-a"}), {"req-a"}));
  CHECK(world.may(test::release(grant), {"hosp-a"}));
}

TEST_CASE("an exception of another grant denies what it reaches") {
  Sharing world;
  const EntryHash grant = world.put(test::permit(), {"hosp-a"});
  const EntryHash other = world.put(permit([](auto& g) {
                                      g.exceptions = {test::exception(Provision::deny)};
                                      g.exceptions[0].types = words({"DiagnosticReport"});
                                    }),
                                    {"hosp-a"});
  world.no(test::release(grant, {2}), "hosp-a", Code::not_permitted,
           "entry 1 row 2: entry 5, exception 1 denies it");
  CHECK(world.may(test::release(grant, {0}), {"hosp-a"}));
  world.put(test::revoke(other), {"hosp-a"});
  CHECK(world.may(test::release(grant, {2}), {"hosp-a"}));
}

TEST_CASE("where the policy demands it, records of a patient need her own grant") {
  Sharing world;
  world.amend_policy([](auto& policy) { policy.patient_grant = words({"HRESCH"}); });
  const auto research = [](entry::Grant body) {
    body.scope.purposes = words({"HRESCH", "TREAT"});
    return body;
  };
  const auto release = [](const EntryHash& grant, std::uint32_t row, const char* purpose) {
    return changed(test::release(grant, {row}), [&](auto& r) { r.purpose = word(purpose); });
  };
  const EntryHash by_custodian = world.put(research(test::permit()), {"hosp-a"});
  entry::Grant paper = test::by(research(test::permit()), ConsentBy::subject);
  paper.basis.consent = test::commitment("paper");
  for (const EntryHash& grant : {by_custodian, world.put(paper, {"hosp-a"})}) {
    world.no(release(grant, 0, "HRESCH"), "hosp-a", Code::grant_owner,
             "for purpose 'HRESCH' the policy demands the patient's own grant, this one was given "
             "by 'hosp-a'");
    CHECK(world.may(release(grant, 0, "TREAT"), {"hosp-a"}));
    CHECK(world.may(release(grant, 3, "HRESCH"), {"hosp-a"}));  // nobody owns "bob"
  }
  entry::Grant own = test::by(research(test::permit()), ConsentBy::subject);
  own.scope.subjects = {subject("ann")};
  CHECK(world.may(release(world.put(own, {ann}), 0, "HRESCH"), {"hosp-a"}));
  // By a delegate, while it is one.
  entry::Link link;
  link.act = entry::LinkAct::delegate;
  link.patient = test::name(ann);
  link.other = test::name("reg");
  link.kind = entry::DelegateKind::delegate;
  link.until = test::after(100);
  world.put(link, {ann, "reg"});
  const EntryHash acted = world.put(test::by(own, ConsentBy::delegate), {"reg"});
  CHECK(world.may(release(acted, 0, "HRESCH"), {"hosp-a"}));
  world.tick(test::after(100));
  world.no(release(acted, 0, "HRESCH"), "hosp-a", Code::grant_owner, "was given by 'reg'");
}

TEST_CASE("only active members get records, from active members") {
  Sharing world;
  const EntryHash grant = world.put(test::permit(), {"hosp-a"});
  world.accept(world.entry(test::member_act(entry::MemberAct::suspend, "req-a"), test::admins));
  world.no(test::release(grant), "hosp-a", Code::member_inactive, "'req-a' is suspended");
  world.accept(world.entry(test::member_act(entry::MemberAct::suspend, "hosp-a"), test::admins));
  world.no(test::release(grant, {0}, "req-b"), "hosp-a", Code::member_inactive, "'hosp-a' is");
}
