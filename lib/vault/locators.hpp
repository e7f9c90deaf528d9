// Locators: where the newest versions of records can be read again, and how that is changed.  They
// are of the vault alone: the ledger has commitments to bytes, wherever these are.
#pragma once

#include <span>
#include <string>

#include "source/locate.hpp"
#include "vault/vault.hpp"

namespace medchain::vault {

/// A version where it was read, and where its bytes are now.
struct Relocated {
  std::uint64_t number = 0;
  Version seen;  ///< as it was when its new place was looked for
  std::string path;
  source::Spot spot;
  std::int64_t mtime = 0;
};

class Locators {
 public:
  explicit Locators(Vault& vault) : vault_(vault) {}

  /// Whether it is the newest version of its record, pending or not, and not erased.  Within
  /// Vault::read().
  Result<bool> is_current(std::uint64_t number, const Version& version) const;
  /// All in one transaction, but those that are not current any more or have another place than
  /// was seen.  How many were set.  Not within Vault::read(); the vault is open for writing.
  Result<std::uint64_t> set(std::span<const Relocated> relocated);

 private:
  Vault& vault_;
};

/// As it was read.
source::Sought sought(const Version& version);
source::Locator locator(const Version& version, std::string path);

}  // namespace medchain::vault
