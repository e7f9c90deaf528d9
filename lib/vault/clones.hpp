// Clones: records of a vault whose texts are alike, or whose bytes are the same: notes that were
// copied across patients or visits.
#pragma once

#include <cstdint>
#include <vector>

#include "vault/vault.hpp"

namespace medchain::vault {

struct Clone {
  std::uint64_t version = 0;  ///< number of the later one
  std::uint64_t of = 0;       ///< the one before it that is most like it
  unsigned similarity = 0;    ///< 0 to 100; 100: all words are the same
  bool same_bytes = false;
};

struct Clones {
  std::vector<Clone> found;    ///< by version; each version once
  std::uint64_t records = 0;   ///< versions that were looked at
  std::uint64_t sketches = 0;  ///< those among them with a text
};

/// All that are alike by `least` percent or more.  Versions of one record, abandoned and erased
/// ones do not count.  Texts are compared where one of 42 parts of their sketches is the same, with
/// the first and the next before: pairs at 80 are missed once in 100,000 times.  Memory: 16 bytes
/// for each version and each sketch.  Within Vault::read().
Result<Clones> find_clones(Vault& vault, unsigned least);

}  // namespace medchain::vault
