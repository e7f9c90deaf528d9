#include "crypto/chunks.hpp"

#include <sodium.h>

#include <algorithm>

#include "base/result.hpp"
#include "crypto/age_header_internal.hpp"
#include "crypto/secret.hpp"
#include "crypto/sha256.hpp"
#include "crypto/sodium_internal.hpp"

namespace medchain::crypto {

static_assert(crypto_aead_chacha20poly1305_IETF_KEYBYTES == 32);
static_assert(crypto_aead_chacha20poly1305_IETF_ABYTES == chunk_tag_size);

std::uint64_t sealed_size(std::uint64_t plain_size) {
  const std::uint64_t chunks = (plain_size + chunk_size - 1) / chunk_size;
  return plain_size + std::max<std::uint64_t>(1, chunks) * chunk_tag_size;
}

ChunkKey::ChunkKey(ByteView secret, std::string_view label) {
  ensure_sodium();
  hkdf_sha256(secret, {}, as_bytes(label), key_);
}

ChunkKey::~ChunkKey() { wipe(key_); }

void ChunkKey::seal(std::uint64_t number, bool last, ByteView plain, MutableByteView sealed) const {
  MC_ASSERT(plain.size() <= chunk_size && sealed.size() == plain.size() + chunk_tag_size);
  const auto nonce = age_chunk_nonce(number, last);
  crypto_aead_chacha20poly1305_ietf_encrypt(raw(sealed), nullptr, raw(plain), plain.size(), nullptr,
                                            0, nullptr, raw(ByteView(nonce)), raw(ByteView(key_)));
}

bool ChunkKey::open(std::uint64_t number, bool last, ByteView sealed, MutableByteView plain) const {
  MC_ASSERT(plain.size() <= chunk_size && sealed.size() == plain.size() + chunk_tag_size);
  const auto nonce = age_chunk_nonce(number, last);
  return crypto_aead_chacha20poly1305_ietf_decrypt(raw(plain), nullptr, nullptr, raw(sealed),
                                                   sealed.size(), nullptr, 0, raw(ByteView(nonce)),
                                                   raw(ByteView(key_))) == 0;
}

}  // namespace medchain::crypto
