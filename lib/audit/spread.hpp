// Spread: the middle of many numbers and how far they lie from it, which a few wild ones do not
// move.
#pragma once

#include <cstdint>
#include <map>

namespace medchain::audit {

struct Spread {
  std::int64_t median = 0;
  std::int64_t deviation = 0;  ///< median absolute deviation from it
};

/// Of numbers with how many times each is there; of an even number of them the lower of the two in
/// the middle.  Precondition: at least one.
Spread spread_of(const std::map<std::int64_t, std::uint64_t>& counted);

}  // namespace medchain::audit
