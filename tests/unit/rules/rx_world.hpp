// Short ways to say what the tests of prescriptions append, and a ledger to append it to.
#pragma once

#include "rules/prescription_state.hpp"
#include "unit/rules/data_world.hpp"

namespace test::rx {

using namespace test;  // so that who uses this sees what data_world.hpp has
using entry::RxAct;

inline constexpr std::int64_t hour = 3'600;

/// The body with something else in it.
template <class Change>
entry::Prescription with(entry::Prescription body, Change change) {
  change(body);
  return body;
}
inline medchain::RedeemKey redeem_key(const char* token = "token") { return {key_of(token).public_key().bytes}; }

/// hosp-a prescribes "ann" 20 of one drug and 5 of another, for seven days, for an hour from now.
inline entry::Prescription issue(std::int64_t now = 0) {
  entry::Prescription body;
  body.token = redeem_key();
  body.subject = subject("ann");
  body.rx_class = entry::RxClass::ordinary;
  body.controlled = false;
  body.mode = entry::RxMode::pharmacy;
  body.days = 7;
  body.parts = {{after(now), after(now + hour)}};
  body.quantities = {20, 5};
  body.document = commitment("prescription");
  body.package = package({});
  return body;
}
/// An act on `of`, with what it needs; accept has its proof from RxWorld.
inline entry::Prescription act(RxAct what, const EntryHash& of) {
  entry::Prescription body;
  body.act = what;
  body.prescription = of;
  return body;
}
inline entry::Prescription dispense(const EntryHash& of, std::vector<std::uint64_t> counts) {
  return with(act(RxAct::dispense, of), [&](auto& body) {
    body.quantities = std::move(counts);
    body.document = commitment("dispensed");
    body.package = package({"hosp-a"});
  });
}
inline entry::Prescription review(const EntryHash& of, entry::RxVerdict verdict = entry::RxVerdict::passed) {
  return with(act(RxAct::review, of), [&](auto& body) {
    body.verdict = verdict;
    if (verdict == entry::RxVerdict::passed) return;
    body.document = commitment("reason");
    body.package = package({"hosp-a"});
  });
}
inline entry::Prescription deliver(const EntryHash& of, entry::RxStep step = entry::RxStep::shipped) {
  return with(act(RxAct::deliver, of), [&](auto& body) { body.step = step; });
}
inline entry::Prescription claim(const EntryHash& of, const EntryHash& receipt) {
  return with(act(RxAct::claim, of), [&](auto& body) { body.receipt = receipt; });
}
inline entry::Prescription extend(const EntryHash& of, std::int64_t until) {
  return with(act(RxAct::extend, of), [&](auto& body) {
    body.until = after(until);
    body.document = commitment("reason");
    body.package = package({"hosp-a"});
  });
}

/// hosp-a prescribes, rev reviews, ph-a and ph-b dispense, payer pays; ann owns "ann".
class RxWorld : public DataWorld {
 public:
  RxWorld() : DataWorld(with_pharmacies()) {
    entry::Link own;
    own.act = entry::LinkAct::own;
    own.custodian = name("hosp-a");
    own.subject = subject("ann");
    own.other = name(ann);
    put(own, {"hosp-a", ann});
  }
  static entry::Genesis with_pharmacies() {
    using entry::Role;
    entry::Genesis genesis = founders();
    for (entry::Card& card : genesis.members)
      if (card.name == name("hosp-a")) card.roles = {Role::custodian, Role::prescriber};
    for (entry::Card card : {card_of("payer", {Role::payer}, entry::MemberKind::insurer),
                             card_of("ph-a", {Role::dispenser}, entry::MemberKind::pharmacy),
                             card_of("ph-b", {Role::dispenser}, entry::MemberKind::pharmacy),
                             card_of("rev", {Role::reviewer})})
      genesis.members.push_back(sealed(std::move(card)));
    std::sort(genesis.members.begin(), genesis.members.end(),
              [](const entry::Card& a, const entry::Card& b) { return a.name < b.name; });
    return genesis;
  }

  /// `who` accepts, with the signature of `token` over what `signs_for` would sign.
  entry::Entry accepting(const EntryHash& of, const char* who, const char* token = "token",
                         const char* signs_for = nullptr) {
    entry::Prescription body = act(RxAct::accept, of);
    if (*who != 'p' || who[1] != '-') body.person = person("dr");
    auto made = statement(body, who);
    const std::string text = entry::redeem_text(*made.header.genesis, of, name(signs_for ? signs_for : who),
                                                made.header.id);
    const auto signature = key_of(token).sign(medchain::as_bytes(text));
    REQUIRE(signature);
    std::get<entry::Prescription>(made.body).proof = medchain::RedeemProof{signature->bytes};
    return sign(made, {who});
  }
  void accept_rx(const EntryHash& of, const char* who) { accept(accepting(of, who)); }
  /// What a body becomes as the entry of `who`; of an accept, with a proof.
  entry::Entry as(const entry::Prescription& body, const char* who) {
    return body.act == RxAct::accept ? accepting(*body.prescription, who) : made(body, {who});
  }
  rules::PrescriptionState at(const EntryHash& hash) const {
    const auto state = rules::prescription(view, hash);
    REQUIRE(state);
    REQUIRE(*state);
    return **state;
  }
  void set_rules(const entry::PrescriptionRules& rules) {
    amend_policy([&](entry::Policy& policy) { policy.prescription = rules; });
  }
  /// Replaces the clocks: UTC+8 for ever.
  void set_shanghai() {
    amend_policy([](entry::Policy& policy) {
      policy.timezone = "Asia/Shanghai";
      policy.zone = {{UnixSeconds(0), *entry::UtcOffset::of(8 * hour)}};
    });
  }
};

}  // namespace test::rx
