#include "cli/series_inputs.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <numeric>

#include "base/byte_order_mark.hpp"
#include "base/text.hpp"

namespace medchain::cli {
namespace {

bool begins_json(std::string_view text) {
  text = without_mark(text);
  const std::size_t at = text.find_first_not_of(" \t\r\n");
  return at != std::string_view::npos && text[at] == '{';
}

/// What stands at the beginning of a pipe, which keeps it.  Nothing if it is none.
std::string peek_pipe(int fd) {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
  const File from(ends[0]), to(ends[1]);
  std::string text(4096, '\0');
  const ssize_t got = tee(fd, to.fd(), text.size(), 0);
  const ssize_t read_back =
      got > 0 ? ::read(from.fd(), text.data(), static_cast<std::size_t>(got)) : 0;
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(read_back, 0)));
  return text;
}

void add(SeriesTotals& totals, const source::SeriesCounts& counts) {
  for (std::size_t i = 0; i < source::skipped_kinds; ++i) totals.skipped[i] += counts.skipped[i];
  totals.repeated_hour += counts.repeated_hour;
}

}  // namespace

std::uint64_t SeriesTotals::all_skipped() const {
  return std::accumulate(skipped.begin(), skipped.end(), std::uint64_t{0});
}

Result<SeriesInputs> SeriesInputs::open(Session& session, std::vector<std::string> names,
                                        source::SeriesOptions options, bool only_ndjson) {
  SeriesInputs inputs;
  inputs.names_ = std::move(names);
  inputs.options_ = std::move(options);
  inputs.only_ndjson_ = only_ndjson;
  if (std::find(inputs.names_.begin(), inputs.names_.end(), "-") != inputs.names_.end()) {
    MC_ASSIGN(inputs.standard_input_, session.standard_input());
  }
  return inputs;
}

Result<bool> SeriesInputs::is_json(int fd) const {
  std::string text(4096, '\0');
  const off_t at = lseek(fd, 0, SEEK_CUR);
  if (at >= 0) {
    const ssize_t got = pread(fd, text.data(), text.size(), at);
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return begins_json(text);
  }
  for (;;) {
    pollfd wait[] = {{fd, POLLIN, 0}, {options_.stop_fd, POLLIN, 0}};
    const int ready = poll(wait, options_.stop_fd >= 0 ? 2 : 1, -1);
    if (ready < 0 && errno == EINTR) continue;
    if (ready > 0 && wait[1].revents != 0) return fail(Code::interrupted, "stopped by a signal");
    return begins_json(peek_pipe(fd));
  }
}

/// False behind the last.
Result<bool> SeriesInputs::open_next() {
  if (next_ == names_.size()) return false;
  const std::string& name = names_[next_];
  const bool is_standard = name == "-";
  if (!is_standard && !file_.is_open()) {
    auto opened = open_file(name, O_RDONLY | O_NONBLOCK, Code::input_unreadable);
    if (!opened) {
      ++next_;
      return std::move(opened).error();
    }
    file_ = std::move(*opened);
  }
  const int fd = is_standard ? standard_input_ : file_.fd();
  bool json = only_ndjson_;
  if (!json) {
    MC_ASSIGN(json, is_json(fd));
  }
  const std::string shown = is_standard ? "standard input" : name;
  reader_ = json ? source::read_series_ndjson(fd, shown, options_)
                 : source::read_series_csv(fd, shown, options_);
  ++next_;
  return true;
}

void SeriesInputs::close() {
  if (!reader_) return;
  add(ended_, reader_->counts());
  bytes_ended_ += reader_->bytes_read();
  reader_.reset();
  file_.reset();
}

Result<std::optional<source::SeriesItem>> SeriesInputs::next() {
  const auto problem = [](Error error) {
    source::SeriesItem item;
    item.problem = std::move(error);
    return std::optional(std::move(item));
  };
  for (;;) {
    if (!reader_) {
      const auto more = open_next();
      if (!more && more.error().code == Code::interrupted) return more.error();
      if (!more) return problem(more.error());
      if (!*more) return std::optional<source::SeriesItem>();
    }
    auto item = reader_->next();
    if (item && *item) return item;
    if (!item && item.error().code == Code::interrupted) return std::move(item).error();
    close();
    if (!item) return problem(std::move(item).error());
  }
}

std::uint64_t SeriesInputs::bytes_read() const {
  return bytes_ended_ + (reader_ ? reader_->bytes_read() : 0);
}

SeriesTotals SeriesInputs::totals() const {
  SeriesTotals totals = ended_;
  if (reader_) add(totals, reader_->counts());
  return totals;
}

}  // namespace medchain::cli
