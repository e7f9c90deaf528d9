// What the tests of data sharing and of duties have in common: whom and what they name, and a
// ledger whose members can receive packages.
#pragma once

#include "rules/sharing_view.hpp"
#include "unit/rules/acts.hpp"

namespace test {

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
inline medchain::Commitment commitment(const std::string& of) {
  return hash_of<medchain::Commitment>(of);
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

class DataWorld : public World {
 public:
  DataWorld() : World(founders()) {}
  explicit DataWorld(const entry::Genesis& genesis) : World(genesis) {}
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
  template <class Change>
  void amend_policy(Change change) {
    entry::PolicyChange body = policy_act(*this);
    change(body.policy);
    accept(entry(body, admins));
  }
};

}  // namespace test
