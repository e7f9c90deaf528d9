// Writing a batch to the vault.
#include <algorithm>

#include "store/key_set.hpp"
#include "vault/anchoring.hpp"
#include "vault/layout_internal.hpp"

namespace medchain::vault {
namespace {

constexpr std::size_t max_cached_paths = 10'000;

}  // namespace

Status Anchoring::mark_landed(store::WriteTxn& txn) {
  VaultAccess access(vault_);
  for (const auto& [number, entry] : landed_) MC_TRY(access.land(txn, number, entry));
  return {};
}

Status Anchoring::write_subjects(store::WriteTxn& txn, std::vector<SecretValue>& secrets,
                                 std::uint64_t first_slot) {
  std::uint64_t next_subject = 1;
  {
    MC_ASSIGN(auto cursor, txn.cursor(vault_.tables_.subject_names));
    MC_ASSIGN(const bool any, cursor.last());
    if (any) next_subject = load_be<std::uint64_t>(cursor.key()) + 1;
  }
  for (NewRow& row : rows_) {
    KnownSubject& known = subjects_.at(row.subject);
    if (known.is_new) {
      known.subject.number = next_subject++;
      known.subject.slot = first_slot + secrets.size();
      secrets.push_back(known.subject.k);
      MC_TRY(txn.insert(vault_.tables_.subjects, subject_key(row.subject),
                        number_key(known.subject.number)));
      MC_TRY(txn.append(vault_.tables_.subject_names, number_key(known.subject.number),
                        encode_subject(known.subject.slot, row.subject)));
      known.is_new = false;
    }
    row.version.subject = known.subject.number;
  }
  return {};
}

Result<std::uint64_t> Anchoring::path_number(store::WriteTxn& txn, const std::string& path) {
  if (path.empty()) return std::uint64_t{0};
  const auto cached = paths_.find(path);
  if (cached != paths_.end()) return cached->second;
  MC_ASSIGN(const std::uint64_t number, VaultAccess(vault_).path_number(txn, path, next_path_));
  if (paths_.size() >= max_cached_paths) paths_.clear();
  paths_.emplace(path, number);
  return number;
}

Status Anchoring::write_versions(store::WriteTxn& txn, ReadyBatch& ready, std::uint64_t first,
                                 std::uint64_t first_slot) {
  const Vault::Tables& tables = vault_.tables_;
  {
    MC_ASSIGN(auto cursor, txn.cursor(tables.batches));
    MC_ASSIGN(const bool any, cursor.last());
    ready.number = any ? load_be<std::uint64_t>(cursor.key()) + 1 : 1;
  }
  Sketches sketches(vault_);
  std::vector<ByteArray<version_key_size>> ids, digests;
  ids.reserve(rows_.size());
  digests.reserve(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    Version& version = rows_[i].version;
    version.batch = ready.number;
    version.salt_slot = first_slot + i;
    MC_ASSIGN(version.path, path_number(txn, rows_[i].path));
    MC_TRY(txn.append(tables.versions, number_key(first + i), encode(version)));
    if (rows_[i].sketch) MC_TRY(sketches.put(txn, first + i, *rows_[i].sketch));
    ids.push_back(version_key(rows_[i].key, first + i));
    digests.push_back(version_key(version.digest.view(), first + i));
    if (rows_[i].part) MC_TRY(SecondDigests(vault_).put(txn, first + i, *rows_[i].part));
  }
  std::sort(ids.begin(), ids.end());
  std::sort(digests.begin(), digests.end());
  MC_TRY(store::add_keys(txn, tables.by_id, std::as_bytes(std::span(ids))));
  MC_TRY(store::add_keys(txn, tables.by_digest, std::as_bytes(std::span(digests))));
  Batch batch{BatchState::pending, first, static_cast<std::uint32_t>(rows_.size()), EntryIndex(0),
              ready.prepared.entry.bytes};
  return txn.append(tables.batches, number_key(ready.number), encode(batch));
}

Status Anchoring::write_copies(store::WriteTxn& txn, std::uint64_t first, std::uint64_t first_key,
                               Dropped& replaced) {
  if (copying_.empty()) return {};
  const Vault::Tables& tables = vault_.tables_;
  for (const Copying::Made& made : copying_.made()) {
    CopyPlace place = made.place;
    place.key_slot = first_key++;
    const std::uint64_t number = made.target.number + (made.target.is_row ? first : 0);
    if (!made.target.is_row) MC_TRY(VaultAccess(vault_).drop_copy(txn, number, replaced));
    MC_TRY(txn.insert(*tables.copies, number_key(number), encode(place)));
  }
  for (const Copying::MadeBlob& made : copying_.blobs())
    MC_TRY(txn.insert(*tables.blobs, number_key(made.number), encode(made.blob)));
  return txn.put(tables.meta, as_bytes("next-blob"), number_key(copying_.next()));
}

Result<ReadyBatch> Anchoring::flush(UnixSeconds now) {
  ReadyBatch ready;
  std::vector<SecretValue> secrets;
  if (rows_.empty()) {
    ready.taken = std::move(taken_);
    taken_.clear();
    if (copying_.empty() && learned_.empty()) return ready;
  } else {
    MC_ASSIGN(ready, prepare(now, secrets));
  }
  MC_TRY(copying_.sync());

  std::uint64_t first = 1;
  Dropped replaced;
  MC_TRY(vault_.write([&](store::WriteTxn& txn) -> Status {
    const Vault::Tables& tables = vault_.tables_;
    MC_TRY(mark_landed(txn));
    MC_ASSIGN(const auto slot_found, txn.get(tables.meta, as_bytes("next-slot")));
    if (!slot_found || slot_found->size() != 8)
      return fail(Code::store_damaged, "vault: meta 'next-slot' is damaged");
    const auto first_slot = load_be<std::uint64_t>(*slot_found);
    {
      MC_ASSIGN(auto cursor, txn.cursor(tables.versions));
      MC_ASSIGN(const bool any, cursor.last());
      if (any) first = load_be<std::uint64_t>(cursor.key()) + 1;
    }
    MC_TRY(write_subjects(txn, secrets, first_slot));
    const std::uint64_t first_key = first_slot + secrets.size();
    for (const Copying::Made& made : copying_.made()) secrets.push_back(made.key);
    // Salts and keys are durable before anything refers to them; slots written for a transaction
    // that then fails are written again.
    MC_TRY(vault_.secrets_->write(first_slot, secrets));
    MC_TRY(vault_.secrets_->sync());
    MC_TRY(txn.put(tables.meta, as_bytes("next-slot"), number_key(first_slot + secrets.size())));
    if (!rows_.empty()) MC_TRY(write_versions(txn, ready, first, first_slot));
    for (const auto& [version, part] : learned_)
      MC_TRY(SecondDigests(vault_).put(txn, version, part));
    return write_copies(txn, first, first_key, replaced);
  }));

  MC_TRY(VaultAccess(vault_).destroy(replaced));
  landed_.clear();
  copying_.clear();
  if (!first_of_run_) first_of_run_ = first;
  learned_.clear();
  for (std::size_t i = 0; i < rows_.size(); ++i) seen_.add(first + i, rows_[i].input);
  clear_waiting();
  // Those that were found are no longer the newest.
  MC_TRY(look_up_expected());
  return ready;
}

}  // namespace medchain::vault
