#include "json/foreign.hpp"

#include <doctest/doctest.h>

#include "json/differing.hpp"

using namespace medchain;
using json::parse_foreign_object;

namespace {

template <class R>
void check_refused(const R& result, Code code, std::string_view piece) {
  REQUIRE(!result);
  CAPTURE(result.error().message);
  CHECK(result.error().code == code);
  CHECK(result.error().message.find(piece) != std::string::npos);
}

Result<json::Value> parse_foreign(std::string_view text) {
  MC_ASSIGN(const json::Node root, json::parse_foreign(std::string(text)));
  return root.value();
}

}  // namespace

TEST_CASE("json of others: integers are integers, other numbers are as they are spelled, null is not there") {
  const auto read = parse_foreign(R"( {"a":1.50,"b":-7,"c":null,"d":[null,1E3,9007199254740991,9007199254740992,-0],"e":true,"f":"\u0041"} )");
  REQUIRE(read);
  CHECK(json::write(*read) ==
        R"({"a":"1.50","b":-7,"d":[{},"1E3",9007199254740991,"9007199254740992","-0"],"e":true,"f":"A"})");
}

TEST_CASE("json of others: refused with reason and place") {
  const auto refused = [](const std::string& text, std::string_view piece) {
    check_refused(parse_foreign(text), Code::input_invalid, piece);
  };
  refused(R"({"a":1,"b":{"x":1,"x":2}})", "at byte 18: duplicate key");
  refused(R"({"a":1,"\u0061":2})", "duplicate key");
  refused("{", "at byte 1");
  refused("{} {}", "at byte 3");
  refused("", "at byte 0");
  check_refused(parse_foreign_object("[]"), Code::input_invalid, "expected an object, got array");
  check_refused(parse_foreign("\"\xff\""), Code::input_encoding, "");
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + "1" + std::string(depth, ']'); };
  CHECK(parse_foreign(nested(64)).ok());
  refused(nested(65), "nested deeper than 64");
}

TEST_CASE("objects differ where their paths say") {
  const auto paths = [](std::string_view a, std::string_view b) {
    return json::differing_paths(*parse_foreign_object(a), *parse_foreign_object(b));
  };
  using Paths = std::vector<std::string>;
  CHECK(paths(R"({"a":1,"b":[{"c":1.0}]})", R"({"b":[{"c":1.0}],"a":1})") == Paths{});
  CHECK(paths(R"({"a":1,"b":[{"c":1.0}]})", R"({"a":2,"b":[{"c":1}],"d":0})") == Paths{"a", "b[0].c", "d"});
  CHECK(paths(R"({"a":[1,2]})", R"({"a":[1]})") == Paths{"a[1]"});
  CHECK(paths(R"({"a":{}})", R"({"a":[]})") == Paths{"a"});
}
