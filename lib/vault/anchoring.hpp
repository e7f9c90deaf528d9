// Anchoring: records become batches (DESIGN 6, 12): decide what is new, make openings, tags and
// rows, sign, keep the signed statement as pending, and learn later that it is on the ledger.  One
// run at a time per vault: who opens a vault for writing holds its lock.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "entry/entry.hpp"
#include "source/narrative.hpp"
#include "vault/copying.hpp"
#include "vault/key_hash.hpp"
#include "vault/ready_batch.hpp"
#include "vault/second_digest.hpp"
#include "vault/seen_inputs.hpp"
#include "vault/sketch.hpp"
#include "vault/vault.hpp"
#include "vault/vault_access.hpp"

namespace medchain::vault {

class Anchoring {
 public:
  struct Identity {
    MemberName custodian;
    entry::SignAs signer;
    std::size_t max_rows = entry::max_rows;             ///< of one entry
    bool keeps_copies = false, keeps_sketches = false;  ///< of the bytes that add() gets
    bool tells_names = true;                            ///< in Taken, which else has none
  };

  /// Precondition: pending batches were settled before (settle.hpp).
  Anchoring(Vault& vault, Identity identity, crypto::Random& random);

  /// Starts a run.  Fails with lock_timeout or storage errors.
  Status begin();
  /// The records that add() will get next, in their order: what is known of them is looked up at
  /// once, which is cheaper.  add() may also get others, and need not get all.
  Status expect(std::span<const source::Item> items);
  /// Decides about one record.  Fails with input_conflict (same id, other bytes in one run; names
  /// the other input, by path and line where they are known), input_invalid (type is not a word),
  /// record_erased (its subject's key is gone, or a copy would be made of an erased record); where
  /// copies are kept, also as Copying::add does.  An error leaves the batch, and the item, as they
  /// were; else the record's texts are taken out of it.
  Status add(source::Item&& item, const std::optional<source::RecordBytes>& bytes = {});
  /// Keyed by the subject's key, for ids that must not name it.  Fails with record_erased.
  Result<ByteArray<8>> handle_of(const std::string& subject, std::string_view label);
  /// Rows that wait for flush().
  std::size_t waiting() const { return rows_.size(); }
  bool full() const {
    return rows_.size() >= identity_.max_rows || taken_.size() >= 4 * entry::max_rows;
  }

  /// Makes a signed anchor entry of what waits and keeps it, with all openings, durably as pending.
  /// With no new rows the batch has no entry (prepared.rows is empty) and only answers for
  /// unchanged inputs.
  Result<ReadyBatch> flush(UnixSeconds now);
  /// The batch is on the ledger.  Written with the next flush() or finish(); settle() finds out by
  /// itself after a crash.
  void landed(std::uint64_t batch, EntryIndex entry) { landed_.emplace_back(batch, entry); }
  /// Where a batch landed whose state is not written yet.
  std::optional<EntryIndex> landed_at(std::uint64_t batch) const;
  /// The same with nothing written, for a dry run: what the ledger would be asked.
  Result<ReadyBatch> rehearse(UnixSeconds now);
  /// Forgets a batch that was refused by the ledger: its openings are destroyed.
  Status abandon(std::uint64_t batch);
  /// Writes what landed() told.
  Status finish();

  const Tally& tally() const { return tally_; }

 private:
  struct NewRow {
    RecordKey key;
    Version version;
    entry::Row row;
    std::string path, subject;
    std::uint64_t input = 0;
    std::optional<Sketch> sketch;
    std::optional<source::PartDigest> part;
  };
  struct Rehearsed {
    Digest digest;
    std::uint64_t input = 0, size = 0;
    std::optional<source::PartDigest> part;
  };
  struct KnownSubject {
    Subject subject;
    bool is_new = false;
  };

  struct Expected {
    std::uint64_t input = 0;
    RecordKey key;
    std::optional<Latest> latest;
  };

  Status look_up_expected();                           ///< of those that add() has not got
  const Expected* take_expected(std::uint64_t input);  ///< null: the input was not expected
  bool needs_vault(const Expected* expected, const source::Record& record, bool needs_copy) const;
  Result<KnownSubject*> subject_of(const std::string& name);
  Status mark_landed(store::WriteTxn& txn);
  Status write_subjects(store::WriteTxn& txn, std::vector<SecretValue>& secrets,
                        std::uint64_t first_slot);
  Result<std::uint64_t> path_number(store::WriteTxn& txn, const std::string& path);
  /// Whether the newest version is the record; learns a second digest of bytes that had none.
  Result<Same> same_as(const Latest& latest, const source::Record& record);
  /// Copies are kept, and the version has none, or one whose blob is gone.
  Result<bool> lacks_copy(std::uint64_t version);
  Status write_versions(store::WriteTxn& txn, ReadyBatch& ready, std::uint64_t first,
                        std::uint64_t first_slot);
  /// `first_key` is the slot of the first copy's key.
  Status write_copies(store::WriteTxn& txn, std::uint64_t first, std::uint64_t first_key,
                      Dropped& replaced);
  Result<entry::Statement> statement_of(UnixSeconds now);
  /// Salts, commitments and the signed entry of what waits.
  Result<ReadyBatch> prepare(UnixSeconds now, std::vector<SecretValue>& secrets);
  void clear_waiting();
  bool is_of_this_run(std::uint64_t version) const {
    return first_of_run_ && version >= *first_of_run_;
  }

  Vault& vault_;
  Identity identity_;
  crypto::Random& random_;
  std::uint64_t next_path_ = 0;
  bool is_begun_ = false;  // else nothing is written
  std::optional<std::uint64_t> first_of_run_;
  std::vector<Expected> expected_;
  std::size_t next_expected_ = 0;
  std::vector<NewRow> rows_;
  std::vector<Taken> taken_;
  std::unordered_map<RecordKey, std::size_t, KeyHash> in_batch_;  // row of a record in this batch
  SeenInputs seen_;
  std::map<RecordKey, Rehearsed> rehearsed_;  // of a dry run's earlier batches
  std::unordered_map<std::string, KnownSubject> subjects_;
  std::vector<std::pair<std::uint64_t, EntryIndex>> landed_;
  std::unordered_map<std::string, std::uint64_t> paths_;
  source::NarrativeReader narratives_;
  Copying copying_;
  std::vector<std::pair<std::uint64_t, source::PartDigest>> learned_;  // by version
  Tally tally_;
};

}  // namespace medchain::vault
