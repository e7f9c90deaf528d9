// RFC 6962 section 2.1 written down as it stands there, slowly: what the library is compared with.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "merkle/tree.hpp"

namespace test::rfc6962 {

using medchain::TreeHash;
using medchain::merkle::node_hash;
using medchain::merkle::Proof;
using Leaves = std::span<const TreeHash>;

/// The largest power of two smaller than n.
inline std::size_t split(std::size_t n) {
  std::size_t k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

/// MTH(D[n]); the leaves come as their hashes.
inline TreeHash mth(Leaves d) {
  if (d.empty()) return medchain::merkle::empty_root();
  if (d.size() == 1) return d[0];
  const std::size_t k = split(d.size());
  return node_hash(mth(d.first(k)), mth(d.subspan(k)));
}

/// PATH(m, D[n]).
inline Proof path(std::size_t m, Leaves d) {
  if (d.size() == 1) return {};
  const std::size_t k = split(d.size());
  Proof proof = m < k ? path(m, d.first(k)) : path(m - k, d.subspan(k));
  proof.push_back(mth(m < k ? d.subspan(k) : d.first(k)));
  return proof;
}

/// SUBPROOF(m, D[n], b).
inline Proof subproof(std::size_t m, Leaves d, bool b) {
  if (m == d.size()) return b ? Proof{} : Proof{mth(d)};
  const std::size_t k = split(d.size());
  Proof proof = m <= k ? subproof(m, d.first(k), b) : subproof(m - k, d.subspan(k), false);
  proof.push_back(mth(m <= k ? d.subspan(k) : d.first(k)));
  return proof;
}

/// On which side the hashes of PATH(m, D[n]) stand.  Two sizes in which a leaf has the same shape
/// cannot be told apart by its proof: a proof speaks about its root, not about the size.
inline std::string path_shape(std::size_t m, std::size_t n) {
  if (n == 1) return "";
  const std::size_t k = split(n);
  return m < k ? path_shape(m, k) + "r" : path_shape(m - k, n - k) + "l";
}
inline std::string subproof_shape(std::size_t m, std::size_t n, bool b) {
  if (m == n) return b ? "" : "s";
  const std::size_t k = split(n);
  return m <= k ? subproof_shape(m, k, b) + "r" : subproof_shape(m - k, n - k, false) + "l";
}

/// n different leaf hashes.
inline std::vector<TreeHash> leaves(std::size_t n) {
  std::vector<TreeHash> hashes;
  for (std::size_t i = 0; i < n; ++i)
    hashes.push_back(medchain::merkle::leaf_hash(medchain::as_bytes("leaf " + std::to_string(i))));
  return hashes;
}

}  // namespace test::rfc6962
