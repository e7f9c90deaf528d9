#include <sodium.h>

#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "crypto/age_header_internal.hpp"
#include "crypto/sha256.hpp"
#include "crypto/sodium_internal.hpp"

namespace medchain::crypto {
namespace {

static_assert(crypto_aead_chacha20poly1305_IETF_KEYBYTES == 32);
static_assert(crypto_aead_chacha20poly1305_IETF_NPUBBYTES == 12);
static_assert(crypto_aead_chacha20poly1305_IETF_ABYTES == age_tag_size);

constexpr std::size_t key_size = 32;
constexpr std::size_t body_columns = 64;
constexpr std::size_t wrapped_size = age_file_key_size + age_tag_size;
constexpr std::string_view version_prefix = "age-encryption.org/v";
constexpr std::string_view stanza_prefix = "-> ";
constexpr std::string_view mac_prefix = "--- ";
constexpr std::string_view wrap_label = "age-encryption.org/v1/X25519";

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 9 && text.front() != '0' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Whose key unwraps: HKDF(X25519(ours, theirs), salt = share || recipient, label).
Secret wrap_key(const Secret& shared, const ByteArray<key_size>& share,
                const AgeRecipient& recipient) {
  ByteArray<2 * key_size> salt;
  std::copy(share.begin(), share.end(), salt.begin());
  std::copy(recipient.bytes.begin(), recipient.bytes.end(), salt.begin() + key_size);
  Secret key(key_size);
  hkdf_sha256(shared.view(), salt, as_bytes(wrap_label), key.mutable_view());
  return key;
}

/// Nothing for a point of low order, with which the result is zero whatever the scalar.
std::optional<Secret> multiply(const Secret& scalar, ByteView point) {
  Secret product(key_size);
  if (crypto_scalarmult(raw(product.mutable_view()), raw(scalar.view()), raw(point)) != 0)
    return std::nullopt;
  return product;
}

struct X25519Stanza {
  std::string name;  ///< for messages
  ByteArray<key_size> share{};
  ByteView wrapped;
};

Error stanza_damaged(const std::string& name, const std::string& problem) {
  return fail(Code::age_header_damaged, "header: " + name + ": " + problem);
}

Result<X25519Stanza> read_x25519(const AgeStanza& stanza, std::size_t number) {
  X25519Stanza read;
  read.name = "stanza " + std::to_string(number) + " (X25519)";
  if (stanza.arguments.size() != 2)
    return stanza_damaged(
        read.name, "expected 1 argument, got " + std::to_string(stanza.arguments.size() - 1));
  const auto share = parse_base64(stanza.arguments[1], Padding::without);
  if (!share) return stanza_damaged(read.name, share.error().message);
  if (share->size() != key_size)
    return stanza_damaged(read.name,
                          "expected a share of 32 bytes, got " + std::to_string(share->size()));
  // Before it is decrypted: a longer one could be made to open with two keys.
  if (stanza.body.size() != wrapped_size)
    return stanza_damaged(read.name,
                          "expected a body of 32 bytes, got " + std::to_string(stanza.body.size()));
  std::copy(share->begin(), share->end(), read.share.begin());
  read.wrapped = stanza.body;
  return read;
}

/// The file key, or nothing if the stanza is for somebody else.
Result<std::optional<Secret>> unwrap(const X25519Stanza& stanza, const Secret& identity,
                                     const AgeRecipient& recipient) {
  const std::optional<Secret> shared = multiply(identity, stanza.share);
  if (!shared) return stanza_damaged(stanza.name, "the share is a point of low order");
  const Secret key = wrap_key(*shared, stanza.share, recipient);
  Secret file_key(age_file_key_size);
  const ByteArray<12> nonce{};
  const bool opened =
      crypto_aead_chacha20poly1305_ietf_decrypt(raw(file_key.mutable_view()), nullptr, nullptr,
                                                raw(stanza.wrapped), stanza.wrapped.size(), nullptr,
                                                0, raw(ByteView(nonce)), raw(key.view())) == 0;
  return opened ? std::optional<Secret>(std::move(file_key)) : std::nullopt;
}

/// The types of stanzas, each once, for the message that none is ours.
std::string types_of(const AgeHeader& header) {
  constexpr std::size_t shown = 4;
  std::vector<std::string> types;
  for (const AgeStanza& stanza : header.stanzas)
    if (std::find(types.begin(), types.end(), stanza.type()) == types.end())
      types.push_back(stanza.type());
  const bool more = types.size() > shown;
  types.resize(std::min(types.size(), shown));
  for (std::string& type : types) type = quote(type);
  return join(types, ", ") + (more ? " and others" : "");
}

Status check_passphrase(const AgeHeader& header) {
  const auto is_passphrase = [](const AgeStanza& stanza) { return stanza.type() == age_scrypt; };
  if (std::none_of(header.stanzas.begin(), header.stanzas.end(), is_passphrase)) return {};
  // Else who knows the passphrase could pass for who holds a key, or the other way round.
  if (header.stanzas.size() != 1)
    return fail(Code::age_header_damaged, "header: a scrypt stanza must be the only one, got " +
                                              std::to_string(header.stanzas.size()) + " stanzas");
  return fail(Code::age_unsupported,
              "the file is sealed with a passphrase, expected an X25519 recipient")
      .with_hint("'age -d' asks for the passphrase");
}

}  // namespace

Error AgeHeaderParser::damaged(const std::string& problem) const {
  return fail(Code::age_header_damaged, "header: line " + std::to_string(number_) + ": " + problem);
}

Result<bool> AgeHeaderParser::line(std::string_view text) {
  ++number_;
  if (number_ == 1) {
    MC_TRY(version(text));
  } else if (in_body_) {
    MC_TRY(body(text));
  } else {
    return stanza_or_mac(text);
  }
  header_.authenticated += text;
  header_.authenticated += '\n';
  return false;
}

Status AgeHeaderParser::version(std::string_view text) {
  if (text == age_version_line) return {};
  if (text.starts_with(version_prefix) && is_number(text.substr(version_prefix.size())))
    return fail(Code::age_unsupported,
                "expected age version 1, got " + std::string(text.substr(version_prefix.size())));
  return fail(
      Code::age_header_damaged,
      "not an age file: expected '" + std::string(age_version_line) + "', got " + quote(text));
}

Result<bool> AgeHeaderParser::stanza_or_mac(std::string_view text) {
  if (text.starts_with(mac_prefix)) {
    if (header_.stanzas.empty()) return damaged("expected a stanza before the MAC");
    const auto mac = parse_base64(text.substr(mac_prefix.size()), Padding::without);
    if (!mac) return damaged("MAC: " + mac.error().message);
    if (mac->size() != header_.mac.size())
      return damaged("MAC: expected 32 bytes, got " + std::to_string(mac->size()));
    std::copy(mac->begin(), mac->end(), header_.mac.begin());
    header_.authenticated += mac_prefix.substr(0, 3);
    return true;
  }
  if (!text.starts_with(stanza_prefix))
    return damaged("expected '-> ' and a stanza, or '--- ' and the MAC, got " + quote(text));
  AgeStanza stanza;
  for (const std::string_view argument : split(text.substr(stanza_prefix.size()), ' ')) {
    if (argument.empty()) return damaged("an argument of the stanza is empty");
    stanza.arguments.emplace_back(argument);
  }
  header_.stanzas.push_back(std::move(stanza));
  header_.authenticated += text;
  header_.authenticated += '\n';
  in_body_ = true;
  return false;
}

/// Full lines, and one that is shorter, perhaps empty: it ends the stanza.
Status AgeHeaderParser::body(std::string_view text) {
  if (text.size() > body_columns)
    return damaged("expected at most 64 characters of a stanza, got " +
                   std::to_string(text.size()));
  const auto bytes = parse_base64(text, Padding::without);
  if (!bytes) return damaged(bytes.error().message);
  append(*bytes, header_.stanzas.back().body);
  in_body_ = text.size() == body_columns;
  return {};
}

Result<std::string> wrap_age_file_key(const Secret& file_key, const AgeRecipient& recipient,
                                      Random& random) {
  MC_ASSERT(file_key.size() == age_file_key_size);
  ensure_sodium();
  const Secret ephemeral = generate_age_identity(random);
  const ByteArray<key_size> share = recipient_of(ephemeral).bytes;
  const std::optional<Secret> shared = multiply(ephemeral, recipient.bytes);
  if (!shared) return fail(Code::key_invalid, "age recipient: the point is of low order");
  const Secret key = wrap_key(*shared, share, recipient);
  ByteArray<wrapped_size> wrapped;
  const ByteArray<12> nonce{};  // the key is used for this one message
  crypto_aead_chacha20poly1305_ietf_encrypt(raw(wrapped), nullptr, raw(file_key.view()),
                                            file_key.size(), nullptr, 0, nullptr,
                                            raw(ByteView(nonce)), raw(key.view()));
  return std::string(stanza_prefix) + std::string(age_x25519) + " " +
         to_base64(share, Padding::without) + "\n" + to_base64(wrapped, Padding::without) + "\n";
}

Result<Secret> unwrap_age_file_key(const AgeHeader& header,
                                   std::span<const Secret* const> identities) {
  ensure_sodium();
  MC_TRY(check_passphrase(header));
  std::vector<AgeRecipient> recipients;
  for (const Secret* identity : identities) recipients.push_back(recipient_of(*identity));
  std::optional<Secret> found;
  bool any = false;
  for (std::size_t i = 0; i < header.stanzas.size(); ++i) {
    if (header.stanzas[i].type() != age_x25519) continue;
    any = true;
    MC_ASSIGN(const X25519Stanza stanza, read_x25519(header.stanzas[i], i + 1));
    for (std::size_t j = 0; j < identities.size(); ++j) {
      MC_ASSIGN(std::optional<Secret> file_key, unwrap(stanza, *identities[j], recipients[j]));
      if (file_key && !found) found = std::move(file_key);
    }
  }
  if (found) return std::move(*found);
  if (!any)
    return fail(Code::age_wrong_key, "the file is sealed for others: it has stanzas of type " +
                                         types_of(header) + " only, expected 'X25519'");
  return fail(Code::age_wrong_key, "the file is sealed for others: none of its " +
                                       std::to_string(header.stanzas.size()) +
                                       " stanzas opens with a key given");
}

ByteArray<32> age_header_mac(const Secret& file_key, std::string_view authenticated) {
  Secret key(key_size);
  hkdf_sha256(file_key.view(), {}, as_bytes("header"), key.mutable_view());
  return hmac_sha256(key.view(), {as_bytes(authenticated)});
}

Secret age_payload_key(const Secret& file_key, const ByteArray<age_nonce_size>& nonce) {
  Secret key(key_size);
  hkdf_sha256(file_key.view(), nonce, as_bytes("payload"), key.mutable_view());
  return key;
}

ByteArray<12> age_chunk_nonce(std::uint64_t chunk, bool last) {
  ByteArray<12> nonce{};
  store_be(chunk, MutableByteView(nonce).subspan(3, 8));
  nonce[11] = static_cast<std::byte>(last ? 1 : 0);
  return nonce;
}

}  // namespace medchain::crypto
