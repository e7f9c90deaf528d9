#include "base/member_name.hpp"

#include "base/error.hpp"

namespace medchain {

Result<MemberName> MemberName::parse(std::string_view text) {
  if (text.empty()) return fail(Code::input_invalid, "a member name is empty");
  if (text.size() > max_size)
    return fail(Code::input_invalid, "member name " + quote(text) + ": expected at most " +
                                         std::to_string(max_size) + " bytes, got " +
                                         std::to_string(text.size()));
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool letter_or_digit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const bool mark = c == '.' || c == '-';
    if (letter_or_digit || (mark && i > 0)) continue;
    return fail(Code::input_invalid,
                "member name " + quote(text) + ": expected " +
                    (i == 0 ? "a letter a-z or digit first" : "letters a-z, digits, '.' and '-'") +
                    ", got " + quote(text.substr(i, 1)) + " at offset " + std::to_string(i));
  }
  MemberName name;
  name.text_ = text;
  return name;
}

}  // namespace medchain
