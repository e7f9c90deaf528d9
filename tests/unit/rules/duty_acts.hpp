// Short ways to say what the tests of emergencies, duties, cases and links append, and a ledger to
// append it to.
#pragma once

#include "rules/sharing_view.hpp"
#include "unit/rules/acts.hpp"

namespace test::duty {

using medchain::EntryHash;

inline constexpr const char* ann = "p-00000000000000a1";  ///< a patient
inline constexpr const char* ben = "p-00000000000000a2";  ///< another

inline UnixSeconds after(std::int64_t seconds) { return UnixSeconds(World::start.get() + seconds); }
inline medchain::PersonTag person(const std::string& who) {
  return hash_of<medchain::PersonTag>("person " + who);
}
inline medchain::SubjectTag subject(const std::string& who) {
  return hash_of<medchain::SubjectTag>(who);
}
inline medchain::Commitment commitment(const std::string& of) {
  return hash_of<medchain::Commitment>(of);
}
template <class T>
std::vector<T> sorted(std::vector<T> items) {
  std::sort(items.begin(), items.end());
  return items;
}
inline std::vector<medchain::MemberName> names(std::initializer_list<const char*> all) {
  std::vector<medchain::MemberName> made;
  for (const char* one : all) made.push_back(name(one));
  return made;
}
inline std::vector<entry::RecordSet> at(std::uint64_t entry, std::vector<std::uint32_t> rows) {
  return {{EntryIndex(entry), entry::RowRanges::of(std::move(rows))}};
}
inline entry::PackageRef package(std::initializer_list<const char*> to) {
  return {hash_of<medchain::PackageHash>("package"), 1'000, names(to)};
}
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
inline entry::Use use(const EntryHash& release) {
  entry::Use body;
  body.release = release;
  body.purpose = word("TREAT");
  body.records = 1;
  return body;
}
inline entry::Revoke revoke(const EntryHash& grant,
                            entry::RevokeAct act = entry::RevokeAct::revoke) {
  entry::Revoke body;
  body.grant = grant;
  body.act = act;
  body.reason = word("withdrawn");
  return body;
}

/// hosp-a holds in entry 1: 0 and 1 of "ann", 2 of "bob"; hosp-b holds in entry 2: 0 of "ann".
class Duties : public World {
 public:
  Duties() : World(founders()) {
    const Manifest rows = {row("ann0", "ann"), row("ann1", "ann"), row("bob0", "bob")};
    accept(entry(anchor_of(rows), {"hosp-a"}), rows);
    const Manifest others = {row("foreign", "ann"), row("foreign1", "ann")};
    accept(entry(anchor_of(others, "hosp-b"), {"hosp-b"}), others);
  }
  /// All can receive packages, but for "other".
  static entry::Genesis founders() {
    entry::Genesis genesis = founding(2);
    for (entry::Card& card : genesis.members)
      if (card.name != name("other")) card = sealed(std::move(card));
    return genesis;
  }

  /// Signed; "dr" acts for institutions if the body names nobody.
  template <class Body>
  entry::Entry made(Body body, const std::vector<By>& by) {
    if (!by.front().name.starts_with("p-") && !body.person) body.person = person("dr");
    return entry(std::move(body), by);
  }
  template <class Body>
  EntryHash put(Body body, const std::vector<By>& by) {
    const entry::Entry done = made(std::move(body), by);
    accept(done);
    return entry::entry_hash(done.bytes);
  }
  template <class Body>
  bool may(Body body, const std::vector<By>& by) {
    const auto judged = judge(made(std::move(body), by));
    CHECK_MESSAGE(judged.ok(), (judged ? "" : judged.error().message));
    return judged.ok();
  }
  template <class Body>
  void no(Body body, const std::vector<By>& by, Code code, std::string_view piece) {
    refused(made(std::move(body), by), code, piece);
  }
  void tick(UnixSeconds to) {
    auto statement = World::statement(entry::Tick{}, "clock");
    statement.header.time = to;
    accept(sign(statement, {"clock"}));
  }
  void change_member(entry::MemberAct act, const char* who,
                     std::optional<entry::Card> card = std::nullopt) {
    accept(entry(member_act(act, who, std::move(card)), admins));
  }
  template <class Change>
  void amend_policy(Change change) {
    entry::PolicyChange body = policy_act(*this);
    change(body.policy);
    accept(entry(body, admins));
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
