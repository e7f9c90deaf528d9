// Versions of records by id and by digest.
#include <algorithm>
#include <numeric>

#include "store/key_set.hpp"
#include "vault/layout_internal.hpp"

namespace medchain::vault {

Result<Version> Vault::version_in(const store::ReadTxn& txn, std::uint64_t number) const {
  MC_ASSIGN(const auto found, txn.get(tables_.versions, number_key(number)));
  if (!found)
    return fail(Code::store_damaged, "vault: version " + std::to_string(number) + " is missing");
  return decode_version(*found);
}

/// `keys`: of the index by id, those that begin as the record's key does.
Result<std::optional<Latest>> Vault::newest_among(const store::ReadTxn& txn, const RecordKey& key,
                                                  ByteView keys) const {
  std::optional<Latest> latest;
  MC_ASSIGN(const auto kept, txn.get(tables_.ids, key));
  if (kept) {
    MC_ASSIGN(latest, decode_latest(*kept));
  }
  for (std::size_t end = keys.size(); end > 0; end -= version_key_size) {
    const auto number = load_be<std::uint64_t>(keys.subspan(end - 8));
    if (latest && latest->number >= number) break;
    MC_ASSIGN(const Version one, version_in(txn, number));
    if (record_key(one.source, one.type, one.id) != key) continue;
    return std::optional(Latest{number, one.batch, one.digest});
  }
  return latest;
}

Result<std::optional<Latest>> Vault::newest(const store::ReadTxn& txn, const RecordKey& key) const {
  MC_ASSIGN(auto reader, store::KeySetReader::open(txn, tables_.by_id));
  MC_ASSIGN(const ByteView keys, reader.find(ByteView(key).first(8)));
  return newest_among(txn, key, keys);
}

/// The newest before it that is not abandoned.
Result<std::optional<Latest>> Vault::unless_abandoned(std::optional<Latest> latest) const {
  while (latest && abandoned_.contains(latest->batch)) {
    MC_ASSIGN(const Version now, version(latest->number));
    if (!now.previous) return std::optional<Latest>();
    MC_ASSIGN(const Version before, version(*now.previous));
    const bool is_erased = latest->digest == Digest();
    latest = {*now.previous, before.batch, is_erased ? Digest() : before.digest};
  }
  return latest;
}

Result<std::optional<Latest>> Vault::find(const RecordKey& key) const {
  MC_ASSIGN(const auto latest, newest(*txn_, key));
  return unless_abandoned(latest);
}

Result<std::vector<std::optional<Latest>>> Vault::find_all(std::span<const RecordKey> keys) const {
  std::vector<std::uint32_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return keys[a] < keys[b]; });
  struct Found {
    std::size_t begin = 0, size = 0;
  };
  std::vector<Found> found(keys.size());
  Bytes all;
  MC_ASSIGN(auto reader, store::KeySetReader::open(*txn_, tables_.by_id));
  for (const std::uint32_t i : order) {
    MC_ASSIGN(const ByteView some, reader.find(ByteView(keys[i]).first(8)));
    found[i] = {all.size(), some.size()};
    append(some, all);
  }
  // Records come as they came the last time: in the order of their versions.
  std::vector<std::optional<Latest>> newest;
  newest.reserve(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    MC_ASSIGN(const auto latest,
              newest_among(*txn_, keys[i], ByteView(all).subspan(found[i].begin, found[i].size)));
    MC_ASSIGN(auto one, unless_abandoned(latest));
    newest.push_back(std::move(one));
  }
  return newest;
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
