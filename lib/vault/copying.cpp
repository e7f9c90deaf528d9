#include "vault/copying.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "crypto/chunks.hpp"
#include "crypto/secret.hpp"
#include "crypto/sha256.hpp"

namespace medchain::vault {
namespace {

using crypto::chunk_size;
using crypto::chunk_tag_size;

/// Larger ones have a blob of their own, which goes when they are erased.
constexpr std::uint64_t small_record = std::uint64_t{1} << 20;
constexpr std::size_t write_size = std::size_t{1} << 20;
constexpr std::size_t keys_at_a_time = 256;

Status write_blob(int fd, const std::string& path, ByteView bytes) {
  return write_to(fd, path)(bytes);
}

/// All of the space.
Status read_again(int fd, std::uint64_t offset, MutableByteView space) {
  std::size_t done = 0;
  while (done < space.size()) {
    const ssize_t got =
        pread(fd, space.data() + done, space.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return fail(Code::input_unreadable, std::string("cannot read the file a second time: ") +
                                              std::generic_category().message(errno));
    if (got == 0) return fail(Code::input_changed, "the file became shorter while it was copied");
    done += static_cast<std::size_t>(got);
  }
  return {};
}

}  // namespace

Copying::~Copying() {
  for (Made& made : made_) crypto::wipe(made.key);
  for (SecretValue& key : keys_) crypto::wipe(key);
}

SecretValue Copying::draw_key() {
  if (keys_.empty()) {
    keys_.resize(keys_at_a_time);
    random_.fill(MutableByteView(keys_.front().data(), keys_.size() * sizeof(SecretValue)));
  }
  const SecretValue key = keys_.back();
  crypto::wipe(keys_.back());
  keys_.pop_back();
  return key;
}

Result<File> Copying::make_blob(std::string& path) {
  path = blob_path(vault_, next_);
  MC_ASSIGN(File file,
            open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, Code::storage_failed, 0600));
  blobs_.push_back({next_++, {}});
  return file;
}

Status Copying::add(const Target& target, const source::RecordBytes& bytes,
                    const source::Record& record) {
  Made made;
  made.target = target;
  made.key = draw_key();
  const bool is_small = bytes.fd < 0 && bytes.size <= small_record;
  MC_TRY(is_small ? add_small(bytes.text, std::move(made))
                  : add_large(bytes, record, std::move(made)));
  if (!target.is_row) known_.insert(target.number);
  return {};
}

Status Copying::add_small(std::string_view text, Made made) {
  if (!small_.is_open()) {
    MC_ASSIGN(small_, make_blob(small_path_));
    small_blob_ = blobs_.size() - 1;
    waiting_.reserve(write_size + small_record + small_record / chunk_size * chunk_tag_size +
                     chunk_tag_size);
  }
  MadeBlob& blob = blobs_[small_blob_];
  const crypto::ChunkKey key(made.key, copy_label);
  const auto length = static_cast<std::size_t>(crypto::sealed_size(text.size()));
  const std::size_t at = waiting_.size();
  waiting_.resize(at + length);
  MutableByteView out = MutableByteView(waiting_).subspan(at);
  for (std::uint64_t number = 0; !out.empty(); ++number) {
    const ByteView plain = as_bytes(text.substr(0, chunk_size));
    text.remove_prefix(plain.size());
    const std::size_t sealed = plain.size() + chunk_tag_size;
    key.seal(number, text.empty(), plain, out.first(sealed));
    out = out.subspan(sealed);
  }
  made.place = {blob.number, blob.blob.bytes, length, 0};
  blob.blob.bytes += length;
  ++blob.blob.copies;
  made_.push_back(std::move(made));
  return waiting_.size() < write_size ? Status() : write_waiting();
}

Status Copying::write_waiting() {
  MC_TRY(write_blob(small_.fd(), small_path_, waiting_));
  waiting_.clear();
  return {};
}

Status Copying::add_large(const source::RecordBytes& bytes, const source::Record& record,
                          Made made) {
  std::string path;
  MC_ASSIGN(const File file, make_blob(path));
  if (Status written = write_large(file.fd(), path, bytes, record, made.key); !written) {
    unlink(path.c_str());
    blobs_.pop_back();
    return written;
  }
  MadeBlob& blob = blobs_.back();
  blob.blob = {crypto::sealed_size(bytes.size), 1};
  made.place = {blob.number, 0, blob.blob.bytes, 0};
  made_.push_back(std::move(made));
  return {};
}

Status Copying::write_large(int fd, const std::string& path, const source::RecordBytes& bytes,
                            const source::Record& record, const SecretValue& secret) {
  const crypto::ChunkKey key(secret, copy_label);
  Bytes plain(bytes.fd < 0 ? 0 : chunk_size), sealed;
  const crypto::WipeOnExit wiped(plain);
  // What is in memory is what was digested; a file is read a second time.
  crypto::Sha256 sha256;
  std::uint64_t done = 0;
  for (std::uint64_t number = 0;; ++number) {
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size - done, chunk_size));
    ByteView chunk;
    if (bytes.fd < 0) {
      chunk = as_bytes(bytes.text.substr(static_cast<std::size_t>(done), count));
    } else {
      MC_TRY(read_again(bytes.fd, done, MutableByteView(plain).first(count)));
      chunk = ByteView(plain).first(count);
      sha256.update(chunk);
    }
    done += count;
    sealed.resize(count + chunk_tag_size);
    key.seal(number, done == bytes.size, chunk, sealed);
    MC_TRY(write_blob(fd, path, sealed));
    if (done == bytes.size) break;
  }
  if (bytes.fd >= 0 && Digest(sha256.finish()) != record.digest)
    return fail(Code::input_changed, "the file changed while it was copied");
  if (fdatasync(fd) != 0) return fail_errno(Code::storage_failed, "sync", path, errno);
  return {};
}

Status Copying::sync() {
  if (small_.is_open()) {
    MC_TRY(write_waiting());
    if (fdatasync(small_.fd()) != 0)
      return fail_errno(Code::storage_failed, "sync", small_path_, errno);
    small_.reset();
  }
  if (blobs_.empty()) return {};
  return sync_directory(blob_directory(vault_));
}

void Copying::clear() {
  for (Made& made : made_) crypto::wipe(made.key);
  made_.clear();
  blobs_.clear();
  known_.clear();
}

}  // namespace medchain::vault
