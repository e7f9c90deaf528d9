// The SSH wire format (RFC 4251 section 5): big-endian uint32, and strings with a uint32 length in
// front.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "crypto/ed25519.hpp"

namespace medchain::crypto {

inline constexpr std::string_view ssh_ed25519 = "ssh-ed25519";

/// Takes fields from the front of bytes.  Failures have `code` and name `subject` and the field.
/// The views returned live as long as the bytes.
class WireReader {
 public:
  WireReader(ByteView bytes, Code code, std::string_view subject)
      : rest_(bytes), code_(code), subject_(subject) {}

  Result<std::byte> u8(std::string_view field);
  Result<std::uint32_t> u32(std::string_view field);
  Result<ByteView> string(std::string_view field);
  /// A string of exactly `size` bytes.
  Result<ByteView> string_of(std::size_t size, std::string_view field);
  /// Fails if anything is left.
  Status end() const;
  ByteView rest() const { return rest_; }
  Error error(const std::string& problem) const;

 private:
  Result<ByteView> take(std::size_t count, std::string_view field);

  ByteView rest_;
  Code code_;
  std::string_view subject_;
};

void append_wire_string(ByteView bytes, Bytes& to);
void append_wire_string(std::string_view text, Bytes& to);

/// RFC 8709: string "ssh-ed25519", string key.
Bytes ssh_public_blob(const PublicKey& key);
/// Fails with key_invalid, naming another key type.
Result<PublicKey> parse_ssh_public_blob(ByteView blob, std::string_view subject);
/// The same for a key whose point is checked later: it may be none.
Result<PublicKey> read_ssh_public_blob(ByteView blob, std::string_view subject);

}  // namespace medchain::crypto
