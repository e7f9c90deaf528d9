// Units, methods and values of readings.
#include <algorithm>

#include "base/text.hpp"
#include "source/series.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t max_digits = 5;  ///< in front of the point, and behind it

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t count_digits(std::string_view text) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) -
                                  text.begin());
}

std::string_view comparator_of(std::string_view text) {
  if (text.empty() || (text[0] != '<' && text[0] != '>')) return {};
  return text.substr(0, text.substr(1, 1) == "=" ? 2 : 1);
}

bool is_decimal(std::string_view text) {
  const std::size_t whole = count_digits(text);
  if (whole == 0 || whole > max_digits || (whole > 1 && text[0] == '0')) return false;
  if (whole == text.size()) return true;
  if (text[whole] != '.') return false;
  const std::size_t behind = count_digits(text.substr(whole + 1));
  return behind > 0 && behind <= max_digits && whole + 1 + behind == text.size();
}

/// In units of 0.00001, and half of what its last digit is worth, in the same units.
struct Scaled {
  std::int64_t value = 0;
  std::int64_t twice_half = 0;  ///< the worth of the last digit itself
};

/// Precondition: is_decimal(text).
Scaled scale(std::string_view text) {
  Scaled scaled;
  std::size_t behind = 0;
  bool point = false;
  for (const char c : text) {
    if (c == '.') {
      point = true;
      continue;
    }
    scaled.value = scaled.value * 10 + (c - '0');
    if (point) ++behind;
  }
  scaled.twice_half = 1;
  for (; behind < max_digits; ++behind) {
    scaled.value *= 10;
    scaled.twice_half *= 10;
  }
  return scaled;
}

/// mg/dL against mmol/L: 1 mmol/L is 18.0156 mg/dL (molar mass of glucose: 180.156 g/mol).  The
/// numbers stay below 2 * 10^10 * 180156, far within 64 bits.
bool agree_across_units(std::string_view mg, std::string_view mmol) {
  constexpr std::int64_t one = 10'000, factor = 180'156;
  const Scaled a = scale(mg), b = scale(mmol);
  const std::int64_t difference = 2 * (a.value * one - b.value * factor);
  const std::int64_t allowed = a.twice_half * one + b.twice_half * factor;
  return difference <= allowed && -difference <= allowed;
}

}  // namespace

std::string_view unit_name(Unit unit) {
  switch (unit) {
    case Unit::mg_dl:
      return "mg/dL";
    case Unit::mmol_l:
      return "mmol/L";
  }
  return {};
}

std::string_view method_name(Method method) {
  switch (method) {
    case Method::sensor:
      return "sensor";
    case Method::scan:
      return "scan";
    case Method::strip:
      return "strip";
    case Method::lab:
      return "lab";
  }
  return {};
}

std::optional<Unit> find_unit(std::string_view text) {
  for (const Unit unit : {Unit::mg_dl, Unit::mmol_l})
    if (to_lower_ascii(text) == to_lower_ascii(unit_name(unit))) return unit;
  return std::nullopt;
}

std::optional<Method> find_method(std::string_view text) {
  for (const Method method : {Method::sensor, Method::scan, Method::strip, Method::lab})
    if (text == method_name(method)) return method;
  return std::nullopt;
}

bool is_value(std::string_view text) {
  if (text == "low" || text == "high") return true;
  return is_decimal(text.substr(comparator_of(text).size()));
}

std::optional<std::string> find_value(std::string_view text) {
  const std::string lower = to_lower_ascii(text);
  if (lower == "low" || lower == "lo") return "low";
  if (lower == "high" || lower == "hi") return "high";
  std::string value(text);
  // A comma with three digits behind it might be one between thousands.
  if (const std::size_t comma = value.find(','); comma != std::string::npos) {
    const std::size_t behind = value.size() - comma - 1;
    if (behind > 2) return std::nullopt;
    value[comma] = '.';
  }
  if (!is_value(value)) return std::nullopt;
  return value;
}

bool agree(const Reading& a, const Reading& b) {
  if (a.unit == b.unit && a.value == b.value) return true;
  if (!is_decimal(a.value) || !is_decimal(b.value)) return false;
  if (a.unit == b.unit) return scale(a.value).value == scale(b.value).value;
  return a.unit == Unit::mg_dl ? agree_across_units(a.value, b.value)
                               : agree_across_units(b.value, a.value);
}

}  // namespace medchain::source
