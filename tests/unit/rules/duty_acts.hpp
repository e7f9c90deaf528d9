// Short ways to say what the tests of emergencies, duties, cases and links append, and a ledger to
// append it to.
#pragma once

#include "unit/rules/data_world.hpp"

namespace test::duty {

using namespace test;  // so that who uses this sees what data_world.hpp has

/// The body with something else in it.
template <class Body, class Change>
Body with(Body body, Change change) {
  change(body);
  return body;
}

/// A person of req-a needs what hosp-a has of a subject, for an hour.
inline entry::Emergency emergency() {
  entry::Emergency body;
  body.custodian = name("hosp-a");
  body.subject = subject("ann at req-a");
  body.reason = word("unconscious");
  body.until = after(3'600);
  body.notify = names({"hosp-a"});
  body.terms = commitment("terms");
  body.package = package({"hosp-a"});
  return body;
}
inline entry::Review review(const EntryHash& of,
                            entry::ReviewOutcome outcome = entry::ReviewOutcome::justified) {
  entry::Review body;
  body.emergency = of;
  body.person = person("reviewer");
  body.outcome = outcome;
  body.reason = word("life-threat");
  return body;
}
inline entry::Denied denied(std::string_view rule = "grant.used_up", const char* actor = "req-a") {
  entry::Denied body;
  body.actor = name(actor);
  body.rule = word(rule);
  return body;
}
inline entry::Notice notice(entry::NoticeOf of, const EntryHash& about,
                            std::initializer_list<const char*> to = {"req-a", "req-b"}) {
  entry::Notice body;
  body.of = of;
  body.about = about;
  body.to = names(to);
  return body;
}
inline entry::Attest attest(entry::AttestTo to, std::optional<EntryHash> about = std::nullopt) {
  entry::Attest body;
  body.to = to;
  body.about = about;
  return body;
}
/// Over "ann" of hosp-a.
inline entry::Case case_of(entry::CaseOf of) {
  entry::Case body;
  body.of = of;
  body.custodian = name("hosp-a");
  body.subjects = {subject("ann")};
  body.reason = word("litigation");
  return body;
}
inline entry::Case closing(const EntryHash& hash, entry::Case opened) {
  opened.closes = hash;
  opened.subjects.clear();
  opened.records.clear();
  opened.until.reset();
  return opened;
}
inline entry::Link link(entry::LinkAct act) {
  entry::Link body;
  body.act = act;
  return body;
}
/// `patient` owns "ann" of hosp-a, or does so no more.
inline entry::Link own(const char* patient = ann, entry::LinkAct act = entry::LinkAct::own) {
  entry::Link body = link(act);
  body.custodian = name("hosp-a");
  body.subject = subject("ann");
  body.other = name(patient);
  return body;
}
inline entry::Link disown(const char* of = ann) { return own(of, entry::LinkAct::disown); }
/// "ann" of hosp-a is `there` of `other`.
inline entry::Link same(const char* other = "req-a", const char* there = "ann at req-a") {
  entry::Link body = own(other, entry::LinkAct::same);
  body.other_subject = subject(there);
  return body;
}
/// hosp-a permits req-a to use what it has of "ann".
inline entry::Grant permit() {
  entry::Grant body;
  body.custodian = name("hosp-a");
  body.scope.actors.members = names({"req-a"});
  body.scope.purposes = {word("TREAT")};
  body.scope.subjects = {subject("ann")};
  body.scope.until = after(864'000);
  body.basis.policy = label("urn:example:policy");
  body.basis.version = word("1");
  return body;
}
inline entry::Release release(const EntryHash& grant) {
  entry::Release body;
  body.grant = grant;
  body.to = name("req-a");
  body.purpose = word("TREAT");
  body.records = at(1, {0});
  body.package = package({"req-a"});
  return body;
}
/// For the emergency of req-a's "dr".
inline entry::Release rescue(const EntryHash& emergency, std::vector<std::uint32_t> rows = {0}) {
  entry::Release body = release(emergency);
  body.grant.reset();
  body.emergency = emergency;
  body.purpose = word("ETREAT");
  body.receiver = person("dr");
  body.records = at(1, std::move(rows));
  return body;
}
/// hosp-a holds in entry 1: 0 and 1 of "ann", 2 of "bob"; hosp-b holds in entry 2: 0 of "ann".
class Duties : public DataWorld {
 public:
  Duties() {
    const Manifest rows = {row("ann0", "ann"), row("ann1", "ann"), row("bob0", "bob")};
    accept(entry(anchor_of(rows), {"hosp-a"}), rows);
    const Manifest others = {row("foreign", "ann"), row("foreign1", "ann")};
    accept(entry(anchor_of(others, "hosp-b"), {"hosp-b"}), others);
  }
  void change_member(entry::MemberAct act, const char* who,
                     std::optional<entry::Card> card = std::nullopt) {
    accept(entry(member_act(act, who, std::move(card)), admins));
  }
  /// The index the next entry gets, as messages spell it.
  std::string next() const { return std::to_string(size); }

  rules::EmergencyState emergency_at(const EntryHash& hash) const {
    return there(rules::emergency(view, hash));
  }
  rules::NoticeState notice_at(const EntryHash& of) const { return there(rules::notice(view, of)); }
  rules::CaseState case_at(const EntryHash& of) const { return there(rules::case_of(view, of)); }
  std::vector<medchain::MemberName> owners() const {
    const auto state = rules::owners(view, name("hosp-a"), subject("ann"));
    REQUIRE(state);
    return *state ? (*state)->owners : std::vector<medchain::MemberName>();
  }
  bool has(const std::string& key) const { return view.state.get(key)->has_value(); }

 private:
  template <class T>
  static T there(const medchain::Result<std::optional<T>>& state) {
    REQUIRE(state);
    REQUIRE(*state);
    return **state;
  }
};

}  // namespace test::duty
