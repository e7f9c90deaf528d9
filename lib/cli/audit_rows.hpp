// Rows of reports: one stream of objects as an aligned table, lines of JSON or CSV, written as they
// come.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/session.hpp"
#include "json/value.hpp"
#include "report/table.hpp"

namespace medchain::cli {

/// Words of --format of every verb that is a table.
constexpr std::string_view table_formats = "text|json|csv";

class AuditRows {
 public:
  /// `fields`: members of the objects that CSV shows, in their order.
  AuditRows(Session& session, std::vector<report::Column> columns,
            std::vector<std::string_view> fields);
  /// Every line of JSON gets `"id":"ID-N"`, so that a report can be anchored line by line.
  void set_id(std::string id) { id_ = std::move(id); }
  /// In front of the rows: words for people, or a line of JSON if there is one; nothing in CSV.
  Status head(std::string_view text, const std::optional<json::Object>& line);
  /// One row; `cells` are for people.
  Status add(const json::Object& line, std::vector<std::string> cells);
  /// Writes what is held back for alignment.
  Status flush();
  /// Ends the stream: a summary in JSON, with what `more` has; for people how many `things` there
  /// are.
  Status finish(std::string_view thing, const json::Object& more = {});
  std::uint64_t count() const { return count_; }

 private:
  Status write_heading();
  Status write_line(json::Object line);

  Session& session_;
  std::string format_;
  report::Table table_;
  std::vector<std::string_view> fields_;
  std::string id_;
  std::uint64_t count_ = 0, lines_ = 0;
  bool headed_ = false;
};

}  // namespace medchain::cli
