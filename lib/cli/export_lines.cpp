#include "cli/export_lines.hpp"

#include <algorithm>
#include <initializer_list>

#include "base/encoding.hpp"
#include "cli/emitted.hpp"
#include "ledger/checked_read.hpp"

namespace medchain::cli {
namespace {

/// Rows of one line, which stays below 1 MiB in base64.
constexpr std::size_t max_line_rows = 5'000;

/// The members are these, each of its kind, and no others.
Status check_members(const json::Object& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (object.find(name) == nullptr)
      return fail(Code::input_invalid, "field " + quote(name) + " is missing");
  for (const auto& [name, value] : object.members())
    if (std::find(names.begin(), names.end(), name) == names.end())
      return fail(Code::input_invalid, "unknown field " + quote(name));
  return {};
}

Result<std::string> text_of(const json::Object& object, std::string_view name) {
  const json::Value& value = *object.find(name);
  if (const std::string* text = value.string()) return *text;
  return fail(Code::input_invalid,
              "field " + quote(name) + ": expected text, got " + std::string(value.kind()));
}

Result<std::uint64_t> number_of(const json::Object& object, std::string_view name) {
  const json::Value& value = *object.find(name);
  const std::int64_t* number = value.integer();
  if (number != nullptr && *number >= 0) return static_cast<std::uint64_t>(*number);
  return fail(Code::input_invalid, "field " + quote(name) + ": expected a number from 0 on");
}

Status expect_number(const json::Object& object, std::string_view name, std::uint64_t expected) {
  MC_ASSIGN(const std::uint64_t number, number_of(object, name));
  if (number == expected) return {};
  return fail(Code::input_invalid, "field " + quote(name) + ": expected " +
                                       std::to_string(expected) + ", got " +
                                       std::to_string(number));
}

Status write_rows(Output& out, std::uint64_t index, const std::vector<entry::Row>& rows) {
  for (std::size_t first = 0; first < rows.size(); first += max_line_rows) {
    const std::size_t count = std::min(max_line_rows, rows.size() - first);
    Bytes bytes(count * entry::Row::size);
    for (std::size_t i = 0; i < count; ++i)
      rows[first + i].put(MutableByteView(bytes).subspan(i * entry::Row::size, entry::Row::size));
    json::Object line = message("rows");
    line.set("entry", index).set("row", static_cast<std::uint64_t>(first));
    line.set("rows", to_base64(bytes));
    MC_TRY(out.line(line));
  }
  return {};
}

Status add_rows(const json::Object& object, std::uint64_t index, std::vector<entry::Row>& rows) {
  MC_TRY(check_members(object, {"schema", "type", "entry", "row", "rows"}));
  MC_TRY(expect_number(object, "entry", index));
  MC_TRY(expect_number(object, "row", rows.size()));
  MC_ASSIGN(const std::string text, text_of(object, "rows"));
  MC_ASSIGN(const Bytes bytes, parse_base64(text));
  if (bytes.empty() || bytes.size() % entry::Row::size != 0 ||
      rows.size() + bytes.size() / entry::Row::size > entry::max_rows)
    return fail(Code::input_invalid,
                "field 'rows': expected rows of 100 bytes, at most 8,192 of an entry, got " +
                    std::to_string(bytes.size()) + " bytes");
  for (std::size_t at = 0; at < bytes.size(); at += entry::Row::size)
    rows.push_back(entry::Row::get(ByteView(bytes).subspan(at, entry::Row::size)));
  return {};
}

}  // namespace

Result<Exported> write_export(Session& session, const ledger::Snapshot& view,
                              const std::function<void(std::uint64_t)>& told) {
  Output& out = session.out();
  Exported done;
  MC_ASSIGN(const TreeSize size, view.size());
  done.head.size = size.get();
  MC_ASSIGN(done.head.ledger, rules::origin(view));
  MC_ASSIGN(done.head.genesis, rules::genesis(view));
  json::Object head = message("export");
  head.set("ledger", done.head.ledger)
      .set("genesis", to_text(done.head.genesis))
      .set("size", done.head.size);
  MC_TRY(out.line(head));
  const auto going = going_on(session);
  for (std::uint64_t i = 0; i < done.head.size; ++i) {
    MC_TRY(going());
    const EntryIndex index(i);
    MC_ASSIGN(const entry::Entry entry, ledger::checked_entry(view, index));
    MC_ASSIGN(const auto rows, ledger::checked_rows(view, index, entry));
    MC_TRY(write_rows(out, i, rows));
    json::Object line = message("entry");
    line.set("entry", i).set("kind", entry::type_of(entry.statement.body)).set("note", entry.bytes);
    MC_TRY(out.line(line));
    done.records += rows.size();
    told(i + 1);
  }
  MC_ASSIGN(const std::string checkpoint, view.checkpoint());
  json::Object line = message("checkpoint");
  MC_TRY(out.line(line.set("checkpoint", checkpoint)));
  json::Object summary = message("summary");
  summary.set("count", done.head.size).set("records", done.records).set("complete", true);
  MC_TRY(out.line(summary));
  return done;
}

Result<ExportReader> ExportReader::open(Session& session) {
  MC_ASSIGN(StreamLines lines, StreamLines::open(session));
  return ExportReader(std::move(lines));
}

Result<json::Object> ExportReader::object() {
  for (;;) {
    MC_ASSIGN(const auto line, lines_.next([] { return Status(); }));
    if (!line) return fail(Code::input_truncated, "the stream ends before its summary");
    if (line->empty()) continue;
    return json::parse_object(*line);
  }
}

Result<ExportHead> ExportReader::head() {
  MC_ASSIGN(const json::Object first, object());
  MC_ASSIGN(const std::string type, stream_type(first));
  if (type != "export")
    return fail(Code::input_invalid,
                "field 'type': expected 'export', got " + quote(type) + ": this is no backup");
  MC_TRY(check_members(first, {"schema", "type", "ledger", "genesis", "size"}));
  ExportHead head;
  MC_ASSIGN(head.ledger, text_of(first, "ledger"));
  MC_ASSIGN(const std::string genesis, text_of(first, "genesis"));
  MC_ASSIGN(head.genesis, parse_hash<GenesisHash>(genesis));
  MC_ASSIGN(head.size, number_of(first, "size"));
  return head;
}

Result<std::optional<ledger::Prepared>> ExportReader::entry() {
  ledger::Prepared prepared;
  for (;;) {
    MC_ASSIGN(const json::Object next, object());
    MC_ASSIGN(const std::string type, stream_type(next));
    if (type == "rows") {
      MC_TRY(add_rows(next, entries_, prepared.rows));
      continue;
    }
    if (type == "checkpoint" && prepared.rows.empty()) {
      MC_TRY(check_members(next, {"schema", "type", "checkpoint"}));
      MC_ASSIGN(checkpoint_, text_of(next, "checkpoint"));
      return std::optional<ledger::Prepared>();
    }
    if (type != "entry")
      return fail(Code::input_invalid, "field 'type': expected 'entry', got " + quote(type));
    MC_TRY(check_members(next, {"schema", "type", "entry", "kind", "note"}));
    MC_TRY(expect_number(next, "entry", entries_));
    MC_ASSIGN(const std::string note, text_of(next, "note"));
    MC_ASSIGN(prepared.entry, entry::parse_entry(note));
    ++entries_;
    return std::optional(std::move(prepared));
  }
}

Result<std::string> ExportReader::checkpoint() {
  MC_ASSERT(checkpoint_);
  MC_ASSIGN(const json::Object last, object());
  MC_ASSIGN(const std::string type, stream_type(last));
  if (type != "summary")
    return fail(Code::input_invalid, "field 'type': expected 'summary', got " + quote(type));
  const json::Value* complete = last.find("complete");
  if (complete == nullptr || complete->boolean() == nullptr || !*complete->boolean())
    return fail(Code::input_truncated, "the run that wrote this did not complete");
  MC_ASSIGN(const auto more, lines_.next([] { return Status(); }));
  if (more) return fail(Code::input_invalid, "there are lines behind the summary");
  return *checkpoint_;
}

}  // namespace medchain::cli
