#include "report/csv.hpp"

namespace medchain::report {
namespace {

bool may_be_formula(std::string_view cell) {
  return !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos;
}

std::string quoted(std::string cell) {
  if (may_be_formula(cell)) cell.insert(0, "'");
  if (cell.find_first_of("\",\r\n") == std::string::npos) return cell;
  std::string out = "\"";
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

std::string text_of(const json::Value& value) {
  if (const auto* text = value.string()) return *text;
  if (const auto* array = value.array()) {
    std::string joined;
    for (const json::Value& item : *array) joined += (joined.empty() ? "" : " ") + text_of(item);
    return joined;
  }
  return json::write(value);
}

}  // namespace

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i > 0 ? "," : "") + quoted(cells[i]);
  return line + "\r\n";
}

std::string csv_line(const json::Object& object, const std::vector<std::string_view>& names) {
  std::vector<std::string> cells;
  for (const std::string_view name : names) {
    const json::Value* value = object.find(name);
    cells.push_back(value == nullptr ? std::string() : text_of(*value));
  }
  return csv_line(cells);
}

}  // namespace medchain::report
