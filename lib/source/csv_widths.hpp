// Whether the rows of a CSV text have one width, without keeping a field.  CsvRows reads values out
// of files and stops where the quoting is broken; this only counts, and goes on.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace medchain::source {

struct UnevenRows {
  std::size_t usual = 0;    ///< columns that most rows have
  std::size_t columns = 0;  ///< that the first other one has
  std::uint64_t line = 0;   ///< 1-based, where that one begins
  std::uint64_t rows = 0;   ///< that differ
};

/// Nothing if all rows have as many columns as most, with one of `,`, `;`, tab and `|` as
/// separator, or if most have one.  Rows in front of the first with the usual width are a preamble,
/// as exports have them, and empty lines are none.  `complete`: the text is all; else its last row
/// is left out.
std::optional<UnevenRows> find_uneven_rows(std::string_view text, bool complete);

}  // namespace medchain::source
