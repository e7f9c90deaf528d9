#include "vault/indexes.hpp"

#include "store/key_set.hpp"
#include "vault/layout_internal.hpp"

namespace medchain::vault {
namespace {

RecordKey key_of(const Version& version) {
  return record_key(version.source, version.type, version.id);
}

}  // namespace

Status Indexes::go_on() const {
  return is_stopped_() ? Status(fail(Code::interrupted, "stopped by a signal")) : Status();
}

Result<Indexes::Difference> Indexes::compare() const {
  const Vault::Tables& tables = vault_.tables_;
  const store::ReadTxn& txn = *vault_.txn_;
  Difference difference;
  MC_TRY(store::check_runs(txn, tables.by_id));
  MC_TRY(store::check_runs(txn, tables.by_digest));
  MC_ASSIGN(auto ids, store::KeySetReader::open(txn, tables.by_id));
  MC_ASSIGN(auto digests, store::KeySetReader::open(txn, tables.by_digest));
  std::uint64_t found_by_id = 0, found_by_digest = 0;
  MC_TRY(vault_.for_each_version([&](std::uint64_t number, const Version& version) -> Status {
    MC_TRY(go_on());
    const RecordKey key = key_of(version);
    MC_ASSIGN(const ByteView by_digest, digests.find(version_key(version.digest.view(), number)));
    MC_ASSIGN(const ByteView by_id, ids.find(version_key(key, number)));
    found_by_id += by_id.empty() ? 0U : 1U;
    found_by_digest += by_digest.empty() ? 0U : 1U;
    bool is_found = !by_id.empty();
    if (!is_found) {
      // In a vault of layout 1 the newest version stands for all.
      MC_ASSIGN(const auto latest, vault_.newest(txn, key));
      is_found = latest && latest->number >= number;
    }
    difference.missing += is_found && !by_digest.empty() ? 0U : 1U;
    return {};
  }));
  const auto count = [&](const store::KeySetTables& index) -> Result<std::uint64_t> {
    std::uint64_t keys = 0;
    MC_ASSIGN(auto walk, store::KeySetWalk::open(txn, index));
    for (;; ++keys) {
      MC_ASSIGN(const bool there, walk.next());
      if (!there) return keys;
    }
  };
  MC_ASSIGN(const std::uint64_t id_keys, count(tables.by_id));
  MC_ASSIGN(const std::uint64_t digest_keys, count(tables.by_digest));
  difference.unfounded = (id_keys - found_by_id) + (digest_keys - found_by_digest);
  return difference;
}

Result<std::uint64_t> Indexes::rebuild() {
  const Vault::Tables& tables = vault_.tables_;
  std::uint64_t count = 0;
  MC_TRY(vault_.write([&](store::WriteTxn& txn) -> Status {
    MC_TRY(txn.put(tables.meta, as_bytes("layout"), as_bytes(vault_layout)));
    MC_TRY(txn.clear(tables.ids));
    MC_TRY(store::clear_keys(txn, tables.by_id));
    MC_TRY(store::clear_keys(txn, tables.by_digest));
    store::KeySetFiller by_id(txn, tables.by_id), by_digest(txn, tables.by_digest);
    MC_ASSIGN(auto row, txn.cursor(tables.versions));
    MC_ASSIGN(bool there, row.first());
    for (; there; ++count) {
      MC_TRY(go_on());
      const auto number = load_be<std::uint64_t>(row.key());
      MC_ASSIGN(const Version version, decode_version(row.value()));
      const RecordKey key = key_of(version);
      MC_TRY(by_id.add(version_key(key, number)));
      MC_TRY(by_digest.add(version_key(version.digest.view(), number)));
      MC_ASSIGN(const SecretValue salt, vault_.secrets_->read(version.salt_slot));
      if (is_erased(salt) && !vault_.abandoned_.contains(version.batch))
        MC_TRY(txn.put(tables.ids, key, encode_latest({number, version.batch, Digest()})));
      MC_ASSIGN(there, row.next());
    }
    MC_TRY(by_id.flush());
    return by_digest.flush();
  }));
  return count;
}

}  // namespace medchain::vault
