#include "merkle/tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "unit/merkle/reference.hpp"

using namespace medchain;
using namespace medchain::merkle;
namespace rfc = test::rfc6962;

namespace {

constexpr std::size_t max_size = 130;

/// Everything stored for a tree, in a vector.
struct Memory {
  std::vector<TreeHash> hashes;
  HashReader reader() {
    return [this](std::span<const std::uint64_t> places) -> Result<std::vector<TreeHash>> {
      std::vector<TreeHash> found;
      for (const std::uint64_t place : places) {
        if (place >= hashes.size()) return fail(Code::store_damaged, "no hash there");
        found.push_back(hashes[place]);
      }
      CHECK(std::is_sorted(places.begin(), places.end()));
      return found;
    };
  }
};

/// StoredHashIndex as golang.org/x/mod/sumdb/tlog describes it: level 0's n-th hash is written at n
/// + n/2 + n/4 + ..., level l's n-th right after level l-1's (2n+1)-th.
std::uint64_t slow_stored_index(unsigned level, std::uint64_t n) {
  if (level > 0) return slow_stored_index(level - 1, 2 * n + 1) + 1;
  std::uint64_t index = 0;
  for (; n > 0; n >>= 1) index += n;
  return index;
}

}  // namespace

TEST_CASE("leaves and nodes are hashed under different prefixes") {
  CHECK(to_hex(empty_root().view()) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(leaf_hash({}).view()) ==
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  const TreeHash a = leaf_hash(as_bytes("a"));
  const TreeHash b = leaf_hash(as_bytes("b"));
  CHECK(node_hash(a, b) != node_hash(b, a));
  Bytes joined;
  append(a.view(), joined);
  append(b.view(), joined);
  CHECK(node_hash(a, b) != leaf_hash(joined));
}

TEST_CASE("roots agree with the recursion of RFC 6962 for all small sizes") {
  const std::vector<TreeHash> leaves = rfc::leaves(max_size);
  RootBuilder builder;
  for (std::size_t n = 0; n <= max_size; ++n) {
    CAPTURE(n);
    const TreeHash expected = rfc::mth(rfc::Leaves(leaves).first(n));
    CHECK(root_of(rfc::Leaves(leaves).first(n)) == expected);
    CHECK(builder.root() == expected);
    CHECK(builder.size() == n);
    if (n < max_size) builder.add(leaves[n]);
  }
}

TEST_CASE("the stored layout is that of golang.org/x/mod/sumdb/tlog") {
  CHECK(stored_count(0) == 0);
  std::uint64_t next = 0;
  for (std::uint64_t n = 0; n < 600; ++n) {
    CAPTURE(n);
    CHECK(stored_count(n) == next);
    // Leaf n, then the parents that it completes.
    unsigned level = 0;
    std::uint64_t at = n;
    while (true) {
      CHECK(stored_index(level, at) == next);
      CHECK(slow_stored_index(level, at) == next);
      ++next;
      if ((at & 1) == 0) break;
      at >>= 1;
      ++level;
    }
  }
  CHECK(stored_index(0, (std::uint64_t{1} << 62) - 1) ==
        slow_stored_index(0, (std::uint64_t{1} << 62) - 1));
  CHECK(stored_index(62, 0) == slow_stored_index(62, 0));
}

TEST_CASE("stored hashes are the roots of the complete subtrees and give the root of every size") {
  const std::vector<TreeHash> leaves = rfc::leaves(max_size);
  Memory memory;
  const HashReader reader = memory.reader();
  for (std::size_t n = 0; n < max_size; ++n) {
    const auto added = hashes_for_leaf(n, leaves[n], reader);
    REQUIRE(added);
    memory.hashes.insert(memory.hashes.end(), added->begin(), added->end());
    CHECK(memory.hashes.size() == stored_count(n + 1));
  }
  for (unsigned level = 0; (std::size_t{1} << level) <= max_size; ++level)
    for (std::size_t n = 0; (n + 1) << level <= max_size; ++n) {
      const std::size_t width = std::size_t{1} << level;
      CHECK(memory.hashes[stored_index(level, n)] ==
            rfc::mth(rfc::Leaves(leaves).subspan(n * width, width)));
    }
  for (std::size_t n = 0; n <= max_size; ++n) {
    const auto root = tree_root(n, reader);
    REQUIRE(root);
    CHECK(*root == rfc::mth(rfc::Leaves(leaves).first(n)));
  }
}

TEST_CASE("an error of the reader is passed on") {
  const HashReader broken = [](std::span<const std::uint64_t>) -> Result<std::vector<TreeHash>> {
    return fail(Code::store_damaged, "bad page");
  };
  CHECK(tree_root(5, broken).error().code == Code::store_damaged);
  CHECK(hashes_for_leaf(1, TreeHash{}, broken).error().code == Code::store_damaged);
  CHECK(prove_inclusion(0, 5, broken).error().code == Code::store_damaged);
  CHECK(prove_consistency(2, 5, broken).error().message == "bad page");
}

TEST_CASE("a reader that gives another number of hashes is an error") {
  const HashReader short_reader =
      [](std::span<const std::uint64_t>) -> Result<std::vector<TreeHash>> {
    return std::vector<TreeHash>{};
  };
  const auto root = tree_root(3, short_reader);
  REQUIRE(!root);
  CHECK(root.error().code == Code::internal);
  CHECK(root.error().message == "reading tree hashes: expected 2 hashes, got 0");
}

TEST_CASE("what needs no stored hash does not ask the reader") {
  const HashReader none = [](std::span<const std::uint64_t>) -> Result<std::vector<TreeHash>> {
    FAIL("read");
    return std::vector<TreeHash>{};
  };
  CHECK(*tree_root(0, none) == empty_root());
  CHECK(hashes_for_leaf(0, TreeHash{}, none)->size() == 1);
  CHECK(hashes_for_leaf(6, TreeHash{}, none)->size() == 1);
  CHECK(prove_inclusion(0, 1, none)->empty());
  CHECK(prove_consistency(0, 9, none)->empty());
  CHECK(prove_consistency(9, 9, none)->empty());
}
