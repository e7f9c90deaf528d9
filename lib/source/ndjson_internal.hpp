// Records in lines: the part of read_ndjson() that files with lines share.
#pragma once

#include <sys/stat.h>

#include "source/lines_internal.hpp"
#include "source/run_internal.hpp"

namespace medchain::source {

constexpr std::size_t line_buffer_size = 1u << 20;

/// What tells that a file was changed or replaced.
struct FileState {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t seconds = 0, nanoseconds = 0;

  static FileState of(const struct stat& status);
  bool operator==(const FileState&) const = default;
  bool is_same_file(const FileState& other) const {
    return device == other.device && inode == other.inode;
  }
};

class RecordLines {
 public:
  struct Input {
    int fd = -1;
    std::string_view name;  ///< for places
    std::string path;       ///< for records, "" for standard input
    std::int64_t mtime = 0;
    std::uint64_t first_number = 1, first_offset = 0;
    std::size_t buffer_size = line_buffer_size;
    int stop_fd = -1;  ///< for what can make us wait: not for files, whose failures are problems
    std::unique_ptr<ByteInput> input = nullptr;  ///< in place of the descriptor's bytes
  };
  RecordLines(Run& run, Input input);

  /// The next record or problem of line `from` or later; false at the end.  Fails as Lines::next().
  Result<bool> next(Item& item, std::uint64_t from = 1);
  /// Of the record that next() gave.
  std::string_view text() const { return text_; }
  std::uint64_t line_number() const { return line_number_; }

 private:
  Status describe(const Line& line, Record& record);

  Run& run_;
  std::string place_prefix_;
  std::string path_;
  std::int64_t mtime_;
  Lines lines_;
  std::uint64_t line_number_ = 0;
  std::string_view text_;
  std::uint64_t counted_ = 0;  ///< bytes that run_.bytes_read knows of
};

/// Lines have no path, and are nothing but JSON.  Fails with usage.
Status check_line_options(const Options& options);

}  // namespace medchain::source
