// Anomalies of persons and members that stand out by counts.
#include <algorithm>

#include "audit/anomalies_internal.hpp"
#include "audit/spread.hpp"
#include "base/text.hpp"

namespace medchain::audit {
namespace {

constexpr std::int64_t day = 86'400;
constexpr std::int64_t thursday = 4;  ///< the first day of all: 1970-01-01; Sunday is 0

std::int64_t day_of(std::int64_t seconds) { return seconds / day - (seconds % day < 0 ? 1 : 0); }

/// What the clocks of the policy's time zone show.
std::int64_t local_time(UnixSeconds time, const entry::Policy& policy) {
  std::int64_t offset = 0;
  if (policy.zone && !policy.zone->empty()) {
    offset = policy.zone->front().offset.seconds();
    for (const entry::ZonePeriod& period : *policy.zone)
      if (period.from <= time) offset = period.offset.seconds();
  }
  return time.get() + offset;
}

}  // namespace

bool Counting::is_off_hours(UnixSeconds time, const entry::Policy& policy) const {
  const Thresholds& thresholds = terms_.thresholds;
  const std::int64_t local = local_time(time, policy);
  const std::int64_t today = day_of(local);
  const std::int64_t weekday = ((today + thursday) % 7 + 7) % 7;
  if (!thresholds.weekends && (weekday == 0 || weekday == 6)) return true;
  const auto second = static_cast<std::uint64_t>(local - today * day);
  return second < thresholds.work_begin || second >= thresholds.work_end;
}

bool Counting::is_act_of_person(const Event& event, const entry::Entry& entry) const {
  if (!event.person || !findings_.is_within(event.logged)) return false;
  const entry::Body& body = entry.statement.body;
  if (const auto* release = std::get_if<entry::Release>(&body)) return !release->standing;
  return std::holds_alternative<entry::Use>(body) || std::holds_alternative<entry::Emergency>(body);
}

/// Between the author's time and log time.  The clock's own entries say nothing, and what is later
/// than most entries may be was prepared and carried here.
std::optional<std::int64_t> Counting::difference(const Event& event, const entry::Entry& entry,
                                                 const entry::Policy& policy) const {
  const entry::Body& body = entry.statement.body;
  if (std::holds_alternative<entry::Tick>(body) || std::holds_alternative<entry::Genesis>(body) ||
      std::holds_alternative<entry::PolicyChange>(body) || !findings_.is_within(event.logged))
    return std::nullopt;
  const std::int64_t off = event.time.get() - event.logged.get();
  if (off < -static_cast<std::int64_t>(policy.max_skew)) return std::nullopt;
  return off;
}

void Counting::end_run(std::string_view id, const Who& who, Recent& recent) {
  if (recent.run.empty()) return;
  const bool is_refused = id == "access.refused_often";
  findings_.add(id,
                (who.second ? "a person of " : "") + quote(who.first.get()) +
                    (is_refused ? " was refused " : " broke the glass ") +
                    counted(recent.run.size(), "time"),
                std::move(recent.run), who.first, who.second, recent.last);
  recent.run.clear();
}

void Counting::bunch(std::string_view id, const Who& who, const Event& event, std::uint64_t limit,
                     std::uint64_t span) {
  Recent& recent = recent_[{id, who}];
  recent.acts.emplace_back(event.logged, event.index);
  if (recent.acts.size() > limit) recent.acts.erase(recent.acts.begin());
  if (recent.acts.size() < limit ||
      event.logged.get() - recent.acts.front().first.get() > static_cast<std::int64_t>(span))
    return;
  if (!recent.run.empty() && recent.run.back() < recent.acts.front().second)
    end_run(id, who, recent);
  for (const auto& [time, index] : recent.acts)
    if (recent.run.empty() || recent.run.back() < index) recent.run.push_back(index);
  recent.last = event.logged;
}

void Counting::look_at_keys(const Event& event) {
  if (!event.person || !event.staff) return;
  const auto [holder, is_new] =
      staff_.try_emplace(*event.staff, Holder{*event.person, event.index, false});
  if (!is_new && holder->second.person != *event.person && !holder->second.is_told) {
    holder->second.is_told = true;
    findings_.add("person.shared_key",
                  "staff key " + quote(*event.staff) + " signed for two persons",
                  {holder->second.entry, event.index}, event.author, event.person, event.logged);
  }
  Acts& acts = persons_[{event.author, event.person}];
  const auto [key, is_first] = acts.keys.try_emplace(*event.staff, event.index);
  if (!is_first && acts.staff != event.staff && !acts.is_told) {
    acts.is_told = true;
    findings_.add("person.shared_tag",
                  "a person of " + quote(event.author.get()) + " signed with " +
                      counted(acts.keys.size(), "staff key") + " by turns",
                  {key->second, acts.keys.at(*acts.staff), event.index}, event.author, event.person,
                  event.logged);
  }
  acts.staff = event.staff;
}

Status Counting::count(const Event& event, const entry::Entry& entry, const entry::Policy& policy) {
  const Thresholds& thresholds = terms_.thresholds;
  const entry::Body& body = entry.statement.body;
  if (const auto off = difference(event, entry, policy)) {
    Clock& clock = clocks_[event.author];
    ++clock.differences[*off];
    const std::int64_t today = day_of(event.logged.get());
    if (clock.days.size() < thresholds.clock_days &&
        std::find(clock.days.begin(), clock.days.end(), today) == clock.days.end())
      clock.days.push_back(today);
  }
  look_at_keys(event);
  if (is_act_of_person(event, entry)) {
    Acts& acts = persons_[{event.author, event.person}];
    if (std::holds_alternative<entry::Use>(body)) acts.opened += event.count;
    if (is_off_hours(event.logged, policy)) ++acts.off_hours;
  }
  if (!findings_.is_within(event.logged)) return {};
  if (const auto* denied = std::get_if<entry::Denied>(&body))
    bunch("access.refused_often", {denied->actor, denied->asker}, event, thresholds.refusals,
          thresholds.refusal_span);
  if (std::holds_alternative<entry::Emergency>(body))
    bunch("emergency.often", {event.author, event.person}, event, thresholds.emergencies,
          thresholds.emergency_span);
  return {};
}

bool Counting::judge() {
  const Thresholds& thresholds = terms_.thresholds;
  bool any = false;
  std::map<MemberName, std::map<std::int64_t, std::uint64_t>> volumes;
  std::map<MemberName, std::uint64_t> peers;
  for (const auto& [who, acts] : persons_)
    if (acts.opened > 0) {
      ++volumes[who.first][static_cast<std::int64_t>(acts.opened)];
      ++peers[who.first];
    }
  for (auto& [who, acts] : persons_) {
    acts.is_off = acts.off_hours >= thresholds.off_hours_acts;
    if (acts.opened >= thresholds.volume_minimum && peers[who.first] >= thresholds.volume_peers) {
      const Spread spread = spread_of(volumes[who.first]);
      const auto median = static_cast<std::uint64_t>(spread.median);
      const auto deviation = static_cast<std::uint64_t>(spread.deviation);
      acts.is_much = acts.opened / thresholds.volume_factor >= median &&
                     acts.opened > median * thresholds.volume_factor &&
                     acts.opened > median + deviation * thresholds.volume_deviations;
    }
    any = any || acts.is_off || acts.is_much;
  }
  for (auto& [member, clock] : clocks_) {
    std::uint64_t all = 0;
    for (const auto& [off, times] : clock.differences) all += times;
    if (all < thresholds.clock_entries || clock.days.size() < thresholds.clock_days) continue;
    const Spread spread = spread_of(clock.differences);
    const std::int64_t size = std::abs(spread.median);
    if (size <= static_cast<std::int64_t>(thresholds.clock_drift) || spread.deviation > size / 4)
      continue;
    clock.drift = spread.median;
    any = true;
  }
  return any;
}

void Counting::collect(const Event& event, const entry::Entry& entry, const entry::Policy& policy) {
  if (const auto off = difference(event, entry, policy)) {
    Clock& clock = clocks_[event.author];
    const bool is_so = clock.drift && (*clock.drift < 0) == (*off < 0) &&
                       std::abs(*off) > static_cast<std::int64_t>(terms_.thresholds.clock_drift);
    if (is_so) {
      clock.entries.push_back(event.index);
      clock.last = event.logged;
    }
  }
  if (!is_act_of_person(event, entry)) return;
  Acts& acts = persons_[{event.author, event.person}];
  if (acts.is_much && std::holds_alternative<entry::Use>(entry.statement.body) && event.count > 0) {
    acts.opening.push_back(event.index);
    acts.last_opening = event.logged;
  }
  if (acts.is_off && is_off_hours(event.logged, policy)) {
    acts.off.push_back(event.index);
    acts.last_off = event.logged;
  }
}

void Counting::finish() {
  for (auto& [key, recent] : recent_) end_run(key.first, key.second, recent);
  for (auto& [who, acts] : persons_) {
    const std::string person = "a person of " + quote(who.first.get());
    if (acts.is_much)
      findings_.add("volume.person", person + " opened " + counted(acts.opened, "record"),
                    std::move(acts.opening), who.first, who.second, acts.last_opening);
    if (acts.is_off)
      findings_.add(
          "hours.person",
          person + " acted " + counted(acts.off_hours, "time") + " outside of working hours",
          std::move(acts.off), who.first, who.second, acts.last_off);
  }
  for (auto& [member, clock] : clocks_)
    if (clock.drift)
      findings_.add("clock.drift",
                    "the clock of " + quote(member.get()) + " is " +
                        std::to_string(std::abs(*clock.drift)) + " seconds " +
                        (*clock.drift < 0 ? "behind" : "ahead of") + " log time",
                    std::move(clock.entries), member, std::nullopt, clock.last);
}

}  // namespace medchain::audit
