// The second, named digests of versions (decision 0033): what of a record is compared where some of
// its members do not count.  They are in the vault and nowhere else, and go when a record is
// erased.
#pragma once

#include <optional>

#include "source/source.hpp"
#include "vault/vault.hpp"

namespace medchain::vault {

/// Whether a record is the one that is known: by its bytes, or but for what does not count.
enum class Same { no, bytes, part };
Same compare(const Digest& digest, const std::optional<source::PartDigest>& part,
             const source::Record& record);

class SecondDigests {
 public:
  explicit SecondDigests(Vault& vault) : vault_(vault) {}
  // In a transaction that changes the version too, or learns of it.
  Status put(store::WriteTxn& txn, std::uint64_t version, const source::PartDigest& part);
  Status erase(store::WriteTxn& txn, std::uint64_t version);
  /// Within Vault::read().  Fails with store_damaged.
  Result<std::optional<source::PartDigest>> find(std::uint64_t version) const;

 private:
  Vault& vault_;
};

}  // namespace medchain::vault
