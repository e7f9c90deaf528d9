#include "verify/ledger_check.hpp"

#include "verify/chain_check.hpp"
#include "verify/report_internal.hpp"

namespace medchain::verify {

void Check::found(std::string_view id, std::string message, std::optional<EntryIndex> entry) {
  add_finding(report_, id, std::move(message), entry);
}

void Check::checked(std::string group, std::string name, std::size_t findings_before) {
  add_check(report_, std::move(group), std::move(name), findings_before);
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
  MC_TRY(pin(replay_.state(), *log, options_.seen, report_));
  if (options_.policy_file != report_.now->policy)
    found("policy.file",
          "the file 'policy' is not the policy in force; the next append writes it again");
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
  if (options_.seen)
    MC_TRY(
        check_seen(*options_.seen, rules::genesis(replay_.state()), view_.hash_reader(), report_));
  if (options_.seen) checked("seen", "consistency with the checkpoint seen before", before);
  if (newer_rules_) return *newer_rules_;
  report_.complete = judged_all;
  if (has_errors(report_)) report_.now.reset();
  return {};
}

Result<LedgerReport> check_ledger(const ledger::Snapshot& view, const LedgerCheckOptions& options,
                                  crypto::Random& random) {
  LedgerReport report;
  Check check(view, options, random, report);
  Status status = store::guard_damage([&] { return check.run(); });
  if (!status && status.error().code == Code::store_damaged) {
    add_finding(report, "store.damaged", status.error().message);
    report.now.reset();
    return report;
  }
  return report_after(std::move(status), std::move(report));
}

}  // namespace medchain::verify
