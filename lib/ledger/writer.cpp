#include "ledger/writer.hpp"

#include <algorithm>

#include "crypto/sha256.hpp"
#include "note/checkpoint.hpp"
#include "rules/apply.hpp"
#include "store/key_set.hpp"

namespace medchain::ledger {

Result<std::vector<rules::Change>> Writer::judge(const entry::Entry& entry,
                                                 std::span<const entry::Row> rows) const {
  return rules::apply(view_, {EntryIndex(size_.get()), entry, rows});
}

Result<EntryIndex> Writer::append(const entry::Entry& entry, std::span<const entry::Row> rows) {
  MC_ASSIGN(const auto changes, judge(entry, rows));
  return write(entry, rows, changes);
}

Result<EntryIndex> Writer::write(const entry::Entry& entry, std::span<const entry::Row> rows,
                                 std::span<const rules::Change> changes) {
  const EntryIndex index(size_.get());
  MC_TRY(txn_.append(tables_.entries, entry_key(index), as_bytes(entry.bytes)));
  MC_TRY(put_leaf(entry::as_leaf(entry::entry_hash(entry.bytes))));
  MC_TRY(put_rows(index, rows));
  for (const auto& [key, value] : changes) {
    if (value)
      MC_TRY(txn_.put(tables_.state, as_bytes(key), as_bytes(*value)));
    else
      MC_TRY(txn_.erase(tables_.state, as_bytes(key)));
  }
  size_ = TreeSize(index.get() + 1);
  return index;
}

Status Writer::put_leaf(const TreeHash& leaf) {
  MC_ASSIGN(const auto hashes, merkle::hashes_for_leaf(size_.get(), leaf, view_.hash_reader()));
  std::uint64_t place = merkle::stored_count(size_.get());
  std::size_t done = 0;
  while (done < hashes.size()) {
    const auto block_key = entry_key(EntryIndex(place / hashes_per_block));
    Bytes block;
    MC_ASSIGN(const auto existing, txn_.get(tables_.tree, block_key));
    if (existing) block.assign(existing->begin(), existing->end());
    if (block.size() != (place % hashes_per_block) * 32)
      return fail(Code::store_damaged,
                  "the tree's last block has " + std::to_string(block.size()) + " bytes");
    while (done < hashes.size() && block.size() < hashes_per_block * 32) {
      medchain::append(hashes[done].view(), block);
      ++done;
      ++place;
    }
    MC_TRY(txn_.put(tables_.tree, block_key, block));
  }
  return {};
}

Status Writer::put_rows(EntryIndex index, std::span<const entry::Row> rows) {
  Bytes block;
  for (std::size_t first = 0; first < rows.size(); first += rows_per_block) {
    const auto part = rows.subspan(first, std::min(rows_per_block, rows.size() - first));
    block.resize(part.size() * entry::Row::size);
    for (std::size_t i = 0; i < part.size(); ++i)
      part[i].put(MutableByteView(block).subspan(i * entry::Row::size, entry::Row::size));
    MC_TRY(txn_.append(tables_.manifests, manifest_key(index, static_cast<std::uint32_t>(first)),
                       block));
  }
  if (rows.empty()) return {};
  MC_ASSIGN(const auto secret, view_.index_secret());
  // Sorted, so that a batch touches each page of the index once.
  std::vector<ByteArray<index_key_size>> by_record(rows.size()), by_subject(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const RowPlace place{index, static_cast<std::uint32_t>(i)};
    by_record[i] = index_key(secret, rows[i].record.view(), place);
    by_subject[i] = index_key(secret, rows[i].subject.view(), place);
  }
  std::sort(by_record.begin(), by_record.end());
  std::sort(by_subject.begin(), by_subject.end());
  MC_TRY(store::add_keys(txn_, tables_.records, std::as_bytes(std::span(by_record))));
  return store::add_keys(txn_, tables_.subjects, std::as_bytes(std::span(by_subject)));
}

Result<std::string> Writer::seal(std::string_view origin, crypto::Signer& log_key) {
  MC_ASSIGN(const RootHash root, view_.root(size_));
  MC_ASSIGN(std::string checkpoint,
            note::sign_checkpoint({std::string(origin), size_, root}, log_key));
  MC_TRY(set_checkpoint(checkpoint));
  return checkpoint;
}

Status Writer::set_checkpoint(std::string_view checkpoint) {
  ByteArray<8> size;
  store_be(size_.get(), size);
  MC_TRY(txn_.put(tables_.meta, as_bytes("size"), size));
  return txn_.put(tables_.meta, as_bytes("checkpoint"), as_bytes(checkpoint));
}

}  // namespace medchain::ledger
