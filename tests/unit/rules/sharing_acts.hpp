// Short ways to say what the tests of data sharing append, and a ledger to append it to.
#pragma once

#include "unit/rules/data_world.hpp"

namespace test {

inline constexpr std::int64_t day = 86'400;

inline std::vector<entry::Word> words(std::initializer_list<const char*> all) {
  std::vector<entry::Word> made;
  for (const char* one : all) made.push_back(word(one));
  return made;
}
inline std::vector<entry::Territory> territories(std::initializer_list<const char*> all) {
  std::vector<entry::Territory> made;
  for (const char* one : all) {
    auto parsed = entry::Territory::parse(one);
    REQUIRE(parsed);
    made.push_back(*parsed);
  }
  return made;
}
/// Terms of a request, answer or grant and the package that opens them.
template <class Body>
Body with_terms(Body body, std::initializer_list<const char*> to) {
  body.terms = commitment("terms");
  body.package = package(to);
  return body;
}

/// req-a treats, for 90 days.
inline entry::Scope scope() {
  entry::Scope made;
  made.actors.members = names({"req-a"});
  made.purposes = words({"TREAT"});
  made.until = after(90 * day);
  return made;
}
inline entry::Request request() {
  entry::Request body;
  body.custodian = name("hosp-a");
  body.scope = scope();
  body.expires = after(14 * day);
  return body;
}
inline entry::Grant permit() {
  entry::Grant body;
  body.custodian = name("hosp-a");
  body.scope = scope();
  body.basis.policy = label("urn:example:policy");
  body.basis.version = word("1");
  return body;
}
/// About "ann", for whatever purpose, by whomever.
inline entry::Grant dissent() {
  entry::Grant body = permit();
  body.provision = entry::Provision::deny;
  body.scope = {};
  body.scope.subjects = {subject("ann")};
  return body;
}
inline entry::Grant by(entry::Grant body, entry::ConsentBy who) {
  body.basis.by = who;
  return body;
}
inline entry::Exception exception(entry::Provision provision) {
  entry::Exception made;
  made.provision = provision;
  return made;
}
/// req-b gets what req-a was granted.
inline entry::Grant passed_on(const EntryHash& parent) {
  entry::Grant body = permit();
  body.parent = parent;
  body.scope.actors.members = names({"req-b"});
  return body;
}
inline entry::Release release(const EntryHash& grant, std::vector<std::uint32_t> rows = {0},
                              const char* to = "req-a") {
  entry::Release body;
  body.grant = grant;
  body.to = name(to);
  body.purpose = word("TREAT");
  body.records = at(1, std::move(rows));
  body.package = package({to});
  return body;
}
inline entry::Link owned(const char* patient, const std::string& of) {
  entry::Link body;
  body.act = entry::LinkAct::own;
  body.custodian = name("hosp-a");
  body.subject = subject(of);
  body.other = name(patient);
  return body;
}

/// hosp-a holds in entry 1: 0 and 1, observations, and 2, a report, of "ann"; 3, an observation of
/// "bob".  hosp-b holds one of "ann" in entry 2.  Entry 3 makes the first patient the owner of
/// "ann".
class Sharing : public DataWorld {
 public:
  Sharing() {
    Manifest rows = {row("obs0", "ann"), row("obs1", "ann"), row("rep", "ann"), row("obs3", "bob")};
    for (const std::size_t i : {0u, 1u, 3u}) rows[i].type = 1;
    entry::Anchor anchor = anchor_of(rows);
    anchor.types = words({"DiagnosticReport", "Observation"});
    accept(entry(anchor, {"hosp-a"}), rows);
    const Manifest others = {row("foreign", "ann")};
    accept(entry(anchor_of(others, "hosp-b"), {"hosp-b"}), others);
    put(owned(ann, "ann"), {"hosp-a", ann});
  }
  template <class Body>
  void no(Body body, const char* by, Code code, std::string_view piece) {
    DataWorld::no(std::move(body), {by}, code, piece);
  }
  void group(const char* called, std::initializer_list<const char*> members) {
    accept(entry(group_act(entry::GroupAct::create, called, members), {"hosp-b"}));
  }
  rules::GrantState grant_state(const EntryHash& hash) const {
    const auto state = rules::grant(view, hash);
    REQUIRE(state);
    REQUIRE(*state);
    return **state;
  }
  rules::RequestState request_state(const EntryHash& hash) const {
    const auto state = rules::request(view, hash);
    REQUIRE(state);
    REQUIRE(*state);
    return **state;
  }
  rules::ReleaseState release_state(const EntryHash& hash) const {
    const auto state = rules::release(view, hash);
    REQUIRE(state);
    REQUIRE(*state);
    return **state;
  }
};

}  // namespace test
