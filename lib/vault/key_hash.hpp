// A hash for tables of records in memory.  Keyed: who chooses ids must not choose where they fall.
#pragma once

#include "crypto/random.hpp"
#include "crypto/sha256.hpp"
#include "vault/vault.hpp"

namespace medchain::vault {

class KeyHash {
 public:
  explicit KeyHash(crypto::Random& random) { random.fill(secret_); }
  std::size_t operator()(const RecordKey& key) const { return crypto::siphash(secret_, key); }

 private:
  ByteArray<16> secret_;
};

}  // namespace medchain::vault
