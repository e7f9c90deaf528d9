// RFC 6962 section 2.1 trees over SHA-256: hashing, proofs, and an append-only layout of stored
// hashes.  Knows no storage: whoever keeps the hashes gives a reader.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "base/types.hpp"

namespace medchain::merkle {

using Proof = std::vector<TreeHash>;

/// SHA-256(0x00 || data).
TreeHash leaf_hash(ByteView data);
/// SHA-256(0x01 || left || right).
TreeHash node_hash(const TreeHash& left, const TreeHash& right);
/// SHA-256 of nothing: the root of the empty tree.
TreeHash empty_root();
/// MTH over the leaf hashes, computed in one pass with O(log n) memory.
TreeHash root_of(std::span<const TreeHash> leaves);

/// Computes a root leaf by leaf in O(log n) memory.
class RootBuilder {
 public:
  void add(const TreeHash& leaf);
  TreeHash root() const;
  std::uint64_t size() const { return size_; }

 private:
  std::uint64_t size_ = 0;
  std::vector<TreeHash> stack_;  // roots of the complete subtrees, largest first
};

// Stored hashes: every complete subtree's root has one fixed place, in the order in which they
// become known (level 0 leaf n, then the parents that it completes), as in
// golang.org/x/mod/sumdb/tlog StoredHashIndex.

/// Place of the hash of the complete subtree of 2^level leaves that starts at leaf n * 2^level.
std::uint64_t stored_index(unsigned level, std::uint64_t n);
/// Number of stored hashes of a tree of `size` leaves.
std::uint64_t stored_count(std::uint64_t size);

/// Gives the stored hashes at these places, in this order.  Fails as its storage does.
using HashReader = std::function<Result<std::vector<TreeHash>>(std::span<const std::uint64_t>)>;

/// Reads from memory; `hashes` must outlive it.
HashReader read_from(const std::vector<TreeHash>& hashes);

/// The hashes to store when leaf number `n` is added: the leaf, then the parents that it completes.
Result<std::vector<TreeHash>> hashes_for_leaf(std::uint64_t n, const TreeHash& leaf,
                                              const HashReader& reader);
/// Root of the first `size` leaves.
Result<TreeHash> tree_root(std::uint64_t size, const HashReader& reader);
/// Inclusion proof of leaf `index` in the tree of `size` leaves, leaf to root (RFC 6962 2.1.1).
/// Precondition: index < size.
Result<Proof> prove_inclusion(std::uint64_t index, std::uint64_t size, const HashReader& reader);
/// Consistency proof (RFC 6962 2.1.2); empty if size1 == 0 or size1 == size2.  Precondition: size1
/// <= size2.
Result<Proof> prove_consistency(std::uint64_t size1, std::uint64_t size2, const HashReader& reader);
/// Inclusion proof computed from all leaf hashes in memory: for manifests.
Proof prove_inclusion_in(std::span<const TreeHash> leaves, std::uint64_t index);

/// Fails with proof_invalid, naming the broken rule: index not below size, wrong number of hashes,
/// other root.
Status check_inclusion(std::uint64_t index, std::uint64_t size, const TreeHash& leaf,
                       std::span<const TreeHash> proof, const TreeHash& root);
/// Fails with proof_invalid.  Equal sizes need an empty proof and equal roots; size1 == 0 an empty
/// proof.
Status check_consistency(std::uint64_t size1, const TreeHash& root1, std::uint64_t size2,
                         const TreeHash& root2, std::span<const TreeHash> proof);

}  // namespace medchain::merkle
