#include "report/table.hpp"

#include <algorithm>

#include "base/result.hpp"
#include "base/text.hpp"

namespace medchain::report {

void Table::add(std::vector<std::string> cells) {
  MC_ASSERT(cells.size() == columns_.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = escape_for_terminal(cells[i]);
    if (display_width(cells[i]) > columns_[i].max_width)
      cells[i] = pad_to(cells[i], columns_[i].max_width);
  }
  rows_.push_back(std::move(cells));
}

std::string Table::text() const { return lines(widths_of_rows(), true); }

std::string Table::next_text() {
  const bool with_heading = widths_.empty();
  std::vector<std::size_t> widths = widths_of_rows();
  widths_.resize(widths.size());
  for (std::size_t i = 0; i < widths.size(); ++i) widths_[i] = std::max(widths_[i], widths[i]);
  std::string out = lines(widths_, with_heading);
  rows_.clear();
  return out;
}

std::vector<std::size_t> Table::widths_of_rows() const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(display_width(column.heading));
  for (const std::vector<std::string>& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i]));
  return widths;
}

std::string Table::lines(const std::vector<std::size_t>& widths, bool with_heading) const {
  std::string out;
  const auto add_line = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line += "  ";
      const std::string space(widths[i] - display_width(cells[i]), ' ');
      line += columns_[i].align == Align::right ? space + cells[i] : cells[i] + space;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  };
  if (with_heading) {
    std::vector<std::string> headings;
    for (const Column& column : columns_) headings.push_back(column.heading);
    add_line(headings);
  }
  for (const std::vector<std::string>& row : rows_) add_line(row);
  return out;
}

}  // namespace medchain::report
