// Copy: the sealed bytes of a version, in a blob: a file of `blobs/`, which has the small records
// of one batch or one large one.  Each copy is sealed under a key of its own, which is in a slot of
// `secrets`: overwriting the slot makes the copy unreadable, and nothing in a blob's name or bytes
// says what is in it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "base/result.hpp"
#include "base/stream.hpp"
#include "vault/secrets.hpp"

namespace medchain::vault {

/// Where the copy of a version is.
struct CopyPlace {
  std::uint64_t blob = 0;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  ///< of the sealed bytes
  std::uint64_t key_slot = 0;
  bool operator==(const CopyPlace&) const = default;
};
ByteArray<33> encode(const CopyPlace& place);
/// Fails with store_damaged.
Result<CopyPlace> decode_copy(ByteView bytes);

/// What the vault knows of a blob.  One that no copy is in any more has no row, and its file goes.
struct Blob {
  std::uint64_t bytes = 0;
  std::uint64_t copies = 0;
  bool operator==(const Blob&) const = default;
};
ByteArray<17> encode(const Blob& blob);
Result<Blob> decode_blob(ByteView bytes);

/// 16 lower-case hex digits of its number.
std::string blob_name(std::uint64_t number);
std::string blob_directory(const std::string& vault);
std::string blob_path(const std::string& vault, std::uint64_t number);
/// Visits the numbers of the blobs that are there, and the names of what is none, in no order.
/// Fails with storage_failed; no directory is an empty one.
Status for_each_blob_file(const std::string& vault,
                          const std::function<Status(const std::string& name,
                                                     std::optional<std::uint64_t> number)>& visit);

inline constexpr std::string_view copy_label = "medchain/1 vault copy";

/// A copy, opened chunk by chunk; every byte that it gives is genuine, but it may give a beginning
/// only.
class CopyReader {
 public:
  /// Fails with copy_damaged, storage_failed.
  static Result<CopyReader> open(const std::string& vault, const CopyPlace& place,
                                 const SecretValue& key);
  CopyReader(CopyReader&&) noexcept;
  CopyReader& operator=(CopyReader&&) noexcept;
  ~CopyReader();
  /// The next piece of plaintext, valid until the next call; empty at the end.  Fails as open().
  Result<ByteView> next();

 private:
  struct State;
  explicit CopyReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// All of it, to the sink.  Fails as CopyReader does and as the sink.
Status open_copy(const std::string& vault, const CopyPlace& place, const SecretValue& key,
                 const ByteSink& sink);

}  // namespace medchain::vault
