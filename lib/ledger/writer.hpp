// Writer: one append inside a write transaction.  Internal to lib/ledger.
#pragma once

#include "ledger/ledger.hpp"

namespace medchain::ledger {

class Writer {
 public:
  Writer(store::WriteTxn& txn, const Tables& tables, TreeSize size)
      : txn_(txn), tables_(tables), view_(txn, tables), size_(size) {}

  const Snapshot& view() const { return view_; }
  TreeSize size() const { return size_; }

  /// The rules' word on the next entry; nothing is written.
  Result<std::vector<rules::Change>> judge(const entry::Entry& entry,
                                           std::span<const entry::Row> rows) const;
  /// Writes one entry, judged on this state, with everything derived from it.  On error the
  /// transaction must be aborted.
  Result<EntryIndex> write(const entry::Entry& entry, std::span<const entry::Row> rows,
                           std::span<const rules::Change> changes);
  /// Both.  On error the transaction must be aborted.
  Result<EntryIndex> append(const entry::Entry& entry, std::span<const entry::Row> rows);
  /// Signs the checkpoint of the state as it is now and stores it.
  Result<std::string> seal(std::string_view origin, crypto::Signer& log_key);
  /// The same with one that was signed elsewhere, and is of this state.
  Status set_checkpoint(std::string_view checkpoint);

 private:
  Status put_rows(EntryIndex index, std::span<const entry::Row> rows);
  Status put_leaf(const TreeHash& leaf);

  store::WriteTxn& txn_;
  const Tables& tables_;
  Snapshot view_;
  TreeSize size_;
};

}  // namespace medchain::ledger
