#include "source/series_days.hpp"

#include <algorithm>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "json/value.hpp"
#include "source/reading_json_internal.hpp"

namespace medchain::source {
namespace {

constexpr std::int64_t seconds_per_day = 86400;
constexpr std::string_view glucose = "glucose";
constexpr std::string_view document_type = "series-day";
constexpr std::size_t date_size = 10;

Error too_many(DayNumber day) {
  return fail(Code::input_too_long, "the day " + format_day(day) + " has more than " +
                                        std::to_string(max_day_readings) + " readings");
}

const json::Value* member(const json::Object& object, std::size_t index, std::string_view key) {
  const auto& members = object.members();
  return index < members.size() && members[index].first == key ? &members[index].second : nullptr;
}

/// The string at its place; an error that names it otherwise.
Result<std::string> text_at(const json::Object& object, std::size_t index, std::string_view key) {
  const json::Value* value = member(object, index, key);
  if (value == nullptr || value->string() == nullptr)
    return fail(Code::input_invalid, "day document: expected the string '" + std::string(key) +
                                         "' as member " + std::to_string(index + 1));
  return *value->string();
}

Status expect_text(const json::Object& object, std::size_t index, std::string_view key,
                   std::string_view wanted) {
  MC_ASSIGN(const std::string text, text_at(object, index, key));
  if (text == wanted) return {};
  return fail(Code::input_invalid, "day document: field '" + std::string(key) + "': expected '" +
                                       std::string(wanted) + "', got " + quote(text));
}

Result<DayNumber> parse_day_number(std::string_view text) {
  const auto time = text.size() == date_size ? parse_time_strict(std::string(text) + "T00:00:00Z")
                                             : Result<UnixSeconds>(fail(Code::input_invalid, ""));
  if (!time || *time < first_reading_time)
    return fail(Code::input_invalid,
                "day document: field 'day': expected a date from 1970 to 9999, got " + quote(text));
  return day_of(*time);
}

Error at_reading(std::size_t index, const std::string& what) {
  return fail(Code::input_invalid,
              "day document: reading " + std::to_string(index + 1) + ": " + what);
}

std::uint64_t fitting(std::int64_t seconds, std::int64_t interval) {
  const std::int64_t steps = (seconds + interval / 2) / interval;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(1, steps - 1));
}

}  // namespace

DayNumber day_of(UnixSeconds time) {
  // Rounded down, for the times before 1970 as well.
  const std::int64_t seconds = time.get();
  return DayNumber(seconds / seconds_per_day - (seconds % seconds_per_day < 0 ? 1 : 0));
}

std::string format_day(DayNumber day) {
  return format_time(UnixSeconds(day.get() * seconds_per_day)).substr(0, date_size);
}

Status check_series_name(std::string_view name) {
  const auto wrong = [](const std::string& got) {
    return fail(Code::input_invalid, "name of a series: expected 1 to " +
                                         std::to_string(max_series_name) +
                                         " bytes of UTF-8 without control characters, got " + got);
  };
  if (name.empty() || name.size() > max_series_name)
    return wrong(std::to_string(name.size()) + " bytes");
  if (const auto at = find_invalid_utf8(name))
    return wrong("a byte that is not UTF-8 at offset " + std::to_string(*at));
  if (escape_for_terminal(name) != name) return wrong("a control character");
  return {};
}

std::string write_day(const DayDocument& day) {
  std::string out;
  out.reserve(160 + day.readings.size() * 96);
  out += "{\"schema\":\"medchain/1\",\"type\":\"series-day\",\"series\":";
  json::write_string(day.series, out);
  out += ",\"profile\":";
  json::write_string(day.profile, out);
  out +=
      ",\"day\":\"" + format_day(day.day) + "\",\"count\":" + std::to_string(day.readings.size());
  out += ",\"readings\":[";
  for (const Reading& reading : day.readings) {
    if (out.back() != '[') out += ',';
    append_json(reading, out);
  }
  out += "]}";
  return out;
}

Result<DayDocument> parse_day(std::string_view text) {
  MC_ASSIGN(const json::Object object, json::parse_object(text));
  MC_TRY(expect_text(object, 0, "schema", "medchain/1"));
  MC_TRY(expect_text(object, 1, "type", document_type));
  DayDocument day;
  MC_ASSIGN(day.series, text_at(object, 2, "series"));
  MC_TRY(check_series_name(day.series));
  MC_TRY(expect_text(object, 3, "profile", glucose));
  day.profile = glucose;
  MC_ASSIGN(const std::string date, text_at(object, 4, "day"));
  MC_ASSIGN(day.day, parse_day_number(date));
  const json::Value* count = member(object, 5, "count");
  const json::Value* readings = member(object, 6, "readings");
  if (count == nullptr || count->integer() == nullptr)
    return fail(Code::input_invalid, "day document: expected the integer 'count' as member 6");
  if (readings == nullptr || readings->array() == nullptr)
    return fail(Code::input_invalid, "day document: expected the array 'readings' as member 7");
  const json::Array& items = *readings->array();
  if (items.empty()) return fail(Code::input_invalid, "day document: expected a reading, got none");
  if (items.size() > max_day_readings) return too_many(day.day);
  if (*count->integer() != static_cast<std::int64_t>(items.size()))
    return fail(Code::input_invalid, "day document: 'count' is " +
                                         std::to_string(*count->integer()) + ", there are " +
                                         std::to_string(items.size()) + " readings");
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].object() == nullptr) return at_reading(i, "expected an object");
    auto reading = reading_of(*items[i].object());
    if (!reading) return at_reading(i, reading.error().message);
    if (day_of(reading->time) != day.day) return at_reading(i, "it is not of this day");
    if (i > 0 && !(day.readings.back() < *reading))
      return at_reading(i,
                        "it is not behind the one in front of it in the order of time, method, "
                        "unit and value");
    day.readings.push_back(std::move(*reading));
  }
  // What is left to find: other members, white space, escapes and times that are spelled otherwise.
  const std::string again = write_day(day);
  if (again != text) {
    const auto differ = std::mismatch(again.begin(), again.end(), text.begin(), text.end()).first;
    return fail(Code::input_invalid, "day document: not in its canonical form from byte " +
                                         std::to_string(differ - again.begin()) + " on");
  }
  return day;
}

Result<std::vector<DayDocument>> to_days(std::string_view series, std::vector<Reading> readings) {
  MC_TRY(check_series_name(series));
  std::sort(readings.begin(), readings.end());
  readings.erase(std::unique(readings.begin(), readings.end()), readings.end());
  std::vector<DayDocument> days;
  for (Reading& reading : readings) {
    const DayNumber day = day_of(reading.time);
    if (days.empty() || days.back().day != day)
      days.push_back({std::string(series), std::string(glucose), day, {}});
    if (days.back().readings.size() == max_day_readings) return too_many(day);
    days.back().readings.push_back(std::move(reading));
  }
  return days;
}

Result<Merged> merge_days(const DayDocument& old, const DayDocument& late) {
  if (old.series != late.series || old.profile != late.profile || old.day != late.day)
    return fail(Code::input_conflict, "two days of different series, profiles or dates: " +
                                          format_day(old.day) + " and " + format_day(late.day));
  Merged merged;
  merged.day = {old.series, old.profile, old.day, {}};
  std::vector<Reading>& all = merged.day.readings;
  all.reserve(old.readings.size() + late.readings.size());
  std::set_union(old.readings.begin(), old.readings.end(), late.readings.begin(),
                 late.readings.end(), std::back_inserter(all));
  if (all.size() > max_day_readings) return too_many(old.day);
  merged.added = all.size() - old.readings.size();
  merged.duplicates = late.readings.size() - merged.added;
  return merged;
}

std::vector<Conflict> conflicts(const DayDocument& day) {
  std::vector<Conflict> found;
  const std::vector<Reading>& all = day.readings;
  for (std::size_t begin = 0, end; begin < all.size(); begin = end) {
    end = begin + 1;
    while (end < all.size() && all[end].time == all[begin].time &&
           all[end].method == all[begin].method)
      ++end;
    // Agreement across units has a tolerance, so it must hold for every pair.
    bool agreed = true;
    for (std::size_t i = begin; i < end && agreed; ++i)
      for (std::size_t j = i + 1; j < end && agreed; ++j) agreed = agree(all[i], all[j]);
    if (!agreed) found.push_back({all[begin], end - begin});
  }
  return found;
}

Result<std::vector<Gap>> gaps(std::span<const DayDocument> days, const GapRule& rule) {
  const std::int64_t tolerance = rule.tolerance.value_or(rule.interval / 2);
  // A year is more than any device waits, and keeps the sums far from overflow.
  constexpr std::int64_t longest = 366 * seconds_per_day;
  if (rule.interval < 1 || rule.interval > longest || tolerance < 0 || tolerance > longest)
    return fail(Code::input_invalid,
                "interval and tolerance of gaps: expected 1 second to 366 days");
  if (rule.from && rule.until && *rule.until < *rule.from)
    return fail(Code::input_invalid,
                "period of gaps: expected an end that is not before its beginning");
  std::vector<Gap> found;
  std::optional<UnixSeconds> before = rule.from;
  const auto look = [&](UnixSeconds after, UnixSeconds next) {
    const std::int64_t seconds = next.get() - after.get();
    if (seconds > rule.interval + tolerance)
      found.push_back({after, next, fitting(seconds, rule.interval)});
  };
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (i > 0 && days[i].day <= days[i - 1].day)
      return fail(Code::input_invalid, "days for gaps: expected ascending days, got " +
                                           format_day(days[i].day) + " behind " +
                                           format_day(days[i - 1].day));
    for (const Reading& reading : days[i].readings) {
      if (reading.method != rule.method || (rule.from && reading.time < *rule.from) ||
          (rule.until && reading.time > *rule.until))
        continue;
      if (before) look(*before, reading.time);
      before = reading.time;
    }
  }
  if (rule.until && before) look(*before, *rule.until);
  return found;
}

}  // namespace medchain::source
