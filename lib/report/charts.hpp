// Charts as SVG within a page: bars over time and who is connected with whom.  A chart adds to a
// table of the same numbers, it never replaces one.  The same data is the same drawing, to the
// byte.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/html.hpp"

namespace medchain::report {

/// What a chart is called, and what who does not see it is told.
struct ChartText {
  std::string id;  ///< one of the page
  std::string title, description;
};

struct BarSeries {
  std::string name;
  std::vector<std::uint64_t> values;  ///< one for each label
};
constexpr std::size_t max_series = 5;  ///< as many colours as the style has
/// A stacked bar for each label, as wide as the page is; with its legend.  Precondition: labels,
/// and max_series series at most.
Markup bar_chart(const ChartText& text, const std::vector<std::string>& labels,
                 const std::vector<BarSeries>& series);

struct GraphEdge {
  std::size_t from = 0, to = 0;  ///< nodes
  std::uint64_t weight = 0;
};
/// Nodes in a circle, in their order from the top clockwise; edges are arrows, wider for more. An
/// edge from a node to itself is not drawn.
Markup circle_graph(const ChartText& text, const std::vector<std::string>& nodes,
                    const std::vector<GraphEdge>& edges);

/// 0 to `most_shade`: how dark a cell with this value is where `most` is the greatest.
constexpr std::uint64_t most_shade = 4;
std::uint64_t shade_of(std::uint64_t value, std::uint64_t most);

}  // namespace medchain::report
