// Anomalies: what an auditor should look at, as one list of findings over a ledger.  What the rules
// forbid cannot be on a ledger as a deed: then the recorded attempt (a `denied` entry) is the
// finding; what they allow and is strange all the same is the deed.  Every finding names the
// entries that prove it.
//
// Two passes over the entries, the second only if a person or member stands out.  What is kept
// grows with members, persons, staff keys and what is found, not with entries; states of acts are
// read one by one.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/snapshot.hpp"
#include "report/findings.hpp"

namespace medchain::audit {

/// When a finding is made.  Times in seconds.
struct Thresholds {
  std::uint64_t volume_minimum = 50;     ///< records opened by a person that are never too many
  std::uint64_t volume_peers = 5;        ///< persons of a member that make a comparison
  std::uint64_t volume_factor = 5;       ///< times the median of them
  std::uint64_t volume_deviations = 6;   ///< median absolute deviations above the median
  std::uint64_t off_hours_acts = 3;      ///< acts of a person outside of working hours
  std::uint64_t work_begin = 7 * 3'600;  ///< of the day, in the policy's time zone
  std::uint64_t work_end = 20 * 3'600;
  bool weekends = false;          ///< true: Saturday and Sunday are worked
  std::uint64_t emergencies = 5;  ///< of a person within `emergency_span`
  std::uint64_t emergency_span = 30 * 86'400;
  std::uint64_t refusals = 5;  ///< of a person, or of a member, within `refusal_span`
  std::uint64_t refusal_span = 86'400;
  std::uint64_t review_within = 3 * 86'400;   ///< of the end of an emergency
  std::uint64_t notice_within = 7 * 86'400;   ///< of a notice that names no date
  std::uint64_t attest_within = 7 * 86'400;   ///< of the day by which it was to be erased
  std::uint64_t release_within = 7 * 86'400;  ///< of a release, until it is opened
  std::uint64_t use_grace = 3'600;            ///< of the end of a grant, for what is opened
  std::uint64_t anchor_within = 30 * 86'400;  ///< of a record's own date
  std::uint64_t clock_drift = 120;            ///< between a member's time and log time
  std::uint64_t clock_entries = 10;           ///< that show it
  std::uint64_t clock_days = 3;               ///< different days of log time that they are of
};

/// One finding.
struct Anomaly {
  std::string_view id;  ///< of anomaly_kinds()
  report::Level level = report::Level::note;
  std::string message;               ///< names no person and no record
  std::vector<EntryIndex> entries;   ///< that prove it, ascending, at least one
  std::optional<MemberName> member;  ///< whose doing it is
  std::optional<PersonTag> person;   ///< of that member
  UnixSeconds at;                    ///< log time of the newest entry; of what is overdue: now
};

/// All kinds: id, level, what it means.  The last, anchor.late, is found with a vault alone
/// (cli/audit_late.hpp).
std::span<const report::FindingKind> anomaly_kinds();
/// Its place in anomaly_kinds(); nothing for what is none.
const report::FindingKind* find_anomaly_kind(std::string_view id);

struct AnomalyTerms {
  Thresholds thresholds;
  UnixSeconds now;  ///< what is overdue then; log time, if that is later
  /// Of log time: findings outside of it are left out, and persons are compared by what they did
  /// in it.
  std::optional<UnixSeconds> since, until;
};

/// By kind in the order of anomaly_kinds(), then by entries.  `go_on` is asked now and then whether
/// to stop (interrupted).  Fails with store_damaged and as `go_on` does.
Result<std::vector<Anomaly>> anomalies(const ledger::Snapshot& view, const AnomalyTerms& terms,
                                       const std::function<Status()>& go_on);

}  // namespace medchain::audit
