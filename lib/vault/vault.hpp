// Vault: a member's private store (DESIGN 3, 6, 12), mode 0700: ids, paths and secrets are nowhere
// else.
//   data.mdb   versions, indexes of them, subjects, paths, batches, acts, meta (medchain-ledger(5))
//   secrets    salts, subject keys and keys of copies (secrets.hpp)
//   blobs/     sealed copies of records (copy.hpp)
//   unfinished only while the vault is being made
//   restored   only while what was erased since the backup is not (backup.hpp)
// Salts and keys are on disk before anything refers to them.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/member_name.hpp"
#include "base/result.hpp"
#include "crypto/random.hpp"
#include "entry/row.hpp"
#include "store/key_set_tables.hpp"
#include "store/store.hpp"
#include "vault/copy.hpp"
#include "vault/record_key.hpp"
#include "vault/secrets.hpp"
#include "vault/version.hpp"

namespace medchain::vault {

/// Whose vault, on which ledger.
struct Owner {
  MemberName member;
  std::string origin;
  GenesisHash genesis;
  bool operator==(const Owner&) const = default;
};

/// A subject's key and its tag on this ledger.
struct Subject {
  std::uint64_t number = 0;
  std::uint64_t slot = 0;
  SecretValue k{};
  SubjectTag tag;
};

struct OpenOptions {
  bool read_only = true;
  bool restored = false;  ///< also a vault that waits for reapply_erasures(), to do it
  std::chrono::milliseconds lock_wait{10'000};
};

class Vault {
 public:
  /// The directory must not exist or be empty; what a creation that was cut off has left is made
  /// anew.  Fails with vault_conflict, lock_timeout (another process is making it) or
  /// storage_failed.
  static Status create(const std::string& directory, const Owner& owner, crypto::Random& random);
  /// For writing it takes the vault's lock and keeps it.  Fails with vault_missing, key_unsafe,
  /// store_damaged, ledger_newer, lock_timeout, vault_restored.
  static Result<std::unique_ptr<Vault>> open(const std::string& directory,
                                             const OpenOptions& options);
  static bool exists(const std::string& directory);

  const std::string& directory() const { return directory_; }
  const Owner& owner() const { return owner_; }
  /// vault_conflict if the vault is another member's or of another ledger.
  Status check_owner(const Owner& expected) const;

  /// A transaction for the calls below that `work` makes; not nested.  store_damaged: a bad page.
  Status read(const std::function<Status()>& work);

  // Within read():
  Result<std::optional<Latest>> find(const RecordKey& key) const;  ///< newest, not abandoned
  /// find() of each: cheaper of many.
  Result<std::vector<std::optional<Latest>>> find_all(std::span<const RecordKey> keys) const;
  Result<std::vector<std::uint64_t>> find_digest(const Digest& digest) const;
  Result<Version> version(std::uint64_t number) const;
  Result<Batch> batch(std::uint64_t number) const;
  Result<std::string> path(std::uint64_t number) const;  ///< empty for 0
  Result<std::string> subject_name(std::uint64_t number) const;
  Result<std::optional<Subject>> find_subject(std::string_view name) const;
  Result<Subject> subject(std::uint64_t number) const;                 ///< k all zeros when erased
  Result<Salt> salt(const Version& version) const;                     ///< all zeros when erased
  Result<std::optional<CopyPlace>> copy(std::uint64_t version) const;  ///< nothing: there is none
  Result<std::optional<Blob>> blob(std::uint64_t number) const;
  bool has_blob(std::uint64_t number) const;
  /// The bytes of the version, as open_copy() gives them.  Fails with copy_missing, record_erased
  /// (its key was destroyed) and as open_copy().
  Status read_copy(std::uint64_t version, const ByteSink& sink) const;
  /// Begins to give them when it is called, outside of read() too.  Fails as read_copy().
  Result<std::function<Result<ByteSource>()>> copy_opener(std::uint64_t version) const;
  Status for_each_version(const std::function<Status(std::uint64_t, const Version&)>& visit) const;
  Status for_each_blob(const std::function<Status(std::uint64_t, const Blob&)>& visit) const;
  Status for_each_batch(const std::function<Status(std::uint64_t, const Batch&)>& visit) const;
  /// As it must be on the ledger, but for the type index, which is 0; record_erased if it was.
  Result<entry::Row> row(const Version& version) const;

  std::string blobs() const { return blob_directory(directory_); }
  /// Keeps those who change the vault away until unlock(), if none is at work now.
  Result<bool> try_lock();
  void unlock();
  Status make_blobs();  ///< before the first copy.  Fails with storage_failed
  store::Environment& environment() { return *environment_; }

 private:
  friend class Acts;
  friend class Anchoring;
  friend class Erasing;
  friend class Indexes;
  friend class Locators;
  friend class Persons;
  friend class ReceivedTags;
  friend class SecondDigests;
  friend class Sketches;
  friend class Subjects;
  friend class VaultAccess;
  /// One transaction, committed if `work` succeeds.
  Status write(const std::function<Status(store::WriteTxn&)>& work);
  struct Tables {
    store::Table meta, versions, ids, subjects, subject_names, paths, path_numbers, batches;
    store::KeySetTables by_id, by_digest;
    std::optional<store::Table> acts, copies, blobs;  // not in a vault made before there were any
  };
  Vault() = default;
  Result<Version> version_in(const store::ReadTxn& txn, std::uint64_t number) const;
  Result<std::optional<Latest>> newest(const store::ReadTxn& txn, const RecordKey& key) const;
  Result<std::optional<Latest>> newest_among(const store::ReadTxn& txn, const RecordKey& key,
                                             ByteView keys) const;
  Result<std::optional<Latest>> unless_abandoned(std::optional<Latest> latest) const;
  Result<std::uint64_t> counter(std::string_view name) const;

  std::string directory_;
  bool is_read_only_ = true;
  Owner owner_;
  std::unique_ptr<store::Environment> environment_;
  std::optional<Secrets> secrets_;
  Tables tables_;
  std::optional<store::ReadTxn> txn_;
  mutable std::set<std::uint64_t> abandoned_;
};

}  // namespace medchain::vault
