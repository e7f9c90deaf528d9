// What medchain-audit report gathers from one snapshot, and the parts of the page it is shown in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/activity.hpp"
#include "audit/anomalies.hpp"
#include "audit/flows.hpp"
#include "audit/log_times.hpp"
#include "audit/pending.hpp"
#include "cli/ledger_checking.hpp"
#include "report/html.hpp"

namespace medchain::cli {

/// Whether the ledger is intact, with what a reader needs to find out without us.
struct IntegrityPart {
  std::string origin, log_key;  ///< vkey
  GenesisHash genesis;
  TreeSize size;
  RootHash root;
  UnixSeconds log_time;
  std::uint64_t records = 0;  ///< rows of the index
  std::vector<std::string> witnesses;
  std::uint64_t quorum = 0;
  std::vector<std::pair<std::string, UnixSeconds>> cosigned;
  bool quorum_met = false;
  std::optional<std::string> checkpoint_problem;  ///< why its signatures do not hold
  std::optional<verify::LedgerReport> checked;    ///< nothing: --no-verify
  LedgerVerdict verdict;
  bool is_pinned = false;  ///< it was compared with --seen
};
/// Reads what the snapshot says, and verifies all of it unless `check` is nothing.
Result<IntegrityPart> integrity_of(Session& session, const ledger::Snapshot& view,
                                   const verify::LedgerCheckOptions* check);

struct AuditReport {
  UnixSeconds now;
  std::int64_t within = 0;  ///< seconds, for grants that end
  IntegrityPart integrity;
  std::optional<std::string> unread;  ///< why the rest is missing: the ledger is damaged
  std::vector<rules::MemberState> members;
  audit::Activity activity;
  std::map<audit::Flow, audit::Tally> flows;
  std::vector<audit::OpenReferral> referrals;
  std::vector<audit::EndingGrant> grants;
  std::vector<audit::Anomaly> findings;         ///< what weighs most comes first
  std::map<EntryIndex, audit::Event> evidence;  ///< of the findings that are shown
};

// Rows of the page: the rest is counted, with the command that lists all.
constexpr std::size_t most_rows = 20, most_nodes = 10, most_findings = 20, most_evidence = 8;

// The parts of the page.
report::Markup verdict_box(const AuditReport& report);
report::HtmlSection integrity_section(const AuditReport& report);
report::HtmlSection activity_section(const AuditReport& report);
report::HtmlSection sharing_section(const AuditReport& report);
report::HtmlSection referrals_section(const AuditReport& report);
report::HtmlSection grants_section(const AuditReport& report);
report::HtmlSection findings_section(const AuditReport& report);
report::HtmlSection members_section(const AuditReport& report);

// Words that the parts share.
report::Markup paragraph(const report::Markup& content);
report::Markup code(const std::string& text);
/// `2025-03-01 09:00:00 UTC`
report::Markup time_shown(UnixSeconds time);
/// In the largest unit of which there is a whole one: `12 days`, `3 hours`.
std::string age_words(std::int64_t seconds);
/// 1234567 as `1,234,567`.
std::string grouped(std::uint64_t value);
/// Nothing, or how many rows are not shown and what lists them.
report::Markup and_more(std::size_t all, std::size_t shown, const std::string& command);

}  // namespace medchain::cli
