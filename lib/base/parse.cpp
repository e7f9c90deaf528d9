#include "base/parse.hpp"

#include <charconv>
#include <optional>

#include "base/error.hpp"

namespace medchain {
namespace {

constexpr std::int64_t seconds_per_day = 86400;
constexpr std::int64_t first_second = first_time.get();

Error invalid(std::string message) { return fail(Code::input_invalid, std::move(message)); }

struct Civil {
  std::int64_t year = 0;
  unsigned month = 0;
  unsigned day = 0;
};

// Proleptic Gregorian calendar.  Years are counted from 1 March so that the leap day comes last; an
// era is the 400 years (146097 days) after which the calendar repeats.  719468 days lie between
// 0000-03-01 and 1970-01-01. Within a year counted from March, month m (0 = March) begins at day
// (153 m + 2) / 5.
std::int64_t days_from_civil(const Civil& date) {
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t march_month = (date.month + 9) % 12;
  const std::int64_t day_of_year = (153 * march_month + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

Civil civil_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  // 1460, 36524, 146096: the days after which a leap day was counted too much or too little.
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t march_month = (5 * day_of_year + 2) / 153;
  const auto day = static_cast<unsigned>(day_of_year - (153 * march_month + 2) / 5 + 1);
  const auto month = static_cast<unsigned>(march_month < 10 ? march_month + 3 : march_month - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

unsigned days_in_month(std::int64_t year, unsigned month) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

void append_number(std::string& to, std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  to.append(width - digits.size(), '0').append(digits);
}

/// Takes the parts of a time from the front of a text; the first thing that does not fit is kept as
/// `problem`.
class TimeScanner {
 public:
  explicit TimeScanner(std::string_view text) : text_(text) {}

  /// Exactly `count` digits with a value in [min, max].
  unsigned number(std::size_t count, const char* what, unsigned min, unsigned max) {
    unsigned value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (at_ + i >= text_.size() || text_[at_ + i] < '0' || text_[at_ + i] > '9') {
        set_problem(std::string("expected ") + std::to_string(count) + " digits of the " + what);
        return 0;
      }
      value = value * 10 + static_cast<unsigned>(text_[at_ + i] - '0');
    }
    if (value < min || value > max)
      set_problem(std::string("the ") + what + " is not in " + std::to_string(min) + " to " +
                  std::to_string(max));
    at_ += count;
    return value;
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) set_problem(std::string("expected '") + c + "'");
  }
  bool at_end() const { return at_ == text_.size(); }
  bool skip_digits() {
    const std::size_t before = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ > before;
  }
  void set_problem(std::string problem) {
    if (!problem_) problem_ = std::move(problem) + " at offset " + std::to_string(at_);
  }
  const std::optional<std::string>& problem() const { return problem_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<std::string> problem_;
};

Civil scan_date(TimeScanner& scanner) {
  Civil date;
  date.year = scanner.number(4, "year", 1, 9999);
  scanner.expect('-');
  date.month = scanner.number(2, "month", 1, 12);
  scanner.expect('-');
  date.day =
      scanner.number(2, "day", 1, scanner.problem() ? 31 : days_in_month(date.year, date.month));
  return date;
}

/// Seconds since midnight; a leap second is 86400 at 23:59:60 and so on.
std::int64_t scan_clock(TimeScanner& scanner, unsigned max_second) {
  const unsigned hour = scanner.number(2, "hour", 0, 23);
  scanner.expect(':');
  const unsigned minute = scanner.number(2, "minute", 0, 59);
  scanner.expect(':');
  const unsigned second = scanner.number(2, "second", 0, max_second);
  return std::int64_t{hour} * 3600 + minute * 60 + second;
}

/// Offset from UTC in seconds.
std::int64_t scan_offset(TimeScanner& scanner) {
  if (scanner.take('Z') || scanner.take('z')) return 0;
  const bool minus = scanner.take('-');
  if (!minus && !scanner.take('+')) {
    scanner.set_problem("expected 'Z' or an offset such as '+02:00'");
    return 0;
  }
  const unsigned hour = scanner.number(2, "hour of the offset", 0, 23);
  scanner.expect(':');
  const unsigned minute = scanner.number(2, "minute of the offset", 0, 59);
  const std::int64_t offset = std::int64_t{hour} * 3600 + minute * 60;
  return minus ? -offset : offset;
}

Error time_error(std::string_view text, const std::string& problem) {
  return invalid("time " + quote(text) + ": " + problem);
}

}  // namespace

Result<std::uint64_t> parse_u64(std::string_view text, std::uint64_t min, std::uint64_t max) {
  const auto wrong = [text](const std::string& expected) {
    return invalid("expected " + expected + ", got " + quote(text));
  };
  bool decimal = !text.empty();
  for (const char c : text) decimal = decimal && c >= '0' && c <= '9';
  if (!decimal) return wrong("a decimal number");
  if (text.size() > 1 && text[0] == '0') return wrong("a number without leading zero");
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < min || value > max)
    return wrong("a number from " + std::to_string(min) + " to " + std::to_string(max));
  return value;
}

std::string format_time(UnixSeconds time) {
  MC_ASSERT(time >= first_time && time <= last_time);
  const std::int64_t shifted = time.get() - first_second;  // not negative, so / and % round down
  const std::int64_t second_of_day = shifted % seconds_per_day;
  const Civil date = civil_from_days(shifted / seconds_per_day + first_second / seconds_per_day);
  std::string out;
  append_number(out, date.year, 4);
  out += '-';
  append_number(out, date.month, 2);
  out += '-';
  append_number(out, date.day, 2);
  out += 'T';
  append_number(out, second_of_day / 3600, 2);
  out += ':';
  append_number(out, second_of_day / 60 % 60, 2);
  out += ':';
  append_number(out, second_of_day % 60, 2);
  out += 'Z';
  return out;
}

Result<UnixSeconds> parse_time_strict(std::string_view text) {
  TimeScanner scanner(text);
  const Civil date = scan_date(scanner);
  scanner.expect('T');
  const std::int64_t second_of_day = scan_clock(scanner, 59);
  scanner.expect('Z');
  if (!scanner.at_end()) scanner.set_problem("expected the end of the time");
  if (scanner.problem())
    return time_error(text, "expected YYYY-MM-DDThh:mm:ssZ: " + *scanner.problem());
  return UnixSeconds(days_from_civil(date) * seconds_per_day + second_of_day);
}

Result<UnixSeconds> parse_time(std::string_view text) {
  TimeScanner scanner(text);
  const Civil date = scan_date(scanner);
  std::int64_t seconds = 0;
  if (!scanner.problem() && !scanner.at_end()) {
    if (!scanner.take('T') && !scanner.take('t')) scanner.set_problem("expected 'T'");
    seconds = scan_clock(scanner, 60);
    const bool leap_second = !scanner.problem() && text.substr(17, 2) == "60";
    if (leap_second) --seconds;
    if (scanner.take('.') && !scanner.skip_digits())
      scanner.set_problem("expected digits after '.'");
    seconds -= scan_offset(scanner);
    if (!scanner.at_end()) scanner.set_problem("expected the end of the time");
    // Leap seconds are inserted after 23:59:59 UTC and nowhere else; unix time has no number for
    // them.
    if (leap_second && (seconds + seconds_per_day) % seconds_per_day != seconds_per_day - 1)
      scanner.set_problem("second 60 is possible at 23:59 UTC only");
  }
  if (scanner.problem()) return time_error(text, *scanner.problem());
  seconds += days_from_civil(date) * seconds_per_day;
  if (seconds < first_second || seconds > last_time.get())
    return time_error(text, "not in the years 0001 to 9999 UTC");
  return UnixSeconds(seconds);
}

Result<std::int64_t> parse_duration(std::string_view text) {
  const Error wrong =
      invalid("expected a duration such as 45s, 30m, 12h or 90d, got " + quote(text));
  if (text.empty()) return wrong;
  std::int64_t unit = 0;
  switch (text.back()) {
    case 's':
      unit = 1;
      break;
    case 'm':
      unit = 60;
      break;
    case 'h':
      unit = 3600;
      break;
    case 'd':
      unit = seconds_per_day;
      break;
    default:
      return wrong;
  }
  const auto count =
      parse_u64(text.substr(0, text.size() - 1), 0, static_cast<std::uint64_t>(INT64_MAX / unit));
  if (!count) return wrong;
  return static_cast<std::int64_t>(*count) * unit;
}

std::string format_duration(std::int64_t seconds) {
  if (seconds != 0) {
    if (seconds % seconds_per_day == 0) return std::to_string(seconds / seconds_per_day) + "d";
    if (seconds % 3600 == 0) return std::to_string(seconds / 3600) + "h";
    if (seconds % 60 == 0) return std::to_string(seconds / 60) + "m";
  }
  return std::to_string(seconds) + "s";
}

std::string rough_duration(std::int64_t seconds) {
  const std::int64_t unit = seconds < 120       ? 1
                            : seconds < 7'200   ? 60
                            : seconds < 172'800 ? 3'600
                                                : 86'400;
  return format_duration(seconds / unit * unit);
}

}  // namespace medchain
