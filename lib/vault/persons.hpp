// Persons: tags of a member's persons and salts of its documents, keyed by one slot of the vault.
#pragma once

#include <optional>
#include <string_view>

#include "vault/vault.hpp"

namespace medchain::vault {

/// Not within Vault::read().
class Persons {
 public:
  explicit Persons(Vault& vault) : vault_(vault) {}
  /// Tag of a person of the member.  The key is made when it is first needed, in a vault that was
  /// opened for writing.  Nothing if there is none and `may_make` is false.
  Result<std::optional<PersonTag>> tag(std::string_view name, crypto::Random& random,
                                       bool may_make);
  /// Salt of a document: the same for the same document.
  Result<std::optional<Salt>> document_salt(const Digest& digest, crypto::Random& random,
                                            bool may_make);

 private:
  Result<std::optional<SecretValue>> key(crypto::Random& random, bool may_make);

  Vault& vault_;
};

}  // namespace medchain::vault
