#include "report/charts.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/result.hpp"
#include "base/text.hpp"

namespace medchain::report {
namespace {

// Bars: across in hundredths of a percent of the width, so that text keeps its size on any screen;
// down in pixels.
constexpr std::uint64_t plot_left = 800, plot_width = 9'200, widest_bar = 700;
constexpr std::uint64_t plot_top = 18, plot_height = 168, labels_at = 206, chart_height = 216;

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string decimals(std::uint64_t hundredths) {
  const std::uint64_t rest = hundredths % 100;
  return number(hundredths / 100) + (rest < 10 ? ".0" : ".") + number(rest);
}
std::string percent(std::uint64_t hundredths) { return decimals(hundredths) + "%"; }

/// 1, 2 or 5 times a power of ten: at most four of them reach `most`.
std::uint64_t step_for(std::uint64_t most) {
  for (std::uint64_t power = 1;; power *= 10)
    for (const std::uint64_t factor : {1u, 2u, 5u})
      if (power * factor >= (most + 3) / 4) return power * factor;
}

Markup svg(const ChartText& text, std::vector<Attribute> attributes, const Markup& drawing) {
  const std::string title = text.id + "-title", description = text.id + "-description";
  attributes.push_back({"role", "img"});
  attributes.push_back({"aria-labelledby", title + " " + description});
  return element("svg", attributes,
                 together({element("title", {{"id", title}}, text.title),
                           element("desc", {{"id", description}}, text.description), drawing}));
}

Markup legend(const std::vector<BarSeries>& series) {
  Markup items;
  for (std::size_t i = 0; i < series.size(); ++i)
    items.add(element("li", together({element("span", {{"class", "swatch s" + number(i + 1)}}, ""),
                                      series[i].name})));
  return element("ul", {{"class", "legend"}}, items);
}

Markup gridlines(std::uint64_t step, std::uint64_t top) {
  Markup lines;
  for (std::uint64_t value = 0; value <= top; value += step) {
    const std::string y = number(plot_top + plot_height - value * plot_height / top);
    lines.add(empty_element("line", {{"class", value == 0 ? "axis" : "grid"},
                                     {"x1", "0"},
                                     {"x2", "100%"},
                                     {"y1", y},
                                     {"y2", y}}));
    if (value > 0)
      lines.add(element(
          "text",
          {{"x", "0"}, {"y", number(plot_top + plot_height - 4 - value * plot_height / top)}},
          number(value)));
  }
  return lines;
}

struct Point {
  double x = 0, y = 0;
};
Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
Point operator*(Point a, double by) { return {a.x * by, a.y * by}; }
Point unit(Point a) {
  const double length = std::hypot(a.x, a.y);
  return length > 0 ? a * (1 / length) : Point{1, 0};
}

// Of the graph, in units of its drawing.
constexpr double graph_width = 440, graph_height = 260, radius = 96, node_radius = 9;
constexpr std::size_t longest_label = 13;

std::string tenths(double value) {
  const long rounded = std::lround(value * 10);
  const unsigned long size = static_cast<unsigned long>(rounded < 0 ? -rounded : rounded);
  return (rounded < 0 ? "-" : "") + std::to_string(size / 10) + "." + std::to_string(size % 10);
}
std::string at(Point point) { return tenths(point.x) + " " + tenths(point.y); }

Point place_of(std::size_t node, std::size_t nodes) {
  const double angle =
      2 * std::numbers::pi * static_cast<double>(node) / static_cast<double>(nodes) -
      std::numbers::pi / 2;
  return {graph_width / 2 + radius * std::cos(angle), graph_height / 2 + radius * std::sin(angle)};
}

/// An arc to the left of the straight way, so that there and back are two; its head by hand, for a
/// marker would be a reference.
Markup arrow(Point from, Point to, std::uint64_t level) {
  const Point way = to - from;
  const Point bend = from + way * 0.5 + unit({way.y, -way.x}) * (std::hypot(way.x, way.y) * 0.14);
  const Point start = from + unit(bend - from) * (node_radius + 2);
  const Point tip = to - unit(to - bend) * (node_radius + 3);
  const Point along = unit(to - bend), across = {-along.y, along.x};
  const double size = 6 + 1.5 * static_cast<double>(level);
  const Point back = tip - along * size;
  return together(
      {empty_element("path", {{"class", "edge e" + number(level)},
                              {"d", "M" + at(start) + "Q" + at(bend) + " " + at(back)}}),
       empty_element("path", {{"class", "head"},
                              {"d", "M" + at(tip) + "L" + at(back + across * (size / 2)) + "L" +
                                        at(back - across * (size / 2)) + "Z"}})});
}

Markup node_with_label(const std::string& name, Point place) {
  const double side = place.x - graph_width / 2;
  const bool is_middle = std::abs(side) < 1;
  const double below = place.y < graph_height / 2 ? -16 : 26;
  const Point label =
      is_middle ? place + Point{0, below} : place + Point{side < 0 ? -15.0 : 15.0, 5};
  const std::string anchor = is_middle ? "middle" : side < 0 ? "end" : "start";
  const std::string shown =
      display_width(name) > longest_label ? pad_to(name, longest_label) : name;
  return together(
      {empty_element("circle", {{"class", "node"},
                                {"cx", tenths(place.x)},
                                {"cy", tenths(place.y)},
                                {"r", tenths(node_radius)}}),
       element("text", {{"x", tenths(label.x)}, {"y", tenths(label.y)}, {"text-anchor", anchor}},
               shown)});
}

}  // namespace

std::uint64_t shade_of(std::uint64_t value, std::uint64_t most) {
  if (value == 0 || most == 0) return 0;
  return 1 + (value - 1) * most_shade / std::max<std::uint64_t>(most, 1);
}

Markup bar_chart(const ChartText& text, const std::vector<std::string>& labels,
                 const std::vector<BarSeries>& series) {
  MC_ASSERT(!labels.empty() && series.size() <= max_series);
  std::uint64_t most = 1;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    std::uint64_t sum = 0;
    for (const BarSeries& one : series) sum += one.values[i];
    most = std::max(most, sum);
  }
  const std::uint64_t step = step_for(most), top = (most + step - 1) / step * step;
  const std::uint64_t slot = plot_width / labels.size();
  const std::uint64_t bar = std::max<std::uint64_t>(1, std::min(widest_bar, slot * 7 / 10));
  // As many labels as a telephone has room for.
  const std::size_t room = labels.front().size() > 7 ? 4 : 6;
  const std::size_t every = (labels.size() + room - 1) / room;
  Markup drawing = gridlines(step, top);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::uint64_t middle = plot_left + plot_width * (2 * i + 1) / (2 * labels.size());
    std::uint64_t below = 0;
    for (std::size_t s = 0; s < series.size(); ++s) {
      const std::uint64_t value = series[s].values[i];
      if (value == 0) continue;
      // In hundredths of a pixel, from sums, so that nothing is lost between the parts.
      const std::uint64_t low = below * plot_height * 100 / top;
      const std::uint64_t high = (below + value) * plot_height * 100 / top;
      below += value;
      drawing.add(
          element("rect",
                  {{"class", "s" + number(s + 1)},
                   {"x", percent(middle - bar / 2)},
                   {"y", decimals((plot_top + plot_height) * 100 - high)},
                   {"width", percent(bar)},
                   {"height", decimals(high - low)}},
                  element("title", labels[i] + ": " + number(value) + " " + series[s].name)));
    }
    if (i % every == 0)
      drawing.add(element(
          "text", {{"x", percent(middle)}, {"y", number(labels_at)}, {"text-anchor", "middle"}},
          labels[i]));
  }
  return together(
      {svg(text, {{"class", "bars"}, {"width", "100%"}, {"height", number(chart_height)}}, drawing),
       legend(series)});
}

Markup circle_graph(const ChartText& text, const std::vector<std::string>& nodes,
                    const std::vector<GraphEdge>& edges) {
  std::uint64_t most = 0;
  for (const GraphEdge& edge : edges) most = std::max(most, edge.weight);
  Markup drawing;
  for (const GraphEdge& edge : edges) {
    MC_ASSERT(edge.from < nodes.size() && edge.to < nodes.size());
    if (edge.from != edge.to && edge.weight > 0)
      drawing.add(arrow(place_of(edge.from, nodes.size()), place_of(edge.to, nodes.size()),
                        shade_of(edge.weight, most)));
  }
  for (std::size_t i = 0; i < nodes.size(); ++i)
    drawing.add(node_with_label(nodes[i], place_of(i, nodes.size())));
  // A circle of few does not reach down as far.
  double lowest = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    lowest = std::max(lowest, place_of(i, nodes.size()).y);
  return svg(text, {{"class", "graph"}, {"viewBox", "0 0 440 " + tenths(lowest + 34)}}, drawing);
}

}  // namespace medchain::report
