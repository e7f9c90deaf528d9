// Secrets: salts and subject keys in fixed 32-byte slots of one file outside LMDB, so that
// overwriting a slot destroys what was in it (DESIGN 6, HEALTH E-6).  Slot 0 is the header.  A slot
// of zeros is empty: erased or never used.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include "base/file.hpp"
#include "base/result.hpp"
#include "base/types.hpp"

namespace medchain::vault {

using SecretValue = ByteArray<32>;

class Secrets {
 public:
  static constexpr std::uint64_t first_slot = 1;

  /// Creates the file, 0600.  Fails with storage_failed.
  static Status create(const std::string& path);
  /// Fails with key_unsafe (others can read it), store_damaged (header), storage_failed.
  static Result<Secrets> open(const std::string& path, bool read_only);

  /// store_damaged if the file ends before the slot.
  Result<SecretValue> read(std::uint64_t slot) const;
  /// Writes consecutive slots; durable after sync().
  Status write(std::uint64_t first, std::span<const SecretValue> values);
  Status sync();
  /// Until the object ends nobody else has the lock: for who changes the vault.  Fails with
  /// lock_timeout.
  Status lock(std::chrono::milliseconds wait);
  void unlock();
  /// Overwrites with zeros and syncs.
  Status destroy(std::uint64_t slot);

 private:
  File file_;
  std::string path_;
};

bool is_erased(const SecretValue& value);

}  // namespace medchain::vault
