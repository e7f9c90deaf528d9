// Receipts of medchain-anchor, read to select records (CLI.md 4: unknown fields and types are
// ignored, the stream ends in a summary).
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "cli/scope_options.hpp"
#include "entry/row.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t max_line = std::size_t{1} << 20;
/// Options that say which records are meant.
constexpr std::string_view selecting[] = {
    "all",    "type",   "code",    "label",     "subject",    "subject-file", "subject-tag",
    "record", "author", "related", "data-from", "data-until", "parent",       "amend"};

class Receipts {
 public:
  explicit Receipts(bool needs_summary) : needs_summary_(needs_summary) {}

  Status line(std::string_view text) {
    ++number_;
    if (text.empty()) return {};
    const auto object = json::parse_object(text);
    if (!object) return wrong(object.error().message);
    const json::Value* type = object->find("type");
    const json::Value* schema = object->find("schema");
    if (schema == nullptr || schema->string() == nullptr || *schema->string() != entry::schema ||
        type == nullptr || type->string() == nullptr)
      return wrong("expected an object of medchain/1");
    if (complete_) return wrong("there is more after the summary");
    if (*type->string() == "summary") {
      const json::Value* complete = object->find("complete");
      complete_ = complete != nullptr && complete->boolean() != nullptr && *complete->boolean();
      if (!*complete_)
        return fail(Code::input_truncated,
                    "the summary on standard input says that its run is not complete");
      return {};
    }
    if (*type->string() != "receipt") return {};
    return receipt(*object);
  }

  Result<std::vector<entry::RecordSet>> finish() {
    if (!complete_ && needs_summary_)
      return fail(Code::input_truncated, number_ == 0 ? "standard input is empty, expected receipts"
                                                      : "the receipts end without a summary")
          .with_hint(
              "'--all' selects all records; '--no-require-summary' takes receipts that "
              "end without one");
    if (rows_.empty())
      return fail(Code::input_invalid, "there is no receipt of a record on standard input");
    std::vector<entry::RecordSet> places;
    for (auto& [index, each] : rows_)
      places.push_back({index, entry::RowRanges::of(std::move(each))});
    return places;
  }

 private:
  Error wrong(std::string message) const {
    return fail(Code::input_invalid,
                "standard input:" + std::to_string(number_) + ": " + std::move(message));
  }
  static std::optional<std::uint64_t> integer(const json::Object& object, std::string_view name) {
    const json::Value* value = object.find(name);
    if (value == nullptr || value->integer() == nullptr || *value->integer() < 0)
      return std::nullopt;
    return static_cast<std::uint64_t>(*value->integer());
  }
  Status receipt(const json::Object& object) {
    const json::Value* kind = object.find("kind");
    if (kind == nullptr || kind->string() == nullptr || *kind->string() != "anchor") return {};
    if (object.find("dry_run") != nullptr) return wrong("the receipt is of a dry run");
    const auto entry = integer(object, "entry");
    if (!entry) return wrong("the receipt names no entry: the record is not on the ledger yet");
    const auto row = integer(object, "row"), count = integer(object, "count");
    if (row && *row < entry::max_rows) {
      rows_[EntryIndex(*entry)].push_back(static_cast<std::uint32_t>(*row));
    } else if (count && *count > 0 && *count <= entry::max_rows) {
      for (std::uint32_t i = 0; i < *count; ++i) rows_[EntryIndex(*entry)].push_back(i);
    } else {
      return wrong("the receipt has neither 'row' nor 'count'");
    }
    return {};
  }

  bool needs_summary_;
  std::size_t number_ = 0;
  std::optional<bool> complete_;
  std::map<EntryIndex, std::vector<std::uint32_t>> rows_;
};

}  // namespace

Result<std::optional<ReceiptInput>> read_receipts(Session& session, bool unless_selected) {
  const std::vector<std::string> records = session.arguments().all("record");
  const bool is_asked = std::find(records.begin(), records.end(), "-") != records.end();
  const bool is_selected = std::any_of(std::begin(selecting), std::end(selecting),
                                       [&](std::string_view name) { return session.has(name); });
  if (!is_asked && (!unless_selected || is_selected)) return std::optional<ReceiptInput>();
  crypto::Sha256 digest;
  MC_ASSIGN(const int fd, session.standard_input());
  Receipts receipts(!session.has("no-require-summary"));
  std::string waiting;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR && session.interrupted())
      return fail(Code::interrupted, "stopped by a signal");
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(Code::input_unreadable, "read", "standard input", errno);
    if (got == 0) break;
    waiting.append(buffer.data(), static_cast<std::size_t>(got));
    digest.update(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
    std::size_t from = 0;
    for (std::size_t end; (end = waiting.find('\n', from)) != std::string::npos; from = end + 1) {
      const std::string_view line = std::string_view(waiting).substr(from, end - from);
      MC_TRY(receipts.line(line));
    }
    waiting.erase(0, from);
    if (waiting.size() > max_line)
      return fail(Code::input_too_long, "standard input: a line is over 1 MiB");
  }
  if (!waiting.empty())
    return fail(Code::input_truncated, "standard input: the last line does not end");
  MC_ASSIGN(auto places, receipts.finish());
  return std::optional(ReceiptInput{std::move(places), to_hex(digest.finish())});
}

}  // namespace medchain::cli
