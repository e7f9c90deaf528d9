#include "merkle/tree.hpp"

#include <bit>
#include <string>

#include "crypto/sha256.hpp"
#include "merkle/tree_internal.hpp"

namespace medchain::merkle {

namespace {

// RFC 6962 2.1: different first bytes keep a leaf from being presented as an inner node and the
// other way round.
constexpr ByteArray<1> leaf_prefix{std::byte{0x00}};
constexpr ByteArray<1> node_prefix{std::byte{0x01}};

/// A reader that answers with another number of hashes is a bug of its writer, but one that may
/// depend on what is on disk: an error, not an assertion.
Result<std::vector<TreeHash>> read_hashes(const HashReader& reader,
                                          std::span<const std::uint64_t> places) {
  if (places.empty()) return std::vector<TreeHash>{};
  auto hashes = reader(places);
  if (hashes && hashes->size() != places.size())
    return fail(Code::internal, "reading tree hashes: expected " + std::to_string(places.size()) +
                                    " hashes, got " + std::to_string(hashes->size()));
  return hashes;
}

}  // namespace

TreeHash leaf_hash(ByteView data) { return TreeHash(crypto::sha256({leaf_prefix, data})); }

TreeHash node_hash(const TreeHash& left, const TreeHash& right) {
  return TreeHash(crypto::sha256({node_prefix, left.view(), right.view()}));
}

TreeHash empty_root() { return TreeHash(crypto::sha256(ByteView{})); }

TreeHash root_of(std::span<const TreeHash> leaves) {
  RootBuilder builder;
  for (const TreeHash& leaf : leaves) builder.add(leaf);
  return builder.root();
}

void RootBuilder::add(const TreeHash& leaf) {
  // Each trailing one bit of the old size is a complete subtree that this leaf's subtree completes
  // a parent with.
  TreeHash hash = leaf;
  for (std::uint64_t n = size_; (n & 1) != 0; n >>= 1) {
    hash = node_hash(stack_.back(), hash);
    stack_.pop_back();
  }
  stack_.push_back(hash);
  ++size_;
}

TreeHash RootBuilder::root() const {
  if (stack_.empty()) return empty_root();
  TreeHash hash = stack_.back();
  for (std::size_t i = stack_.size() - 1; i-- > 0;) hash = node_hash(stack_[i], hash);
  return hash;
}

std::uint64_t stored_count(std::uint64_t size) {
  // Every level l holds floor(size / 2^l) complete subtrees; their sum is 2 * size less the one
  // bits of size.
  return 2 * size - static_cast<std::uint64_t>(std::popcount(size));
}

std::uint64_t stored_index(unsigned level, std::uint64_t n) {
  // The subtree is completed by its last leaf, whose own hash follows all hashes of the leaves
  // before it; the parents that this leaf completes follow in order of their levels.
  const std::uint64_t last_leaf = ((n + 1) << level) - 1;
  return stored_count(last_leaf) + level;
}

Result<std::vector<TreeHash>> hashes_for_leaf(std::uint64_t n, const TreeHash& leaf,
                                              const HashReader& reader) {
  // Leaf n completes one parent for each trailing one bit of n; the left half of the parent at
  // level i + 1 is the subtree before the one of this leaf at level i.  The places are asked for in
  // ascending order.
  const auto parents = static_cast<unsigned>(std::countr_one(n));
  std::vector<std::uint64_t> places;
  places.reserve(parents);
  for (unsigned level = parents; level-- > 0;)
    places.push_back(stored_index(level, (n >> level) - 1));
  MC_ASSIGN(const std::vector<TreeHash> left_halves, read_hashes(reader, places));

  std::vector<TreeHash> hashes{leaf};
  hashes.reserve(parents + 1);
  for (unsigned level = 0; level < parents; ++level)
    hashes.push_back(node_hash(left_halves[parents - 1 - level], hashes.back()));
  return hashes;
}

Result<std::vector<TreeHash>> range_roots(std::span<const LeafRange> ranges,
                                          const HashReader& reader) {
  std::vector<std::uint64_t> places;
  std::vector<std::size_t> subtrees_of_range;
  for (const LeafRange& range : ranges) {
    const std::size_t before = places.size();
    for (std::uint64_t at = range.begin; at < range.end;) {
      const auto level = static_cast<unsigned>(std::bit_width(range.end - at)) - 1;
      MC_ASSERT(at % (std::uint64_t{1} << level) == 0);
      places.push_back(stored_index(level, at >> level));
      at += std::uint64_t{1} << level;
    }
    subtrees_of_range.push_back(places.size() - before);
  }
  MC_ASSIGN(const std::vector<TreeHash> hashes, read_hashes(reader, places));

  std::vector<TreeHash> roots;
  roots.reserve(ranges.size());
  std::size_t next = 0;
  for (const std::size_t count : subtrees_of_range) {
    MC_ASSERT(count > 0);
    TreeHash root = hashes[next + count - 1];
    for (std::size_t i = count - 1; i-- > 0;) root = node_hash(hashes[next + i], root);
    roots.push_back(root);
    next += count;
  }
  return roots;
}

Result<TreeHash> tree_root(std::uint64_t size, const HashReader& reader) {
  if (size == 0) return empty_root();
  const LeafRange all{0, size};
  MC_ASSIGN(const std::vector<TreeHash> roots, range_roots({&all, 1}, reader));
  return roots.front();
}

HashReader read_from(const std::vector<TreeHash>& hashes) {
  return [&hashes](std::span<const std::uint64_t> places) -> Result<std::vector<TreeHash>> {
    std::vector<TreeHash> found;
    for (const std::uint64_t place : places) {
      MC_ASSERT(place < hashes.size());
      found.push_back(hashes[place]);
    }
    return found;
  };
}

}  // namespace medchain::merkle
