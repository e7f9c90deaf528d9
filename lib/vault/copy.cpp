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

struct CopyReader::State {
  State(std::string path_, File file_, const CopyPlace& place_, const SecretValue& secret)
      : path(std::move(path_)), file(std::move(file_)), place(place_), key(secret, copy_label) {
    sealed.resize(static_cast<std::size_t>(std::min<std::uint64_t>(place.length, sealed_chunk)));
    plain.resize(std::min(sealed.size(), crypto::chunk_size));
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { crypto::wipe(plain); }

  Error damaged(const std::string& how) const {
    return fail(Code::copy_damaged, "the copy in " + quote(path) + ": " + how);
  }

  std::string path;
  File file;
  CopyPlace place;
  crypto::ChunkKey key;
  Bytes sealed, plain;
  std::uint64_t done = 0;
  std::uint64_t number = 0;
};

CopyReader::CopyReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
CopyReader::CopyReader(CopyReader&&) noexcept = default;
CopyReader& CopyReader::operator=(CopyReader&&) noexcept = default;
CopyReader::~CopyReader() = default;

Result<CopyReader> CopyReader::open(const std::string& vault, const CopyPlace& place,
                                    const SecretValue& secret) {
  const std::string path = blob_path(vault, place.blob);
  auto file = open_file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, Code::storage_failed);
  const bool is_missing = !file && !file_exists(path);
  if (!file && !is_missing) return std::move(file).error();
  auto state = std::make_unique<State>(path, is_missing ? File() : std::move(*file), place, secret);
  if (is_missing) return state->damaged("the file is not there");
  struct stat facts {};
  if (fstat(state->file.fd(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return state->damaged("it is not a regular file");
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  if (place.offset > size || place.length > size - place.offset)
    return state->damaged("the file has " + std::to_string(size) + " bytes, expected " +
                          std::to_string(place.length) + " from byte " +
                          std::to_string(place.offset));
  return CopyReader(std::move(state));
}

Result<ByteView> CopyReader::next() {
  State& state = *state_;
  const std::uint64_t left = state.place.length - state.done;
  if (left == 0 && state.number > 0) return ByteView();
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, sealed_chunk));
  if (count < crypto::chunk_tag_size) return state.damaged("its length is none of a sealed copy");
  const MutableByteView chunk = MutableByteView(state.sealed).first(count);
  const std::uint64_t at = state.place.offset + state.done;
  MC_ASSIGN(const std::size_t got, read_at(state.file.fd(), state.path, at, chunk));
  if (got < count) return state.damaged("the file became shorter");
  const MutableByteView opened = MutableByteView(state.plain).first(count - crypto::chunk_tag_size);
  state.done += count;
  if (!state.key.open(state.number, state.done == state.place.length, chunk, opened))
    return state.damaged("chunk " + std::to_string(state.number + 1) + " at byte " +
                         std::to_string(at) + " was changed");
  ++state.number;
  return ByteView(opened);
}

Status open_copy(const std::string& vault, const CopyPlace& place, const SecretValue& secret,
                 const ByteSink& sink) {
  MC_ASSIGN(auto reader, CopyReader::open(vault, place, secret));
  for (;;) {
    MC_ASSIGN(const ByteView piece, reader.next());
    if (piece.empty()) return {};
    MC_TRY(sink(piece));
  }
}

}  // namespace medchain::vault
