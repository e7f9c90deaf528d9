#include <charconv>

#include "base/byte_order_mark.hpp"
#include "base/text.hpp"
#include "source/ndjson_internal.hpp"

namespace medchain::source {
namespace {

// A CR and a byte order mark do not count, and are not yet stripped where Lines applies its limit.
constexpr std::size_t line_slack = 4;

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// For messages; a name that is not of the encoding is told by who opened the file.
std::string shown_name(Run& run, std::string_view name) {
  const auto text = text_of(run, name, "the name");
  return escape_for_terminal(text ? *text : name);
}

class NdjsonReader : public Reader {
 public:
  NdjsonReader(int fd, const std::string& name, std::string path, const Options& options)
      : run_(options), fd_(fd), place_(escape_for_terminal(name)) {
    struct stat status;
    if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
      before_ = FileState::of(status);
      is_file_ = true;
    }
    lines_.emplace(
        run_, RecordLines::Input{fd, name, std::move(path), is_file_ ? before_.seconds : 0, 1, 0,
                                 line_buffer_size, options.stop_fd});
  }

  Result<std::optional<Item>> next() override {
    MC_TRY(run_.valid);
    MC_TRY(check_line_options(run_.options));
    if (ended_) return std::optional<Item>();
    std::optional<Item> item(std::in_place);
    auto more = lines_->next(*item);
    if (!more) return std::move(more).error().context(place_);
    if (*more) return item;
    ended_ = true;
    struct stat status;
    if (!is_file_ || (::fstat(fd_, &status) == 0 && FileState::of(status) == before_))
      return std::optional<Item>();
    item->place = place_;
    item->number = ++run_.number;
    item->problem = fail(Code::input_changed, "the file changed while it was being read");
    return item;
  }
  std::optional<RecordBytes> bytes() const override {
    return RecordBytes{lines_->text(), -1, lines_->text().size()};
  }
  std::uint64_t bytes_read() const override { return run_.bytes_read; }
  std::vector<std::string> take_notices() override { return run_.notices.take(); }

 private:
  Run run_;
  int fd_;
  std::string place_;
  bool is_file_ = false;
  FileState before_;
  std::optional<RecordLines> lines_;
  bool ended_ = false;
};

}  // namespace

FileState FileState::of(const struct stat& status) {
  return {status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec,
          status.st_mtim.tv_nsec};
}

Status check_line_options(const Options& options) {
  if (options.id.rule == IdRule::automatic || options.id.rule == IdRule::json) return {};
  return fail(Code::usage,
              "records in lines are JSON: their id can be taken by 'auto' or 'json:/POINTER' only");
}

RecordLines::RecordLines(Run& run, Input input)
    : run_(run),
      place_prefix_(shown_name(run, input.name) + ":"),
      path_(std::move(input.path)),
      mtime_(input.mtime),
      lines_(input.fd, '\n', max_record_line + line_slack, input.buffer_size, input.first_number,
             input.first_offset, input.stop_fd, std::move(input.input)) {}

Result<bool> RecordLines::next(Item& item, std::uint64_t from) {
  for (;;) {
    auto read = lines_.next();
    run_.bytes_read += lines_.bytes_read() - counted_;
    counted_ = lines_.bytes_read();
    if (!read) return std::move(read).error();
    if (!*read) return false;
    Line& line = **read;
    if (strip_line_ends(line))
      run_.notices.count(Notice::byte_order_mark,
                         std::string_view(place_prefix_).substr(0, place_prefix_.size() - 1));
    if (line.number < from || (!line.too_long && is_blank(line.text))) continue;
    line_number_ = line.number;
    text_ = line.text;

    char digits[20];
    const auto [end, ignored] = std::to_chars(digits, digits + sizeof digits, line.number);
    item.place.reserve(place_prefix_.size() + sizeof digits);
    item.place.assign(place_prefix_).append(digits, end);
    item.number = ++run_.number;
    item.line = line.number;
    Record& record = item.record.emplace();
    if (Status status = describe(line, record); !status) {
      item.record.reset();
      item.problem = std::move(status).error();
    }
    return true;
  }
}

Status RecordLines::describe(const Line& line, Record& record) {
  if (line.too_long || line.text.size() > max_record_line)
    return fail(Code::input_too_long,
                "the line is over " + std::to_string(max_record_line) + " bytes");
  record.source = run_.options.source;
  record.path = path_;
  record.line = line.number;
  record.offset = line.offset;
  record.mtime = mtime_;
  if (Status status =
          scan_json(run_, line.text,
                    std::string_view(place_prefix_).substr(0, place_prefix_.size() - 1), record);
      !status) {
    Error error = std::move(status).error();
    if (error.code == Code::input_encoding && line.number == 1 && has_utf16_mark(line.text))
      error.hint = "the input looks like UTF-16: 'iconv -f UTF-16 -t UTF-8' converts it";
    if (error.code == Code::input_invalid && !line.ended) {
      error.code = Code::input_truncated;
      error.message = "the last line has no line end and is not complete JSON: " + error.message;
    }
    return error;
  }
  if (record.id.empty()) return no_json_identity(run_, record);
  MC_TRY(check_record(record));
  MC_TRY(digest_json(run_, line.text, record));
  count_rule(run_, record);
  return {};
}

std::unique_ptr<Reader> read_ndjson(int fd, std::string name, std::string path,
                                    const Options& options) {
  return std::make_unique<NdjsonReader>(fd, name, std::move(path), options);
}

}  // namespace medchain::source
