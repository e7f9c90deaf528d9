// Holds, seals, suspensions and openings: who may open and close them, before whom, and what must
// not be erased meanwhile.
#include <doctest/doctest.h>

#include "unit/rules/duty_acts.hpp"

using namespace medchain;
using namespace test::duty;
using entry::CaseOf;
using test::erase_of;

namespace {

RecordTag tag(const char* record) { return test::row(record).record; }

entry::Case over_records(CaseOf of, std::vector<std::uint32_t> rows) {
  return with(case_of(of), [&](auto& c) {
    c.subjects.clear();
    c.records = at(1, std::move(rows));
  });
}
/// As each kind needs it.
entry::Case complete(CaseOf of) {
  return with(case_of(of), [&](auto& c) {
    if (of == CaseOf::suspension) c.until = after(86'400);
    if (of == CaseOf::seal) c.document = commitment("signed by both sides");
  });
}

}  // namespace

TEST_CASE("a case is kept, and marked when it is closed") {
  Duties world;
  const entry::Case body = with(complete(CaseOf::hold), [](auto& c) { c.person = person("dr"); });
  const std::string index = world.next();
  const EntryHash hash = world.put(body, {"hosp-a"});
  auto state = world.case_at(hash);
  CHECK(std::to_string(state.index.get()) == index);
  CHECK(state.author == test::name("hosp-a"));
  CHECK(state.body == body);
  CHECK_FALSE(state.closed);
  const EntryIndex closed(world.size);
  world.put(closing(hash, body), {"hosp-a"});
  CHECK(world.case_at(hash).closed == closed);
}

TEST_CASE("who opens a case") {
  const struct {
    CaseOf of;
    const char* message;
    std::vector<const char*> may, may_not;
  } table[] = {
      {CaseOf::hold,
       "a case of hold is opened by the custodian or an auditor",
       {"hosp-a", "reg"},
       {"hosp-b", "req-a", "admin-a"}},
      {CaseOf::seal,
       "a case of seal is opened by the custodian",
       {"hosp-a"},
       {"reg", "hosp-b", "admin-a"}},
      {CaseOf::suspension,
       "a case of suspension is opened by the custodian",
       {"hosp-a"},
       {"reg", "hosp-b"}},
      {CaseOf::opening,
       "a case of opening is opened by an auditor",
       {"reg"},
       {"hosp-a", "hosp-b", "admin-a"}},
  };
  Duties world;
  for (const auto& row : table) {
    for (const char* by : row.may) CHECK(world.may(complete(row.of), {by}));
    for (const char* by : row.may_not)
      world.no(complete(row.of), {by}, Code::member_role, row.message);
  }
  world.refused(world.entry(complete(CaseOf::hold), {"hosp-a"}), Code::person_missing,
                "a case entry of an institution names the person");
}

TEST_CASE("a case is about records of a custodian, a suspended one too") {
  Duties world;
  const auto of = [](const char* custodian) {
    return with(case_of(CaseOf::hold), [&](auto& c) { c.custodian = test::name(custodian); });
  };
  world.no(of("other"), {"reg"}, Code::member_role, "'other' has not the role custodian");
  world.no(of("nobody"), {"reg"}, Code::member_unknown, "'nobody' is not a member");
  // What it holds must stay for the day it is resumed.
  world.change_member(entry::MemberAct::suspend, "hosp-a");
  world.put(of("hosp-a"), {"reg"});
  world.no(of("hosp-a"), {"hosp-a"}, Code::member_inactive, "'hosp-a' is suspended");
  world.change_member(entry::MemberAct::resume, "hosp-a");
  world.no(erase_of({}, {subject("ann")}), {"hosp-a"}, Code::record_held, "a subject is held");
}

TEST_CASE("a case names subjects or records, in order and in bounds") {
  Duties world;
  const auto no = [&](auto change, Code code, std::string_view piece) {
    world.no(with(case_of(CaseOf::hold), change), {"hosp-a"}, code, piece);
  };
  no([](auto& c) { c.subjects.clear(); }, Code::entry_rule, "a case names subjects or records");
  const auto two = sorted(std::vector{subject("ann"), subject("bob")});
  CHECK(world.may(with(case_of(CaseOf::hold), [&](auto& c) { c.subjects = two; }), {"hosp-a"}));
  const char* order = "'subjects' must ascend, each once, at most 64";
  no([&](auto& c) { c.subjects = {two[1], two[0]}; }, Code::entry_rule, order);
  no([&](auto& c) { c.subjects = {two[0], two[0]}; }, Code::entry_rule, order);
  std::vector<SubjectTag> many;
  for (int i = 0; i < 65; ++i) many.push_back(subject(std::to_string(i)));
  many = sorted(many);
  no([&](auto& c) { c.subjects = many; }, Code::entry_rule, order);
  many.pop_back();
  CHECK(world.may(with(case_of(CaseOf::hold), [&](auto& c) { c.subjects = many; }), {"hosp-a"}));

  no(
      [](auto& c) {
        c.records = {at(1, {0})[0], at(1, {1})[0]};
      },
      Code::entry_rule, "'records' must ascend by entry, each once");
  no([](auto& c) { c.records = at(1, {3}); }, Code::record_unknown, "no row 3");
  no([](auto& c) { c.records = at(0, {0}); }, Code::record_unknown, "entry 0 is no anchor");
  no([](auto& c) { c.records = at(2, {0}); }, Code::record_foreign,
     "entry 2 row 0 belongs to 'hosp-b'");
  std::vector<std::uint32_t> rows(8'192);
  for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i] = i;
  no(
      [&](auto& c) {
        for (std::uint64_t i = 0; i < 8; ++i) c.records.push_back(at(10 + i, rows)[0]);
        c.records.push_back(at(18, {0})[0]);
      },
      Code::entry_rule, "a case names at most 65536 records, got 65537");
  no(
      [&](auto& c) {
        for (std::uint64_t i = 0; i < 8; ++i) c.records.push_back(at(10 + i, rows)[0]);
      },
      Code::record_unknown, "entry 10 is no anchor");
}

TEST_CASE("a case ends after it begins, a suspension says when") {
  Duties world;
  const auto until = [](CaseOf of, std::int64_t at) {
    return with(complete(of), [&](auto& c) { c.until = after(at); });
  };
  for (const CaseOf of : {CaseOf::hold, CaseOf::seal, CaseOf::suspension}) {
    CHECK(world.may(until(of, 1), {"hosp-a"}));
    world.no(until(of, 0), {"hosp-a"}, Code::entry_rule,
             "'until': expected after log time 2027-01-15T08:00:00Z, got 2027-01-15T08:00:00Z");
  }
  world.no(case_of(CaseOf::suspension), {"hosp-a"}, Code::entry_rule,
           "a suspension has an end, 'until'");
}

TEST_CASE("a seal is made before witnesses, here or on paper") {
  Duties world;
  world.no(case_of(CaseOf::seal), {"hosp-a"}, Code::entry_rule,
           "a seal has witnesses, or the document that they signed");
  CHECK(world.may(complete(CaseOf::seal), {"hosp-a"}));
  CHECK(world.may(with(case_of(CaseOf::seal), [](auto& c) { c.witnesses = names({ann}); }),
                  {"hosp-a", ann}));
}

TEST_CASE("witnesses sign what opens and what closes a case") {
  Duties world;
  const auto witnessed = [](std::vector<MemberName> by) {
    return with(case_of(CaseOf::seal), [&](auto& c) {
      c.witnesses = std::move(by);
      c.document = commitment("paper");
    });
  };
  const entry::Case body = witnessed(names({ann, "reg"}));
  world.no(body, {"hosp-a"}, Code::signature_missing, "the signature of 'p-00000000000000a1'");
  world.no(body, {"hosp-a", ann}, Code::signature_missing, "the signature of 'reg' is missing");
  world.no(body, {"hosp-a", ann, "reg", "hosp-b"}, Code::signature_superfluous,
           "no rule calls for the signature of 'hosp-b'");
  world.no(complete(CaseOf::seal), {"hosp-a", "reg"}, Code::signature_superfluous,
           "no rule calls for the signature of 'reg'");
  world.no(witnessed(names({"hosp-a", ann})), {"hosp-a", ann}, Code::entry_rule,
           "'witnesses' does not name the author");
  world.no(witnessed(names({"reg", ann})), {"hosp-a", ann, "reg"}, Code::entry_rule,
           "'witnesses' must ascend");
  world.no(witnessed(names({"nobody"})), {"hosp-a"}, Code::member_unknown, "'nobody'");
  const EntryHash hash = world.put(body, {"hosp-a", ann, "reg"});
  const entry::Case end = closing(hash, body);
  world.no(end, {"hosp-a", "reg"}, Code::signature_missing,
           "the signature of 'p-00000000000000a1' is missing");
  world.no(end, {"hosp-a"}, Code::signature_missing, "is missing");
  CHECK(world.may(end, {"hosp-a", ann, "reg"}));
  // Suspended witnesses are waited for, those that left for good are not.
  world.change_member(entry::MemberAct::suspend, ann);
  world.no(end, {"hosp-a", "reg"}, Code::signature_missing, "'p-00000000000000a1' is missing");
  world.change_member(entry::MemberAct::revoke, ann);
  world.no(end, {"hosp-a"}, Code::signature_missing, "the signature of 'reg' is missing");
  world.put(end, {"hosp-a", "reg"});
  // A member that left witnesses nothing new.
  world.no(body, {"hosp-a", ann, "reg"}, Code::member_inactive, "'p-00000000000000a1' is revoked");
}

TEST_CASE("a case is closed once, by who opened it, with what it was opened with") {
  Duties world;
  const entry::Case body = complete(CaseOf::hold);
  const EntryHash hash = world.put(body, {"reg"});
  const entry::Case end = closing(hash, body);
  world.no(end, {"hosp-a"}, Code::not_permitted, "a case is closed by who opened it, 'reg'");
  const EntryHash none = test::hash_of<EntryHash>("none");
  world.no(closing(none, body), {"reg"}, Code::entry_missing,
           to_text(none) + " is not a case on this ledger");
  const char* same = "a case is closed with the same 'of', 'custodian' and 'witnesses'";
  world.no(with(end, [](auto& c) { c.of = CaseOf::opening; }), {"reg"}, Code::entry_rule, same);
  world.no(with(end, [](auto& c) { c.custodian = test::name("hosp-b"); }), {"reg"},
           Code::entry_rule, same);
  world.no(with(end, [](auto& c) { c.witnesses = names({ann}); }), {"reg", ann}, Code::entry_rule,
           same);
  const char* nothing = "what closes a case names no subjects, records or end";
  world.no(with(end, [](auto& c) { c.subjects = {subject("ann")}; }), {"reg"}, Code::entry_rule,
           nothing);
  world.no(with(end, [](auto& c) { c.records = at(1, {0}); }), {"reg"}, Code::entry_rule, nothing);
  world.no(with(end, [](auto& c) { c.until = after(60); }), {"reg"}, Code::entry_rule, nothing);
  const std::string index = world.next();
  world.put(end, {"reg"});
  world.no(end, {"reg"}, Code::entry_state, "the case was closed at entry " + index);
}

TEST_CASE("what is under hold or seal is not erased, until the case is closed") {
  for (const CaseOf of : {CaseOf::hold, CaseOf::seal}) {
    Duties world;
    const entry::Case body = complete(of);
    const EntryHash hash = world.put(body, {"hosp-a"});
    const std::string by = "is held by case " + to_text(hash);
    // The subject, each of its records, one among others.
    world.no(erase_of({}, {subject("ann")}), {"hosp-a"}, Code::record_held, "a subject " + by);
    world.no(erase_of({tag("ann0")}), {"hosp-a"}, Code::record_held, "record 0 " + by);
    const auto both = sorted(std::vector{tag("ann1"), tag("bob0")});
    world.no(erase_of(both), {"hosp-a"}, Code::record_held, by);
    world.no(erase_of({}, sorted(std::vector{subject("ann"), subject("bob")})), {"hosp-a"},
             Code::record_held, "a subject " + by);
    // Not others: another subject, the same tags at another custodian.
    CHECK(world.may(erase_of({tag("bob0")}, {subject("bob")}), {"hosp-a"}));
    CHECK(world.may(erase_of({}, {subject("ann")}, "hosp-b"), {"hosp-b"}));
    CHECK(world.may(erase_of({tag("foreign")}, {}, "hosp-b"), {"hosp-b"}));
    world.put(closing(hash, body), {"hosp-a"});
    CHECK(world.may(erase_of({tag("ann0")}, {subject("ann")}), {"hosp-a"}));
    for (const auto& [key, value] : world.view.state.values())
      CHECK_FALSE(key.starts_with("hold/"));
  }
}

TEST_CASE("a subject with a record under hold is not erased") {
  Duties world;
  const entry::Case body = over_records(CaseOf::hold, {1});
  const EntryHash hash = world.put(body, {"reg"});
  const std::string by = "is held by case " + to_text(hash);
  world.no(erase_of({tag("ann1")}), {"hosp-a"}, Code::record_held, "record 0 " + by);
  world.no(erase_of({}, {subject("ann")}), {"hosp-a"}, Code::record_held, "a subject " + by);
  CHECK(world.may(erase_of({tag("ann0")}), {"hosp-a"}));
  CHECK(world.may(erase_of({}, {subject("bob")}), {"hosp-a"}));
  // A later version is the same record.
  const test::Manifest newer = {test::row("ann1", "ann", 2)};
  world.accept(world.entry(test::anchor_of(newer), {"hosp-a"}), newer);
  world.no(erase_of({tag("ann1")}), {"hosp-a"}, Code::record_held, "record 0 " + by);
  world.put(closing(hash, body), {"reg"});
  CHECK(world.may(erase_of({tag("ann1")}), {"hosp-a"}));
  CHECK(world.may(erase_of({}, {subject("ann")}), {"hosp-a"}));
}

TEST_CASE("a record under two holds is free when both are closed") {
  Duties world;
  const entry::Case first = over_records(CaseOf::hold, {0, 1}), second = complete(CaseOf::hold);
  const EntryHash one = world.put(first, {"hosp-a"}), two = world.put(second, {"reg"});
  world.put(closing(one, first), {"hosp-a"});
  world.no(erase_of({tag("ann0")}), {"hosp-a"}, Code::record_held,
           "record 0 is held by case " + to_text(two));
  world.put(closing(two, second), {"reg"});
  CHECK(world.may(erase_of({tag("ann0")}), {"hosp-a"}));
}

TEST_CASE("a hold ends by itself at its end") {
  for (const bool by_record : {false, true}) {
    Duties world;
    const entry::Case body =
        with(by_record ? over_records(CaseOf::hold, {0}) : complete(CaseOf::hold),
             [](auto& c) { c.until = after(60); });
    const EntryHash hash = world.put(body, {"hosp-a"});
    world.tick(after(59));
    world.no(erase_of({tag("ann0")}), {"hosp-a"}, Code::record_held, "record 0 is held");
    world.no(erase_of({}, {subject("ann")}), {"hosp-a"}, Code::record_held, "a subject is held");
    world.tick(after(60));
    CHECK(world.may(erase_of({tag("ann0")}, {subject("ann")}), {"hosp-a"}));
    // It may be closed all the same, which tidies up.
    world.put(closing(hash, body), {"hosp-a"});
    CHECK(world.may(erase_of({tag("ann0")}, {subject("ann")}), {"hosp-a"}));
  }
}

TEST_CASE("suspensions and openings forbid no erasure") {
  Duties world;
  world.put(complete(CaseOf::suspension), {"hosp-a"});
  const entry::Case opened =
      with(complete(CaseOf::opening), [](auto& c) { c.records = at(1, {0}); });
  const EntryHash hash = world.put(opened, {"reg"});
  CHECK(world.may(erase_of({tag("ann0")}, {subject("ann")}), {"hosp-a"}));
  world.put(closing(hash, opened), {"reg"});
  CHECK(world.case_at(hash).closed);
}

TEST_CASE("a hold whose case is gone is damage") {
  Duties world;
  const EntryHash hash = world.put(complete(CaseOf::hold), {"hosp-a"});
  world.view.state.apply({{rules::key_of_case(hash), std::nullopt}});
  world.no(erase_of({tag("ann0")}), {"hosp-a"}, Code::store_damaged,
           "names a case that is not there");
}
