// What a verification of a ledger says, however its entries were read.
#include <algorithm>

#include "base/encoding.hpp"
#include "entry/fields.hpp"
#include "entry/policy.hpp"
#include "note/checkpoint.hpp"
#include "verify/report_internal.hpp"

namespace medchain::verify {

using report::Level;

const std::vector<report::FindingKind>& finding_kinds() {
  static const std::vector<report::FindingKind> kinds = {
      {"chain.altered", Level::error,
       "an entry has the author and id that were appended, but other bytes or a wrong signature"},
      {"chain.replaced", Level::error, "another statement stands where an entry was appended"},
      {"chain.reordered", Level::error, "an entry stands at the place of another"},
      {"chain.missing", Level::error,
       "an entry that the ledger or a checkpoint counts is not there"},
      {"chain.added", Level::error, "there are entries that no checkpoint counts"},
      {"chain.damaged", Level::error, "an entry cannot be read"},
      {"tree.damaged", Level::error, "a stored tree hash does not follow from the entries"},
      {"rule.broken", Level::error, "an entry that the rules refuse stands on the ledger"},
      {"manifest.damaged", Level::error, "a manifest is not the one that its entry commits to"},
      {"state.damaged", Level::error, "the derived state does not follow from the entries"},
      {"index.damaged", Level::error, "an index does not match the manifests"},
      {"checkpoint.invalid", Level::error,
       "the checkpoint is not signed by the log key or not of these entries"},
      {"checkpoint.file", Level::warning,
       "the derived checkpoint file is not the newest checkpoint"},
      {"policy.file", Level::warning, "the derived policy file is not the policy in force"},
      {"seen.fork", Level::error, "the ledger contradicts the checkpoint seen before"},
      {"seen.rollback", Level::error, "the ledger is behind the checkpoint seen before"},
      {"seen.genesis", Level::error, "this is another ledger than the one seen before"},
      {"store.damaged", Level::error, "the database cannot be read"},
  };
  return kinds;
}

void add_finding(LedgerReport& report, std::string_view id, std::string message,
                 std::optional<EntryIndex> entry) {
  Level level = Level::error;
  for (const report::FindingKind& kind : finding_kinds())
    if (kind.id == id) level = kind.level;
  report::Finding finding;
  finding.id = id;
  finding.level = level;
  finding.message = std::move(message);
  // An index from a damaged key can be more than a report's integer may be.
  if (entry && entry->get() <= entry::max_integer) finding.entry = entry->get();
  report.findings.push_back(std::move(finding));
}

void add_check(LedgerReport& report, std::string group, std::string name,
               std::size_t findings_before) {
  report::Check check{std::move(group), std::move(name), true, {}};
  if (report.findings.size() > findings_before) {
    check.passed = false;
    check.message = report.findings[findings_before].message;
  }
  report.checks.push_back(std::move(check));
}

bool has_errors(const LedgerReport& report) {
  return std::any_of(report.findings.begin(), report.findings.end(),
                     [](const auto& finding) { return finding.level == Level::error; });
}

Result<LedgerReport> report_after(Status status, LedgerReport report) {
  if (status) return report;
  if (!has_errors(report) || status.error().code == Code::interrupted)
    return std::move(status).error();
  report.trouble = std::move(status).error();
  report.now.reset();
  return report;
}

Status pin(const rules::View& state, const note::VerifierKey& log, const std::optional<Seen>& seen,
           LedgerReport& report) {
  MC_ASSIGN(const auto policy, rules::policy(state));
  report.witnesses = policy.witnesses.size();
  report.quorum = policy.quorum;
  const std::string policy_text = note::format_policy(entry::tlog_policy(policy, log));
  MC_ASSIGN(const std::string origin, rules::origin(state));
  MC_ASSIGN(const GenesisHash genesis, rules::genesis(state));
  MC_ASSIGN(report.log_time, rules::log_time(state));
  report.now = Seen{origin, genesis, log, policy_text, report.checkpoint};
  report.policy_changed = seen && seen->policy != policy_text;
  return {};
}

/// Against the pinned state: another ledger, one that went back, or one that has another history.
Status check_seen(const Seen& seen, const Result<GenesisHash>& genesis,
                  const merkle::HashReader& hashes, LedgerReport& report) {
  const auto found = [&](std::string_view id, std::string message,
                         std::optional<EntryIndex> entry = {}) {
    add_finding(report, id, std::move(message), entry);
  };
  MC_ASSIGN(const auto before, open_checkpoint(seen.checkpoint, seen.log));
  const auto found_now = open_checkpoint(report.checkpoint, seen.log);
  if (!found_now) {
    found("seen.genesis",
          "the checkpoint is not signed by the log key seen before: " + found_now.error().message);
    return {};
  }
  if (genesis && *genesis != seen.genesis) {
    found("seen.genesis", "the genesis entry is " + to_text(*genesis) + ", seen before was " +
                              to_text(seen.genesis));
    return {};
  }
  Evidence evidence{"fork", seen.ledger, seen.checkpoint, report.checkpoint, std::nullopt, {}};
  if (found_now->size < before.size) {
    evidence.kind = "rollback";
    report.evidence = evidence;
    found("seen.rollback",
          "the ledger has " + std::to_string(found_now->size.get()) + " entries, " +
              std::to_string(before.size.get()) + " were seen before",
          EntryIndex(found_now->size.get()));
    return {};
  }
  // The root that the stored tree has at the seen size, and whether the checkpoint of now follows
  // from that.  A signed checkpoint that follows from another root is proof against the log, which
  // alone can have signed both.  Where the tree merely is damaged nothing follows from it, and
  // nobody is accused.
  const auto root = merkle::tree_root(before.size.get(), hashes);
  bool follows = false;
  if (root) {
    evidence.root_found = RootHash(root->bytes);
    if (auto proof = merkle::prove_consistency(before.size.get(), found_now->size.get(), hashes)) {
      evidence.consistency = *proof;
      follows = merkle::check_consistency(before.size.get(), *root, found_now->size.get(),
                                          TreeHash(found_now->root.bytes), *proof)
                    .ok();
    }
  }
  const bool same_root = root && RootHash(root->bytes) == before.root;
  if (same_root && follows) return {};
  const std::string first_entries = "the first " + std::to_string(before.size.get()) + " entries ";
  if ((root && !same_root && follows) ||
      (found_now->size == before.size && found_now->root != before.root)) {
    report.evidence = evidence;
    found("seen.fork",
          first_entries + "are not those of the checkpoint seen before: history was rewritten");
  } else {
    found("tree.damaged", "the stored tree does not show that " + first_entries +
                              "are those of the checkpoint seen before");
  }
  return {};
}

}  // namespace medchain::verify
