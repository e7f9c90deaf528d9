// Trees for people: as indented text, as a graph for dot(1), and as an SVG drawing of our own, a
// box in a line for each node.  Everything from data is escaped.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace medchain::report {

struct TreeNode {
  std::optional<std::size_t> parent;  ///< a node before it; nothing for the first alone
  std::string text;
  std::string tone;  ///< plain, good, bad or none: how it is coloured; colour adds, never replaces
};

/// Precondition, also below: the first node is the only one without a parent.
std::string tree_text(const std::vector<TreeNode>& nodes);
std::string tree_dot(const std::vector<TreeNode>& nodes, std::string_view title);
/// A whole document: nothing else is loaded, no script.
std::string tree_svg(const std::vector<TreeNode>& nodes, std::string_view title);

}  // namespace medchain::report
