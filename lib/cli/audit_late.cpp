#include "cli/audit_late.hpp"

#include <algorithm>

#include "audit/log_times.hpp"
#include "audit/tags.hpp"
#include "base/text.hpp"
#include "cli/record_period.hpp"

namespace medchain::cli {
namespace {

constexpr std::int64_t day = 86'400;
constexpr std::uint64_t versions_between = 1'024;  ///< two questions whether to go on

/// All versions in the order of their numbers, so that those of one batch follow each other.
class Search {
 public:
  Search(const vault::Vault& vault, const ledger::Snapshot& view, const audit::AnomalyTerms& terms,
         TreeSize size)
      : vault_(vault), view_(view), terms_(terms), size_(size) {}

  Status look_at(const vault::Version& version) {
    if (batch_ != version.batch) MC_TRY(begin(version.batch));
    if (!entry_ || version.previous) return {};
    const auto period = period_of(version.date);
    const std::int64_t age = period ? logged_.get() - period->end.get() : 0;
    if (period && age <= static_cast<std::int64_t>(terms_.thresholds.anchor_within)) return {};
    MC_ASSIGN(const Salt salt, vault_.salt(version));
    if (vault::is_erased(salt.bytes)) return {};
    if (!period) {
      ++all_.undated;
      return {};
    }
    ++late_;
    oldest_ = std::max(oldest_, age);
    return {};
  }

  LateAnchors finish() && {
    end();
    std::stable_sort(all_.found.begin(), all_.found.end(),
                     [](const auto& a, const auto& b) { return a.entries < b.entries; });
    return std::move(all_);
  }

 private:
  Status begin(std::uint64_t number) {
    end();
    batch_ = number;
    MC_ASSIGN(const vault::Batch batch, vault_.batch(number));
    MC_ASSIGN(entry_, audit::entry_of_batch(batch, view_));
    // The vault may have been read after the ledger, or be ahead of a copy of it.
    if (entry_ && entry_->get() >= size_.get()) entry_.reset();
    if (!entry_) return {};
    MC_ASSIGN(logged_, times_.at(view_, *entry_));
    if ((terms_.since && logged_ < *terms_.since) || (terms_.until && logged_ >= *terms_.until))
      entry_.reset();
    return {};
  }

  void end() {
    if (late_ == 0) return;
    const report::FindingKind* kind = audit::find_anomaly_kind(late_kind);
    MC_ASSERT(kind != nullptr && entry_);
    const auto days = static_cast<std::uint64_t>((oldest_ + day - 1) / day);
    const MemberName& member = vault_.owner().member;
    all_.found.push_back({kind->id,
                          kind->level,
                          quote(member.get()) + " anchored " + counted(late_, "record") +
                              " late, up to " + counted(days, "day") + " after their own date",
                          {*entry_},
                          member,
                          std::nullopt,
                          logged_});
    late_ = 0;
    oldest_ = 0;
  }

  const vault::Vault& vault_;
  const ledger::Snapshot& view_;
  const audit::AnomalyTerms& terms_;
  TreeSize size_;
  audit::LogTimes times_;
  std::optional<std::uint64_t> batch_;
  std::optional<EntryIndex> entry_;  ///< of the batch; nothing: it does not count
  UnixSeconds logged_;
  std::uint64_t late_ = 0;
  std::int64_t oldest_ = 0;
  LateAnchors all_;
};

Result<std::unique_ptr<vault::Vault>> open_own(Session& session, ledger::Ledger& ledger) {
  MC_ASSIGN(auto vault, open_vault(session, {}));
  MC_TRY(ledger.read(
      [&](const ledger::Snapshot& view) -> Status { return check_same_ledger(*vault, view); }));
  return vault;
}

}  // namespace

Result<LateVault> open_late_vault(Session& session, ledger::Ledger& ledger, bool is_named) {
  LateVault late;
  const bool is_demanded = is_named || session.arguments().value("vault");
  if (!is_demanded && !session.setting("vault")) {
    late.missing = "no vault was given, and records' own dates are nowhere else";
    return late;
  }
  auto opened = open_own(session, ledger);
  if (!opened && is_demanded) return std::move(opened).error();
  if (opened)
    late.vault = std::move(*opened);
  else
    late.missing = opened.error().message;
  return late;
}

Result<LateAnchors> late_anchors(vault::Vault& vault, const ledger::Snapshot& view,
                                 const audit::AnomalyTerms& terms,
                                 const std::function<Status()>& go_on) {
  MC_ASSIGN(const TreeSize size, view.size());
  Search search(vault, view, terms, size);
  MC_TRY(vault.read([&]() -> Status {
    std::uint64_t seen = 0;
    return vault.for_each_version([&](std::uint64_t, const vault::Version& version) -> Status {
      if (seen++ % versions_between == 0) MC_TRY(go_on());
      return search.look_at(version);
    });
  }));
  return std::move(search).finish();
}

}  // namespace medchain::cli
