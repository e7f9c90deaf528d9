#include "vault/copy.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>

#include "base/encoding.hpp"
#include "crypto/chunks.hpp"
#include "crypto/secret.hpp"

namespace medchain::vault {
namespace {

constexpr std::uint8_t copy_format = 1;  // frozen; a new layout takes the next number
constexpr std::uint8_t blob_format = 1;
constexpr std::size_t sealed_chunk = crypto::chunk_size + crypto::chunk_tag_size;

std::optional<std::uint64_t> parse_blob_name(std::string_view name) {
  ByteArray<8> number;
  if (name.size() != 16 || !parse_hex(name, number)) return std::nullopt;
  const auto value = load_be<std::uint64_t>(number);
  if (blob_name(value) != name) return std::nullopt;
  return value;
}

/// All of the bytes at the offset, or how many there are.
Result<std::size_t> read_at(int fd, const std::string& path, std::uint64_t offset,
                            MutableByteView out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t got =
        pread(fd, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(Code::storage_failed, "read", path, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace

ByteArray<33> encode(const CopyPlace& place) {
  ByteArray<33> out;
  const MutableByteView rest(out);
  store_be(copy_format, rest);
  store_be(place.blob, rest.subspan(1));
  store_be(place.offset, rest.subspan(9));
  store_be(place.length, rest.subspan(17));
  store_be(place.key_slot, rest.subspan(25));
  return out;
}

Result<CopyPlace> decode_copy(ByteView bytes) {
  if (bytes.size() != 33 || load_be<std::uint8_t>(bytes) != copy_format)
    return fail(Code::store_damaged, "vault: the place of a copy is damaged");
  return CopyPlace{
      load_be<std::uint64_t>(bytes.subspan(1)), load_be<std::uint64_t>(bytes.subspan(9)),
      load_be<std::uint64_t>(bytes.subspan(17)), load_be<std::uint64_t>(bytes.subspan(25))};
}

ByteArray<17> encode(const Blob& blob) {
  ByteArray<17> out;
  store_be(blob_format, out);
  store_be(blob.bytes, MutableByteView(out).subspan(1));
  store_be(blob.copies, MutableByteView(out).subspan(9));
  return out;
}

Result<Blob> decode_blob(ByteView bytes) {
  if (bytes.size() != 17 || load_be<std::uint8_t>(bytes) != blob_format)
    return fail(Code::store_damaged, "vault: a row about a blob is damaged");
  return Blob{load_be<std::uint64_t>(bytes.subspan(1)), load_be<std::uint64_t>(bytes.subspan(9))};
}

std::string blob_name(std::uint64_t number) {
  ByteArray<8> bytes;
  store_be(number, bytes);
  return to_hex(bytes);
}

std::string blob_directory(const std::string& vault) { return vault + "/blobs"; }

std::string blob_path(const std::string& vault, std::uint64_t number) {
  return blob_directory(vault) + "/" + blob_name(number);
}

Status for_each_blob_file(
    const std::string& vault,
    const std::function<Status(const std::string&, std::optional<std::uint64_t>)>& visit) {
  const std::string directory = blob_directory(vault);
  std::error_code failed;
  std::filesystem::directory_iterator items(directory, failed);
  for (; !failed && items != std::filesystem::directory_iterator(); items.increment(failed)) {
    const std::string name = items->path().filename().string();
    MC_TRY(visit(name, parse_blob_name(name)));
  }
  if (failed && failed.value() != ENOENT)
    return fail_errno(Code::storage_failed, "list", directory, failed.value());
  return {};
}

Status open_copy(const std::string& vault, const CopyPlace& place, const SecretValue& secret,
                 const ByteSink& sink) {
  const std::string path = blob_path(vault, place.blob);
  const auto damaged = [&](const std::string& how) {
    return fail(Code::copy_damaged, "the copy in " + quote(path) + ": " + how);
  };
  const auto file = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, Code::storage_failed);
  if (!file && !file_exists(path)) return damaged("the file is not there");
  if (!file) return file.error();
  struct stat facts {};
  if (fstat(file->fd(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return damaged("it is not a regular file");
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  if (place.offset > size || place.length > size - place.offset)
    return damaged("the file has " + std::to_string(size) + " bytes, expected " +
                   std::to_string(place.length) + " from byte " + std::to_string(place.offset));
  const crypto::ChunkKey key(secret, copy_label);
  Bytes sealed(static_cast<std::size_t>(std::min<std::uint64_t>(place.length, sealed_chunk)));
  Bytes plain(std::min(sealed.size(), crypto::chunk_size));
  const crypto::WipeOnExit wiped(plain);
  std::uint64_t done = 0;
  for (std::uint64_t number = 0;; ++number) {
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(place.length - done, sealed_chunk));
    if (count < crypto::chunk_tag_size) return damaged("its length is none of a sealed copy");
    const MutableByteView chunk = MutableByteView(sealed).first(count);
    MC_ASSIGN(const std::size_t got, read_at(file->fd(), path, place.offset + done, chunk));
    if (got < count) return damaged("the file became shorter");
    const MutableByteView opened = MutableByteView(plain).first(count - crypto::chunk_tag_size);
    done += count;
    const bool last = done == place.length;
    if (!key.open(number, last, chunk, opened))
      return damaged("chunk " + std::to_string(number + 1) + " at byte " +
                     std::to_string(place.offset + done - count) + " was changed");
    MC_TRY(sink(opened));
    if (last) return {};
  }
}

}  // namespace medchain::vault
