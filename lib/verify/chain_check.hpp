// Entries in order: bytes against the tree, signatures and rules against the replayed state,
// manifests against their roots.  Internal to lib/verify.
#pragma once

#include "rules/apply.hpp"
#include "verify/index_sums.hpp"
#include "verify/ledger_check.hpp"

namespace medchain::verify {

/// The state replayed from genesis.  Rows are judged later over the whole index (index_check);
/// erase entries ask the ledger's own index for rows before them, sharing asks for rows by place,
/// which were checked against the root of their anchor when that was passed.
class ReplayView final : public rules::View {
 public:
  explicit ReplayView(const ledger::Snapshot& view) : ledger_(view) {}
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
  void apply(const std::vector<rules::Change>& changes) { state_.apply(changes); }
  void begin(EntryIndex index, bool is_anchor) {
    index_ = index;
    is_anchor_ = is_anchor;
  }
  const rules::MapView& state() const { return state_; }

 private:
  const ledger::Snapshot& ledger_;
  rules::MapView state_;
  EntryIndex index_;
  bool is_anchor_ = false;
};

class Check {
 public:
  Check(const ledger::Snapshot& view, const LedgerCheckOptions& options, crypto::Random& random,
        LedgerReport& report)
      : view_(view),
        options_(options),
        report_(report),
        replay_(view),
        records_(random),
        subjects_(records_.fresh()),
        index_sums_(records_) {}

  Status run();

 private:
  // chain_check.cpp
  Status check_entries();
  /// This entry brings rules that are not known here: it and what follows it cannot be judged.
  void stop_judging(EntryIndex index, Error newer_rules);
  Status check_end(bool goes_on);
  Status check_entry(EntryIndex index, std::string_view bytes);
  void judge_mismatch(EntryIndex index, std::string_view bytes, const EntryHash& leaf,
                      const EntryHash& expected);
  /// Whether the entries, whatever the stored tree says, have the root that the log key signed.
  Result<bool> entries_are_signed() const;
  Status check_rows(EntryIndex index, const std::vector<entry::Row>& rows);
  Status check_tree_block(const std::vector<TreeHash>& hashes);
  Status check_tables();
  // index_check.cpp
  Status check_state();
  Status check_indexes();
  Status check_index(const Result<IndexSum>& stored, const MultisetHash& expected, bool by_subject);
  Status compare_index(const Result<IndexSum>& stored, const MultisetHash& expected,
                       bool by_subject);
  Status find_index_difference(const store::KeySetTables& index, bool by_subject);
  Status check_versions();
  // ledger_check.cpp
  Status check_checkpoint();

  void found(std::string_view id, std::string message, std::optional<EntryIndex> entry = {});
  /// One check of the report: failed if there are findings since.
  void checked(std::string group, std::string name, std::size_t findings_before);

  const ledger::Snapshot& view_;
  const LedgerCheckOptions& options_;
  LedgerReport& report_;
  ReplayView replay_;
  MultisetHash records_, subjects_;
  IndexSums index_sums_;
  merkle::RootBuilder builder_;
  std::vector<TreeHash> levels_;        // roots of the complete subtrees so far, smallest last
  std::uint64_t stored_ = 0;            // stored hashes compared so far
  std::uint64_t blocks_ = 0;            // manifest blocks that anchors account for
  std::optional<EntryIndex> unjudged_;  // from here rules cannot be replayed
  std::optional<Error> newer_rules_;    // why, where nobody is to blame
  std::optional<bool> are_signed_;      // entries_are_signed(), found out at the first mismatch
};

}  // namespace medchain::verify
