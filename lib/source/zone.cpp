#include "source/zone.hpp"

#include <date/tz.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>

#include "base/text.hpp"

namespace medchain::source {
namespace {

constexpr std::int64_t seconds_per_day = 86400;
constexpr std::int64_t max_offset = 14 * std::int64_t{3600};
constexpr UnixSeconds end_of_time{253'402'300'799};  // 9999-12-31T23:59:59Z
constexpr std::size_t max_zone_name = 64;

bool is_zone_name(std::string_view text) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
  return !text.empty() && text.size() <= max_zone_name &&
         text.find_first_not_of(letters) == std::string_view::npos;
}

/// `+02:00`; nothing if it is of another form or beyond the limit.
std::optional<std::int64_t> offset_of(std::string_view text) {
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto two_digits = [text](std::size_t at) -> std::int64_t {
    const char high = text[at], low = text[at + 1];
    if (high < '0' || high > '9' || low < '0' || low > '9') return -1;
    return (high - '0') * 10 + (low - '0');
  };
  const std::int64_t hours = two_digits(1), minutes = two_digits(4);
  if (hours < 0 || minutes < 0 || minutes > 59) return std::nullopt;
  const std::int64_t seconds = hours * 3600 + minutes * 60;
  if (seconds > max_offset) return std::nullopt;
  return text[0] == '-' ? -seconds : seconds;
}

/// Every period of a zone of the system's data that touches 1970 to 2037.
std::vector<Zone::Period> periods_of(const date::time_zone& zone) {
  std::vector<Zone::Period> periods;
  date::sys_seconds at{std::chrono::seconds{-seconds_per_day}};
  const date::sys_seconds last{std::chrono::seconds{Zone::last_known.get()}};
  while (at <= last) {
    const date::sys_info info = zone.get_info(at);
    const std::int64_t offset = info.offset.count();
    // A change of name or of what counts as summer time that leaves the clock alone is none.
    if (periods.empty() || periods.back().offset != offset)
      periods.push_back({UnixSeconds(at.time_since_epoch().count()), offset});
    if (info.end <= at) break;
    at = info.end;
  }
  return periods;
}

}  // namespace

Zone::Zone(std::vector<Period> periods, UnixSeconds last)
    : periods_(std::move(periods)), last_(last) {}

Zone Zone::fixed(std::int64_t offset) {
  return of_periods({{UnixSeconds(-seconds_per_day), offset}}, end_of_time);
}

Zone Zone::of_periods(std::vector<Period> periods, UnixSeconds last) {
  MC_ASSERT(!periods.empty());
  for (std::size_t i = 0; i < periods.size(); ++i) {
    MC_ASSERT(i == 0 || periods[i - 1].begin < periods[i].begin);
    MC_ASSERT(periods[i].offset > -seconds_per_day && periods[i].offset < seconds_per_day);
  }
  return {std::move(periods), last};
}

Result<Zone> Zone::parse(std::string_view text) {
  if (text == "UTC" || text == "Z") return fixed(0);
  if (const auto offset = offset_of(text)) return fixed(*offset);
  const auto unknown = [text](std::string_view why) {
    return fail(Code::usage, "time zone " + quote(text) + ": " + std::string(why))
        .with_hint("'timedatectl list-timezones' lists the names, such as 'Europe/Berlin'");
  };
  if (!is_zone_name(text) || text[0] == '+' || text[0] == '-')
    return unknown("expected an IANA name, 'UTC', or an offset such as '+02:00' (at most 14:00)");
  try {
    return of_periods(periods_of(*date::locate_zone(text)), last_known);
  } catch (const std::exception&) {
    // The library's message names files of the system and says no more than this.
    return unknown("not in the zone data of this system (package tzdata)");
  }
}

bool Zone::covers(LocalSeconds local) const {
  // The offset at either end is below a day, so the first and last day are judged by the clock.
  return local.get() >= 0 && local.get() <= last_.get();
}

std::vector<UnixSeconds> Zone::instants_of(LocalSeconds local) const {
  // A period can contain the instant only if it begins within a day of `local` read as UTC, or is
  // the last one that begins before that.
  const std::int64_t from = local.get() - seconds_per_day, to = local.get() + seconds_per_day;
  auto period = std::upper_bound(
      periods_.begin(), periods_.end(), from,
      [](std::int64_t value, const Period& each) { return value < each.begin.get(); });
  if (period != periods_.begin()) --period;
  std::vector<UnixSeconds> found;
  for (; period != periods_.end() && period->begin.get() <= to; ++period) {
    const UnixSeconds instant(local.get() - period->offset);
    const auto next = period + 1;
    const bool begun = instant >= period->begin || period == periods_.begin();
    if (begun && (next == periods_.end() || instant < next->begin)) found.push_back(instant);
  }
  return found;
}

}  // namespace medchain::source
