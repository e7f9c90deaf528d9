// One regular file, open for reading: its beginning in memory, the rest by pread, and whether it
// stayed the same.
#pragma once

#include <string>
#include <string_view>

#include "base/file.hpp"
#include "source/ndjson_internal.hpp"

namespace medchain::source {

class FileContent {
 public:
  static constexpr std::size_t head_size = 1u << 18;

  /// Never hangs and never opens what is not a regular file.  `buffer` is used until the object
  /// ends.  Fails with input_unreadable or input_changed.
  static Result<FileContent> open(std::string path, bool follow_links, PaddedBuffer& buffer,
                                  Run& run);

  int fd() const { return file_.fd(); }
  /// Of an inflated file that was not read to its end: the largest number.
  std::uint64_t size() const {
    return inflater_ ? inflated_size_ : static_cast<std::uint64_t>(before_.size);
  }
  std::int64_t mtime() const { return before_.seconds; }

  /// From here on the content is what was compressed.  head() then fails as Inflater::read() too;
  /// what else reads needs load_inflated() first.
  void inflate(Compression kind);
  /// And again the bytes of the file.
  void keep_compressed();
  /// All of what was compressed, into memory.  Fails with input_too_long if it is over `limit`.
  Status load_inflated(std::size_t limit);
  Compression compression() const { return compression_; }
  /// A new one of an inflated file, from its beginning; else null.
  std::unique_ptr<Inflater> inflater() const;

  /// The first `count` bytes, padded, or more if they are here already, or all there are.  Valid
  /// until the next call for more, or digest().
  Result<std::string_view> head(std::size_t count = head_size);
  Result<std::size_t> read_at(std::uint64_t offset, MutableByteView to);
  /// The whole file: in memory if it is there, as after head() or digest() of a small one.
  RecordBytes bytes() const;
  /// SHA-256 of the whole file, in constant memory.
  Result<Digest> digest(crypto::Sha256& sha256);
  /// Fails with input_changed if the file is not as it was when it was opened, or another one has
  /// its name.
  Status check_unchanged() const;

 private:
  FileContent(File file, std::string path, bool follow_links, const FileState& before,
              PaddedBuffer& buffer, Run& run)
      : file_(std::move(file)),
        path_(std::move(path)),
        follow_links_(follow_links),
        before_(before),
        buffer_(&buffer),
        run_(&run) {}
  Status load(std::size_t count);
  Status load_some_inflated(std::size_t count);

  File file_;
  std::string path_;
  bool follow_links_;
  FileState before_;
  PaddedBuffer* buffer_;
  Run* run_;
  Compression compression_ = Compression::none;
  std::unique_ptr<Inflater> inflater_;  ///< of what is loaded
  std::uint64_t inflated_size_ = UINT64_MAX;
  std::size_t loaded_ = 0;  ///< bytes of the file's beginning that are in the buffer
};

/// `a fifo`, `a socket`, ... for messages.
std::string_view file_kind(mode_t mode);
/// The problem of a thing that is neither file nor directory.
Error not_a_file(mode_t mode);

}  // namespace medchain::source
