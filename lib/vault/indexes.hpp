// The indexes of a vault: versions by id and by digest.  They follow from the versions.
#pragma once

#include "vault/vault.hpp"

namespace medchain::vault {

class Indexes {
 public:
  /// What takes long fails with interrupted once `is_stopped` says so.
  Indexes(Vault& vault, std::function<bool()> is_stopped)
      : vault_(vault), is_stopped_(std::move(is_stopped)) {}

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
  Status go_on() const;

  Vault& vault_;
  std::function<bool()> is_stopped_;
};

}  // namespace medchain::vault
