#include "cli/audit_rows.hpp"

#include "base/text.hpp"
#include "report/csv.hpp"

namespace medchain::cli {
namespace {

constexpr std::uint64_t rows_aligned = 256;  ///< together; the first of them decide the widths

}  // namespace

AuditRows::AuditRows(Session& session, std::vector<report::Column> columns,
                     std::vector<std::string_view> fields)
    : session_(session),
      format_(session.format()),
      table_(std::move(columns)),
      fields_(std::move(fields)) {}

Status AuditRows::add(const json::Object& line, std::vector<std::string> cells) {
  ++count_;
  if (format_ == "json") return write_line(line);
  if (format_ == "csv") {
    MC_TRY(write_heading());
    return session_.out().write(report::csv_line(line, fields_));
  }
  table_.add(std::move(cells));
  return count_ % rows_aligned == 0 ? flush() : Status();
}

Status AuditRows::head(std::string_view text, const std::optional<json::Object>& line) {
  if (format_ == "text") return session_.out().write(text);
  return format_ == "json" && line ? write_line(*line) : Status();
}

Status AuditRows::write_line(json::Object line) {
  if (!id_.empty()) line.set("id", id_ + "-" + std::to_string(lines_++));
  return session_.out().line(line);
}

Status AuditRows::write_heading() {
  if (std::exchange(headed_, true)) return {};
  return session_.out().write(report::csv_line({fields_.begin(), fields_.end()}));
}

Status AuditRows::flush() {
  if (!table_.empty()) MC_TRY(session_.out().write(table_.next_text()));
  return session_.out().flush();
}

Status AuditRows::finish(std::string_view thing, const json::Object& more) {
  // A list without rows has its heading, so that who reads it by names finds them.
  if (format_ == "csv") MC_TRY(write_heading());
  if (format_ == "text" && !table_.empty()) MC_TRY(session_.out().write(table_.next_text()));
  if (format_ == "json") {
    json::Object summary = message("summary");
    summary.set("count", count_);
    for (const auto& [name, value] : more.members()) summary.set(name, value);
    MC_TRY(write_line(std::move(summary.set("complete", true))));
  }
  session_.tell(counted(count_, thing));
  return {};
}

}  // namespace medchain::cli
