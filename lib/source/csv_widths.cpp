#include "source/csv_widths.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace medchain::source {
namespace {

/// Widths over this are one: so that a hostile text cannot keep us counting kinds of them.
constexpr std::size_t widest = 4096;

/// Calls visit(columns, line) for each row that is not empty.
template <typename Visit>
void for_each_row(std::string_view text, char separator, bool complete, const Visit& visit) {
  bool quoted = false, at_begin = true, empty = true;
  std::size_t columns = 1;
  std::uint64_t line = 1, first = 1;
  const auto end_row = [&] {
    if (!empty) visit(std::min(columns, widest), first);
    columns = 1;
    first = line;
    at_begin = empty = true;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') continue;
      if (i + 1 < text.size() && text[i + 1] == '"')
        ++i;
      else
        quoted = false;
      continue;
    }
    if (c == '\n') {
      end_row();
      continue;
    }
    if (c == '\r') continue;
    empty = false;
    // A quote is one at the beginning of a field alone (RFC 4180 section 2, rule 5).
    if (c == '"' && at_begin) quoted = true;
    at_begin = c == separator;
    if (c == separator) ++columns;
  }
  // An open quote took the rest of the text for one field: there is no saying how wide its row is.
  if (complete && !quoted) end_row();
}

struct Counted {
  std::size_t usual = 0;
  std::optional<UnevenRows> uneven;
};

Counted count(std::string_view text, char separator, bool complete) {
  std::map<std::size_t, std::uint64_t> times;
  for_each_row(text, separator, complete,
               [&](std::size_t columns, std::uint64_t) { ++times[columns]; });
  Counted result;
  if (times.empty()) return result;
  result.usual = std::max_element(times.begin(), times.end(), [](const auto& a, const auto& b) {
                   return a.second < b.second;
                 })->first;
  UnevenRows uneven;
  uneven.usual = result.usual;
  bool begun = false;
  for_each_row(text, separator, complete, [&](std::size_t columns, std::uint64_t line) {
    begun |= columns == result.usual;
    if (!begun || columns == result.usual) return;
    if (uneven.rows++ == 0) {
      uneven.columns = columns;
      uneven.line = line;
    }
  });
  if (uneven.rows > 0) result.uneven = uneven;
  return result;
}

}  // namespace

std::optional<UnevenRows> find_uneven_rows(std::string_view text, bool complete) {
  constexpr std::array<char, 4> separators = {',', ';', '\t', '|'};
  std::optional<UnevenRows> fewest;
  for (const char separator : separators) {
    const Counted counted = count(text, separator, complete);
    if (counted.usual < 2) continue;
    if (!counted.uneven) return std::nullopt;
    if (!fewest || counted.uneven->rows < fewest->rows) fewest = counted.uneven;
  }
  return fewest;
}

}  // namespace medchain::source
