#include "audit/anomalies.hpp"

#include <algorithm>
#include <tuple>

#include "audit/anomalies_internal.hpp"
#include "audit/walk.hpp"
#include "base/text.hpp"

namespace medchain::audit {
namespace {

using Visit =
    std::function<Status(const Event& event, const entry::Entry& entry, const entry::Policy&)>;

/// All entries with the policy that was in force.
Status for_each_governed(const ledger::Snapshot& view, LogTimes& times,
                         const std::function<Status()>& go_on, const Visit& visit) {
  entry::Policy policy;
  return for_each_entry(view, times, go_on, [&](const Passed& passed) -> Status {
    MC_ASSIGN(const entry::Entry entry, view.entry_of(passed.index, passed.bytes));
    if (const auto* genesis = std::get_if<entry::Genesis>(&entry.statement.body))
      policy = genesis->policy;
    if (const auto* change = std::get_if<entry::PolicyChange>(&entry.statement.body))
      policy = change->policy;
    MC_ASSIGN(const Event event, event_of(view, passed.index, entry, passed.logged));
    return visit(event, entry, policy);
  });
}

Status check_entry(const ledger::Snapshot& view, LogTimes& times, const Event& event,
                   const entry::Body& body, const Thresholds& thresholds, Findings& findings) {
  if (const auto* release = std::get_if<entry::Release>(&body))
    return check_release(view, event, *release, findings);
  if (const auto* use = std::get_if<entry::Use>(&body))
    return check_use(view, times, event, *use, thresholds, findings);
  if (const auto* denied = std::get_if<entry::Denied>(&body))
    return check_denied(view, event, *denied, findings);
  if (const auto* review = std::get_if<entry::Review>(&body))
    return check_review(view, event, *review, findings);
  if (const auto* prescription = std::get_if<entry::Prescription>(&body))
    return check_claim(view, event, *prescription, findings);
  return {};
}

}  // namespace

void Findings::add(std::string_view id, std::string message, std::vector<EntryIndex> entries,
                   const std::optional<MemberName>& member, const std::optional<PersonTag>& person,
                   UnixSeconds at) {
  if (!is_within(at)) return;
  const report::FindingKind* kind = find_anomaly_kind(id);
  MC_ASSERT(kind != nullptr && !entries.empty());
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  found_.push_back(
      {kind->id, kind->level, std::move(message), std::move(entries), member, person, at});
}

void Findings::add_unrelated(EntryIndex grant, const Event& release, const entry::Release& body) {
  if (!is_within(release.logged)) return;
  Unrelated& all =
      unrelated_.try_emplace({grant, body.to}, Unrelated{{}, body.receiver, release.logged})
          .first->second;
  all.entries.push_back(release.index);
  if (all.receiver != body.receiver) all.receiver.reset();
  all.last = release.logged;
}

void Findings::end_unrelated() {
  for (auto& [key, all] : unrelated_) {
    const auto& [grant, to] = key;
    const std::string releases = counted(all.entries.size(), "release");
    all.entries.push_back(grant);
    add("access.no_relation",
        quote(to.get()) + " got records by a general grant in " + releases +
            ", and nothing relates it to their subjects",
        std::move(all.entries), to, all.receiver, all.last);
  }
  unrelated_.clear();
}

std::vector<Anomaly> Findings::sorted() && {
  std::stable_sort(found_.begin(), found_.end(), [&](const Anomaly& a, const Anomaly& b) {
    const auto* kind_a = find_anomaly_kind(a.id);
    const auto* kind_b = find_anomaly_kind(b.id);
    if (kind_a != kind_b) return kind_a < kind_b;
    return std::tie(a.entries, a.member) < std::tie(b.entries, b.member);
  });
  return std::move(found_);
}

Result<std::vector<Anomaly>> anomalies(const ledger::Snapshot& view, const AnomalyTerms& terms,
                                       const std::function<Status()>& go_on) {
  Findings findings(terms);
  Counting counting(terms, findings);
  LogTimes times;
  MC_TRY(for_each_governed(
      view, times, go_on,
      [&](const Event& event, const entry::Entry& entry, const entry::Policy& policy) -> Status {
        MC_TRY(counting.count(event, entry, policy));
        return check_entry(view, times, event, entry.statement.body, terms.thresholds, findings);
      }));
  if (counting.judge())
    MC_TRY(for_each_governed(
        view, times, go_on,
        [&](const Event& event, const entry::Entry& entry, const entry::Policy& policy) -> Status {
          counting.collect(event, entry, policy);
          return {};
        }));
  counting.finish();
  findings.end_unrelated();
  MC_ASSIGN(const UnixSeconds log_time, rules::log_time(view));
  MC_TRY(check_failed_uses(view, times, go_on, findings));
  MC_TRY(
      check_duties(view, times, terms.thresholds, std::max(terms.now, log_time), go_on, findings));
  return std::move(findings).sorted();
}

}  // namespace medchain::audit
