#include "vault/vault_access.hpp"

#include "vault/layout_internal.hpp"

namespace medchain::vault {

Status VaultAccess::land(std::uint64_t number, EntryIndex entry) {
  MC_ASSIGN(auto txn, vault_.environment_->begin_write());
  MC_ASSIGN(const auto found, txn.get(vault_.tables_.batches, number_key(number)));
  if (!found)
    return fail(Code::store_damaged, "vault: batch " + std::to_string(number) + " is missing");
  MC_ASSIGN(Batch batch, decode_batch(*found));
  batch.state = BatchState::anchored;
  batch.entry = entry;
  batch.note.clear();
  MC_TRY(txn.put(vault_.tables_.batches, number_key(number), encode(batch)));
  return std::move(txn).commit();
}

Status VaultAccess::abandon(std::uint64_t number) {
  MC_ASSIGN(auto txn, vault_.environment_->begin_write());
  const Vault::Tables& tables = vault_.tables_;
  MC_ASSIGN(const auto found, txn.get(tables.batches, number_key(number)));
  if (!found)
    return fail(Code::store_damaged, "vault: batch " + std::to_string(number) + " is missing");
  MC_ASSIGN(Batch batch, decode_batch(*found));
  std::vector<std::uint64_t> slots;
  for (std::uint32_t i = 0; i < batch.count; ++i) {
    const std::uint64_t version_number = batch.first + i;
    MC_ASSIGN(const auto bytes, txn.get(tables.versions, number_key(version_number)));
    if (!bytes)
      return fail(Code::store_damaged,
                  "vault: version " + std::to_string(version_number) + " is missing");
    MC_ASSIGN(const Version version, decode_version(*bytes));
    slots.push_back(version.salt_slot);
  }
  batch.state = BatchState::abandoned;
  batch.note.clear();
  MC_TRY(txn.put(tables.batches, number_key(number), encode(batch)));
  MC_TRY(std::move(txn).commit());
  vault_.abandoned_.insert(number);
  // After the commit: a crash in between leaves salts that open nothing which is on the ledger.
  const SecretValue zeros{};
  for (const std::uint64_t slot : slots) MC_TRY(vault_.secrets_->write(slot, std::span(&zeros, 1)));
  return vault_.secrets_->sync();
}

}  // namespace medchain::vault
