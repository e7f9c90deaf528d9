// Chunks: one message sealed under a key that seals nothing else, in chunks that are opened by
// themselves: ChaCha20-Poly1305 with the number of the chunk, and whether it is the last, in the
// nonce (as in the payload of an age file).  What was changed, cut, continued or moved does not
// open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace medchain::crypto {

/// Plaintext of every chunk but the last, which has 0 to so many bytes (0: the message is empty).
inline constexpr std::size_t chunk_size = 65536;
inline constexpr std::size_t chunk_tag_size = 16;

/// Bytes of a sealed message.
std::uint64_t sealed_size(std::uint64_t plain_size);

class ChunkKey {
 public:
  /// By HKDF-SHA256 from a secret that makes no other message; `label` says what for.
  ChunkKey(ByteView secret, std::string_view label);
  ~ChunkKey();
  ChunkKey(const ChunkKey&) = delete;
  ChunkKey& operator=(const ChunkKey&) = delete;

  /// Precondition: `sealed` is chunk_tag_size bytes longer than `plain`; chunks are numbered from
  /// 0.
  void seal(std::uint64_t number, bool last, ByteView plain, MutableByteView sealed) const;
  /// False, and nothing in `plain`, unless these are the bytes that were sealed with this number.
  /// Precondition: as above.
  bool open(std::uint64_t number, bool last, ByteView sealed, MutableByteView plain) const;

 private:
  ByteArray<32> key_{};  // not a Secret: of a million small records each has one
};

}  // namespace medchain::crypto
