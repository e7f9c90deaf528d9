// age X25519 identities and recipients (c2sp.org/age v1.1.0), bech32 (BIP 173, no 90-character
// limit). Files with one identity per line, `#` comments and empty lines, as age-keygen writes
// them.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace medchain::crypto {

struct AgeRecipient {
  ByteArray<32> bytes{};
  auto operator<=>(const AgeRecipient&) const = default;
};

/// A fresh X25519 secret.
Secret generate_age_identity(Random& random);
AgeRecipient recipient_of(const Secret& identity);

/// `age1...`, lower case.
std::string format_age_recipient(const AgeRecipient& recipient);
/// Fails with key_invalid: prefix, mixed case, alphabet, checksum, length, padding bits, point of
/// low order or not written canonically.
Result<AgeRecipient> parse_age_recipient(std::string_view text);
/// `AGE-SECRET-KEY-1...`, upper case, as Secret text.
Secret format_age_identity(const Secret& identity);
/// Post-quantum (`AGE-SECRET-KEY-PQ-`) and plugin identities are named in the error.
Result<Secret> parse_age_identity(std::string_view text);
/// The only identity in the text of an age identity file.  Fails with key_invalid (naming the line)
/// if there is none or more than one, with key_encrypted if the file is itself an age file (`age
/// -p`).
Result<Secret> parse_age_identity_file(std::string_view text);
/// The only identity of an age identity file.  check_private() first.
Result<Secret> load_age_identity(const std::string& path);

/// Exposed for the BIP 173 vectors.  The result has the case of the prefix, which must not be
/// mixed; decode returns the prefix as it stands and the data in whole bytes.  Fails with
/// key_invalid.
std::string bech32_encode(std::string_view prefix, ByteView data);
Result<std::pair<std::string, Bytes>> bech32_decode(std::string_view text);

}  // namespace medchain::crypto
