// Compressed inputs: gzip (RFC 1952, several members too) and Zstandard (RFC 8878) as the bytes
// that were compressed, streaming in bounded memory.  What is read has no limit here: the callers
// have one for what a record may be.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.hpp"

namespace medchain::source {

enum class Compression { none, gzip, zstd };

/// By the end of the name: `.gz`, `.zst`.
Compression compression_of(std::string_view path);
/// The name without that end.
std::string_view without_compression(std::string_view path);
/// Whether the file begins as such a stream does.  Fails with input_unreadable.
Result<bool> begins_as(int fd, Compression kind);

/// Bytes that come one piece after the other.
class ByteInput {
 public:
  virtual ~ByteInput() = default;
  /// What is to be had at once, up to `count` (> 0) bytes; 0 at the end.
  virtual Result<std::size_t> read(char* to, std::size_t count) = 0;
};

/// Its read() fails with input_invalid (damaged, or no such stream), input_truncated (cut) and
/// input_unreadable.
class Inflater : public ByteInput {
 public:
  /// Of the file, from its beginning, by pread: where the descriptor stands does not matter.
  /// Precondition: kind is not none.
  static std::unique_ptr<Inflater> open(int fd, Compression kind);
};

/// Reads a whole stream to see that it is sound, so that no line is believed before the checksum
/// behind it.  Fails as Inflater::read(), with input_too_long at a line over `max_line` bytes, and
/// with interrupted once `stop_fd` is readable.
Status check_lines(int fd, Compression kind, std::size_t max_line, int stop_fd);

}  // namespace medchain::source
