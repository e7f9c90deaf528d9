#include <algorithm>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "crypto/sha256.hpp"
#include "note/lines_internal.hpp"
#include "note/note.hpp"

namespace medchain::note {

namespace {

constexpr std::size_t key_id_digits = 8;

/// unicode.IsSpace of Go, which note.Open uses: the property White_Space.
bool is_unicode_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

Error bad_vkey(std::string_view text, std::string_view rule) {
  return fail(Code::key_invalid, "verifier key " + quote(text) + ": " + std::string(rule));
}

/// The type byte and the key, as vkey and key id hold them.
ByteArray<33> typed_key(const VerifierKey& key) {
  ByteArray<33> bytes;
  bytes[0] = static_cast<std::byte>(key.type);
  std::copy(key.key.bytes.begin(), key.key.bytes.end(), bytes.begin() + 1);
  return bytes;
}

std::string id_text(KeyId id) {
  ByteArray<4> bytes;
  store_be(id.get(), bytes);
  return to_hex(bytes);
}

}  // namespace

KeyId VerifierKey::id() const {
  const ByteArray<33> typed = typed_key(*this);
  const ByteArray<32> hash = crypto::sha256({as_bytes(name), as_bytes("\n"), typed});
  return KeyId(load_be<std::uint32_t>(hash));
}

std::string format_vkey(const VerifierKey& key) {
  return key.name + "+" + id_text(key.id()) + "+" + to_base64(typed_key(key));
}

Status check_key_name(std::string_view name) {
  const auto bad = [name](const std::string& rule) {
    return fail(Code::input_invalid, "key name " + quote(name) + ": " + rule);
  };
  if (name.empty()) return bad("it is empty");
  if (const auto at = find_invalid_utf8(name))
    return bad("byte " + std::to_string(*at + 1) + " is not UTF-8");
  for (std::size_t at = 0; at < name.size();) {
    const char32_t c = next_code_point(name, at);
    if (is_unicode_space(c)) return bad("it holds a space");
    if (c == U'+') return bad("it holds '+'");
    // Not a rule of its own in the specification, but no note can hold such a name.
    if (c < 0x20) return bad("it holds a control character");
  }
  return {};
}

Result<VerifierKey> parse_vkey(std::string_view text) {
  // The name holds no '+', base64 may: the first two separate.
  const std::size_t name_end = text.find('+');
  if (name_end == std::string_view::npos) return bad_vkey(text, "expected NAME+ID+KEY");
  const std::size_t id_end = text.find('+', name_end + 1);
  if (id_end == std::string_view::npos) return bad_vkey(text, "expected NAME+ID+KEY");

  VerifierKey key;
  key.name = text.substr(0, name_end);
  if (auto status = check_key_name(key.name); !status)
    return with_code(std::move(status).error(), Code::key_invalid).context("verifier key");

  ByteArray<key_id_digits / 2> id;
  if (auto status = parse_hex(text.substr(name_end + 1, id_end - name_end - 1), id); !status)
    return bad_vkey(text, "key id: " + status.error().message);

  const auto typed = parse_base64(text.substr(id_end + 1));
  if (!typed) return bad_vkey(text, typed.error().message);
  if (typed->empty()) return bad_vkey(text, "the key is empty");
  const auto type = std::to_integer<std::uint8_t>((*typed)[0]);
  if (type == static_cast<std::uint8_t>(KeyType::ed25519))
    key.type = KeyType::ed25519;
  else if (type == static_cast<std::uint8_t>(KeyType::cosignature))
    key.type = KeyType::cosignature;
  else
    return bad_vkey(text, "key type 0x" + to_hex({typed->data(), 1}) +
                              " is not supported, expected 0x01 or 0x04 (Ed25519)");
  if (typed->size() != 1 + key.key.bytes.size())
    return bad_vkey(text, "expected a key of 32 bytes, got " + std::to_string(typed->size() - 1));
  std::copy(typed->begin() + 1, typed->end(), key.key.bytes.begin());

  if (const KeyId expected = key.id(); expected.get() != load_be<std::uint32_t>(id))
    return bad_vkey(text, "the key id of this name and key is " + id_text(expected));
  if (!crypto::is_valid(key.key)) return bad_vkey(text, "not a valid Ed25519 public key");
  return key;
}

}  // namespace medchain::note
