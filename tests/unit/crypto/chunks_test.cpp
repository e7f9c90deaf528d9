// Chunks: what was sealed opens in its place and nowhere else.
#include "crypto/chunks.hpp"

#include <doctest/doctest.h>

#include "crypto/random.hpp"
#include "crypto/sha256.hpp"

using namespace medchain;
using namespace medchain::crypto;

namespace {

constexpr std::string_view label = "test";

ByteArray<32> secret_of(std::uint64_t seed) {
  ByteArray<32> secret;
  SeededRandom(seed).fill(secret);
  return secret;
}

Bytes seal(const ChunkKey& key, std::uint64_t number, bool last, std::string_view text) {
  Bytes sealed(text.size() + chunk_tag_size);
  key.seal(number, last, as_bytes(text), sealed);
  return sealed;
}

bool opens(const ChunkKey& key, std::uint64_t number, bool last, ByteView sealed) {
  Bytes plain(sealed.size() - chunk_tag_size);
  return key.open(number, last, sealed, plain);
}

}  // namespace

TEST_CASE("a sealed message has a tag for each chunk, and one where it is empty") {
  CHECK(sealed_size(0) == 16);
  CHECK(sealed_size(1) == 17);
  CHECK(sealed_size(chunk_size) == chunk_size + 16);
  CHECK(sealed_size(chunk_size + 1) == chunk_size + 1 + 32);
  CHECK(sealed_size(10 * chunk_size) == 10 * (chunk_size + 16));
}

TEST_CASE("a chunk opens with its key, number and place only") {
  const ChunkKey key(secret_of(1), label);
  for (const std::string& text : {std::string(), std::string("a record"), std::string(chunk_size, 'x')}) {
    const Bytes sealed = seal(key, 3, false, text);
    Bytes plain(text.size());
    REQUIRE(key.open(3, false, sealed, plain));
    CHECK(as_text(plain) == text);
    CHECK_FALSE(opens(key, 3, true, sealed));
    CHECK_FALSE(opens(key, 2, false, sealed));
    CHECK_FALSE(opens(ChunkKey(secret_of(2), label), 3, false, sealed));
    CHECK_FALSE(opens(ChunkKey(secret_of(1), "other"), 3, false, sealed));
    CHECK_FALSE(opens(ChunkKey(ByteArray<32>{}, label), 3, false, sealed));
  }
}

TEST_CASE("a bit that was flipped anywhere is noticed") {
  const ChunkKey key(secret_of(1), label);
  const Bytes sealed = seal(key, 0, true, "a record of somebody");
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes changed = sealed;
    changed[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    CHECK_FALSE(opens(key, 0, true, changed));
  }
}

// So that no release reads the copies of an earlier one wrongly: HKDF-SHA256 without salt, then
// ChaCha20-Poly1305 with the nonce of an age payload, computed here by other code of the library.
TEST_CASE("the key is that of HKDF with the label as info") {
  const ByteArray<32> secret = secret_of(1);
  ByteArray<32> derived;
  hkdf_sha256(secret, {}, as_bytes(label), derived);
  const ByteArray<32> zeros{};
  const auto extracted = hmac_sha256(zeros, {ByteView(secret)});
  const auto expanded = hmac_sha256(extracted, {as_bytes(label), as_bytes(std::string_view("\1"))});
  CHECK(equal(derived, expanded));
}
