// What all verifications of ledgers have in common: how they fill their report.
#pragma once

#include "merkle/tree.hpp"
#include "rules/view.hpp"
#include "verify/ledger_check.hpp"

namespace medchain::verify {

void add_finding(LedgerReport& report, std::string_view id, std::string message,
                 std::optional<EntryIndex> entry = {});
/// One check of the report: failed if there are findings since.
void add_check(LedgerReport& report, std::string group, std::string name,
               std::size_t findings_before);
/// Warnings are none.
bool has_errors(const LedgerReport& report);
/// The report of work that ended so: what was found before an error is the answer, unless a signal
/// came.
Result<LedgerReport> report_after(Status status, LedgerReport report);

/// What the replayed state says of policy and time, and what may be pinned with the report's
/// checkpoint.  Fails as the state does.
Status pin(const rules::View& state, const note::VerifierKey& log, const std::optional<Seen>& seen,
           LedgerReport& report);

/// The report's checkpoint against the pinned state: another ledger, one that went back, or one
/// that has another history.  `hashes` are those of the tree that was found.
Status check_seen(const Seen& seen, const Result<GenesisHash>& genesis,
                  const merkle::HashReader& hashes, LedgerReport& report);

}  // namespace medchain::verify
