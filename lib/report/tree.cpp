#include "report/tree.hpp"

#include <algorithm>

#include "base/result.hpp"
#include "base/text.hpp"
#include "report/html.hpp"

namespace medchain::report {
namespace {

// Of the drawing, in pixels; text is in a monospaced font of 13.
constexpr std::size_t line_height = 34, box_height = 24, indent = 28, margin = 12, padding = 8;
constexpr std::size_t tenths_of_a_column = 79;  ///< 7.9 pixels

/// A node with its place: depth first, children in their order.
struct Placed {
  std::size_t node = 0;
  std::size_t depth = 0;
  std::size_t line_of_parent = 0;
  std::vector<bool> goes_on;  ///< at each depth: whether another sibling follows
};

class Placing {
 public:
  explicit Placing(const std::vector<TreeNode>& nodes) : children_(nodes.size()) {
    MC_ASSERT(!nodes.empty() && !nodes.front().parent);
    for (std::size_t i = 1; i < nodes.size(); ++i) {
      MC_ASSERT(nodes[i].parent && *nodes[i].parent < i);
      children_[*nodes[i].parent].push_back(i);
    }
  }
  /// Without recursion: a chain may be as long as a ledger.
  std::vector<Placed> run() {
    std::vector<Placed> waiting = {{0, 0, 0, {}}}, placed;
    while (!waiting.empty()) {
      placed.push_back(std::move(waiting.back()));
      waiting.pop_back();
      const Placed parent = placed.back();
      const auto& children = children_[parent.node];
      for (std::size_t i = children.size(); i-- > 0;) {
        Placed child{children[i], parent.depth + 1, placed.size() - 1, parent.goes_on};
        child.goes_on.push_back(i + 1 < children.size());
        waiting.push_back(std::move(child));
      }
    }
    return placed;
  }

 private:
  std::vector<std::vector<std::size_t>> children_;
};

std::string dot_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : escape_for_terminal(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::size_t pixels(std::string_view text) {
  return display_width(escape_for_terminal(text)) * tenths_of_a_column / 10 + 2 * padding;
}

std::string number(std::size_t value) { return std::to_string(value); }

std::string box(const TreeNode& node, std::size_t x, std::size_t y) {
  const std::string css = node.tone.empty() ? "plain" : node.tone;
  return "<rect class=\"" + escape_markup(css) + "\" x=\"" + number(x) + "\" y=\"" + number(y) +
         "\" width=\"" + number(pixels(node.text)) + "\" height=\"" + number(box_height) +
         "\" rx=\"4\"/>\n<text x=\"" + number(x + padding) + "\" y=\"" + number(y + 16) + "\">" +
         escape_markup(node.text) + "</text>\n";
}

constexpr std::string_view style =
    "<style>\n"
    "svg{background:#fff}\n"
    "text{font:13px monospace;fill:#1a1a1a;white-space:pre}\n"
    "rect{stroke:#777;fill:#f4f4f4}\n"
    "rect.good{stroke:#2d6a2d;fill:#e6f4e6}\n"
    "rect.bad{stroke:#a11;fill:#fbe6e6;stroke-dasharray:4 2}\n"
    "path{stroke:#777;fill:none}\n"
    "</style>\n";

}  // namespace

std::string tree_text(const std::vector<TreeNode>& nodes) {
  std::string out;
  for (const Placed& placed : Placing(nodes).run()) {
    for (std::size_t i = 0; i + 1 < placed.goes_on.size(); ++i)
      out += placed.goes_on[i] ? "|  " : "   ";
    if (!placed.goes_on.empty()) out += placed.goes_on.back() ? "|- " : "`- ";
    out += escape_for_terminal(nodes[placed.node].text) + "\n";
  }
  return out;
}

std::string tree_dot(const std::vector<TreeNode>& nodes, std::string_view title) {
  std::string out = "digraph " + dot_string(title) +
                    " {\n  rankdir=LR;\n  node [shape=box, fontname=\"monospace\"];\n";
  for (std::size_t i = 0; i < nodes.size(); ++i)
    out += "  n" + number(i) + " [label=" + dot_string(nodes[i].text) +
           (nodes[i].tone == "bad" ? ", style=dashed" : "") + "];\n";
  for (std::size_t i = 1; i < nodes.size(); ++i)
    out += "  n" + number(*nodes[i].parent) + " -> n" + number(i) + ";\n";
  return out + "}\n";
}

std::string tree_svg(const std::vector<TreeNode>& nodes, std::string_view title) {
  std::string body;
  std::size_t width = 0, line = 0;
  const auto all = Placing(nodes).run();
  for (const Placed& placed : all) {
    const std::size_t x = margin + placed.depth * indent, y = margin + line * line_height;
    if (placed.depth > 0) {
      const std::size_t from = margin + placed.line_of_parent * line_height + box_height;
      const std::size_t middle = y + box_height / 2;
      body += "<path d=\"M" + number(x - indent / 2) + " " + number(from) + "V" + number(middle) +
              "H" + number(x) + "\"/>\n";
    }
    body += box(nodes[placed.node], x, y);
    width = std::max(width, x + pixels(nodes[placed.node].text));
    ++line;
  }
  width += margin;
  const std::size_t height = line * line_height + margin;
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"" + number(width) +
         "\" height=\"" + number(height) + "\" viewBox=\"0 0 " + number(width) + " " +
         number(height) + "\">\n<title>" + escape_markup(title) + "</title>\n" +
         std::string(style) + body + "</svg>\n";
}

}  // namespace medchain::report
