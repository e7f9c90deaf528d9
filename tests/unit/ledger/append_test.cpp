#include <doctest/doctest.h>

#include "unit/ledger/replay.hpp"

using namespace medchain;
using entry::GroupAct;
using entry::MemberAct;
using entry::Role;
using test::By;
using test::card_of;
using test::check_refused;
using test::Union;

namespace {

/// Everything that a refused or dry append must leave alone.
struct Trace {
  explicit Trace(Union& all)
      : size(all.size()),
        state(all.get([](const ledger::Snapshot& view) -> Result<std::string> {
          std::string text;
          MC_TRY(view.scan("", [&](std::string_view key, std::string_view value) -> Status {
            text += std::string(key) + "=" + std::string(value) + "\n";
            return {};
          }));
          MC_ASSIGN(const auto rows, view.txn().count(view.tables().manifests));
          MC_ASSIGN(const auto records, medchain::store::count_keys(view.txn(), view.tables().records));
          MC_ASSIGN(const auto checkpoint, view.checkpoint());
          return text + std::to_string(rows) + "," + std::to_string(records) + "\n" + checkpoint;
        })),
        checkpoint_file(test::read_all(all.dir.path("ledger/checkpoint"))),
        mark(test::read_all(all.dir.path("host/high-water"))) {}
  bool operator==(const Trace&) const = default;
  std::uint64_t size;
  std::string state, checkpoint_file, mark;
};

}  // namespace

TEST_CASE("entries are appended in order and the checkpoint is that of the state after") {
  Union all;
  const auto result = all.accept({all.anchor(test::rows(2, "a")), all.anchor(test::rows(3, "b"), "hosp-b"), all.small()});
  REQUIRE(result.entries.size() == 3);
  for (std::uint64_t i = 0; i < 3; ++i) {
    CHECK(result.entries[i].index == EntryIndex(1 + i));
    CHECK_FALSE(result.entries[i].existed);
  }
  CHECK_FALSE(result.tick);
  CHECK(result.checkpoint == test::read_all(all.dir.path("ledger/checkpoint")));
  test::check_consistent(all);
  all.reopen();
  test::check_consistent(all);
}

TEST_CASE("a tick goes first when the clock is more than a minute ahead of log time") {
  Union all;
  for (const std::int64_t ahead : {std::int64_t{-1'000'000}, std::int64_t{0}, rules::tick_after}) {
    const auto result = all.accept({all.small()}, ahead);
    CHECK_FALSE(result.tick);
  }
  const auto before = all.log_time();
  const std::uint64_t size = all.size();
  const auto result = all.accept({all.small()}, rules::tick_after + 1);
  REQUIRE(result.tick);
  CHECK(*result.tick == EntryIndex(size));
  CHECK(result.entries.front().index == EntryIndex(size + 1));
  CHECK(all.log_time() == UnixSeconds(before.get() + rules::tick_after + 1));
  const auto tick = all.get([&](const ledger::Snapshot& view) { return view.entry(*result.tick); });
  CHECK(std::holds_alternative<entry::Tick>(tick.statement.body));
  CHECK(tick.statement.header.author == test::name("clock"));
  test::check_consistent(all);
}

TEST_CASE("entries are judged at the time of the tick before them") {
  Union all;
  // Prepared at log time; a tick of a day and more makes it too old.
  const auto late = all.small();
  check_refused(all.append({late}, 301), Code::entry_time, "is not within 5m before");
  CHECK(all.size() == 1);  // the tick went with it
  CHECK(all.accept({late}, 300).tick);
}

TEST_CASE("a tick that the rules refuse refuses the append") {
  Union all;
  all.accept({all.prepare(test::member_act(MemberAct::add, "clock-2", card_of("clock-2", {Role::clock})), "admin-a"),
              all.prepare(test::member_act(MemberAct::suspend, "clock"), "admin-a")});
  const Trace before(all);
  check_refused(all.append({all.small()}, 1000), Code::member_inactive, "tick of the ledger's clock: 'clock' is suspended");
  CHECK(Trace(all) == before);
  CHECK(all.append({all.small()}));  // while no tick is due the ledger goes on
}

TEST_CASE("the same statement again is answered with its place and changes nothing") {
  Union all;
  const auto one = all.anchor(test::rows(2));
  all.accept({all.small(), one});
  const Trace before(all);
  for (const std::int64_t ahead : {0, 1000, 100'000}) {  // no tick for nothing either
    const auto again = all.accept({one}, ahead);
    REQUIRE(again.entries.size() == 1);
    CHECK(again.entries[0].existed);
    CHECK(again.entries[0].index == EntryIndex(2));
    CHECK_FALSE(again.tick);
    CHECK(again.checkpoint == before.checkpoint_file);
  }
  CHECK(Trace(all) == before);
  // Beside a new one, and twice in one batch.
  const auto fresh = all.small();
  const auto mixed = all.accept({one, fresh, fresh});
  CHECK(mixed.entries[0].existed);
  CHECK_FALSE(mixed.entries[1].existed);
  CHECK(mixed.entries[1].index == EntryIndex(3));
  CHECK(mixed.entries[2].existed);
  CHECK(mixed.entries[2].index == EntryIndex(3));
  test::check_consistent(all);
}

TEST_CASE("the same statement with other signature lines is the same statement") {
  Union all;
  const auto one = all.prepare(entry::PolicyChange{}, "admin-a");
  all.accept({one});
  // Not judged again: even a signature that no rule calls for changes nothing.
  const auto more = test::must(entry::add_signature(one.entry, {"hosp-a", &test::key_of("hosp-a")}));
  const auto again = all.accept({{more, {}}});
  CHECK(again.entries[0].existed);
  CHECK(again.entries[0].index == EntryIndex(1));
  CHECK(all.size() == 2);
}

TEST_CASE("another statement under a used id is a conflict") {
  Union all;
  const auto one = all.small();
  all.accept({one});
  auto statement = one.entry.statement;
  std::get<entry::Group>(statement.body).group = test::name("other");
  all.refused({test::Author::sign(statement)}, Code::entry_id_used, "is another statement's at entry 1");
}

TEST_CASE("several entries are appended all or not at all, and the refused one is told") {
  Union all;
  const Trace before(all);
  const auto bad = all.anchor(test::rows(2, "x"), "admin-a");
  const std::vector<ledger::Prepared> good = {all.anchor(test::rows(100)), all.small(), all.small()};
  for (std::size_t at = 0; at <= good.size(); ++at) {
    auto entries = good;
    entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(at), bad);
    CAPTURE(at);
    all.refused(entries, Code::member_role, "entry " + std::to_string(at + 1) + " of 4: 'admin-a' has not the role custodian");
    check_refused(all.append(entries, 200), Code::member_role, "entry " + std::to_string(at + 1) + " of 4");
    CHECK(Trace(all) == before);
  }
  all.refused({bad}, Code::member_role, "'admin-a' has not the role custodian");
  all.accept(good);
  test::check_consistent(all);
}

TEST_CASE("each entry of a batch is judged on the state that those before it leave") {
  Union all;
  const auto admit = all.prepare(test::member_act(MemberAct::add, "hosp-c", card_of("hosp-c", {Role::custodian})), "admin-a");
  const auto first = all.prepare(test::anchor_of(test::rows(1), "hosp-c"), "hosp-c", test::rows(1));
  all.refused({first, admit}, Code::member_unknown, "entry 1 of 2: 'hosp-c' is not a member");
  test::Manifest version = {test::row("record0", "subject", 2)};
  const auto second = all.prepare(test::anchor_of(version, "hosp-c"), "hosp-c", version);
  const auto foreign = all.anchor(version);
  all.refused({admit, first, foreign}, Code::record_foreign, "entry 3 of 3: row 0: the record belongs to 'hosp-c' (entry 2 row 0)");
  all.accept({admit, first, second});
  test::check_consistent(all);
}

TEST_CASE("a dry run judges everything and leaves no trace and no signature") {
  Union all;
  all.accept({all.small()});
  const Trace before(all);
  const auto one = all.anchor(test::rows(200));
  const auto dry = test::must(all.append({one, all.small()}, 100, true));
  CHECK(dry.tick == EntryIndex(2));
  REQUIRE(dry.entries.size() == 2);
  CHECK(dry.entries[0].index == EntryIndex(3));
  CHECK(dry.entries[1].index == EntryIndex(4));
  // A signed checkpoint of a state that never was would be half a proof of a fork.
  CHECK(dry.checkpoint == before.checkpoint_file);
  CHECK(Trace(all) == before);
  check_refused(all.append({all.anchor(test::rows(1), "admin-a")}, 0, true), Code::member_role, "has not the role custodian");
  CHECK(Trace(all) == before);
  const auto wet = all.accept({one}, 100);
  CHECK(wet.entries[0].index == EntryIndex(3));
}

TEST_CASE("an append of nothing answers with the checkpoint that is there") {
  Union all;
  const Trace before(all);
  const auto result = all.accept({}, 1000);
  CHECK(result.entries.empty());
  CHECK_FALSE(result.tick);
  CHECK(result.checkpoint == before.checkpoint_file);
  CHECK(Trace(all) == before);
}

TEST_CASE("the policy file follows the policy") {
  Union all;
  auto change = entry::PolicyChange{};
  change.policy.witnesses = {{test::name("w"), test::witness_key("w.example", test::key_of("w"))}};
  change.policy.quorum = 1;
  all.accept({all.prepare(change, "admin-a")});
  CHECK(test::read_all(all.dir.path("ledger/policy")).find("witness w w.example+") != std::string::npos);
  test::check_consistent(all);
}

TEST_CASE("public files that are gone or spoiled are written again by the next append") {
  Union all;
  std::filesystem::remove(all.dir.path("ledger/checkpoint"));
  std::ofstream(all.dir.path("ledger/policy")) << "spoiled";
  all.accept({all.small()});
  test::check_consistent(all);
}

TEST_CASE("a public file that cannot be written is told beside the receipt, which stands") {
  Union all;
  std::filesystem::remove(all.dir.path("ledger/checkpoint"));
  std::filesystem::create_directory(all.dir.path("ledger/checkpoint"));
  const auto result = test::must(all.append({all.small()}));
  REQUIRE(result.derived_file_error);
  CHECK(result.derived_file_error->code == Code::storage_failed);
  CHECK(result.entries[0].index == EntryIndex(1));
  CHECK(all.size() == 2);
  std::filesystem::remove(all.dir.path("ledger/checkpoint"));
  all.accept({all.small()});
  test::check_consistent(all);
}

TEST_CASE("with each what the rules refuse is left out, and everything else is appended at once") {
  Union all;
  const auto twice = all.small();
  all.accept({twice});
  const auto late = all.small();
  const auto good = all.small(), other = all.anchor(test::rows(2, "a"));
  const auto forbidden = all.anchor(test::rows(2, "x"), "admin-a");
  const std::vector<ledger::Prepared> prepared = {good, forbidden, twice, other};
  ledger::AppendOptions options{all.log_time(), false, false, true};
  const auto result = test::must(all.ledger->append(prepared, *all.host, options, all.random));
  REQUIRE(result.entries.size() == 4);
  CHECK((!result.entries[0].refused && result.entries[0].index == EntryIndex(2)));
  REQUIRE(result.entries[1].refused);
  CHECK(result.entries[1].refused->code == Code::member_role);
  CHECK((result.entries[2].existed && result.entries[2].index == EntryIndex(1)));
  CHECK((!result.entries[3].refused && result.entries[3].index == EntryIndex(3)));
  CHECK(all.size() == 4);
  test::check_consistent(all);
  // Nothing that is new: nothing is written, not even the tick that was due.
  const Trace before(all);
  options.now = UnixSeconds(all.log_time().get() + 100'000);
  const std::vector<ledger::Prepared> none = {forbidden, late};
  const auto refused = test::must(all.ledger->append(none, *all.host, options, all.random));
  REQUIRE(refused.entries.size() == 2);
  REQUIRE(refused.entries[1].refused);
  CHECK(refused.entries[1].refused->code == Code::entry_time);
  CHECK_FALSE(refused.tick);
  CHECK(Trace(all) == before);
}
