#include "base/encoding.hpp"

#include "base/error.hpp"

namespace medchain {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view sha256_prefix = "sha256:";

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

Error invalid(std::string message) { return fail(Code::input_invalid, std::move(message)); }

}  // namespace

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string to_hex(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::byte b : bytes) {
    const auto value = std::to_integer<unsigned>(b);
    out += hex_digits[value >> 4];
    out += hex_digits[value & 15u];
  }
  return out;
}

Status parse_hex(std::string_view text, MutableByteView out) {
  const std::string expected =
      "expected " + std::to_string(out.size() * 2) + " lower-case hex digits, got ";
  if (text.size() != out.size() * 2)
    return invalid(expected + std::to_string(text.size()) +
                   (text.size() == 1 ? " character" : " characters"));
  for (std::size_t i = 0; i < text.size(); ++i)
    if (hex_value(text[i]) < 0 || (text[i] >= 'A' && text[i] <= 'F'))
      return invalid(expected + quote(text.substr(i, 1)) + " at offset " + std::to_string(i));
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::byte>(hex_value(text[2 * i]) * 16 + hex_value(text[2 * i + 1]));
  return {};
}

std::string to_base64(ByteView bytes, Padding padding) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  std::size_t i = 0;
  const auto at = [&bytes](std::size_t index) { return std::to_integer<unsigned>(bytes[index]); };
  for (; bytes.size() - i >= 3; i += 3) {
    const unsigned group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    for (const int shift : {18, 12, 6, 0}) out += base64_digits[group >> shift & 63u];
  }
  const std::size_t left = bytes.size() - i;
  if (left == 0) return out;
  const unsigned group = at(i) << 16 | (left == 2 ? at(i + 1) << 8 : 0u);
  out += base64_digits[group >> 18 & 63u];
  out += base64_digits[group >> 12 & 63u];
  if (left == 2) out += base64_digits[group >> 6 & 63u];
  if (padding == Padding::with) out.append(left == 2 ? 1 : 2, '=');
  return out;
}

Result<Bytes> parse_base64(std::string_view text, Padding padding) {
  std::string_view digits = text;
  if (padding == Padding::with) {
    if (text.size() % 4 != 0)
      return invalid("base64: expected a multiple of 4 characters, got " +
                     std::to_string(text.size()));
    for (int i = 0; i < 2 && !digits.empty() && digits.back() == '='; ++i) digits.remove_suffix(1);
  } else if (text.size() % 4 == 1) {
    return invalid("base64: no value has " + std::to_string(text.size()) + " characters");
  }
  Bytes out;
  out.reserve(digits.size() / 4 * 3 + 2);
  unsigned bits = 0;
  int count = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int value = base64_value(digits[i]);
    if (value < 0)
      return invalid("base64: unexpected " + quote(digits.substr(i, 1)) + " at offset " +
                     std::to_string(i));
    bits = bits << 6 | static_cast<unsigned>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<std::byte>(bits >> count & 0xffu));
    }
    bits &= (1u << count) - 1;
  }
  // One value has one spelling: the bits that make no whole byte must be zero (RFC 4648
  // section 3.5).
  if (bits != 0) return invalid("base64: trailing bits of the last character are not zero");
  return out;
}

Status parse_sha256_text(std::string_view text, MutableByteView out) {
  if (!text.starts_with(sha256_prefix))
    return invalid("expected 'sha256:' and 64 hex digits, got " + quote(text));
  return parse_hex(text.substr(sha256_prefix.size()), out);
}

Result<StatementId> parse_statement_id(std::string_view text) {
  StatementId id;
  MC_TRY(parse_hex(text, id.bytes));
  return id;
}

}  // namespace medchain
