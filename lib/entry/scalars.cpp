#include "entry/scalars.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace medchain::entry {

Result<Word> Word::parse(std::string_view text) {
  if (text.empty() || text.size() > max_size)
    return fail(Code::input_invalid, "expected 1 to " + std::to_string(max_size) + " bytes, got " +
                                         std::to_string(text.size()));
  for (const char c : text) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '_' || c == '-';
    if (!fits)
      return fail(Code::input_invalid, "expected a word of [A-Za-z0-9._-], got " + quote(text));
  }
  Word word;
  word.text_ = text;
  return word;
}

Result<Territory> Territory::parse(std::string_view text) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_sign = [&](char c) { return is_capital(c) || (c >= '0' && c <= '9'); };
  const std::string_view part = text.substr(std::min<std::size_t>(text.size(), 3));
  const bool country = text.size() >= 2 && is_capital(text[0]) && is_capital(text[1]);
  const bool fits =
      country && (text.size() == 2 || (text[2] == '-' && !part.empty() && part.size() <= 3 &&
                                       std::all_of(part.begin(), part.end(), is_sign)));
  if (!fits)
    return fail(Code::input_invalid,
                "expected a country such as CN or a part of one such as CN-GX (ISO 3166), got " +
                    quote(text));
  Territory territory;
  territory.text_ = text;
  return territory;
}

bool Territory::is_within(const Territory& other) const {
  return text_ == other.text_ || text_.starts_with(other.text_ + "-");
}

Result<Label> Label::parse(std::string_view text) {
  if (text.empty() || text.size() > max_size)
    return fail(Code::input_invalid, "expected 1 to " + std::to_string(max_size) + " bytes, got " +
                                         std::to_string(text.size()));
  if (!is_utf8(text)) return fail(Code::input_invalid, "expected UTF-8");
  if (escape_for_terminal(text) != text)
    return fail(Code::input_invalid, "control characters are not allowed: " + quote(text));
  Label label;
  label.text_ = text;
  return label;
}

}  // namespace medchain::entry
