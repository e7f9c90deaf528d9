#include <doctest/doctest.h>

#include <algorithm>

#include "unit/rules/acts.hpp"

using namespace medchain;
using test::erase_of;
using test::row;
using test::Manifest;
using test::rows;
using test::World;

namespace {

/// hosp-a holds record0 and record1 of "subject" and one record of "somebody".
struct Filled : World {
  Filled() {
    const Manifest all = {row("record0"), row("record1"), row("alone", "somebody")};
    accept(entry(test::anchor_of(all), {"hosp-a"}), all);
  }
  EntryIndex erase(const entry::Erase& body) { return accept(entry(body, {"hosp-a"})); }
};

std::vector<RecordTag> tags(std::initializer_list<const char*> records) {
  std::vector<RecordTag> all;
  for (const char* record : records) all.push_back(row(record).record);
  std::sort(all.begin(), all.end());
  return all;
}

const SubjectTag subject = row("any", "subject").subject;

}  // namespace

TEST_CASE("an erase entry marks its records and subjects, and counts") {
  Filled world;
  const auto first = world.erase(erase_of(tags({"record0"})));
  const auto second = world.erase(erase_of({}, {row("alone", "somebody").subject}));
  CHECK(*rules::erasures(world.view) == 2);
  const auto custodian = test::name("hosp-a");
  CHECK(*rules::erased_at(world.view, custodian, row("record0").record, subject) == first);
  CHECK_FALSE(*rules::erased_at(world.view, custodian, row("record1").record, subject));
  CHECK(*rules::erased_at(world.view, custodian, row("alone").record, row("alone", "somebody").subject) == second);
  CHECK_FALSE(*rules::erased_at(world.view, test::name("hosp-b"), row("record0").record, subject));
}

TEST_CASE("what was erased is not anchored again, in any version") {
  Filled world;
  world.erase(erase_of(tags({"record0"})));
  const auto refused = [&](const Manifest& all, std::string_view piece) {
    world.refused(world.entry(test::anchor_of(all), {"hosp-a"}), Code::record_erased, piece, all);
  };
  refused({row("new"), row("record0", "subject", 2)}, "row 1: erased at entry 2");
  // The other record of this subject goes on.
  const Manifest version = {row("record1", "subject", 2)};
  world.accept(world.entry(test::anchor_of(version), {"hosp-a"}), version);
  // An erased subject takes new records along.
  world.erase(erase_of({}, {subject}));
  refused({row("record1", "subject", 3)}, "row 0: erased at entry 4");
  refused({row("brand-new", "subject")}, "row 0: erased at entry 4");
  const Manifest others = {row("brand-new", "somebody"), row("alone", "somebody", 2)};
  CHECK(world.judge(world.entry(test::anchor_of(others), {"hosp-a"}), others));
}

TEST_CASE("an erasure is of its custodian and of nobody else") {
  Filled world;
  world.refused(world.entry(erase_of(tags({"record0"}), {}, "hosp-b"), {"hosp-b"}), Code::record_foreign,
                "record 0 belongs to 'hosp-a'");
  world.refused(world.entry(erase_of(tags({"record0"})), {"hosp-b"}), Code::signature_missing, "the signature of 'hosp-a'");
  world.refused(world.entry(erase_of(tags({"record0"})), {"admin-a"}), Code::signature_missing, "the signature of 'hosp-a'");
  world.refused(world.entry(erase_of(tags({"record0"}), {}, "other"), {"other"}), Code::member_role, "has not the role custodian");
  CHECK(world.judge(world.entry(erase_of(tags({"record0"})), {"other", "hosp-a"})));
  // Somebody else's erasure of the same subject tag touches nothing of hosp-a's.
  world.accept(world.entry(erase_of({}, {subject}, "hosp-b"), {"hosp-b"}));
  const Manifest version = {row("record0", "subject", 2)};
  CHECK(world.judge(world.entry(test::anchor_of(version), {"hosp-a"}), version));
}

TEST_CASE("an erase entry names something, in order, that is there and not erased yet") {
  Filled world;
  const auto refused = [&](const entry::Erase& body, Code code, std::string_view piece) {
    world.refused(world.entry(body, {"hosp-a"}), code, piece);
  };
  refused(erase_of({}), Code::entry_rule, "nothing to erase");
  auto both = tags({"record0", "record1"});
  refused(erase_of({both[1], both[0]}), Code::entry_rule, "tags must ascend, each once");
  refused(erase_of({both[0], both[0]}), Code::entry_rule, "tags must ascend, each once");
  refused(erase_of({}, {subject, subject}), Code::entry_rule, "tags must ascend, each once");
  refused(erase_of(tags({"never-anchored"})), Code::record_unknown, "record 0 is not on the ledger");
  world.erase(erase_of(tags({"record0"})));
  refused(erase_of(tags({"record0"})), Code::record_erased, "record 0 was erased at entry 2");
  refused(erase_of(both), Code::record_erased, "was erased at entry 2");
  world.erase(erase_of({}, {subject}));
  refused(erase_of({}, {subject}), Code::record_erased, "a subject was erased at entry 3");
}

TEST_CASE("a record that went with its subject is erased already") {
  Filled world;
  world.erase(erase_of({}, {subject}));
  world.refused(world.entry(erase_of(tags({"record1"})), {"hosp-a"}), Code::record_erased, "record 0 was erased at entry 2");
  CHECK(world.judge(world.entry(erase_of(tags({"alone"})), {"hosp-a"})));
}

TEST_CASE("records and their subject can be erased in one entry") {
  Filled world;
  const auto index = world.erase(erase_of(tags({"record0", "record1"}), {subject}));
  CHECK(*rules::erased_at(world.view, test::name("hosp-a"), row("record0").record, SubjectTag()) == index);
  CHECK(*rules::erasures(world.view) == 1);
}
