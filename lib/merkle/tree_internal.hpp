// What the two sources of this library share: reading subtree roots by the stored layout.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "merkle/tree.hpp"

namespace medchain::merkle {

/// Leaves [begin, end).  As the recursion of RFC 6962 makes them, `begin` is a multiple of a power
/// of two that is at least end - begin, so that a range is a row of complete subtrees, largest
/// first.
struct LeafRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// MTH of each range, read with one call of `reader`.
Result<std::vector<TreeHash>> range_roots(std::span<const LeafRange> ranges,
                                          const HashReader& reader);

}  // namespace medchain::merkle
