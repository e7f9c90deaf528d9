#include "json/foreign.hpp"

#include <doctest/doctest.h>

using namespace medchain;
using json::Node;
using json::parse_foreign;

TEST_CASE("a tree of foreign JSON knows kinds, members, items and where they stand") {
  const auto root = parse_foreign(
      R"( {"a/b~":[1.50,{"x":"\u00e9\n"},null,[]],"t":true,"f":false,"e":{},"s":"","":-1e9} )");
  REQUIRE(root.ok());
  CHECK(root->kind() == "an object");
  CHECK(root->pointer() == "");
  CHECK_FALSE(root->member("none"));
  CHECK_FALSE(root->string());
  CHECK(root->items().empty());

  const auto list = root->member("a/b~");
  REQUIRE(list);
  CHECK(list->is_array());
  CHECK(list->pointer() == "/a~1b~0");
  CHECK_FALSE(list->member("x"));
  const std::vector<Node> items = list->items();
  REQUIRE(items.size() == 4);
  CHECK(items[0].kind() == "a number");
  CHECK(items[2].kind() == "null");
  CHECK(items[2].pointer() == "/a~1b~0/2");
  CHECK(items[3].kind() == "an array");
  CHECK(items[3].items().empty());
  const auto text = items[1].member("x");
  REQUIRE(text);
  CHECK(text->pointer() == "/a~1b~0/1/x");
  CHECK(text->string() == "\xc3\xa9\n");
  CHECK(text->kind() == "a string");

  CHECK(root->member("t")->is_true());
  CHECK(root->member("t")->kind() == "true");
  CHECK_FALSE(root->member("f")->is_true());
  CHECK(root->member("f")->kind() == "false");
  CHECK(root->member("e")->is_object());
  CHECK_FALSE(root->member("e")->member("x"));
  CHECK(root->member("s")->string() == "");
  CHECK(root->member("")->pointer() == "/");
}

TEST_CASE("a node outlives the tree it was taken from") {
  std::optional<Node> inner;
  {
    const auto root = parse_foreign(R"({"a":{"b":"c"}})");
    REQUIRE(root.ok());
    inner = root->member("a");
  }
  REQUIRE(inner);
  CHECK(inner->member("b")->string() == "c");
}

TEST_CASE("what is no JSON, and duplicate keys at any depth, are refused by the byte") {
  const auto refused = [](const std::string& text, Code code, std::string_view piece) {
    CAPTURE(text);
    const auto result = parse_foreign(text);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().code == code);
    CHECK(result.error().message.find(piece) != std::string::npos);
  };
  refused("", Code::input_invalid, "json at byte 0");
  refused("{", Code::input_invalid, "json at byte");
  refused("{} {}", Code::input_invalid, "json at byte 3");
  refused("\"\xff\"", Code::input_encoding, "");
  refused(R"({"a":1,"a":2})", Code::input_invalid, "json at byte 7: duplicate key");
  refused(R"([0,{"k":{"a":[],"\u0061":2}}])", Code::input_invalid, "duplicate key");
  refused(std::string(600, '[') + std::string(600, ']'), Code::input_invalid, "");
  CHECK(parse_foreign(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})").ok());
}
