// Keys: brought, rotated, ended; never in two hands or two roles; told apart by index, not by time.
#include <doctest/doctest.h>

#include "crypto/age_key.hpp"
#include "unit/rules/acts.hpp"

using namespace medchain;
using entry::MemberAct;
using entry::Role;
using test::admins;
using test::By;
using test::card_of;
using test::member_act;
using test::World;

namespace {

entry::Member rotation(const std::string& who, const entry::Card& card) { return member_act(MemberAct::rotate, who, card); }

crypto::AgeRecipient seal_key(unsigned char number) {
  return crypto::recipient_of(crypto::Secret::copy_of(ByteArray<32>{std::byte{8}, std::byte{number}}));
}

entry::Card with_keys(const By& by, unsigned char seal, const By& witness) {
  entry::Card card = card_of(by, {Role::custodian});
  card.seal = seal_key(seal);
  card.witness = test::witness_key(by.name, test::key_of(witness));
  return card;
}

}  // namespace

TEST_CASE("rotation is signed by the old key first and by the new one") {
  World world;
  const By old("hosp-a"), fresh("hosp-a", 1);
  const auto body = rotation("hosp-a", card_of(fresh, {Role::custodian}));
  world.refused(world.entry(body, {old}), Code::signature_missing, "the signature of the new key is missing");
  world.refused(world.entry(body, {fresh}), Code::signature_superfluous, "not registered");
  world.refused(world.entry(body, {fresh, old}), Code::signature_superfluous, "not registered");
  world.refused(world.entry(body, {old, By("hosp-a", 2)}), Code::signature_superfluous, "not registered");
  world.refused(world.entry(body, {old, fresh, "admin-a"}), Code::signature_superfluous, "no rule calls for");
  // The new key's line with a wrong signature.
  auto made = world.entry(body, {old, fresh});
  auto lines = made.signatures;
  lines[1].signature[0] ^= std::byte{1};
  world.refused(*entry::parse_entry(note::format({made.text, lines})), Code::signature_invalid, "it does not verify");
  const auto index = world.accept(made);
  CHECK(test::key_state(world, old).until == index);
  CHECK(test::key_state(world, fresh).from == index);
  CHECK_FALSE(test::key_state(world, fresh).until);
  CHECK(test::state_of(world, "hosp-a").card.sign == test::vkey(fresh));
}

TEST_CASE("rotation changes keys and nothing else, and at least one") {
  World world;
  const By fresh("hosp-a", 1);
  world.refused(world.entry(rotation("hosp-a", card_of(fresh, {Role::admin, Role::custodian})), {"hosp-a", fresh}),
                Code::entry_rule, "rotation changes keys only");
  auto relabelled = card_of(fresh, {Role::custodian});
  relabelled.display = test::label("New name");
  world.refused(world.entry(rotation("hosp-a", relabelled), {"hosp-a", fresh}), Code::entry_rule, "rotation changes keys only");
  world.refused(world.entry(rotation("hosp-a", card_of("hosp-a", {Role::custodian})), {"hosp-a"}), Code::entry_rule,
                "rotation must change a key");
  world.refused(world.entry(rotation("hosp-b", card_of(By("hosp-b", 1), {Role::custodian})), {"hosp-a"}), Code::entry_rule,
                "a member rotates its own keys");
}

TEST_CASE("seal and witness keys are rotated by the sign key alone, and stay the member's for ever") {
  World world;
  world.accept(world.entry(rotation("hosp-a", with_keys("hosp-a", 1, "witness-a")), {"hosp-a"}));
  CHECK_FALSE(test::key_state(world, "hosp-a").until);
  world.accept(world.entry(rotation("hosp-a", with_keys("hosp-a", 2, By("witness-a", 1))), {"hosp-a"}));
  const auto refused = [&](const entry::Card& card) {
    world.refused(world.entry(rotation("hosp-a", card), {"hosp-a"}), Code::member_key_used, "is or was in use by 'hosp-a");
  };
  refused(with_keys("hosp-a", 1, By("witness-a", 1)));
  refused(with_keys("hosp-a", 2, "witness-a"));
  // The witness key may go; nobody else takes it up.
  auto without = card_of("hosp-a", {Role::custodian});
  without.seal = seal_key(2);
  world.accept(world.entry(rotation("hosp-a", without), {"hosp-a"}));
  world.refused(world.entry(rotation("hosp-b", with_keys("hosp-b", 3, By("witness-a", 1))), {"hosp-b"}),
                Code::member_key_used, "is or was in use by 'hosp-a witness'");
}

TEST_CASE("update changes no keys") {
  World world;
  for (const auto& card : {card_of(By("hosp-a", 1), {Role::custodian}), with_keys("hosp-a", 1, "witness-a")})
    world.refused(world.entry(member_act(MemberAct::update, "hosp-a", card), admins), Code::entry_rule, "update changes no keys");
}

TEST_CASE("no key is in two hands or two roles, past ones too") {
  World world;
  const auto add = [&](entry::Card card) { return world.entry(member_act(MemberAct::add, card.name.get(), card), admins); };
  const auto refused = [&](const entry::Card& card, std::string_view piece) {
    world.refused(add(card), Code::member_key_used, piece);
  };
  auto card = card_of("new");
  card.sign.key = test::vkey("hosp-a").key;
  refused(card, "a key of 'new' is or was in use by 'hosp-a sign'");
  card.sign.key = test::vkey("ledger.example/main").key;
  refused(card, "is or was in use by 'ledger.example/main log'");
  card = card_of("new");
  card.witness = test::witness_key("new", test::key_of("hosp-b"));
  refused(card, "is or was in use by 'hosp-b sign'");
  card.witness = test::witness_key("new", test::key_of("ledger.example/main"));
  refused(card, "is or was in use by 'ledger.example/main log'");
  // Any bytes below 2^255 - 19 are an X25519 key: with these the sign key's bytes are one.
  int generation = 0;
  while ((std::to_integer<unsigned>(test::vkey(By("new", generation)).key.bytes[31]) & 0x80) != 0) ++generation;
  card = card_of(By("new", generation));
  card.seal.emplace().bytes = card.sign.key.bytes;
  refused(card, "one key in two roles of one card");
  world.accept(world.entry(rotation("hosp-b", with_keys("hosp-b", 9, "witness-b")), {"hosp-b"}));
  card = card_of("new");
  card.seal = seal_key(9);
  refused(card, "is or was in use by 'hosp-b seal'");

  // Ended by rotation and by revocation: still taken.
  world.accept(world.entry(rotation("hosp-a", card_of(By("hosp-a", 1), {Role::custodian})), {"hosp-a", By("hosp-a", 1)}));
  world.accept(world.entry(member_act(MemberAct::revoke, "hosp-b"), admins));
  card = card_of("new");
  for (const char* past : {"hosp-a", "hosp-b"}) {
    card.sign.key = test::vkey(past).key;
    refused(card, "is or was in use by '" + std::string(past) + " sign'");
  }
  // A member does not go back to a key of its own either.
  world.refused(world.entry(rotation("hosp-a", card_of("hosp-a", {Role::custodian})), {By("hosp-a", 1), "hosp-a"}),
                Code::member_key_used, "is or was in use by 'hosp-a sign'");
}

TEST_CASE("staff keys are named for their member by pseudonym, are of type 01 and nobody else's") {
  World world;
  const auto act = [&](MemberAct what, const note::VerifierKey& key, const By& by = "hosp-a") {
    return world.entry(test::staff_act(what, by.name, key), {by});
  };
  const By staff("hosp-a/s-0123456789abcdef");
  for (const std::string name : {"hosp-a", "hosp-a/dr.smith", "hosp-a/s-0123456789abcde", "hosp-a/s-0123456789abcdef0",
                                 "hosp-a/s-0123456789ABCDEF", "hosp-b/s-0123456789abcdef", "s-0123456789abcdef"})
    world.refused(act(MemberAct::staff_add, test::vkey(name.c_str())), Code::entry_rule, "a staff key is named hosp-a/s-HEX16");
  auto key = test::vkey(staff);
  key.type = note::KeyType::cosignature;
  world.refused(act(MemberAct::staff_add, key), Code::entry_rule, "a staff key is of type 01");
  key = test::vkey(staff);
  key.key = test::vkey("hosp-b").key;
  world.refused(act(MemberAct::staff_add, key), Code::member_key_used, "in use by 'hosp-b sign'");

  world.refused(act(MemberAct::staff_revoke, test::vkey(staff)), Code::entry_state, "the staff key is not in force");
  const auto from = world.accept(act(MemberAct::staff_add, test::vkey(staff)));
  CHECK(test::key_state(world, staff).from == from);
  world.refused(act(MemberAct::staff_add, test::vkey(staff)), Code::member_key_used, "in use by 'hosp-a/s-0123456789abcdef staff'");
  auto card = card_of("new");
  card.sign.key = test::vkey(staff).key;
  world.refused(world.entry(member_act(MemberAct::add, "new", card), admins), Code::member_key_used, "staff'");
  const auto until = world.accept(act(MemberAct::staff_revoke, test::vkey(staff)));
  CHECK(test::key_state(world, staff).until == until);
  world.refused(act(MemberAct::staff_revoke, test::vkey(staff)), Code::entry_state, "the staff key is not in force");
  world.refused(act(MemberAct::staff_add, test::vkey(staff)), Code::member_key_used, "is or was in use");
}

TEST_CASE("a key with the key id of an earlier one does not take its place") {
  // Found by making keys until two had the same id: some 2^16 keys on average.
  World world;
  const By first("hosp-a", 62998), second("hosp-a", 71063);
  REQUIRE(test::vkey(first).id() == test::vkey(second).id());
  REQUIRE(test::vkey(first) != test::vkey(second));
  const std::vector<Role> roles = {Role::custodian};
  world.accept(world.entry(rotation("hosp-a", card_of(first, roles)), {"hosp-a", first}));
  // At once: both keys would have to sign under one name and id.
  world.refused(world.entry(rotation("hosp-a", card_of(second, roles)), {first}), Code::member_key_used,
                "another key of 'hosp-a' has the same key id");
  world.accept(world.entry(rotation("hosp-a", card_of(By("hosp-a", 1), roles)), {first, By("hosp-a", 1)}));
  world.refused(world.entry(rotation("hosp-a", card_of(second, roles)), {By("hosp-a", 1), second}), Code::member_key_used,
                "another key of 'hosp-a' has the same key id");
  CHECK(test::key_state(world, first).key == test::vkey(first));

  const By staff("hosp-b/s-0123456789abcdef", 10648), twin("hosp-b/s-0123456789abcdef", 15832);
  REQUIRE(test::vkey(staff).id() == test::vkey(twin).id());
  world.accept(world.entry(test::staff_act(MemberAct::staff_add, "hosp-b", test::vkey(staff)), {"hosp-b"}));
  world.refused(world.entry(test::staff_act(MemberAct::staff_add, "hosp-b", test::vkey(twin)), {"hosp-b"}),
                Code::member_key_used, "has the same key id");
}

TEST_CASE("a member whose key is not in the state is damage") {
  World world;
  const auto rotate = world.entry(rotation("hosp-a", card_of(By("hosp-a", 1), {Role::custodian})), {"hosp-a", By("hosp-a", 1)});
  const auto revoke = world.entry(member_act(MemberAct::revoke, "hosp-a"), admins);
  world.view.state.apply({{rules::key_of_key("hosp-a", test::vkey("hosp-a").id()), std::nullopt}});
  for (const auto& made : {rotate, revoke}) world.refused(made, Code::store_damaged, "the key of 'hosp-a' is missing");
}
