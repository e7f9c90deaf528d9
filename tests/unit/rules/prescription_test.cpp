// Prescriptions: fields, redeeming, quantities, parts, reviews, delivery, claims.
#include <doctest/doctest.h>

#include <set>

#include "unit/rules/rx_world.hpp"

using namespace medchain;
using namespace test::rx;
using entry::RxStep;
using entry::RxVerdict;
using rules::RxStatus;

namespace {

/// Held by ph-a.
struct Held {
  RxWorld world;
  EntryHash rx;
  explicit Held(const entry::Prescription& body = issue()) : rx(world.put(body, {"hosp-a"})) {
    world.accept_rx(rx, "ph-a");
  }
};

}  // namespace

TEST_CASE("each act of a prescription has its fields and no others") {
  RxWorld world;
  const EntryHash rx = world.put(issue(), {"hosp-a"});
  const struct {
    const char* field;
    void (*set)(entry::Prescription&);
    void (*clear)(entry::Prescription&);
    std::set<RxAct> demanded, allowed;
  } fields[] = {
      {"token", [](auto& b) { b.token = redeem_key(); }, [](auto& b) { b.token.reset(); }, {RxAct::issue}, {}},
      {"subject", [](auto& b) { b.subject = subject("ann"); }, [](auto& b) { b.subject.reset(); }, {RxAct::issue}, {}},
      {"class", [](auto& b) { b.rx_class = entry::RxClass::ordinary; }, [](auto& b) { b.rx_class.reset(); },
       {RxAct::issue}, {}},
      {"controlled", [](auto& b) { b.controlled = false; }, [](auto& b) { b.controlled.reset(); }, {RxAct::issue}, {}},
      {"mode", [](auto& b) { b.mode = entry::RxMode::pharmacy; }, [](auto& b) { b.mode.reset(); }, {RxAct::issue}, {}},
      {"pharmacy", [](auto& b) { b.pharmacy = test::name("ph-a"); }, [](auto& b) { b.pharmacy.reset(); }, {},
       {RxAct::issue}},
      {"days", [](auto& b) { b.days = 7; }, [](auto& b) { b.days.reset(); }, {RxAct::issue}, {}},
      {"parts", [](auto& b) { b.parts = {{after(0), after(1)}}; }, [](auto& b) { b.parts.reset(); }, {RxAct::issue}, {}},
      {"quantities", [](auto& b) { b.quantities = {1, 1}; }, [](auto& b) { b.quantities.reset(); },
       {RxAct::issue, RxAct::dispense}, {RxAct::give_back}},
      {"verdict", [](auto& b) { b.verdict = RxVerdict::passed; }, [](auto& b) { b.verdict.reset(); }, {RxAct::review}, {}},
      {"step", [](auto& b) { b.step = RxStep::shipped; }, [](auto& b) { b.step.reset(); }, {RxAct::deliver}, {}},
      {"until", [](auto& b) { b.until = after(1); }, [](auto& b) { b.until.reset(); }, {RxAct::extend}, {}},
      {"receipt", [](auto& b) { b.receipt = hash_of<EntryHash>("receipt"); }, [](auto& b) { b.receipt.reset(); }, {RxAct::claim}, {}},
      {"signature", [](auto& b) { b.signature = commitment("qes"); }, [](auto& b) { b.signature.reset(); }, {},
       {RxAct::issue}},
  };
  const entry::Prescription bodies[] = {
      issue(), review(rx), act(RxAct::give_back, rx), dispense(rx, {1, 0}), deliver(rx), act(RxAct::close, rx),
      act(RxAct::cancel, rx), extend(rx, 2 * hour), claim(rx, rx)};
  for (const auto& body : bodies)
    for (const auto& field : fields) {
      const std::string act_name(entry::word_of(body.act));
      INFO(act_name, " ", field.field);
      const bool demanded = field.demanded.contains(body.act);
      if (demanded)
        world.no(with(body, field.clear), {"hosp-a"}, Code::entry_rule,
                 act_name + ": '" + field.field + "' is missing");
      else if (!field.allowed.contains(body.act))
        world.no(with(body, field.set), {"hosp-a"}, Code::entry_rule,
                 act_name + ": '" + field.field + "' does not belong there");
    }
  world.no(act(RxAct::accept, rx), {"ph-a"}, Code::entry_rule, "accept: 'proof' is missing");
  world.no(with(review(rx, RxVerdict::refused),
                [](auto& b) {
                  b.document.reset();
                  b.package.reset();
                }),
           {"rev"}, Code::entry_rule, "review: a refusal commits to its reason");
  world.no(with(issue(), [&](auto& b) { b.prescription = rx; }), {"hosp-a"}, Code::entry_rule,
           "issue: 'prescription' does not belong there");
  world.no(with(review(rx), [](auto& b) { b.prescription.reset(); }), {"rev"}, Code::entry_rule,
           "review: 'prescription' is missing");
}

TEST_CASE("issue: by a prescriber, well formed, each token once") {
  RxWorld world;
  const auto no = [&](auto change, Code code, const char* piece) {
    world.no(with(issue(), change), {"hosp-a"}, code, piece);
  };
  world.no(issue(), {"ph-a"}, Code::member_role, "'ph-a' has not the role prescriber");
  no([](auto& b) { b.quantities = std::vector<std::uint64_t>(); }, Code::entry_rule, "expected 1 to 32 items");
  no([](auto& b) { b.quantities = std::vector<std::uint64_t>(33, 1); }, Code::entry_rule, "expected 1 to 32 items");
  no([](auto& b) { b.quantities = {1, 0}; }, Code::entry_rule, "expected 1 to 1000000, got 0");
  no([](auto& b) { b.quantities = {1'000'001}; }, Code::entry_rule, "expected 1 to 1000000, got 1000001");
  no([](auto& b) { b.parts = std::vector<entry::RxPart>(); }, Code::entry_rule, "'parts': expected 1 to 24");
  no([](auto& b) { b.parts = {{after(2), after(2)}}; }, Code::entry_rule, "'parts' must ascend");
  no([](auto& b) { b.parts = {{after(0), after(3)}, {after(2), after(4)}}; }, Code::entry_rule, "'parts' must ascend");
  no([](auto& b) { b.parts = {{after(-2), after(0)}}; }, Code::entry_rule, "the first ends before log time");
  no([](auto& b) { b.parts->back().until = after(731 * 86'400 + 1); }, Code::prescription_limits, "valid until");
  no([](auto& b) { b.days = 0; }, Code::entry_rule, "'days': expected 1 to 731");
  no([](auto& b) { b.days = 732; }, Code::entry_rule, "'days': expected 1 to 731");
  no([](auto& b) { b.token = RedeemKey{}; }, Code::entry_rule, "'token' is not a valid public key");
  no([](auto& b) { b.mode = entry::RxMode::in_house; }, Code::entry_rule, "in-house: 'pharmacy' is missing");
  no([](auto& b) { b.pharmacy = test::name("hosp-b"); }, Code::member_role, "'hosp-b' has not the role dispenser");
  no([](auto& b) { b.pharmacy = test::name("nobody"); }, Code::member_unknown, "'nobody' is not a member");
  no([](auto& b) { b.package->bytes = 0; }, Code::entry_rule, "a package has bytes");
  no([](auto& b) { b.package = package({"other"}); }, Code::entry_rule, "'other' has no seal key");
  no([](auto& b) { b.person.reset(); b.package->to = names({"ph-a"}); b.document.reset(); }, Code::entry_rule,
     "issue: 'document' is missing");
  const EntryHash rx = world.put(issue(), {"hosp-a"});
  CHECK(world.at(rx).status == RxStatus::issued);
  world.no(issue(), {"hosp-a"}, Code::entry_state, "the redeem token is that of sha256:");
}

TEST_CASE("accept: only the token's signature for this member, ledger and statement redeems") {
  RxWorld world;
  const EntryHash rx = world.put(issue(), {"hosp-a"});
  const EntryHash other = world.put(with(issue(), [](auto& b) { b.token = redeem_key("token 2"); }), {"hosp-a"});
  const char* hint = "'proof' is not by the redeem token";
  world.refused(world.accepting(rx, "ph-a", "token 2"), Code::prescription_credential, hint);
  world.refused(world.accepting(other, "ph-a"), Code::prescription_credential, hint);
  world.refused(world.accepting(rx, "ph-a", "token", "ph-b"), Code::prescription_credential, hint);
  // A loser's proof is of no use to who sees it.
  const entry::Entry lost = world.accepting(rx, "ph-a");
  auto stolen = world.statement(lost.statement.body, "ph-b");
  world.refused(world.sign(stolen, {"ph-b"}), Code::prescription_credential, hint);
  stolen.header.id = lost.statement.header.id;
  world.refused(world.sign(stolen, {"ph-b"}), Code::prescription_credential, hint);
  auto again = world.statement(lost.statement.body, "ph-a");
  world.refused(world.sign(again, {"ph-a"}), Code::prescription_credential, hint);
  world.accept_rx(rx, "ph-b");
  world.refused(lost, Code::prescription_held, "the prescription is held by 'ph-b'");
  world.refused(world.accepting(rx, "ph-b"), Code::prescription_held, "the prescription is held by 'ph-b'");
  world.put(act(RxAct::give_back, rx), {"ph-b"});
  world.accept(lost);
  CHECK(world.at(rx).holder == test::name("ph-a"));
}

TEST_CASE("accept: a directed prescription is for one pharmacy") {
  RxWorld world;
  const EntryHash rx = world.put(with(issue(), [](auto& b) { b.pharmacy = test::name("ph-b"); }), {"hosp-a"});
  world.refused(world.accepting(rx, "ph-a"), Code::prescription_directed, "the prescription is for 'ph-b'");
  world.accept_rx(rx, "ph-b");
}

TEST_CASE("a wrong state, a bad credential, expired and gone are four errors") {
  RxWorld world;
  const EntryHash rx = world.put(issue(), {"hosp-a"});
  world.no(dispense(rx, {1, 0}), {"ph-a"}, Code::entry_state, "the prescription is issued since entry");
  world.refused(world.accepting(rx, "ph-a", "forged"), Code::prescription_credential, "'proof' is not by");
  world.tick(after(hour));
  world.refused(world.accepting(rx, "ph-a"), Code::prescription_expired,
                "the prescription was valid until 2027-01-15T09:00:00Z, it is 2027-01-15T09:00:00Z");
  world.put(act(RxAct::cancel, rx), {"hosp-a"});
  world.refused(world.accepting(rx, "ph-a"), Code::prescription_over, "the prescription is cancelled since entry");
  world.no(review(hash_of<EntryHash>("none")), {"rev"}, Code::entry_missing, "is not a prescription on this ledger");
}

TEST_CASE("dispense: never above what is prescribed, over all holds") {
  Held made;
  RxWorld& world = made.world;
  world.no(dispense(made.rx, {21, 0}), {"ph-a"}, Code::prescription_quantity,
           "item 1: 20 left of what is prescribed, got 21");
  world.no(dispense(made.rx, {1}), {"ph-a"}, Code::entry_rule, "expected those of 2 items, got 1");
  world.no(dispense(made.rx, {0, 0}), {"ph-a"}, Code::entry_rule, "nothing is dispensed");
  world.no(with(dispense(made.rx, {1, 0}), [](auto& b) { b.package = package({"ph-a"}); }), {"ph-a"}, Code::entry_rule,
           "the package is not sealed to 'hosp-a'");
  world.no(dispense(made.rx, {1, 0}), {"ph-b"}, Code::prescription_held, "is held by 'ph-a'");
  world.put(dispense(made.rx, {12, 5}), {"ph-a"});
  world.no(dispense(made.rx, {0, 1}), {"ph-a"}, Code::entry_state, "item 2 was dispensed in full");
  world.no(dispense(made.rx, {9, 0}), {"ph-a"}, Code::prescription_quantity, "item 1: 8 left");
  world.put(act(RxAct::give_back, made.rx), {"ph-a"});
  world.accept_rx(made.rx, "ph-b");
  world.no(dispense(made.rx, {9, 0}), {"ph-b"}, Code::prescription_quantity, "item 1: 8 left");
  world.put(dispense(made.rx, {8, 0}), {"ph-b"});
  world.put(act(RxAct::close, made.rx), {"ph-b"});
  const auto state = world.at(made.rx);
  CHECK(state.status == RxStatus::completed);
  REQUIRE(state.receipts.size() == 2);
  CHECK(state.receipts[0].dispenser == test::name("ph-a"));
  CHECK(state.receipts[0].quantities == std::vector<std::uint64_t>{12, 5});
  CHECK(state.receipts[1].quantities == std::vector<std::uint64_t>{8, 0});
}

TEST_CASE("return: what never left the pharmacy is taken back") {
  Held made;
  RxWorld& world = made.world;
  const auto back = [&](std::vector<std::uint64_t> counts) {
    return with(act(RxAct::give_back, made.rx), [&](auto& b) { b.quantities = std::move(counts); });
  };
  world.put(dispense(made.rx, {12, 5}), {"ph-a"});
  world.no(back({13, 0}), {"ph-a"}, Code::prescription_quantity, "item 1: 12 dispensed in this hold, got 13");
  world.no(back({1}), {"ph-a"}, Code::entry_rule, "expected those of 2 items");
  CHECK(world.may(back({12, 5}), {"ph-a"}));
  world.put(deliver(made.rx, RxStep::handed_over), {"ph-a"});
  world.no(back({1, 0}), {"ph-a"}, Code::entry_state, "what was handed over is not taken back");
  world.put(act(RxAct::give_back, made.rx), {"ph-a"});
  CHECK(world.at(made.rx).dispensed == std::vector<std::uint64_t>{12, 5});

  Held whole;
  whole.world.put(dispense(whole.rx, {12, 5}), {"ph-a"});
  auto all = act(RxAct::give_back, whole.rx);
  all.quantities = {12, 5};
  whole.world.put(all, {"ph-a"});
  CHECK(whole.world.at(whole.rx).dispensed == std::vector<std::uint64_t>{0, 0});
  CHECK(whole.world.at(whole.rx).receipts.empty());
}

TEST_CASE("close: something was dispensed") {
  Held made;
  made.world.no(act(RxAct::close, made.rx), {"ph-a"}, Code::entry_state, "nothing was dispensed: return");
}

TEST_CASE("review: passed where the policy demands it, never refused, never one's own") {
  RxWorld world;
  entry::PrescriptionRules limits;
  limits.review = true;
  world.set_rules(limits);
  const EntryHash rx = world.put(issue(), {"hosp-a"});
  world.no(review(rx), {"ph-a"}, Code::member_role, "'ph-a' has not the role reviewer, nor holds");
  world.accept_rx(rx, "ph-a");
  world.no(dispense(rx, {1, 0}), {"ph-a"}, Code::prescription_review, "the policy demands a review");
  world.put(review(rx, RxVerdict::refused), {"rev"});
  world.no(dispense(rx, {1, 0}), {"ph-a"}, Code::prescription_review, "the review refused the prescription");
  world.put(review(rx), {"ph-a"});
  CHECK(world.may(dispense(rx, {1, 0}), {"ph-a"}));
  world.set_rules({});
  world.put(review(rx, RxVerdict::refused), {"rev"});
  world.no(dispense(rx, {1, 0}), {"ph-a"}, Code::prescription_review, "the review refused the prescription");
}

TEST_CASE("cancel: while held the prescriber's only marks") {
  Held made;
  RxWorld& world = made.world;
  world.put(act(RxAct::cancel, made.rx), {"hosp-a"});
  CHECK(world.at(made.rx).status == RxStatus::held);
  world.no(act(RxAct::cancel, made.rx), {"hosp-a"}, Code::entry_state, "it is marked already");
  CHECK(world.may(dispense(made.rx, {1, 0}), {"ph-a"}));
  SUBCASE("return cancels") {
    world.put(act(RxAct::give_back, made.rx), {"ph-a"});
    CHECK(world.at(made.rx).status == RxStatus::cancelled);
    world.refused(world.accepting(made.rx, "ph-b"), Code::prescription_over, "is cancelled since entry");
  }
  SUBCASE("close completes") {
    world.put(dispense(made.rx, {1, 0}), {"ph-a"});
    world.put(act(RxAct::close, made.rx), {"ph-a"});
    CHECK(world.at(made.rx).status == RxStatus::completed);
  }
}

TEST_CASE("cancel: what is in-house is not the patient's to cancel until it is completed") {
  const auto in_house = with(issue(), [](auto& b) {
    b.mode = entry::RxMode::in_house;
    b.pharmacy = test::name("ph-a");
  });
  Held one(in_house);
  RxWorld world;
  const EntryHash rx = world.put(in_house, {"hosp-a"});
  world.no(act(RxAct::cancel, rx), {ann}, Code::not_permitted, "in-house: who prescribed it cancels it");
  world.put(act(RxAct::cancel, rx), {"hosp-a"});
  CHECK(world.at(rx).status == RxStatus::cancelled);
  one.world.put(dispense(one.rx, {20, 5}), {"ph-a"});
  one.world.put(act(RxAct::close, one.rx), {"ph-a"});
  one.world.put(act(RxAct::cancel, one.rx), {ann});
  CHECK(one.world.at(one.rx).status == RxStatus::cancelled);
}

TEST_CASE("deliver: step after step, and what was signed for is not dispensed again") {
  Held made;
  RxWorld& world = made.world;
  world.no(deliver(made.rx), {"ph-a"}, Code::entry_state, "nothing was dispensed yet");
  world.put(dispense(made.rx, {12, 0}), {"ph-a"});
  world.put(deliver(made.rx), {"ph-a"});
  world.no(deliver(made.rx), {"ph-a"}, Code::entry_state, "the drugs are shipped already");
  world.no(deliver(made.rx, RxStep::handed_over), {"ph-a"}, Code::entry_state, "are shipped already");
  CHECK(world.may(dispense(made.rx, {1, 0}), {"ph-a"}));
  world.put(deliver(made.rx, RxStep::signed_for), {"ph-a"});
  world.no(dispense(made.rx, {1, 0}), {"ph-a"}, Code::entry_state, "the drugs were signed for");
  world.no(act(RxAct::give_back, made.rx), {"ph-a"}, Code::entry_state, "close the prescription");
  world.put(act(RxAct::close, made.rx), {"ph-a"});
}

TEST_CASE("claim: by a payer, each receipt once, and nothing without one") {
  Held made;
  RxWorld& world = made.world;
  world.no(claim(made.rx, made.rx), {"payer"}, Code::entry_missing, "is no receipt of it");
  world.put(dispense(made.rx, {12, 0}), {"ph-a"});
  const EntryHash closed = world.put(act(RxAct::close, made.rx), {"ph-a"});
  world.no(claim(made.rx, closed), {"ph-a"}, Code::member_role, "'ph-a' has not the role payer");
  const entry::Entry late = world.as(claim(made.rx, closed), "payer");
  world.put(claim(made.rx, closed), {"payer"});
  CHECK(world.at(made.rx).status == RxStatus::claimed);
  world.refused(late, Code::entry_state, "the prescription is claimed since entry");
}

TEST_CASE("a hold ends: anybody accepts, the earlier holder dispenses no more and has its receipt") {
  Held made;
  RxWorld& world = made.world;
  entry::PrescriptionRules limits;
  limits.hold = 600;
  world.set_rules(limits);
  world.put(dispense(made.rx, {12, 0}), {"ph-a"});
  world.tick(after(599));
  world.refused(world.accepting(made.rx, "ph-b"), Code::prescription_held, "is held by 'ph-a'");
  world.tick(after(600));
  world.no(dispense(made.rx, {1, 0}), {"ph-a"}, Code::prescription_held, "was held by 'ph-a', whose hold has ended");
  const entry::Entry taken = world.accepting(made.rx, "ph-b");
  world.accept(taken);
  world.no(act(RxAct::close, made.rx), {"ph-a"}, Code::prescription_held, "is held by 'ph-b'");
  world.no(dispense(made.rx, {9, 0}), {"ph-b"}, Code::prescription_quantity, "item 1: 8 left");
  world.put(claim(made.rx, entry::entry_hash(taken.bytes)), {"payer"});
  CHECK(world.at(made.rx).receipts.front().dispenser == test::name("ph-a"));
}

TEST_CASE("a prescription in parts: each in its window, each in full") {
  RxWorld world;
  const EntryHash rx = world.put(
      with(issue(), [](auto& b) { b.parts = {{after(0), after(hour)}, {after(2 * hour), after(3 * hour)}}; }),
      {"hosp-a"});
  world.accept_rx(rx, "ph-a");
  world.put(dispense(rx, {15, 5}), {"ph-a"});
  world.put(act(RxAct::close, rx), {"ph-a"});
  CHECK(world.at(rx).status == RxStatus::issued);
  world.refused(world.accepting(rx, "ph-a"), Code::prescription_not_yet,
                "the prescription is valid from 2027-01-15T10:00:00Z");
  world.no(extend(rx, 4 * hour), {"hosp-a"}, Code::entry_rule, "a prescription in parts is not extended");
  world.tick(after(2 * hour));
  world.accept_rx(rx, "ph-b");
  // What was left of the first part has lapsed with it.
  world.no(dispense(rx, {21, 0}), {"ph-b"}, Code::prescription_quantity, "item 1: 20 left");
  world.put(dispense(rx, {20, 0}), {"ph-b"});
  world.put(act(RxAct::close, rx), {"ph-b"});
  const auto state = world.at(rx);
  CHECK(state.status == RxStatus::completed);
  REQUIRE(state.receipts.size() == 2);
  CHECK(state.receipts[1].part == 1);
}

TEST_CASE("a refused act is on record with its statement: only what the rules refuse, for that reason") {
  RxWorld world;
  const EntryHash rx = world.put(issue(), {"hosp-a"});
  const entry::Entry second = world.accepting(rx, "ph-b");
  entry::Denied body;
  body.actor = test::name("ph-b");
  body.person = person("dr");
  body.object = rx;
  body.rule = test::word("prescription.held");
  body.refused = second.bytes;
  world.no(body, {"ph-b"}, Code::entry_rule, "the rules do not refuse this statement");
  world.accept_rx(rx, "ph-a");
  CHECK(world.may(body, {"ph-b"}));
  auto otherwise = body;
  otherwise.rule = test::word("entry.state");
  world.no(otherwise, {"ph-b"}, Code::entry_rule, "with 'prescription.held', not 'entry.state'");
  world.put(body, {"ph-b"});
  world.no(body, {"ph-b"}, Code::entry_state, "this refusal is recorded for the hour");
}
