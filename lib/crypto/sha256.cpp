#include "crypto/sha256.hpp"

#include <nettle/hmac.h>
#include <nettle/sha2.h>
#include <sodium.h>

#include <algorithm>
#include <new>
#include <type_traits>

#include "base/result.hpp"
#include "crypto/secret.hpp"
#include "crypto/sodium_internal.hpp"

namespace medchain::crypto {
namespace {

static_assert(sizeof(sha256_ctx) <= 128 && alignof(sha256_ctx) <= 8);
static_assert(std::is_trivially_copyable_v<sha256_ctx>);
static_assert(SHA256_DIGEST_SIZE == 32);

sha256_ctx* context(std::byte* state) { return std::launder(reinterpret_cast<sha256_ctx*>(state)); }

/// HMAC state, wiped when it goes: it holds the key.
class Hmac {
 public:
  explicit Hmac(ByteView key) {
    hmac_sha256_set_key(&context_, key.size(), key.empty() ? &nothing : raw(key));
  }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;
  ~Hmac() { wipe(MutableByteView(reinterpret_cast<std::byte*>(&context_), sizeof context_)); }

  void update(ByteView bytes) {
    if (!bytes.empty()) hmac_sha256_update(&context_, bytes.size(), raw(bytes));
  }
  ByteArray<32> finish() {
    ByteArray<32> out;
    hmac_sha256_digest(&context_, out.size(), raw(out));
    return out;
  }

 private:
  static constexpr std::uint8_t nothing = 0;
  hmac_sha256_ctx context_;
};

}  // namespace

Sha256::Sha256() { sha256_init(new (state_) sha256_ctx); }

Sha256& Sha256::update(ByteView bytes) {
  if (!bytes.empty()) sha256_update(context(state_), bytes.size(), raw(bytes));
  return *this;
}

ByteArray<32> Sha256::finish() {
  ByteArray<32> out;
  sha256_digest(context(state_), out.size(), raw(out));  // starts anew by itself
  return out;
}

ByteArray<32> sha256(ByteView bytes) { return Sha256().update(bytes).finish(); }

ByteArray<32> sha256(std::initializer_list<ByteView> parts) {
  Sha256 hasher;
  for (const ByteView part : parts) hasher.update(part);
  return hasher.finish();
}

Result<Hashed> sha256_of(const ByteSource& source) {
  Sha256 hasher;
  Hashed hashed;
  Bytes space(std::size_t{1} << 16);
  for (;;) {
    MC_ASSIGN(const std::size_t got, source(space));
    if (got == 0) break;
    hasher.update(ByteView(space).first(got));
    hashed.bytes += got;
  }
  hashed.hash = hasher.finish();
  return hashed;
}

ByteArray<32> hmac_sha256(ByteView key, std::initializer_list<ByteView> parts) {
  Hmac hmac(key);
  for (const ByteView part : parts) hmac.update(part);
  return hmac.finish();
}

// RFC 5869: PRK = HMAC(salt, input key); T(0) is empty, T(i) = HMAC(PRK, T(i-1) || info || byte i),
// the output is T(1) || T(2) || ... cut.  An empty salt is the same as 32 zero bytes, because HMAC
// pads its key with zeros.
void hkdf_sha256(ByteView input_key, ByteView salt, ByteView info, MutableByteView out) {
  MC_ASSERT(out.size() <= 255 * 32);
  ByteArray<32> pseudorandom_key = hmac_sha256(salt, {input_key});
  ByteArray<32> block{};
  std::size_t done = 0;
  for (unsigned i = 1; done < out.size(); ++i) {
    const ByteArray<1> counter{static_cast<std::byte>(i)};
    const ByteView previous = ByteView(block).first(i == 1 ? 0 : block.size());
    block = hmac_sha256(pseudorandom_key, {previous, info, counter});
    const std::size_t count = std::min(block.size(), out.size() - done);
    std::memcpy(out.data() + done, block.data(), count);
    done += count;
  }
  wipe(pseudorandom_key);
  wipe(block);
}

std::uint64_t siphash(const ByteArray<16>& key, ByteView bytes) {
  ensure_sodium();
  static_assert(crypto_shorthash_KEYBYTES == 16 && crypto_shorthash_BYTES == 8);
  constexpr std::byte nothing{};
  ByteArray<8> out;
  const auto* data = bytes.empty() ? &nothing : bytes.data();
  crypto_shorthash(raw(out), raw(ByteView(data, bytes.size())), bytes.size(), raw(key));
  // SipHash defines its result as a little-endian number.
  return byte_swapped(load_be<std::uint64_t>(out));
}

}  // namespace medchain::crypto
