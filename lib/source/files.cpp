// Files by name: one stream out of walking, reading by lines, by messages and as a whole.
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "source/walk_internal.hpp"
#include "source/whole_file_internal.hpp"

namespace medchain::source {
namespace {

constexpr std::size_t max_name = 65'536;  ///< bytes in a list of names

Names names_of(std::vector<std::string> names) {
  return [names = std::move(names), at = std::size_t{0}]() mutable -> Result<std::optional<Found>> {
    if (at == names.size()) return std::optional<Found>();
    Found found;
    found.path = names[at++];
    found.place = escape_for_terminal(found.path);
    found.named = found.path.size();
    found.follow_links = true;
    return std::optional<Found>(std::move(found));
  };
}

Names names_of(std::vector<FileName> files, bool follow_links) {
  return [files = std::move(files), at = std::size_t{0},
          follow_links]() mutable -> Result<std::optional<Found>> {
    if (at == files.size()) return std::optional<Found>();
    Found found;
    found.path = std::move(files[at].path);
    found.named = files[at++].named;
    found.place = escape_for_terminal(found.path);
    found.follow_links = follow_links || found.named == found.path.size();
    return std::optional<Found>(std::move(found));
  };
}

Names names_from(int fd, const std::string& list_name, int stop_fd) {
  auto lines = std::make_shared<Lines>(fd, '\0', max_name, 1u << 16, 1, 0, stop_fd);
  return [lines, place = escape_for_terminal(list_name)]() -> Result<std::optional<Found>> {
    auto line = lines->next();
    if (!line) return std::move(line).error().context(place);
    if (!*line) return std::optional<Found>();
    Found found;
    found.path = (*line)->text;
    found.named = found.path.size();
    found.follow_links = found.is_listed = true;
    if (!found.path.empty()) {
      found.place = escape_for_terminal(found.path);
      return std::optional<Found>(std::move(found));
    }
    found.place = place + ":" + std::to_string((*line)->number);
    found.problem = (*line)->too_long
                        ? fail(Code::input_too_long,
                               "a file name of over " + std::to_string(max_name) + " bytes")
                              .with_hint(std::string(nul_hint))
                        : fail(Code::input_invalid, "a file name is empty");
    return std::optional<Found>(std::move(found));
  };
}

class FilesReader : public Reader {
 public:
  FilesReader(Names names, const Options& options)
      : run_(options),
        walker_(std::move(names), options.follow_links, run_.notices),
        buffer_(FileContent::head_size) {}

  Result<std::optional<Item>> next() override {
    MC_TRY(run_.valid);
    whole_.reset();
    for (;;) {
      std::optional<Item> item(std::in_place);
      if (file_) {
        if (next_inside(*item)) return item;
        continue;
      }
      MC_ASSIGN(auto found, walker_.next());
      if (!found) return std::optional<Item>();
      MC_ASSIGN(const bool given, take(std::move(*found), *item));
      if (given) return item;
    }
  }
  std::optional<RecordBytes> bytes() const override {
    if (whole_) return whole_->bytes();
    const std::string_view text = lines_ ? lines_->text() : batch_->text();
    return RecordBytes{text, -1, text.size()};
  }
  std::uint64_t bytes_read() const override { return run_.bytes_read; }
  std::uint64_t left_out() const override { return run_.left_out; }
  std::vector<std::string> take_notices() override { return run_.notices.take(); }

 private:
  /// Of the file at hand; `given`: something of it was.
  bool problem(Item& item, Error error, bool given = false) {
    if (!given && !name_.path.empty()) item.unread = name_;
    item.record.reset();
    item.place = place_;
    item.number = ++run_.number;
    item.problem = std::move(error);
    return true;
  }

  bool leave_out(std::int64_t mtime) {
    if (!run_.options.newest || mtime <= *run_.options.newest) return false;
    run_.notices.count(Notice::too_young, place_);
    ++run_.left_out;
    return true;
  }

  /// A whole file gives its item here; false if it is left out, or to be read by lines or messages.
  /// Fails with interrupted.
  Result<bool> take(Found found, Item& item) {
    place_ = std::move(found.place);
    name_ = {found.path, found.named};
    const bool has_name = !found.path.empty();
    const auto shown = text_of(run_, found.path, "the name of the file");
    if (shown && run_.options.decoder && has_name) place_ = escape_for_terminal(*shown);
    given_ = false;
    if (found.problem) return problem(item, std::move(*found.problem));
    if (!shown) return problem(item, shown.error());
    // Before it is opened: who is still writing it may have locked it.
    struct stat named;
    if (run_.options.newest && ::stat(found.path.c_str(), &named) == 0 && S_ISREG(named.st_mode) &&
        leave_out(named.st_mtim.tv_sec))
      return false;
    auto file = FileContent::open(found.path, found.follow_links, buffer_, run_);
    if (!file) return problem(item, std::move(file).error());
    if (leave_out(file->mtime())) return false;
    const auto content = classify(run_, *file, found.path);
    if (!content && content.error().code == Code::interrupted) return content.error();
    if (!content) return problem(item, content.error());

    Record record;
    record.source = run_.options.source;
    record.path = absolute_path(found.path);
    record.mtime = file->mtime();
    if (*content == Content::lines) {
      file_.emplace(std::move(*file));
      lines_.emplace(
          run_, RecordLines::Input{file_->fd(), found.path, std::move(record.path), record.mtime, 1,
                                   0, line_buffer_size, -1, file_->inflater()});
      return false;
    }
    if (*content == Content::hl7v2) {
      file_.emplace(std::move(*file));
      batch_.emplace(run_, *file_, place_, std::move(record));
      return false;
    }
    if (Status status = describe_file(run_, *file, *content, place_, record); !status)
      return problem(item, std::move(status).error());
    item.place = place_;
    item.number = ++run_.number;
    item.record = std::move(record);
    whole_.emplace(std::move(*file));
    return true;
  }

  /// The next item of the file that is open; false at its end.
  bool next_inside(Item& item) {
    auto more = lines_ ? lines_->next(item) : batch_->next(item);
    if (more && *more) return given_ = true;
    Status unchanged = lines_ ? file_->check_unchanged() : Status();
    lines_.reset();
    batch_.reset();
    file_.reset();
    if (!unchanged) return problem(item, std::move(unchanged).error(), given_);
    if (!more) return problem(item, std::move(more).error(), given_);
    return false;
  }

  Run run_;
  Walker walker_;
  PaddedBuffer buffer_;
  std::string place_;
  FileName name_;
  bool given_ = false;                ///< something of the file that is open
  std::optional<FileContent> whole_;  ///< that is the record that was given
  std::optional<FileContent> file_;   ///< being read by lines or messages
  std::optional<RecordLines> lines_;
  std::optional<MessageBatch> batch_;
};

Result<Record> read_line(Run& run, FileContent& file, std::string path, std::uint64_t line,
                         std::uint64_t offset) {
  RecordLines::Input input{file.fd(), {}, std::move(path),       file.mtime(),
                           1,         0,  FileContent::head_size};
  input.input = file.inflater();
  char before = '\0';
  if (!input.input && offset > 0 && offset < file.size()) {
    MC_ASSIGN(const std::size_t got, read_some_at(file.fd(), offset - 1, &before, 1));
    if (got == 1 && before == '\n') {
      input.first_number = line;
      input.first_offset = offset;
      if (::lseek(file.fd(), static_cast<off_t>(offset), SEEK_SET) < 0)
        return fail_system(Code::input_unreadable, "read the file", errno);
    }
  }
  RecordLines lines(run, std::move(input));
  Item item;
  MC_ASSIGN(const bool more, lines.next(item, line));
  if (!more || lines.line_number() != line)
    return fail(Code::input_changed, "line " + std::to_string(line) + " is not there, or is empty");
  if (item.problem) return std::move(*item.problem);
  return std::move(*item.record);
}

Result<Record> read_message(Run& run, FileContent& file, Record prototype, std::uint64_t offset) {
  MessageBatch batch(run, file, {}, std::move(prototype), offset);
  Item item;
  const auto more = batch.next(item);
  if (!more || !*more || batch.offset() != offset) {
    if (!more && offset == 0) return more.error();
    return fail(Code::input_changed, "no message begins at byte " + std::to_string(offset));
  }
  if (item.problem) return std::move(*item.problem);
  return std::move(*item.record);
}

}  // namespace

std::unique_ptr<Reader> read_files(std::vector<std::string> names, const Options& options) {
  return std::make_unique<FilesReader>(names_of(std::move(names)), options);
}

std::unique_ptr<Reader> read_again(std::vector<FileName> files, const Options& options) {
  return std::make_unique<FilesReader>(names_of(std::move(files), options.follow_links), options);
}

std::unique_ptr<Reader> read_files0(int fd, std::string name, const Options& options) {
  return std::make_unique<FilesReader>(names_from(fd, name, options.stop_fd), options);
}

Result<Record> read_record(const std::string& path, std::uint64_t line, std::uint64_t offset,
                           const Options& options) {
  Run run(options);
  MC_TRY(std::move(run.valid));
  PaddedBuffer buffer(FileContent::head_size);
  MC_ASSIGN(FileContent file, FileContent::open(path, true, buffer, run));
  Record record;
  record.source = options.source;
  record.path = absolute_path(path);
  record.mtime = file.mtime();
  if (line > 0) {
    MC_TRY(check_line_options(options));
    if (compression_of(path) != Compression::none) MC_TRY(classify(run, file, path));
    auto found = read_line(run, file, std::move(record.path), line, offset);
    MC_TRY(file.check_unchanged());
    return found;
  }
  MC_ASSIGN(const Content content, classify(run, file, path));
  if (content != Content::hl7v2) {
    MC_TRY(describe_file(run, file, content, {}, record));
    return record;
  }
  auto found = read_message(run, file, std::move(record), offset);
  MC_TRY(file.check_unchanged());
  return found;
}

}  // namespace medchain::source
