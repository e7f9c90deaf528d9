// What members say that they have done: read a notice, erased what they got, assessed.
#include <doctest/doctest.h>

#include "unit/rules/duty_acts.hpp"

using namespace medchain;
using namespace test::duty;
using entry::AttestTo;
using entry::NoticeOf;

namespace {

/// hosp-a has told req-a and req-b that "bob" is erased; req-a got a record of "ann".
struct Told : Duties {
  Told() {
    erased = put(test::erase_of({}, {subject("bob")}), {"hosp-a"});
    told = put(notice(NoticeOf::erasure, erased), {"hosp-a"});
    grant = put(permit(), {"hosp-a"});
    release = put(test::duty::release(grant), {"hosp-a"});
  }
  EntryHash erased, told, grant, release;
};

const EntryHash none = test::hash_of<EntryHash>("none");

}  // namespace

TEST_CASE("each of those that are told acknowledges a notice once") {
  Told world;
  const auto body = attest(AttestTo::acknowledgement, world.told);
  world.put(body, {"req-b"});
  CHECK(world.notice_at(world.told).acknowledged == names({"req-b"}));
  world.put(body, {"req-a"});
  CHECK(world.notice_at(world.told).acknowledged == names({"req-a", "req-b"}));
  CHECK(world.notice_at(world.told).erased.empty());
  world.no(body, {"req-a"}, Code::entry_state, "'req-a' has acknowledged this notice");
  world.no(body, {"req-b"}, Code::entry_state, "'req-b' has acknowledged this notice");
  for (const char* by : {"hosp-b", "hosp-a", "reg"})
    world.no(body, {by}, Code::not_permitted, "the notice is not to " + quote(by));
  for (const EntryHash& hash : {none, world.erased, world.grant, world.release})
    world.no(attest(AttestTo::acknowledgement, hash), {"req-a"}, Code::entry_missing,
             to_text(hash) + " is not a notice on this ledger");
}

TEST_CASE("who has read a notice of erasure need not have erased yet") {
  Told world;
  world.put(attest(AttestTo::acknowledgement, world.told), {"req-a"});
  const auto body = attest(AttestTo::erasure, world.told);
  world.put(body, {"req-a"});
  CHECK(world.notice_at(world.told).acknowledged == names({"req-a"}));
  CHECK(world.notice_at(world.told).erased == names({"req-a"}));
  // Who says that it has erased has read it.
  world.put(body, {"req-b"});
  CHECK(world.notice_at(world.told).acknowledged == names({"req-a", "req-b"}));
  CHECK(world.notice_at(world.told).erased == names({"req-a", "req-b"}));
  world.no(body, {"req-a"}, Code::entry_state, "'req-a' attested that for this notice");
  world.no(attest(AttestTo::acknowledgement, world.told), {"req-b"}, Code::entry_state,
           "'req-b' has acknowledged this notice");
  world.no(body, {"hosp-b"}, Code::not_permitted, "the notice is not to 'hosp-b'");
}

TEST_CASE("only some notices call for erasure") {
  Told world;
  const auto erasing = [&](const EntryHash& of) { return attest(AttestTo::erasure, of); };
  const EntryHash recall = world.put(notice(NoticeOf::recall, world.release), {"hosp-a"});
  const EntryHash breach = world.put(notice(NoticeOf::breach, world.release), {"hosp-a"});
  world.put(revoke(world.grant, entry::RevokeAct::suspend), {"hosp-a"});
  const EntryHash suspension = world.put(notice(NoticeOf::suspension, world.grant), {"hosp-a"});
  world.put(revoke(world.grant), {"hosp-a"});
  const EntryHash revocation = world.put(notice(NoticeOf::revocation, world.grant), {"hosp-a"});
  const EntryHash glass = world.put(emergency(), {"req-a"});
  CHECK(world.may(erasing(recall), {"req-a"}));
  CHECK(world.may(erasing(revocation), {"req-a"}));
  for (const EntryHash& hash : {breach, suspension})
    world.no(erasing(hash), {"req-a"}, Code::entry_state, "the notice calls for no erasure");
  world.no(erasing(glass), {"hosp-a"}, Code::entry_state, "the notice calls for no erasure");
}

TEST_CASE("who got records by a grant attests once that it erased them, until it gets more") {
  Told world;
  const auto body = attest(AttestTo::erasure, world.grant);
  world.no(body, {"req-b"}, Code::not_permitted, "'req-b' got nothing by this grant");
  world.no(body, {"hosp-a"}, Code::not_permitted, "'hosp-a' got nothing by this grant");
  world.no(attest(AttestTo::erasure, none), {"req-a"}, Code::entry_missing,
           to_text(none) + " is neither a grant nor a notice on this ledger");
  world.no(attest(AttestTo::erasure, world.release), {"req-a"}, Code::entry_missing,
           "is neither a grant nor a notice");
  const std::string index = world.next();
  world.put(body, {"req-a"});
  CHECK(world.has(rules::key_of_attested(world.grant, test::name("req-a"))));
  world.no(body, {"req-a"}, Code::entry_state, "'req-a' attested that at entry " + index);
  world.put(release(world.grant), {"hosp-a"});
  CHECK_FALSE(world.has(rules::key_of_attested(world.grant, test::name("req-a"))));
  world.put(body, {"req-a"});
  // The grant need not hold any more.
  world.put(release(world.grant), {"hosp-a"});
  world.put(revoke(world.grant), {"hosp-a"});
  CHECK(world.may(body, {"req-a"}));
}

TEST_CASE("a grant by which nothing was released leaves nothing to erase") {
  Duties world;
  const EntryHash grant = world.put(permit(), {"hosp-a"});
  world.no(attest(AttestTo::erasure, grant), {"req-a"}, Code::not_permitted,
           "'req-a' got nothing by this grant");
}

TEST_CASE("an assessment is a document about no entry") {
  Duties world;
  const auto document = [](auto& a) { a.document = commitment("assessment"); };
  const EntryHash hash = world.put(with(attest(AttestTo::assessment), document), {"hosp-a"});
  CHECK(world.has(rules::key_of_assessment(hash)));
  world.no(attest(AttestTo::assessment), {"hosp-a"}, Code::entry_rule,
           "an assessment commits to its document");
  world.no(with(attest(AttestTo::assessment, hash), document), {"hosp-a"}, Code::entry_rule,
           "an assessment is about no entry");
  for (const AttestTo to : {AttestTo::erasure, AttestTo::acknowledgement})
    world.no(with(attest(to), document), {"hosp-a"}, Code::entry_rule, "'about' is missing");
  world.refused(world.entry(with(attest(AttestTo::assessment), document), {"hosp-a"}),
                Code::person_missing, "an attest entry of an institution names the person");
}
