#include "report/tree.hpp"

#include <doctest/doctest.h>

using namespace medchain::report;

namespace {

std::vector<TreeNode> small() {
  return {{std::nullopt, "root", ""}, {0, "one", ""},     {0, "two", "bad"},
          {1, "of one", "good"},      {3, "of that", ""}, {0, "three", ""}};
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size())
    ++found;
  return found;
}

}  // namespace

TEST_CASE("a tree as text: children below their parent, in their order") {
  CHECK(tree_text(small()) ==
        "root\n"
        "|- one\n"
        "|  `- of one\n"
        "|     `- of that\n"
        "|- two\n"
        "`- three\n");
  CHECK(tree_text({{std::nullopt, "alone", ""}}) == "alone\n");
}

TEST_CASE("a tree as dot: a node and an edge for each, what is bad is dashed") {
  const std::string dot = tree_dot({{std::nullopt, "a \"b\" \\c", ""}, {0, "x", "bad"}}, "t");
  CHECK(dot ==
        "digraph \"t\" {\n"
        "  rankdir=LR;\n"
        "  node [shape=box, fontname=\"monospace\"];\n"
        "  n0 [label=\"a \\\"b\\\" \\\\c\"];\n"
        "  n1 [label=\"x\", style=dashed];\n"
        "  n0 -> n1;\n"
        "}\n");
}

TEST_CASE("a tree as a drawing: everything from data is escaped") {
  const std::string evil = "<script>\"'&\x1b[31m\xe2\x80\xae";
  const std::string svg = tree_svg({{std::nullopt, evil, evil}}, evil);
  CHECK(svg.find("<script") == std::string::npos);
  CHECK(svg.find('\x1b') == std::string::npos);
  CHECK(svg.find("\xe2\x80\xae") == std::string::npos);
  CHECK(count(svg, "&lt;script&gt;&quot;&#39;&amp;") == 3);
  const std::string drawn = tree_svg(small(), "t");
  CHECK(count(drawn, "<rect ") == 6);
  CHECK(count(drawn, "<path ") == 5);
  CHECK(count(drawn, "class=\"bad\"") == 1);
}

TEST_CASE("a chain as long as a ledger is no recursion") {
  std::vector<TreeNode> nodes = {{std::nullopt, "0", ""}};
  for (std::size_t i = 1; i < 3'000; ++i) nodes.push_back({i - 1, "n", ""});
  CHECK(count(tree_text(nodes), "\n") == nodes.size());
}
