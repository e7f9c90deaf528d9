// check_ledger on small ledgers, good ones and ones changed behind the writer's back.
#include <doctest/doctest.h>

#include "store/store.hpp"
#include "unit/vault/vault_support.hpp"
#include "verify/ledger_check.hpp"

using namespace test;
namespace verify = medchain::verify;
using medchain::as_bytes;
using medchain::Bytes;
using medchain::ByteView;

namespace {

verify::LedgerReport check(Union& u, verify::LedgerCheckOptions options = {}) {
  options.checkpoint_file = read_all(u.dir.path("ledger") + "/checkpoint");
  options.policy_file = read_all(u.dir.path("ledger") + "/policy");
  return u.get([&](const ledger::Snapshot& view) { return verify::check_ledger(view, options, u.random); });
}

/// Writes to the tables without the ledger's rules.
template <class Change>
void change(Union& u, Change how) {
  auto txn = must(u.ledger->environment().begin_write());
  must(how(txn, u.ledger->tables()));
  must(std::move(txn).commit());
}

Bytes copy(const std::optional<ByteView>& view) {
  REQUIRE(view.has_value());
  return Bytes(view->begin(), view->end());
}

std::string first_id(const verify::LedgerReport& report) { return report.findings.empty() ? "" : report.findings.front().id; }

/// Two anchors, a new version, an erasure, a group.
void fill(Union& u) {
  u.accept({u.anchor(rows(90, "a"))});
  u.accept({u.anchor({row("a1", "subject", 2), row("b", "other")}), u.small()});
  u.accept({u.prepare(erase_of({hash_of<medchain::RecordTag>("a3")}))});
}

}  // namespace

TEST_CASE("a good ledger is intact at every size, and may be pinned") {
  Union u;
  std::optional<verify::Seen> seen;
  for (int i = 0; i < 9; ++i) {
    verify::LedgerCheckOptions options;
    options.seen = seen;
    const auto report = check(u, options);
    CAPTURE(i);
    CHECK(first_id(report) == "");
    CHECK(report.complete);
    CHECK(report.size.get() == u.size());
    REQUIRE(report.now.has_value());
    if (i % 3 == 0) seen = report.now;
    u.accept({u.small()});
  }
  fill(u);
  const auto report = check(u);
  CHECK(first_id(report) == "");
  CHECK(report.records == 92);
  CHECK(report.checks.size() == 5);
}

TEST_CASE("an error of the work itself is not a finding") {
  Union u;
  fill(u);
  verify::LedgerCheckOptions options;
  options.interrupted = [] { return true; };
  must(u.ledger->read([&](const ledger::Snapshot& view) -> medchain::Status {
    check_refused(verify::check_ledger(view, options, u.random), Code::interrupted, "signal");
    return {};
  }));
  std::uint64_t last = 0;
  options.interrupted = [] { return false; };
  options.progress = [&](std::uint64_t entries) { last = entries; };
  check(u, options);
  CHECK(last == u.size());
}

TEST_CASE("every byte of an entry is judged") {
  Union u;
  fill(u);
  const Bytes good = [&] {
    const std::string bytes = u.get([](const ledger::Snapshot& view) { return view.entry_bytes(EntryIndex(2)); });
    return Bytes(as_bytes(bytes).begin(), as_bytes(bytes).end());
  }();
  for (std::size_t at = 0; at < good.size(); at += 11) {
    Bytes bad = good;
    bad[at] ^= std::byte{1};
    change(u, [&](auto& txn, const auto& tables) { return txn.put(tables.entries, ledger::entry_key(EntryIndex(2)), bad); });
    const auto report = check(u);
    CAPTURE(at);
    REQUIRE_FALSE(report.findings.empty());
    CHECK(report.findings.front().id.starts_with("chain."));
    CHECK(report.findings.front().entry == std::optional<std::uint64_t>(2));
    CHECK_FALSE(report.now.has_value());
    CHECK_FALSE(report.complete);
  }
  change(u, [&](auto& txn, const auto& tables) { return txn.put(tables.entries, ledger::entry_key(EntryIndex(2)), good); });
  CHECK(check(u).is_intact());
}

TEST_CASE("every stored tree hash is judged, and entries are not blamed for it") {
  Union u;
  fill(u);
  const std::uint64_t hashes = medchain::merkle::stored_count(u.size());
  const auto key = ledger::entry_key(EntryIndex(0));
  for (std::uint64_t place = 0; place < hashes; ++place) {
    const auto flip = [&](auto& txn, const auto& tables) -> medchain::Status {
      Bytes block = copy(must(txn.get(tables.tree, key)));
      block[place * 32 + place % 32] ^= std::byte{4};
      return txn.put(tables.tree, key, block);
    };
    change(u, flip);
    const auto report = check(u);
    CAPTURE(place);
    CHECK(first_id(report) == "tree.damaged");
    for (const auto& finding : report.findings) CHECK_FALSE(finding.id.starts_with("chain."));
    change(u, flip);
  }
  CHECK(check(u).is_intact());
}

TEST_CASE("a damaged tree is no proof against the log") {
  Union u;
  fill(u);
  for (const bool grown : {false, true}) {
    verify::LedgerCheckOptions options;
    options.seen = check(u).now;
    REQUIRE(options.seen.has_value());
    if (grown) u.accept({u.small(), u.small(), u.small()});
    const auto key = ledger::entry_key(EntryIndex(0));
    for (std::uint64_t place = 0; place < medchain::merkle::stored_count(u.size()); ++place) {
      const auto flip = [&](auto& txn, const auto& tables) -> medchain::Status {
        Bytes block = copy(must(txn.get(tables.tree, key)));
        block[place * 32] ^= std::byte{1};
        return txn.put(tables.tree, key, block);
      };
      change(u, flip);
      const auto report = check(u, options);
      CAPTURE(place);
      CHECK(first_id(report) == "tree.damaged");
      CHECK_FALSE(report.evidence.has_value());
      change(u, flip);
    }
  }
}

TEST_CASE("two histories of one log are evidence, a shorter one as well") {
  Union u;
  fill(u);
  const std::string was = u.dir.path("was"), mark = read_all(u.dir.path("host") + "/high-water");
  u.close();
  std::filesystem::copy(u.dir.path("ledger"), was, std::filesystem::copy_options::recursive);
  u.reopen();
  verify::LedgerCheckOptions options;
  options.seen = check(u).now;
  u.accept({u.small(), u.small()});
  verify::LedgerCheckOptions longer;
  longer.seen = check(u, options).now;
  REQUIRE(longer.seen.has_value());
  u.close();
  // The ledger as it was, seen to be longer since.
  std::filesystem::remove_all(u.dir.path("ledger"));
  std::filesystem::rename(was, u.dir.path("ledger"));
  u.reopen();
  CHECK(check(u, options).is_intact());
  const auto back = check(u, longer);
  CHECK(first_id(back) == "seen.rollback");
  REQUIRE(back.evidence.has_value());
  CHECK(back.evidence->kind == "rollback");
  // And another history, signed by a host that forgot.
  std::ofstream(u.dir.path("host") + "/high-water", std::ios::binary) << mark;
  u.host = must(ledger::Host::open(u.dir.path("host")));
  u.accept({u.anchor(rows(3, "forked")), u.small(), u.small()});
  const auto forked = check(u, longer);
  CHECK(first_id(forked) == "seen.fork");
  REQUIRE(forked.evidence.has_value());
  CHECK(forked.evidence->kind == "fork");
  CHECK(forked.evidence->seen == longer.seen->checkpoint);
  REQUIRE(forked.evidence->root_found.has_value());
  // The evidence can be checked by itself.
  const auto before = must(verify::open_checkpoint(forked.evidence->seen, longer.seen->log));
  const auto now = must(verify::open_checkpoint(forked.evidence->found, longer.seen->log));
  CHECK(*forked.evidence->root_found != before.root);
  CHECK(medchain::merkle::check_consistency(before.size.get(), medchain::TreeHash(forked.evidence->root_found->bytes), now.size.get(),
                                            medchain::TreeHash(now.root.bytes), forked.evidence->consistency)
            .ok());
}

TEST_CASE("another ledger is named, not accused") {
  Union u, other(8);
  verify::LedgerCheckOptions options;
  options.seen = check(other).now;
  const auto report = check(u, options);
  CHECK(first_id(report) == "seen.genesis");
  CHECK_FALSE(report.evidence.has_value());
}

TEST_CASE("numbers that cannot be are damage, not a bug") {
  Union u;
  fill(u);
  for (const std::uint64_t size : {std::uint64_t{1} << 53, ~std::uint64_t{0}}) {
    change(u, [&](auto& txn, const auto& tables) { return txn.put(tables.meta, as_bytes("size"), ledger::entry_key(EntryIndex(size))); });
    CHECK(first_id(check(u)) == "store.damaged");
  }
  change(u, [&](auto& txn, const auto& tables) { return txn.put(tables.meta, as_bytes("size"), ledger::entry_key(EntryIndex(5))); });
  CHECK(check(u).is_intact());
  change(u, [&](auto& txn, const auto& tables) {
    medchain::ByteArray<20> key;
    key.fill(std::byte{0xff});
    return txn.put(*tables.records.loose, key, {});
  });
  const auto report = check(u);
  CHECK(first_id(report) == "index.damaged");
  CHECK_FALSE(report.findings.front().entry.has_value());
}
