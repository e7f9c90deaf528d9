#include <doctest/doctest.h>

#include <random>

#include "json/usual_value_internal.hpp"
#include "unit/support.hpp"

using medchain::Code;
using medchain::Result;
namespace json = medchain::json;

namespace {

constexpr std::int64_t max_integer = 9007199254740991;

/// The parse fails as input_invalid and the message has `part` in it.
void check_refused(std::string_view text, std::string_view part) {
  CAPTURE(text);
  const Result<json::Value> value = json::parse(text);
  REQUIRE(!value);
  CHECK(value.error().code == Code::input_invalid);
  INFO(value.error().message);
  CHECK(value.error().message.find(part) != std::string::npos);
}

/// The parse is fine and writing gives `written`.
void check_written(std::string_view text, std::string_view written) {
  CAPTURE(text);
  const Result<json::Value> value = json::parse(text);
  REQUIRE_MESSAGE(value.ok(), (value ? "" : value.error().message));
  CHECK(json::write(*value) == written);
  const Result<json::Value> again = json::parse(written);
  REQUIRE(again);
  CHECK(*again == *value);
}

std::string nested(std::size_t depth, char open, char close) {
  return std::string(depth, open) + std::string(depth, close);
}

json::Value random_value(std::mt19937_64& random, int depth) {
  const auto below = [&random](std::uint64_t n) { return random() % n; };
  const auto text = [&] {
    constexpr std::string_view pieces[] = {"a",
                                           "\"",
                                           "\\",
                                           "\n",
                                           "\x01",
                                           "\x1f",
                                           "\x7f",
                                           "/",
                                           "\xc3\xa9",
                                           "\xf0\x9f\x98\x80",
                                           "\xe2\x80\xae",
                                           " "};
    std::string out;
    for (std::uint64_t i = below(6); i > 0; --i) out += pieces[below(std::size(pieces))];
    return out;
  };
  switch (below(depth > 0 ? 6 : 4)) {
    case 0:
      return below(2) == 0;
    case 1:
      return static_cast<std::int64_t>(below(2 * max_integer + 1)) - max_integer;
    case 2:
      return static_cast<int>(below(3));
    case 3:
      return text();
    case 4: {
      json::Array array;
      for (std::uint64_t i = below(5); i > 0; --i) array.push_back(random_value(random, depth - 1));
      return array;
    }
    default: {
      json::Object object;
      for (std::uint64_t i = below(30); i > 0; --i)
        object.set(std::to_string(i) + text(), random_value(random, depth - 1));
      return object;
    }
  }
}

}  // namespace

TEST_CASE("values are written in one spelling and member order is kept") {
  check_written(" { \"b\" : [ 1 , -2 , true , false ] , \"a\" : { } , \"\" : \"\" } \n",
                R"({"b":[1,-2,true,false],"a":{},"":""})");
  check_written("7", "7");
  check_written("0", "0");
  check_written("\t\"x\"\r\n", "\"x\"");
  check_written("[]", "[]");
  check_written(R"("\u0041\/\u00e9\ud83d\ude00\b\f\n\r\t\u0000\u001F\u007f\"\\")",
                "\"A/\xc3\xa9\xf0\x9f\x98\x80\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\\\"\\\\\"");
}

TEST_CASE("an object finds its members and tells kinds") {
  const auto object = json::parse_object(R"({"s":"x","i":-5,"b":true,"a":[1],"o":{"k":2}})");
  REQUIRE(object);
  REQUIRE(object->find("s") != nullptr);
  CHECK(*object->find("s")->string() == "x");
  CHECK(*object->find("i")->integer() == -5);
  CHECK(*object->find("b")->boolean());
  CHECK(object->find("a")->array()->size() == 1);
  CHECK(*object->find("o")->object()->find("k")->integer() == 2);
  CHECK(object->find("none") == nullptr);
  CHECK(object->find("s")->integer() == nullptr);
  CHECK(object->find("s")->kind() == "string");
  CHECK(object->find("i")->kind() == "integer");
  CHECK(object->find("b")->kind() == "boolean");
  CHECK(object->find("a")->kind() == "array");
  CHECK(object->find("o")->kind() == "object");
  CHECK(object->members().front().first == "s");
  CHECK(json::write(*object) == R"({"s":"x","i":-5,"b":true,"a":[1],"o":{"k":2}})");
}

TEST_CASE("parse_object wants an object") {
  const auto array = json::parse_object("[1]");
  REQUIRE(!array);
  CHECK(array.error().code == Code::input_invalid);
  CHECK(array.error().message == "json at byte 0: expected an object, got array");
}

TEST_CASE("integers end at 2^53-1 on both sides") {
  check_written("9007199254740991", "9007199254740991");
  check_written("-9007199254740991", "-9007199254740991");
  for (const char* text :
       {"9007199254740992", "-9007199254740992", "18446744073709551615", "18446744073709551616",
        "-9223372036854775808", "-9223372036854775809", "123456789012345678901234567890"})
    check_refused(text, "json at byte 0: integer outside of");
  CHECK(json::write(json::Value(std::uint64_t{9007199254740991})) == "9007199254740991");
}

TEST_CASE("floats, null and minus zero are refused with their place") {
  check_refused("[1, 2.5]", "json at byte 4: only integers are allowed, got '2.5'");
  check_refused("1e3", "only integers are allowed, got '1e3'");
  check_refused("1.0", "only integers are allowed");
  check_refused("1e999", "json at byte");
  check_refused("-0", "'-0' is not allowed");
  check_refused("{\"a\":null}", "json at byte 5: null is not allowed");
}

TEST_CASE("numbers have their json spelling only") {
  for (const char* text :
       {"01", "+1", "-", "1.", ".5", "0x10", "1e", "NaN", "Infinity", "--1", "1_0"})
    check_refused(text, "json at byte");
}

TEST_CASE("duplicate keys are refused in small and in large objects") {
  check_refused(R"({"a":1,"a":2})", "json at byte 7: duplicate key 'a'");
  check_refused(R"({"a":1,"\u0061":2})", "duplicate key 'a'");
  check_refused(R"({"x":{"a":1,"b":[],"a":2}})", "duplicate key 'a'");
  for (const int count : {15, 16, 17, 18, 40}) {
    std::string text = "{";
    for (int i = 0; i < count; ++i) text += "\"k" + std::to_string(i) + "\":0,";
    CHECK(json::parse(text + "\"last\":0}").ok());
    for (const int again : {0, count / 2, count - 1})
      check_refused(text + "\"k" + std::to_string(again) + "\":0}", "duplicate key 'k");
  }
  CHECK(json::parse(R"([{"a":1},{"a":2}])").ok());
}

TEST_CASE("nesting ends at 32") {
  CHECK(json::parse(nested(32, '[', ']')).ok());
  check_refused(nested(33, '[', ']'), "json at byte 32: nested deeper than 32");
  std::string objects = "1";
  for (int i = 0; i < 32; ++i) objects = "{\"a\":" + objects + "}";
  CHECK(json::parse(objects).ok());
  check_refused("{\"a\":" + objects + "}", "nested deeper than 32");
  check_refused(std::string(10'000'000, '['), "nested deeper than 32");
}

TEST_CASE("encoding faults are refused with their place") {
  check_refused("\xef\xbb\xbf{}", "json at byte 0: byte order mark");
  check_refused("\"a\x80\"", "json at byte 2: not well-formed UTF-8");
  check_refused("\"\xc0\xaf\"", "json at byte 1: not well-formed UTF-8");
  check_refused("\"\xed\xa0\x80\"", "json at byte 1: not well-formed UTF-8");
  check_refused(std::string_view("{}\0", 3), "json at byte 2: NUL");
  check_refused(std::string_view("\"\0\"", 3), "NUL");
  check_refused(R"("\ud800")", "json at byte");
  check_refused(R"("\udc00")", "json at byte");
  check_refused(R"("\ud800\u0041")", "json at byte");
  check_refused("\"\n\"", "control character");
}

TEST_CASE("what is not one value is refused") {
  check_refused("", "json at byte 0");
  check_refused("  ", "json at byte 2");
  check_refused("{} {}", "json at byte 3");
  check_refused("{}x", "json at byte 2");
  check_refused("{\"a\":1,}", "json at byte 7");
  check_refused("[1,]", "json at byte 3");
  check_refused("[1 2]", "json at byte 3");
  check_refused("{a:1}", "json at byte 1");
  check_refused("{\"a\"}", "json at byte 4");
  check_refused("[", "json at byte 1");
  check_refused("]", "json at byte 0");
  check_refused("'a'", "json at byte 0");
  check_refused("tru", "json at byte");
  check_refused("TRUE", "json at byte 0");
  check_refused("// c\n1", "json at byte 0");
  check_refused("/**/1", "json at byte 0");
  check_refused(R"("\x41")", "json at byte 2");
}

TEST_CASE("the fast way reads what is usual as the exact parser does, and leaves it the rest") {
  const std::string_view usual =
      R"({"a":[1,-1,true,{"b":"\u00e9\ud83d\ude00"}],"c":9007199254740991,"d":"-0"})";
  const auto read = json::parse_usual_object(usual);
  REQUIRE(read);
  const auto exact = json::parse_exactly(usual);
  REQUIRE(exact);
  CHECK(json::Value(*read) == *exact);
  std::string nested = "1", wide;
  for (int i = 0; i < 33; ++i) nested = "{\"a\":" + nested + "}";
  for (int i = 0; i < 65; ++i) wide += (i == 0 ? "" : ",") + ("\"" + std::to_string(i) + "\":1");
  for (const std::string& text : std::vector<std::string>{
           R"({"a":-0})", R"({"a":[0,-0]})", R"({"a": -0})", R"({"a":1.0})", R"({"a":1e2})",
           R"({"a":null})", R"({"a":9007199254740992})", R"({"a":18446744073709551616})",
           R"({"a":1,"a":1})", R"({"a":1,"\u0061":1})", R"({"a":1} x)", R"({"a":"\ud800"})", "[]",
           " {}", "\xef\xbb\xbf{}", "{\"a\":\"\xff\"}", nested, "{" + wide + "}",
           "{\"a\":\"" + std::string(70'000, 'x') + "\"}"}) {
    CAPTURE(text.substr(0, 80));
    CHECK(!json::parse_usual_object(text));
    const auto decided = json::parse(text), exactly = json::parse_exactly(text);
    CHECK(decided.ok() == exactly.ok());
    if (decided)
      CHECK(*decided == *exactly);
    else
      CHECK(decided.error().message == exactly.error().message);
  }
}

TEST_CASE("messages do not carry control characters of the input") {
  const auto value = json::parse("{\"a\":\x1b[31m}");
  REQUIRE(!value);
  CHECK(value.error().message.find('\x1b') == std::string::npos);
  const auto key = json::parse("{\"\xc2\x9b\":1,\"\xc2\x9b\":2}");
  REQUIRE(!key);
  CHECK(key.error().message.find("\xc2\x9b") == std::string::npos);
}

TEST_CASE("random values come back from their text") {
  const std::uint64_t seed = 20240601;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 2000; ++i) {
    const json::Value value = random_value(random, 5);
    const std::string text = json::write(value);
    const auto again = json::parse(text);
    REQUIRE_MESSAGE(again.ok(), text);
    CHECK(*again == value);
    if (const auto usual = json::parse_usual_object(text)) CHECK(json::Value(*usual) == value);
    CHECK(json::write(*again) == text);
  }
}
