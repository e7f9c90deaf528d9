#include "crypto/age_key.hpp"

#include <sodium.h>

#include <algorithm>
#include <optional>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "crypto/sodium_internal.hpp"

namespace medchain::crypto {
namespace {

static_assert(crypto_scalarmult_SCALARBYTES == 32 && crypto_scalarmult_BYTES == 32);

constexpr std::size_t key_size = 32;
constexpr std::string_view recipient_prefix = "age";
constexpr std::string_view identity_prefix = "AGE-SECRET-KEY-";
constexpr std::size_t file_limit = 65536;

Error invalid(std::string_view what, const std::string& problem) {
  return fail(Code::key_invalid, std::string(what) + ": " + problem);
}

/// Below 2^255 - 19 (RFC 7748 section 5 would take any 32 bytes and reduce them: two spellings of
/// one key).
bool is_canonical(const AgeRecipient& recipient) {
  const auto at = [&recipient](std::size_t i) {
    return std::to_integer<unsigned>(recipient.bytes[i]);
  };
  if (at(31) != 0x7f) return at(31) < 0x7f;
  for (std::size_t i = 30; i >= 1; --i)
    if (at(i) != 0xff) return true;
  return at(0) < 0xed;
}

/// Multiplication by any clamped scalar, a multiple of the cofactor, gives zero for the points of
/// low order only.
bool is_low_order(const AgeRecipient& recipient) {
  const ByteArray<key_size> scalar{std::byte{8}};
  ByteArray<key_size> product{};
  return crypto_scalarmult(raw(product), raw(ByteView(scalar)), raw(ByteView(recipient.bytes))) !=
         0;
}

}  // namespace

Secret generate_age_identity(Random& random) {
  Secret identity(key_size);
  random.fill(identity.mutable_view());
  return identity;
}

AgeRecipient recipient_of(const Secret& identity) {
  MC_ASSERT(identity.size() == key_size);
  ensure_sodium();
  AgeRecipient recipient;
  const int status = crypto_scalarmult_base(raw(recipient.bytes), raw(identity.view()));
  MC_ASSERT(status == 0);
  return recipient;
}

std::string format_age_recipient(const AgeRecipient& recipient) {
  return bech32_encode(recipient_prefix, recipient.bytes);
}

Result<AgeRecipient> parse_age_recipient(std::string_view text) {
  ensure_sodium();
  if (to_lower_ascii(text).starts_with("age-"))  // not quoted: it is a secret
    return invalid("age recipient", "expected prefix 'age', got an identity");
  const std::string what = "age recipient " + quote(text);
  auto decoded = bech32_decode(text);
  if (!decoded) return invalid(what, decoded.error().message);
  const auto& [prefix, data] = *decoded;
  if (prefix != recipient_prefix)
    return invalid(what, "expected prefix 'age', got " + quote(prefix));
  if (data.size() != key_size)
    return invalid(what, "expected 32 bytes, got " + std::to_string(data.size()));
  AgeRecipient recipient;
  std::copy(data.begin(), data.end(), recipient.bytes.begin());
  if (!is_canonical(recipient)) return invalid(what, "the point is not written canonically");
  if (is_low_order(recipient)) return invalid(what, "the point is of low order");
  return recipient;
}

Secret format_age_identity(const Secret& identity) {
  MC_ASSERT(identity.size() == key_size);
  std::string text = bech32_encode(identity_prefix, identity.view());
  const WipeOnExit wipe_text(text);
  return Secret::copy_of(as_bytes(text));
}

// Messages name no part of the text: it is a secret.
Result<Secret> parse_age_identity(std::string_view text) {
  constexpr std::string_view what = "age identity";
  if (text.starts_with("AGE-SECRET-KEY-PQ-"))
    return invalid(what, "post-quantum identities (AGE-SECRET-KEY-PQ-) are not supported");
  if (text.starts_with("AGE-PLUGIN-"))
    return invalid(what, "plugin identities (AGE-PLUGIN-) are not supported");
  if (text.starts_with("age1")) return invalid(what, "expected an identity, got a recipient");
  if (!text.starts_with(identity_prefix)) return invalid(what, "expected prefix 'AGE-SECRET-KEY-'");
  auto decoded = bech32_decode(text);
  if (!decoded) return invalid(what, decoded.error().message);
  auto& [prefix, data] = *decoded;
  const WipeOnExit wipe_data(data);
  if (prefix != identity_prefix) return invalid(what, "expected prefix 'AGE-SECRET-KEY-'");
  if (data.size() != key_size)
    return invalid(what, "expected 32 bytes, got " + std::to_string(data.size()));
  return Secret::copy_of(data);
}

Result<Secret> parse_age_identity_file(std::string_view text) {
  constexpr std::string_view what = "age identity file";
  if (text.starts_with("age-encryption.org/") ||
      text.starts_with("-----BEGIN AGE ENCRYPTED FILE-----"))
    return fail(Code::key_encrypted, std::string(what) + " is encrypted, expected a plain identity")
        .with_hint("decrypt it with age -d");
  std::optional<Secret> found;
  std::size_t line_number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++line_number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const std::string where = "line " + std::to_string(line_number);
    if (found) return invalid(what, where + ": expected one identity, got a second one");
    auto identity = parse_age_identity(line);
    if (!identity) return std::move(identity).error().context(where);
    found = std::move(identity).value();
  }
  if (!found) return invalid(what, "there is no identity in it");
  return std::move(*found);
}

Result<Secret> load_age_identity(const std::string& path) {
  MC_ASSIGN(std::string text, read_private_file(path, file_limit));
  const WipeOnExit wipe_text(text);
  auto identity = parse_age_identity_file(text);
  if (!identity) return std::move(identity).error().context(quote(path));
  return identity;
}

}  // namespace medchain::crypto
