#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "source/file_content_internal.hpp"

namespace medchain::source {
namespace {

int stat_name(const std::string& path, bool follow_links, struct stat& status) {
  return ::fstatat(AT_FDCWD, path.c_str(), &status, follow_links ? 0 : AT_SYMLINK_NOFOLLOW);
}

Error changed(std::string_view how) {
  return fail(Code::input_changed, "the file " + std::string(how) + " while it was being read");
}

}  // namespace

std::string_view file_kind(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFIFO:
      return "a fifo";
    case S_IFSOCK:
      return "a socket";
    case S_IFCHR:
      return "a character device";
    case S_IFBLK:
      return "a block device";
    case S_IFLNK:
      return "a symbolic link";
    case S_IFDIR:
      return "a directory";
    default:
      return "of an unknown kind";
  }
}

Error not_a_file(mode_t mode) {
  Error error = fail(Code::input_unreadable,
                     "expected a regular file, it is " + std::string(file_kind(mode)));
  if (S_ISFIFO(mode)) error.hint = "records from a pipe are read on standard input";
  return error;
}

Result<FileContent> FileContent::open(std::string path, bool follow_links, PaddedBuffer& buffer,
                                      Run& run) {
  // Asked before the opening, because opening a device can do something; O_NONBLOCK, because the
  // name can be given to a fifo in between, and opening that would wait for a writer.
  struct stat named;
  if (stat_name(path, follow_links, named) != 0)
    return fail_system(Code::input_unreadable, "read the file", errno);
  if (!S_ISREG(named.st_mode)) return not_a_file(named.st_mode);
  File file(::open(path.c_str(),
                   O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (follow_links ? 0 : O_NOFOLLOW)));
  if (!file.is_open()) return fail_system(Code::input_unreadable, "open the file", errno);
  struct stat opened;
  if (::fstat(file.fd(), &opened) != 0)
    return fail_system(Code::input_unreadable, "read the file", errno);
  const FileState before = FileState::of(opened);
  if (!S_ISREG(opened.st_mode) || !before.is_same_file(FileState::of(named)))
    return changed("was replaced");
  return FileContent(std::move(file), std::move(path), follow_links, before, buffer, run);
}

void FileContent::inflate(Compression kind) {
  compression_ = kind;
  inflater_ = inflater();
  loaded_ = 0;
}

void FileContent::keep_compressed() {
  compression_ = Compression::none;
  inflater_.reset();
  inflated_size_ = UINT64_MAX;
  loaded_ = 0;
}

std::unique_ptr<Inflater> FileContent::inflater() const {
  if (compression_ == Compression::none) return nullptr;
  return Inflater::open(file_.fd(), compression_);
}

/// One byte more than asked for, if there is one: so the end is known when all was asked for.
Status FileContent::load_some_inflated(std::size_t count) {
  buffer_->grow(std::max(count + 1, head_size));
  while (loaded_ <= count && inflated_size_ == UINT64_MAX) {
    MC_ASSIGN(const std::size_t got,
              inflater_->read(buffer_->data() + loaded_, count + 1 - loaded_));
    if (got == 0) inflated_size_ = loaded_;
    loaded_ += got;
    run_->bytes_read += got;
  }
  return {};
}

Status FileContent::load_inflated(std::size_t limit) {
  MC_TRY(load_some_inflated(limit));
  if (loaded_ <= limit) return {};
  return fail(Code::input_too_long,
              "what is compressed as one file is over " + std::to_string(limit) + " bytes");
}

Status FileContent::load(std::size_t count) {
  if (inflater_) return load_some_inflated(count);
  buffer_->grow(std::max(count, head_size));
  while (loaded_ < count) {
    MC_ASSIGN(const std::size_t got,
              read_some_at(file_.fd(), loaded_, buffer_->data() + loaded_, count - loaded_));
    if (got == 0) return changed("became shorter");
    loaded_ += got;
    run_->bytes_read += got;
  }
  return {};
}

Result<std::string_view> FileContent::head(std::size_t count) {
  MC_TRY(load(static_cast<std::size_t>(std::min<std::uint64_t>(size(), count))));
  return std::string_view(buffer_->data(), loaded_);
}

Result<std::size_t> FileContent::read_at(std::uint64_t offset, MutableByteView to) {
  if (offset >= loaded_ && inflater_) return std::size_t{0};
  if (offset >= loaded_)
    return read_some_at(file_.fd(), offset, reinterpret_cast<char*>(to.data()), to.size());
  const auto start = static_cast<std::size_t>(offset);
  const std::size_t count = std::min(to.size(), loaded_ - start);
  std::memcpy(to.data(), buffer_->data() + start, count);
  return count;
}

RecordBytes FileContent::bytes() const {
  if (loaded_ < size()) return {{}, file_.fd(), size()};
  return {std::string_view(buffer_->data(), static_cast<std::size_t>(size())), -1, size()};
}

Result<Digest> FileContent::digest(crypto::Sha256& sha256) {
  sha256.update(std::string_view(buffer_->data(), loaded_));
  std::uint64_t at = loaded_;
  if (at < size()) loaded_ = 0;  // the buffer is used for what follows
  buffer_->grow(head_size);
  while (at < size()) {
    auto got = read_some_at(file_.fd(), at, buffer_->data(), head_size);
    if (!got || *got == 0) {
      (void)sha256.finish();  // ready for the next message
      if (!got) return std::move(got).error();
      return changed("became shorter");
    }
    sha256.update(std::string_view(buffer_->data(), *got));
    at += *got;
    run_->bytes_read += *got;
  }
  const Digest digest(sha256.finish());
  if (at != size()) return changed("became longer");
  return digest;
}

Status FileContent::check_unchanged() const {
  struct stat status;
  if (::fstat(file_.fd(), &status) != 0)
    return fail_system(Code::input_unreadable, "read the file", errno);
  if (FileState::of(status) != before_) return changed("changed");
  if (stat_name(path_, follow_links_, status) != 0) return changed("was removed or renamed");
  if (!FileState::of(status).is_same_file(before_)) return changed("was replaced");
  // Files of the kernel (/proc) say that they are empty.
  char extra;
  if (before_.size == 0) {
    MC_ASSIGN(const std::size_t got, read_some_at(file_.fd(), 0, &extra, 1));
    if (got > 0)
      return fail(Code::input_unreadable,
                  "expected a file with a size, it is a file of the kernel");
  }
  return {};
}

}  // namespace medchain::source
