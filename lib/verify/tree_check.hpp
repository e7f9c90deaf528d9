// Full verification of a static tree (medchain-ledger(5)), whoever published or copied it: every
// entry, signature and rule from genesis, every manifest, every hash tile, the checkpoint; and
// consistency with what was seen before.  State and indexes are in no tree: the state is replayed.
#pragma once

#include "tiles/reader.hpp"
#include "verify/ledger_check.hpp"

namespace medchain::verify {

/// As check_ledger(); what the options say of derived files is not asked for.  What breaks the
/// tree, a file that is not there among it, is a finding.  Fails with ledger_missing (no
/// checkpoint), input_unreadable, rules_newer, interrupted.  `random` keys a table of tags.
Result<LedgerReport> check_tree(const tiles::Reader& reader, const LedgerCheckOptions& options,
                                crypto::Random& random);

}  // namespace medchain::verify
