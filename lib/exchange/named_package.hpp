// Which package an entry names, and which entry names a package.
#pragma once

#include <optional>

#include "entry/entry.hpp"
#include "ledger/snapshot.hpp"

namespace medchain::exchange {

/// The package that a statement names; no kind names two.
std::optional<entry::PackageRef> package_of(const entry::Body& body);

/// The newest entry that names the package; nothing if there is none.  Reads the ledger from its
/// end.
Result<std::optional<EntryIndex>> entry_that_names(const ledger::Snapshot& view,
                                                   const PackageHash& package);

}  // namespace medchain::exchange
