// The state of a ledger that is replayed out of a static tree: values and places of rows in memory,
// rows in the tree.  Internal to lib/verify.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tiles/reader.hpp"
#include "verify/newest_rows.hpp"

namespace medchain::verify {

class TreeView final : public rules::View {
 public:
  TreeView(const tiles::Reader& reader, TreeSize size, crypto::Random& random)
      : reader_(reader), size_(size), newest_(random) {}

  /// Entries of the next bundle; nothing where one could not be parsed: from there on no rows are
  /// asked for.
  void begin_bundle(std::uint64_t index, const std::vector<std::optional<entry::Entry>>& entries);
  /// Rows of an anchor of this bundle, in order, compared with its root.  Fails with store_damaged,
  /// entry_missing (no such file) and as the reader does.
  Result<std::vector<entry::Row>> read_rows(EntryIndex index);
  /// The entry was accepted.
  Status accept(EntryIndex index, std::span<const entry::Row> rows,
                const std::vector<rules::Change>& changes);
  const rules::MapView& state() const { return state_; }

  // rules::View
  Result<std::optional<std::string>> get(std::string_view key) const override {
    return state_.get(key);
  }
  Status scan(
      std::string_view prefix,
      const std::function<Status(std::string_view, std::string_view)>& visit) const override {
    return state_.scan(prefix, visit);
  }
  Status previous_rows(
      std::span<const entry::Row> rows,
      const std::function<Status(std::size_t, const rules::PreviousRow&)>& visit) const override;
  Status placed_rows(
      EntryIndex anchor, const entry::RowRanges& rows,
      const std::function<Status(std::uint32_t, const rules::PlacedRow&)>& visit) const override;

 private:
  using Facts = std::pair<MemberName, std::vector<entry::Word>>;  ///< custodian, types

  /// What is known of an anchor: enough to read a row of it again and to know it for the same, as
  /// whoever serves the tree may change it meanwhile.
  struct AnchorAt {
    EntryIndex entry;
    std::uint32_t first = 0;  ///< of a small one: number of its first row in its bundle's file
    std::uint32_t count = 0;
    ManifestRoot root;
    const Facts* facts = nullptr;
  };
  const AnchorAt* anchor_at(EntryIndex index) const;
  Result<std::vector<entry::Row>> load(const AnchorAt& anchor) const;
  Result<entry::Row> row_at(const ledger::RowPlace& place) const;
  std::uint64_t width_of(std::uint64_t bundle) const;

  const tiles::Reader& reader_;
  TreeSize size_;
  EntryIndex next_;  ///< the first entry that is not accepted yet
  rules::MapView state_;
  NewestRows newest_;
  std::set<Facts> facts_;
  std::vector<AnchorAt> anchors_;        // in order of entries
  std::vector<std::uint32_t> small_of_;  // by bundle: rows of all its small manifests
  // What was read last, by the file it is in: rows of one are asked for one after another.
  mutable std::uint64_t small_bundle_ = UINT64_MAX;
  mutable std::vector<entry::Row> small_rows_;
  mutable std::optional<EntryIndex> loaded_;
  mutable std::vector<entry::Row> loaded_rows_;
};

}  // namespace medchain::verify
