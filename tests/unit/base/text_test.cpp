#include "base/text.hpp"

#include <doctest/doctest.h>

#include <cstdio>

using namespace medchain;

namespace {

std::string encode(char32_t c) {
  std::string out;
  const auto put = [&out](char32_t value) { out += static_cast<char>(value); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 63));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 63));
    put(0x80 | (c & 63));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 63));
    put(0x80 | (c >> 6 & 63));
    put(0x80 | (c & 63));
  }
  return out;
}

/// Whether `bytes` is exactly one character, by RFC 3629: decode by the lead byte, encode again,
/// compare.
bool is_one_character(std::string_view bytes) {
  if (bytes.empty()) return false;
  const auto lead = static_cast<unsigned char>(bytes[0]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xc0 ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                                           : 4;
  if (length != bytes.size() || lead >= 0xf8) return false;
  char32_t c = lead & (length == 1 ? 0x7fu : 0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if ((byte & 0xc0) != 0x80) return false;
    c = c << 6 | (byte & 63u);
  }
  return c <= 0x10ffff && !(c >= 0xd800 && c < 0xe000) && encode(c) == bytes;
}

}  // namespace

TEST_CASE("things are counted as people write it") {
  CHECK(counted(1, "day") == "1 day");
  CHECK(counted(2, "day") == "2 days");
  CHECK(counted(0, "entry") == "0 entries");
  CHECK(counted(3, "duty") == "3 duties");
}

TEST_CASE("every code point is well-formed and read back, surrogates are not") {
  std::size_t wrong = 0;
  for (char32_t c = 0; c <= 0x110000; ++c) {
    const std::string bytes = encode(c);
    const bool valid = c < 0x110000 && !(c >= 0xd800 && c < 0xe000);
    std::size_t at = 0;
    const char32_t read = next_code_point(bytes, at);
    if (is_utf8(bytes) != valid) ++wrong;
    if (valid ? read != c || at != bytes.size() : read != 0xfffd || at != 1) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("short byte sequences agree with a reference decoder") {
  std::size_t wrong = 0;
  const unsigned probes[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90,
                             0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xff};
  std::string two(2, '\0');
  for (unsigned a = 0x80; a < 256; ++a)
    for (unsigned b = 0; b < 256; ++b) {
      two[0] = static_cast<char>(a);
      two[1] = static_cast<char>(b);
      if (is_utf8(two) != is_one_character(two)) ++wrong;
      if (a < 0xe0) continue;
      for (const unsigned c : probes) {
        const std::string three = two + static_cast<char>(c);
        if (c >= 0x80 && is_utf8(three) != is_one_character(three)) ++wrong;
        for (const unsigned d : probes) {
          const std::string four = three + static_cast<char>(d);
          if (a >= 0xf0 && is_utf8(four) != is_one_character(four)) ++wrong;
        }
      }
    }
  CHECK(wrong == 0);
}

TEST_CASE("the offset of the first bad byte is named at every alignment") {
  for (std::size_t before = 0; before < 40; ++before) {
    const std::string good(before, 'a');
    CHECK(find_invalid_utf8(good + "\xff" + "b") == before);
    CHECK(find_invalid_utf8(good + "\xc3") == before);
    CHECK(find_invalid_utf8(good + "\xc3\xa4" + "\xe2\x82") == before + 2);
    CHECK(!find_invalid_utf8(good + "\xc3\xa4"));
  }
  CHECK(is_utf8(""));
}

TEST_CASE("what could steer a terminal or reorder text is escaped") {
  CHECK(escape_for_terminal("plain \\ 'text' ~") == "plain \\ 'text' ~");
  CHECK(escape_for_terminal("\x1b[31m") == "\\x1b[31m");
  CHECK(escape_for_terminal(std::string_view("a\0b\n\t\r\x7f", 7)) ==
        "a\\x00b\\x0a\\x09\\x0d\\x7f");
  CHECK(escape_for_terminal("\xc2\x9b") == "\\u{9b}");
  CHECK(escape_for_terminal("\xe2\x80\xae") == "\\u{202e}");
  CHECK(escape_for_terminal("\xe2\x81\xa6\xe2\x80\xa8\xd8\x9c") == "\\u{2066}\\u{2028}\\u{61c}");
  CHECK(escape_for_terminal("J\xc3\xbcrgen \xe6\x97\xa5") == "J\xc3\xbcrgen \xe6\x97\xa5");
  CHECK(escape_for_terminal("\xff\xc3(") == "\\xff\\xc3(");
  CHECK(escape_for_terminal("\xed\xa0\x80") == "\\xed\\xa0\\x80");
}

TEST_CASE("escaping leaves well-formed text without control characters, and is stable") {
  for (char32_t c = 0; c < 0x30000; ++c) {
    const std::string once = escape_for_terminal(encode(c));
    if (!is_utf8(once) || escape_for_terminal(once) != once) {
      CAPTURE(static_cast<unsigned>(c));
      CHECK(false);
    }
  }
}

TEST_CASE("width counts columns") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("\xc3\xa4") == 1);
  CHECK(display_width("a\xcc\x88") == 1);                             // combining diaeresis
  CHECK(display_width("\xe6\x97\xa5\xe6\x9c\xac") == 4);              // two ideographs
  CHECK(display_width("\xef\xbc\xa1") == 2);                          // fullwidth A
  CHECK(display_width("\xef\xbd\xb1") == 1);                          // halfwidth katakana
  CHECK(display_width("\xf0\x9f\x98\x80") == 2);                      // emoji
  CHECK(display_width("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab") == 2);  // Hangul of three jamo
  CHECK(display_width("a\xe2\x80\x8d"
                      "b") == 2);  // zero width joiner
  CHECK(display_width("\xff") == 1);
}

TEST_CASE("width agrees with the Unicode data of python3") {
  FILE* pipe = popen(
      "python3 -c \"\n"
      "import unicodedata as u\n"
      "if u.unidata_version == '14.0.0':\n"
      "  for c in range(0x300, 0x110000):\n"
      "    k = u.category(chr(c))\n"
      "    if k in ('Cn', 'Cs', 'Cf') or 0x1160 <= c <= 0x11ff: continue\n"
      "    print(c, 0 if k in ('Mn', 'Me') else 2 if u.east_asian_width(chr(c)) in 'WF' else 1)\n"
      "\" 2>/dev/null",
      "r");
  REQUIRE(pipe != nullptr);
  unsigned code_point = 0;
  unsigned width = 0;
  std::size_t compared = 0;
  std::size_t wrong = 0;
  while (std::fscanf(pipe, "%u %u", &code_point, &width) == 2) {
    ++compared;
    if (display_width(encode(code_point)) != width) ++wrong;
  }
  pclose(pipe);
  if (compared == 0) MESSAGE("skipped: no python3 with Unicode 14");
  CHECK(wrong == 0);
}

TEST_CASE("padding gives exactly the width asked for") {
  CHECK(pad_to("ab", 4) == "ab  ");
  CHECK(pad_to("abcd", 4) == "abcd");
  CHECK(pad_to("abcde", 4) == "abc~");
  CHECK(pad_to("abc", 1) == "~");
  CHECK(pad_to("abc", 0) == "");
  CHECK(pad_to("\xe6\x97\xa5\xe6\x9c\xac", 3) == "\xe6\x97\xa5~");
  CHECK(pad_to("\xe6\x97\xa5\xe6\x9c\xac", 2) == " ~");
  const std::string text = "a\xcc\x88\xe6\x97\xa5z\xf0\x9f\x98\x80q\xff";
  for (std::size_t width = 0; width < 12; ++width) {
    CHECK(display_width(pad_to(text, width)) == width);
    if (width < display_width(text) && width > 0) CHECK(pad_to(text, width).ends_with('~'));
  }
}

TEST_CASE("small ASCII helpers") {
  CHECK(to_lower_ascii("AbZ\xc3\x84[") == "abz\xc3\x84[");
  CHECK(trim_ascii(" \t\r\n\v\f a b \n") == "a b");
  CHECK(trim_ascii(" \n") == "");
  CHECK(is_space_ascii('\v'));
  CHECK_FALSE(is_space_ascii('\0'));
  CHECK(split("", ',') == std::vector<std::string_view>{""});
  CHECK(split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b", ""});
  CHECK(join({}, ", ") == "");
  CHECK(join({"a", "", "b"}, ", ") == "a, , b");
}

TEST_CASE("a near word is proposed, a far one is not") {
  const std::vector<std::string> words = {"anchor", "verify", "status", "log", "ls"};
  CHECK(nearest("ancor", words) == "anchor");
  CHECK(nearest("verfiy", words) == "verify");
  CHECK(nearest("sattus", words) == "status");
  CHECK(nearest("anchro", words) == "anchor");
  CHECK(nearest("lgo", words) == "log");
  CHECK(nearest("anchor", words) == "anchor");
  CHECK_FALSE(nearest("export", words));
  CHECK_FALSE(nearest("xy", words));
  CHECK_FALSE(nearest("", words));
  CHECK_FALSE(nearest("an", {}));
}
