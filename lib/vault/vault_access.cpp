#include "vault/vault_access.hpp"

#include <unistd.h>

#include <cerrno>

#include "vault/layout_internal.hpp"

namespace medchain::vault {

Status VaultAccess::land(std::uint64_t number, EntryIndex entry) {
  return vault_.write([&](store::WriteTxn& txn) { return land(txn, number, entry); });
}

Status VaultAccess::land(store::WriteTxn& txn, std::uint64_t number, EntryIndex entry) {
  MC_ASSIGN(const auto found, txn.get(vault_.tables_.batches, number_key(number)));
  if (!found)
    return fail(Code::store_damaged, "vault: batch " + std::to_string(number) + " is missing");
  MC_ASSIGN(Batch batch, decode_batch(*found));
  batch.state = BatchState::anchored;
  batch.entry = entry;
  batch.note.clear();
  return txn.put(vault_.tables_.batches, number_key(number), encode(batch));
}

Status VaultAccess::abandon(std::uint64_t number) {
  Dropped dropped;
  MC_TRY(vault_.write([&](store::WriteTxn& txn) -> Status {
    const Vault::Tables& tables = vault_.tables_;
    MC_ASSIGN(const auto found, txn.get(tables.batches, number_key(number)));
    if (!found)
      return fail(Code::store_damaged, "vault: batch " + std::to_string(number) + " is missing");
    MC_ASSIGN(Batch batch, decode_batch(*found));
    for (std::uint32_t i = 0; i < batch.count; ++i) {
      const std::uint64_t version_number = batch.first + i;
      MC_ASSIGN(const auto bytes, txn.get(tables.versions, number_key(version_number)));
      if (!bytes)
        return fail(Code::store_damaged,
                    "vault: version " + std::to_string(version_number) + " is missing");
      MC_ASSIGN(const Version version, decode_version(*bytes));
      dropped.slots.push_back(version.salt_slot);
      MC_TRY(drop_copy(txn, version_number, dropped));
    }
    batch.state = BatchState::abandoned;
    batch.note.clear();
    return txn.put(tables.batches, number_key(number), encode(batch));
  }));
  vault_.abandoned_.insert(number);
  // After the commit: a crash in between leaves salts that open nothing which is on the ledger.
  return destroy(dropped);
}

Result<std::uint64_t> VaultAccess::path_number(store::WriteTxn& txn, const std::string& path,
                                               std::uint64_t& next) {
  const Vault::Tables& tables = vault_.tables_;
  const auto key = path_key(path);
  MC_ASSIGN(const auto found, txn.get(tables.path_numbers, key));
  if (found) return load_be<std::uint64_t>(*found);
  if (next == 0) {
    MC_ASSIGN(auto cursor, txn.cursor(tables.paths));
    MC_ASSIGN(const bool any, cursor.last());
    next = any ? load_be<std::uint64_t>(cursor.key()) + 1 : 1;
  }
  const std::uint64_t number = next++;
  MC_TRY(txn.insert(tables.path_numbers, key, number_key(number)));
  MC_TRY(txn.append(tables.paths, number_key(number), as_bytes(path)));
  return number;
}

Status VaultAccess::drop_copy(store::WriteTxn& txn, std::uint64_t number, Dropped& dropped) {
  const Vault::Tables& tables = vault_.tables_;
  if (!tables.copies || !tables.blobs) return {};
  MC_ASSIGN(const auto found, txn.get(*tables.copies, number_key(number)));
  if (!found) return {};
  MC_ASSIGN(const CopyPlace place, decode_copy(*found));
  dropped.slots.push_back(place.key_slot);
  MC_TRY(txn.erase(*tables.copies, number_key(number)));
  MC_ASSIGN(const auto row, txn.get(*tables.blobs, number_key(place.blob)));
  if (!row) return {};
  MC_ASSIGN(Blob blob, decode_blob(*row));
  if (blob.copies > 1) {
    --blob.copies;
    return txn.put(*tables.blobs, number_key(place.blob), encode(blob));
  }
  dropped.blobs.push_back(place.blob);
  return txn.erase(*tables.blobs, number_key(place.blob));
}

Status VaultAccess::destroy(const Dropped& dropped) {
  const SecretValue zeros{};
  for (const std::uint64_t slot : dropped.slots)
    MC_TRY(vault_.secrets_->write(slot, std::span(&zeros, 1)));
  if (!dropped.slots.empty()) MC_TRY(vault_.secrets_->sync());
  // One that cannot be removed holds nothing that can be read, and the next run tries again.
  for (const std::uint64_t blob : dropped.blobs) unlink(blob_path(vault_.directory_, blob).c_str());
  return {};
}

Status VaultAccess::remove_unknown_blobs() {
  return vault_.read([&]() -> Status {
    return for_each_blob_file(
        vault_.directory_, [&](const std::string&, std::optional<std::uint64_t> number) -> Status {
          if (!number) return {};
          MC_ASSIGN(const auto known, vault_.blob(*number));
          if (known) return {};
          const std::string path = blob_path(vault_.directory_, *number);
          if (unlink(path.c_str()) != 0 && errno != ENOENT)
            return fail_errno(Code::storage_failed, "remove", path, errno);
          return {};
        });
  });
}

}  // namespace medchain::vault
