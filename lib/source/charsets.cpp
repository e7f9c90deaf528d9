#include "source/charsets.hpp"

#include <algorithm>

#include "base/byte_order_mark.hpp"
#include "base/text.hpp"

namespace medchain::source {
namespace {

bool is_between(unsigned c, unsigned first, unsigned last) { return first <= c && c <= last; }

/// Bytes of the character that begins at `at`; 0: there is none.  GB 18030-2005 section 5: one, two
/// or four; GBK and GB 2312 are the part of one and two.
std::size_t gb18030_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0;
  };
  if (byte(0) < 0x80) return 1;
  if (!is_between(byte(0), 0x81, 0xfe)) return 0;
  if (is_between(byte(1), 0x40, 0xfe) && byte(1) != 0x7f) return 2;
  return is_between(byte(1), 0x30, 0x39) && is_between(byte(2), 0x81, 0xfe) &&
                 is_between(byte(3), 0x30, 0x39)
             ? 4
             : 0;
}

std::optional<std::size_t> find_invalid_gb18030(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = gb18030_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

/// What stands in front of a character that was cut.
constexpr std::size_t longest_character = 4;

std::string instead(std::string_view text, std::size_t at) {
  std::string found = "other bytes from byte " + std::to_string(at) + " on";
  if (has_utf16_mark(text)) return "UTF-16";
  if (is_utf8(text)) return found + ", which fit UTF-8";
  if (!find_invalid_gb18030(text)) return found + ", which fit GB18030 or GBK";
  return found;
}

}  // namespace

std::optional<Charset> charset_of(std::string_view name) {
  static constexpr std::pair<std::string_view, Charset> names[] = {
      {"utf-8", Charset::utf8},
      {"utf8", Charset::utf8},
      {"unicode utf-8", Charset::utf8},
      {"ascii", Charset::ascii},
      {"us-ascii", Charset::ascii},
      {"gb18030", Charset::gb18030},
      {"gb 18030-2000", Charset::gb18030},
      {"gbk", Charset::gb18030},
      {"gb2312", Charset::gb18030},
  };
  if (name.size() > 32) return std::nullopt;
  const std::string word = to_lower_ascii(trim_ascii(name));
  for (const auto& [known, charset] : names)
    if (known == word) return charset;
  return std::nullopt;
}

std::optional<std::string> refute(Charset charset, std::string_view text, bool complete) {
  std::optional<std::size_t> at;
  switch (charset) {
    case Charset::ascii: {
      const auto high = std::find_if(text.begin(), text.end(),
                                     [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
      if (high != text.end()) at = static_cast<std::size_t>(high - text.begin());
      break;
    }
    case Charset::utf8:
      at = find_invalid_utf8(text);
      break;
    case Charset::gb18030:
      at = find_invalid_gb18030(text);
      break;
  }
  if (!at || (!complete && *at + longest_character > text.size())) return std::nullopt;
  return instead(text, *at);
}

}  // namespace medchain::source
