// Whether the ledger is intact: checked for this report, or said to be unchecked.
#include "base/encoding.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/audit_report_internal.hpp"
#include "note/checkpoint.hpp"
#include "store/key_set.hpp"

namespace medchain::cli {
namespace {

using report::Align;
using report::element;
using report::HtmlTable;
using report::Markup;
using report::together;

Status read_signatures(const ledger::Snapshot& view, IntegrityPart& part) {
  MC_ASSIGN(const auto policy, rules::policy(view));
  MC_ASSIGN(const auto log, rules::log_key(view));
  MC_ASSIGN(const std::string checkpoint, view.checkpoint());
  part.log_key = note::format_vkey(log);
  part.quorum = policy.quorum;
  for (const entry::WitnessKey& witness : policy.witnesses)
    part.witnesses.push_back(witness.name.get());
  const auto verified = note::verify_checkpoint(checkpoint, entry::tlog_policy(policy, log));
  if (!verified) {
    part.checkpoint_problem = verified.error().message;
    return {};
  }
  part.root = verified->checkpoint.root;
  part.cosigned = verified->cosigned;
  part.quorum_met = verified->quorum_met;
  return {};
}

Status read_state(const ledger::Snapshot& view, IntegrityPart& part) {
  MC_ASSIGN(part.origin, rules::origin(view));
  MC_ASSIGN(part.genesis, rules::genesis(view));
  MC_ASSIGN(part.log_time, rules::log_time(view));
  MC_ASSIGN(part.records, store::count_keys(view.txn(), view.tables().records));
  return read_signatures(view, part);
}

struct Verdict {
  std::string tone, word;
  Markup text;
};

std::string witness_words(const IntegrityPart& part) {
  if (part.witnesses.empty())
    return "The policy names no witnesses: that everybody is shown the same history rests on the "
           "log alone.";
  return "Cosigned by " + std::to_string(part.cosigned.size()) + " of " +
         counted(part.witnesses.size(), "witness") + "; the policy demands " +
         std::to_string(part.quorum) + ".";
}

Verdict verdict_of(const AuditReport& report) {
  const IntegrityPart& part = report.integrity;
  if (!part.checked)
    return {"warn", "Not checked",
            together({"This report was made without verification, so that it repeats what the "
                      "ledger says of itself. ",
                      code("medchain-verify ledger"), " checks it."})};
  const std::size_t findings = part.checked->findings.size();
  if (part.verdict.is_wrong)
    return {"bad", "Not intact",
            "Verification for this report found " + counted(findings, "contradiction") +
                ". What this page says besides is not to be relied on."};
  const std::string all = "All " + grouped(part.size.get()) + " entries and " +
                          grouped(part.checked->records) +
                          " record versions were verified from the first entry for this report. ";
  if (part.verdict.lacks)
    return {"warn", "Intact, but not witnessed as the policy demands", all + witness_words(part)};
  return {"good", "Intact", all + witness_words(part)};
}

void fact(Markup& list, const std::string& name, const Markup& value) {
  list.add(element("dt", name)).add(element("dd", value));
}

Markup facts(const AuditReport& report) {
  const IntegrityPart& part = report.integrity;
  Markup list;
  fact(list, "Ledger (origin)", part.origin);
  fact(list, "Checkpoint size", grouped(part.size.get()) + " entries");
  fact(list, "Checkpoint root", code(to_base64(part.root.view())));
  fact(list, "Genesis entry", code(to_text(part.genesis)));
  fact(list, "Log key", code(part.log_key));
  fact(list, "Signed by the log",
       part.checkpoint_problem
           ? element("span", {{"class", "bad-text"}}, "no: " + *part.checkpoint_problem)
           : "yes");
  fact(list, "Witnesses", witness_words(part));
  fact(list, "Log time",
       together({time_shown(part.log_time), ", ", age_words(report.now.get() - part.log_time.get()),
                 " before this report"}));
  fact(list, "Earlier state",
       part.is_pinned ? "compared with what was seen before: history only grew, or a finding below "
                        "says otherwise"
                      : "not compared: no earlier checkpoint was given (--seen)");
  return element("dl", {{"class", "facts"}}, list);
}

Markup witnesses_table(const AuditReport& report) {
  const IntegrityPart& part = report.integrity;
  if (part.witnesses.empty()) return {};
  HtmlTable table("Witnesses of the policy, and their cosignatures of this checkpoint",
                  {{"Witness"}, {"Cosigned"}, {"Age", Align::right}});
  for (const std::string& name : part.witnesses) {
    std::optional<UnixSeconds> time;
    for (const auto& [cosigner, at] : part.cosigned)
      if (cosigner == name) time = at;
    table.add({name, time ? time_shown(*time) : Markup("no"),
               time ? age_words(report.now.get() - time->get()) : ""});
  }
  return table.markup();
}

Markup checks_table(const IntegrityPart& part) {
  if (!part.checked) return {};
  HtmlTable table("What was verified for this report",
                  {{"Part"}, {"What was compared"}, {"Result"}});
  for (const report::Check& check : part.checked->checks)
    table.add({check.group, check.name,
               check.passed ? element("span", {{"class", "good-text"}}, "passed")
                            : together({element("span", {{"class", "bad-text"}}, "failed"), ": ",
                                        check.message})});
  return table.markup();
}

Markup contradictions(const IntegrityPart& part) {
  if (!part.checked || part.checked->findings.empty()) return {};
  HtmlTable table("What verification found",
                  {{"Finding"}, {"Level"}, {"Entry", Align::right}, {"What is so"}});
  const auto& all = part.checked->findings;
  const std::size_t shown = std::min(all.size(), most_rows);
  for (std::size_t i = 0; i < shown; ++i)
    table.add({all[i].id, std::string(report::to_text(all[i].level)),
               all[i].entry ? grouped(*all[i].entry) : "", all[i].message});
  return together({table.markup(), and_more(all.size(), shown, "medchain-verify ledger")});
}

}  // namespace

Result<IntegrityPart> integrity_of(Session& session, const ledger::Snapshot& view,
                                   const verify::LedgerCheckOptions* check) {
  IntegrityPart part;
  if (check != nullptr) {
    MC_ASSIGN(part.checked, verify::check_ledger(view, *check, session.random()));
    MC_ASSIGN(part.verdict, verdict_on(*part.checked, {}));
    part.is_pinned = check->seen.has_value();
  }
  MC_ASSIGN(part.size, view.size());
  const Status read = read_state(view, part);
  // Damage that verification found is a result; without it nothing can be said.
  if (!read && !(part.verdict.is_wrong && read.error().code == Code::store_damaged))
    return read.error();
  return part;
}

Markup verdict_box(const AuditReport& report) {
  const Verdict verdict = verdict_of(report);
  return element("div", {{"class", "verdict " + verdict.tone}},
                 together({paragraph(element("strong", verdict.word)), paragraph(verdict.text)}));
}

report::HtmlSection integrity_section(const AuditReport& report) {
  const IntegrityPart& part = report.integrity;
  return {
      "integrity", "Integrity",
      together({facts(report), witnesses_table(report), contradictions(part), checks_table(part),
                paragraph(together(
                    {"To repeat it: ", code("medchain-verify ledger --seen FILE"),
                     ". FILE pins the newest checkpoint, and is best kept on another machine: "
                     "it is what shows a history that was written anew and signed again."}))})};
}

}  // namespace medchain::cli
