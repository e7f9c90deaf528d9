// Refusals on record: who says so of whom, how often, and what a refused statement proves.
#include <doctest/doctest.h>

#include "unit/rules/duty_acts.hpp"

using namespace medchain;
using namespace test::duty;
using test::admins;
using test::By;
using test::word;

namespace {

/// req-a's only use of a grant is used up: hosp-a refuses what `refused` says, req-b's use of the
/// release, which is req-a's.
struct Refusing : Duties {
  Refusing() {
    grant = put(with(permit(), [](auto& g) { g.scope.uses = 1; }), {"hosp-a"});
    release = put(test::duty::release(grant), {"hosp-a"});
    refused_use = made(with(use(release), [](auto& u) { u.person = person("nurse"); }), {"req-b"});
  }
  /// The refusal of `statement` of req-b with `rule`.
  entry::Denied shown(const entry::Entry& statement, std::string_view rule = "access.denied") {
    entry::Denied body = denied(rule, "req-b");
    body.refused = statement.bytes;
    return body;
  }
  void no_proof(const entry::Denied& body, Code code, std::string_view piece) {
    no(body, {"hosp-a"}, code, piece);
  }

  EntryHash grant, release;
  entry::Entry refused_use;
};

/// The entry with other signature lines.
entry::Entry with_lines(const entry::Entry& from, std::vector<note::SignatureLine> lines) {
  auto made = entry::parse_entry(note::format({from.text, std::move(lines)}));
  REQUIRE(made);
  return std::move(*made);
}

}  // namespace

TEST_CASE("a refusal without its statement is the refuser's word") {
  Duties world;
  world.put(denied(), {"hosp-a"});
  world.put(denied("entry.rule", "hosp-a"), {"hosp-a"});  // of its own people
  world.no(denied("grant.used_up", "nobody"), {"hosp-a"}, Code::member_unknown,
           "'nobody' is not a member of this ledger");
  // What a suspended or revoked member tried is on record too.
  world.change_member(entry::MemberAct::suspend, "req-b");
  CHECK(world.may(denied("member.inactive", "req-b"), {"hosp-a"}));
  world.change_member(entry::MemberAct::revoke, "req-b");
  CHECK(world.may(denied("member.inactive", "req-b"), {"hosp-a"}));
  world.refused(world.entry(denied(), {"hosp-b"}), Code::person_missing,
                "a denied entry of an institution names the person");
}

TEST_CASE("a refusal is about a grant, request, release, emergency or case") {
  Refusing world;
  entry::Request asked;
  asked.custodian = test::name("hosp-a");
  asked.scope = permit().scope;
  asked.expires = after(86'400);
  const EntryHash request = world.put(asked, {"req-a"});
  const EntryHash glass = world.put(emergency(), {"req-a"});
  const EntryHash held = world.put(case_of(entry::CaseOf::hold), {"hosp-a"});
  const auto of = [](const EntryHash& hash) {
    return with(denied(), [&](auto& d) { d.object = hash; });
  };
  for (const EntryHash& hash : {world.grant, world.release, request, glass, held})
    CHECK(world.may(of(hash), {"hosp-a"}));
  const EntryHash none = test::hash_of<EntryHash>("none");
  world.no(of(none), {"hosp-a"}, Code::entry_missing,
           to_text(none) + " is no grant, request, release, emergency, case, referral or prescription on this ledger");
  const EntryHash assessed = world.put(with(attest(entry::AttestTo::assessment),
                                            [](auto& a) { a.document = commitment("assessment"); }),
                                       {"hosp-a"});
  world.no(of(assessed), {"hosp-a"}, Code::entry_missing, "is no grant, request, release");
}

TEST_CASE("a refusal is recorded once per refuser, actor, rule, object and hour") {
  Refusing world;
  const auto first = with(denied(), [&](auto& d) { d.object = world.grant; });
  const std::string index = world.next();
  world.put(first, {"hosp-a"});
  const std::string hint = "this refusal is recorded for the hour, at entry " + index;
  world.no(first, {"hosp-a"}, Code::entry_state, hint);
  // The purpose and the person make no other refusal.
  world.no(with(first,
                [](auto& d) {
                  d.purpose = word("TREAT");
                  d.asker = person("nurse");
                  d.person = person("clerk");
                }),
           {"hosp-a"}, Code::entry_state, hint);
  CHECK(world.may(first, {"hosp-b"}));
  CHECK(world.may(with(first, [](auto& d) { d.actor = test::name("req-b"); }), {"hosp-a"}));
  CHECK(world.may(with(first, [](auto& d) { d.rule = word("grant.too_often"); }), {"hosp-a"}));
  CHECK(world.may(with(first, [&](auto& d) { d.object = world.release; }), {"hosp-a"}));
  CHECK(world.may(denied(), {"hosp-a"}));
  // World starts on the hour.
  world.tick(after(3'599));
  world.no(first, {"hosp-a"}, Code::entry_state, hint);
  world.tick(after(3'600));
  CHECK(world.may(first, {"hosp-a"}));
}

TEST_CASE("a refused statement proves the refusal") {
  Refusing world;
  const entry::Denied body = with(world.shown(world.refused_use), [&](auto& d) {
    d.asker = person("nurse");
    d.object = world.release;
    d.purpose = word("TREAT");
  });
  CHECK(world.may(body, {"hosp-a"}));
  CHECK(world.may(world.shown(world.refused_use), {"hosp-b"}));
  // By the custodian itself: one use too many.
  const auto again = world.made(release(world.grant), {"hosp-a"});
  entry::Denied own = denied("grant.used_up", "hosp-a");
  own.refused = again.bytes;
  CHECK(world.may(own, {"reg"}));
  // Of a member that is suspended.
  const auto later = world.made(use(world.release), {"req-b"});
  world.change_member(entry::MemberAct::suspend, "req-b");
  CHECK(world.may(world.shown(later, "member.inactive"), {"hosp-a"}));
  world.no_proof(world.shown(later), Code::entry_rule,
                 "'refused': the rules refuse this statement with 'member.inactive', not "
                 "'access.denied'");
}

TEST_CASE("what proves nothing is no proof") {
  Refusing world;
  SUBCASE("another rule refuses it") {
    for (const char* rule : {"grant.used_up", "entry.rule", "access", "access.denied."})
      world.no_proof(world.shown(world.refused_use, rule), Code::entry_rule,
                     "'refused': the rules refuse this statement with 'access.denied', not '" +
                         std::string(rule) + "'");
  }
  SUBCASE("the rules accept it") {
    entry::Denied body = denied("access.denied", "req-a");
    body.refused = world.made(use(world.release), {"req-a"}).bytes;
    world.no_proof(body, Code::entry_rule, "'refused': the rules do not refuse this statement");
  }
  SUBCASE("it is another's") {
    entry::Denied body = world.shown(world.refused_use);
    body.actor = test::name("req-a");
    world.no_proof(body, Code::entry_rule, "'refused': a statement of 'req-b', expected 'req-a'");
  }
  SUBCASE("it is no entry") {
    entry::Denied body = world.shown(world.refused_use);
    *body.refused += " ";
    world.no_proof(body, Code::entry_invalid, "'refused': ");
    body.refused = "junk";
    world.no_proof(body, Code::entry_invalid, "'refused': ");
    body.refused = world.refused_use.text;
    world.no_proof(body, Code::entry_invalid, "'refused': ");
  }
  SUBCASE("it is of a kind that is not judged here") {
    const test::Manifest rows = {test::row("new", "ann")};
    const auto nested = world.made(denied(), {"req-b"});
    const auto anchor = world.entry(test::anchor_of(rows, "req-b"), {"req-b"});
    auto statement = world.statement(Duties::founders(), "req-b");
    statement.header.genesis.reset();
    const auto genesis = world.sign(statement, {"req-b"});
    for (const auto& [refused, type] :
         {std::pair(nested, "denied"), std::pair(anchor, "anchor"), std::pair(genesis, "genesis")})
      world.no_proof(
          world.shown(refused, "entry.rule"), Code::entry_rule,
          "'refused': a statement of type '" + std::string(type) + "' proves nothing here");
  }
}

TEST_CASE("a refused statement is signed by the actor, with a key in force") {
  Refusing world;
  const entry::Entry& good = world.refused_use;
  SUBCASE("a bit of the signature is wrong") {
    auto lines = good.signatures;
    lines[0].signature[7] ^= std::byte{1};
    world.no_proof(world.shown(with_lines(good, lines)), Code::signature_invalid,
                   "'refused': signature of 'req-b': it does not verify");
  }
  SUBCASE("it is another statement's signature") {
    const auto other = world.made(use(world.release), {"req-b"});
    world.no_proof(world.shown(with_lines(good, other.signatures)), Code::signature_invalid,
                   "it does not verify");
  }
  SUBCASE("the key was never the actor's") {
    const auto forged = world.sign(good.statement, {By("req-b", 1)});
    world.no_proof(world.shown(forged), Code::signature_invalid,
                   "'refused': it is not by a key of the actor in force");
  }
  SUBCASE("the key has ended") {
    const auto card = test::sealed(
        test::card_of(By("req-b", 1), {entry::Role::custodian, entry::Role::requester}));
    world.accept(world.entry(test::member_act(entry::MemberAct::rotate, "req-b", card),
                             {"req-b", By("req-b", 1)}));
    world.no_proof(world.shown(good), Code::signature_invalid,
                   "'refused': it is not by a key of the actor in force");
    CHECK(world.may(world.shown(world.sign(good.statement, {By("req-b", 1)})), {"hosp-a"}));
  }
  SUBCASE("others signed it too") {
    // Whoever holds the statement can add lines, and have it refused for them.
    world.change_member(entry::MemberAct::suspend, "hosp-b");
    const auto more = world.sign(good.statement, {"req-b", "hosp-b"});
    world.no_proof(world.shown(more, "member.inactive"), Code::entry_rule,
                   "'refused': the signature of 'hosp-b' proves nothing of the actor");
  }
  SUBCASE("a person signed it too") {
    const By staff("req-b/s-0123456789abcdef");
    world.accept(world.entry(
        test::staff_act(entry::MemberAct::staff_add, "req-b", test::vkey(staff)), {"req-b"}));
    world.amend_policy([](entry::Policy& policy) { policy.signed_person = {word("use")}; });
    CHECK(world.may(world.shown(world.sign(good.statement, {"req-b", staff})), {"hosp-a"}));
    world.no_proof(world.shown(good, "signature.missing"), Code::entry_rule,
                   "that it is refused with 'signature.missing' proves nothing of the act");
  }
}

TEST_CASE("a refusal that others can bring about proves nothing of the act") {
  Refusing world;
  const auto no = [&](const entry::Entry& statement, std::string_view rule) {
    world.no_proof(
        world.shown(statement, rule), Code::entry_rule,
        "'refused': that it is refused with '" + std::string(rule) + "' proves nothing of the act");
    // Nor does it prove another refusal.
    world.no_proof(world.shown(statement), Code::entry_rule, "proves nothing of the act");
  };
  SUBCASE("it is on the ledger already") {
    const auto appended = world.made(case_of(entry::CaseOf::hold), {"req-b"});
    auto own = appended.statement;
    std::get<entry::Case>(own.body).custodian = test::name("req-b");
    const auto accepted = world.sign(own, {"req-b"});
    world.accept(accepted);
    no(accepted, "entry.id_used");
  }
  SUBCASE("another statement has its id") {
    auto statement = world.statement(denied("entry.rule", "hosp-a"), "req-b");
    std::get<entry::Denied>(statement.body).person = person("dr");
    world.accept(world.sign(statement, {"req-b"}));
    auto second = world.refused_use.statement;
    second.header.id = statement.header.id;
    no(world.sign(second, {"req-b"}), "entry.id_used");
  }
  SUBCASE("it is shown late") {
    world.tick(after(301));
    no(world.refused_use, "entry.time");
  }
  SUBCASE("it is of another ledger") {
    auto statement = world.refused_use.statement;
    statement.header.ledger = "ledger.example/other";
    no(world.sign(statement, {"req-b"}), "entry.foreign");
  }
  SUBCASE("signatures were taken away") {
    const auto linked =
        with(same("req-b", "ann at req-b"), [](auto& l) { l.person = person("dr"); });
    auto body = world.entry(linked, {"req-b"});
    no(body, "signature.missing");
    entry::Body grow = test::member_act(entry::MemberAct::add, "new", test::card_of("new"));
    entry::Denied shown = denied("quorum.missing", "admin-a");
    shown.refused = world.entry(grow, {"admin-a"}).bytes;
    world.no_proof(shown, Code::entry_rule,
                   "that it is refused with 'quorum.missing' proves nothing of the act");
  }
}

TEST_CASE("a refusal tells of its statement what that says") {
  Refusing world;
  const auto shown = world.shown(world.refused_use);
  world.no_proof(with(shown, [](auto& d) { d.asker = person("dr"); }), Code::entry_rule,
                 "'asker' is not the person of the refused statement");
  world.no_proof(with(shown, [&](auto& d) { d.object = world.grant; }), Code::entry_rule,
                 "'object' is not what the refused statement is about");
  const char* purpose = "'purpose' is not that of the refused statement";
  world.no_proof(with(shown, [](auto& d) { d.purpose = word("HRESCH"); }), Code::entry_rule,
                 purpose);
  const auto for_treatment = [](auto& d) { d.purpose = word("TREAT"); };
  // A grant has purposes in its scope; a tick has neither person nor purpose.
  const auto grant = world.made(permit(), {"req-b"});
  CHECK(world.may(with(world.shown(grant), for_treatment), {"hosp-a"}));
  world.no_proof(with(world.shown(grant), [](auto& d) { d.purpose = word("HRESCH"); }),
                 Code::entry_rule, purpose);
  const auto tick = world.entry(entry::Tick{}, {"req-b"});
  world.no_proof(with(world.shown(tick), for_treatment), Code::entry_rule, purpose);
  world.no_proof(with(world.shown(tick), [](auto& d) { d.asker = person("dr"); }), Code::entry_rule,
                 "'asker' is not the person");
}

TEST_CASE("damaged state is no refusal") {
  Refusing world;
  world.view.state.apply({{rules::key_of_release(world.release), "junk"}});
  world.no_proof(world.shown(world.refused_use, "store.damaged"), Code::store_damaged,
                 "'refused': state 'release/");
}
