// Ed25519 (RFC 8032) through libsodium.  Low-order and non-canonical public keys are refused.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace medchain::crypto {

struct PublicKey {
  ByteArray<32> bytes{};
  auto operator<=>(const PublicKey&) const = default;
};
struct Signature {
  ByteArray<64> bytes{};
  bool operator==(const Signature&) const = default;
};

/// False for a wrong signature and for a public key that is not valid.
bool verify(const PublicKey& key, ByteView message, const Signature& signature);
/// Canonical, on the curve, in the main subgroup, not of low order.
bool is_valid(const PublicKey& key);

/// Something that signs with one key: a seed in memory, or a key behind ssh-agent.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual const PublicKey& public_key() const = 0;
  /// The signature is verified before it is returned (STYLE 7.4).  Fails with key_agent or internal.
  virtual Result<Signature> sign(ByteView message) = 0;
};

/// Signs with a 32-byte seed (RFC 8032 private key).
class SeedSigner final : public Signer {
 public:
  explicit SeedSigner(Secret seed);
  const PublicKey& public_key() const override { return public_key_; }
  Result<Signature> sign(ByteView message) override;
  const Secret& seed() const { return seed_; }

 private:
  Secret seed_;
  Secret expanded_;
  PublicKey public_key_;
};

std::unique_ptr<SeedSigner> generate_signer(Random& random);

}  // namespace medchain::crypto
