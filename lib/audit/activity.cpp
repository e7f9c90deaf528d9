#include "audit/activity.hpp"

#include <algorithm>
#include <array>

#include "audit/event.hpp"
#include "audit/walk.hpp"
#include "base/parse.hpp"

namespace medchain::audit {
namespace {

constexpr std::int64_t day = 86'400;

std::int64_t day_of(UnixSeconds time) {
  const std::int64_t seconds = time.get();
  return seconds / day - (seconds % day < 0 ? 1 : 0);
}
std::string text_of_day(std::int64_t number) {
  return format_time(UnixSeconds(number * day)).substr(0, 10);
}

/// All from `first` on, in steps of a day; of months each once.
std::vector<std::string> periods_between(std::int64_t first, std::int64_t last, bool by_day) {
  std::vector<std::string> periods;
  for (std::int64_t at = first; at <= last; ++at) {
    const std::string text = text_of_day(at).substr(0, by_day ? 10 : 7);
    if (periods.empty() || periods.back() != text) periods.push_back(text);
  }
  return periods;
}

}  // namespace

Result<Activity> activity(const ledger::Snapshot& view, const std::function<Status()>& go_on) {
  std::map<std::int64_t, std::map<std::string, std::uint64_t>> days;
  Activity all;
  MC_TRY(for_each_entry(view, go_on, [&](const Passed& passed) -> Status {
    const std::string kind(kind_of(passed.bytes));
    ++days[day_of(passed.logged)][kind];
    ++all.totals[kind];
    return {};
  }));
  if (days.empty()) return all;
  // Log time may have been set back by a policy entry, so that the map's ends are not the ledger's.
  const std::int64_t first = days.begin()->first, last = days.rbegin()->first;
  all.by_day = last - first < most_days;
  all.periods = periods_between(std::max(first, last - static_cast<std::int64_t>(most_months) * 31),
                                last, all.by_day);
  if (all.periods.size() > most_months && !all.by_day)
    all.periods.erase(all.periods.begin(), all.periods.end() - most_months);
  for (const auto& [number, kinds] : days) {
    const std::string text = text_of_day(number).substr(0, all.by_day ? 10 : 7);
    const auto found = std::lower_bound(all.periods.begin(), all.periods.end(), text);
    if (found == all.periods.end() || *found != text) continue;
    for (const auto& [kind, count] : kinds) {
      auto& counts = all.kinds[kind];
      counts.resize(all.periods.size());
      counts[static_cast<std::size_t>(found - all.periods.begin())] += count;
    }
  }
  return all;
}

KindGroup group_of(std::string_view kind) {
  using Row = std::pair<std::string_view, KindGroup>;
  constexpr std::array<Row, 14> rows = {{{"anchor", KindGroup::records},
                                         {"erase", KindGroup::records},
                                         {"link", KindGroup::records},
                                         {"request", KindGroup::permissions},
                                         {"grant", KindGroup::permissions},
                                         {"answer", KindGroup::permissions},
                                         {"revoke", KindGroup::permissions},
                                         {"referral", KindGroup::permissions},
                                         {"prescription", KindGroup::permissions},
                                         {"emergency", KindGroup::permissions},
                                         {"review", KindGroup::permissions},
                                         {"release", KindGroup::movement},
                                         {"use", KindGroup::movement},
                                         {"denied", KindGroup::refusals}}};
  const auto* row =
      std::find_if(rows.begin(), rows.end(), [&](const Row& one) { return one.first == kind; });
  return row == rows.end() ? KindGroup::administration : row->second;
}

}  // namespace medchain::audit
