// What queries of a vault have in common: names in lines of JSON, and how a list ends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/session.hpp"
#include "report/table.hpp"

namespace medchain::cli {

/// Names may be any bytes, lines of JSON are UTF-8.
std::string printable(const std::string& text);

/// Security labels, one by one; none: there is none.
std::vector<std::string> labels_in(const std::string& labels);
json::Array label_array(const std::string& labels);

/// The table, or the summary of lines of JSON, and for people how many `things` there are.
Status finish_list(Session& session, const report::Table& table, std::uint64_t count,
                   std::string_view thing);

}  // namespace medchain::cli
