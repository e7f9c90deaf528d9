// age v1 files (c2sp.org/age v1.1.0): sealed for X25519 recipients, opened with X25519 identities,
// binary or armored, in constant memory whatever the size of the file.  Files of `age -r` are
// opened, and `age -d` opens ours.
//
// Not here: passphrases, SSH keys, plugins and the post-quantum recipients.  Their stanzas are
// skipped as those of somebody else, and nothing is ever sealed for them.  Randomness, source and
// sink are passed in; the failures of source and sink are passed on as they are.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/stream.hpp"
#include "crypto/age_key.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace medchain::crypto {

enum class AgeForm { binary, armored };

/// Plaintext of one chunk, the unit that is authenticated.
inline constexpr std::size_t age_chunk_size = 65536;
inline constexpr std::size_t age_max_recipients = 1024;
/// Bytes of a header that is read, about 10,000 recipients.
inline constexpr std::size_t age_max_header = std::size_t{1} << 20;

class AgeEncryptor {
 public:
  /// Draws the keys of the file and writes its header to the sink.  Fails with key_invalid for a
  /// recipient of low order, and with input_invalid for none or more than age_max_recipients.
  static Result<AgeEncryptor> create(std::span<const AgeRecipient> recipients, AgeForm form,
                                     Random& random, ByteSink sink);
  AgeEncryptor(AgeEncryptor&&) noexcept;
  AgeEncryptor& operator=(AgeEncryptor&&) noexcept;
  ~AgeEncryptor();

  /// More plaintext, in pieces of any size.  Fails as the sink does, and from then on always so.
  Status write(ByteView bytes);
  /// The last chunk.  Without it the file is cut and opens nowhere.  Once; nothing is written after
  /// it.
  Status finish();

 private:
  struct State;
  explicit AgeEncryptor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class AgeDecryptor {
 public:
  /// Recognises the form, reads the header, and checks its MAC before anything is made of it.
  /// Every stanza is looked at, so that the verdict does not hang on where ours is.  The
  /// identities are needed during the call only.  Fails with
  /// - age_wrong_key: no stanza opens with one of the identities,
  /// - age_header_damaged: not an age file, a form that is not canonical, a wrong MAC,
  /// - age_truncated: the end comes within header or nonce,
  /// - age_unsupported: another version, a passphrase, a header over age_max_header.
  static Result<AgeDecryptor> open(std::span<const Secret* const> identities, ByteSource source);
  AgeDecryptor(AgeDecryptor&&) noexcept;
  AgeDecryptor& operator=(AgeDecryptor&&) noexcept;
  ~AgeDecryptor();

  /// The next chunk, authenticated and never empty, valid until the next call; an empty view once
  /// the file has ended as it must.  Until then what came is genuine, but not all: who cannot use a
  /// part must wait for the end.  Fails, and from then on always so, with
  /// - age_payload_damaged: a chunk does not authenticate (changed, or cut in it), an empty last
  ///   chunk after others, data after the last chunk, damaged armor; the offset is in the message,
  /// - age_truncated: the end comes between chunks, or before the end of the armor.
  Result<ByteView> next();

 private:
  struct State;
  explicit AgeDecryptor(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace medchain::crypto
