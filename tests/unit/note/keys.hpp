// Keys for the tests of lib/note: Ed25519 seeds of 32 equal bytes, and what signs with them.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "base/encoding.hpp"
#include "crypto/ed25519.hpp"
#include "note/checkpoint.hpp"

namespace test {

inline medchain::crypto::SeedSigner signer_of(medchain::ByteView seed) {
  return medchain::crypto::SeedSigner(medchain::crypto::Secret::copy_of(seed));
}
inline medchain::crypto::SeedSigner signer(unsigned char number) {
  medchain::ByteArray<32> seed;
  seed.fill(std::byte{number});
  return signer_of(seed);
}

inline medchain::note::VerifierKey key(
    std::string name, const medchain::crypto::Signer& of,
    medchain::note::KeyType type = medchain::note::KeyType::ed25519) {
  return {std::move(name), type, of.public_key()};
}
inline medchain::note::VerifierKey witness_key(std::string name,
                                               const medchain::crypto::Signer& of) {
  return key(std::move(name), of, medchain::note::KeyType::cosignature);
}

/// `PRIVATE+KEY+NAME+ID+base64(01 || seed)` of golang.org/x/mod.
struct SecretKey {
  std::string name;
  medchain::crypto::SeedSigner signer;
};
inline SecretKey parse_skey(std::string_view text) {
  const std::string_view prefix = "PRIVATE+KEY+";
  REQUIRE(text.starts_with(prefix));
  text.remove_prefix(prefix.size());
  const std::size_t name_end = text.find('+');
  const auto raw = medchain::parse_base64(text.substr(name_end + 10));
  REQUIRE(raw);
  REQUIRE(raw->size() == 33);
  return {std::string(text.substr(0, name_end)), signer_of(medchain::ByteView(*raw).subspan(1))};
}

/// Without the final LF of a one-line file.
inline std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// The refusal names the reason.
template <class R>
void check_refused(const R& result, medchain::Code code, std::string_view piece) {
  REQUIRE(!result);
  CHECK(info(result.error().code).id == info(code).id);
  CAPTURE(result.error().message);
  CAPTURE(piece);
  CHECK(result.error().message.find(piece) != std::string::npos);
}

/// A line of another signature type, with the size of ML-DSA-44: 4-byte id, 8-byte time, 2420-byte
/// signature.
inline medchain::note::SignatureLine ml_dsa_line(std::string name) {
  return {std::move(name), medchain::note::KeyId(0x06060606),
          medchain::Bytes(8 + 2420, std::byte{0x5a})};
}

}  // namespace test
