// Opening the tables of a ledger directory, and the files that are derived from them.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "ledger/snapshot.hpp"

namespace medchain::ledger {

struct OpenedTables {
  std::unique_ptr<store::Environment> environment;
  Tables tables;
};
/// The tables that `options` names are those of a ledger.  Fails as Environment::open() does.
Result<OpenedTables> open_tables(const std::string& directory, store::OpenOptions options);

/// What is written once, into a new ledger.
Status write_new_meta(store::WriteTxn& txn, const Tables& tables, std::string_view layout,
                      crypto::Random& random);

/// The files `checkpoint` and `policy` of this state.
struct DerivedFiles {
  std::string checkpoint, policy;
};
Result<DerivedFiles> derived_files(const Snapshot& view);
/// Replaces those that differ.  Fails with storage_failed.
Status write_files(const std::string& directory, const DerivedFiles& files);

}  // namespace medchain::ledger
