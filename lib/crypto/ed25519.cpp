#include "crypto/ed25519.hpp"

#include <sodium.h>

#include "crypto/sodium_internal.hpp"

namespace medchain::crypto {
namespace {

static_assert(crypto_sign_PUBLICKEYBYTES == 32 && crypto_sign_SEEDBYTES == 32);
static_assert(crypto_sign_BYTES == 64 && crypto_sign_SECRETKEYBYTES == 64);
static_assert(crypto_core_ed25519_BYTES == 32 && crypto_core_ed25519_SCALARBYTES == 32);

// The order L = 2^252 + 27742317777372353535851937790883648493 of the main subgroup, little-endian
// (RFC 8032).
constexpr unsigned char group_order[32] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};

// crypto_core_ed25519_is_valid_point refuses non-canonical encodings, points off the curve and
// points of low order. Its test of the subgroup looks in some releases only at the x coordinate of
// L*P, which is zero for the point of order two as well, so that P + (0,-1) passes
// (CVE-2025-69277).  Therefore L*P is computed once more and compared with the whole identity.
// libsodium reports the identity as a failure but has written it by then.
bool is_valid_uncached(const PublicKey& key) {
  ensure_sodium();
  if (crypto_core_ed25519_is_valid_point(raw(key.bytes)) != 1) return false;
  constexpr ByteArray<32> identity{std::byte{1}};
  ByteArray<32> product{};
  const int status = crypto_scalarmult_ed25519_noclamp(raw(product), group_order, raw(key.bytes));
  return status != 0 && equal(product, identity);
}

/// Valid keys seen last by this thread: checking a point costs twice as much as a signature, and a
/// ledger has few keys.
struct ValidKeys {
  static constexpr std::size_t count = 64;
  std::array<PublicKey, count> keys{};  // all zero is a point of low order, so never a hit
  PublicKey& slot(const PublicKey& key) {
    return keys[std::to_integer<std::size_t>(key.bytes[0]) % count];
  }
};

PublicKey& slot_of(const PublicKey& key) {
  thread_local ValidKeys seen;
  return seen.slot(key);
}

}  // namespace

bool is_valid(const PublicKey& key) {
  PublicKey& slot = slot_of(key);
  if (slot == key && key != PublicKey{}) return true;
  if (!is_valid_uncached(key)) return false;
  slot = key;
  return true;
}

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
  if (!is_valid(key)) return false;
  return crypto_sign_verify_detached(raw(signature.bytes), raw(message), message.size(),
                                     raw(key.bytes)) == 0;
}

SeedSigner::SeedSigner(Secret seed)
    : seed_(std::move(seed)), expanded_(crypto_sign_SECRETKEYBYTES) {
  MC_ASSERT(seed_.size() == crypto_sign_SEEDBYTES);
  ensure_sodium();
  const int status = crypto_sign_seed_keypair(raw(public_key_.bytes), raw(expanded_.mutable_view()),
                                              raw(seed_.view()));
  MC_ASSERT(status == 0);
  // A multiple of the base point by a clamped scalar: of the main subgroup, and not its identity.
  slot_of(public_key_) = public_key_;
}

Result<Signature> SeedSigner::sign(ByteView message) {
  Signature signature;
  const int status = crypto_sign_detached(raw(signature.bytes), nullptr, raw(message),
                                          message.size(), raw(expanded_.view()));
  if (status != 0 || !verify(public_key_, message, signature))
    return fail(Code::internal, "a fresh signature does not verify");
  return signature;
}

std::unique_ptr<SeedSigner> generate_signer(Random& random) {
  Secret seed(crypto_sign_SEEDBYTES);
  random.fill(seed.mutable_view());
  return std::make_unique<SeedSigner>(std::move(seed));
}

}  // namespace medchain::crypto
