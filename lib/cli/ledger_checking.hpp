// What medchain-verify and reports have in common when a whole ledger is verified: what it is
// compared with, and what follows from what was found.
#pragma once

#include "cli/session.hpp"
#include "ledger/ledger.hpp"
#include "note/quorum.hpp"
#include "verify/ledger_check.hpp"

namespace medchain::cli {

/// What --seen has, to be read before the run is sealed; a signal interrupts the check.  Fails as
/// verify::load_seen() does.
Result<verify::LedgerCheckOptions> ledger_check_options(Session& session);
/// The same with the derived files of a ledger.
Result<verify::LedgerCheckOptions> ledger_check_options(Session& session,
                                                        const ledger::Ledger& ledger);

/// What a checkpoint must be, besides not wrong.
struct CheckpointDemands {
  std::optional<note::Policy> policy;   ///< in place of the ledger's own
  std::optional<std::int64_t> max_age;  ///< seconds
  UnixSeconds now;
};
/// A C2SP tlog-policy.  Fails with config_invalid.
Result<note::Policy> read_policy(const std::string& path);
/// --policy and --max-age.  Fails with config_invalid, usage.
Result<CheckpointDemands> checkpoint_demands(Session& session);

/// What it lacks of that; nothing is wrong with what is there.
struct CheckpointLacks {
  std::vector<std::string> missing;  ///< witnesses of the policy that could help
  std::string text;                  ///< for people
};
/// `log_time` stands in where the policy demands no witnesses.  Nothing if all is there.
std::optional<CheckpointLacks> checkpoint_lacks(const note::Policy& policy,
                                                const note::Cosigned& cosigned,
                                                std::optional<UnixSeconds> log_time,
                                                const CheckpointDemands& demands);

struct LedgerVerdict {
  bool is_wrong = false;                 ///< something is: warnings are none of it
  std::optional<CheckpointLacks> lacks;  ///< where nothing is wrong
  bool is_witnessed = false;             ///< by a quorum, and nothing is lacking
  int status = 0;                        ///< of medchain-verify: 0, 1, 10 or 11
};
Result<LedgerVerdict> verdict_on(const verify::LedgerReport& result,
                                 const CheckpointDemands& demands);

}  // namespace medchain::cli
