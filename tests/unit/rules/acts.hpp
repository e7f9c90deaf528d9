// Short ways to say what the tests of lib/rules append.
#pragma once

#include "unit/rules/world.hpp"

namespace test {

/// What two admins, as the policy of World demands, sign.
inline const std::vector<By> admins = {"admin-a", "admin-b"};

inline entry::Member member_act(entry::MemberAct act, std::string_view who, std::optional<entry::Card> card = std::nullopt) {
  entry::Member body;
  body.act = act;
  body.member = name(who);
  body.card = std::move(card);
  return body;
}
inline entry::Member staff_act(entry::MemberAct act, std::string_view who, const medchain::note::VerifierKey& key) {
  entry::Member body = member_act(act, who);
  body.staff = key;
  return body;
}
inline entry::PolicyChange policy_act(const World& world) {
  entry::PolicyChange body;
  body.policy = *rules::policy(world.view);
  return body;
}
inline entry::Group group_act(entry::GroupAct act, std::string_view group, std::initializer_list<const char*> members = {}) {
  entry::Group body;
  body.act = act;
  body.group = name(group);
  for (const char* member : members) body.members.push_back(name(member));
  return body;
}

/// The hash of this text as any of the hash types.
template <class H>
H hash_of(const std::string& text) {
  return H(medchain::crypto::sha256(medchain::as_bytes(text)));
}
/// Version `version` of a record of a subject.
inline entry::Row row(const std::string& record, const std::string& subject = "subject", int version = 1) {
  return {0, 0, hash_of<medchain::RecordTag>(record), hash_of<medchain::SubjectTag>(subject),
          hash_of<medchain::Commitment>(record + "/" + std::to_string(version))};
}
/// `count` records of one subject, named PREFIX0, PREFIX1...
inline Manifest rows(std::size_t count, const std::string& prefix = "record") {
  Manifest all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(row(prefix + std::to_string(i)));
  return all;
}
inline entry::Anchor anchor_of(const Manifest& rows, std::string_view custodian = "hosp-a") {
  entry::Anchor body;
  body.custodian = name(custodian);
  body.count = rows.size();
  body.root = entry::manifest_root(rows);
  body.types = {word("Observation")};
  body.bytes = 100 * rows.size();
  return body;
}
inline entry::Erase erase_of(std::vector<medchain::RecordTag> records, std::vector<medchain::SubjectTag> subjects = {},
                             std::string_view custodian = "hosp-a") {
  entry::Erase body;
  body.custodian = name(custodian);
  body.records = std::move(records);
  body.subjects = std::move(subjects);
  body.basis = word("GDPR-17");
  body.person = hash_of<medchain::PersonTag>("person of " + std::string(custodian));
  return body;
}

inline rules::MemberState state_of(const World& world, std::string_view who) {
  auto state = rules::member(world.view, name(who));
  REQUIRE(state);
  REQUIRE(*state);
  return **state;
}
inline rules::KeyState key_state(const World& world, const By& by) {
  auto state = rules::key(world.view, by.name, vkey(by).id());
  REQUIRE(state);
  REQUIRE(*state);
  return **state;
}

}  // namespace test
