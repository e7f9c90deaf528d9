// RECORD on a command line: TYPE/ID, a digest, or a file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "vault/vault.hpp"

namespace medchain::cli {

/// Of `sha256:...`, or of the bytes of the file of that name, as far as it is one of the two.
/// Before the process is sealed.
Result<std::optional<Digest>> named_digest(const std::string& name);

struct NamedRecord {
  std::string name;
  std::string source;            ///< --source
  std::optional<Digest> digest;  ///< named_digest()
};

/// The versions in the vault that are meant, the newest last: of a digest all that have it; else
/// the newest of the record with this type and id, or with this path as id.  Fails with usage for
/// what is neither.  Within Vault::read().
Result<std::vector<std::uint64_t>> find_record(const vault::Vault& vault, const NamedRecord& named);

}  // namespace medchain::cli
