// Persons: tags of a member's persons and salts of its documents, keyed by one slot of the vault.
#pragma once

#include <optional>
#include <string_view>

#include "vault/vault.hpp"

namespace medchain::vault {

/// Not within Vault::read().  The key is made when it is first needed; in a vault that is open for
/// reading only it must be there, and there is nothing otherwise.
class Persons {
 public:
  explicit Persons(Vault& vault) : vault_(vault) {}
  /// Tag of a person of the member.
  Result<std::optional<PersonTag>> tag(std::string_view name, crypto::Random& random);
  /// Salt of a document of the member (consent, assessment): the same for the same document, so
  /// that a commitment says whether two grants rest on one consent.
  Result<std::optional<Salt>> document_salt(const Digest& digest, crypto::Random& random);

 private:
  Result<std::optional<SecretValue>> key(crypto::Random& random);

  Vault& vault_;
};

}  // namespace medchain::vault
