// medchain-verify ledger.
#include "base/file.hpp"
#include "cli/ledger_checking.hpp"
#include "cli/places.hpp"
#include "cli/verify_acts.hpp"
#include "cli/workspace.hpp"
#include "verify/ledger_check.hpp"

namespace medchain::cli {
namespace {

json::Object summary_of(const verify::LedgerReport& result, bool pinned, int status) {
  json::Object summary = message("summary");
  summary.set("count", result.size.get()).set("records", result.records);
  summary.set("findings", static_cast<std::uint64_t>(result.findings.size()));
  summary.set("witnesses", result.witnesses).set("quorum", result.quorum);
  summary.set("witnessed", status == 0 && result.quorum > 0).set("pinned", pinned);
  summary.set("status", status).set("complete", result.complete);
  return summary;
}

/// Never overwrites earlier evidence.
Result<std::string> write_evidence(const std::string& beside, const verify::Evidence& evidence) {
  for (int i = 0; i < 1'000; ++i) {
    const std::string path = beside + ".evidence" + (i == 0 ? "" : "-" + std::to_string(i));
    if (file_exists(path)) continue;
    MC_TRY(
        create_file_exclusive(path, verify::format_evidence(evidence), 0644, Code::storage_failed));
    return path;
  }
  return fail(Code::storage_failed,
              "there are 1000 evidence files beside " + quote(beside) + " already");
}

}  // namespace

Result<int> verify_ledger(Session& session) {
  // What the state says about the rules is judged by the replay like all of it.
  ledger::OpenOptions open_options;
  open_options.any_rules = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, open_options));
  const auto seen_path = session.setting("seen");
  MC_ASSIGN(auto options, ledger_check_options(session, *ledger));
  session.seal(seen_path ? file_to_replace(*seen_path) : Places());
  verify::LedgerReport result;
  {
    const auto progress = session.progress("entries", 0);
    options.progress = [&](std::uint64_t entries) { progress->update(entries, 0); };
    options.again = [&](const auto& work) { return ledger->read(work); };
    MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
      MC_ASSIGN(result, verify::check_ledger(view, options, session.random()));
      return {};
    }));
  }
  MC_ASSIGN(const LedgerVerdict verdict, verdict_on(result));
  const bool wrong = verdict.is_wrong;
  const int status = verdict.status;
  if (result.evidence) {
    MC_ASSIGN(const std::string path,
              write_evidence(seen_path.value_or("medchain"), *result.evidence));
    session.warn((result.evidence->kind == "fork" ? "two signed checkpoints contradict each other"
                                                  : "an older state than the one seen before") +
                 std::string("; wrote both checkpoints to ") + quote(path));
  }
  if (!verdict.quorum_met)
    session.warn("the checkpoint lacks cosignatures: the policy demands " +
                 std::to_string(result.quorum) + " of " + std::to_string(result.witnesses) +
                 " witnesses");
  report::Report out;
  out.tool = session.program().name;
  out.version = MEDCHAIN_VERSION;
  out.ledger = ledger->directory();
  out.kinds = verify::finding_kinds();
  out.findings = result.findings;
  out.checks = result.checks;
  out.summary = summary_of(result, options.seen.has_value(), status);
  MC_TRY(session.out().write(report::write(out, session.format())));
  MC_TRY(session.out().flush());
  if (result.trouble) session.report(*result.trouble);

  if (!wrong) {
    std::string text = "intact: " + std::to_string(result.size.get()) + " entries, " +
                       std::to_string(result.records) + " records";
    if (result.witnesses == 0) text += "; as seen from here, not witnessed";
    session.tell(text);
  }
  if (seen_path && result.now && status == 0) {
    MC_TRY(replace_file(*seen_path, verify::format_seen(*result.now), 0644));
    if (!options.seen)
      session.tell("trusting this ledger at first use; " + quote(*seen_path) +
                   " pins it from now on");
    if (result.policy_changed)
      session.tell("the policy was changed by its admins since it was last seen");
  } else if (!seen_path && !wrong) {
    session.detail("without --seen a rewritten history that was signed again cannot be noticed");
  }
  return status;
}

}  // namespace medchain::cli
