// Writes to a vault's batches outside of an anchoring run.  Internal to lib/vault.
#pragma once

#include <vector>

#include "vault/vault.hpp"

namespace medchain::vault {

/// What a committed transaction left to be destroyed.
struct Dropped {
  std::vector<std::uint64_t> slots;
  std::vector<std::uint64_t> blobs;  ///< that no copy is in any more
};

class VaultAccess {
 public:
  explicit VaultAccess(Vault& vault) : vault_(vault) {}
  /// The batch is on the ledger.
  Status land(std::uint64_t batch, EntryIndex entry);
  Status land(store::WriteTxn& txn, std::uint64_t batch, EntryIndex entry);
  /// The batch can never land: its ids point to the versions before, its salts are overwritten
  /// and its copies destroyed.
  Status abandon(std::uint64_t batch);
  /// Of a path that is not empty, which gets one if it has none.  `next` is 0, or what the call
  /// before left in it.
  Result<std::uint64_t> path_number(store::WriteTxn& txn, const std::string& path,
                                    std::uint64_t& next);
  /// Forgets the copy of a version, if it has one.
  Status drop_copy(store::WriteTxn& txn, std::uint64_t version, Dropped& dropped);
  /// After the commit: overwrites slots, then removes files.
  Status destroy(const Dropped& dropped);
  /// Removes files of blobs that no row names: what a run that was cut off has left.
  Status remove_unknown_blobs();

 private:
  Vault& vault_;
};

}  // namespace medchain::vault
