#include "cli/audit_anomalies.hpp"

#include <algorithm>

#include "audit/anomalies.hpp"
#include "base/text.hpp"
#include "cli/audit_late.hpp"
#include "cli/audit_side.hpp"
#include "cli/places.hpp"
#include "cli/thresholds_file.hpp"
#include "cli/wanted_findings.hpp"
#include "report/findings.hpp"

namespace medchain::cli {
namespace {

/// Each kind is a check, so that a report says what was looked for and not found; and what was not
/// looked for.
std::vector<report::Check> checks_of(const WantedFindings& wanted,
                                     const std::vector<audit::Anomaly>& found,
                                     const std::string& late_missing) {
  std::vector<report::Check> checks;
  for (const report::FindingKind& kind : audit::anomaly_kinds()) {
    if (!wanted.has(kind.id)) continue;
    const auto count = static_cast<std::uint64_t>(std::count_if(
        found.begin(), found.end(), [&](const auto& one) { return one.id == kind.id; }));
    report::Check check;
    check.group = std::string(kind.id.substr(0, kind.id.find('.')));
    check.name = std::string(kind.id);
    check.passed = count == 0;
    if (kind.id == late_kind) check.skipped = late_missing;
    if (count > 0) check.message = counted(count, "finding") + ": " + std::string(kind.text);
    checks.push_back(std::move(check));
  }
  return checks;
}

std::vector<report::Finding> findings_of(const std::vector<audit::Anomaly>& found) {
  std::vector<report::Finding> findings;
  for (const audit::Anomaly& one : found) {
    report::Finding finding;
    finding.id = std::string(one.id);
    finding.level = one.level;
    finding.message = one.message;
    for (const EntryIndex index : one.entries) finding.entries.push_back(index.get());
    findings.push_back(std::move(finding));
  }
  return findings;
}

Result<int> run(Session& session) {
  MC_ASSIGN(const auto wanted,
            wanted_findings(session, audit::anomaly_kinds(), "anomaly", "warning"));
  MC_ASSIGN(const AuditPeriod period, audit_period(session));
  audit::AnomalyTerms terms;
  terms.since = period.since;
  terms.until = period.until;
  terms.now = session.now();
  if (const auto path = session.setting("thresholds")) {
    MC_ASSIGN(terms.thresholds, read_thresholds_file(*path));
  }
  MC_ASSIGN(auto side, AuditSide::open(session, false, true));
  LateVault late;
  if (wanted.has(late_kind) || session.has("vault")) {
    MC_ASSIGN(late, open_late_vault(session, side.ledger(), wanted.names(late_kind)));
  }
  session.seal({});
  std::vector<audit::Anomaly> found;
  TreeSize size;
  MC_TRY(side.ledger().read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(size, view.size());
    MC_ASSIGN(found, audit::anomalies(view, terms, going_on(session)));
    if (!late.vault || !wanted.has(late_kind)) return {};
    MC_ASSIGN(auto more, late_anchors(*late.vault, view, terms, going_on(session)));
    found.insert(found.end(), std::make_move_iterator(more.found.begin()),
                 std::make_move_iterator(more.found.end()));
    if (more.undated > 0)
      session.tell(std::string(late_kind) + ": not looked at were " +
                   counted(more.undated, "record") + " without a date of their own");
    return {};
  }));
  if (!late.missing.empty())
    session.tell(std::string(late_kind) + " was not looked at: " + late.missing);
  std::erase_if(found, [&](const auto& one) { return !wanted.has(one.id); });
  const bool fails = std::any_of(found.begin(), found.end(),
                                 [&](const auto& one) { return wanted.fails(one.level); });
  report::Report out;
  out.tool = session.program().name;
  out.version = MEDCHAIN_VERSION;
  out.ledger = side.ledger().directory();
  const auto kinds = audit::anomaly_kinds();
  out.kinds.assign(kinds.begin(), kinds.end());
  out.findings = findings_of(found);
  out.checks = checks_of(wanted, found, late.missing);
  out.summary.set("entries", size.get()).set("count", found.size());
  if (!late.missing.empty()) out.summary.set("not_looked_at", json::Array{late_kind});
  out.summary.set("complete", true);
  MC_TRY(session.out().write(report::write(out, session.format())));
  MC_TRY(session.out().flush());
  return fails ? 1 : 0;
}

}  // namespace

Verb anomalies_verb() {
  Verb verb;
  verb.name = "anomalies";
  verb.summary = "find what an auditor should look at, with the entries that prove it";
  verb.options = wanted_findings_options("status 1 from this level on (default: warning)");
  verb.options.insert(verb.options.begin() + 1,
                      {"thresholds", 0, ValueKind::file, "FILE", "when a finding is made"});
  for (const Option& option : audit_period_options()) verb.options.push_back(option);
  verb.common = {"ledger", "vault", "time", "output"};
  verb.max_operands = 0;
  verb.formats = "text|json|junit|tap|sarif";
  verb.run = run;
  return verb;
}

}  // namespace medchain::cli
