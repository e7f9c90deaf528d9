// Records that were anchored long after their own date.  No ledger has their dates: they are in the
// vault of who anchored them, so that only that member's own records are looked at.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "audit/anomalies.hpp"
#include "cli/workspace.hpp"

namespace medchain::cli {

/// The one kind of anomaly that needs a vault.
constexpr std::string_view late_kind = "anchor.late";

struct LateVault {
  std::unique_ptr<vault::Vault> vault;
  std::string missing;  ///< why there is none
};
/// The vault for it.  One that only a setting names, and that cannot be opened or is of another
/// ledger, is left alone, for the rest needs none; not if the kind `is_named` by the caller. Before
/// the process is sealed.  Fails as open_vault() and check_same_ledger() do.
Result<LateVault> open_late_vault(Session& session, ledger::Ledger& ledger, bool is_named);

struct LateAnchors {
  std::vector<audit::Anomaly> found;  ///< by entries
  std::uint64_t undated = 0;          ///< records without a date that can be read
};
/// A finding for each anchoring entry with records whose own date, to its last second as far as it
/// is spelled, was more than `anchor_within` before log time at the entry.  A new version of a
/// record that was anchored before is a change and not late; what was erased is left out.  Memory
/// grows with what is found.  Not within Vault::read().
Result<LateAnchors> late_anchors(vault::Vault& vault, const ledger::Snapshot& view,
                                 const audit::AnomalyTerms& terms,
                                 const std::function<Status()>& go_on);

}  // namespace medchain::cli
