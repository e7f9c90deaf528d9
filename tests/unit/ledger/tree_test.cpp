// The tree table against the slow reference, entry by entry, across the border of its blocks.
#include <doctest/doctest.h>

#include "unit/ledger/replay.hpp"

using namespace medchain;
using test::Union;

TEST_CASE("roots, leaves and blocks of the tree are right at every size up to 300") {
  Union all;
  std::vector<TreeHash> leaves = {entry::as_leaf(all.get([](const ledger::Snapshot& view) { return view.leaf(EntryIndex(0)); }))};
  while (leaves.size() < 300) {
    const auto one = all.small();
    all.accept({one});
    leaves.push_back(entry::as_leaf(entry::entry_hash(one.entry.bytes)));
    test::must(all.ledger->read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(const TreeSize size, view.size());
      CHECK(size.get() == leaves.size());
      MC_ASSIGN(const RootHash root, view.root(size));
      CHECK(root.bytes == test::rfc6962::mth(leaves).bytes);
      // Blocks of 255 hashes, all full but the last, no more than the tree needs.
      std::uint64_t left = merkle::stored_count(size.get());
      MC_ASSIGN(auto cursor, view.txn().cursor(view.tables().tree));
      MC_ASSIGN(bool there, cursor.first());
      for (std::uint64_t block = 0; left > 0; ++block) {
        REQUIRE(there);
        const std::uint64_t here = std::min<std::uint64_t>(left, ledger::hashes_per_block);
        CHECK(equal(cursor.key(), ledger::entry_key(EntryIndex(block))));
        CHECK(cursor.value().size() == here * 32);
        left -= here;
        MC_ASSIGN(there, cursor.next());
      }
      CHECK_FALSE(there);
      return {};
    }));
  }
  CHECK(merkle::stored_count(leaves.size()) > 2 * ledger::hashes_per_block);  // the border was crossed twice
  test::must(all.ledger->read([&](const ledger::Snapshot& view) -> Status {
    for (std::size_t size = 0; size <= leaves.size(); ++size) {
      MC_ASSIGN(const RootHash root, view.root(TreeSize(size)));
      CHECK(root.bytes == test::rfc6962::mth(std::span(leaves).first(size)).bytes);
      if (size == leaves.size()) break;
      MC_ASSIGN(const EntryHash leaf, view.leaf(EntryIndex(size)));
      CHECK(entry::as_leaf(leaf) == leaves[size]);
      MC_ASSIGN(const auto proof, merkle::prove_inclusion(size, leaves.size(), view.hash_reader()));
      CHECK(proof == test::rfc6962::path(size, leaves));
    }
    return {};
  }));
  test::check_consistent(all);
}

TEST_CASE("a batch makes the same tree as its entries one by one") {
  Union all;
  std::vector<ledger::Prepared> batch;
  for (int i = 0; i < 299; ++i) batch.push_back(all.small());
  all.accept(batch, 61);
  CHECK(all.size() == 301);
  test::check_consistent(all);
}

TEST_CASE("hashes beyond the tree are damage, not zeros") {
  Union all;
  all.accept({all.small()});
  test::must(all.ledger->read([](const ledger::Snapshot& view) -> Status {
    test::check_refused(view.root(TreeSize(3)), Code::store_damaged, "is missing");
    test::check_refused(view.root(TreeSize(1'000'000)), Code::store_damaged, "is missing");
    test::check_refused(view.leaf(EntryIndex(2)), Code::store_damaged, "tree hash 3 is missing");
    return {};
  }));
}
