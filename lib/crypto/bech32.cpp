#include <algorithm>
#include <cstdint>

#include "base/error.hpp"
#include "base/text.hpp"
#include "crypto/age_key.hpp"

// BIP 173 without its limit of 90 characters: PREFIX "1" DATA, DATA in an alphabet of 32
// characters, the last six of them a BCH checksum over prefix and data that finds any four errors.
// All lower or all upper case.

namespace medchain::crypto {
namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t checksum_size = 6;

Error invalid(const std::string& problem) { return fail(Code::key_invalid, "bech32: " + problem); }

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool has_upper(std::string_view text) { return std::any_of(text.begin(), text.end(), is_upper); }
bool has_lower(std::string_view text) { return std::any_of(text.begin(), text.end(), is_lower); }

/// The remainder of the values, as a polynomial over GF(32), by the generator of BIP 173; 30 bits.
class Checksum {
 public:
  void add(unsigned value) {
    constexpr std::uint32_t generator[5] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                            0x2a1462b3};
    const std::uint32_t top = state_ >> 25;
    state_ = (state_ & 0x1ffffff) << 5 ^ value;
    for (unsigned i = 0; i < 5; ++i)
      if ((top >> i & 1) != 0) state_ ^= generator[i];
  }
  /// The high three bits of each character, a zero, the low five bits of each.
  void add_prefix(std::string_view lower_prefix) {
    for (const char c : lower_prefix) add(static_cast<unsigned char>(c) >> 5);
    add(0);
    for (const char c : lower_prefix) add(static_cast<unsigned char>(c) & 31u);
  }
  std::uint32_t get() const { return state_; }

 private:
  std::uint32_t state_ = 1;
};

}  // namespace

std::string bech32_encode(std::string_view prefix, ByteView data) {
  const bool upper = has_upper(prefix);
  MC_ASSERT(!prefix.empty() && !(upper && has_lower(prefix)));
  const std::string lower_prefix = to_lower_ascii(prefix);
  std::string out;
  out.reserve(prefix.size() + 1 + (data.size() * 8 + 4) / 5 + checksum_size);
  out.append(lower_prefix).append("1");
  Checksum checksum;
  checksum.add_prefix(lower_prefix);
  const auto put = [&](unsigned value) {
    checksum.add(value);
    out += alphabet[value];
  };
  unsigned bits = 0;
  unsigned count = 0;
  for (const std::byte b : data) {
    bits = (bits << 8 | std::to_integer<unsigned>(b)) & 0xfff;  // at most 4 bits are left over
    for (count += 8; count >= 5; count -= 5) put(bits >> (count - 5) & 31u);
  }
  if (count > 0) put(bits << (5 - count) & 31u);
  for (std::size_t i = 0; i < checksum_size; ++i) checksum.add(0);
  const std::uint32_t sum = checksum.get() ^ 1;
  for (std::size_t i = 0; i < checksum_size; ++i) out += alphabet[sum >> (5 * (5 - i)) & 31u];
  if (upper)
    for (char& c : out)
      if (is_lower(c)) c = static_cast<char>(c - 'a' + 'A');
  return out;
}

Result<std::pair<std::string, Bytes>> bech32_decode(std::string_view text) {
  const bool upper = has_upper(text);
  if (upper && has_lower(text)) return invalid("upper and lower case are mixed");
  const std::size_t separator = text.rfind('1');
  if (separator == std::string_view::npos) return invalid("there is no '1' after the prefix");
  const std::string_view prefix = text.substr(0, separator);
  const std::string_view digits = text.substr(separator + 1);
  if (prefix.empty()) return invalid("the prefix is empty");
  for (std::size_t i = 0; i < prefix.size(); ++i)
    if (prefix[i] < 33 || prefix[i] > 126)
      return invalid("unexpected " + quote(prefix.substr(i, 1)) + " in the prefix at offset " +
                     std::to_string(i));
  if (digits.size() < checksum_size)
    return invalid("expected at least 6 characters after the prefix, got " +
                   std::to_string(digits.size()));

  Checksum checksum;
  checksum.add_prefix(to_lower_ascii(prefix));
  Bytes data;
  data.reserve(digits.size());
  unsigned bits = 0;
  unsigned count = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const char c = is_upper(digits[i]) ? static_cast<char>(digits[i] - 'A' + 'a') : digits[i];
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos)
      return invalid("unexpected " + quote(digits.substr(i, 1)) + " at offset " +
                     std::to_string(separator + 1 + i));
    checksum.add(static_cast<unsigned>(value));
    if (i + checksum_size >= digits.size()) continue;
    bits = (bits << 5 | static_cast<unsigned>(value)) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    data.push_back(static_cast<std::byte>(bits >> count & 0xffu));
  }
  if (checksum.get() != 1) return invalid("the checksum is wrong");
  if (count >= 5) return invalid("there is a character too many before the checksum");
  if ((bits & ((1u << count) - 1)) != 0) return invalid("the padding bits are not zero");
  return std::pair(std::string(prefix), std::move(data));
}

}  // namespace medchain::crypto
