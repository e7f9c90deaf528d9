// What is open, what ends soon, what an auditor should look at and what proves it; and who is who.
#include <algorithm>

#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/audit_events.hpp"
#include "cli/audit_late.hpp"
#include "cli/audit_report_internal.hpp"

namespace medchain::cli {
namespace {

using report::Align;
using report::element;
using report::HtmlSection;
using report::HtmlTable;
using report::Markup;
using report::together;

constexpr std::int64_t day = 86'400;

void add_words(std::string& text, const std::string& more) {
  if (!more.empty()) text += (text.empty() ? "" : ", ") + more;
}

std::string spaced(std::string text) {
  for (std::size_t at = 0; (at = text.find(',', at)) != text.npos; at += 2)
    text.insert(at + 1, " ");
  return text;
}

std::string asked(const entry::Order& order) {
  std::string text = spaced(names_text(order.to));
  for (const MemberName& group : order.groups) add_words(text, "group " + group.get());
  return text;
}

std::string receivers(const entry::Actors& actors) {
  std::string text = spaced(names_text(actors.members));
  for (const MemberName& group : actors.groups) add_words(text, "group " + group.get());
  for (const entry::Role role : actors.roles)
    add_words(text, "role " + std::string(entry::word_of(role)));
  return text.empty() ? "any member" : text;
}

std::string any_or(const std::vector<entry::Word>& words) {
  return words.empty() ? "any" : spaced(words_text(words));
}

Markup tone_of(report::Level level) {
  const bool bad = level == report::Level::error, warn = level == report::Level::warning;
  return element("span",
                 {{"class", bad    ? "tag bad-text"
                            : warn ? "tag warn-text"
                                   : "tag"}},
                 bad    ? "serious"
                 : warn ? "to be looked at"
                        : "for information");
}

/// The sign that says which way; the entry's place, hash and what proves that it is there.
Markup evidence_table(const AuditReport& report, const audit::Anomaly& finding,
                      std::size_t number) {
  HtmlTable table("Evidence of finding " + std::to_string(number), {{"Entry", Align::right},
                                                                    {"Kind"},
                                                                    {"Author"},
                                                                    {"Log time"},
                                                                    {"Entry hash (SHA-256)"},
                                                                    {"Proof"}});
  std::size_t rows = 0;
  for (const EntryIndex index : finding.entries) {
    const auto found = report.evidence.find(index);
    if (found == report.evidence.end()) continue;
    const audit::Event& event = found->second;
    table.add({std::to_string(index.get()), act_text(event), event.author.get(),
               time_shown(event.logged), code(to_hex(event.hash.view())),
               code("medchain-audit prove --entry " + std::to_string(index.get()))},
              {"", "k", "k", "k", "hash", "k"});
    ++rows;
  }
  return together(
      {table.markup(), and_more(finding.entries.size(), rows, "medchain-audit anomalies --json")});
}

std::string summary_words(const std::vector<audit::Anomaly>& findings) {
  std::uint64_t serious = 0, warnings = 0;
  for (const audit::Anomaly& finding : findings) {
    serious += finding.level == report::Level::error;
    warnings += finding.level == report::Level::warning;
  }
  return counted(findings.size(), "finding") + ": " + std::to_string(serious) + " serious, " +
         std::to_string(warnings) + " to be looked at, " +
         std::to_string(findings.size() - serious - warnings) + " for information.";
}

}  // namespace

HtmlSection referrals_section(const AuditReport& report) {
  const auto& all = report.referrals;
  const std::string id = "referrals", heading = "Open referrals";
  if (all.empty()) return {id, heading, paragraph("No referral or consultation is open.")};
  HtmlTable table("Referrals and consultations that have not ended, those that wait longest first",
                  {{"Entry", Align::right},
                   {"What"},
                   {"From"},
                   {"To"},
                   {"State"},
                   {"Made"},
                   {"Waiting", Align::right}});
  const std::size_t shown = std::min(all.size(), most_rows);
  for (std::size_t i = 0; i < shown; ++i) {
    const rules::ReferralState& state = all[i].state;
    const bool consults = state.status == rules::ReferralStatus::consulting;
    table.add({std::to_string(state.index.get()),
               together({consults ? "consultation" : "referral",
                         state.order.urgent ? element("span", {{"class", "warn-text"}}, ", urgent")
                                            : Markup()}),
               state.author.get(), asked(state.order), std::string(entry::word_of(state.status)),
               time_shown(state.created), age_words(all[i].waiting)},
              {"", "k", "k", "", "", "k", ""});
  }
  return {id, heading,
          together({table.markup(), and_more(all.size(), shown, "medchain-refer list --open"),
                    paragraph("Waiting: since the last step.")})};
}

HtmlSection grants_section(const AuditReport& report) {
  const auto& all = report.grants;
  const std::string id = "grants", heading = "Grants about to end",
                    within = age_words(report.within);
  if (all.empty()) return {id, heading, paragraph("No active grant ends within " + within + ".")};
  HtmlTable table("Active grants that end within " + within + ", the next first",
                  {{"Entry", Align::right},
                   {"Given by"},
                   {"Of"},
                   {"To"},
                   {"Purposes"},
                   {"Types"},
                   {"Uses", Align::right},
                   {"Ends"},
                   {"Left", Align::right}});
  const std::size_t shown = std::min(all.size(), most_rows);
  for (std::size_t i = 0; i < shown; ++i) {
    const rules::GrantState& state = all[i].state;
    const entry::Scope& scope = state.body.scope;
    table.add({std::to_string(state.index.get()), state.author.get(), state.body.custodian.get(),
               receivers(scope.actors), any_or(scope.purposes), any_or(scope.types),
               grouped(state.uses) + (scope.uses ? " of " + grouped(*scope.uses) : ""),
               time_shown(*scope.until),
               together({all[i].left < 7 * day
                             ? element("span", {{"class", "warn-text"}}, age_words(all[i].left))
                             : Markup(age_words(all[i].left))})},
              {"", "k", "k", "", "", "", "", "k", ""});
  }
  return {id, heading,
          together({table.markup(), and_more(all.size(), shown, "medchain-grant list --grants")})};
}

HtmlSection findings_section(const AuditReport& report) {
  const auto& all = report.findings;
  const std::string id = "findings", heading = "What to look at";
  const Markup rest = paragraph(
      together({"Not looked at: ", code(std::string(late_kind)),
                ", records that were anchored long after their own date. Dates are on no "
                "ledger: ",
                code("medchain-audit anomalies --vault"), " compares those of a vault."}));
  if (all.empty())
    return {id, heading,
            together({paragraph(together(
                          {"The rules of ", code("medchain-audit anomalies"), " found nothing."})),
                      rest})};
  Markup items = paragraph(summary_words(all));
  const std::size_t shown = std::min(all.size(), most_findings);
  for (std::size_t i = 0; i < shown; ++i) {
    const audit::Anomaly& finding = all[i];
    items.add(
        element("div", {{"class", "finding"}},
                together({element("h3", together({tone_of(finding.level),
                                                  std::to_string(i + 1) + ". " + finding.message})),
                          element("p", {{"class", "more"}}, code(std::string(finding.id))),
                          evidence_table(report, finding, i + 1)})));
  }
  return {
      id, heading,
      together(
          {items, and_more(all.size(), shown, "medchain-audit anomalies"), rest,
           paragraph(together({"A finding is a reason to ask, not a verdict. ",
                               code("medchain-audit prove"), " writes a proof of an entry that ",
                               code("medchain-verify proof"), " checks without this ledger."}))})};
}

HtmlSection members_section(const AuditReport& report) {
  HtmlTable table("Members of the ledger by name, as their cards in force say",
                  {{"Member"}, {"Name"}, {"Kind"}, {"State"}, {"Roles"}});
  const auto& all = report.members;
  const std::size_t shown = std::min(all.size(), most_rows);
  for (std::size_t i = 0; i < shown; ++i) {
    const entry::Card& card = all[i].card;
    table.add({card.name.get(), card.display ? Markup(card.display->get()) : Markup(),
               std::string(entry::word_of(card.kind)), std::string(entry::word_of(all[i].status)),
               spaced(words_text(card.roles))},
              {"k", "", "", "", ""});
  }
  return {"members", "Members",
          together({table.markup(), and_more(all.size(), shown, "medchain-member list")})};
}

}  // namespace medchain::cli
