// Host: what only the one who appends on this host may read (DESIGN 3): log key, clock key and the
// high-water mark, in a directory of mode 0700 beside the ledger and never in the same backup.
//   log.key  clock.key   OpenSSH Ed25519 private keys, 0600
//   clock.member         public card of the clock
//   high-water           two fixed slots of 128 bytes, the newest valid one counts
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/file.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/ed25519.hpp"
#include "entry/card.hpp"

namespace medchain::ledger {

struct HighWater {
  TreeSize size;
  RootHash root;
  bool operator==(const HighWater&) const = default;
};

class Host {
 public:
  /// Makes the directory (it must not exist or be empty) with fresh keys.  Fails with ledger_exists
  /// or storage_failed.
  static Result<std::unique_ptr<Host>> create(const std::string& directory, const MemberName& clock,
                                              crypto::Random& random);
  /// Fails with key_missing, key_unsafe, key_invalid.
  static Result<std::unique_ptr<Host>> open(const std::string& directory);

  crypto::Signer& log_key() { return *log_key_; }
  crypto::Signer& clock_key() { return *clock_key_; }
  const entry::Card& clock() const { return clock_; }

  /// The highest state that was ever signed; nothing if no slot was ever written.  Fails with
  /// store_damaged if neither slot is valid.
  Result<std::optional<HighWater>> high_water() const;
  /// Durable when it returns.  Never goes back: a lower mark than the one there is left alone.
  Status raise_high_water(const HighWater& mark);

 private:
  Host() = default;
  std::string directory_;
  std::unique_ptr<crypto::Signer> log_key_;
  std::unique_ptr<crypto::Signer> clock_key_;
  entry::Card clock_;
};

}  // namespace medchain::ledger
