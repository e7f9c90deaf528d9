#include "report/html.hpp"

#include <doctest/doctest.h>

#include "report/charts.hpp"

using namespace medchain;
using namespace medchain::report;

namespace {

bool has(const Markup& markup, std::string_view text) {
  return markup.bytes().find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("text is text whatever is in it, also in attributes") {
  const std::string evil = "<b a='1' c=\"2\">&\x1b[31m";
  const std::string escaped = "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;\\x1b[31m";
  CHECK(escape_markup(evil) == escaped);
  CHECK(Markup(evil).bytes() == escaped);
  CHECK(element("code", {{"title", evil}}, evil).bytes() ==
        "<code title=\"" + escaped + "\">" + escaped + "</code>");
  CHECK(element("p", "x").bytes() == "<p>x</p>\n");
  CHECK(Markup::literal("<hr/>").bytes() == "<hr/>");
}

TEST_CASE("a table has a caption, scopes and a region that scrolls") {
  HtmlTable table("Cap & tion", {{"Name"}, {"Count", Align::right}});
  table.add({"a<b", "1"}, {"k", "h2"});
  const Markup markup = table.markup();
  CHECK(has(markup, "<caption>Cap &amp; tion</caption>"));
  CHECK(has(markup, "<th class=\"n\" scope=\"col\">Count</th>"));
  CHECK(has(markup, "<th class=\"k\" scope=\"row\">a&lt;b</th><td class=\"n h2\">1</td>"));
  CHECK(has(markup, "role=\"region\" aria-label=\"Cap &amp; tion\" tabindex=\"0\""));
}

TEST_CASE("bars end at their sums, and their labels have room") {
  const Markup chart =
      bar_chart({"c", "Title", "Words"}, {"2025-01", "2025-02"}, {{"a", {1, 0}}, {"b", {3, 8}}});
  // The greatest is 8, so lines are at 2, 4, 6 and 8, which is the height of 168 pixels.
  CHECK(has(chart,
            "<rect class=\"s2\" x=\"73.50%\" y=\"18.00\" width=\"7.00%\" height=\"168.00\">"
            "<title>2025-02: 8 b</title></rect>"));
  CHECK(has(chart, "height=\"21.00\"><title>2025-01: 1 a</title>"));
  CHECK_FALSE(has(chart, "2025-02: 0 a"));
  CHECK(has(chart, "role=\"img\" aria-labelledby=\"c-title c-description\""));
  std::vector<std::string> labels(30, "2025-01-01");
  const Markup days =
      bar_chart({"c", "Title", "Words"}, labels, {{"a", std::vector<std::uint64_t>(30, 1)}});
  std::size_t shown = 0;
  for (std::size_t at = 0; (at = days.bytes().find("text-anchor", at)) != std::string::npos; ++at)
    ++shown;
  CHECK(shown == 4);
}

TEST_CASE("a graph draws arrows between different nodes only, wider for more") {
  const Markup graph =
      circle_graph({"g", "Title", "Words"}, {"hosp-a", "a-very-long-name-of-a-member"},
                   {{0, 1, 1}, {1, 0, 8}, {0, 0, 5}});
  CHECK(has(graph, "class=\"edge e1\""));
  CHECK(has(graph, "class=\"edge e4\""));
  CHECK_FALSE(has(graph, "class=\"edge e3\""));
  CHECK(has(graph, ">a-very-long-~<"));
  CHECK(shade_of(0, 8) == 0);
  CHECK(shade_of(1, 8) == 1);
  CHECK(shade_of(8, 8) == most_shade);
}

TEST_CASE("a page names its sections and runs nothing") {
  const std::string page = html_page({"A <title>", {}, {{"one", "First & only", "text"}}, "end"});
  CHECK(page.find("<title>A &lt;title&gt;</title>") != std::string::npos);
  CHECK(page.find("<a href=\"#one\">First &amp; only</a>") != std::string::npos);
  CHECK(page.find("default-src 'none'; style-src 'unsafe-inline'") != std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
}
