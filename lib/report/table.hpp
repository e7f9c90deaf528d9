// Text tables for people: columns aligned by display width (wide characters count 2), everything
// from data escaped.
#pragma once

#include <string>
#include <vector>

namespace medchain::report {

enum class Align { left, right };
struct Column {
  std::string heading;
  Align align = Align::left;
  std::size_t max_width = 60;  ///< longer cells are cut at a whole character, ending in '~'
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  /// Heading line and rows, two spaces between columns, no trailing spaces, each line ends in LF.
  std::string text() const;
  /// The rows that were added since it was last called, under the heading at first: for tables that
  /// are never held as a whole.  Columns only grow wider from call to call.
  std::string next_text();

 private:
  std::vector<std::size_t> widths_of_rows() const;
  std::string lines(const std::vector<std::size_t>& widths, bool with_heading) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> widths_;  ///< of what next_text() gave
};

}  // namespace medchain::report
