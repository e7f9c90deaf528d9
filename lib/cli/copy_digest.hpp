// The digest of a copy in a vault, and its beginning.
#pragma once

#include "source/locator.hpp"
#include "vault/vault.hpp"

namespace medchain::cli {

/// Of its bytes, or of their canonical form if that is what was anchored.  Within Vault::read().
/// Fails with copy_damaged for what is not JSON then, and as Vault::read_copy().
Result<Digest> digest_of_copy(const vault::Vault& vault, std::uint64_t number, bool canonical);

/// The same, and of its bytes the first `most`.
Result<source::Reread> read_copy(const vault::Vault& vault, std::uint64_t number, bool canonical,
                                 std::size_t most);

}  // namespace medchain::cli
