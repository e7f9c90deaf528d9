// By what a vault knows a record, and what it knows first of it.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/types.hpp"

namespace medchain::vault {

/// First 16 bytes of SHA-256 over the length-prefixed (source, type, id): the key of a record in
/// the vault.
using RecordKey = ByteArray<16>;
RecordKey record_key(std::string_view source, std::string_view type, std::string_view id);

/// A record's newest version.
struct Latest {
  std::uint64_t number = 0;
  std::uint64_t batch = 0;
  Digest digest;  ///< all zeros: the record was erased
};

}  // namespace medchain::vault
