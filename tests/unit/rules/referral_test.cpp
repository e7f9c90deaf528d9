// Referrals and consultations: what may be asked, what goes with it, when it may be released and opened, and what ends it.
#include <doctest/doctest.h>

#include "unit/rules/referral_acts.hpp"

using namespace medchain;
using entry::Referral;
using rules::GrantStatus;
using rules::ReferralStatus;
using test::ann;
using test::at;
using test::names;
using test::ReferralAct;
using test::Referrals;
using test::subject;

namespace {

template <class Change>
Referral changed(Referral body, Change change) {
  change(body);
  return body;
}
entry::Use use(const EntryHash& release) {
  entry::Use body = test::use(release);
  body.records = 2;
  return body;
}

}  // namespace

TEST_CASE("a referral is kept with what it asks for, and its grant waits") {
  Referrals world;
  const EntryHash hash = world.refer();
  const auto state = world.state_of(hash);
  CHECK(state.index == EntryIndex(4));
  CHECK(state.author == test::name("hosp-a"));
  CHECK(state.created == test::after(0));
  CHECK(state.order == *test::referral().order);
  CHECK(state.status == ReferralStatus::received);
  CHECK(state.grants == std::vector{hash});
  CHECK_FALSE(state.accepted);
  CHECK_FALSE(state.is_open());
  const auto grant = world.grant_state(hash);
  CHECK(grant.status == GrantStatus::pending);
  CHECK(grant.referral == hash);
  CHECK(grant.body.scope.actors.members == names({"req-a"}));
  CHECK(grant.body.scope.records == at(1, {0, 1}));
  CHECK(grant.body.scope.until == test::after(90 * test::day));
  CHECK(grant.body.person == test::person("dr"));
}

TEST_CASE("each act has its fields and no others") {
  Referrals world;
  const EntryHash hash = world.refer();
  const auto no = [&](const Referral& body, const char* who, std::string_view piece) {
    world.no(body, who, Code::entry_rule, piece);
  };
  no(changed(test::referral(), [&](auto& r) { r.referral = hash; }), "hosp-a", "create: 'referral' does not belong");
  no(changed(test::referral(), [](auto& r) { r.order.reset(); }), "hosp-a", "create: 'order' is missing");
  no(changed(test::referral(), [](auto& r) { r.terms.reset(); }), "hosp-a", "create: 'terms' is missing");
  no(changed(test::step(ReferralAct::accept, hash), [](auto& r) { r.referral.reset(); }), "req-a",
     "accept: 'referral' is missing");
  no(changed(test::step(ReferralAct::accept, hash), [](auto& r) { r.order = test::referral().order; }), "req-a",
     "accept: 'order' does not belong");
  no(changed(test::step(ReferralAct::accept, hash), [](auto& r) { r.share = test::share(); }), "req-a",
     "accept: 'share' does not belong");
  for (const ReferralAct act : {ReferralAct::interim_note, ReferralAct::complete, ReferralAct::opinion, ReferralAct::close})
    no(changed(test::step(act, hash), [](auto& r) { r.terms.reset(); }), "req-a", "'terms' is missing");
  no(changed(test::referral(), [](auto& r) { r.package->to = names({"req-b"}); }), "hosp-a", "not sealed to 'req-a'");
}

TEST_CASE("who refers, and to whom") {
  Referrals world;
  const auto no = [&](auto change, Code code, std::string_view piece) {
    world.no(changed(test::referral(), change), "hosp-a", code, piece);
  };
  no([](auto& r) { r.order->to = {}; }, Code::entry_rule, "a referral is to one member");
  no([](auto& r) { r.order->to = names({"req-a", "req-b"}); }, Code::entry_rule, "a referral is to one member");
  no([](auto& r) { r.order->groups = names({"team"}); }, Code::entry_rule, "a referral is to one member");
  no([](auto& r) { r.order->to = names({"hosp-a"}); }, Code::entry_rule, "does not name the author");
  no([](auto& r) { r.order->to = names({"nobody"}); }, Code::member_unknown, "'nobody' is not a member");
  no([](auto& r) { r.order->valid_until = test::after(0); }, Code::entry_rule, "'valid_until': expected after log time");
  no([](auto& r) { r.share->subject = subject("bob"); }, Code::record_subject, "another subject than 'order'");
  no([](auto& r) { r.share->records = {}; }, Code::entry_rule, "'share' names its records");
  world.no(changed(test::referral("hosp-b"), [](auto& r) { r.order->to = names({"req-b"}); r.package = test::package({"req-b"}); }),
           ann, Code::member_role, "patients and devices do not");
  // Without records it is an application alone.
  const EntryHash bare = world.refer(changed(test::referral(), [](auto& r) { r.share.reset(); }));
  CHECK(world.state_of(bare).grants.empty());
}

TEST_CASE("the ledger finds out itself which records may be referred, each failure with its own id") {
  Referrals world;
  const auto no = [&](std::vector<entry::RecordSet> records, Code code, std::string_view piece) {
    world.no(changed(test::referral(), [&](auto& r) { r.share->records = records; }), "hosp-a", code, piece);
  };
  no(at(9, {0}), Code::record_unknown, "entry 9 is no anchor");
  no(at(1, {7}), Code::record_unknown, "no row 7");
  no(at(2, {0}), Code::record_foreign, "entry 2 row 0 belongs to 'hosp-b'");
  no(at(1, {0, 3}), Code::record_subject, "entry 1 row 3 is about another subject");
  // obs0 is anchored again with other bytes, at entry 4.
  const test::Manifest newer = {test::row("obs0", "ann", 2)};
  const EntryIndex again = world.accept(world.entry(test::anchor_of(newer), {"hosp-a"}), newer);
  no(at(1, {0}), Code::record_superseded, "entry 1 row 0 has a newer version: entry 4 row 0");
  CHECK(world.may(changed(test::referral(), [&](auto& r) { r.share->records = at(again.get(), {0}); }), {"hosp-a"}));
  world.accept(world.entry(test::erase_of({test::row("obs1").record}), {"hosp-a"}));
  no(at(1, {1}), Code::record_erased, "entry 1 row 1 was erased at entry 5");
  CHECK(world.may(changed(test::referral(), [&](auto& r) { r.share->records = at(1, {2}); }), {"hosp-a"}));
}

TEST_CASE("a second open referral of its like says which one it doubles") {
  Referrals world;
  const EntryHash first = world.refer(changed(test::referral(), [](auto& r) { r.order->valid_until = test::after(100); }));
  const auto again = [](auto change) { return changed(test::referral(), change); };
  const auto same = [](auto&) {};
  world.no(again(same), "hosp-a", Code::referral_duplicate, "entry 4 refers the subject to 'req-a' for this service already");
  CHECK(world.may(again([](auto& r) { r.order->service = test::hash_of<ServiceTag>("other"); }), {"hosp-a"}));
  CHECK(world.may(test::referral("req-b"), {"hosp-a"}));
  CHECK(world.may(again([&](auto& r) { r.order->duplicate_of = first; }), {"hosp-a"}));
  const EntryHash other = world.refer(test::referral("req-b"));
  world.no(again([&](auto& r) { r.order->duplicate_of = other; }), "hosp-a", Code::entry_rule, "'duplicate_of' is not a referral of this");
  SUBCASE("one that ended does not stand in the way") {
    world.does("req-a", ReferralAct::decline, first);
    CHECK(world.may(again(same), {"hosp-a"}));
  }
  SUBCASE("nor one that was not accepted in time") {
    world.tick(test::after(100));
    CHECK(world.may(again(same), {"hosp-a"}));
    world.no(test::step(ReferralAct::accept, first), "req-a", Code::referral_expired, "was valid until before");
    world.does("req-a", ReferralAct::decline, first);
  }
  SUBCASE("one that was accepted does, whatever time it is") {
    world.does("req-a", ReferralAct::accept, first);
    world.tick(test::after(100));
    world.no(again(same), "hosp-a", Code::referral_duplicate, "it is accepted");
  }
}

TEST_CASE("a back-referral answers one that was taken up, to who had referred") {
  Referrals world;
  const EntryHash first = world.refer();
  Referral back = changed(test::referral("hosp-a"), [&](auto& r) {
    r.order->based_on = first;
    r.share.reset();
  });
  world.no(back, "req-a", Code::entry_state, "is received, it was not taken up");
  world.does("req-a", ReferralAct::accept, first);
  CHECK(world.may(back, {"req-a"}));
  world.does("req-a", ReferralAct::complete, first);
  const EntryHash hash = world.put(back, {"req-a"});
  CHECK(world.state_of(hash).order.based_on == first);
  world.no(back, "req-b", Code::not_permitted, "not a referral of who is asked to the author");
  back.order->based_on = test::hash_of<EntryHash>("none");
  world.no(back, "req-a", Code::entry_missing, "is not a referral on this ledger");
}

TEST_CASE("records are released after acceptance, opened until the end") {
  Referrals world;
  const EntryHash hash = world.refer();
  const entry::Release release = test::release(hash, {0, 1});
  world.no(release, "hosp-a", Code::grant_not_yet, "the referral is not accepted yet");
  world.does("req-a", ReferralAct::accept, hash);
  CHECK(world.state_of(hash).accepted == EntryIndex(5));
  CHECK(world.grant_state(hash).status == GrantStatus::active);
  const EntryHash released = world.put(release, {"hosp-a"});
  CHECK(world.may(use(released), {"req-a"}));
  world.no(test::release(hash, {2}), "hosp-a", Code::grant_scope, "not among those it names");
  SUBCASE("what was completed gives no more") {
    world.does("req-a", ReferralAct::complete, hash);
    CHECK(world.grant_state(hash).status == GrantStatus::ended);
    world.no(release, "hosp-a", Code::referral_over, "the referral ended with entry 7");
    world.no(use(released), "req-a", Code::referral_over, "the referral is completed since entry 7");
    entry::Use failed = use(released);
    failed.outcome = entry::UseOutcome::failed;
    failed.problem = test::word("copy.damaged");
    failed.records = 0;
    CHECK(world.may(failed, {"req-a"}));
  }
  SUBCASE("nor what the patient has revoked") {
    world.put(test::revoke(hash), {ann});
    world.no(release, "hosp-a", Code::grant_revoked, "the grant is revoked");
    world.does("req-a", ReferralAct::complete, hash);
    CHECK(world.grant_state(hash).status == GrantStatus::revoked);
  }
  SUBCASE("its grant is not amended") {
    entry::Grant other = test::permit();
    other.amends = hash;
    world.no(other, "hosp-a", Code::entry_rule, "the grant of a referral is not amended");
  }
}

TEST_CASE("revoked before it is accepted stays revoked") {
  Referrals world;
  const EntryHash hash = world.refer();
  world.put(test::revoke(hash), {"hosp-a"});
  world.does("req-a", ReferralAct::accept, hash);
  CHECK(world.grant_state(hash).status == GrantStatus::revoked);
}

TEST_CASE("with records: sealed before acceptance, opened after it") {
  Referrals world;
  const EntryHash hash = world.refer(changed(test::referral(), [](auto& r) { r.order->with_records = true; }));
  const EntryHash released = world.put(test::release(hash, {0, 1}), {"hosp-a"});
  world.no(use(released), "req-a", Code::grant_not_yet, "the referral is not accepted yet");
  SUBCASE("accepted") {
    world.does("req-a", ReferralAct::accept, hash);
    CHECK(world.may(use(released), {"req-a"}));
  }
  SUBCASE("cancelled before: never opened") {
    world.does("hosp-a", ReferralAct::cancel_request, hash);
    world.no(use(released), "req-a", Code::grant_not_yet, "the referral is not accepted yet");
  }
}

TEST_CASE("an outcome brings records back, which the initiator opens after the end") {
  Referrals world;
  const test::Manifest rows = {test::row("report", "their ann")};
  const EntryIndex anchored = world.accept(world.entry(test::anchor_of(rows, "req-a"), {"req-a"}), rows);
  const EntryHash hash = world.refer();
  world.does("req-a", ReferralAct::accept, hash);
  Referral outcome = test::step(ReferralAct::complete, hash);
  outcome.share = test::share();
  outcome.share->subject = subject("their ann");
  outcome.share->records = at(anchored.get(), {0});
  const EntryHash done = world.put(outcome, {"req-a"});
  CHECK(world.state_of(hash).outcome == done);
  CHECK(world.grant_state(done).referral == hash);
  entry::Release back = test::release(done, {0}, "hosp-a");
  back.records = at(anchored.get(), {0});
  const EntryHash released = world.put(back, {"req-a"});
  CHECK(world.may(test::use(released), {"hosp-a"}));
}

TEST_CASE("a consultation: each opens, each says its opinion, the end ends it for all") {
  Referrals world;
  const auto no = [&](auto change, Code code, std::string_view piece) {
    world.no(changed(test::consultation(), change), "hosp-a", code, piece);
  };
  no([](auto& r) { r.order->to = {}; }, Code::entry_rule, "a consultation asks somebody");
  no([](auto& r) { r.package = test::package({"req-a"}); }, Code::entry_rule, "not sealed to 'req-b'");
  no([](auto& r) { r.order->with_records = true; }, Code::entry_rule, "has no valid_until and no with_records");
  const EntryHash hash = world.refer(test::consultation());
  const EntryHash a = world.put(test::release(hash, {0, 1}), {"hosp-a"});
  const EntryHash b = world.put(test::release(hash, {0, 1}, "req-b"), {"hosp-a"});
  world.put(use(a), {"req-a"});
  world.does("req-b", ReferralAct::decline, hash);
  world.no(test::step(ReferralAct::decline, hash), "req-b", Code::entry_state, "has declined already");
  const EntryHash first = world.put(test::step(ReferralAct::opinion, hash), {"req-a"});
  const EntryHash second = world.put(test::step(ReferralAct::opinion, hash), {"req-b"});
  const auto state = world.state_of(hash);
  REQUIRE(state.opinions.size() == 2);
  CHECK(state.opinions[0].entry == first);
  CHECK(state.opinions[1].entry == second);
  CHECK(state.declined.empty());
  world.does("hosp-a", ReferralAct::close, hash);
  world.no(use(b), "req-b", Code::referral_over, "the referral is closed since");
  world.no(test::release(hash, {0}), "hosp-a", Code::referral_over, "the referral ended");
  world.no(test::step(ReferralAct::opinion, hash), "req-a", Code::referral_over, "is closed since");
}

TEST_CASE("a care team is asked: who leaves it has no access any more") {
  Referrals world;
  world.group("team", {"req-a", "req-b"});
  const EntryHash hash = world.refer(changed(test::consultation(), [](auto& r) {
    r.order->to = {};
    r.order->groups = names({"team"});
  }));
  const EntryHash a = world.put(test::release(hash, {0, 1}), {"hosp-a"});
  CHECK(world.may(use(a), {"req-a"}));
  world.accept(world.entry(test::group_act(entry::GroupAct::leave, "team", {"req-a"}), {"req-a"}));
  world.no(use(a), "req-a", Code::grant_actor, "does not ask 'req-a', or not any more");
  world.no(test::release(hash, {0}), "hosp-a", Code::grant_actor, "not for 'req-a'");
  world.no(test::step(ReferralAct::opinion, hash), "req-a", Code::not_permitted, "has no part");
  CHECK(world.may(test::step(ReferralAct::opinion, hash), {"req-b"}));
}

TEST_CASE("records of others go on with a referral, by grants of the author for who is asked, about the same subject") {
  Referrals world;
  entry::Grant given = test::permit();
  given.custodian = test::name("hosp-b");
  given.scope.actors.members = names({"hosp-a"});
  given.scope.subjects = {subject("ann")};
  given.scope.onward = 1;
  const EntryHash root = world.put(given, {"hosp-b"});
  entry::Grant on = given;
  on.parent = root;
  on.scope.onward = 0;
  on.scope.actors.members = names({"req-a"});
  on.scope.records = at(2, {0});
  const auto with = [](std::vector<EntryHash> passed) {
    return changed(test::referral(), [&](auto& r) { r.order->passed = std::move(passed); });
  };
  const auto no = [&](const EntryHash& hash, Code code, std::string_view piece) {
    world.no(with({hash}), "hosp-a", code, piece);
  };
  no(test::hash_of<EntryHash>("none"), Code::entry_missing, "is not a grant on this ledger");
  no(root, Code::not_permitted, "not one by which the author passes records on");
  const EntryHash passed = world.put(on, {"hosp-a"});
  no(passed, Code::record_subject, "that both members have not linked");
  world.link_same();
  entry::Grant open = on;
  open.scope.records = {};
  no(world.put(open, {"hosp-a"}), Code::entry_rule, "does not name its records and their subject");
  const EntryHash hash = world.refer(with({passed}));
  CHECK(world.state_of(hash).grants == std::vector{hash, passed});
  CHECK(world.grant_state(passed).status == GrantStatus::pending);
  world.no(changed(with({passed}), [](auto& r) { r.order->service = test::hash_of<ServiceTag>("other"); }), "hosp-a",
           Code::entry_state, "in use already");
  entry::Release release = test::release(passed, {0});
  release.records = at(2, {0});
  world.no(release, "hosp-a", Code::grant_not_yet, "not accepted yet");
  world.does("req-a", ReferralAct::accept, hash);
  CHECK(world.may(release, {"hosp-a"}));
  world.does("req-a", ReferralAct::complete, hash);
  world.no(release, "hosp-a", Code::referral_over, "the referral ended");
  CHECK(world.grant_state(root).status == GrantStatus::active);
}

TEST_CASE("a step names the steps before it that nobody had followed") {
  Referrals world;
  const EntryHash hash = world.refer();
  const auto following = [&](ReferralAct act, std::vector<EntryHash> follows) {
    return changed(test::step(act, hash), [&](auto& r) { r.follows = follows; });
  };
  const auto no = [&](std::vector<EntryHash> follows, Code code, std::string_view piece) {
    world.no(following(ReferralAct::accept, std::move(follows)), "req-a", code, piece);
  };
  world.no(changed(test::referral(), [&](auto& r) { r.follows = std::vector{hash}; }), "hosp-a", Code::entry_rule,
           "create: 'follows' does not belong");
  no({}, Code::entry_rule, "1 to 64");
  no({hash, hash}, Code::entry_rule, "'follows' must ascend, each once");
  no(std::vector<EntryHash>(65, hash), Code::entry_rule, "1 to 64");
  no({test::hash_of<EntryHash>("nothing")}, Code::entry_missing, "is no step of");
  const EntryHash accepted = world.put(following(ReferralAct::accept, {hash}), {"req-a"});
  // One that was made without having seen the acceptance stands as well.
  const EntryHash note = world.put(following(ReferralAct::interim_note, {hash}), {"req-a"});
  std::vector<EntryHash> both{accepted, note};
  std::sort(both.begin(), both.end());
  world.put(following(ReferralAct::complete, both), {"req-a"});
  // Steps of another referral are none of this one.
  const EntryHash other = world.refer(changed(test::referral(), [](auto& r) {
    r.order->service = test::hash_of<medchain::ServiceTag>("surgery");
  }));
  world.no(changed(test::step(ReferralAct::accept, other), [&](auto& r) { r.follows = std::vector{hash}; }), "req-a",
           Code::entry_missing, "is no step of");
}
