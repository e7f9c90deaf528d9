// Break-glass: who may state it, how long it lasts, who is told, and what is released for it.
#include <doctest/doctest.h>

#include "unit/rules/duty_acts.hpp"

using namespace medchain;
using namespace test::duty;
using test::admins;
using test::By;
using test::card_of;
using test::word;

namespace {

const By staff("req-a/s-0123456789abcdef");

void add_staff(Duties& world, const By& who, const char* member) {
  world.accept(
      world.entry(test::staff_act(entry::MemberAct::staff_add, member, test::vkey(who)), {member}));
}

}  // namespace

TEST_CASE("an emergency is kept, and is its own notice") {
  Duties world;
  const entry::Emergency body = with(emergency(), [](auto& e) {
    e.notify = names({"hosp-a", ann, "reg"});
    e.person = person("dr");
  });
  const std::string index = world.next();
  const EntryHash hash = world.put(body, {"req-a"});
  const auto state = world.emergency_at(hash);
  CHECK(std::to_string(state.index.get()) == index);
  CHECK(state.author == test::name("req-a"));
  CHECK(state.body == body);
  CHECK_FALSE(state.signed_person);
  CHECK(state.releases == 0);
  CHECK_FALSE(state.review);
  CHECK_FALSE(state.is_reviewed());
  const auto told = world.notice_at(hash);
  CHECK(told.index == state.index);
  CHECK(told.author == test::name("req-a"));
  CHECK(told.body.of == entry::NoticeOf::emergency);
  CHECK(told.body.about == hash);
  CHECK(told.body.to == body.notify);
  CHECK_FALSE(told.body.due);
  CHECK(told.acknowledged.empty());
  world.put(attest(entry::AttestTo::acknowledgement, hash), {"hosp-a"});
  world.put(attest(entry::AttestTo::acknowledgement, hash), {ann});
  CHECK(world.notice_at(hash).acknowledged == names({"hosp-a", ann}));
}

TEST_CASE("an emergency is stated by a person of a requester, against another's records") {
  Duties world;
  world.refused(world.entry(emergency(), {"req-a"}), Code::person_missing,
                "an emergency entry of an institution names the person who acts");
  world.no(emergency(), {"hosp-b"}, Code::member_role, "'hosp-b' has not the role requester");
  world.no(emergency(), {ann}, Code::person_missing, "an emergency names the person");
  world.no(with(emergency(), [](auto& e) { e.person = person("ann"); }), {ann}, Code::entry_rule,
           "patients and devices name no person");
}

TEST_CASE("the custodian of an emergency is an active one, and not who states it") {
  Duties world;
  const auto of = [](const char* custodian) {
    return with(emergency(), [&](auto& e) {
      e.custodian = test::name(custodian);
      e.notify = names({custodian});
    });
  };
  world.no(of("req-a"), {"req-a"}, Code::entry_rule, "nobody breaks its own glass");
  world.no(of("other"), {"req-a"}, Code::member_role, "'other' has not the role custodian");
  world.no(of("nobody"), {"req-a"}, Code::member_unknown, "'nobody' is not a member");
  world.change_member(entry::MemberAct::suspend, "hosp-a");
  world.no(of("hosp-a"), {"req-a"}, Code::member_inactive, "'hosp-a' is suspended");
}

TEST_CASE("an emergency lasts at most four hours, or less where the policy says so") {
  Duties world;
  const auto until = [](std::int64_t seconds) {
    return with(emergency(), [&](auto& e) { e.until = after(seconds); });
  };
  CHECK(world.may(until(1), {"req-a"}));
  CHECK(world.may(until(14'400), {"req-a"}));
  world.no(until(14'401), {"req-a"}, Code::entry_rule,
           "'until': expected within 4h after log time 2027-01-15T08:00:00Z, got "
           "2027-01-15T12:00:01Z");
  world.no(until(0), {"req-a"}, Code::entry_rule, "'until': expected within 4h after log time");
  world.no(until(-1), {"req-a"}, Code::entry_rule, "got 2027-01-15T07:59:59Z");
  world.no(with(emergency(), [](auto& e) { e.until = UnixSeconds(253'402'300'799); }), {"req-a"},
           Code::entry_rule, "got 9999-12-31T23:59:59Z");
  world.amend_policy([](entry::Policy& policy) { policy.max_emergency = 600; });
  CHECK(world.may(until(600), {"req-a"}));
  world.no(until(601), {"req-a"}, Code::entry_rule, "'until': expected within 10m after log time");
  entry::PolicyChange longer = test::policy_act(world);
  longer.policy.max_emergency = 14'401;
  world.refused(world.entry(longer, admins), Code::entry_invalid, "'max_emergency'");
}

TEST_CASE("an emergency is told at once to the custodian and to known members") {
  Duties world;
  const auto told = [](std::vector<MemberName> to) {
    return with(emergency(), [&](auto& e) { e.notify = std::move(to); });
  };
  CHECK(world.may(told(names({"hosp-a", "hosp-b", "reg"})), {"req-a"}));
  world.no(told({}), {"req-a"}, Code::entry_rule, "'notify': at least one member");
  world.no(told(names({"hosp-b"})), {"req-a"}, Code::entry_rule,
           "'notify': the custodian is told, for its privacy officer");
  world.no(told(names({"reg", "hosp-a"})), {"req-a"}, Code::entry_rule,
           "'notify' must ascend, each once");
  world.no(told(names({"hosp-a", "hosp-a"})), {"req-a"}, Code::entry_rule, "must ascend");
  world.no(told(names({"hosp-a", "req-a"})), {"req-a"}, Code::entry_rule,
           "'notify' does not name the author");
  world.no(told(names({"hosp-a", "nobody"})), {"req-a"}, Code::member_unknown,
           "'nobody' is not a member");
  std::vector<MemberName> many;
  for (int i = 0; i < 65; ++i) many.push_back(test::name("m" + std::to_string(100 + i)));
  world.no(told(many), {"req-a"}, Code::entry_rule, "'notify': at most 64, got 65");
}

TEST_CASE("the patients that the ledger knows of the subject are told") {
  const char* hint = "'notify': the patient 'p-00000000000000a1' is told";
  const auto with_ann = with(emergency(), [](auto& e) { e.notify = names({"hosp-a", ann}); });
  const entry::Link at_author = with(own(), [](auto& l) {
    l.custodian = test::name("req-a");
    l.subject = subject("ann at req-a");
  });
  SUBCASE("of the author's subject") {
    Duties world;
    world.put(at_author, {"req-a", ann});
    world.no(emergency(), {"req-a"}, Code::entry_rule, hint);
    CHECK(world.may(with_ann, {"req-a"}));
    const auto other = [](auto& e) { e.subject = subject("ben at req-a"); };
    CHECK(world.may(with(emergency(), other), {"req-a"}));
    // Who left for good is told nothing.
    world.change_member(entry::MemberAct::revoke, ann);
    CHECK(world.may(emergency(), {"req-a"}));
  }
  SUBCASE("of the custodian's, where the two are linked") {
    Duties world;
    world.put(own(), {"hosp-a", ann});
    CHECK(world.may(emergency(), {"req-a"}));
    world.put(same(), {"hosp-a", "req-a", ann});
    world.no(emergency(), {"req-a"}, Code::entry_rule, hint);
    CHECK(world.may(with_ann, {"req-a"}));
    // Another custodian's patients are not meant.
    const auto elsewhere = [](auto& e) {
      e.custodian = test::name("hosp-b");
      e.notify = names({"hosp-b"});
      e.package = package({"hosp-b"});
    };
    CHECK(world.may(with(emergency(), elsewhere), {"req-a"}));
  }
}

TEST_CASE("the package of an emergency opens for the custodian") {
  Duties world;
  const auto sealed_to = [](entry::PackageRef to) {
    return with(emergency(), [&](auto& e) { e.package = std::move(to); });
  };
  CHECK(world.may(sealed_to(package({"hosp-a", "reg"})), {"req-a"}));
  world.no(sealed_to(package({"reg"})), {"req-a"}, Code::entry_rule,
           "the package is not sealed to 'hosp-a'");
  world.no(sealed_to(package({"hosp-a", "other"})), {"req-a"}, Code::entry_rule,
           "'other' has no seal key");
  world.no(sealed_to(package({"hosp-a", "nobody"})), {"req-a"}, Code::member_unknown, "'nobody'");
  world.no(sealed_to(package({"reg", "hosp-a"})), {"req-a"}, Code::entry_rule,
           "'package.to' must ascend");
  world.no(sealed_to(package({})), {"req-a"}, Code::entry_rule,
           "a package has bytes and receivers");
  auto empty = package({"hosp-a"});
  empty.bytes = 0;
  world.no(sealed_to(empty), {"req-a"}, Code::entry_rule, "a package has bytes and receivers");
}

TEST_CASE("the person signs an emergency where the policy says so, and may elsewhere") {
  Duties world;
  add_staff(world, staff, "req-a");
  CHECK(world.emergency_at(world.put(emergency(), {"req-a", staff})).signed_person);
  world.amend_policy([](entry::Policy& policy) { policy.signed_person = {word("emergency")}; });
  world.no(emergency(), {"req-a"}, Code::signature_missing,
           "the policy demands the signature of the person for emergency entries");
  const EntryHash hash = world.put(emergency(), {"req-a", staff});
  CHECK(world.emergency_at(hash).signed_person);
  // A staff key of another member, one that nobody registered, one that has ended.
  const By foreign("req-b/s-0123456789abcdef"), unknown("req-a/s-ffffffffffffffff");
  add_staff(world, foreign, "req-b");
  world.no(emergency(), {"req-a", foreign}, Code::signature_missing,
           "the policy demands the signature of the person");
  world.no(emergency(), {"req-a", staff, foreign}, Code::signature_superfluous,
           "no rule calls for the signature of 'req-b/s-0123456789abcdef'");
  world.no(emergency(), {"req-a", unknown}, Code::signature_superfluous,
           "by a staff key that is not in force");
  const By second("req-a/s-00000000000000ff");
  add_staff(world, second, "req-a");
  world.no(emergency(), {"req-a", staff, second}, Code::signature_superfluous,
           "two persons signed, one acts");
  world.accept(world.entry(
      test::staff_act(entry::MemberAct::staff_revoke, "req-a", test::vkey(staff)), {"req-a"}));
  world.no(emergency(), {"req-a", staff}, Code::signature_invalid,
           "by a staff key that is not in force");
  // Others need no signature of a person.
  CHECK(world.may(review(hash), {"hosp-a"}));
}

TEST_CASE("a release for an emergency is of its custodian, for the person who stated it") {
  Duties world;
  const EntryHash hash = world.put(emergency(), {"req-a"});
  const auto no = [&](auto change, Code code, std::string_view piece, const char* by = "hosp-a") {
    world.no(with(rescue(hash), change), {by}, code, piece);
  };
  const auto keep = [](auto&) {};
  no([](auto& r) { r.emergency = test::hash_of<EntryHash>("none"); }, Code::entry_missing,
     "is not an emergency on this ledger");
  no(keep, Code::not_permitted, "the emergency asks 'hosp-a'", "hosp-b");
  const char* wrong_person = "a release for an emergency is for the person who stated it";
  no([](auto& r) { r.receiver = person("nurse"); }, Code::grant_person, wrong_person);
  no([](auto& r) { r.receiver.reset(); }, Code::grant_person, wrong_person);
  no([](auto& r) { r.to = test::name("req-b"), r.package = package({"req-b"}); },
     Code::grant_person, wrong_person);
  no([](auto& r) { r.purpose = word("TREAT"); }, Code::grant_purpose,
     "the purpose of an emergency is ETREAT or BTG, got 'TREAT'");
  no([](auto& r) { r.records = at(2, {0}); }, Code::record_foreign, "belongs to 'hosp-b'");
  CHECK(world.may(with(rescue(hash), [](auto& r) { r.purpose = word("BTG"); }), {"hosp-a"}));
}

TEST_CASE("an emergency is about one subject, in all its releases") {
  Duties world;
  const EntryHash hash = world.put(emergency(), {"req-a"});
  world.no(rescue(hash, {1, 2}), {"hosp-a"}, Code::grant_scope,
           "an emergency is about one subject");
  CHECK(world.may(rescue(hash, {2}), {"hosp-a"}));
  world.put(rescue(hash, {0, 1}), {"hosp-a"});
  CHECK(world.emergency_at(hash).subject == subject("ann"));
  world.no(rescue(hash, {2}), {"hosp-a"}, Code::grant_scope, "an emergency is about one subject");
  world.put(rescue(hash, {1}), {"hosp-a"});
  CHECK(world.emergency_at(hash).releases == 2);
}

TEST_CASE("an emergency releases nothing from its end on") {
  Duties world;
  const EntryHash hash = world.put(emergency(), {"req-a"});
  world.tick(after(3'599));
  CHECK(world.may(rescue(hash), {"hosp-a"}));
  world.tick(after(3'600));
  world.no(rescue(hash), {"hosp-a"}, Code::emergency_over,
           "the emergency ended 2027-01-15T09:00:00Z, log time is 2027-01-15T09:00:00Z");
}

TEST_CASE("a dissent forbids a release for an emergency, unless an exception lets it through") {
  entry::Grant dissent = permit();
  dissent.provision = entry::Provision::deny;
  dissent.scope = {};
  dissent.scope.subjects = {subject("ann")};
  entry::Exception glass;
  glass.provision = entry::Provision::permit;
  glass.purposes = {word("BTG"), word("ETREAT")};
  SUBCASE("forbids") {
    Duties world;
    const EntryHash hash = world.put(emergency(), {"req-a"});
    const std::string index = world.next();
    const EntryHash no = world.put(dissent, {"hosp-a"});
    world.no(rescue(hash), {"hosp-a"}, Code::emergency_forbidden,
             "entry 1 row 0: entry " + index + " denies it");
    CHECK(world.may(rescue(hash, {2}), {"hosp-a"}));
    world.put(revoke(no), {"hosp-a"});
    CHECK(world.may(rescue(hash), {"hosp-a"}));
  }
  SUBCASE("lets through") {
    Duties world;
    dissent.exceptions = {glass};
    const EntryHash hash = world.put(emergency(), {"req-a"});
    world.put(dissent, {"hosp-a"});
    CHECK(world.may(rescue(hash), {"hosp-a"}));
  }
  SUBCASE("of another purpose") {
    Duties world;
    glass.purposes = {word("BTG")};
    dissent.exceptions = {glass};
    const EntryHash hash = world.put(emergency(), {"req-a"});
    world.put(dissent, {"hosp-a"});
    world.no(rescue(hash), {"hosp-a"}, Code::emergency_forbidden, "denies it");
    CHECK(world.may(with(rescue(hash), [](auto& r) { r.purpose = word("BTG"); }), {"hosp-a"}));
  }
}
