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

std::optional<UtcOffset> UtcOffset::of(std::int64_t seconds) {
  constexpr std::int64_t day = 86'400;
  if (seconds % 60 != 0 || seconds <= -day || seconds >= day) return std::nullopt;
  UtcOffset offset;
  offset.seconds_ = seconds;
  return offset;
}

Result<UtcOffset> UtcOffset::parse(std::string_view text) {
  const auto wrong = [&] {
    return fail(Code::input_invalid, "expected an offset such as +08:00, got " + quote(text));
  };
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return wrong();
  for (const std::size_t at : {1u, 2u, 4u, 5u})
    if (text[at] < '0' || text[at] > '9') return wrong();
  const auto two_digits = [&](std::size_t at) {
    return std::int64_t{text[at] - '0'} * 10 + (text[at + 1] - '0');
  };
  const std::int64_t seconds = two_digits(1) * 3'600 + two_digits(4) * 60;
  const auto offset = of(text[0] == '-' ? -seconds : seconds);
  // `-00:00` and `+00:75` are no spelling of this one.
  if (!offset || offset->text() != text) return wrong();
  return *offset;
}

std::string UtcOffset::text() const {
  const std::int64_t minutes = (seconds_ < 0 ? -seconds_ : seconds_) / 60;
  const auto two_digits = [](std::int64_t number) {
    return std::string(number < 10 ? "0" : "") + std::to_string(number);
  };
  return (seconds_ < 0 ? "-" : "+") + two_digits(minutes / 60) + ":" + two_digits(minutes % 60);
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
