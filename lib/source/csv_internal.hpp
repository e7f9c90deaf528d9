// Rows of a CSV file (RFC 4180, by libcsv) out of a descriptor, in bounded memory.  Quoted fields
// may hold separators, quotes and line ends.  The separator is found in the first line.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "source/lines_internal.hpp"

namespace medchain::source {

constexpr std::size_t max_csv_row = std::size_t{1} << 20;  ///< bytes, all its lines together
constexpr std::size_t max_csv_columns = 1024;

struct CsvRow {
  std::vector<std::string> fields;
  std::uint64_t line = 0;        ///< 1-based, where it begins
  bool ended = false;            ///< there was a line end behind it
  std::optional<Error> problem;  ///< too long, not UTF-8, NUL, too many columns: then no fields
};

class CsvRows {
 public:
  CsvRows(int fd, int stop_fd);
  ~CsvRows();

  /// Nothing at the end; empty lines are left out.  Fails with input_unreadable and interrupted,
  /// and with input_invalid, input_truncated or input_too_long where the quoting is broken and what
  /// follows cannot be told apart; the message names the line.
  Result<std::optional<CsvRow>> next();
  std::uint64_t bytes_read() const;
  bool had_byte_order_mark() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// `,` `;` or tab: whichever stands most often in the line outside of quotes; `,` if none does.
char separator_of(std::string_view line);

}  // namespace medchain::source
