#include "entry/scalars.hpp"

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
