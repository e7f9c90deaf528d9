// The header of an age file: stanzas, each the file key wrapped for one recipient, and the MAC over
// them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/age.hpp"

namespace medchain::crypto {

inline constexpr std::size_t age_file_key_size = 16;
inline constexpr std::size_t age_nonce_size = 16;
inline constexpr std::size_t age_tag_size = 16;
inline constexpr std::string_view age_version_line = "age-encryption.org/v1";
inline constexpr std::string_view age_x25519 = "X25519";
inline constexpr std::string_view age_scrypt = "scrypt";

struct AgeStanza {
  std::vector<std::string> arguments;  ///< the type first
  Bytes body;
  const std::string& type() const { return arguments.front(); }
};

struct AgeHeader {
  std::vector<AgeStanza> stanzas;
  ByteArray<32> mac{};
  std::string authenticated;  ///< all of it up to and including `---`
};

/// Takes the lines of a header, which have one spelling only.  Fails with age_header_damaged,
/// naming line and rule, and with age_unsupported for another version.
class AgeHeaderParser {
 public:
  /// A line without its LF; true: it was the last.
  Result<bool> line(std::string_view text);
  AgeHeader take() { return std::move(header_); }

 private:
  Status version(std::string_view text);
  Result<bool> stanza_or_mac(std::string_view text);
  Status body(std::string_view text);
  Error damaged(const std::string& problem) const;

  AgeHeader header_;
  std::size_t number_ = 0;
  bool in_body_ = false;
};

/// The file key wrapped for the recipient with a fresh ephemeral key, as text of the header.  Fails
/// with key_invalid for a recipient of low order.
Result<std::string> wrap_age_file_key(const Secret& file_key, const AgeRecipient& recipient,
                                      Random& random);
/// The file key out of the first stanza that one of the identities opens.  All are looked at: a
/// damaged one is told wherever it stands.  Fails as AgeDecryptor::open does.
Result<Secret> unwrap_age_file_key(const AgeHeader& header,
                                   std::span<const Secret* const> identities);

ByteArray<32> age_header_mac(const Secret& file_key, std::string_view authenticated);
Secret age_payload_key(const Secret& file_key, const ByteArray<age_nonce_size>& nonce);
/// 11 bytes of the chunk's number, big-endian, and a byte that is 1 for the last chunk.
ByteArray<12> age_chunk_nonce(std::uint64_t chunk, bool last);

}  // namespace medchain::crypto
