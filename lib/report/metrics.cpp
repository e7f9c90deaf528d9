#include "report/metrics.hpp"

#include "base/text.hpp"

namespace medchain::report {
namespace {

/// Exposition format 0.0.4: backslash, double quote and line feed are escaped.
std::string label_value(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
  return text;
}

}  // namespace

void Gauges::add(std::string_view name, std::string_view help, std::int64_t value,
                 const Labels& more) {
  if (last_name_ != name) {
    last_name_ = name;
    text_ += "# HELP " + last_name_ + " " + std::string(help) + "\n";
    text_ += "# TYPE " + last_name_ + " gauge\n";
  }
  std::string labels;
  for (const Labels* list : {static_cast<const Labels*>(&common_), &more})
    for (const auto& [label, text] : *list)
      labels += (labels.empty() ? "" : ",") + std::string(label) + "=\"" + label_value(text) + "\"";
  text_ +=
      last_name_ + (labels.empty() ? "" : "{" + labels + "}") + " " + std::to_string(value) + "\n";
}

void Gauges::add(std::string_view name, std::string_view help, std::optional<std::int64_t> value) {
  if (value) add(name, help, *value, {});
}

std::string plugin_line(std::string_view service, std::string_view word, std::string_view text,
                        const std::vector<PerfValue>& values) {
  std::string line = std::string(service) + " " + std::string(word) + " - ";
  for (const char c : escape_for_terminal(text)) line += c == '|' ? '/' : c == '\n' ? ' ' : c;
  if (!values.empty()) line += " |";
  for (const PerfValue& value : values)
    line += " " + std::string(value.label) + "=" + std::to_string(value.value) +
            std::string(value.unit) + ";" + value.warn + ";" + value.crit + ";0";
  return line + "\n";
}

}  // namespace medchain::report
