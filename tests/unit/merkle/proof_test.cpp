#include <doctest/doctest.h>

#include <array>

#include "merkle/tree.hpp"
#include "unit/merkle/reference.hpp"

using namespace medchain;
using namespace medchain::merkle;
namespace rfc = test::rfc6962;

namespace {

constexpr std::size_t max_size = 130;

/// Leaves, stored hashes and roots of all sizes up to max_size, by the reference.
struct Fixture {
  std::vector<TreeHash> leaves = rfc::leaves(max_size);
  std::vector<TreeHash> stored;
  std::vector<TreeHash> roots;
  HashReader reader = [this](std::span<const std::uint64_t> places) {
    std::vector<TreeHash> found;
    for (const std::uint64_t place : places) found.push_back(stored.at(place));
    return Result<std::vector<TreeHash>>(std::move(found));
  };

  Fixture() {
    for (std::size_t n = 0; n < max_size; ++n) {
      const auto added = hashes_for_leaf(n, leaves[n], reader);
      stored.insert(stored.end(), added->begin(), added->end());
    }
    for (std::size_t n = 0; n <= max_size; ++n) roots.push_back(rfc::mth(first(n)));
  }
  rfc::Leaves first(std::size_t n) const { return rfc::Leaves(leaves).first(n); }
};

TreeHash flipped(TreeHash hash, std::size_t bit) {
  hash.bytes[bit / 8] ^= static_cast<std::byte>(1u << (bit % 8));
  return hash;
}

/// Every damage to the list of hashes that is no other valid list: `refused` is asked about each.
template <class F>
void damage(const Proof& proof, const TreeHash& other, F&& refused) {
  for (std::size_t i = 0; i < proof.size(); ++i) {
    Proof bad = proof;
    bad[i] = flipped(bad[i], (i * 37 + 5) % 256);
    refused(bad);
    bad = proof;
    bad.erase(bad.begin() + static_cast<std::ptrdiff_t>(i));
    refused(bad);
    bad = proof;
    bad.insert(bad.begin() + static_cast<std::ptrdiff_t>(i), proof[i]);
    refused(bad);
    if (i + 1 < proof.size()) {
      bad = proof;
      std::swap(bad[i], bad[i + 1]);
      refused(bad);
    }
  }
  Proof longer = proof;
  longer.push_back(other);
  refused(longer);
  longer = proof;
  longer.insert(longer.begin(), other);
  refused(longer);
}

bool is_refused(const Status& status) {
  return !status && status.error().code == Code::proof_invalid;
}

}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "inclusion proofs of every leaf in every small tree are those of RFC 6962") {
  for (std::size_t n = 1; n <= max_size; ++n)
    for (std::size_t m = 0; m < n; ++m) {
      CAPTURE(n);
      CAPTURE(m);
      const auto proof = prove_inclusion(m, n, reader);
      REQUIRE(proof);
      CHECK(*proof == rfc::path(m, first(n)));
      CHECK(prove_inclusion_in(first(n), m) == *proof);
      CHECK(check_inclusion(m, n, leaves[m], *proof, roots[n]));
    }
}

TEST_CASE_FIXTURE(Fixture, "a damaged inclusion proof is refused") {
  for (std::size_t n = 1; n <= max_size; ++n)
    for (std::size_t m = 0; m < n; ++m) {
      const Proof proof = *prove_inclusion(m, n, reader);
      std::size_t accepted = 0;
      const auto expect_refused = [&accepted](const Status& status) {
        if (!is_refused(status)) ++accepted;
      };
      damage(proof, roots[n], [&](const Proof& bad) {
        expect_refused(check_inclusion(m, n, leaves[m], bad, roots[n]));
      });
      expect_refused(check_inclusion(m, n, flipped(leaves[m], m), proof, roots[n]));
      expect_refused(check_inclusion(m, n, leaves[m], proof, flipped(roots[n], m)));
      // No two leaves of a tree have the same path.
      for (const std::size_t other : {m + 1, m - 1, m ^ 1, m ^ 2, n - 1, std::size_t{0}, n, n + m})
        if (other != m) expect_refused(check_inclusion(other, n, leaves[m], proof, roots[n]));
      // A leaf may have the same path in trees of several sizes; in all others the proof is wrong.
      for (const std::size_t other : {n - 1, n + 1, n / 2, 2 * n, m, m + 1, std::size_t{0}}) {
        if (other == n) continue;
        const bool same = m < other && rfc::path_shape(m, other) == rfc::path_shape(m, n);
        const Status status = check_inclusion(m, other, leaves[m], proof, roots[n]);
        if (same ? !status : !is_refused(status)) ++accepted;
      }
      CAPTURE(n);
      CAPTURE(m);
      CHECK(accepted == 0);
    }
}

TEST_CASE_FIXTURE(Fixture,
                  "consistency proofs of every pair of small sizes are those of RFC 6962") {
  for (std::size_t n = 0; n <= max_size; ++n)
    for (std::size_t m = 0; m <= n; ++m) {
      CAPTURE(n);
      CAPTURE(m);
      const auto proof = prove_consistency(m, n, reader);
      REQUIRE(proof);
      if (m == 0)
        CHECK(proof->empty());
      else
        CHECK(*proof == rfc::subproof(m, first(n), true));
      CHECK(check_consistency(m, roots[m], n, roots[n], *proof));
    }
}

TEST_CASE_FIXTURE(Fixture, "a damaged consistency proof is refused") {
  for (std::size_t n = 1; n <= max_size; ++n)
    for (std::size_t m = 1; m <= n; ++m) {
      const Proof proof = *prove_consistency(m, n, reader);
      std::size_t accepted = 0;
      const auto expect_refused = [&accepted](const Status& status) {
        if (!is_refused(status)) ++accepted;
      };
      damage(proof, roots[m], [&](const Proof& bad) {
        expect_refused(check_consistency(m, roots[m], n, roots[n], bad));
      });
      expect_refused(check_consistency(m, flipped(roots[m], m), n, roots[n], proof));
      expect_refused(check_consistency(m, roots[m], n, flipped(roots[n], m), proof));
      if (m < n) {
        expect_refused(check_consistency(m, roots[n], n, roots[m], proof));
        expect_refused(check_consistency(n, roots[n], m, roots[m], proof));
        expect_refused(check_consistency(0, roots[m], n, roots[n], proof));
        const std::string shape = rfc::subproof_shape(m, n, true);
        for (const std::size_t other : {m - 1, m + 1, n, 2 * m}) {
          if (other == m || other == 0 || other > n) continue;
          const bool same = rfc::subproof_shape(other, n, true) == shape;
          const Status status = check_consistency(other, roots[m], n, roots[n], proof);
          if (same ? !status : !is_refused(status)) ++accepted;
        }
        for (const std::size_t other : {n - 1, n + 1, 2 * n, n / 2}) {
          if (other < m || other == n) continue;
          const bool same = rfc::subproof_shape(m, other, true) == shape;
          const Status status = check_consistency(m, roots[m], other, roots[n], proof);
          if (same ? !status : !is_refused(status)) ++accepted;
        }
      }
      CAPTURE(n);
      CAPTURE(m);
      CHECK(accepted == 0);
    }
}

TEST_CASE_FIXTURE(Fixture, "a tree with one changed old leaf is not consistent") {
  for (const std::size_t m : {std::size_t{1}, std::size_t{4}, std::size_t{7}, std::size_t{64}}) {
    std::vector<TreeHash> forged = leaves;
    forged[m - 1] = flipped(forged[m - 1], 0);
    const Proof proof = rfc::subproof(m, forged, true);
    const Status status = check_consistency(m, roots[m], max_size, root_of(forged), proof);
    CHECK(is_refused(status));
  }
}

TEST_CASE_FIXTURE(Fixture, "refusals name the rule that is broken") {
  const auto message = [](const Status& status) {
    REQUIRE(!status);
    CHECK(status.error().code == Code::proof_invalid);
    return status.error().message;
  };
  const Proof proof = *prove_inclusion(2, 5, reader);
  CHECK(message(check_inclusion(5, 5, leaves[2], proof, roots[5])) ==
        "inclusion proof: index 5 is not below tree size 5");
  CHECK(message(check_inclusion(0, 0, leaves[0], {}, empty_root())) ==
        "inclusion proof: index 0 is not below tree size 0");
  CHECK(message(check_inclusion(2, 5, leaves[2], {}, roots[5])) ==
        "inclusion proof: expected 3 hashes, got 0");
  CHECK(
      message(check_inclusion(2, 5, leaves[2], proof, roots[4]))
          .starts_with("inclusion proof: expected root " + to_base64(roots[4].view()) + ", got "));
  CHECK(message(check_consistency(6, roots[6], 5, roots[5], {})) ==
        "consistency proof: old size 6 is above new size 5");
  CHECK(message(check_consistency(5, roots[5], 5, roots[5], proof)) ==
        "consistency proof: expected 0 hashes, got 3");
  CHECK(message(check_consistency(5, roots[5], 5, roots[4], {}))
            .starts_with("consistency proof, equal sizes: expected root "));
  CHECK(message(check_consistency(0, empty_root(), 5, roots[5], proof)) ==
        "consistency proof: expected 0 hashes, got 3");
  const Proof grown = *prove_consistency(3, 5, reader);
  CHECK(message(check_consistency(3, roots[4], 5, roots[5], grown))
            .starts_with("consistency proof, old tree: "));
  CHECK(message(check_consistency(3, roots[3], 5, roots[4], grown))
            .starts_with("consistency proof, new tree: "));
}

TEST_CASE("the empty tree is consistent with every tree, with an empty proof") {
  const TreeHash root = leaf_hash(as_bytes("x"));
  CHECK(check_consistency(0, empty_root(), 0, empty_root(), {}));
  CHECK(check_consistency(0, empty_root(), 1, root, {}));
  CHECK(is_refused(check_consistency(0, empty_root(), 0, root, {})));
  CHECK(is_refused(check_consistency(0, empty_root(), 1, root, std::array{root})));
}

TEST_CASE("proofs work up to the largest tree") {
  // A tree of equal leaves: the hash at a place depends on its level alone.
  std::array<TreeHash, 64> at_level;
  at_level[0] = leaf_hash(as_bytes("same"));
  for (std::size_t i = 1; i < at_level.size(); ++i)
    at_level[i] = node_hash(at_level[i - 1], at_level[i - 1]);
  const std::uint64_t size = INT64_MAX;
  const HashReader reader = [&](std::span<const std::uint64_t> places) {
    std::vector<TreeHash> found;
    for (const std::uint64_t place : places) {
      CHECK(place < stored_count(size));
      std::uint64_t low = 0, high = size;  // the leaf that was added when this hash became known
      while (high - low > 1) {
        const std::uint64_t middle = low + (high - low) / 2;
        (stored_count(middle) <= place ? low : high) = middle;
      }
      found.push_back(at_level.at(place - stored_count(low)));
    }
    return Result<std::vector<TreeHash>>(std::move(found));
  };
  const TreeHash root = *tree_root(size, reader);
  for (const std::uint64_t index :
       {std::uint64_t{0}, std::uint64_t{1} << 62, (std::uint64_t{1} << 62) - 1, size - 1}) {
    const Proof proof = *prove_inclusion(index, size, reader);
    CHECK(proof.size() <= 63);
    CHECK(check_inclusion(index, size, at_level[0], proof, root));
    CHECK(is_refused(check_inclusion(index, size, at_level[1], proof, root)));
  }
  for (const std::uint64_t old : {std::uint64_t{1}, std::uint64_t{1} << 62, size / 3, size - 1}) {
    const Proof proof = *prove_consistency(old, size, reader);
    CHECK(proof.size() <= 64);
    CHECK(check_consistency(old, *tree_root(old, reader), size, root, proof));
    CHECK(is_refused(check_consistency(old, at_level[0], size, at_level[0], proof)));
  }
  // Verifiers take any 64-bit numbers.
  CHECK(is_refused(check_inclusion(UINT64_MAX, UINT64_MAX, root, {}, root)));
  CHECK(is_refused(check_inclusion(UINT64_MAX - 1, UINT64_MAX, root, {}, root)));
  CHECK(is_refused(check_consistency(1, root, UINT64_MAX, root, {})));
  CHECK(is_refused(check_consistency(UINT64_MAX - 1, root, UINT64_MAX, root, {})));
}
