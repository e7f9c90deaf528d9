// Copying: the copies that an anchoring run makes (copy.hpp), batch by batch.  Blobs are written
// while records are read, synced before the vault refers to them, and never written again: a crash
// leaves files that no row names, which the next run removes.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "crypto/random.hpp"
#include "source/source.hpp"
#include "vault/copy.hpp"

namespace medchain::vault {

class Copying {
 public:
  /// What a copy is of: a row of the batch in hand, or a version that is known.
  struct Target {
    bool is_row = false;
    std::uint64_t number = 0;
  };
  struct Made {
    Target target;
    CopyPlace place;  ///< its key has no slot yet
    SecretValue key{};
  };
  struct MadeBlob {
    std::uint64_t number = 0;
    Blob blob;
  };

  /// Precondition of add(): the directory of blobs is there.
  Copying(std::string vault, crypto::Random& random) : vault_(std::move(vault)), random_(random) {}
  Copying(const Copying&) = delete;
  Copying& operator=(const Copying&) = delete;
  ~Copying();

  /// New blobs are numbered from `next`: no file of that number is there.
  void begin(std::uint64_t next) { next_ = next; }
  /// Seals the bytes.  Fails with input_changed if a file is not any more what was digested,
  /// input_unreadable, and storage_failed; nothing is kept of that copy then.
  Status add(const Target& target, const source::RecordBytes& bytes, const source::Record& record);
  /// Whether a known version is among what was added since clear().
  bool has(std::uint64_t version) const { return known_.contains(version); }
  /// All that was added is durable.
  Status sync();

  bool empty() const { return made_.empty(); }
  const std::vector<Made>& made() const { return made_; }
  const std::vector<MadeBlob>& blobs() const { return blobs_; }
  std::uint64_t next() const { return next_; }
  /// What was made is in the vault.
  void clear();

 private:
  SecretValue draw_key();
  Result<File> make_blob(std::string& path);
  Status add_small(std::string_view text, Made made);
  Status add_large(const source::RecordBytes& bytes, const source::Record& record, Made made);
  Status write_large(int fd, const std::string& path, const source::RecordBytes& bytes,
                     const source::Record& record, const SecretValue& secret);
  Status write_waiting();

  std::string vault_;
  crypto::Random& random_;
  std::uint64_t next_ = 1;
  std::vector<Made> made_;
  std::vector<MadeBlob> blobs_;
  std::set<std::uint64_t> known_;
  File small_;  ///< the blob of small records, open
  std::string small_path_;
  std::size_t small_blob_ = 0;     ///< its index in blobs_
  Bytes waiting_;                  ///< of it, not written yet
  std::vector<SecretValue> keys_;  ///< drawn in advance: drawing is a system call
};

}  // namespace medchain::vault
