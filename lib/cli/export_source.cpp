#include "cli/export_source.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/places.hpp"
#include "source/bulk_export.hpp"

namespace medchain::cli {
namespace {

constexpr std::size_t max_manifest = 16u << 20;

struct ExportFile {
  std::string path;
  std::optional<std::uint64_t> count;
};

class ExportReader final : public source::Reader {
 public:
  ExportReader(std::vector<ExportFile> files, source::Options options,
               std::shared_ptr<ExportReport> report)
      : files_(std::move(files)), options_(std::move(options)), report_(std::move(report)) {}

  Result<std::optional<source::Item>> next() override {
    for (;;) {
      if (!reader_) {
        if (at_ == files_.size()) return std::optional<source::Item>();
        reader_ = source::read_files({files_[at_].path}, options_);
        lines_ = 0;
        broken_off_ = false;
      }
      MC_ASSIGN(auto item, reader_->next());
      if (!item) {
        end_file();
        continue;
      }
      if (item->record || item->line > 0)
        ++lines_;
      else
        broken_off_ = true;
      item->number = ++number_;
      return item;
    }
  }
  std::optional<source::RecordBytes> bytes() const override {
    return reader_ ? reader_->bytes() : std::nullopt;
  }
  std::uint64_t bytes_read() const override {
    return bytes_read_ + (reader_ ? reader_->bytes_read() : 0);
  }
  std::uint64_t left_out() const override {
    return left_out_ + (reader_ ? reader_->left_out() : 0);
  }
  std::vector<std::string> take_notices() override { return std::move(notices_); }

 private:
  void end_file() {
    const ExportFile& file = files_[at_++];
    for (std::string& notice : reader_->take_notices()) notices_.push_back(std::move(notice));
    const bool is_whole = !broken_off_ && reader_->left_out() == 0;
    if (file.count && *file.count != lines_ && is_whole) {
      ++report_->mismatches;
      report_->warnings.push_back(escape_for_terminal(file.path) + ": the manifest says " +
                                  counted(*file.count, "resource") + ", the file has " +
                                  std::to_string(lines_));
    }
    bytes_read_ += reader_->bytes_read();
    left_out_ += reader_->left_out();
    reader_.reset();
  }

  std::vector<ExportFile> files_;
  source::Options options_;
  std::shared_ptr<ExportReport> report_;
  std::unique_ptr<source::Reader> reader_;
  std::vector<std::string> notices_;
  std::size_t at_ = 0;
  bool broken_off_ = false;  ///< the file at hand
  std::uint64_t lines_ = 0, number_ = 0, bytes_read_ = 0, left_out_ = 0;
};

Result<std::vector<ExportFile>> find_all(const std::string& directory,
                                         const std::vector<source::BulkFile>& named) {
  std::vector<ExportFile> found;
  const source::BulkFile* first_missing = nullptr;
  std::uint64_t missing = 0;
  for (const source::BulkFile& file : named) {
    if (auto path = source::find_beside(directory, file.name))
      found.push_back({std::move(*path), file.count});
    else if (missing++ == 0)
      first_missing = &file;
  }
  if (missing == 0) return found;
  return fail(Code::input_unreadable,
              "'" + first_missing->pointer + "': " +
                  quote(escape_for_terminal(first_missing->name)) + " is not beside the manifest" +
                  (missing == 1 ? "" : ", and " + std::to_string(missing - 1) + " more are not"))
      .with_hint("nothing was anchored of it: fetch the export again");
}

Status look_at_deleted(const ExportFile& file, const std::string& place, int stop_fd,
                       ExportReport& report) {
  auto deleted = source::read_bulk_deleted(file.path, stop_fd);
  if (!deleted) return std::move(deleted).error().context(escape_for_terminal(file.path));
  if (*deleted == 0) return {};
  report.deleted += *deleted;
  report.notices.push_back(place + ": " + counted(*deleted, "resource") +
                           " deleted at the source: what was anchored stays");
  return {};
}

Status look_at_errors(const ExportFile& file, const std::string& place, int stop_fd,
                      ExportReport& report) {
  auto issues = source::read_bulk_errors(file.path, stop_fd);
  if (!issues) return std::move(issues).error().context(escape_for_terminal(file.path));
  report.errors += issues->errors;
  if (issues->errors > 0)
    report.warnings.push_back(place + ": the server tells of " + counted(issues->errors, "error") +
                              ": the export is not complete (" + escape_for_terminal(file.path) +
                              ")");
  if (issues->others > 0)
    report.notices.push_back(place + ": the server tells of " + counted(issues->others, "warning") +
                             " (" + escape_for_terminal(file.path) + ")");
  return {};
}

}  // namespace

Result<ExportSource> open_export(const std::string& manifest, const source::Options& options,
                                 std::shared_ptr<ExportReport> report) {
  const std::string place = escape_for_terminal(manifest);
  MC_ASSIGN(std::string text, read_file(manifest, max_manifest, Code::input_unreadable));
  auto parsed = source::parse_bulk_manifest(std::move(text));
  if (!parsed) return std::move(parsed).error().context(place);
  const std::string directory = parent_directory(absolute_path(manifest));
  const auto found = [&](const std::vector<source::BulkFile>& named) {
    auto files = find_all(directory, named);
    return files ? std::move(files)
                 : Result<std::vector<ExportFile>>(std::move(files).error().context(place));
  };
  MC_ASSIGN(auto output, found(parsed->output));
  MC_ASSIGN(const auto deleted, found(parsed->deleted));
  MC_ASSIGN(const auto errors, found(parsed->error));
  for (const ExportFile& file : deleted)
    MC_TRY(look_at_deleted(file, place, options.stop_fd, *report));
  for (const ExportFile& file : errors)
    MC_TRY(look_at_errors(file, place, options.stop_fd, *report));
  const auto again = [output, options, report](const std::vector<source::FileName>& unread) {
    std::vector<ExportFile> files;
    for (const ExportFile& file : output)
      for (const source::FileName& name : unread)
        if (name.path == file.path) files.push_back(file);
    return std::make_unique<ExportReader>(std::move(files), options, report);
  };
  return ExportSource{std::make_unique<ExportReader>(output, options, report), again};
}

}  // namespace medchain::cli
