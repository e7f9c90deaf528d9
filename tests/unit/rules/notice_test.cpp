// Notices: of what, by whom, to whom.
#include <doctest/doctest.h>

#include "unit/rules/duty_acts.hpp"

using namespace medchain;
using namespace test::duty;
using entry::NoticeOf;

namespace {

const EntryHash none = test::hash_of<EntryHash>("none");

}  // namespace

TEST_CASE("a notice is kept, with nobody's answer") {
  Duties world;
  const EntryHash gone = world.put(test::erase_of({}, {subject("ann")}), {"hosp-a"});
  const entry::Notice body = with(notice(NoticeOf::erasure, gone), [](auto& n) {
    n.person = person("dr");
    n.due = after(86'400);
  });
  const std::string index = world.next();
  const auto state = world.notice_at(world.put(body, {"hosp-a"}));
  CHECK(std::to_string(state.index.get()) == index);
  CHECK(state.author == test::name("hosp-a"));
  CHECK(state.body == body);
  CHECK(state.acknowledged.empty());
  CHECK(state.erased.empty());
}

TEST_CASE("of an erasure tells its custodian, or who said it") {
  Duties world;
  const EntryHash gone = world.put(test::erase_of({}, {subject("ann")}), {"other", "hosp-a"});
  CHECK(world.may(notice(NoticeOf::erasure, gone), {"hosp-a"}));
  CHECK(world.may(notice(NoticeOf::erasure, gone), {"other"}));
  world.no(notice(NoticeOf::erasure, gone), {"hosp-b"}, Code::not_permitted,
           "'hosp-b' had no part in that");
  world.no(notice(NoticeOf::erasure, none), {"hosp-a"}, Code::entry_missing,
           to_text(none) + " is not an erase entry on this ledger");
  // It is of another kind.
  for (const NoticeOf of : {NoticeOf::revocation, NoticeOf::emergency, NoticeOf::recall})
    world.no(notice(of, gone), {"hosp-a"}, Code::entry_missing, " is not a");
}

TEST_CASE("of a revocation or suspension tells who had a part in the grant, while it is so") {
  Duties world;
  const EntryHash grant = world.put(permit(), {"hosp-a"});
  for (const NoticeOf of : {NoticeOf::revocation, NoticeOf::suspension}) {
    world.no(notice(of, grant), {"hosp-a"}, Code::entry_state, "the grant is active");
    world.no(notice(of, none), {"hosp-a"}, Code::entry_missing, "is not a grant on this ledger");
  }
  world.put(revoke(grant, entry::RevokeAct::suspend), {"hosp-a"});
  CHECK(world.may(notice(NoticeOf::suspension, grant), {"hosp-a"}));
  world.no(notice(NoticeOf::revocation, grant), {"hosp-a"}, Code::entry_state,
           "the grant is suspended");
  world.put(revoke(grant), {"hosp-a"});
  CHECK(world.may(notice(NoticeOf::revocation, grant), {"hosp-a"}));
  world.no(notice(NoticeOf::suspension, grant), {"hosp-a"}, Code::entry_state,
           "the grant is revoked");
  for (const char* by : {"req-a", "hosp-b", "reg"})
    world.no(notice(NoticeOf::revocation, grant, {"admin-a"}), {by}, Code::not_permitted,
             "had no part in that");
}

TEST_CASE("of a withdrawn grant tells the patient too, or who acts for it") {
  Duties world;
  world.put(own(), {"hosp-a", ann});
  const EntryHash grant = world.put(permit(), {"hosp-a"});
  world.put(revoke(grant), {ann});
  const auto told = notice(NoticeOf::revocation, grant, {"hosp-a", "req-a"});
  CHECK(world.may(told, {ann}));
  world.no(told, {ben}, Code::not_permitted, "'p-00000000000000a2' had no part in that");
  world.put(with(link(entry::LinkAct::delegate),
                 [](auto& l) {
                   l.patient = test::name(ann);
                   l.other = test::name(ben);
                   l.kind = entry::DelegateKind::delegate;
                   l.until = after(300);
                 }),
            {ann, ben});
  CHECK(world.may(told, {ben}));
  world.tick(after(300));
  world.no(told, {ben}, Code::not_permitted, "had no part in that");
}

TEST_CASE("of an emergency tells who stated it, or its custodian") {
  Duties world;
  const EntryHash hash = world.put(emergency(), {"req-a"});
  CHECK(world.may(notice(NoticeOf::emergency, hash, {ann}), {"hosp-a"}));
  CHECK(world.may(notice(NoticeOf::emergency, hash, {ann}), {"req-a"}));
  world.no(notice(NoticeOf::emergency, hash, {ann}), {"hosp-b"}, Code::not_permitted,
           "'hosp-b' had no part in that");
  world.no(notice(NoticeOf::emergency, none), {"hosp-a"}, Code::entry_missing,
           "is not an emergency on this ledger");
}

TEST_CASE("of a recall or breach tells who released, or who got it") {
  Duties world;
  const EntryHash grant = world.put(permit(), {"hosp-a"});
  const EntryHash hash = world.put(release(grant), {"hosp-a"});
  for (const NoticeOf of : {NoticeOf::recall, NoticeOf::breach}) {
    CHECK(world.may(notice(of, hash), {"hosp-a"}));
    CHECK(world.may(notice(of, hash, {"hosp-a"}), {"req-a"}));
    world.no(notice(of, hash), {"hosp-b"}, Code::not_permitted, "'hosp-b' had no part in that");
    world.no(notice(of, none), {"hosp-a"}, Code::entry_missing, "is not a release on this ledger");
    world.no(notice(of, grant), {"hosp-a"}, Code::entry_missing, "is not a release on this ledger");
  }
}

TEST_CASE("a notice is to known members, in order, and due in time") {
  Duties world;
  const EntryHash gone = world.put(test::erase_of({}, {subject("ann")}), {"hosp-a"});
  const auto no = [&](std::vector<MemberName> to, Code code, std::string_view piece) {
    world.no(with(notice(NoticeOf::erasure, gone), [&](auto& n) { n.to = std::move(to); }),
             {"hosp-a"}, code, piece);
  };
  no({}, Code::entry_rule, "'to': at least one member");
  no(names({"req-b", "req-a"}), Code::entry_rule, "'to' must ascend, each once");
  no(names({"req-a", "req-a"}), Code::entry_rule, "'to' must ascend, each once");
  no(names({"hosp-a", "req-a"}), Code::entry_rule, "'to' does not name the author");
  no(names({"nobody", "req-a"}), Code::member_unknown, "'nobody' is not a member");
  const auto due = [&](std::int64_t at) {
    return with(notice(NoticeOf::erasure, gone), [&](auto& n) { n.due = after(at); });
  };
  CHECK(world.may(due(1), {"hosp-a"}));
  world.no(due(0), {"hosp-a"}, Code::entry_rule,
           "'due': expected after log time 2027-01-15T08:00:00Z, got 2027-01-15T08:00:00Z");
  world.refused(world.entry(notice(NoticeOf::erasure, gone), {"hosp-a"}), Code::person_missing,
                "a notice entry of an institution names the person");
  // Who left is told all the same: it holds copies (HEALTH FAB-4).
  world.change_member(entry::MemberAct::revoke, "req-a");
  CHECK(world.may(notice(NoticeOf::erasure, gone), {"hosp-a"}));
}
