// The indexes of a vault: versions by id and by digest.  They follow from the versions.
#pragma once

#include "vault/vault.hpp"

namespace medchain::vault {

class Indexes {
 public:
  explicit Indexes(Vault& vault) : vault_(vault) {}

  struct Difference {
    std::uint64_t missing = 0;    ///< versions that their id or digest does not find
    std::uint64_t unfounded = 0;  ///< keys that no version has
  };
  /// Within Vault::read().  Fails with store_damaged.
  Result<Difference> compare() const;
  /// Makes them anew, in one transaction; the number of versions.  Not within Vault::read(); the
  /// vault is open for writing.  Fails with store_damaged (a version), storage_failed.
  Result<std::uint64_t> rebuild();

 private:
  Vault& vault_;
};

}  // namespace medchain::vault
