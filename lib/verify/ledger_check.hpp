// Full verification of a ledger: every entry, signature and rule from genesis, every manifest, the
// whole tree, the checkpoint, the derived state and every index both ways; and consistency with
// what was seen before.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "crypto/random.hpp"
#include "ledger/snapshot.hpp"
#include "report/findings.hpp"
#include "verify/seen.hpp"

namespace medchain::verify {

/// All that verification may find, with their stable ids.
const std::vector<report::FindingKind>& finding_kinds();

struct LedgerReport {
  std::vector<report::Finding> findings;
  std::vector<report::Check> checks;
  TreeSize size;
  std::uint64_t records = 0;         ///< rows in all manifests
  std::string checkpoint;            ///< as found, signed
  std::optional<Seen> now;           ///< what a verifier may pin: only if nothing is wrong
  std::optional<Evidence> evidence;  ///< a fork or rollback is proven
  std::uint64_t witnesses = 0, quorum = 0;
  std::optional<UnixSeconds> log_time;  ///< where the state could be replayed
  bool policy_changed = false;          ///< since `seen`
  bool complete = false;                ///< false if the work could not be finished
  std::optional<Error>
      trouble;  ///< why not, where something wrong was found before: that is the answer

  bool is_intact() const { return findings.empty(); }
};

/// Lets work see the ledger in a transaction of its own; as Ledger::read().
using LedgerView = std::function<Status(const std::function<Status(const ledger::Snapshot&)>&)>;

struct LedgerCheckOptions {
  std::optional<Seen> seen;
  std::string checkpoint_file;  ///< content of the derived file, empty: not there
  std::string policy_file;
  std::function<void(std::uint64_t entries)> progress = [](std::uint64_t) {};
  /// Asked by both threads at once, where there are two.
  std::function<bool()> interrupted = [] { return false; };
  /// For a second thread, which must be able to use it while the caller reads.  Empty: there is
  /// one.
  LedgerView again;
};

/// Entries from newer rules on are not judged, but their bytes, the tree and the checkpoint are:
/// where nothing is wrong with those, rules_newer is the answer. Findings are results; an Error
/// means that the work itself failed (store_damaged inside of it becomes a finding) before anything
/// wrong was found, or that it was interrupted.  `random` draws the key of the index comparison, so
/// that nobody can prepare an index that passes.
Result<LedgerReport> check_ledger(const ledger::Snapshot& view, const LedgerCheckOptions& options,
                                  crypto::Random& random);

}  // namespace medchain::verify
