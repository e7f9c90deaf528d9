// A consistent, read-only view of a ledger: entries, manifests, tree, state and indexes as of one
// moment, whatever writers do meanwhile. It is also the rules' View.  Everything read may be
// damaged: such reads fail with store_damaged.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/types.hpp"
#include "entry/entry.hpp"
#include "entry/row.hpp"
#include "merkle/tree.hpp"
#include "rules/view.hpp"
#include "store/key_set_tables.hpp"
#include "store/store.hpp"

namespace medchain::ledger {

/// The tables of a ledger (medchain-ledger(5)).
struct Tables {
  store::Table meta, entries, manifests, tree, state;
  store::KeySetTables records, subjects;
};

/// Place of a row: entry and row number.
struct RowPlace {
  EntryIndex entry;
  std::uint32_t row = 0;
  auto operator<=>(const RowPlace&) const = default;
};

class Snapshot : public rules::View {
 public:
  Snapshot(const store::ReadTxn& txn, const Tables& tables) : txn_(txn), tables_(tables) {}

  Result<TreeSize> size() const;
  /// The signed checkpoint of this state.
  Result<std::string> checkpoint() const;
  /// The note's bytes; entry_missing if index >= size.
  Result<std::string> entry_bytes(EntryIndex index) const;
  Result<entry::Entry> entry(EntryIndex index) const;
  /// The same for who has its bytes.
  Result<entry::Entry> entry_of(EntryIndex index, std::string_view bytes) const;
  /// All rows of an anchor entry, in order; empty for other kinds.
  Result<std::vector<entry::Row>> rows(EntryIndex index) const;
  Result<entry::Row> row(const RowPlace& place) const;
  /// Rows with this record tag, oldest first; rows with this subject tag, oldest first.
  Result<std::vector<RowPlace>> find_record(const RecordTag& tag) const;
  Result<std::vector<RowPlace>> find_subject(const SubjectTag& tag) const;
  /// Who holds the records of anchor entry `index`.
  Result<MemberName> custodian_of(EntryIndex index) const;

  merkle::HashReader hash_reader() const;
  Result<RootHash> root(TreeSize size) const;
  Result<EntryHash> leaf(EntryIndex index) const;  ///< as the tree has it

  // rules::View
  Result<std::optional<std::string>> get(std::string_view key) const override;
  Status scan(
      std::string_view prefix,
      const std::function<Status(std::string_view, std::string_view)>& visit) const override;
  Status previous_rows(
      std::span<const entry::Row> rows,
      const std::function<Status(std::size_t, const rules::PreviousRow&)>& visit) const override;
  Status placed_rows(
      EntryIndex anchor, const entry::RowRanges& rows,
      const std::function<Status(std::uint32_t, const rules::PlacedRow&)>& visit) const override;

  // For verification: the raw tables.
  const store::ReadTxn& txn() const { return txn_; }
  const Tables& tables() const { return tables_; }
  Result<ByteArray<16>> index_secret() const;

 private:
  template <class Tag>
  Result<std::vector<RowPlace>> find(const store::KeySetTables& index, const Tag& tag,
                                     bool by_subject) const;

  const store::ReadTxn& txn_;
  Tables tables_;
  mutable std::map<EntryIndex, MemberName> custodians_;
  mutable std::optional<ByteArray<16>> index_secret_;
};

// Layout of keys and blocks, for the writer, for verification and for the manual.
constexpr std::size_t rows_per_block = 80;     ///< 8,000 bytes: fits two pages with LMDB's header
constexpr std::size_t hashes_per_block = 255;  ///< 8,160 bytes
ByteArray<8> entry_key(EntryIndex index);
ByteArray<12> manifest_key(EntryIndex index, std::uint32_t first_row);
constexpr std::size_t index_key_size = 20;
/// SipHash of the tag under the ledger's index secret, entry, row.
ByteArray<index_key_size> index_key(const ByteArray<16>& secret, ByteView tag,
                                    const RowPlace& place);
RowPlace place_of(ByteView index_key);

}  // namespace medchain::ledger
