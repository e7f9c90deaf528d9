#include "cli/listing.hpp"

#include "base/text.hpp"

namespace medchain::cli {

std::string printable(const std::string& text) {
  return is_utf8(text) ? text : escape_for_terminal(text);
}

std::vector<std::string> labels_in(const std::string& labels) {
  if (labels.empty()) return {};
  const auto parts = split(labels, '\n');
  return {parts.begin(), parts.end()};
}

json::Array label_array(const std::string& labels) {
  json::Array array;
  for (std::string& label : labels_in(labels)) array.emplace_back(std::move(label));
  return array;
}

Status finish_list(Session& session, const report::Table& table, std::uint64_t count,
                   std::string_view thing) {
  if (session.format() == "json")
    MC_TRY(session.out().line(message("summary").set("count", count).set("complete", true)));
  else if (!table.empty())
    MC_TRY(session.out().write(table.text()));
  session.tell(counted(count, thing));
  return {};
}

}  // namespace medchain::cli
