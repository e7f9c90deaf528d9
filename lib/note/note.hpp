// C2SP signed notes (c2sp.org/signed-note v1.0.0).  Knows bytes, names and key ids;
// which names are trusted is the caller's business.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "crypto/ed25519.hpp"

namespace medchain::note {

/// First 4 bytes of SHA-256(name || LF || type || public key), big-endian.
using KeyId = Strong<struct KeyIdTag, std::uint32_t>;

enum class KeyType : std::uint8_t {
  ed25519 = 0x01,      ///< note and log signatures
  cosignature = 0x04,  ///< timestamped Ed25519 cosignature (c2sp.org/tlog-cosignature)
};

/// A name and a public key: what `vkey` text says.
struct VerifierKey {
  std::string name;
  KeyType type = KeyType::ed25519;
  crypto::PublicKey key;
  KeyId id() const;
  bool operator==(const VerifierKey&) const = default;
};

/// `NAME+xxxxxxxx+base64(type || key)`.
std::string format_vkey(const VerifierKey& key);
/// Fails with key_invalid: name, hex id, base64, length, type other than 0x01/0x04, id not of this
/// key, bad point.
Result<VerifierKey> parse_vkey(std::string_view text);
/// Fails with input_invalid: empty, not UTF-8, Unicode space, '+', control character.
Status check_key_name(std::string_view name);

struct SignatureLine {
  std::string name;
  KeyId id;
  Bytes signature;  ///< without the key id; 64 bytes for Ed25519, 72 for a cosignature, any for
                    ///< others
  bool operator==(const SignatureLine&) const = default;
};

struct Note {
  std::string text;  ///< signed bytes, ends in LF
  std::vector<SignatureLine> signatures;
  bool operator==(const Note&) const = default;
};

constexpr std::size_t max_note_size = 1'000'000;
constexpr std::size_t max_signatures = 100;

/// Splits a note; every line must be well formed (strict base64, >= 5 bytes).  Verifies nothing.
/// Fails with input_invalid naming the rule and the line.
Result<Note> parse(std::string_view bytes);
/// Precondition: the text ends in LF.
std::string format(const Note& note);
std::string format(const SignatureLine& line);

/// A type 0x01 line over `text`.  Fails with input_invalid for a name that is none and a text that
/// no note can hold.
Result<SignatureLine> sign(std::string_view text, std::string_view name, crypto::Signer& signer);
/// True if `line` is of `key` (name and id).
bool is_by(const SignatureLine& line, const VerifierKey& key);
/// Verifies a type 0x01 line.  Fails with signature_invalid naming the signer.
Status check(std::string_view text, const SignatureLine& line, const VerifierKey& key);

struct Opened {
  std::string text;
  std::vector<std::size_t>
      verified;  ///< positions in `keys` that signed, in the note's order, each once
};

/// note.Open of golang.org/x/mod: unknown lines are ignored, a bad signature of a known key refuses
/// the whole note (signature_invalid), no known signature at all fails with signature_missing.  Of
/// several lines of one key only the first is read.  `keys` are type 0x01.
Result<Opened> open(std::string_view bytes, std::span<const VerifierKey> keys);

}  // namespace medchain::note
