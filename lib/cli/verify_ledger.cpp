// medchain-verify ledger.
#include "base/file.hpp"
#include "cli/ledger_checking.hpp"
#include "cli/places.hpp"
#include "cli/verify_acts.hpp"
#include "cli/workspace.hpp"
#include "verify/tree_check.hpp"

namespace medchain::cli {
namespace {

json::Object summary_of(const verify::LedgerReport& result, bool pinned,
                        const LedgerVerdict& verdict) {
  json::Object summary = message("summary");
  summary.set("count", result.size.get()).set("records", result.records);
  summary.set("findings", static_cast<std::uint64_t>(result.findings.size()));
  summary.set("witnesses", result.witnesses).set("quorum", result.quorum);
  summary.set("witnessed", verdict.is_witnessed).set("pinned", pinned);
  if (verdict.lacks) {
    json::Array missing;
    for (const std::string& witness : verdict.lacks->missing) missing.emplace_back(witness);
    summary.set("missing", std::move(missing));
  }
  summary.set("status", verdict.status).set("complete", result.complete);
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

/// The log key that the user named is to have signed what was found.
void check_pinned_policy(const note::Policy& policy, verify::LedgerReport& result) {
  const auto verified = note::verify_checkpoint(result.checkpoint, policy);
  if (verified || !result.now) return;
  result.findings.push_back({"checkpoint.invalid",
                             report::Level::error,
                             "by the policy given: " + verified.error().message,
                             std::nullopt,
                             {}});
  result.now.reset();
}

struct Checked {
  std::string directory;
  bool is_pinned = false;  ///< compared with what was seen before
  verify::LedgerReport result;
};

/// Once what is needed beside it is open.
void seal_for(Session& session, Places places) {
  if (const auto seen = session.setting("seen")) places.add(file_to_replace(*seen));
  session.seal(places);
}

Result<Checked> check_ledger(Session& session) {
  // What the state says about the rules is judged by the replay like all of it.
  ledger::OpenOptions open_options;
  open_options.any_rules = true;
  MC_ASSIGN(const auto ledger, open_ledger(session, open_options));
  MC_ASSIGN(auto options, ledger_check_options(session, *ledger));
  seal_for(session, {});
  Checked checked{ledger->directory(), options.seen.has_value(), {}};
  const auto progress = session.progress("entries", 0);
  options.progress = [&](std::uint64_t entries) { progress->update(entries, 0); };
  options.again = [&](const auto& work) { return ledger->read(work); };
  MC_TRY(ledger->read([&](const ledger::Snapshot& view) -> Status {
    MC_ASSIGN(checked.result, verify::check_ledger(view, options, session.random()));
    return {};
  }));
  return checked;
}

Result<Checked> check_tree(Session& session, const std::string& directory) {
  MC_ASSIGN(auto options, ledger_check_options(session));
  Places places;
  places.add(directory, Access::read);
  seal_for(session, std::move(places));
  Checked checked{directory, options.seen.has_value(), {}};
  const auto progress = session.progress("entries", 0);
  options.progress = [&](std::uint64_t entries) { progress->update(entries, 0); };
  const tiles::Reader reader(tiles::fetch_from(directory));
  auto result = verify::check_tree(reader, options, session.random());
  if (!result) return std::move(result).error().context(quote(directory));
  checked.result = std::move(*result);
  return checked;
}

}  // namespace

Result<int> verify_ledger(Session& session) {
  const auto from = session.arguments().value("from");
  if (from && session.arguments().value("ledger"))
    return fail(Code::usage, "option '--from': not together with '--ledger'");
  if (from && from->find("://") != std::string::npos)
    return fail(Code::usage,
                "option '--from': expected a directory, got the address " + quote(*from))
        .with_hint("copy the tree to a directory first, the file 'checkpoint' before all others");
  MC_ASSIGN(const CheckpointDemands demands, checkpoint_demands(session));
  const auto seen_path = session.setting("seen");
  MC_ASSIGN(Checked checked, from ? check_tree(session, *from) : check_ledger(session));
  verify::LedgerReport& result = checked.result;
  if (demands.policy) check_pinned_policy(*demands.policy, result);
  MC_ASSIGN(const LedgerVerdict verdict, verdict_on(result, demands));
  const bool wrong = verdict.is_wrong;
  const int status = verdict.status;
  if (result.evidence) {
    MC_ASSIGN(const std::string path,
              write_evidence(seen_path.value_or("medchain"), *result.evidence));
    session.warn((result.evidence->kind == "fork" ? "two signed checkpoints contradict each other"
                                                  : "an older state than the one seen before") +
                 std::string("; wrote both checkpoints to ") + quote(path));
  }
  if (verdict.lacks) session.warn(verdict.lacks->text);
  report::Report out;
  out.tool = session.program().name;
  out.version = MEDCHAIN_VERSION;
  out.ledger = checked.directory;
  out.kinds = verify::finding_kinds();
  out.findings = result.findings;
  out.checks = result.checks;
  out.summary = summary_of(result, checked.is_pinned, verdict);
  MC_TRY(session.out().write(report::write(out, session.format())));
  MC_TRY(session.out().flush());
  if (result.trouble) session.report(*result.trouble);

  if (!wrong) {
    std::string text = "intact: " + std::to_string(result.size.get()) + " entries, " +
                       std::to_string(result.records) + " records";
    if (!verdict.is_witnessed) text += "; as seen from here, not witnessed";
    session.tell(text);
  }
  if (seen_path && result.now && status == 0) {
    MC_TRY(replace_file(*seen_path, verify::format_seen(*result.now), 0644));
    if (!checked.is_pinned)
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
