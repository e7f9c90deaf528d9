#include "cli/ledger_checking.hpp"

#include <algorithm>

#include "base/file.hpp"

namespace medchain::cli {
namespace {

std::string optional_file(const std::string& path) {
  auto text = read_file_if_exists(path, 4 << 20, Code::input_unreadable);
  return text && *text ? **text : std::string();
}

/// Whether the witnesses that the policy demands signed.
Result<bool> quorum_met(const verify::LedgerReport& result) {
  if (result.quorum == 0) return true;
  MC_ASSIGN(const auto policy, note::parse_policy(result.now->policy));
  MC_ASSIGN(const auto verified, note::verify_checkpoint(result.checkpoint, policy));
  return verified.quorum_met;
}

}  // namespace

Result<verify::LedgerCheckOptions> ledger_check_options(Session& session,
                                                        const ledger::Ledger& ledger) {
  verify::LedgerCheckOptions options;
  if (const auto seen = session.setting("seen")) {
    MC_ASSIGN(options.seen, verify::load_seen(*seen));
  }
  options.checkpoint_file = optional_file(ledger.directory() + "/checkpoint");
  options.policy_file = optional_file(ledger.directory() + "/policy");
  options.interrupted = [&session] { return session.interrupted(); };
  return options;
}

Result<LedgerVerdict> verdict_on(const verify::LedgerReport& result) {
  LedgerVerdict verdict;
  verdict.is_wrong =
      std::any_of(result.findings.begin(), result.findings.end(),
                  [](const auto& finding) { return finding.level == report::Level::error; });
  if (!verdict.is_wrong) {
    MC_ASSIGN(verdict.quorum_met, quorum_met(result));
  }
  verdict.status = result.evidence       ? info(Code::fork).exit
                   : verdict.is_wrong    ? 1
                   : !verdict.quorum_met ? info(Code::policy_unmet).exit
                                         : 0;
  return verdict;
}

}  // namespace medchain::cli
