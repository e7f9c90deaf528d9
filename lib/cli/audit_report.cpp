#include "cli/audit_report.hpp"

#include <algorithm>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/audit_report_internal.hpp"
#include "cli/audit_side.hpp"
#include "cli/places.hpp"
#include "cli/thresholds_file.hpp"
#include "cli/workspace.hpp"

namespace medchain::cli {

using report::element;
using report::Markup;
using report::together;

Markup paragraph(const Markup& content) { return element("p", content); }
Markup code(const std::string& text) { return element("code", text); }

Markup time_shown(UnixSeconds time) {
  const std::string text = format_time(time);
  return element("time", {{"datetime", text}},
                 text.substr(0, 10) + " " + text.substr(11, 8) + " UTC");
}

std::string age_words(std::int64_t seconds) {
  constexpr std::pair<std::int64_t, std::string_view> units[] = {
      {86'400, "day"}, {3'600, "hour"}, {60, "minute"}};
  const std::int64_t positive = std::max<std::int64_t>(0, seconds);
  for (const auto& [size, unit] : units)
    if (positive >= size) return counted(static_cast<std::uint64_t>(positive / size), unit);
  return counted(static_cast<std::uint64_t>(positive), "second");
}

std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

Markup and_more(std::size_t all, std::size_t shown, const std::string& command) {
  if (all <= shown) return {};
  return element("p", {{"class", "more"}},
                 together({"and " + grouped(all - shown) + " more: ", code(command), " has all."}));
}

namespace {

constexpr std::int64_t default_within = 30 * 86'400;

struct Asked {
  std::int64_t within = default_within;
  bool is_verified = true;
  audit::Thresholds thresholds;
};

Result<Asked> read_asked(Session& session) {
  Asked asked;
  MC_ASSIGN(const auto within, session.duration("within"));
  asked.within = within.value_or(default_within);
  if (const auto path = session.setting("thresholds")) {
    MC_ASSIGN(asked.thresholds, read_thresholds_file(*path));
  }
  asked.is_verified = !session.has("no-verify");
  if (!asked.is_verified && session.setting("seen"))
    return fail(Code::usage, "options '--no-verify' and '--seen' exclude each other");
  return asked;
}

Status read_evidence(const ledger::Snapshot& view, AuditReport& report) {
  audit::LogTimes times;
  std::vector<EntryIndex> wanted;
  for (std::size_t i = 0; i < std::min(report.findings.size(), most_findings); ++i) {
    const auto& entries = report.findings[i].entries;
    wanted.insert(
        wanted.end(), entries.begin(),
        entries.begin() + static_cast<std::ptrdiff_t>(std::min(entries.size(), most_evidence)));
  }
  std::sort(wanted.begin(), wanted.end());
  for (const EntryIndex index : wanted) {
    if (report.evidence.contains(index)) continue;
    MC_ASSIGN(const UnixSeconds logged, times.at(view, index));
    MC_ASSIGN(const entry::Entry entry, view.entry(index));
    MC_ASSIGN(report.evidence[index], audit::event_of(view, index, entry, logged));
  }
  return {};
}

Status gather_rest(Session& session, const Asked& asked, const ledger::Snapshot& view,
                   AuditReport& report) {
  const auto go_on = going_on(session);
  MC_ASSIGN(report.members, rules::members(view));
  MC_ASSIGN(report.activity, audit::activity(view, go_on));
  MC_ASSIGN(report.flows, audit::flows(view, go_on, [](const audit::Step&) { return true; }));
  MC_ASSIGN(report.referrals, audit::open_referrals(view, report.now));
  MC_ASSIGN(report.grants, audit::ending_grants(view, report.now, report.within));
  audit::AnomalyTerms terms;
  terms.thresholds = asked.thresholds;
  terms.now = report.now;
  MC_ASSIGN(report.findings, audit::anomalies(view, terms, go_on));
  std::stable_sort(
      report.findings.begin(), report.findings.end(),
      [](const audit::Anomaly& a, const audit::Anomaly& b) { return a.level > b.level; });
  return read_evidence(view, report);
}

/// A ledger that verification found damaged is reported as far as it can be read.
Status gather(Session& session, const Asked& asked, const ledger::Snapshot& view,
              const verify::LedgerCheckOptions* check, AuditReport& report) {
  MC_ASSIGN(report.integrity, integrity_of(session, view, check));
  // On a quiet ledger log time stands still, and what waits grows older all the same.
  report.now = std::max(session.now(), report.integrity.log_time);
  Status rest = gather_rest(session, asked, view, report);
  if (rest || rest.error().code != Code::store_damaged || !report.integrity.verdict.is_wrong)
    return rest;
  report.unread = rest.error().message;
  return {};
}

Markup tiles(const AuditReport& report) {
  std::uint64_t active = 0, released = 0, refused = 0;
  for (const rules::MemberState& member : report.members)
    active += member.status == rules::MemberStatus::active;
  for (const auto& [flow, tally] : report.flows) {
    released += tally.records;
    refused += tally.denied;
  }
  Markup list;
  const auto tile = [&](std::uint64_t value, const std::string& name) {
    list.add(element("div", together({element("dt", name), element("dd", grouped(value))})));
  };
  tile(report.integrity.size.get(), "entries");
  tile(report.integrity.records, "record versions anchored");
  tile(active, "active members");
  tile(released, "records released");
  tile(refused, "refusals");
  tile(report.findings.size(), "findings to look at");
  tile(report.referrals.size(), "open referrals");
  tile(report.grants.size(), "grants ending soon");
  return element("dl", {{"class", "tiles"}}, list);
}

report::HtmlPage page_of(const AuditReport& report) {
  report::HtmlPage page;
  page.title = "Audit report";
  page.banner =
      together({element("p", {{"class", "kicker"}}, "Ledger " + report.integrity.origin),
                element("p", {{"class", "kicker"}},
                        together({"As of log time ", time_shown(report.integrity.log_time),
                                  "; made ", time_shown(report.now)}))});
  Markup summary = verdict_box(report);
  if (!report.unread) summary.add(tiles(report));
  page.sections = {{"summary", "Summary", summary}, integrity_section(report)};
  if (report.unread) {
    page.sections.push_back(
        {"unread", "The rest",
         paragraph("The ledger could not be read further: " + *report.unread + ".")});
  } else {
    page.sections.push_back(findings_section(report));
    page.sections.push_back(activity_section(report));
    page.sections.push_back(sharing_section(report));
    page.sections.push_back(referrals_section(report));
    page.sections.push_back(grants_section(report));
    page.sections.push_back(members_section(report));
  }
  page.footer = paragraph("Made by medchain-audit " MEDCHAIN_VERSION
                          " from one snapshot of the ledger. No name, code or text of a patient or "
                          "record is in it, for "
                          "none is on a ledger. This file loads nothing and runs nothing.");
  return page;
}

Result<int> audit_report(Session& session) {
  MC_ASSIGN(const Asked asked, read_asked(session));
  MC_TRY(check_no_terminal(session, "a page of HTML"));
  MC_ASSIGN(auto side, AuditSide::open(session, false, true));
  std::optional<verify::LedgerCheckOptions> check;
  if (asked.is_verified) {
    MC_ASSIGN(check, ledger_check_options(session, side.ledger()));
  }
  session.seal({});
  AuditReport report;
  report.within = asked.within;
  {
    const auto progress = session.progress("entries", 0);
    if (check) check->progress = [&](std::uint64_t entries) { progress->update(entries, 0); };
    MC_TRY(side.ledger().read([&](const ledger::Snapshot& view) {
      return gather(session, asked, view, check ? &*check : nullptr, report);
    }));
  }
  MC_TRY(session.out().write(report::html_page(page_of(report))));
  if (report.integrity.verdict.is_wrong)
    session.warn("the ledger is not intact: the report says what was found");
  else if (report.integrity.verdict.lacks)
    session.warn("the checkpoint lacks cosignatures that the policy demands");
  return report.integrity.verdict.status;
}

}  // namespace

Verb report_verb() {
  Verb verb;
  verb.name = "report";
  verb.summary = "write one page of HTML: integrity, activity, sharing, what is open, findings";
  verb.options = {
      {"within", 0, ValueKind::duration, "DURATION",
       "list grants that end within this time (default: 30d)"},
      {"thresholds", 0, ValueKind::file, "FILE", "when a finding is made"},
      {"seen", 0, ValueKind::file, "FILE", "compare with what medchain-verify has seen before"},
      {"no-verify", 0, ValueKind::flag, {}, "do not verify the ledger; the page says so"},
      {"time", 0, ValueKind::time, "TIME", "time of the report (default: now)"}};
  verb.common = {"ledger", "output", "progress"};
  verb.max_operands = 0;
  verb.run = audit_report;
  return verb;
}

}  // namespace medchain::cli
