// SHA-256 and HMAC-SHA-256 over libnettle, which uses the processor's SHA instructions
// (doc/decisions/0003).
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "base/bytes.hpp"
#include "base/stream.hpp"
#include "base/types.hpp"

namespace medchain::crypto {

/// Incremental SHA-256.  finish() returns the hash and leaves the object ready for the next
/// message.
class Sha256 {
 public:
  Sha256();
  Sha256& update(ByteView bytes);
  Sha256& update(std::string_view text) { return update(as_bytes(text)); }
  ByteArray<32> finish();

 private:
  alignas(8) std::byte state_[128];
};

ByteArray<32> sha256(ByteView bytes);
/// Of the parts one after the other.
ByteArray<32> sha256(std::initializer_list<ByteView> parts);

/// What a source gives until its end.  Fails as the source does.
struct Hashed {
  ByteArray<32> hash;
  std::uint64_t bytes = 0;
};
Result<Hashed> sha256_of(const ByteSource& source);

/// HMAC-SHA-256 under a 32-byte key (or any other length), of the parts one after the other.
ByteArray<32> hmac_sha256(ByteView key, std::initializer_list<ByteView> parts);

/// HKDF-SHA-256 (RFC 5869), at most 255 * 32 bytes into `out`.
void hkdf_sha256(ByteView input_key, ByteView salt, ByteView info, MutableByteView out);

/// SipHash-2-4 with a 16-byte key: index keys that an attacker cannot make collide.
std::uint64_t siphash(const ByteArray<16>& key, ByteView bytes);

}  // namespace medchain::crypto
