#include "verify/ledger_check.hpp"

#include <algorithm>

#include "base/encoding.hpp"
#include "entry/fields.hpp"
#include "note/checkpoint.hpp"
#include "verify/chain_check.hpp"

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

void Check::found(std::string_view id, std::string message, std::optional<EntryIndex> entry) {
  Level level = Level::error;
  for (const report::FindingKind& kind : finding_kinds())
    if (kind.id == id) level = kind.level;
  report::Finding finding;
  finding.id = id;
  finding.level = level;
  finding.message = std::move(message);
  // An index from a damaged key can be more than a report's integer may be.
  if (entry && entry->get() <= entry::max_integer) finding.entry = entry->get();
  report_.findings.push_back(std::move(finding));
}

void Check::checked(std::string group, std::string name, std::size_t findings_before) {
  report::Check check{std::move(group), std::move(name), true, {}};
  if (report_.findings.size() > findings_before) {
    check.passed = false;
    check.message = report_.findings[findings_before].message;
  }
  report_.checks.push_back(std::move(check));
}

Status Check::check_checkpoint() {
  MC_ASSIGN(report_.checkpoint, view_.checkpoint());
  const auto log = rules::log_key(replay_.state());
  if (!log && newer_rules_) return {};
  if (!log) {
    found("checkpoint.invalid",
          "there is no log key to verify the checkpoint with: genesis could not be read");
    return {};
  }
  const auto checkpoint = open_checkpoint(report_.checkpoint, *log);
  if (!checkpoint) {
    found("checkpoint.invalid", checkpoint.error().message);
    return {};
  }
  if (checkpoint->size != report_.size)
    found("checkpoint.invalid", "the checkpoint counts " + std::to_string(checkpoint->size.get()) +
                                    " entries, the ledger has " +
                                    std::to_string(report_.size.get()));
  else if (builder_.size() == report_.size.get() &&
           checkpoint->root != RootHash(builder_.root().bytes))
    found("checkpoint.invalid", "the signed root is not the root of the entries");
  if (newer_rules_) return {};  // and may have changed the policy
  if (options_.checkpoint_file != report_.checkpoint)
    found("checkpoint.file",
          "the file 'checkpoint' is not the newest checkpoint; the next append writes it again");
  MC_ASSIGN(const auto policy, rules::policy(replay_.state()));
  report_.witnesses = policy.witnesses.size();
  report_.quorum = policy.quorum;
  const std::string policy_text = note::format_policy(entry::tlog_policy(policy, *log));
  if (options_.policy_file != policy_text)
    found("policy.file",
          "the file 'policy' is not the policy in force; the next append writes it again");
  MC_ASSIGN(const std::string origin, rules::origin(replay_.state()));
  MC_ASSIGN(const GenesisHash genesis, rules::genesis(replay_.state()));
  report_.now = Seen{origin, genesis, *log, policy_text, report_.checkpoint};
  report_.policy_changed = options_.seen && options_.seen->policy != policy_text;
  return {};
}

/// Against the pinned state: another ledger, one that went back, or one that has another history.
Status Check::check_seen() {
  if (!options_.seen) return {};
  const Seen& seen = *options_.seen;
  MC_ASSIGN(const auto before, open_checkpoint(seen.checkpoint, seen.log));
  const auto found_now = open_checkpoint(report_.checkpoint, seen.log);
  if (!found_now) {
    found("seen.genesis",
          "the checkpoint is not signed by the log key seen before: " + found_now.error().message);
    return {};
  }
  if (const auto genesis = rules::genesis(replay_.state()); genesis && *genesis != seen.genesis) {
    found("seen.genesis", "the genesis entry is " + to_text(*genesis) + ", seen before was " +
                              to_text(seen.genesis));
    return {};
  }
  Evidence evidence{"fork", seen.ledger, seen.checkpoint, report_.checkpoint, std::nullopt, {}};
  if (found_now->size < before.size) {
    evidence.kind = "rollback";
    report_.evidence = evidence;
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
  const auto root = view_.root(before.size);
  bool follows = false;
  if (root) {
    evidence.root_found = *root;
    if (auto proof = merkle::prove_consistency(before.size.get(), found_now->size.get(),
                                               view_.hash_reader())) {
      evidence.consistency = *proof;
      follows =
          merkle::check_consistency(before.size.get(), TreeHash(root->bytes), found_now->size.get(),
                                    TreeHash(found_now->root.bytes), *proof)
              .ok();
    }
  }
  const bool same_root = root && *root == before.root;
  if (same_root && follows) return {};
  const std::string first_entries = "the first " + std::to_string(before.size.get()) + " entries ";
  if ((root && !same_root && follows) ||
      (found_now->size == before.size && found_now->root != before.root)) {
    report_.evidence = evidence;
    found("seen.fork",
          first_entries + "are not those of the checkpoint seen before: history was rewritten");
  } else {
    found("tree.damaged", "the stored tree does not show that " + first_entries +
                              "are those of the checkpoint seen before");
  }
  return {};
}

Status Check::run() {
  MC_ASSIGN(report_.size, view_.size());
  if (report_.size.get() == 0) {
    found("chain.missing", "the ledger has no genesis entry", EntryIndex(0));
    return {};
  }
  index_sums_.begin(report_.size, options_.again, options_.interrupted);
  std::size_t before = report_.findings.size();
  MC_TRY(check_entries());
  checked("entries",
          "bytes, signatures, rules and manifests of " + std::to_string(report_.size.get()) +
              " entries",
          before);
  before = report_.findings.size();
  const bool judged_all = !unjudged_ && builder_.size() == report_.size.get();
  if (judged_all) {
    MC_TRY(check_tables());
    checked("tree", "tree and manifest tables", before);
    before = report_.findings.size();
    MC_TRY(check_state());
    checked("state", "derived state against a replay from genesis", before);
    before = report_.findings.size();
    MC_TRY(check_indexes());
    checked("indexes", "record and subject indexes, both ways", before);
    before = report_.findings.size();
  }
  MC_TRY(check_checkpoint());
  checked("checkpoint", "signature, size and root", before);
  before = report_.findings.size();
  MC_TRY(check_seen());
  if (options_.seen) checked("seen", "consistency with the checkpoint seen before", before);
  if (newer_rules_) return *newer_rules_;
  report_.complete = judged_all;
  const bool wrong = std::any_of(report_.findings.begin(), report_.findings.end(),
                                 [](const auto& finding) { return finding.level == Level::error; });
  if (wrong) report_.now.reset();
  return {};
}

Result<LedgerReport> check_ledger(const ledger::Snapshot& view, const LedgerCheckOptions& options,
                                  crypto::Random& random) {
  LedgerReport report;
  Check check(view, options, random, report);
  Status status = store::guard_damage([&] { return check.run(); });
  if (!status && status.error().code == Code::store_damaged) {
    report.findings.push_back(
        {"store.damaged", Level::error, status.error().message, std::nullopt, {}});
    report.now.reset();
    return report;
  }
  if (status) return report;
  const bool wrong = std::any_of(report.findings.begin(), report.findings.end(),
                                 [](const auto& finding) { return finding.level == Level::error; });
  if (!wrong || status.error().code == Code::interrupted) return std::move(status).error();
  report.trouble = std::move(status).error();
  report.now.reset();
  return report;
}

}  // namespace medchain::verify
