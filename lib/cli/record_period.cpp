#include "cli/record_period.hpp"

#include <algorithm>
#include <string>

#include "base/parse.hpp"

namespace medchain::cli {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `20250301093000` as `2025-03-01T09:30:00`, as far as it goes.
std::string spelled_out(std::string_view digits) {
  static constexpr std::string_view before[] = {"", "-", "-", "T", ":", ":"};
  static constexpr std::size_t sizes[] = {4, 2, 2, 2, 2, 2};
  std::string text;
  for (std::size_t i = 0, at = 0; i < 6 && at < digits.size(); at += sizes[i], ++i)
    text += std::string(before[i]) + std::string(digits.substr(at, sizes[i]));
  return text;
}

std::optional<UnixSeconds> begin_of(const std::string& day) {
  const auto time = parse_time(day);
  if (!time) return std::nullopt;
  return *time;
}

std::optional<Period> from(std::optional<UnixSeconds> begin, std::optional<UnixSeconds> end) {
  if (!begin || !end) return std::nullopt;
  return Period{*begin, *end};
}

std::string two(unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string four(std::uint64_t year) {
  const std::string text = std::to_string(year);
  return std::string(4 - std::min<std::size_t>(4, text.size()), '0') + text;
}

std::optional<Period> month(std::string_view year, std::string_view number) {
  const auto y = parse_u64(year.substr(std::min(year.find_first_not_of('0'), year.size() - 1)));
  const auto m = parse_u64(number.substr(number.starts_with('0') ? 1 : 0), 1, 12);
  if (!y || !m) return std::nullopt;
  const auto begin = begin_of(std::string(year) + "-" + std::string(number) + "-01");
  if (*y == 9999 && *m == 12) return from(begin, last_time);
  const std::string next =
      *m == 12 ? four(*y + 1) + "-01" : four(*y) + "-" + two(static_cast<unsigned>(*m) + 1);
  return from(begin, begin_of(next + "-01"));
}

std::optional<Period> after(std::optional<UnixSeconds> begin, std::int64_t seconds) {
  if (!begin) return std::nullopt;
  return Period{*begin, std::min(UnixSeconds(begin->get() + seconds), last_time)};
}

}  // namespace

std::optional<Period> period_of(std::string_view date) {
  std::string text(date);
  const std::size_t digits = static_cast<std::size_t>(
      std::find_if(date.begin(), date.end(), [](char c) { return c < '0' || c > '9'; }) -
      date.begin());
  // HL7: more than a year of digits; a fraction or a zone may follow a time.
  if (digits > 4) {
    if (digits % 2 != 0 || digits > 14 ||
        (digits < date.size() &&
         (digits < 10 || std::string_view(".+-").find(date[digits]) == std::string_view::npos)))
      return std::nullopt;
    text = spelled_out(date.substr(0, digits));
    std::string_view rest = date.substr(digits);
    if (rest.starts_with('.')) {
      const std::size_t end = rest.find_first_of("+-");
      rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
    }
    if (rest.size() == 5 && all_digits(rest.substr(1)))
      text += std::string(rest.substr(0, 3)) + ":" + std::string(rest.substr(3));
    else if (!rest.empty())
      return std::nullopt;
  }
  const std::string_view view = text;
  if (view.size() == 4 && all_digits(view)) {
    const auto first = month(view, "01"), last = month(view, "12");
    if (!first || !last) return std::nullopt;
    return Period{first->begin, last->end};
  }
  if (view.size() == 7 && view[4] == '-' && all_digits(view.substr(0, 4)) &&
      all_digits(view.substr(5)))
    return month(view.substr(0, 4), view.substr(5));
  if (view.size() == 10) return after(begin_of(text), 86'400);
  if (view.size() < 13 || view[10] != 'T') return std::nullopt;
  // Hours or minutes alone, and times without a zone.
  const std::size_t zone = view.find_first_of("Z+-", 11);
  std::string time(view.substr(0, zone)),
      offset(zone == std::string_view::npos ? "Z" : view.substr(zone));
  std::int64_t span = 1;
  if (time.size() == 13) time += ":00:00", span = 3'600;
  if (time.size() == 16) time += ":00", span = 60;
  return after(begin_of(time + offset), span);
}

}  // namespace medchain::cli
