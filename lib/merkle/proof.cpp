// Proofs.  Provers and verifiers walk the tree by the same two functions, path_to_leaf and
// path_to_old_tree, which are the recursions of RFC 6962 section 2.1 turned into loops.
#include <algorithm>
#include <bit>
#include <string>

#include "base/encoding.hpp"
#include "merkle/tree.hpp"
#include "merkle/tree_internal.hpp"

namespace medchain::merkle {

namespace {

/// One hash of a proof: MTH of `sibling`, which stands on this side of what was hashed so far.
struct Step {
  LeafRange sibling;
  bool sibling_is_left = false;
};

/// The largest power of two smaller than n: where RFC 6962 splits n leaves.  Precondition: n >= 2.
std::uint64_t split_of(std::uint64_t n) { return std::bit_floor(n - 1); }

/// PATH(m, D[n]) of RFC 6962 2.1.1, leaf to root:
///   PATH(0, {d(0)}) = {}
///   PATH(m, D[n]) = PATH(m, D[0:k]) : MTH(D[k:n])       for m < k
///   PATH(m, D[n]) = PATH(m - k, D[k:n]) : MTH(D[0:k])   for m >= k
std::vector<Step> path_to_leaf(std::uint64_t index, std::uint64_t size) {
  std::vector<Step> steps;
  LeafRange range{0, size};
  while (range.end - range.begin > 1) {
    const std::uint64_t middle = range.begin + split_of(range.end - range.begin);
    if (index < middle) {
      steps.push_back({{middle, range.end}, false});
      range.end = middle;
    } else {
      steps.push_back({{range.begin, middle}, true});
      range.begin = middle;
    }
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

struct OldTreePath {
  /// The subtree that both trees share at their right edge.  If it is the whole old tree (begin ==
  /// 0), the verifier knows its root and the proof does not hold it; else its root is the first
  /// hash of the proof.
  LeafRange shared;
  std::vector<Step> steps;  ///< from there to the root of the new tree
};

/// PROOF(m, D[n]) = SUBPROOF(m, D[n], true) of RFC 6962 2.1.2 for 0 < m < n:
///   SUBPROOF(m, D[m], true) = {}
///   SUBPROOF(m, D[m], false) = {MTH(D[m])}
///   SUBPROOF(m, D[n], b) = SUBPROOF(m, D[0:k], b) : MTH(D[k:n])           for m <= k
///   SUBPROOF(m, D[n], b) = SUBPROOF(m - k, D[k:n], false) : MTH(D[0:k])   for m > k
/// b is true exactly as long as the range still begins at leaf 0.
OldTreePath path_to_old_tree(std::uint64_t size1, std::uint64_t size2) {
  OldTreePath path{{0, size2}, {}};
  LeafRange& range = path.shared;
  while (range.end != size1) {
    const std::uint64_t middle = range.begin + split_of(range.end - range.begin);
    if (size1 <= middle) {
      path.steps.push_back({{middle, range.end}, false});
      range.end = middle;
    } else {
      path.steps.push_back({{range.begin, middle}, true});
      range.begin = middle;
    }
  }
  std::reverse(path.steps.begin(), path.steps.end());
  return path;
}

std::vector<LeafRange> siblings(const std::vector<Step>& steps) {
  std::vector<LeafRange> ranges;
  ranges.reserve(steps.size() + 1);
  for (const Step& step : steps) ranges.push_back(step.sibling);
  return ranges;
}

TreeHash join(const Step& step, const TreeHash& sibling, const TreeHash& hash) {
  return step.sibling_is_left ? node_hash(sibling, hash) : node_hash(hash, sibling);
}

Error invalid(const std::string& what) { return fail(Code::proof_invalid, what); }

Status check_count(const char* kind, std::size_t expected, std::size_t got) {
  if (expected == got) return {};
  return invalid(std::string(kind) + " proof: expected " + std::to_string(expected) +
                 " hashes, got " + std::to_string(got));
}

Status check_root(const char* what, const TreeHash& expected, const TreeHash& got) {
  if (expected == got) return {};
  return invalid(std::string(what) + ": expected root " + to_base64(expected.view()) + ", got " +
                 to_base64(got.view()));
}

}  // namespace

Result<Proof> prove_inclusion(std::uint64_t index, std::uint64_t size, const HashReader& reader) {
  MC_ASSERT(index < size);
  return range_roots(siblings(path_to_leaf(index, size)), reader);
}

Result<Proof> prove_consistency(std::uint64_t size1, std::uint64_t size2,
                                const HashReader& reader) {
  MC_ASSERT(size1 <= size2);
  if (size1 == 0 || size1 == size2) return Proof{};
  const OldTreePath path = path_to_old_tree(size1, size2);
  std::vector<LeafRange> ranges = siblings(path.steps);
  if (path.shared.begin != 0) ranges.insert(ranges.begin(), path.shared);
  return range_roots(ranges, reader);
}

Proof prove_inclusion_in(std::span<const TreeHash> leaves, std::uint64_t index) {
  MC_ASSERT(index < leaves.size());
  Proof proof;
  for (const Step& step : path_to_leaf(index, leaves.size()))
    proof.push_back(
        root_of(leaves.subspan(step.sibling.begin, step.sibling.end - step.sibling.begin)));
  return proof;
}

Status check_inclusion(std::uint64_t index, std::uint64_t size, const TreeHash& leaf,
                       std::span<const TreeHash> proof, const TreeHash& root) {
  if (index >= size)
    return invalid("inclusion proof: index " + std::to_string(index) + " is not below tree size " +
                   std::to_string(size));
  const std::vector<Step> steps = path_to_leaf(index, size);
  MC_TRY(check_count("inclusion", steps.size(), proof.size()));
  TreeHash hash = leaf;
  for (std::size_t i = 0; i < steps.size(); ++i) hash = join(steps[i], proof[i], hash);
  return check_root("inclusion proof", root, hash);
}

Status check_consistency(std::uint64_t size1, const TreeHash& root1, std::uint64_t size2,
                         const TreeHash& root2, std::span<const TreeHash> proof) {
  if (size1 > size2)
    return invalid("consistency proof: old size " + std::to_string(size1) + " is above new size " +
                   std::to_string(size2));
  if (size1 == size2) {
    MC_TRY(check_count("consistency", 0, proof.size()));
    return check_root("consistency proof, equal sizes", root1, root2);
  }
  // Nothing was promised yet: every tree continues the empty one (c2sp.org/tlog-witness).
  if (size1 == 0) return check_count("consistency", 0, proof.size());

  const OldTreePath path = path_to_old_tree(size1, size2);
  const std::size_t known = path.shared.begin == 0 ? 0 : 1;
  MC_TRY(check_count("consistency", path.steps.size() + known, proof.size()));
  TreeHash old_hash = known == 0 ? root1 : proof[0];
  TreeHash new_hash = old_hash;
  for (std::size_t i = 0; i < path.steps.size(); ++i) {
    const TreeHash& sibling = proof[i + known];
    new_hash = join(path.steps[i], sibling, new_hash);
    // What stands to the right of the shared subtree is not in the old tree.
    if (path.steps[i].sibling_is_left) old_hash = join(path.steps[i], sibling, old_hash);
  }
  MC_TRY(check_root("consistency proof, old tree", root1, old_hash));
  return check_root("consistency proof, new tree", root2, new_hash);
}

}  // namespace medchain::merkle
