#include <doctest/doctest.h>

#include "unit/rules/acts.hpp"

using namespace medchain;
using entry::Genesis;
using entry::Role;
using test::By;
using test::card_of;
using test::check_refused;
using test::World;

namespace {

entry::Statement statement_of(const Genesis& genesis, const std::string& author = "admin-a") {
  entry::Statement statement;
  statement.header.ledger = genesis.log.name;
  statement.header.author = test::name(author);
  statement.header.time = World::start;
  statement.body = genesis;
  return statement;
}

Result<std::vector<rules::Change>> judge(const Genesis& genesis, const std::vector<By>& by = {"admin-a"},
                                         const test::Manifest& rows = {}) {
  std::vector<entry::SignAs> lines;
  for (const By& one : by) lines.push_back({one.name, &test::key_of(one)});
  const auto made = entry::sign_statement(statement_of(genesis, by.front().name), lines);
  REQUIRE_MESSAGE(made.ok(), (made ? "" : made.error().message));
  return rules::apply(rules::MapView(), {EntryIndex(0), *made, rows});
}

template <class Change>
void refused(Change change, Code code, std::string_view piece) {
  Genesis genesis = World::founding(2);
  change(genesis);
  check_refused(judge(genesis), code, piece);
}

}  // namespace

TEST_CASE("genesis leaves origin, genesis hash, log key, rules, time, policy, members and keys") {
  World world;
  const auto& view = world.view;
  CHECK(*rules::origin(view) == "ledger.example/main");
  CHECK(*rules::log_key(view) == test::vkey("ledger.example/main"));
  CHECK(*rules::rules_number(view) == 1);
  CHECK(*rules::log_time(view) == World::start);
  CHECK(*rules::policy(view) == World::founding(2).policy);
  const auto members = rules::members(view);
  REQUIRE(members);
  REQUIRE(members->size() == World::founding(2).members.size());
  for (std::size_t i = 0; i < members->size(); ++i) {
    CHECK((*members)[i].card == World::founding(2).members[i]);
    CHECK((*members)[i].status == rules::MemberStatus::active);
    CHECK(test::key_state(world, (*members)[i].card.name.get()).from == EntryIndex(0));
  }
  CHECK(*rules::erasures(view) == 0);

  // The genesis hash is that of the whole note.
  entry::SignAs as{"admin-a", &test::key_of("admin-a")};
  const auto made = entry::sign_statement(statement_of(World::founding(1)), std::span(&as, 1));
  rules::MapView state;
  state.apply(*rules::apply(state, {EntryIndex(0), *made, {}}));
  CHECK(*rules::genesis(state) == GenesisHash(entry::entry_hash(made->bytes).bytes));
}

TEST_CASE("entry 0 is genesis and no other entry is") {
  World world;
  world.refused(world.sign(statement_of(World::founding(2)), {"admin-a"}), Code::entry_rule, "genesis can only be entry 0");
  const auto tick = world.entry(entry::Tick{}, {"clock"});
  check_refused(rules::apply(world.view, {EntryIndex(0), tick, {}}), Code::entry_rule, "entry 0 must be genesis");
  check_refused(rules::apply(rules::MapView(), {EntryIndex(0), tick, {}}), Code::entry_rule, "entry 0 must be genesis");
  check_refused(rules::apply(rules::MapView(), {EntryIndex(1), tick, {}}), Code::store_damaged, "'origin': is missing");
}

TEST_CASE("a genesis entry has no manifest") {
  check_refused(judge(World::founding(2), {"admin-a"}, test::rows(1)), Code::entry_rule, "only anchor entries have a manifest");
}

TEST_CASE("genesis is of known rules") {
  refused([](Genesis& g) { g.rules = 0; }, Code::entry_rule, "rules numbers start at 1");
  refused([](Genesis& g) { g.rules = entry::known_rules + 1; }, Code::rules_newer, "this medchain knows up to 1");
}

TEST_CASE("the log key is named as the origin, of type 01 and no member's") {
  refused([](Genesis& g) { g.log.type = note::KeyType::cosignature; }, Code::entry_rule, "the log key must be of type 01");
  Genesis genesis = World::founding(2);
  auto statement = statement_of(genesis);
  statement.header.ledger = "ledger.example/other";
  entry::SignAs as{"admin-a", &test::key_of("admin-a")};
  const auto made = entry::sign_statement(statement, std::span(&as, 1));
  REQUIRE(made);
  check_refused(rules::apply(rules::MapView(), {EntryIndex(0), *made, {}}), Code::entry_rule, "be named as the origin");
  refused([](Genesis& g) { g.log.key = g.members[4].sign.key; }, Code::member_key_used, "the log key is a member's key too");
}

TEST_CASE("founders ascend by name, each with its own keys and a right card") {
  refused([](Genesis& g) { std::swap(g.members[0], g.members[1]); }, Code::entry_rule, "founders must ascend by name");
  refused([](Genesis& g) { g.members.push_back(g.members.back()); }, Code::entry_rule, "founders must ascend by name, each once");
  refused([](Genesis& g) { g.members[1].sign.key = g.members[0].sign.key; }, Code::member_key_used,
          "a key of 'admin-b' is or was in use by 'admin-a sign'");
  refused([](Genesis& g) { g.members[1].witness = test::witness_key("w", test::key_of("admin-a")); }, Code::member_key_used,
          "is or was in use by 'admin-a sign'");
  refused([](Genesis& g) { g.members[1].sign.name = "admin-x"; }, Code::entry_invalid, "the sign key is named 'admin-x'");
  refused([](Genesis& g) { g.members.clear(); }, Code::entry_rule, "the policy demands 2 admins, there are 0");
}

TEST_CASE("genesis has the admins that its policy demands, and a clock") {
  for (std::uint64_t k = 1; k <= 4; ++k) {
    Genesis genesis = World::founding(k);
    if (k <= 3)
      CHECK(judge(genesis));
    else
      check_refused(judge(genesis), Code::entry_rule, "the policy demands 4 admins, there are 3");
  }
  refused([](Genesis& g) { g.members[3].roles.clear(); }, Code::entry_rule, "a clock member is missing");
  refused([](Genesis& g) { g.policy.admit = 0; }, Code::entry_invalid, "'admit': expected 1 to");
}

TEST_CASE("genesis is signed by founding admins") {
  const Genesis genesis = World::founding(2);
  CHECK(judge(genesis, {"admin-a"}));
  CHECK(judge(genesis, {"admin-b", "admin-a", "admin-c"}));
  check_refused(judge(genesis, {"admin-a", "hosp-a"}), Code::signature_superfluous, "'hosp-a' is not a founding admin");
  check_refused(judge(genesis, {"hosp-a", "admin-a"}), Code::signature_superfluous, "'hosp-a' is not a founding admin");
  check_refused(judge(genesis, {"stranger"}), Code::signature_superfluous, "'stranger' is not a founding admin");
  check_refused(judge(genesis, {"admin-a", By("admin-b", 1)}), Code::signature_superfluous, "'admin-b' is not a founding admin");
  check_refused(judge(genesis, {By("admin-a", 1)}), Code::signature_superfluous, "'admin-a' is not a founding admin");

  entry::SignAs as{"admin-a", &test::key_of("admin-a")};
  auto made = *entry::sign_statement(statement_of(genesis), std::span(&as, 1));
  auto lines = made.signatures;
  lines[0].signature[7] ^= std::byte{1};
  const auto broken = entry::parse_entry(note::format({made.text, lines}));
  REQUIRE(broken);
  check_refused(rules::apply(rules::MapView(), {EntryIndex(0), *broken, {}}), Code::signature_invalid, "it does not verify");
}

TEST_CASE("a witness of the policy cosigns with a key of its own") {
  const auto with = [](const By& by) {
    return [by](Genesis& g) {
      g.policy.witnesses = {{test::name("w"), test::witness_key("w.example", test::key_of(by))}};
      g.policy.quorum = 1;
    };
  };
  Genesis genesis = World::founding(2);
  with("witness")(genesis);
  CHECK(judge(genesis));
  // A member's witness key is for this.
  genesis.members[4].witness = genesis.policy.witnesses[0].key;
  CHECK(judge(genesis));
  refused(with("ledger.example/main"), Code::member_key_used, "the key of witness 'w' is or was in use by 'ledger.example/main log'");
  refused(with("admin-b"), Code::member_key_used, "the key of witness 'w' is or was in use by 'admin-b sign'");
}

TEST_CASE("a ledger whose policy no stock tool could read is refused") {
  // DEL is allowed in key names and not in policies.
  const auto with_witness_name = [](const std::string& name) {
    return [name](Genesis& g) {
      g.policy.witnesses = {{test::name("w"), test::witness_key(name, test::key_of("witness"))}};
    };
  };
  refused(with_witness_name("w\x7f"), Code::entry_rule, "no tlog-policy can say this: policy, line 2: control character 0x7f");
  Genesis genesis = World::founding(2);
  genesis.log = test::vkey("ledger\x7f");
  check_refused(judge(genesis), Code::entry_rule, "no tlog-policy can say this: policy, line 1");
}
