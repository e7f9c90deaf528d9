// Redeem tokens (DESIGN 8, 9): 32 random bytes, given to the patient.  They are the seed of the
// Ed25519 key that accepts a prescription, and the age identity that reads it is derived from them,
// so that a text short enough for a QR code is all that is needed.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/types.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/random.hpp"

namespace medchain::exchange {

class RedeemToken {
 public:
  static RedeemToken generate(crypto::Random& random);
  /// As text() has it, in upper or lower case.  Fails with key_invalid.
  static Result<RedeemToken> parse(std::string_view text);
  /// One line, which may end in a line feed.  The file must be private.  Fails with key_missing,
  /// key_unsafe, key_invalid.
  static Result<RedeemToken> load(const std::string& path);

  /// `MCRX1...`: bech32 in upper case, which QR codes hold best.
  crypto::Secret text() const;
  RedeemKey key() const;
  /// X25519: SHA-256("medchain/1 redeem identity\n" || seed).
  crypto::Secret identity() const;
  /// Fails with internal.
  Result<RedeemProof> prove(std::string_view redeem_text);

 private:
  explicit RedeemToken(crypto::Secret seed) : signer_(std::move(seed)) {}
  crypto::SeedSigner signer_;
};

}  // namespace medchain::exchange
