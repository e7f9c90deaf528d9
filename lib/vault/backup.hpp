// Backup: a copy of a vault as it was at one moment, made while others use it; and a vault made of
// one, in which what was erased since is erased before anything else happens.
#pragma once

#include <cstdint>
#include <string>

#include "ledger/ledger.hpp"
#include "vault/vault.hpp"

namespace medchain::vault {

struct BackedUp {
  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0;  ///< of them
  std::uint64_t missing =
      0;  ///< copies whose blob is not there: the rest is backed up all the same
};

/// Copies the vault, open for reading, to a directory that is not there; it appears under its name
/// when all of it is on the disk.  Beside it `.NAME.unfinished` is made, and replaced if it is
/// there.  Fails with vault_conflict (something is there), lock_timeout (batches were abandoned all
/// the time), storage_failed.
Result<BackedUp> backup(Vault& vault, const std::string& directory);

/// Makes the directory of a vault out of a backup, as above, marked as restored: Vault::open()
/// refuses it until reapply_erasures() is done.  Fails with vault_missing (no backup),
/// vault_conflict (something is there), and as Vault::open() does for a damaged one.
Status restore(const std::string& backup, const std::string& directory);

/// Whether the vault waits for reapply_erasures().
bool is_restored(const std::string& directory);

struct Reapplied {
  std::uint64_t records = 0;   ///< versions whose salt was destroyed, with their copies
  std::uint64_t subjects = 0;  ///< whose key was
};

/// Destroys what `erase` entries of the vault's owner say is destroyed, and then takes the mark
/// away.  The vault was opened for writing, with OpenOptions::restored.  May be done again after a
/// crash.  Fails with vault_conflict (of another ledger).
Result<Reapplied> reapply_erasures(Vault& vault, const ledger::Snapshot& view);

}  // namespace medchain::vault
