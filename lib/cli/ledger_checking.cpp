#include "cli/ledger_checking.hpp"

#include <algorithm>

#include "base/file.hpp"
#include "base/parse.hpp"
#include "base/text.hpp"

namespace medchain::cli {
namespace {

std::string optional_file(const std::string& path) {
  auto text = read_file_if_exists(path, 4 << 20, Code::input_unreadable);
  return text && *text ? **text : std::string();
}

/// By so much the clock of a witness may be ahead of ours.
constexpr std::int64_t max_skew = 300;

CheckpointLacks lacks(std::vector<std::string> missing, std::string text) {
  if (!missing.empty()) text += "; missing: " + join(missing, ", ");
  return {std::move(missing), std::move(text)};
}

std::string too_old(UnixSeconds as_of, const CheckpointDemands& demands) {
  return rough_duration(demands.now.get() - as_of.get()) + " ago, and '--max-age' allows " +
         format_duration(*demands.max_age);
}

}  // namespace

Result<verify::LedgerCheckOptions> ledger_check_options(Session& session) {
  verify::LedgerCheckOptions options;
  if (const auto seen = session.setting("seen")) {
    MC_ASSIGN(options.seen, verify::load_seen(*seen));
  }
  options.interrupted = [&session] { return session.interrupted(); };
  return options;
}

Result<verify::LedgerCheckOptions> ledger_check_options(Session& session,
                                                        const ledger::Ledger& ledger) {
  MC_ASSIGN(auto options, ledger_check_options(session));
  options.checkpoint_file = optional_file(ledger.directory() + "/checkpoint");
  options.policy_file = optional_file(ledger.directory() + "/policy");
  return options;
}

Result<note::Policy> read_policy(const std::string& path) {
  MC_ASSIGN(const std::string text, read_file(path, note::max_policy_size, Code::config_invalid));
  auto policy = note::parse_policy(text);
  if (!policy) return std::move(policy).error().context(quote(path));
  return policy;
}

Result<CheckpointDemands> checkpoint_demands(Session& session) {
  CheckpointDemands demands;
  demands.now = session.now();
  MC_ASSIGN(demands.max_age, session.duration("max-age"));
  if (const auto path = session.arguments().value("policy")) {
    MC_ASSIGN(demands.policy, read_policy(*path));
  }
  return demands;
}

std::optional<CheckpointLacks> checkpoint_lacks(const note::Policy& policy,
                                                const note::Cosigned& cosigned,
                                                std::optional<UnixSeconds> log_time,
                                                const CheckpointDemands& demands) {
  if (!note::is_quorum_met(policy, cosigned))
    return lacks(
        note::missing_witnesses(policy, cosigned),
        "the checkpoint lacks cosignatures: the policy demands " + note::quorum_words(policy));
  if (!demands.max_age) return std::nullopt;
  const UnixSeconds oldest(demands.now.get() - *demands.max_age);
  const note::Cosigned believed =
      note::cosigned_between(cosigned, first_time, UnixSeconds(demands.now.get() + max_skew));
  if (policy.quorum == "none") {
    if (!log_time)
      return lacks({}, "nothing says how old the checkpoint is: the policy demands no witnesses");
    if (*log_time >= oldest) return std::nullopt;
    return lacks({}, "the ledger is too old: its clock said " + format_time(*log_time) + ", " +
                         too_old(*log_time, demands));
  }
  const auto as_of = note::quorum_time(policy, believed);
  if (as_of && *as_of >= oldest) return std::nullopt;
  const note::Cosigned fresh =
      note::cosigned_between(believed, oldest, UnixSeconds(demands.now.get() + max_skew));
  return lacks(note::missing_witnesses(policy, fresh),
               as_of ? "the checkpoint is too old: its witnesses cosigned until " +
                           format_time(*as_of) + ", " + too_old(*as_of, demands)
                     : "the witnesses of the checkpoint cosigned at times that are still to come");
}

Result<LedgerVerdict> verdict_on(const verify::LedgerReport& result,
                                 const CheckpointDemands& demands) {
  LedgerVerdict verdict;
  verdict.is_wrong =
      std::any_of(result.findings.begin(), result.findings.end(),
                  [](const auto& finding) { return finding.level == report::Level::error; });
  if (!verdict.is_wrong && result.now) {
    MC_ASSIGN(const auto own, note::parse_policy(result.now->policy));
    const note::Policy& policy = demands.policy ? *demands.policy : own;
    MC_ASSIGN(const auto verified, note::verify_checkpoint(result.checkpoint, policy));
    verdict.lacks = checkpoint_lacks(policy, verified.cosigned, result.log_time, demands);
    verdict.is_witnessed = !verdict.lacks && policy.quorum != "none";
  }
  verdict.status = result.evidence    ? info(Code::fork).exit
                   : verdict.is_wrong ? 1
                   : verdict.lacks    ? info(Code::policy_unmet).exit
                                      : 0;
  return verdict;
}

}  // namespace medchain::cli
