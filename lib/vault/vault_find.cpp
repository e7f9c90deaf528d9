// Versions of records by id and by digest.
#include "vault/layout_internal.hpp"

namespace medchain::vault {

Result<Version> Vault::version_in(const store::ReadTxn& txn, std::uint64_t number) const {
  MC_ASSIGN(const auto found, txn.get(tables_.versions, number_key(number)));
  if (!found)
    return fail(Code::store_damaged, "vault: version " + std::to_string(number) + " is missing");
  return decode_version(*found);
}

Result<std::optional<Latest>> Vault::newest(const store::ReadTxn& txn, const RecordKey& key) const {
  std::optional<Latest> latest;
  MC_ASSIGN(const auto kept, txn.get(tables_.ids, key));
  if (kept) {
    MC_ASSIGN(latest, decode_latest(*kept));
  }
  MC_ASSIGN(auto reader, store::KeySetReader::open(txn, tables_.by_id));
  MC_ASSIGN(const ByteView keys, reader.find(ByteView(key).first(8)));
  for (std::size_t end = keys.size(); end > 0; end -= version_key_size) {
    const auto number = load_be<std::uint64_t>(keys.subspan(end - 8));
    if (latest && latest->number >= number) break;
    MC_ASSIGN(const Version one, version_in(txn, number));
    if (record_key(one.source, one.type, one.id) != key) continue;
    return std::optional(Latest{number, one.batch, one.digest});
  }
  return latest;
}

Result<std::optional<Latest>> Vault::find(const RecordKey& key) const {
  MC_ASSIGN(auto latest, newest(*txn_, key));
  while (latest && abandoned_.contains(latest->batch)) {
    MC_ASSIGN(const Version now, version(latest->number));
    if (!now.previous) return std::optional<Latest>();
    MC_ASSIGN(const Version before, version(*now.previous));
    const bool is_erased = latest->digest == Digest();
    latest = {*now.previous, before.batch, is_erased ? Digest() : before.digest};
  }
  return latest;
}

Result<std::vector<std::uint64_t>> Vault::find_digest(const Digest& digest) const {
  std::vector<std::uint64_t> numbers;
  MC_ASSIGN(auto reader, store::KeySetReader::open(*txn_, tables_.by_digest));
  MC_ASSIGN(const ByteView keys, reader.find(digest.view().first(8)));
  for (std::size_t at = 0; at < keys.size(); at += version_key_size) {
    const auto number = load_be<std::uint64_t>(keys.subspan(at + 8));
    MC_ASSIGN(const Version found, version(number));
    if (found.digest == digest && !abandoned_.contains(found.batch)) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace medchain::vault
