// What happened over time, and who shares with whom.
#include <algorithm>
#include <set>

#include "base/parse.hpp"
#include "base/text.hpp"
#include "cli/audit_report_internal.hpp"
#include "report/charts.hpp"

namespace medchain::cli {
namespace {

using report::Align;
using report::element;
using report::HtmlTable;
using report::Markup;
using report::together;

constexpr const char* group_names[audit::kind_groups] = {
    "records", "permissions and orders", "releases and uses", "refusals", "administration"};

std::vector<report::BarSeries> series_of(const audit::Activity& activity) {
  std::vector<report::BarSeries> series;
  for (const char* name : group_names)
    series.push_back({name, std::vector<std::uint64_t>(activity.periods.size())});
  for (const auto& [kind, counts] : activity.kinds) {
    auto& values = series[static_cast<std::size_t>(audit::group_of(kind))].values;
    for (std::size_t i = 0; i < counts.size(); ++i) values[i] += counts[i];
  }
  return series;
}

std::string shown(std::uint64_t value) { return value == 0 ? "" : grouped(value); }

Markup periods_table(const audit::Activity& activity,
                     const std::vector<report::BarSeries>& series) {
  const std::string unit = activity.by_day ? "day" : "month";
  std::vector<report::Column> columns = {{activity.by_day ? "Day" : "Month"}};
  for (const auto& one : series) {
    std::string heading = one.name;
    heading.front() = static_cast<char>(heading.front() - 'a' + 'A');
    columns.push_back({heading, Align::right});
  }
  columns.push_back({"All", Align::right});
  HtmlTable table("Entries in each " + unit + " of log time, by what they are about", columns);
  for (std::size_t i = 0; i < activity.periods.size(); ++i) {
    std::vector<Markup> cells = {activity.periods[i]};
    std::uint64_t sum = 0;
    for (const auto& one : series) {
      cells.push_back(shown(one.values[i]));
      sum += one.values[i];
    }
    // Days on which nothing happened are seen in the chart.
    if (sum == 0) continue;
    cells.push_back(grouped(sum));
    table.add(std::move(cells));
  }
  return table.markup();
}

Markup kinds_table(const audit::Activity& activity) {
  HtmlTable table("Entries by kind, since the ledger began",
                  {{"Kind"}, {"About"}, {"Entries", Align::right}});
  for (std::size_t group = 0; group < audit::kind_groups; ++group)
    for (const auto& [kind, count] : activity.totals)
      if (static_cast<std::size_t>(audit::group_of(kind)) == group)
        table.add({kind, group_names[group], grouped(count)});
  return element("div", {{"class", "narrow"}}, table.markup());
}

/// What moved from one member to another, in all months.
struct Pair {
  MemberName from, to;
  std::set<std::string> purposes;
  audit::Tally tally;
};

std::vector<Pair> pairs_of(const AuditReport& report) {
  std::map<std::pair<MemberName, MemberName>, Pair> all;
  for (const auto& [flow, tally] : report.flows) {
    Pair& pair =
        all.try_emplace({flow.from, flow.to}, Pair{flow.from, flow.to, {}, {}}).first->second;
    if (!flow.purpose.empty()) pair.purposes.insert(flow.purpose);
    pair.tally.releases += tally.releases;
    pair.tally.records += tally.records;
    pair.tally.uses += tally.uses;
    pair.tally.opened += tally.opened;
    pair.tally.failed += tally.failed;
    pair.tally.denied += tally.denied;
    pair.tally.last = std::max(pair.tally.last, tally.last);
  }
  std::vector<Pair> pairs;
  for (auto& [names, pair] : all) pairs.push_back(std::move(pair));
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.tally.records > b.tally.records; });
  return pairs;
}

/// Who moved most, in the order of names.
std::vector<MemberName> busiest(const std::vector<Pair>& pairs, std::size_t& left_out) {
  std::map<MemberName, std::uint64_t> moved;
  for (const Pair& pair : pairs) {
    moved[pair.from] += pair.tally.records;
    moved[pair.to] += pair.tally.records;
  }
  std::vector<std::pair<std::uint64_t, MemberName>> order;
  for (const auto& [name, count] : moved) order.emplace_back(count, name);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  left_out = order.size() - std::min(order.size(), most_nodes);
  order.resize(order.size() - left_out);
  std::vector<MemberName> names;
  for (auto& [count, name] : order) names.push_back(std::move(name));
  std::sort(names.begin(), names.end());
  return names;
}

Markup graph(const std::vector<Pair>& pairs, const std::vector<MemberName>& names) {
  std::vector<std::string> nodes;
  for (const MemberName& name : names) nodes.push_back(name.get());
  const auto place = [&](const MemberName& name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  std::vector<report::GraphEdge> edges;
  std::string words;
  for (const Pair& pair : pairs) {
    const std::size_t from = place(pair.from), to = place(pair.to);
    if (from == names.size() || to == names.size() || pair.tally.records == 0) continue;
    edges.push_back({from, to, pair.tally.records});
    words += (words.empty() ? "" : "; ") + pair.from.get() + " to " + pair.to.get() + ": " +
             counted(pair.tally.records, "record");
  }
  return element("figure",
                 report::circle_graph({"graph", "Records released between members, as arrows",
                                       words.empty() ? "Nothing was released." : words + "."},
                                      nodes, edges));
}

Markup matrix(const std::vector<Pair>& pairs, const std::vector<MemberName>& names) {
  std::map<std::pair<MemberName, MemberName>, std::uint64_t> records;
  std::uint64_t most = 0;
  for (const Pair& pair : pairs) {
    records[{pair.from, pair.to}] = pair.tally.records;
    most = std::max(most, pair.tally.records);
  }
  std::vector<report::Column> columns = {{"From \\ to"}};
  for (const MemberName& name : names) columns.push_back({name.get(), Align::right});
  columns.push_back({"All", Align::right});
  HtmlTable table("Records released, from the member of the line to that of the column", columns);
  for (const MemberName& from : names) {
    std::vector<Markup> cells = {from.get()};
    std::vector<std::string> classes = {""};
    std::uint64_t sum = 0;
    for (const MemberName& to : names) {
      const std::uint64_t value = records[{from, to}];
      sum += value;
      cells.push_back(shown(value));
      const std::uint64_t shade = report::shade_of(value, most);
      classes.push_back(shade == 0 ? "" : "h" + std::to_string(shade));
    }
    cells.push_back(shown(sum));
    classes.push_back("sum");
    table.add(std::move(cells), std::move(classes));
  }
  return element("div", {{"class", "matrix"}}, table.markup());
}

Markup pairs_table(const std::vector<Pair>& pairs) {
  HtmlTable table("From whom to whom, all purposes together", {{"From"},
                                                               {"To"},
                                                               {"Purposes"},
                                                               {"Releases", Align::right},
                                                               {"Records", Align::right},
                                                               {"Uses declared", Align::right},
                                                               {"Failed", Align::right},
                                                               {"Refused", Align::right},
                                                               {"Last"}});
  const std::size_t rows = std::min(pairs.size(), most_rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const Pair& pair = pairs[i];
    table.add(
        {pair.from.get(), pair.to.get(), join({pair.purposes.begin(), pair.purposes.end()}, ", "),
         shown(pair.tally.releases), shown(pair.tally.records), shown(pair.tally.uses),
         shown(pair.tally.failed), shown(pair.tally.denied), time_shown(pair.tally.last)},
        {"", "k"});
  }
  return together({table.markup(), and_more(pairs.size(), rows, "medchain-audit flows")});
}

}  // namespace

report::HtmlSection activity_section(const AuditReport& report) {
  const audit::Activity& activity = report.activity;
  if (activity.periods.empty()) return {"activity", "Activity", paragraph("Nothing happened.")};
  const auto series = series_of(activity);
  const std::string unit = activity.by_day ? "day" : "month";
  const Markup chart = element(
      "figure",
      report::bar_chart({"bars", "Entries in each " + unit + " of log time",
                         "Stacked bars from " + activity.periods.front() + " to " +
                             activity.periods.back() + "; the table below has the same numbers."},
                        activity.periods, series));
  return {
      "activity", "Activity over time",
      together({chart, periods_table(activity, series), kinds_table(activity),
                paragraph(together({"Every entry by name: ", code("medchain-audit log"), "."}))})};
}

report::HtmlSection sharing_section(const AuditReport& report) {
  const auto pairs = pairs_of(report);
  if (pairs.empty())
    return {"sharing", "Who shares with whom", paragraph("No records were shared or refused.")};
  std::size_t left_out = 0;
  const auto names = busiest(pairs, left_out);
  Markup more;
  if (left_out > 0)
    more = element("p", {{"class", "more"}},
                   together({"Drawing and matrix show the " + std::to_string(names.size()) +
                                 " members that moved most, and " + std::to_string(left_out) +
                                 " more are not in them: ",
                             code("medchain-audit flows"), " has all."}));
  return {"sharing", "Who shares with whom",
          together({element("div", {{"class", "pair"}},
                            together({graph(pairs, names), matrix(pairs, names)})),
                    more, pairs_table(pairs),
                    paragraph("Releases and refusals are enforced and counted by the ledger. A use "
                              "is what its receiver declares.")})};
}

}  // namespace medchain::cli
