// Writes to a vault's batches outside of an anchoring run.  Internal to lib/vault.
#pragma once

#include "vault/vault.hpp"

namespace medchain::vault {

class VaultAccess {
 public:
  explicit VaultAccess(Vault& vault) : vault_(vault) {}
  /// The batch is on the ledger.
  Status land(std::uint64_t batch, EntryIndex entry);
  /// The batch can never land: its ids point to the versions before, its salts are overwritten.
  Status abandon(std::uint64_t batch);

 private:
  Vault& vault_;
};

}  // namespace medchain::vault
