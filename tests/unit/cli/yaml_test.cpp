#include "cli/yaml.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace medchain;
using namespace medchain::cli;

namespace {

/// `{a:1@2, b:[x@3]@3}`: kinds, texts and lines.
std::string shown(const YamlNode& node) {
  std::string text;
  switch (node.kind) {
    case YamlNode::Kind::scalar:
      text = node.text;
      break;
    case YamlNode::Kind::sequence:
      text = "[";
      for (const YamlNode& item : node.items) text += (text == "[" ? "" : ", ") + shown(item);
      text += "]";
      break;
    case YamlNode::Kind::mapping:
      text = "{";
      for (const auto& [key, field] : node.fields)
        text += (text == "{" ? "" : ", ") + key + ":" + shown(field);
      text += "}";
      break;
  }
  return text + "@" + std::to_string(node.line);
}

std::string parsed(std::string_view text) {
  const Result<YamlNode> node = parse_yaml(text, "f.yaml");
  if (node) return shown(*node);
  CHECK(node.error().code == Code::config_invalid);
  return node.error().message;
}

void check_refused(std::string_view text, const std::string& message) {
  const std::string got = parsed(text);
  CHECK(got == message);
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("mappings, sequences and scalars are read with their lines") {
  CHECK(parsed("a: 1\nb:\n  - x\n  - y: z\n") == "{a:1@1, b:[x@3, {y:z@4}@4]@2}@1");
  CHECK(parsed("{a: [1, 2], b: {c: d}}") == "{a:[1@1, 2@1]@1, b:{c:d@1}@1}@1");
  CHECK(parsed("# comment\n\na: b # more\n") == "{a:b@3}@3");
  CHECK(parsed("---\na: b\n...\n") == "{a:b@2}@2");
  CHECK(parsed("a: |\n  one\n  two\n") == "{a:one\ntwo\n@1}@1");
  CHECK(parsed("\"a b\": 'it''s'") == "{a b:it's@1}@1");
  CHECK(parsed("a: b\r\nc: d\r\n") == "{a:b@1, c:d@2}@1");
}

TEST_CASE("scalars stay text") {
  CHECK(parsed("[010, 1e3, yes, true, 2025-03-01, 0x1f, 1_000]") ==
        "[010@1, 1e3@1, yes@1, true@1, 2025-03-01@1, 0x1f@1, 1_000@1]@1");
  CHECK(parsed("[null, ~, Null, NULL, \"null\"]") == "[null@1, ~@1, Null@1, NULL@1, null@1]@1");
  CHECK(parsed("a:\nb: \"\"\n") == "{a:@1, b:@2}@1");
}

TEST_CASE("an empty file is an empty mapping") {
  CHECK(parsed("") == "{}@1");
  CHECK(parsed("# nothing\n") == "{}@1");
  CHECK(parsed("---\n") == "{}@1");
  CHECK(parsed("\n\n") == "{}@1");
}

TEST_CASE("what has no plain meaning is refused with its line") {
  check_refused("a: 1\na: 2\n", "f.yaml:2: key 'a' is repeated");
  check_refused("x:\n  a: 1\n  b: 2\n  'a': 3\n", "f.yaml:4: key 'a' is repeated");
  check_refused("a: &x 1\n", "f.yaml:1: anchors are not allowed");
  check_refused("a: &x [1]\n", "f.yaml:1: anchors are not allowed");
  check_refused("a: &x\n", "f.yaml:1: anchors are not allowed");
  CHECK(parsed("\na: *x\n").starts_with("f.yaml:2: "));
  check_refused("a: &x 1\nb: *x\n", "f.yaml:1: anchors are not allowed");
  check_refused("a: !!str 1\n", "f.yaml:1: tags are not allowed");
  check_refused("a: !t {b: c}\n", "f.yaml:1: tags are not allowed");
  check_refused("a: !!set [b]\n", "f.yaml:1: tags are not allowed");
  check_refused("? [a]\n: b\n", "f.yaml:1: a key must be a scalar");
  check_refused("? {a: b}\n: b\n", "f.yaml:1: a key must be a scalar");
  check_refused(": b\n", "f.yaml:1: a key is empty");
  check_refused("\"\": b\n", "f.yaml:1: a key is empty");
  check_refused("a: 1\n---\nb: 2\n", "f.yaml:2: a second document is not allowed");
  check_refused("a: 1\n...\n---\nb: 2\n", "f.yaml:3: a second document is not allowed");
}

TEST_CASE("syntax errors name the line") {
  CHECK(parsed("a: 1\nb: [1, 2\n").starts_with("f.yaml:3: "));
  CHECK(parsed("a: 1\n b: 2\n").starts_with("f.yaml:2: "));
  CHECK(parsed("\ta: 1\n").starts_with("f.yaml:1: "));
  CHECK(parsed("a: \"\\q\"").starts_with("f.yaml:1: "));
  CHECK(parsed("}").starts_with("f.yaml:1: "));
}

TEST_CASE("a quote that is not closed swallows nothing") {
  for (const std::string_view text :
       {"a: \"x\n", "a: 'x\n", "a: \"x\nb: c\n", "a: 'it''s\nb: c\n", "a: \"\\\"\nb: c\n", "a: \"",
        "\"a: b\n", "[\"a, b]\n", "{'a: b}\n"}) {
    CAPTURE(text);
    CHECK(parsed(text).starts_with("f.yaml:1: "));
  }
  check_refused("a: \"x\nb: c\n", "f.yaml:1: the quoted text is not closed");
  check_refused("\xc3\xa9: 1\r\nb: 'x\n", "f.yaml:2: the quoted text is not closed");
  CHECK(
      parsed("\xe5\xbc\xa0: 'a''b'\r\nc: \"\\\\\"\nd: [ 'e' , \"f\"]\ng: |\n  \"x\n\"h\": ''\n") ==
      "{\xe5\xbc\xa0:a'b@1, c:\\@2, d:[e@3, f@3]@3, g:\"x\n@4, h:@6}@1");
  check_refused("a: ! b\n", "f.yaml:1: tags are not allowed");
}

TEST_CASE("other encodings and control characters are refused") {
  check_refused("a: 1\nb: \xff\n", "f.yaml:2: not UTF-8");
  check_refused(
      "\xef\xbb\xbf"
      "a: 1\n",
      "f.yaml:1: begins with a byte order mark");
  check_refused(std::string_view("a: 1\n\0", 6), "f.yaml:2: contains a control character");
  check_refused("a: \x1b[31m\n", "f.yaml:1: contains a control character");
  check_refused("a: \x7f\n", "f.yaml:1: contains a control character");
}

TEST_CASE("size is limited") {
  std::string text = "a: b\n#";
  text.resize(1024 * 1024, 'x');
  CHECK(parsed(text) == "{a:b@1}@1");
  check_refused(text + "x", "f.yaml: larger than 1048576 bytes");
}

TEST_CASE("nesting is limited to 16") {
  CHECK(parsed(repeated("[", 16) + repeated("]", 16)).starts_with("[[["));
  check_refused(repeated("[", 17) + repeated("]", 17), "f.yaml:1: nested more than 16 deep");
  check_refused(repeated("- ", 17) + "a", "f.yaml:1: nested more than 16 deep");
  check_refused(repeated("{a: ", 17) + "b" + repeated("}", 17),
                "f.yaml:1: nested more than 16 deep");
  CHECK(parsed(repeated("- ", 16) + "a").starts_with("[[["));
}

TEST_CASE("hostile nesting ends quickly and without deep recursion") {
  for (const std::string_view piece :
       {"[", "{", "- ", "? ", "[{", "{a: ", "!!x [", "[[],", ": ", "[?", "- - ", "? - ", "a: - "}) {
    CAPTURE(piece);
    const std::string got = parsed(repeated(piece, 500'000 / piece.size()));
    CHECK(got.starts_with("f.yaml:"));
  }
}

TEST_CASE("random damage is an error or a tree, never a crash") {
  const std::string sample =
      "profile: union\nledger: /srv/x\nlist:\n  - {a: [1, \"b\"], c: 'd'}\n  - |\n    text\n"
      "  - >-\n    more\nk: ~\n? x\n: y\n";
  const std::string characters = "[]{}:,-?&*!|>'\"%@`#\n \tax0\\~";
  std::mt19937 random(20250301);
  for (int round = 0; round < 20'000; ++round) {
    std::string text = sample;
    for (int i = 0; i < 1 + round % 8; ++i) {
      const std::size_t at = random() % text.size();
      const char c = characters[random() % characters.size()];
      if (random() % 2 == 0)
        text[at] = c;
      else
        text.insert(at, 1, c);
    }
    const Result<YamlNode> node = parse_yaml(text, "f");
    if (!node) CHECK(node.error().code == Code::config_invalid);
  }
}

TEST_CASE("unknown keys are refused with what was near") {
  const auto checked = [](std::string_view text) {
    const Result<YamlNode> node = parse_yaml(text, "f.yaml");
    REQUIRE(node.ok());
    const Status status = check_keys(*node, {"ledger", "vault"}, "f.yaml");
    return status ? std::string("ok") : status.error().message + " / " + status.error().hint;
  };
  CHECK(checked("ledger: a\nvault: b\n") == "ok");
  CHECK(checked("") == "ok");
  CHECK(checked("ledger: a\nvalt: b\n") == "f.yaml:2: unknown key 'valt' / did you mean 'vault'?");
  CHECK(checked("x: b\n") == "f.yaml:1: unknown key 'x' / known keys: ledger, vault");
  CHECK(checked("- a\n") == "f.yaml:1: expected a mapping, 'key: value' / ");
  CHECK(checked("text\n") == "f.yaml:1: expected a mapping, 'key: value' / ");
}

TEST_CASE("what is written is read back as the same text") {
  CHECK(write_yaml({{"ledger", "/srv/x"}, {"a b", "it's \"x\" \\ \n"}}) ==
        "ledger: \"/srv/x\"\n\"a b\": \"it's \\\"x\\\" \\\\ \\u000a\"\n");
  std::vector<std::string> texts = {"",
                                    " ",
                                    "~",
                                    "null",
                                    "a: b",
                                    "# no",
                                    "- x",
                                    "&a",
                                    "*a",
                                    "!t",
                                    "%",
                                    "\t",
                                    "\r\n",
                                    "\x7f",
                                    "\xc2\x85",
                                    "\xe2\x80\xa8",
                                    "\xef\xbb\xbf",
                                    "\xf0\x9f\x8e\xb5",
                                    "\\u0041",
                                    "'",
                                    "\""};
  std::string all;
  for (char32_t c = 1; c < 0x300; ++c) {
    if (c < 0x80) {
      all += static_cast<char>(c);
    } else {
      all += static_cast<char>(0xc0 | (c >> 6));
      all += static_cast<char>(0x80 | (c & 0x3f));
    }
  }
  texts.push_back(all);
  for (const std::string& text : texts) {
    const std::string key = text.empty() || text.size() > 100 ? "k" : text;
    const Result<YamlNode> node = parse_yaml(write_yaml({{key, text}, {"n", text}}), "f");
    CAPTURE(text);
    if (!node) FAIL(node.error().message);
    REQUIRE(node->fields.size() == (key == "n" ? 1U : 2U));
    CHECK(node->fields[0].first == key);
    CHECK(node->fields[0].second.text == text);
    CHECK(node->find("n")->text == text);
  }
}
