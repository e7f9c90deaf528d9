// Hex and base64, strict: one value has one spelling (STYLE 6.2).
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"

namespace medchain {

/// Of a hex digit in upper or lower case, else -1.
int hex_value(char c);
/// Lower-case hex.
std::string to_hex(ByteView bytes);
/// Lower-case hex of exactly `out.size()` bytes.  Fails with input_invalid naming expected and got.
Status parse_hex(std::string_view text, MutableByteView out);

enum class Padding { with, without };
/// RFC 4648 standard alphabet, one line.
std::string to_base64(ByteView bytes, Padding padding = Padding::with);
/// Strict: standard alphabet, padding exactly as asked, zero trailing bits, no white space.
/// Fails with input_invalid.
Result<Bytes> parse_base64(std::string_view text, Padding padding = Padding::with);

/// `sha256:` + 64 lower-case hex digits.
template <class Tag>
std::string to_text(const Hash<Tag>& hash) {
  return "sha256:" + to_hex(hash.view());
}
Status parse_sha256_text(std::string_view text, MutableByteView out);
template <class H>
Result<H> parse_hash(std::string_view text) {
  H hash;
  if (auto status = parse_sha256_text(text, hash.bytes); !status) return std::move(status).error();
  return hash;
}
inline std::string to_text(const StatementId& id) { return to_hex(id.bytes); }
Result<StatementId> parse_statement_id(std::string_view text);

}  // namespace medchain
