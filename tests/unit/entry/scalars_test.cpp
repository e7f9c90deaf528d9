#include "entry/scalars.hpp"

#include <doctest/doctest.h>

#include "unit/note/keys.hpp"

using namespace medchain;
using entry::Label;
using entry::Territory;
using entry::Word;
using test::check_refused;

TEST_CASE("a word is 1 to 64 bytes of letters, digits, '.', '_' and '-'") {
  for (const std::string& text : {std::string("Observation"), std::string("a"), std::string("..."), std::string("2339-0"),
                                 std::string(64, 'Z')}) {
    const auto parsed = Word::parse(text);
    REQUIRE(parsed);
    CHECK(parsed->get() == text);
  }
  check_refused(Word::parse(""), Code::input_invalid, "expected 1 to 64 bytes, got 0");
  check_refused(Word::parse(std::string(65, 'a')), Code::input_invalid, "expected 1 to 64 bytes, got 65");
  for (int c = 0; c < 256; ++c) {
    const std::string text(1, static_cast<char>(c));
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                      c == '_' || c == '-';
    CHECK(Word::parse(text).ok() == fits);
    if (!fits) check_refused(Word::parse("a" + text), Code::input_invalid, "expected a word of [A-Za-z0-9._-]");
  }
}

TEST_CASE("a territory is a country or a part of one, and a part lies within the country") {
  const auto made = [](std::string_view text) {
    const auto parsed = Territory::parse(text);
    REQUIRE_MESSAGE(parsed.ok(), text);
    CHECK(parsed->get() == text);
    return *parsed;
  };
  for (const std::string text : {"CN-GX", "DE-BE", "FR-75", "GB-ENG", "AT-9"}) {
    CHECK(made(text).is_within(made(text.substr(0, 2))));
    CHECK(made(text).is_within(made(text)));
    CHECK_FALSE(made(text.substr(0, 2)).is_within(made(text)));
  }
  CHECK_FALSE(made("CN-GX").is_within(made("CN-G")));
  CHECK_FALSE(made("CN").is_within(made("CH")));
  for (const std::string_view text : {"", "C", "CHN", "cn", "C1", "CN-", "CN-gx", "CN-ABCD", "CN_GX", "CN-G ", "CN-\xc3\xa9"})
    check_refused(Territory::parse(text), Code::input_invalid, "expected a country such as CN");
}

TEST_CASE("a label is a line of visible UTF-8 of 1 to 200 bytes") {
  for (const std::string& text :
       {std::string("Klinikum \"Mitte\" \\ 2"), std::string("\xe7\xa6\x8f\xe5\xbb\xba"), std::string(200, 'x'), std::string(" ")}) {
    const auto parsed = Label::parse(text);
    REQUIRE_MESSAGE(parsed.ok(), text);
    CHECK(parsed->get() == text);
  }
  check_refused(Label::parse(""), Code::input_invalid, "expected 1 to 200 bytes, got 0");
  check_refused(Label::parse(std::string(201, 'x')), Code::input_invalid, "expected 1 to 200 bytes, got 201");
  check_refused(Label::parse("a\xff"), Code::input_invalid, "expected UTF-8");
  check_refused(Label::parse("\xed\xa0\x80"), Code::input_invalid, "expected UTF-8");
  for (const std::string& text : {std::string("a\nb"), std::string("a\tb"), std::string("a\x1b[31m"), std::string("\x7f"),
                                 std::string(1, '\0'), std::string("\xc2\x85"), std::string("a\xe2\x80\xae" "b"),
                                 std::string("\xe2\x81\xa6"), std::string("\xe2\x80\xa8")})
    check_refused(Label::parse(text), Code::input_invalid, "control characters are not allowed");
}

TEST_CASE("enumerations have one word each, and other words name those there are") {
  std::size_t i = 0;
  for (const auto word : entry::EnumWords<entry::MemberKind>::words) {
    const auto parsed = entry::parse_word<entry::MemberKind>(word);
    REQUIRE(parsed);
    CHECK(static_cast<std::size_t>(*parsed) == i++);
    CHECK(entry::word_of(*parsed) == word);
  }
  for (const std::string_view word : {"", "Hospital", "hospital ", "hosp"})
    check_refused(entry::parse_word<entry::MemberKind>(word), Code::input_invalid, "expected one of hospital, clinic");
}
