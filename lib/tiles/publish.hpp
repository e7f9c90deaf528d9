// Publishing: a ledger as a static tree of files that any web server can serve (DESIGN 7).
#pragma once

#include <functional>

#include "ledger/snapshot.hpp"
#include "tiles/tree_files.hpp"

namespace medchain::tiles {

struct Published {
  TreeSize before;            ///< entries of the tree as it was; 0 for a new one
  TreeSize size;              ///< as it is
  std::uint64_t files = 0;    ///< made, the checkpoint not counted
  std::uint64_t removed = 0;  ///< partial files whose full ones are there
  bool checkpoint = false;    ///< it was replaced: also where only its signatures have changed
};

struct PublishOptions {
  std::function<Status()> going_on = [] { return Status(); };  ///< fails once a signal came
  std::function<void(std::uint64_t entries)> progress = [](std::uint64_t) {};
};

/// Adds what the tree lacks of this state, which was taken after the tree was locked; work and
/// files are those of the new entries, of the tiles they are in, and of nothing before.  What is
/// read is compared with the hashes that the checkpoint signs.  After a failure or a kill the tree
/// is the one of its checkpoint, and the next run completes it. Fails with entry_foreign (the tree
/// of another ledger, or a file with other bytes), rollback (it has more entries than the ledger),
/// fork (others), store_damaged (the ledger), storage_failed.
Result<Published> publish(const ledger::Snapshot& view, TreeFiles& files,
                          const PublishOptions& options);

}  // namespace medchain::tiles
