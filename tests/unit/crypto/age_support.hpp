// What the tests of age files share: sealing and opening in memory.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "crypto/age.hpp"

namespace test {

inline medchain::ByteSink append_to(std::string& text) {
  return [&text](medchain::ByteView bytes) {
    text += medchain::as_text(bytes);
    return medchain::Status();
  };
}

/// Gives `text` in pieces of at most `piece` bytes.  The text must outlive the source.
inline medchain::ByteSource source_of(const std::string& text, std::size_t piece = SIZE_MAX) {
  return [&text, piece, at = std::size_t{0}](
             medchain::MutableByteView out) mutable -> medchain::Result<std::size_t> {
    const std::size_t count = std::min({piece, out.size(), text.size() - at});
    std::copy_n(medchain::as_bytes(text).begin() + static_cast<std::ptrdiff_t>(at), count,
                out.begin());
    at += count;
    return count;
  };
}

/// Sealed with keys of a seeded generator; the plaintext goes in in pieces of at most `piece`
/// bytes.
inline std::string seal(std::string_view plain,
                        const std::vector<medchain::crypto::AgeRecipient>& recipients,
                        medchain::crypto::AgeForm form = medchain::crypto::AgeForm::binary,
                        std::size_t piece = SIZE_MAX, std::uint64_t seed = 1) {
  medchain::crypto::SeededRandom random(seed);
  std::string sealed;
  auto encryptor =
      medchain::crypto::AgeEncryptor::create(recipients, form, random, append_to(sealed));
  REQUIRE(encryptor);
  while (!plain.empty()) {
    const std::string_view part = plain.substr(0, piece);
    REQUIRE(encryptor->write(medchain::as_bytes(part)));
    plain.remove_prefix(part.size());
  }
  REQUIRE(encryptor->finish());
  return sealed;
}

struct Opened {
  std::string plain;  ///< all that came out, also before an error
  std::optional<medchain::Error> error;
};

inline Opened open(const std::string& sealed,
                   const std::vector<const medchain::crypto::Secret*>& identities,
                   std::size_t piece = SIZE_MAX) {
  Opened opened;
  auto decryptor = medchain::crypto::AgeDecryptor::open(identities, source_of(sealed, piece));
  if (!decryptor) {
    opened.error = decryptor.error();
    return opened;
  }
  for (;;) {
    const auto chunk = decryptor->next();
    if (!chunk) {
      opened.error = chunk.error();
      // Once failed, always failed.
      const auto again = decryptor->next();
      REQUIRE(!again);
      CHECK(again.error().message == opened.error->message);
      return opened;
    }
    if (chunk->empty()) {
      CHECK(decryptor->next()->empty());
      return opened;
    }
    CHECK(chunk->size() <= medchain::crypto::age_chunk_size);
    opened.plain += medchain::as_text(*chunk);
  }
}

/// Bytes that do not repeat in any period of chunks.
inline std::string sample(std::size_t size) {
  std::string text(size, '\0');
  medchain::crypto::SeededRandom random(99);
  random.fill({reinterpret_cast<std::byte*>(text.data()), text.size()});
  return text;
}

}  // namespace test
