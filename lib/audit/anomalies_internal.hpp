// What the parts of the search for anomalies share.  Internal to lib/audit.
#pragma once

#include <map>

#include "audit/anomalies.hpp"
#include "audit/event.hpp"
#include "audit/log_times.hpp"

namespace medchain::audit {

class Findings {
 public:
  explicit Findings(const AnomalyTerms& terms) : terms_(terms) {}
  bool is_within(UnixSeconds time) const {
    return (!terms_.since || time >= *terms_.since) && (!terms_.until || time < *terms_.until);
  }
  /// Unless it is outside of the period.  Of two entries that are the same one is kept.
  void add(std::string_view id, std::string message, std::vector<EntryIndex> entries,
           const std::optional<MemberName>& member, const std::optional<PersonTag>& person,
           UnixSeconds at);
  /// A release by a general grant to who nothing relates to the subject: one finding for all to
  /// one member by one grant, made by end_unrelated().
  void add_unrelated(EntryIndex grant, const Event& release, const entry::Release& body);
  void end_unrelated();
  std::vector<Anomaly> sorted() &&;

 private:
  struct Unrelated {
    std::vector<EntryIndex> entries;
    std::optional<PersonTag> receiver;  ///< if all were to one person
    UnixSeconds last;
  };
  const AnomalyTerms& terms_;
  std::vector<Anomaly> found_;
  std::map<std::pair<EntryIndex, MemberName>, Unrelated> unrelated_;
};

// What single entries show.
Status check_release(const ledger::Snapshot& view, const Event& event, const entry::Release& body,
                     Findings& findings);
Status check_use(const ledger::Snapshot& view, LogTimes& times, const Event& event,
                 const entry::Use& body, const Thresholds& thresholds, Findings& findings);
Status check_denied(const ledger::Snapshot& view, const Event& event, const entry::Denied& body,
                    Findings& findings);
Status check_review(const ledger::Snapshot& view, const Event& event, const entry::Review& body,
                    Findings& findings);
Status check_claim(const ledger::Snapshot& view, const Event& event,
                   const entry::Prescription& body, Findings& findings);

/// What was due at `now` and is not done, from the state of acts.
Status check_duties(const ledger::Snapshot& view, LogTimes& times, const Thresholds& thresholds,
                    UnixSeconds now, const std::function<Status()>& go_on, Findings& findings);
/// Releases that their receiver could not open, and nothing more.
Status check_failed_uses(const ledger::Snapshot& view, LogTimes& times,
                         const std::function<Status()>& go_on, Findings& findings);

/// Acts of persons and clocks of members, by counts.
class Counting {
 public:
  Counting(const AnomalyTerms& terms, Findings& findings) : terms_(terms), findings_(findings) {}
  /// Each entry, in order.
  Status count(const Event& event, const entry::Entry& entry, const entry::Policy& policy);
  /// Who stands out; says whether anybody does, so that their entries must be passed again.
  bool judge();
  /// Each entry once more.
  void collect(const Event& event, const entry::Entry& entry, const entry::Policy& policy);
  void finish();

 private:
  using Who = std::pair<MemberName, std::optional<PersonTag>>;
  struct Acts {
    std::uint64_t opened = 0, off_hours = 0;
    bool is_much = false, is_off = false;
    std::vector<EntryIndex> opening, off;
    UnixSeconds last_opening, last_off;
    std::optional<std::string> staff;  ///< newest key
    std::map<std::string, EntryIndex> keys;
    bool is_told = false;
  };
  struct Clock {
    std::map<std::int64_t, std::uint64_t> differences;
    std::vector<std::int64_t> days;  ///< no more than are asked for
    std::optional<std::int64_t> drift;
    std::vector<EntryIndex> entries;
    UnixSeconds last;
  };
  /// The newest acts of one person, so many as are too many.
  struct Recent {
    std::vector<std::pair<UnixSeconds, EntryIndex>> acts;
    std::vector<EntryIndex> run;
    UnixSeconds last;
  };
  void bunch(std::string_view id, const Who& who, const Event& event, std::uint64_t limit,
             std::uint64_t span);
  void end_run(std::string_view id, const Who& who, Recent& recent);
  void look_at_keys(const Event& event);
  bool is_off_hours(UnixSeconds time, const entry::Policy& policy) const;
  bool is_act_of_person(const Event& event, const entry::Entry& entry) const;
  std::optional<std::int64_t> difference(const Event& event, const entry::Entry& entry,
                                         const entry::Policy& policy) const;

  const AnomalyTerms& terms_;
  Findings& findings_;
  std::map<Who, Acts> persons_;
  std::map<MemberName, Clock> clocks_;
  std::map<std::pair<std::string_view, Who>, Recent> recent_;
  struct Holder {
    PersonTag person;
    EntryIndex entry;
    bool is_told = false;
  };
  std::map<std::string, Holder> staff_;
};

}  // namespace medchain::audit
