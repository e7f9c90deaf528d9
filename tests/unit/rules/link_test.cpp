// Links: which fields each act has, who signs, and what may not be linked.
#include <doctest/doctest.h>

#include "unit/rules/duty_acts.hpp"

using namespace medchain;
using namespace test::duty;
using entry::DelegateKind;
using entry::LinkAct;
using entry::Relation;
using test::By;

namespace {

/// ann0 replaces ann1, at hosp-a.
entry::Link relate(Relation relation = Relation::replaces) {
  entry::Link body = link(LinkAct::relate);
  body.relation = relation;
  body.from = entry::Place{EntryIndex(1), 0};
  body.target = entry::Place{EntryIndex(1), 1};
  return body;
}
entry::Link delegate_to(const char* other, DelegateKind kind = DelegateKind::delegate) {
  entry::Link body = link(LinkAct::delegate);
  body.patient = test::name(ann);
  body.other = test::name(other);
  body.kind = kind;
  return body;
}
entry::Link undelegate(const char* other) {
  entry::Link body = delegate_to(other);
  body.act = LinkAct::undelegate;
  body.kind.reset();
  return body;
}
/// As the custodian of the patient's subject.
entry::Link at_custodian(entry::Link body, const char* custodian = "hosp-a") {
  body.custodian = test::name(custodian);
  body.subject = subject("ann");
  return body;
}
entry::Link complete(LinkAct act) {
  switch (act) {
    case LinkAct::relate:
      return relate();
    case LinkAct::same:
      return same();
    case LinkAct::own:
      return own();
    case LinkAct::disown:
      return disown();
    case LinkAct::delegate:
      return delegate_to(ben);
    case LinkAct::undelegate:
      break;
  }
  return undelegate(ben);
}

constexpr LinkAct acts[] = {LinkAct::relate, LinkAct::same,     LinkAct::own,
                            LinkAct::disown, LinkAct::delegate, LinkAct::undelegate};

std::optional<rules::DelegateState> delegated(const Duties& world, const char* other) {
  const auto state = rules::delegate(world.view, test::name(ann), test::name(other));
  REQUIRE(state);
  return *state;
}

}  // namespace

TEST_CASE("each act has its fields and no others") {
  const struct {
    const char* field;
    void (*set)(entry::Link&);
    void (*clear)(entry::Link&);
    std::vector<LinkAct> demanded, allowed;
  } fields[] = {
      {"relation",
       [](auto& l) { l.relation = Relation::signs; },
       [](auto& l) { l.relation.reset(); },
       {LinkAct::relate},
       {}},
      {"from",
       [](auto& l) { l.from = entry::Place{}; },
       [](auto& l) { l.from.reset(); },
       {LinkAct::relate},
       {}},
      {"target",
       [](auto& l) { l.target = entry::Place{}; },
       [](auto& l) { l.target.reset(); },
       {LinkAct::relate},
       {}},
      {"subject",
       [](auto& l) { l.subject = subject("ann"); },
       [](auto& l) { l.subject.reset(); },
       {LinkAct::same, LinkAct::own, LinkAct::disown},
       {LinkAct::delegate, LinkAct::undelegate}},
      {"custodian",
       [](auto& l) { l.custodian = test::name("hosp-a"); },
       [](auto& l) { l.custodian.reset(); },
       {LinkAct::same, LinkAct::own, LinkAct::disown},
       {LinkAct::delegate, LinkAct::undelegate}},
      {"other",
       [](auto& l) { l.other = test::name(ben); },
       [](auto& l) { l.other.reset(); },
       {LinkAct::same, LinkAct::own, LinkAct::disown, LinkAct::delegate, LinkAct::undelegate},
       {}},
      {"other_subject",
       [](auto& l) { l.other_subject = subject("x"); },
       [](auto& l) { l.other_subject.reset(); },
       {LinkAct::same},
       {}},
      {"patient",
       [](auto& l) { l.patient = test::name(ann); },
       [](auto& l) { l.patient.reset(); },
       {LinkAct::delegate, LinkAct::undelegate},
       {}},
      {"kind",
       [](auto& l) { l.kind = DelegateKind::guardian; },
       [](auto& l) { l.kind.reset(); },
       {LinkAct::delegate},
       {}},
      {"until",
       [](auto& l) { l.until = after(60); },
       [](auto& l) { l.until.reset(); },
       {},
       {LinkAct::delegate}},
  };
  Duties world;
  std::size_t missing = 0, superfluous = 0;
  for (const LinkAct act : acts)
    for (const auto& field : fields) {
      CAPTURE(field.field);
      const auto lists = [&](const std::vector<LinkAct>& in) {
        return std::find(in.begin(), in.end(), act) != in.end();
      };
      const std::string start = std::string(entry::word_of(act)) + ": '" + field.field + "' ";
      if (lists(field.demanded)) {
        ++missing;
        world.no(with(complete(act), field.clear), {"hosp-a"}, Code::entry_rule,
                 start + "is missing");
      } else if (!lists(field.allowed)) {
        ++superfluous;
        world.no(with(complete(act), field.set), {"hosp-a"}, Code::entry_rule,
                 start + "does not belong there");
      }
    }
  CHECK(missing == 18);
  CHECK(superfluous == 37);
  for (const LinkAct act : {LinkAct::delegate, LinkAct::undelegate}) {
    const char* together = "'subject' and 'custodian' come together";
    world.no(with(complete(act), [](auto& l) { l.subject = subject("ann"); }), {ann},
             Code::entry_rule, together);
    world.no(with(complete(act), [](auto& l) { l.custodian = test::name("hosp-a"); }), {ann},
             Code::entry_rule, together);
  }
  world.refused(world.entry(relate(), {"hosp-a"}), Code::person_missing,
                "a link entry of an institution names the person");
}

TEST_CASE("relate: a record of the author and another, once per relation") {
  Duties world;
  const auto no = [&](auto change, Code code, std::string_view piece) {
    world.no(with(relate(), change), {"hosp-a"}, code, piece);
  };
  no([](auto& l) { l.from->row = 3; }, Code::record_unknown, "no row 3");
  no([](auto& l) { l.target->row = 3; }, Code::record_unknown, "no row 3");
  no([](auto& l) { l.target->entry = EntryIndex(0); }, Code::record_unknown,
     "entry 0 is no anchor");
  no([](auto& l) { l.from->row = 8'192; }, Code::record_unknown, "no anchor has a row 8192");
  no([](auto& l) { l.target->row = (std::uint64_t{1} << 32) + 1; }, Code::record_unknown,
     "no anchor has a row 4294967297");
  no([](auto& l) { l.from->entry = EntryIndex(2); }, Code::record_foreign,
     "'from' is a record of 'hosp-b', not of the author");
  no([](auto& l) { l.target->row = 0; }, Code::entry_rule, "a record is not related to itself");
  const std::string index = world.next();
  world.put(relate(), {"hosp-a"});
  CHECK(world.has(rules::key_of_relation(test::row("ann0").record, Relation::replaces,
                                         test::row("ann1").record)));
  no([](auto&) {}, Code::entry_state, "these are linked already, at entry " + index);
  CHECK(world.may(relate(Relation::appends), {"hosp-a"}));
  world.no(relate(Relation::signs), {"hosp-a", "hosp-b"}, Code::signature_superfluous,
           "no rule calls for the signature of 'hosp-b'");
  // Another version is the same record.
  const test::Manifest newer = {test::row("ann0", "ann", 2)};
  const auto entry = world.accept(world.entry(test::anchor_of(newer), {"hosp-a"}), newer);
  no(
      [&](auto& l) {
        l.target = entry::Place{entry, 0};
      },
      Code::entry_rule, "a record is not related to itself");
  no([&](auto& l) { l.from = entry::Place{entry, 0}; }, Code::entry_state, "linked already");
}

TEST_CASE("relate: nobody replaces another's record") {
  Duties world;
  const auto to_foreign = [](Relation relation) {
    return with(relate(relation), [](auto& l) { l.target = entry::Place{EntryIndex(2), 0}; });
  };
  for (const Relation relation : {Relation::appends, Relation::transforms, Relation::signs})
    CHECK(world.may(to_foreign(relation), {"hosp-a"}));
  world.no(to_foreign(Relation::replaces), {"hosp-a"}, Code::record_foreign,
           "'target' is a record of 'hosp-b', which only its custodian replaces");
}

TEST_CASE("relate: what was erased is linked no more") {
  Duties world;
  const auto transforms = with(relate(Relation::transforms), [](auto& l) {
    l.target = entry::Place{EntryIndex(2), 0};
  });
  const std::string index = world.next();
  world.put(test::erase_of({}, {subject("ann")}, "hosp-b"), {"hosp-b"});
  world.no(transforms, {"hosp-a"}, Code::record_erased, "'target' was erased at entry " + index);
  CHECK(world.may(relate(), {"hosp-a"}));
  const std::string second = world.next();
  world.put(test::erase_of({test::row("ann0").record}), {"hosp-a"});
  world.no(relate(), {"hosp-a"}, Code::record_erased, "'from' was erased at entry " + second);
}

TEST_CASE("same: two custodians sign, and the patients of both subjects") {
  Duties world;
  world.no(same(), {"hosp-a"}, Code::signature_missing, "the signature of 'req-a' is missing");
  world.no(same(), {"req-a"}, Code::signature_missing, "the signature of 'hosp-a' is missing");
  world.no(same(), {"hosp-b", "hosp-a", "req-a"}, Code::entry_rule,
           "same: the author is one of the two members");
  world.no(same("hosp-a"), {"hosp-a"}, Code::entry_rule, "same: two members are linked");
  world.no(same("other"), {"hosp-a", "other"}, Code::member_role, "'other' has not the role");
  world.no(with(same(), [](auto& l) { l.custodian = test::name("other"); }), {"req-a", "other"},
           Code::member_role, "'other' has not the role custodian");
  CHECK(world.may(same(), {"req-a", "hosp-a"}));

  world.put(own(), {"hosp-a", ann});
  world.put(with(own(ben),
                 [](auto& l) {
                   l.custodian = test::name("req-a");
                   l.subject = subject("ann at req-a");
                 }),
            {"req-a", ben});
  world.no(same(), {"hosp-a", "req-a"}, Code::signature_missing,
           "the signature of 'p-00000000000000a1' is missing");
  world.no(same(), {"hosp-a", "req-a", ann}, Code::signature_missing,
           "the signature of 'p-00000000000000a2' is missing");
  CHECK(world.may(same("req-a", "another"), {"hosp-a", "req-a", ann}));
  const std::string index = world.next();
  world.put(same(), {"req-a", "hosp-a", ann, ben});
  // Both ways.
  const std::string hint = "these are linked already, at entry " + index;
  world.no(same(), {"hosp-a", "req-a", ann, ben}, Code::entry_state, hint);
  const auto back = with(same(), [](auto& l) {
    l.custodian = test::name("req-a");
    l.subject = subject("ann at req-a");
    l.other = test::name("hosp-a");
    l.other_subject = subject("ann");
  });
  world.no(back, {"hosp-a", "req-a", ann, ben}, Code::entry_state, hint);
  // Patients that left for good cannot sign.
  world.change_member(entry::MemberAct::revoke, ann);
  CHECK(world.may(same("req-a", "another"), {"hosp-a", "req-a"}));
}

TEST_CASE("own: custodian, patient and all owners there are sign") {
  Duties world;
  world.no(own(), {"hosp-a"}, Code::signature_missing, "'p-00000000000000a1' is missing");
  world.no(own(), {ann}, Code::signature_missing, "the signature of 'hosp-a' is missing");
  world.no(own(), {"hosp-b", "hosp-a", ann}, Code::entry_rule,
           "own: the author is the custodian or the patient");
  world.no(own("hosp-b"), {"hosp-a", "hosp-b"}, Code::entry_rule,
           "'hosp-b' is not a patient member");
  world.no(own("p-00000000000000ff"), {"hosp-a"}, Code::member_unknown, "is not a member");
  world.no(with(own(), [](auto& l) { l.custodian = test::name("other"); }), {ann, "other"},
           Code::member_role, "'other' has not the role custodian");
  world.put(own(), {ann, "hosp-a"});
  CHECK(world.owners() == names({ann}));
  world.no(own(), {"hosp-a", ann}, Code::entry_state, "'p-00000000000000a1' is an owner");
  world.no(own(ben), {"hosp-a", ben}, Code::signature_missing,
           "the signature of 'p-00000000000000a1' is missing");
  world.no(own(ben), {ann, "hosp-a", ben}, Code::entry_rule, "own: the author is the custodian");
  world.put(own(ben), {"hosp-a", ann, ben});
  CHECK(world.owners() == names({ann, ben}));
  world.change_member(entry::MemberAct::suspend, ben);
  world.no(with(own(ben), [](auto& l) { l.subject = subject("bob"); }), {"hosp-a", ben},
           Code::member_inactive, "'p-00000000000000a2' is suspended");
}

TEST_CASE("own: an owner that left for good is not waited for, a suspended one is") {
  Duties world;
  world.put(own(), {"hosp-a", ann});
  world.change_member(entry::MemberAct::suspend, ann);
  world.no(own(ben), {"hosp-a", ben}, Code::signature_missing, "'p-00000000000000a1' is missing");
  world.change_member(entry::MemberAct::revoke, ann);
  world.put(own(ben), {"hosp-a", ben});
  CHECK(world.owners() == names({ann, ben}));
  // Who cannot sign is taken out without; then one remains.
  world.no(disown(ben), {"hosp-a", ben}, Code::owner_last,
           "'p-00000000000000a2' is the last owner of the subject");
  world.put(disown(ann), {"hosp-a"});
  CHECK(world.owners() == names({ben}));
}

TEST_CASE("own: a subject has at most 16 owners") {
  Duties world;
  std::vector<By> signers = {"hosp-a"};
  for (int i = 0; i < 17; ++i) {
    const std::string patient = "p-" + std::string(14, 'b') + std::to_string(10 + i);
    world.change_member(entry::MemberAct::add, patient.c_str(),
                        test::card_of(patient, {}, entry::MemberKind::patient));
    signers.push_back(patient);
    if (i < 16)
      world.put(own(patient.c_str()), signers);
    else
      world.no(own(patient.c_str()), signers, Code::entry_rule, "a subject has at most 16 owners");
  }
  CHECK(world.owners().size() == 16);
}

TEST_CASE("disown: custodian and patient sign, and the last owner stays") {
  Duties world;
  world.no(disown(), {"hosp-a", ann}, Code::entry_state,
           "'p-00000000000000a1' is not an owner of the subject");
  world.put(own(), {"hosp-a", ann});
  world.no(disown(), {"hosp-a", ann}, Code::owner_last,
           "'p-00000000000000a1' is the last owner of the subject");
  world.no(disown(ben), {"hosp-a", ben}, Code::entry_state, "'p-00000000000000a2' is not an owner");
  world.put(own(ben), {"hosp-a", ann, ben});
  world.no(disown(), {"hosp-b", "hosp-a", ann}, Code::entry_rule,
           "disown: the author is the custodian or the patient");
  world.no(disown(), {ben, "hosp-a", ann}, Code::entry_rule, "disown: the author is");
  world.no(disown(), {"hosp-a"}, Code::signature_missing, "'p-00000000000000a1' is missing");
  world.no(disown(), {ann}, Code::signature_missing, "the signature of 'hosp-a' is missing");
  world.put(disown(), {ann, "hosp-a"});
  CHECK(world.owners() == names({ben}));
  world.no(disown(ben), {ben, "hosp-a"}, Code::owner_last, "is the last owner of the subject");
}

TEST_CASE("delegate: the patient names it, and it agrees") {
  Duties world;
  world.no(delegate_to(ben), {ann}, Code::signature_missing, "'p-00000000000000a2' is missing");
  world.no(delegate_to(ann), {ann}, Code::entry_rule, "nobody acts for itself");
  world.no(delegate_to("nobody"), {ann}, Code::member_unknown, "'nobody' is not a member");
  world.no(with(delegate_to(ben), [](auto& l) { l.patient = test::name("hosp-b"); }),
           {"hosp-b", ben}, Code::entry_rule, "'hosp-b' is not a patient member");
  world.no(delegate_to(ben), {"hosp-a", ben}, Code::not_permitted,
           "who acts for a patient is named by it");
  world.no(delegate_to("hosp-b"), {"hosp-b"}, Code::entry_rule,
           "nobody names itself as who acts for a patient");
  CHECK(world.may(delegate_to(ben, DelegateKind::guardian), {ann, ben}));
  const auto until = [](std::int64_t at) {
    return with(delegate_to(ben), [&](auto& l) { l.until = after(at); });
  };
  world.no(until(0), {ann, ben}, Code::entry_rule,
           "'until': expected after log time 2027-01-15T08:00:00Z, got 2027-01-15T08:00:00Z");
  world.put(until(1), {ann, ben});
  CHECK(delegated(world, ben)->kind == DelegateKind::delegate);
  CHECK(delegated(world, ben)->until == after(1));
  world.put(delegate_to(ben), {ann, ben});
  CHECK_FALSE(delegated(world, ben)->until);
}

TEST_CASE("delegate: a guardian is named by the custodian of the patient's subject") {
  Duties world;
  const entry::Link guardian = at_custodian(delegate_to(ben, DelegateKind::guardian));
  const char* named = "a guardian is named by the patient or by its custodian";
  world.no(delegate_to(ben, DelegateKind::guardian), {"hosp-a", ben}, Code::not_permitted, named);
  world.no(guardian, {"hosp-b", ben}, Code::not_permitted, named);
  const char* no_owner = "'p-00000000000000a1' is not an owner of the subject at 'hosp-a'";
  world.no(guardian, {"hosp-a", ben}, Code::not_permitted, no_owner);
  world.put(own(), {"hosp-a", ann});
  world.no(at_custodian(delegate_to(ben)), {"hosp-a", ben}, Code::not_permitted,
           "who acts for a patient is named by it");
  world.no(guardian, {"hosp-a"}, Code::signature_missing, "'p-00000000000000a2' is missing");
  // A custodian does not make itself the one who consents.
  world.no(at_custodian(delegate_to("hosp-a", DelegateKind::guardian)), {"hosp-a"},
           Code::entry_rule, "nobody names itself as who acts for a patient");
  world.put(guardian, {"hosp-a", ben});
  CHECK(delegated(world, ben)->kind == DelegateKind::guardian);
}

TEST_CASE("undelegate: the patient, who acts for it, or for a guardian the custodian") {
  Duties world;
  world.no(undelegate(ben), {ann}, Code::entry_state,
           "'p-00000000000000a2' does not act for 'p-00000000000000a1'");
  world.put(own(), {"hosp-a", ann});
  world.put(delegate_to(ben), {ann, ben});
  world.no(at_custodian(undelegate(ben)), {"hosp-a"}, Code::not_permitted,
           "who acts for a patient is named by it");
  world.no(undelegate(ben), {"hosp-b"}, Code::not_permitted, "named by it");
  CHECK(world.may(undelegate(ben), {ben}));
  world.put(undelegate(ben), {ann});
  CHECK_FALSE(delegated(world, ben));
  world.put(at_custodian(delegate_to(ben, DelegateKind::guardian)), {"hosp-a", ben});
  world.no(undelegate(ben), {"hosp-a"}, Code::not_permitted, "a guardian is named by");
  world.no(at_custodian(undelegate(ben), "hosp-b"), {"hosp-b"}, Code::not_permitted,
           "'p-00000000000000a1' is not an owner of the subject at 'hosp-b'");
  CHECK(world.may(undelegate(ben), {ben}));
  world.put(at_custodian(undelegate(ben)), {"hosp-a"});
  CHECK_FALSE(delegated(world, ben));
}

TEST_CASE("a delegate acts until its end") {
  Duties world;
  world.put(own(), {"hosp-a", ann});
  const EntryHash grant = world.put(permit(), {"hosp-a"});
  world.put(with(delegate_to(ben), [](auto& l) { l.until = after(60); }), {ann, ben});
  world.tick(after(59));
  CHECK(world.may(revoke(grant), {ben}));
  world.tick(after(60));
  world.no(revoke(grant), {ben}, Code::not_permitted, "'p-00000000000000a2' can not revoke");
  CHECK(world.may(revoke(grant), {ann}));
}
