// Files: whole reads, atomic and exclusive writes, descriptors that close themselves.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace medchain {

/// An open file descriptor, closed with the object.  Move only.
class File {
 public:
  File() = default;
  explicit File(int fd) : fd_(fd) {}
  File(File&& other) noexcept : fd_(other.release()) {}
  File& operator=(File&& other) noexcept;
  ~File() { reset(); }

  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void reset();

 private:
  int fd_ = -1;
};

/// open(2) with O_CLOEXEC.  Fails with `code`; interrupted, if it waited (base/stop.hpp).
Result<File> open_file(const std::string& path, int flags, Code code, mode_t mode = 0);

/// For reading, and only a regular file: what else has the name may wait for ever, or be read once.
Result<File> open_regular_file(const std::string& path, Code code);

/// At most `limit` bytes; a larger file fails with input_too_long.  Otherwise as open_file().
Result<std::string> read_file(const std::string& path, std::size_t limit, Code code);
/// Nothing if the file does not exist.
Result<std::optional<std::string>> read_file_if_exists(const std::string& path, std::size_t limit,
                                                       Code code);

/// All bytes, whatever short writes happen.  Fails with output_failed.
Status write_all(int fd, std::string_view bytes, std::string_view name);

/// Creates with O_EXCL and exactly `mode`, writes, fsyncs file and directory; an existing file or
/// one that cannot be created is an error (`code`), failed writing is storage_failed, and on
/// failure nothing is left.
Status create_file_exclusive(const std::string& path, std::string_view bytes, mode_t mode,
                             Code code);

/// Whether a replaced file must survive a power loss, or can be derived again from what does.
enum class Durability { durable, derived };
/// Replaces `path`: temporary file beside it, fsync (unless derived), rename, fsync of the
/// directory (unless derived). Fails with storage_failed and leaves the old file.
Status replace_file(const std::string& path, std::string_view bytes, mode_t mode,
                    Durability durability = Durability::durable);

/// Gives a file another name in the same file system, never in the place of one that is there: that
/// is false, and nothing has changed.  Not synced.  Fails with storage_failed.
Result<bool> rename_new(const std::string& from, const std::string& to);

/// Refuses (key_unsafe) what is not a regular file of this user (or root) closed to group and
/// others. A symbolic link to such a file is fine.  Fails with key_missing if it cannot be opened.
Status check_private(const std::string& path);
/// Refuses (key_unsafe) a directory that group or others can enter.  Fails with key_missing if
/// there is nothing.
Status check_private_directory(const std::string& path);
/// check_private() and read through one descriptor, so that nothing changes between the two.  The
/// text stands in one allocation, the caller wipes it.  A file over `limit` bytes fails with
/// input_too_long.
Result<std::string> read_private_file(const std::string& path, std::size_t limit);
Status sync_directory(const std::string& path);
/// mkdir with `mode`; an existing directory is fine if `allow_existing`.
Status make_directory(const std::string& path, mode_t mode, bool allow_existing);
bool file_exists(const std::string& path);
std::string parent_directory(const std::string& path);
/// Absolute and without `.`/`..`, symbolic links left as they are.
std::string absolute_path(const std::string& path);

}  // namespace medchain
