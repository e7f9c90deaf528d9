#include "source/narrative.hpp"

#include <algorithm>
#include <cstring>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace medchain::source {
namespace {

/// Tags and the names of entities become spaces.
std::string without_markup(std::string_view text) {
  std::string words;
  words.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const std::size_t end = c == '<' ? text.find('>', i) : c == '&' ? text.find(';', i) : i;
    constexpr std::size_t longest_entity = 10;
    const bool is_markup =
        end != std::string_view::npos && end != i && (c == '<' || end - i <= longest_entity);
    words += is_markup ? ' ' : c;
    i = is_markup ? end + 1 : i + 1;
  }
  return words;
}

void add(std::string_view text, std::string& words) {
  if (!words.empty()) words += '\n';
  words += text;
}

/// The separators are as they mostly are; others find no words.
Narrative of_hl7v2(std::string_view text) {
  Narrative found;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\r\n");
    const auto fields = split(text.substr(0, end), '|');
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    const bool is_note = fields[0] == "NTE" && fields.size() > 3;
    const bool is_text = fields[0] == "OBX" && fields.size() > 5 &&
                         (fields[2] == "TX" || fields[2] == "FT" || fields[2] == "ST");
    if (is_note || is_text) {
      found.text += fields[is_note ? 3 : 5];
      found.text += '\n';
    }
  }
  return is_utf8(found.text) ? found : Narrative();
}

bool is_plain_text(std::string_view text) {
  const auto is_control = [](char c) { return c >= 0 && c < ' ' && !strchr("\t\n\r\f", c); };
  return std::none_of(text.begin(), text.end(), is_control) && is_utf8(text);
}

}  // namespace

Narrative NarrativeReader::of_json(std::string_view text) {
  padded_.assign(text);
  padded_.append(json::RecordScanner::padding, ' ');
  const auto words = scanner_.scan_words(std::string_view(padded_).substr(0, text.size()));
  if (!words) return {};
  Narrative found;
  found.author = words->author;
  for (const std::string_view said : words->plain) add(said, found.text);
  for (const std::string_view said : words->markup) add(without_markup(said), found.text);
  for (const std::string_view said : words->encoded)
    if (const auto bytes = parse_base64(said); bytes && is_utf8(as_text(*bytes)))
      add(without_markup(as_text(*bytes)), found.text);
  return found;
}

std::optional<Narrative> NarrativeReader::read(const Record& record, std::string_view text) {
  if (text.size() > max_narrative) return std::nullopt;
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  Narrative found;
  if (begin == std::string_view::npos || record.type == "DICOM") return std::nullopt;
  if (record.type == "HL7v2")
    found = of_hl7v2(text);
  else if (text[begin] == '{')
    found = of_json(text);
  else if (is_plain_text(text))
    found.text = record.type == "CDA" ? without_markup(text) : std::string(text);
  if (found.text.empty()) return std::nullopt;
  return found;
}

}  // namespace medchain::source
