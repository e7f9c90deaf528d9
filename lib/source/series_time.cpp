// Times as device exports write them, and the instants they are.
#include <array>
#include <chrono>

#include "base/text.hpp"
#include "source/series_internal.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t shown_shape = 32;
constexpr std::size_t max_streams = 1024;  ///< kinds of rows times devices; more are forgotten

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes parts of a time off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  struct Number {
    unsigned value = 0;
    std::size_t digits = 0;
  };
  /// Up to four digits; none is no number.
  Number number() {
    Number found;
    while (found.digits < 4 && !rest_.empty() && is_digit(rest_.front())) {
      found.value = found.value * 10 + static_cast<unsigned>(rest_.front() - '0');
      ++found.digits;
      rest_.remove_prefix(1);
    }
    return found;
  }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  std::string_view rest() const { return rest_; }
  void skip_digits() {
    while (!rest_.empty() && is_digit(rest_.front())) rest_.remove_prefix(1);
  }
  void skip_spaces() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }

 private:
  std::string_view rest_;
};

struct Parts {
  unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  bool year_first = false;
};

Error expected(std::string what) {
  return fail(Code::input_invalid, "expected " + std::move(what));
}

Status scan_date(Scanner& scanner, DateOrder order, Parts& parts) {
  const Error form = expected("a date such as 2026-11-23, 23.11.2026 or 11/23/2026, then a time");
  std::array<Scanner::Number, 3> numbers;
  char separator = '\0';
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = scanner.number();
    if (numbers[i].digits == 0) return form;
    if (i == 2) break;
    if (i == 0) separator = scanner.peek();
    if ((separator != '-' && separator != '/' && separator != '.') || !scanner.take(separator))
      return form;
  }
  std::size_t year = 2, month = 0, day = 1;
  if (numbers[0].digits == 4) {
    year = 0, month = 1, day = 2;
    parts.year_first = true;
  } else if (separator == '.' || order == DateOrder::day_first) {
    day = 0, month = 1;
  } else if (order == DateOrder::unknown) {
    return fail(Code::input_invalid,
                "a date with the year last needs to be told whether month or day comes first");
  }
  if (numbers[month].digits > 2 || numbers[day].digits > 2 ||
      (numbers[year].digits != 4 && (parts.year_first || numbers[year].digits != 2)))
    return form;
  parts.year = numbers[year].value + (numbers[year].digits == 2 ? 2000 : 0);
  parts.month = numbers[month].value;
  parts.day = numbers[day].value;
  if (parts.year < 1970) return expected("a year from 1970 to 9999");
  if (parts.month < 1 || parts.month > 12) return expected("a month from 1 to 12");
  if (parts.day < 1 || parts.day > 31) return expected("a day from 1 to 31");
  return {};
}

Status scan_clock(Scanner& scanner, Parts& parts) {
  const Error form = expected("a time of the day such as 08:00, 08:00:00 or 8:00 AM");
  const auto two_digits = [&scanner](unsigned& to) {
    const Scanner::Number number = scanner.number();
    to = number.value;
    return number.digits == 2;
  };
  const Scanner::Number hour = scanner.number();
  parts.hour = hour.value;
  if (hour.digits < 1 || hour.digits > 2 || !scanner.take(':') || !two_digits(parts.minute))
    return form;
  if (scanner.take(':')) {
    if (!two_digits(parts.second)) return form;
    if (scanner.take('.') || scanner.take(',')) {
      if (!is_digit(scanner.peek())) return form;
      scanner.skip_digits();
    }
  }
  if (parts.minute > 59) return expected("a minute from 0 to 59");
  if (parts.second > 59) return expected("a second from 0 to 59");
  Scanner ahead = scanner;
  ahead.skip_spaces();
  const std::string half = to_lower_ascii(ahead.rest());
  if (half == "am" || half == "pm") {
    if (parts.hour < 1 || parts.hour > 12) return expected("an hour from 1 to 12 with AM or PM");
    parts.hour = parts.hour % 12 + (half == "pm" ? 12 : 0);
    scanner = Scanner({});
  }
  if (parts.hour > 23) return expected("an hour from 0 to 23");
  return {};
}

/// Seconds ahead of UTC, if there is an offset.
Result<std::optional<std::int64_t>> scan_offset(Scanner& scanner) {
  const std::string_view rest = scanner.rest();
  if (rest.empty()) return std::optional<std::int64_t>();
  if (rest == "Z" || rest == "z") return std::optional<std::int64_t>(0);
  if (rest.front() != '+' && rest.front() != '-')
    return expected("the end of the time, 'Z' or an offset such as +02:00");
  auto zone = Zone::parse(rest);
  if (!zone) return expected("an offset such as +02:00, at most 14:00");
  return std::optional<std::int64_t>(zone->periods().front().offset);
}

/// The parts read as if they were UTC.  Fails if the month has no such day.
Result<std::int64_t> seconds_of(const Parts& parts) {
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(parts.year)),
                                         std::chrono::month(parts.month),
                                         std::chrono::day(parts.day));
  if (!date.ok()) return expected("a day that the month has");
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + parts.hour) * 60 + parts.minute) * 60 + parts.second;
}

}  // namespace

Result<RowTime> parse_row_time(std::string_view text, DateOrder order) {
  const std::string_view trimmed = trim_ascii(text);
  if (trimmed.empty()) return expected("a time");
  Scanner scanner(trimmed);
  Parts parts;
  MC_TRY(scan_date(scanner, order, parts));
  if (scanner.peek() != 'T' && scanner.peek() != ' ')
    return expected("'T' or a space between date and time");
  (void)scanner.take('T');
  scanner.skip_spaces();
  MC_TRY(scan_clock(scanner, parts));
  if (!parts.year_first && !scanner.rest().empty()) return expected("the end of the time");
  MC_ASSIGN(const std::optional<std::int64_t> offset, scan_offset(scanner));
  MC_ASSIGN(const std::int64_t seconds, seconds_of(parts));
  RowTime time{LocalSeconds(seconds), std::nullopt};
  if (offset) time.instant = UnixSeconds(seconds - *offset);
  return time;
}

Result<UnixSeconds> RowClock::instant_of(const RowTime& time, const std::string& stream) {
  const auto before = streams_.find(stream);
  UnixSeconds found;
  if (time.instant) {
    found = *time.instant;
  } else {
    if (!zone_)
      return fail(Code::input_invalid, "a local time needs the time zone of the device's clock")
          .with_hint("give it, such as '--zone=Europe/Berlin'");
    if (!zone_->covers(time.local))
      return expected("a year from 1970 to 2037: of later ones the zone data say nothing");
    const std::vector<UnixSeconds> instants = zone_->instants_of(time.local);
    if (instants.empty())
      return expected(
          "a time that the clocks of the zone show: it is in the hour left out when "
          "they are put forward");
    found = instants.front();
    if (instants.size() > 1) {
      ++repeated_hour_;
      if (before != streams_.end()) {
        const auto [last, backwards] = before->second;
        const bool earlier = backwards ? instants.back() > last : instants.front() >= last;
        found = earlier ? instants.front() : instants.back();
      }
    }
  }
  if (found < first_reading_time || found > last_reading_time)
    return expected("a time in the years 1970 to 9999 UTC");
  if (before == streams_.end()) {
    if (streams_.size() == max_streams) streams_.clear();
    streams_.emplace(stream, Before{found, false});
  } else {
    if (found != before->second.time) before->second.backwards = found < before->second.time;
    before->second.time = found;
  }
  return found;
}

SeriesItem item_of(const std::string& place, std::uint64_t line, Result<Reading> found,
                   SeriesCounts& counts) {
  SeriesItem item;
  item.line = line;
  item.place = place + ":" + std::to_string(line);
  if (found) {
    ++counts.readings;
    item.reading = std::move(*found);
  } else {
    ++counts.problems;
    item.problem = std::move(found).error();
  }
  return item;
}

std::string shape(std::string_view text) {
  std::string out = "'";
  std::size_t shown = 0;
  for (const char c : text) {
    if (++shown > shown_shape) return out + "...'";
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool kept = std::string_view(" .,:;/+-<>=()").find(c) != std::string_view::npos;
    out += is_digit(c) ? '9' : letter ? 'a' : kept ? c : '?';
  }
  return out + "'";
}

}  // namespace medchain::source
