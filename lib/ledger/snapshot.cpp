#include "ledger/snapshot.hpp"

#include <algorithm>
#include <numeric>

#include "crypto/sha256.hpp"
#include "entry/fields.hpp"
#include "store/key_set.hpp"

namespace medchain::ledger {
namespace {

Error damaged(std::string message) { return fail(Code::store_damaged, std::move(message)); }

std::string entry_name(EntryIndex index) { return "entry " + std::to_string(index.get()); }

}  // namespace

ByteArray<8> entry_key(EntryIndex index) {
  ByteArray<8> key;
  store_be(index.get(), key);
  return key;
}

ByteArray<12> manifest_key(EntryIndex index, std::uint32_t first_row) {
  ByteArray<12> key;
  store_be(index.get(), key);
  store_be(first_row, MutableByteView(key).subspan(8));
  return key;
}

ByteArray<index_key_size> index_key(const ByteArray<16>& secret, ByteView tag,
                                    const RowPlace& place) {
  ByteArray<index_key_size> key;
  store_be(crypto::siphash(secret, tag), key);
  store_be(place.entry.get(), MutableByteView(key).subspan(8));
  store_be(place.row, MutableByteView(key).subspan(16));
  return key;
}

RowPlace place_of(ByteView index_key) {
  return {EntryIndex(load_be<std::uint64_t>(index_key.subspan(8))),
          load_be<std::uint32_t>(index_key.subspan(16))};
}

Result<TreeSize> Snapshot::size() const {
  MC_ASSIGN(const auto found, txn_.get(tables_.meta, as_bytes("size")));
  if (!found || found->size() != 8) return damaged("meta 'size' is missing or not 8 bytes");
  const auto size = load_be<std::uint64_t>(*found);
  if (size > entry::max_integer) return damaged("meta 'size' is " + std::to_string(size));
  return TreeSize(size);
}

Result<std::string> Snapshot::checkpoint() const {
  MC_ASSIGN(const auto found, txn_.get(tables_.meta, as_bytes("checkpoint")));
  if (!found) return damaged("meta 'checkpoint' is missing");
  return std::string(as_text(*found));
}

Result<ByteArray<16>> Snapshot::index_secret() const {
  if (index_secret_) return *index_secret_;
  MC_ASSIGN(const auto found, txn_.get(tables_.meta, as_bytes("index-secret")));
  if (!found || found->size() != 16)
    return damaged("meta 'index-secret' is missing or not 16 bytes");
  ByteArray<16> secret;
  std::copy(found->begin(), found->end(), secret.begin());
  index_secret_ = secret;
  return secret;
}

Result<std::string> Snapshot::entry_bytes(EntryIndex index) const {
  MC_ASSIGN(const auto found, txn_.get(tables_.entries, entry_key(index)));
  if (!found) {
    MC_ASSIGN(const TreeSize now, size());
    if (index.get() >= now.get())
      return fail(Code::entry_missing, "there is no " + entry_name(index) + ", the ledger has " +
                                           std::to_string(now.get()) + " entries");
    return damaged(entry_name(index) + " is missing");
  }
  return std::string(as_text(*found));
}

Result<entry::Entry> Snapshot::entry(EntryIndex index) const {
  MC_ASSIGN(const std::string bytes, entry_bytes(index));
  return entry_of(index, bytes);
}

Result<entry::Entry> Snapshot::entry_of(EntryIndex index, std::string_view bytes) const {
  auto parsed = entry::parse_entry(bytes);
  if (!parsed) return damaged(entry_name(index) + ": " + parsed.error().message);
  return parsed;
}

Result<std::vector<entry::Row>> Snapshot::rows(EntryIndex index) const {
  std::vector<entry::Row> all;
  MC_ASSIGN(auto cursor, txn_.cursor(tables_.manifests));
  MC_ASSIGN(bool there, cursor.seek(manifest_key(index, 0)));
  while (there && cursor.key().size() == 12 &&
         load_be<std::uint64_t>(cursor.key()) == index.get()) {
    const ByteView block = cursor.value();
    const bool fits = load_be<std::uint32_t>(cursor.key().subspan(8)) == all.size() &&
                      !block.empty() && block.size() % entry::Row::size == 0 &&
                      block.size() <= rows_per_block * entry::Row::size &&
                      all.size() % rows_per_block == 0 && all.size() < entry::max_rows;
    if (!fits)
      return damaged("manifest of " + entry_name(index) +
                     ": block of a wrong place or size after row " + std::to_string(all.size()));
    const std::size_t rows = block.size() / entry::Row::size;
    if (all.empty()) all.reserve(rows < rows_per_block ? rows : entry::max_rows);
    for (std::size_t at = 0; at < block.size(); at += entry::Row::size)
      all.push_back(entry::Row::get(block.subspan(at, entry::Row::size)));
    MC_ASSIGN(there, cursor.next());
  }
  return all;
}

Result<entry::Row> Snapshot::row(const RowPlace& place) const {
  const auto first = static_cast<std::uint32_t>(place.row - place.row % rows_per_block);
  MC_ASSIGN(const auto block, txn_.get(tables_.manifests, manifest_key(place.entry, first)));
  const std::size_t at = (place.row - first) * entry::Row::size;
  if (!block || block->size() < at + entry::Row::size)
    return damaged("manifest of " + entry_name(place.entry) + ": row " + std::to_string(place.row) +
                   " is missing");
  return entry::Row::get(block->subspan(at, entry::Row::size));
}

template <class Tag>
Result<std::vector<RowPlace>> Snapshot::find(const store::KeySetTables& index, const Tag& tag,
                                             bool by_subject) const {
  MC_ASSIGN(const auto secret, index_secret());
  const auto from = index_key(secret, tag.view(), {});
  std::vector<RowPlace> places;
  MC_ASSIGN(auto reader, store::KeySetReader::open(txn_, index));
  MC_ASSIGN(const ByteView keys, reader.find(ByteView(from).first(8)));
  for (std::size_t at = 0; at < keys.size(); at += index_key_size) {
    const RowPlace place = place_of(keys.subspan(at));
    MC_ASSIGN(const entry::Row found, row(place));
    // Hashes of different tags can be equal: the row decides.
    const ByteView tag_there = by_subject ? found.subject.view() : found.record.view();
    if (equal(tag_there, tag.view())) places.push_back(place);
  }
  return places;
}

Result<std::vector<RowPlace>> Snapshot::find_record(const RecordTag& tag) const {
  return find(tables_.records, tag, false);
}
Result<std::vector<RowPlace>> Snapshot::find_subject(const SubjectTag& tag) const {
  return find(tables_.subjects, tag, true);
}

Result<MemberName> Snapshot::custodian_of(EntryIndex index) const {
  const auto known = custodians_.find(index);
  if (known != custodians_.end()) return known->second;
  MC_ASSIGN(const auto parsed, entry(index));
  const auto* anchor = std::get_if<entry::Anchor>(&parsed.statement.body);
  if (anchor == nullptr)
    return damaged("an index names " + entry_name(index) + ", which is not an anchor");
  custodians_.emplace(index, anchor->custodian);
  return anchor->custodian;
}

Result<std::optional<std::string>> Snapshot::get(std::string_view key) const {
  MC_ASSIGN(const auto found, txn_.get(tables_.state, as_bytes(key)));
  if (!found) return std::optional<std::string>();
  return std::optional<std::string>(std::string(as_text(*found)));
}

Status Snapshot::scan(
    std::string_view prefix,
    const std::function<Status(std::string_view, std::string_view)>& visit) const {
  MC_ASSIGN(auto cursor, txn_.cursor(tables_.state));
  MC_ASSIGN(bool there, cursor.seek(as_bytes(prefix)));
  while (there && as_text(cursor.key()).starts_with(prefix)) {
    MC_TRY(visit(as_text(cursor.key()), as_text(cursor.value())));
    MC_ASSIGN(there, cursor.next());
  }
  return {};
}

Status Snapshot::previous_rows(
    std::span<const entry::Row> rows,
    const std::function<Status(std::size_t, const rules::PreviousRow&)>& visit) const {
  MC_ASSIGN(const auto secret, index_secret());
  // In the index's order, so that neighbours share pages.
  std::vector<std::pair<std::uint64_t, std::size_t>> order(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    order[i] = {crypto::siphash(secret, rows[i].record.view()), i};
  std::sort(order.begin(), order.end());
  MC_ASSIGN(auto reader, store::KeySetReader::open(txn_, tables_.records));
  for (const auto& [hash, i] : order) {
    std::optional<rules::PreviousRow> newest;
    ByteArray<8> prefix;
    store_be(hash, prefix);
    MC_ASSIGN(const ByteView keys, reader.find(prefix));
    for (std::size_t at = 0; at < keys.size(); at += index_key_size) {
      const RowPlace place = place_of(keys.subspan(at));
      MC_ASSIGN(const entry::Row found, row(place));
      if (found.record == rows[i].record) {
        MC_ASSIGN(const MemberName custodian, custodian_of(place.entry));
        newest =
            rules::PreviousRow{place.entry, place.row, custodian, found.subject, found.commitment};
      }
    }
    if (newest) MC_TRY(visit(i, *newest));
  }
  return {};
}

Status Snapshot::placed_rows(
    EntryIndex anchor, const entry::RowRanges& rows,
    const std::function<Status(std::uint32_t, const rules::PlacedRow&)>& visit) const {
  const auto unknown = [&](std::string why) {
    return fail(Code::record_unknown, entry_name(anchor) + std::move(why));
  };
  MC_ASSIGN(const TreeSize now, size());
  // Inside of a write transaction entries of this very append are there before the size says so.
  MC_ASSIGN(const auto bytes, txn_.get(tables_.entries, entry_key(anchor)));
  if (!bytes) {
    if (anchor.get() < now.get()) return damaged(entry_name(anchor) + " is missing");
    return unknown(" is not there");
  }
  MC_ASSIGN(const auto parsed, entry(anchor));
  const auto* body = std::get_if<entry::Anchor>(&parsed.statement.body);
  if (body == nullptr) return unknown(" is not an anchor");
  for (const entry::RowRanges::Range& range : rows.ranges())
    for (std::uint32_t at = range.first; at <= range.last; ++at) {
      if (at >= body->count) return unknown(" has no row " + std::to_string(at));
      MC_ASSIGN(const entry::Row found, row({anchor, at}));
      if (found.type >= body->types.size())
        return damaged("manifest of " + entry_name(anchor) + ": row " + std::to_string(at) +
                       " has no type");
      MC_TRY(visit(at, {found, body->custodian, body->types[found.type]}));
    }
  return {};
}

merkle::HashReader Snapshot::hash_reader() const {
  return [this](std::span<const std::uint64_t> places) -> Result<std::vector<TreeHash>> {
    std::vector<TreeHash> hashes;
    hashes.reserve(places.size());
    for (const std::uint64_t place : places) {
      MC_ASSIGN(const auto block,
                txn_.get(tables_.tree, entry_key(EntryIndex(place / hashes_per_block))));
      const std::size_t at = (place % hashes_per_block) * 32;
      if (!block || block->size() < at + 32)
        return damaged("tree hash " + std::to_string(place) + " is missing");
      hashes.push_back(TreeHash::from_view(block->subspan(at, 32)));
    }
    return hashes;
  };
}

Result<RootHash> Snapshot::root(TreeSize size) const {
  MC_ASSIGN(const TreeHash root, merkle::tree_root(size.get(), hash_reader()));
  return RootHash(root.bytes);
}

Result<EntryHash> Snapshot::leaf(EntryIndex index) const {
  const std::uint64_t place = merkle::stored_index(0, index.get());
  MC_ASSIGN(const auto hashes, hash_reader()(std::span(&place, 1)));
  return EntryHash(hashes.front().bytes);
}

}  // namespace medchain::ledger
